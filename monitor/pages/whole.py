"""What pages ask of the whole database: the first page, who is missing, what is unread, the rates of all peers."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.config import Config
from crawler.ground.data import DataDir
from monitor.asking.compare import spreads
from monitor.asking.findings import FindingChoice, choose
from monitor.asking.missing import Coverage, CoverageEntry, answer
from monitor.asking.unread import unread
from monitor.duty.standing import ABSENT
from monitor.findings import Finding
from monitor.papers.chart import CurveChart
from monitor.papers.coverage import publication_curve
from monitor.papers.speech import Speech
from monitor.schema import open_database

FIRST = 12  # findings on the first page; their own page has all


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands on the first page for everybody. `drawn` is the curve by language, `absent` the bodies without a
    report: code, name, state, due day; `bodies` are those of the chosen divisions, none where all are meant."""

    year: int
    on: str
    due: int
    counts: Mapping[str, int]
    drawn: Mapping[str, tuple[CurveChart, str] | None]
    absent: Sequence[tuple[str, str, str, str]]
    open: int
    first: Sequence[Finding]
    names: Mapping[str, str]
    bodies: frozenset[str]


def beginning(db: Database, config: Config, at: datetime, year: int | None, division: str) -> Beginning:
    """The first page, of the whole register or of the divisions that begin so."""
    coverage = answer(db, config, at, year=year, division=division)
    listed = choose(db, FindingChoice(year=coverage.year, everything=False, only_open=True), FIRST)
    first = list(listed.found)
    owing, on = [one for one in coverage.entries if one.due], date.fromisoformat(coverage.on)
    return Beginning(
        coverage.year,
        coverage.on,
        coverage.due,
        coverage.counts,
        {lang: publication_curve(Speech(lang), owing, on) for lang in ("zh", "en")},
        [(one.agency, one.name, one.state, one.due or "") for one in coverage.entries if one.state in ABSENT],
        listed.listed.total(),
        first,
        {one.key.agency: listed.names.get(one.key.agency, one.key.agency) for one in first},
        frozenset(one.agency for one in coverage.entries) if division else frozenset(),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How every body stood at the end of a day, in the order in which people read them, and by code."""

    told: Coverage
    entries: Sequence[CoverageEntry]
    by_code: Mapping[str, CoverageEntry]


def standing(db: Database, config: Config, at: datetime, year: int | None, on: date | None, division: str) -> Standing:
    """How every body stood."""
    told = answer(db, config, at, year=year, on=on, division=division)
    return Standing(told, told.entries, {one.agency: one for one in told.entries})


def _unread(db: Database, _config: Config, at: datetime) -> object:
    return unread(db, at)


def _peers(db: Database, _config: Config, _at: datetime, kind: str, level: str) -> object:
    return spreads(db, kind, level)


# By name, so that another process can be asked for them.
WHOLE: Mapping[str, Callable[..., object]] = {
    "beginning": beginning,
    "standing": standing,
    "unread": _unread,
    "peers": _peers,
}


def worked(root: Path, name: str, at: datetime, arguments: tuple[object, ...]) -> object:
    """One of them in a process of its own: whoever reads meanwhile shares no interpreter with it."""
    data = DataDir(root)
    with closing(open_database(data)) as db:
        return WHOLE[name](db, data.config() if data.config_path.exists() else Config(), at, *arguments)
