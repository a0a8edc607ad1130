"""rules/deadlines.toml (law) and gouji.toml (local orders) → frozen deadlines: who owes a report, by which day."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, Protocol

from crawler.ground.clock import SHANGHAI
from crawler.ground.config import LocalDeadline, month_and_day
from crawler.ground.vocabulary import Bilingual

# Article 55: public enterprises and institutions owe no report, unless a local order names their kind.
NO_DUTY = ("institution",)


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
        return (
            kind in self.kinds
            and level not in self.not_levels
            and year >= self.first_year
            and (self.last_year is None or year <= self.last_year)
        )

    def due(self, year: int) -> date:
        """The last day in time for report year `year`."""
        return date(year + 1, self.month, self.day)

    def over(self, year: int) -> datetime:
        """The first instant that is too late: 24:00 in Asia/Shanghai of the due day and its grace."""
        return _over(year, self.month, self.day, self.grace_days)


@lru_cache(maxsize=1024)
def _over(year: int, month: int, day: int, grace_days: int) -> datetime:
    return datetime.combine(date(year + 1, month, day) + timedelta(days=grace_days + 1), time(), SHANGHAI)


class Duty(NamedTuple):
    """Both layers of one body's report year. The law decides; where it sets no day, the local order does."""

    legal: Deadline | None = None
    local: Deadline | None = None

    @property
    def deciding(self) -> Deadline | None:
        """The deadline after which a report is called missing; None: no report is owed."""
        return self.legal or self.local

    @property
    def first(self) -> Deadline | None:
        """Where the law sets a day, the local order's, for a warning; a local day alone decides by itself."""
        return self.local if self.legal else None


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said about absence and sources, and when an absence counts as confirmed."""

    message: Mapping[str, Bilingual]
    seen: Mapping[str, Bilingual]
    state: Mapping[str, Bilingual]
    layer: Mapping[str, Bilingual]
    by: Mapping[str, Bilingual]
    standing: Mapping[str, Bilingual]
    confirm_sweeps: int
    confirm_days: int
    soon_days: int
    season: tuple[int, ...]


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
    tables = {
        name: {key: Bilingual(**value) for key, value in data[name].items()}
        for name in ("message", "seen", "state", "layer", "by", "standing")
    }
    return Texts(
        **tables,
        confirm_sweeps=data["confirmation"]["sweeps"],
        confirm_days=data["confirmation"]["days"],
        soon_days=data["calendar"]["soon_days"],
        season=tuple(data["calendar"]["season"]),
    )


class DueBody(Protocol):
    """What of a body its deadlines depend on; `parents` are the names and codes of the bodies above it."""

    @property
    def kind(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def division(self) -> str: ...
    @property
    def portal(self) -> str: ...
    @property
    def parents(self) -> tuple[str, ...]: ...


def in_season(day: date) -> bool:
    """Whether reports are published these months; outside a weekly look is enough."""
    return day.month in texts().season


def local_deadline(orders: Iterable[LocalDeadline], body: DueBody, year: int) -> Deadline | None:
    """The first local order of gouji.toml that covers this body's report of this year."""
    order = next((order for order in orders if _orders(order, body, year)), None)
    if order is None:
        return None
    month, day = month_and_day(order.due)
    return Deadline(
        "local",
        order.kinds,
        (),
        order.first_year,
        month,
        day,
        order.grace_days,
        order.basis,
        order.basis,
        order.last_year or None,
    )


def _orders(order: LocalDeadline, body: DueBody, year: int) -> bool:
    kind = body.kind in order.kinds if order.kinds else body.kind not in NO_DUTY
    return (
        kind
        and (not order.levels or body.level in order.levels)
        and body.division.startswith(order.division)
        and (not order.parent or order.parent in body.parents)
        and (not order.portal or order.portal == body.portal)
        and year >= order.first_year
        and (not order.last_year or year <= order.last_year)
    )


@lru_cache(maxsize=1024)
def deadline_for(kind: str, level: str, year: int) -> Deadline | None:
    """The legal deadline of such a body for a report year; None where no law sets a day."""
    return next((entry for entry in deadlines() if entry.covers(kind, level, year)), None)
