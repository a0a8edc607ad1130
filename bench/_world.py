"""A world of bodies and portals for bench/years.py: what is published, corrected, lost and out of order, day by day."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from bench._samples import as_body, county
from crawler.ledger.portals import State
from extract.model import Report
from extract.run import read_report
from monitor.samples import SampleReport, make_history

Kind = Literal[
    "plain", "silent", "twice", "noted", "broken", "broken_silent", "broken_noted", "vanished", "back", "flapping"
]
# What can happen to a report, and how often in a thousand.
FATES: Mapping[Kind, int] = {
    "silent": 20,
    "twice": 8,
    "noted": 12,
    "broken": 8,
    "broken_silent": 12,
    "broken_noted": 12,
    "vanished": 8,
    "back": 12,
    "flapping": 20,
}
TROUBLES: tuple[State, ...] = ("unreachable", "challenge", "forbidden", "failing", "throttled", "soft_404")
PROVINCES = ("34", "37", "41", "51", "53")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Body:
    """One body of the register."""

    number: int
    name: str
    government: bool
    portal: str
    division: str

    def due(self, year: int) -> date:
        """The law's last day for its report of this year."""
        return date(year + 1, 3, 31) if self.government else date(year + 1, 1, 31)


@dataclass(frozen=True, slots=True)
class Page:
    """One report's page: its versions by first day, the spans (first day, day after the last) in which it is gone."""

    body: Body
    year: int
    fate: Kind
    versions: tuple[tuple[date, str], ...]
    printed: date
    gone: tuple[tuple[date, date], ...] = ()

    @property
    def published(self) -> date:
        return self.versions[0][0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1/{self.body.portal}/{self.year}/{self.body.number}.html"

    def there(self, day: date) -> bool:
        """Whether the page can be fetched on this day."""
        return day >= self.published and not any(first <= day < end for first, end in self.gone)

    def version(self, day: date) -> str:
        """The name of the version that is online on this day."""
        return next(name for since, name in reversed(self.versions) if since <= day)

    def hash(self, version: str) -> str:
        """The hash of the bytes of a version."""
        return sha256(f"{self.url} {version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outage:
    """A portal in a state other than ok, from a first day to the day before another (`end`)."""

    portal: str
    first: date
    end: date
    state: State


@dataclass(slots=True)
class World:
    """Everything that is true. `pages` by address; bodies without a page for a year have never published it."""

    first: date
    last: date
    bodies: tuple[Body, ...]
    portals: tuple[str, ...]
    pages: dict[str, Page] = field(default_factory=dict)
    by_portal: dict[str, list[Page]] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    # The day on which a rebuilt portal lists its pages again, most of them changed.
    rebuilt: dict[str, date] = field(default_factory=dict)

    @property
    def years(self) -> range:
        """The report years that fall due in these years."""
        return range(self.first.year - 1, self.last.year)

    def state(self, portal: str, day: date) -> State:
        return next((one.state for one in self.outages if one.portal == portal and one.first <= day < one.end), "ok")

    def page_of(self, body: Body, year: int) -> Page | None:
        return self.pages.get(f"http://127.0.0.1/{body.portal}/{year}/{body.number}.html")

    def report(self, page: Page, version: str) -> Report:
        """What extract reads in this version of the page."""
        report = _readings(page.body.number % PATTERNS, page.body.government, self.years)[page.year, version]
        return as_body(report, page.body.name)


def make_world(agencies: int, portals: int, years: int, seed: int, eventful: float = 1.0) -> World:
    """The events of these years, drawn from a seed. `eventful`: how many times more often than usual things happen."""
    dice = random.Random(f"years/{seed}")
    names = tuple(f"p{number:02}" for number in range(portals))
    bodies = tuple(_body(number, names) for number in range(agencies))
    world = World(date(2023, 1, 1), date(2022 + years, 12, 31), bodies, names)
    for portal in dice.sample(names, max(1, portals // 15)):
        world.rebuilt[portal] = date(dice.randint(2023, 2022 + years), 5, 20) + dice.randint(0, 60) * DAY
    for body in bodies:
        for year in world.years:
            page = _page(world, body, year, dice, eventful)
            if page is not None:
                world.pages[page.url] = page
    for page in world.pages.values():
        world.by_portal.setdefault(page.body.portal, []).append(page)
    world.outages = tuple(one for portal in names for one in _outages(world, portal, dice))
    return world


def _body(number: int, portals: tuple[str, ...]) -> Body:
    at = number % len(portals)
    government = number % 9 == 4
    name = f"{county(number)}{'人民政府' if government else '教育局'}"
    return Body(number, name, government, portals[at], f"{PROVINCES[at % len(PROVINCES)]}0{at % 9 + 1}{at % 79 + 21}")


def _page(world: World, body: Body, year: int, dice: random.Random, eventful: float) -> Page | None:
    due = body.due(year)
    chance = dice.random() / eventful
    if chance < 0.01:
        return None  # never
    if chance < 0.03:
        day = due + dice.randint(60, 150) * DAY
    elif chance < 0.08:
        day = due + dice.randint(1, 40) * DAY
    else:
        day = due - dice.randint(0, 26 if not body.government else 70) * DAY
    # Some bodies backdate their page to the last day.
    printed = due if day > due and dice.random() < 0.3 else day
    fate = _fate(dice, eventful)
    end = date(year + 1, 10, 1)
    versions, gone = [(day, "base")], list[tuple[date, date]]()
    rebuilt = world.rebuilt.get(body.portal)
    if rebuilt and rebuilt.year == year + 1 and day < rebuilt - 40 * DAY:
        # Other events at a portal that is being rebuilt would be told together with that.
        altered = dice.random() < 0.7
        return Page(
            body, year, "silent" if altered else "plain", tuple(versions + [(rebuilt, "silent")] * altered), printed
        )
    changed = min(day + dice.randint(10, 60) * DAY, end - 90 * DAY)
    if changed < day + 10 * DAY:
        fate = "plain"
    elif fate in ("silent", "twice", "noted"):
        versions.append((changed, "noted" if fate == "noted" else "silent"))
        if fate == "twice":
            versions.append((changed + dice.randint(60, 80) * DAY, "silent again"))
    elif fate in ("broken", "broken_silent", "broken_noted"):
        versions = [(day, "broken")]
        if fate != "broken":
            versions.append((changed + 20 * DAY, "fixed" if fate == "broken_silent" else "fixed, told"))
    elif fate in ("vanished", "back"):
        gone = [(changed, changed + dice.randint(100, 110) * DAY if fate == "back" else date.max)]
    elif fate == "flapping":
        gone = [(changed + 9 * step * DAY, changed + (9 * step + dice.randint(1, 2)) * DAY) for step in range(5)]
    return Page(body, year, fate, tuple(versions), printed, tuple(gone))


def _fate(dice: random.Random, eventful: float) -> Kind:
    chance = dice.random() * 1000 / eventful
    for kind, share in FATES.items():
        chance -= share
        if chance < 0:
            return kind
    return "plain"


def _outages(world: World, portal: str, dice: random.Random) -> Iterator[Outage]:
    """About three a year, some across a due day; none while a portal is being rebuilt, none right after another."""
    end = world.first
    for year in range(world.first.year, world.last.year + 1):
        days = [date(year, 1, 28), date(year, 3, 29)] if dice.random() < 0.2 else []
        days += [date(year, month, dice.randint(1, 10)) for month in dice.sample((2, 4, 6, 8, 11), 2)]
        for day in sorted(days):
            rebuilt = world.rebuilt.get(portal)
            first = day + dice.randint(0, 2) * DAY
            if first > end + 10 * DAY and (rebuilt is None or abs(rebuilt - first) > 45 * DAY):
                end = first + dice.randint(1, 12) * DAY
                yield Outage(portal, first, end, dice.choice(TROUBLES))


# --- what is read ------------------------------------------------------------------------------------------------

PATTERNS = 24
LICENSES, GRANTED = "T2[licenses,decisions]", "T3[granted,total]"


@lru_cache(maxsize=PATTERNS * 2)
def _readings(pattern: int, government: bool, years: range) -> Mapping[tuple[int, str], Report]:
    """Every version of one body's reports; many bodies share them, with other names."""
    name = "示例县人民政府" if government else "示例县教育局"
    found: dict[tuple[int, str], Report] = {}
    for sample in make_history(pattern, name, list(years), form="2021"):
        broken = sample.with_cell(GRANTED, sample.count(GRANTED) + 2)
        base = found[sample.year, "base"] = _read(sample)
        found[sample.year, "broken"] = _read(broken)
        found[sample.year, "fixed"] = base
        silent = found[sample.year, "silent"] = _read(sample.with_cell(LICENSES, sample.count(LICENSES) + 3))
        found[sample.year, "silent again"] = _reworded(silent)
        found[sample.year, "noted"] = _noted(silent)
        found[sample.year, "fixed, told"] = _noted(base)
    return found


def _read(sample: SampleReport) -> Report:
    report = read_report(sample.html().encode(), "page.html")
    assert isinstance(report, Report)
    return report


def _reworded(report: Report) -> Report:
    return replace(
        report,
        sections=tuple(
            replace(one, text=f"{one.text}\n下一步将加强培训。") if one.number == 5 else one for one in report.sections
        ),
    )


def _noted(report: Report) -> Report:
    return replace(
        report,
        sections=tuple(
            replace(one, text=f"{one.text}\n更正说明：本报告原稿有误，现予更正。") if one.number == 6 else one
            for one in report.sections
        ),
    )
