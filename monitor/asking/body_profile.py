"""One body over all its years: publication, versions, carry-over, figures, rates, findings, what was not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlite_utils import Database

from crawler.agencies.agency import Agency, agency_of
from crawler.agencies.lookup import AgencyRef
from crawler.ground.clock import local_date
from crawler.ground.config import Config
from crawler.ground.errors import GoujiError
from extract.form.form_file import FORMS
from monitor.asking.chain import BodyChain, body_chain
from monitor.asking.compare import Comparison, Group, comparison
from monitor.asking.missing import CoverageEntry, standings_of
from monitor.asking.unread import Unread, unread
from monitor.changes.body_changes import BodyChange, body_changes
from monitor.findings import Finding, load

MOST_YEARS = 20
FIGURES = (
    "received",
    "brought_forward",
    "granted",
    "granted_in_part",
    "refused",
    "unavailable",
    "not_processed",
    "other",
    "processed",
    "carried_forward",
)
TOTALS = f"select year, {', '.join(FIGURES)} from totals where agency = ? order by year"
REMEDIES = """
select r.year, m.track, m.upheld, m.corrected, m.other, m.pending, m.total
from current_reports r join remedies m on m.report = r.id where r.agency = ? order by r.year
"""
VERSIONS = """
select r.year, r.url, r.document, coalesce(d.first_seen, r.first_seen), d.last_seen, coalesce(r.published_on, ''),
       r.status, r.superseded_by is null
from reports r left join documents d on d.sha256 = r.document and d.url = r.url
where r.agency = ? and r.year is not null group by r.year, r.url, r.document
order by r.year, coalesce(d.first_seen, r.first_seen), r.id
"""
YEARS = "select distinct year from reports where agency = ? and year is not null order by year"


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version of a report as it was seen; `current`: what is counted."""

    year: int
    url: str
    document: str
    first_seen: str
    last_seen: str | None
    published_on: str
    status: str
    current: bool


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """One track of 表四 in one year."""

    year: int
    track: str
    figures: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class BodyProfile:
    """All there is of one body; the years are report years, oldest first."""

    body: Agency
    on: str
    years: tuple[CoverageEntry | None, ...]
    of: tuple[int, ...]
    versions: tuple[KeptVersion, ...]
    events: tuple[BodyChange, ...]
    chain: BodyChain | None
    totals: Mapping[int, Mapping[str, int | None]]
    remedies: tuple[RemedyRow, ...]
    rates: Comparison | None
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]


def body_profile(
    db: Database,
    config: Config,
    now: datetime,
    body: AgencyRef,
    *,
    to_open: Sequence[Unread] | None = None,
    group: Group | None = None,
    standing: Mapping[int, CoverageEntry] = MappingProxyType({}),
) -> BodyProfile:
    """The profile; GoujiError for a body of which there is nothing to tell.

    `to_open` is all that is unread, `group` the rates of its kind and level, `standing` how it stands for some years,
    where that is known already.
    """
    found = agency_of(db, body.code)
    assert found is not None
    last = local_date(now).year - 1
    read = [int(year) for (year,) in db.execute(YEARS, [body.code])]
    findings = load(db, "agency = ? and class <> 'health'", [body.code])
    to_open = unread(db, now, body.code) if to_open is None else [one for one in to_open if one.agency == body.code]
    known = {*read, *(one.key.year for one in findings), *(one.year for one in to_open if one.year)}
    if not known:
        raise GoujiError(
            f"there is nothing about {body.name} yet: no report, no finding; gouji crawl or gouji add, then gouji run",
            f"还没有{body.name}的任何报告和发现：先 gouji crawl 或 gouji add，再 gouji extract、gouji check",
        )
    first = max(min(known), last - MOST_YEARS + 1)
    years = tuple(range(first, max(last, *known) + 1))
    return BodyProfile(
        found,
        local_date(now).isoformat(),
        tuple(map(standings_of(db, config, now, body.code, years, standing).get, years)),
        years,
        tuple(
            KeptVersion(year, url or "", document, first, last_seen, printed, status, bool(current))
            for year, url, document, first, last_seen, printed, status, current in db.execute(VERSIONS, [body.code])
        ),
        body_changes(db, body.code),
        body_chain(db, body) if any(year >= FORMS.first_year for year in read) else None,
        {row[0]: dict(zip(FIGURES, row[1:], strict=True)) for row in db.execute(TOTALS, [body.code])},
        _remedies(db, body.code),
        comparison(db, body, group=group) if read else None,
        tuple(sorted(findings, key=lambda one: (-one.key.year, one.id or 0))),
        tuple(to_open),
    )


def _remedies(db: Database, code: str) -> tuple[RemedyRow, ...]:
    order: Sequence[str] = FORMS.newest.remedies.codes
    rows = db.execute(REMEDIES, [code])
    found = [RemedyRow(int(year), str(track), tuple(figures)) for year, track, *figures in rows]
    return tuple(sorted(found, key=lambda one: (one.year, order.index(one.track) if one.track in order else 9)))
