"""rules/deadlines.toml → frozen deadlines and the texts of `pub.state`: who owes a report, by which day."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from crawler.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Deadline:
    """One layer's due day for some kinds of body and some report years."""

    layer: str
    kinds: tuple[str, ...]
    not_levels: tuple[str, ...]
    first_year: int
    month: int
    day: int
    grace_days: int
    basis: str
    basis_en: str
    last_year: int | None = None

    def covers(self, kind: str, level: str, year: int) -> bool:
        """Whether this entry speaks of such a body's report of this year."""
        return (kind in self.kinds and level not in self.not_levels and year >= self.first_year
                and (self.last_year is None or year <= self.last_year))

    def due(self, year: int) -> date:
        """The last day in time for report year `year`."""
        return date(year + 1, self.month, self.day)

    def over(self, year: int) -> datetime:
        """The first instant that is too late: 24:00 in Asia/Shanghai of the due day and its grace."""
        day = self.due(year) + timedelta(days=self.grace_days + 1)
        return datetime.combine(day, time(), SHANGHAI)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said about absence and sources, and when an absence counts as confirmed."""

    message: Mapping[str, Words]
    seen: Mapping[str, Words]
    state: Mapping[str, Words]
    confirm_sweeps: int
    confirm_days: int


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    file = resources.files("monitor") / "rules" / "deadlines.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def deadlines() -> tuple[Deadline, ...]:
    """Every deadline, in the order of the file; a misspelt key is a TypeError."""
    return tuple(_deadline(**entry) for entry in _data()["deadline"])


def _deadline(*, kinds: list[str], not_levels: list[str], **rest: Any) -> Deadline:
    return Deadline(kinds=tuple(kinds), not_levels=tuple(not_levels), **rest)


@lru_cache(maxsize=1)
def texts() -> Texts:
    """The texts and bounds of the file."""
    data = _data()
    tables = {name: {key: Words(**value) for key, value in data[name].items()}
              for name in ("message", "seen", "state")}
    return Texts(**tables, confirm_sweeps=data["confirmation"]["sweeps"],
                 confirm_days=data["confirmation"]["days"])


def deadline_for(kind: str, level: str, year: int) -> Deadline | None:
    """The legal deadline of such a body for a report year; None where no law sets a day."""
    return next((entry for entry in deadlines() if entry.covers(kind, level, year)), None)
