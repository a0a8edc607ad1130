"""Converts stored requests from the format before `m015_typed_asks` (one free dict in each) to the present one."""

import json
from collections.abc import Mapping
from typing import Any

# The crawl's own keys of the old dict → the group and the name they have now ("" is the request itself).
MOVED: Mapping[str, tuple[str, str]] = {
    "by": ("source", "family"),
    "chain": ("source", "first_page"),
    "body": ("source", "agency"),
    "hops": ("detour", "redirects"),
    "hop": ("detour", "mark"),
    "afresh": ("detour", "afresh"),
    "of": ("owner", "page"),
    "agency": ("owner", "agency"),
    "year": ("owner", "year"),
    "origin": ("", "known_as"),
    "first": ("", "first_look"),
    "recheck": ("", "recheck"),
    "roster": ("", "roster"),
    "shell": ("", "shell"),
}
NUMBERS = frozenset({"hops", "year"})
SIGNS = frozenset({"afresh", "first", "recheck", "roster"})


def typed(text: str) -> str:
    """Converts one packed request; keys that are not the crawl's are its family's. Unreadable text is unchanged."""
    try:
        said = json.loads(text)
        before: dict[str, str] = said.pop("context", {})
        state: dict[str, str] = {}
        for name, value in before.items():
            # In lists, `first` was the first record of all, which belongs to one of the families.
            if name not in MOVED or (name == "first" and said["kind"] != "detail"):
                state[name] = value
            elif value:
                group, now = MOVED[name]
                (said.setdefault(group, {}) if group else said)[now] = _value(name, value)
    except (ValueError, TypeError, AttributeError, KeyError):
        return text
    return json.dumps({**said, "state": state} if state else said, ensure_ascii=False)


def _value(name: str, value: str) -> Any:
    if name in SIGNS:
        return True
    return int(value) if name in NUMBERS else value
