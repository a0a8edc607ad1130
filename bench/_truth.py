"""What was true in the years of bench/years.py, as far as somebody who looked when its crawls did could know it."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bench._machine import Machine
from bench._world import DAY, Body, Page

SHARE, FEWEST = 80, 20  # of a province's reports by the same day last year
ODD = ("failing", "soft_404")
Key = tuple[str, str, int]  # kind of event, name of the body or id of the portal, year


@dataclass(frozen=True, slots=True)
class Event:
    """Something that could be seen from the day `first` until the day `end` (None: it lasts)."""

    kind: str
    who: str
    year: int
    first: date
    end: date | None = None
    recovers: bool = True  # whether its end is an event of its own
    odd: bool = False  # a portal's trouble that gouji itself may have caused: only operators are told

    @property
    def key(self) -> Key:
        return self.kind, self.who, self.year


def truth(machine: Machine) -> Iterator[Event]:
    """All events that somebody who looked when these crawls did could know."""
    world = machine.world
    for body in world.bodies:
        sweeps = machine.healthy.get(body.portal, [])
        for year in world.years:
            page = world.page_of(body, year)
            found = _found(machine, page) if page else None
            after = sweeps[bisect_left(sweeps, body.due(year) + DAY) :]
            absent = [day for day in after if found is None or day < found]
            if absent:
                yield Event("overdue", body.name, year, absent[0], found)
            if not absent and page and found and page.printed > body.due(year):
                # Nobody looked in between: only the date printed on the page tells that it was late.
                yield Event("late at first sight", body.name, year, found, recovers=False)
            sure = [day for at, day in enumerate(absent) if at >= 2 and day - absent[0] >= timedelta(days=7)]
            if sure:
                yield Event("missing", body.name, year, sure[0], found, recovers=False)
            if page is not None:
                yield from _of_page(machine, page)
    yield from _slow(machine)
    for portal in world.portals:
        yield from _outages(machine, portal)
        yield from _mass(machine, portal)


def _found(machine: Machine, page: Page) -> date | None:
    return min((day for _, name in page.versions if (day := machine.seen.get((page.url, name)))), default=None)


def _of_page(machine: Machine, page: Page) -> Iterator[Event]:
    who, year, runs = page.body.name, page.year, machine.runs
    seen = [(name, day) for _, name in page.versions if (day := machine.seen.get((page.url, name)))]
    for at, (name, day) in enumerate(seen):
        if at and name not in ("noted", "fixed, told"):
            yield Event("changed", who, year, day, recovers=False)
        if name == "broken":
            # It is told only after a second check has confirmed it.
            settled = next((run for run in runs if run > day), day)
            yield Event("arithmetic", who, year, settled, seen[at + 1][1] if at + 1 < len(seen) else None)
    if page.fate in ("vanished", "back"):
        end = page.gone[0][1]
        yield Event("vanished", who, year, page.gone[0][0], None if end > machine.world.last else end)


def _mass(machine: Machine, portal: str) -> Iterator[Event]:
    """A rebuilt portal: so many reports changed in one night that the circuit breaker should doubt it."""
    day = machine.world.rebuilt.get(portal)
    first = next((seen for seen in machine.runs if day and seen >= day), None)
    altered = {
        page.body
        for page in machine.world.by_portal[portal]
        for since, name in page.versions
        if since == day and machine.seen.get((page.url, name)) == first
    }
    bodies = sum(1 for body in machine.world.bodies if body.portal == portal)
    if first is not None and len(altered) >= 5 and len(altered) * 100 > 30 * bodies:
        yield Event("mass", portal, 0, first, next(seen for seen in machine.runs if seen > first))


def _slow(machine: Machine) -> Iterator[Event]:
    """Provinces with far fewer reports than by the same day last year, at most once a year. They may be told or not:
    a few hours decide on which side of the limit a day falls."""
    found = {
        page.url: day for pages in machine.world.by_portal.values() for page in pages if (day := _found(machine, page))
    }
    bodies: dict[str, list[Body]] = {}
    for body in machine.world.bodies:
        bodies.setdefault(f"{body.division[:2]}0000", []).append(body)
    for province, of in sorted(bodies.items()):
        told: set[int] = set()
        for run in machine.runs:
            year = run.year - 1
            sound = [body for body in of if run not in machine.troubled.get(body.portal, {})]
            days = {
                one: [
                    found[page.url]
                    for body in sound
                    if (page := machine.world.page_of(body, one)) and page.url in found
                ]
                for one in (year, year - 1)
            }
            this = sum(day < run for day in days[year])
            last = sum(day + timedelta(days=365) <= run + DAY for day in days[year - 1])
            if year not in told and last >= FEWEST and this * 100 < SHARE * last:
                told.add(year)
                yield Event("slow", province, 0, run, run)


def _outages(machine: Machine, portal: str) -> Iterator[Event]:
    bad = machine.troubled.get(portal, {})
    first: date | None = None
    for day in machine.runs:
        if day in bad and first is None:
            first = day
        elif day not in bad and first is not None:
            yield Event("portal", portal, 0, first, day, odd=bad[first] in ODD)
            first = None
    if first is not None:
        yield Event("portal", portal, 0, first, odd=bad[first] in ODD)
