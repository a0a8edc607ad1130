"""The reasons for a judgement of the crawl: codes with fields; their words are in reasons.toml, in both languages."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal, TypeAlias, Union

from crawler.ground.characters import whole

Language = Literal["en", "zh"]
# The value of a field: a number, a text (quoted from elsewhere, or a code of ours), or again a list of reasons.
Value: TypeAlias = Union[int, str, "Detail"]
# Gives the word for a code of a code list (`fetch_verdict`, …).
Words: TypeAlias = Callable[[str, str], str]

LONGEST = 1000  # characters of a quoted text
MOST = 20  # reasons that are shown for one judgement
BETWEEN: Mapping[Language, str] = {"en": "; ", "zh": "；"}
# Made once: `json.dumps` makes one for each text.
AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
PLACE = re.compile(r"\{(\w+)\}")


class ReasonError(ValueError):
    """A code that is not in reasons.toml, or whose fields do not match the places in its words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one code: texts and field names, alternating. `lists`: the code list of each field with a code.

    A field may have a place in one language only: the error of a library is in English, and a Chinese sentence
    of ours says the same.
    """

    said: Mapping[Language, tuple[str, ...]]
    fields: frozenset[str]
    lists: Mapping[str, str]
    example: Mapping[str, Any]


@cache
def wordings() -> Mapping[str, Wording]:
    """All codes with their words."""
    data = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
    return {code: _wording(entry) for code, entry in data.items()}


def _wording(entry: Mapping[str, Any]) -> Wording:
    said: dict[Language, tuple[str, ...]] = {
        "en": tuple(PLACE.split(entry["en"])),
        "zh": tuple(PLACE.split(entry["zh"])),
    }
    fields = frozenset(chain.from_iterable(pieces[1::2] for pieces in said.values()))
    return Wording(said, fields, entry.get("lists", {}), entry.get("example", {}))


@dataclass(frozen=True, init=False)
class Reason:
    """One reason; `str` gives it in English. No `slots`: with them, pickling would run in Python, which is slow."""

    code: str
    fields: Mapping[str, Value]

    def __init__(self, code: str, /, **fields: "Value | Reason") -> None:
        """Raises ReasonError at once, so that no reason without words is ever stored."""
        wording = wordings().get(code)
        if wording is None or fields.keys() != wording.fields:
            raise ReasonError(f"{code}: {sorted(fields)} in place of {sorted(wording.fields) if wording else 'none'}")
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "fields", {name: _kept(value) for name, value in fields.items()})

    def __str__(self) -> str:
        return told((self,), "en")


Detail: TypeAlias = tuple[Reason, ...]


def _kept(value: Value | Reason) -> Value:
    if isinstance(value, str):
        return whole(value[:LONGEST])
    return (value,) if isinstance(value, Reason) else value


def told(detail: Detail, language: Language, words: Words = lambda _list, code: code) -> str:
    """The detail in words for a reader; quotations stay as they are."""
    return BETWEEN[language].join(_told(one, language, words) for one in detail[:MOST])


def _told(one: Reason, language: Language, words: Words) -> str:
    wording = wordings()[one.code]
    pieces = list(wording.said[language])
    for at in range(1, len(pieces), 2):
        name = pieces[at]
        value = one.fields[name]
        if isinstance(value, tuple):
            pieces[at] = told(value, language, words)
        else:
            pieces[at] = words(wording.lists[name], str(value)) if name in wording.lists else str(value)
    return "".join(pieces)


def every(detail: Detail) -> Iterator[Reason]:
    """All reasons, including the reasons nested in them."""
    for one in detail:
        yield one
        for value in one.fields.values():
            if isinstance(value, tuple):
                yield from every(value)


def says(detail: Detail, code: str) -> bool:
    """Whether a reason with this code is among them."""
    return any(one.code == code for one in every(detail))


def quoted(text: str) -> Detail:
    """Foreign words: from a page, from an exception."""
    return (Reason("quoted", text=text),) if text else ()


def as_json(detail: Detail) -> list[dict[str, Any]]:
    """The detail as plain values: an object for each reason, with `code` and the fields."""
    return [
        {
            "code": one.code,
            **{name: as_json(value) if isinstance(value, tuple) else value for name, value in one.fields.items()},
        }
        for one in detail[:MOST]
    ]


def packed(detail: Detail) -> str | None:
    """The detail as the database stores it (column `said`); None if it is empty."""
    return AS_JSON(as_json(detail)) if detail else None


def unpacked(text: str | None) -> Detail | None:
    """Reads what `packed` wrote; None if there is nothing, or if another version of gouji wrote a code unknown here."""
    try:
        return from_json(json.loads(text)) if text else None
    except (ValueError, RecursionError):
        return None


def from_json(said: object) -> Detail | None:
    """Reads what `as_json` made; None if this version has no words for it."""
    try:
        return _detail(said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _detail(said: Any) -> Detail:
    return tuple(
        Reason(
            str(one["code"]),
            **{
                name: _detail(value) if isinstance(value, list) else value if isinstance(value, int) else str(value)
                for name, value in one.items()
                if name != "code"
            },
        )
        for one in said
    )
