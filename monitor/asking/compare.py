"""One body's rates over the years beside those of its peers: the answer of `gouji compare`."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from sqlite_utils import Database

from crawler.agencies.agency import Agency, agency_of
from crawler.agencies.lookup import AgencyRef
from crawler.agencies.names import core
from crawler.ground.errors import GoujiError
from monitor.asking.rates import BodyRate, doubtful, rates_of
from monitor.indicators.catalogue import Indicator, rate_catalogue
from monitor.indicators.rate import Break, Quartiles, Rate, quartiles, step

# What a body and its peers have in common besides kind and level, which they always have.
PEERS = ("kind", "division", "parent", "portal", "field")
GROUP = "select code from agencies where kind = ? and coalesce(level, '') = ? order by code"
LIKE_IT = "code <> ? and kind = ? and coalesce(level, '') = ?"
AT_ONCE = 500  # bodies whose rates are asked for together


@dataclass(frozen=True, slots=True)
class ComparedYear:
    """One year: the body's rate, the step from the year before, the peers' quartiles.

    `peers` is None where too few of them have a rate: `with_rate` of `with_report`. `doubtful`: it rests on a cell that
    the report contradicts.
    """

    year: int
    rate: Rate
    step: float | None
    why_no_step: Break
    doubtful: bool
    peers: Quartiles | None
    with_rate: int
    with_report: int
    document: str
    url: str


@dataclass(frozen=True, slots=True)
class ComparedRate:
    """One rate over the years, oldest first."""

    indicator: Indicator
    years: tuple[ComparedYear, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A body, what its peers have in common with it, how many they are, and the rates.

    `unknown` names what they were to have in common and nobody knows of this body.
    """

    body: AgencyRef
    kind: str
    level: str
    by: tuple[str, ...]
    peers: int
    rates: tuple[ComparedRate, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """One rate in one year of a group: the values in their order, and how many have a report."""

    values: Sequence[float]
    reports: int


@dataclass(frozen=True, slots=True)
class _Others(Sequence[float]):
    """All of these but one: a group may be large, and few of its values are looked at."""

    values: Sequence[float]
    left_out: int

    def __len__(self) -> int:
        return len(self.values) - 1

    @overload
    def __getitem__(self, at: int) -> float: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[float]: ...

    def __getitem__(self, at: int | slice) -> float | Sequence[float]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self.values[at + (at >= self.left_out)]


Spreads = Mapping[tuple[str, int], Spread]
NONE = Spread((), 0)


@dataclass(frozen=True, slots=True)
class Group:
    """The bodies of one kind and level: how many there are, and their rates by rate and year."""

    bodies: int
    spreads: Spreads


NOBODY = Group(0, {})  # until it has been counted


def spreads(db: Database, kind: str, level: str) -> Group:
    """All bodies of one kind and level: what each of them is held against."""
    codes = [row[0] for row in db.execute(GROUP, [kind, level])]
    values: dict[tuple[str, int], array[float]] = {}
    reports: Counter[tuple[str, int]] = Counter()
    for start in range(0, len(codes), AT_ONCE):
        for one in rates_of(db, codes[start : start + AT_ONCE], rate_catalogue().main):
            key = (one.rate.indicator, one.year)
            reports[key] += 1
            if one.rate.value is not None:
                values.setdefault(key, array("d")).append(one.rate.value)
    found = {key: Spread(array("d", sorted(values.get(key, ()))), count) for key, count in reports.items()}
    return Group(len(codes), found)


def comparison(
    db: Database,
    body: AgencyRef,
    year: int | None = None,
    by: Collection[str] = (),
    indicators: Sequence[Indicator] = (),
    group: Group | None = None,
) -> Comparison:
    """The rates of one body (of one year, and the step to it) beside its peers'.

    `group` is what `spreads` has found of its kind and level, where that is known already. GoujiError, which names the
    years there are, where it has no report of that year.
    """
    wanted = tuple(indicators) or rate_catalogue().main
    own = _by_rate(rates_of(db, [body.code], wanted))
    years = sorted({one.year for one in own.values()})
    if not years or (year is not None and year not in years):
        raise _no_report(body, year, years)
    told = years if year is None else [year]
    if group is not None and not by:
        agency = own_of(db, body)
        count = 0 if unknown_of(agency, ()) else max(0, group.bodies - 1)
        theirs = _others(group.spreads, own)
    else:
        agency, peers = peers_of(db, body, by)
        count, theirs = len(peers), _theirs(db, peers, wanted, told)
    marked = doubtful(db, [body.code])
    rates = tuple(
        ComparedRate(
            one,
            tuple(
                _year(own, theirs, one, year, one.id in marked.get((body.code, year), ()))
                for year in told
                if (one.id, year) in own
            ),
        )
        for one in wanted
    )
    return Comparison(
        body,
        agency.kind or "",
        agency.level or "",
        tuple(name for name in PEERS if name in by),
        count,
        rates,
        unknown_of(agency, by),
    )


def peers_of(db: Database, body: AgencyRef, by: Collection[str] = ()) -> tuple[Agency, tuple[str, ...]]:
    """The body in the register, and the codes of its peers: of its kind and level, and what else is asked for.

    One of which the register says neither has none: nobody knows whom it may be held against.
    """
    own = own_of(db, body)
    if unknown_of(own, by):
        return own, ()
    where, values = [LIKE_IT], [own.code, own.kind, own.level or ""]
    for name in by:
        if name not in ("kind", "field"):
            where.append(f"{name} = ?")
            values.append(getattr(own, name))
    rows = db.execute(f"select code, name from agencies where {' and '.join(where)} order by code", values).fetchall()
    if "field" in by:
        field = core(own.name)[1]
        rows = [(code, name) for code, name in rows if core(str(name))[1] == field]
    return own, tuple(str(code) for code, _ in rows)


def own_of(db: Database, body: AgencyRef) -> Agency:
    """The body as the register has it."""
    return agency_of(db, body.code) or Agency(body.code, body.name, None, None, None, None, None, None, None, None)


def unknown_of(own: Agency, by: Collection[str]) -> tuple[str, ...]:
    """What peers are to have in common with this body, and neither the register nor its name tells (pure)."""
    known = {
        "kind": own.kind,
        "division": own.division,
        "parent": own.parent,
        "portal": own.portal,
        "field": core(own.name)[1],
    }
    return tuple(name for name in PEERS if not known[name] and (name == "kind" or name in by))


def _theirs(db: Database, peers: Sequence[str], wanted: Sequence[Indicator], years: Collection[int]) -> Spreads:
    values: dict[tuple[str, int], list[float]] = {}
    reports: Counter[tuple[str, int]] = Counter()
    for one in rates_of(db, peers, wanted, years) if peers else ():
        key = (one.rate.indicator, one.year)
        reports[key] += 1
        if one.rate.value is not None:
            values.setdefault(key, []).append(one.rate.value)
    return {key: Spread(sorted(values.get(key, ())), count) for key, count in reports.items()}


def _others(group: Spreads, own: Mapping[tuple[str, int], BodyRate]) -> Spreads:
    """A group without the body itself."""
    found: dict[tuple[str, int], Spread] = {}
    for key, one in own.items():
        spread = group.get(key, NONE)
        value, values = one.rate.value, spread.values
        if value is not None and (at := bisect_left(values, value)) < len(values) and values[at] == value:
            values = _Others(values, at)
        found[key] = Spread(values, max(0, spread.reports - 1))
    return found


def _by_rate(found: Iterable[BodyRate]) -> dict[tuple[str, int], BodyRate]:
    return {(one.rate.indicator, one.year): one for one in found}


def _year(
    own: Mapping[tuple[str, int], BodyRate],
    theirs: Spreads,
    indicator: Indicator,
    year: int,
    is_doubtful: bool,
) -> ComparedYear:
    one, before = own[indicator.id, year], own.get((indicator.id, year - 1))
    peers = theirs.get((indicator.id, year), NONE)
    by, why = step(one.rate, before.rate if before else None)
    return ComparedYear(
        year,
        one.rate,
        by,
        why,
        is_doubtful,
        quartiles(peers.values, rate_catalogue().least_peers),
        len(peers.values),
        peers.reports,
        one.document,
        one.url,
    )


def _no_report(body: AgencyRef, year: int | None, years: Sequence[int]) -> GoujiError:
    if not years:
        return GoujiError(
            f"no report of {body.name} has been read; gouji add or gouji crawl, then gouji extract",
            f"还没有读到{body.name}的报告；先 gouji add 或 gouji crawl，再 gouji extract",
        )
    listed = ", ".join(map(str, years))
    return GoujiError(
        f"no report of {body.name} for {year} has been read; there are: {listed}",
        f"没有读到{body.name} {year} 年度的报告；有：{listed}",
    )
