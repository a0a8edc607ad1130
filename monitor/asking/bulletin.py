"""What a supervisor's bulletin on one report year rests on: coverage, open findings, decisions, what we could not read.

Nothing is judged here: how a body stands is what `missing` says, what is open is what `findings` says.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from crawler.ground.config import Config
from crawler.ground.errors import GoujiError
from monitor.asking.missing import Coverage, CoverageEntry, answer
from monitor.asking.rates import BodyRate, rates_of
from monitor.asking.unread import Unread, unread
from monitor.duty.absence import LOCAL_RULE, RULE
from monitor.findings import Finding, load
from monitor.indicators.catalogue import RateCatalogue, rate_catalogue
from monitor.indicators.rate import Pooled, Rate, pool

OPEN = ("open", "regressed", "acknowledged")  # what people took note of stands, with what they said
TOLD = ("fatal", "explain", "confirm")
SETTLED = ("explained", "false_positive")
# Of the reports of these bodies: not whether they came (the ledger tells that), nor what may be our own doing.
WHERE = """
year = ? and status in ({states}) and class in ({classes}) and rule not in (?, ?) and responsibility <> 'parser'
and agency in (select value from json_each(?))
"""


@dataclass(frozen=True, slots=True)
class GroupRates:
    """The rates of a group of bodies together, by rate."""

    name: str
    bodies: int
    rates: Mapping[str, Pooled]


@dataclass(frozen=True, slots=True)
class SameBodies:
    """One rate of the bodies that have a figure for both years and did not change between them."""

    bodies: int
    before: Rate
    now: Rate


@dataclass(frozen=True, slots=True)
class Bulletin:
    """All that the bulletin says. `entries` of the coverage are the bodies asked for, in the order of the register.

    `open` and `settled` are findings about their reports, `unread` what we could not read of the year; `rates` are by
    body, this year's; `together` of all bodies, `before` of all bodies the year before. `portals`: their names by id.
    """

    coverage: Coverage
    division: str
    kind: str
    open: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    nobodys: int
    catalogue: RateCatalogue
    rates: Mapping[str, tuple[BodyRate, ...]]
    together: Mapping[str, Pooled]
    before: Mapping[str, Pooled]
    same: Mapping[str, SameBodies]
    portals: Mapping[str, str]

    @property
    def year(self) -> int:
        return self.coverage.year

    @property
    def entries(self) -> tuple[CoverageEntry, ...]:
        return self.coverage.entries

    def group(self, name: str, codes: Collection[str]) -> GroupRates:
        """The rates of some of the bodies together."""
        chosen = [one for code in codes for one in self.rates.get(code, ())]
        return GroupRates(name, len({one.agency for one in chosen}), pooled(self.catalogue, chosen))


def bulletin(
    db: Database, config: Config, now: datetime, *, year: int | None = None, division: str = "", kind: str = ""
) -> Bulletin:
    """The year of these bodies, as of now. GoujiError where there is nobody to tell of."""
    told = answer(db, config, now, year=year, division=division, kind=kind)
    order = {code: at for at, code in enumerate(names_by_code(db))}
    entries = sorted(told.entries, key=lambda one: order[one.agency])
    if not entries:
        raise _nobody(division, kind)
    year, codes = told.year, [one.agency for one in entries]
    if not told.due and not any(one.first_seen for one in entries):
        raise GoujiError(
            f"nobody of these owes a report for {year}, and none has one; there is nothing to tell",
            f"{year} 年度这些机关都没有公布期限，也没有报告，没有可通报的；年度见 gouji missing --year {year} --all",
        )
    place = {code: at for at, code in enumerate(codes)}
    listed = json.dumps(codes)
    to_open = [one for one in unread(db, now) if one.year == year]
    rates = tuple(rates_of(db, codes, rate_catalogue().main, (year - 1, year)))
    mine = [one for one in rates if one.year == year]
    theirs = [one for one in rates if one.year == year - 1]
    return Bulletin(
        _ordered(told, entries),
        division,
        kind,
        _findings(db, year, listed, OPEN, place),
        _findings(db, year, listed, SETTLED, place),
        tuple(one for one in to_open if one.agency in place),
        0 if division or kind else sum(not one.agency for one in to_open),
        rate_catalogue(),
        by_body(mine),
        pooled(rate_catalogue(), mine),
        pooled(rate_catalogue(), theirs),
        _same(mine, theirs),
        {one.id: one.called for one in config.portals},
    )


def by_body(rates: Iterable[BodyRate]) -> Mapping[str, tuple[BodyRate, ...]]:
    """The rates by the code of their body."""
    found: dict[str, list[BodyRate]] = {}
    for one in rates:
        found.setdefault(one.agency, []).append(one)
    return {code: tuple(each) for code, each in found.items()}


def pooled(catalogue: RateCatalogue, rates: Sequence[BodyRate]) -> Mapping[str, Pooled]:
    """Each rate of these bodies together (pure)."""
    by_rate: dict[str, list[Rate]] = {}
    for one in rates:
        by_rate.setdefault(one.rate.indicator, []).append(one.rate)
    return {name: found for name, each in by_rate.items() if (found := pool(each, catalogue.least)) is not None}


def _same(mine: Sequence[BodyRate], theirs: Sequence[BodyRate]) -> Mapping[str, SameBodies]:
    """Each rate of the bodies that can be held against themselves (pure): two years of other bodies are no trend."""
    least = rate_catalogue().least
    earlier = {(one.agency, one.rate.indicator): one.rate for one in theirs}
    pairs: dict[str, list[tuple[Rate, Rate]]] = {}
    for one in mine:
        before = earlier.get((one.agency, one.rate.indicator))
        if before is not None and not one.rate.changed:
            pairs.setdefault(one.rate.indicator, []).append((before, one.rate))
    found = {}
    for name, each in pairs.items():
        both = [pair for pair in each if all(_counts(rate) for rate in pair)]
        sums = [pool([pair[at] for pair in both], least) for at in (0, 1)]
        if sums[0] is not None and sums[1] is not None:
            found[name] = SameBodies(len(both), sums[0].rate, sums[1].rate)
    return found


def _counts(rate: Rate) -> bool:
    return rate.state in ("stated", "few", "nothing")


def _ordered(told: Coverage, entries: Sequence[CoverageEntry]) -> Coverage:
    """The coverage with its bodies in the order of the register."""
    return replace(told, entries=tuple(entries))


def _findings(
    db: Database, year: int, codes: str, states: Sequence[str], place: Mapping[str, int]
) -> tuple[Finding, ...]:
    marks = [", ".join("?" * len(each)) for each in (states, TOLD)]
    where = WHERE.format(states=marks[0], classes=marks[1])
    found = load(db, where, [year, *states, *TOLD, RULE, LOCAL_RULE, codes])
    return tuple(
        sorted(found, key=lambda one: (place[one.key.agency], TOLD.index(one.finding_class), one.key.rule, one.id or 0))
    )


def _nobody(division: str, kind: str) -> GoujiError:
    if division or kind:
        return GoujiError(
            "the register has nobody of this division and kind; the register is printed by: gouji agencies list",
            "名录里没有这个区划或类别的机关；名录：gouji agencies list",
        )
    return GoujiError(
        "the register is empty: there is nobody to tell of; gouji agencies import FILE, or gouji agencies learn",
        "名录里还没有机关，没有可通报的：先 gouji agencies import 名录.csv，或 gouji agencies learn",
    )
