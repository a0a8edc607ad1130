"""Of what kind a finding is, and what its class and state are called: by the table of plain.toml, in both languages."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble: what of a finding makes it one, and its name."""

    id: str
    zh: str
    en: str
    rules: tuple[str, ...]
    verdicts: tuple[str, ...] = ()

    def name(self, lang: str = "zh") -> str:
        return self.en if lang == "en" else self.zh


@cache
def data() -> Mapping[str, Any]:
    """The whole table."""
    return tomllib.loads((files("monitor.words") / "plain.toml").read_text(encoding="utf-8"))


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by id, in the order in which a list is read."""
    found = {
        one["id"]: Kind(one["id"], one["zh"], one["en"], tuple(one["rules"]), tuple(one.get("verdicts", ())))
        for one in data()["kind"]
    }
    return {name: found[name] for name in data()["order"]["kinds"]}


@cache
def kind_of(rule: str, verdict: str = "") -> Kind:
    """The kind of a finding of this rule and verdict."""
    return next(
        kinds()[one["id"]]
        for one in data()["kind"]
        if any(fnmatchcase(rule, pattern) for pattern in one["rules"])
        and ("verdicts" not in one or verdict in one["verdicts"])
    )


def by_kind(found: Iterable[tuple[str, str]]) -> list[tuple[Kind, int]]:
    """How many of these (rule, verdict) are of each kind, in the order of the kinds."""
    counts: dict[str, int] = {}
    for rule, verdict in found:
        name = kind_of(rule, verdict).id
        counts[name] = counts.get(name, 0) + 1
    return [(kind, counts[name]) for name, kind in kinds().items() if name in counts]


def class_words(code: str, lang: str = "zh") -> str:
    """What a class asks of its reader: 不平, 需说明, 请确认; the code itself where there is no such class."""
    return _named("class", code, lang)


def status_words(code: str, lang: str = "zh") -> str:
    """What a state of a finding is called: 待核, 已解释; the code itself where there is no such state."""
    return _named("status", code, lang)


def cause_words(code: str, lang: str = "zh") -> str:
    """What was probably done to a cell; "" where nothing is to be said of it."""
    found: Mapping[str, str] = data()["cause"].get(code, {})
    return found.get("en" if lang == "en" else "zh", "")


def statuses() -> Sequence[str]:
    """The states, in the order in which people want to see them."""
    return tuple(data()["status"])


def words(lang: str) -> Mapping[str, Any]:
    """The few words around figures in one language."""
    found: Mapping[str, Any] = data()["words"]["en" if lang == "en" else "zh"]
    return found


def _named(group: str, code: str, lang: str) -> str:
    found = data()[group].get(code)
    return str(found["en" if lang == "en" else "zh"]) if found else code
