"""`pub.column`: a body's report stands on another portal only, and not in the column that its reports stood in.

Told only where that column is healthy, was read to its end later, and names nothing that may be the report. That a
column itself is out of order is a state of its portal (`pub.source`), and nobody's finding.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlite_utils import Database

from crawler.agencies.lookup import in_full
from crawler.agencies.register import find_agency
from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config import Config
from crawler.ground.urls import identity
from crawler.pages.titles import recognize
from monitor.changes.bounds import bounds, words
from monitor.changes.publication import Seen
from monitor.duty import sweeps
from monitor.duty.ledger import END
from monitor.duty.ledger_sql import UNREGISTERED
from monitor.duty.sources import Source, load_sources
from monitor.failures import Failures
from monitor.findings import Finding, Key, Observation

RULE = "pub.column"
SUBJECT = "report"
# The register names a column, last year's report stood in it, this year's was seen on other portals only.
ELSEWHERE = """
select a.code, a.name, a.portal, min(d.first_seen), d.portal, d.url, d.sha256, d.title, d.published_on,
       (select l.chain from looks l where l.portal = d.portal and l.url = d.url)
from documents d join agencies a on a.code = d.agency
where d.year = :year and d.portal <> a.portal and coalesce(a.source, '') not in (:document, :portal)
  and not exists (select 1 from documents o where o.agency = a.code and o.year = d.year
                  and coalesce(o.portal, a.portal) = a.portal)
  and exists (select 1 from documents o where o.agency = a.code and o.year = d.year - 1 and o.portal = a.portal)
group by a.code order by a.code
"""
NAMED = """
select case when json_valid(ask) then json_extract(ask, '$.title') end, url from looks
where portal = ? and kind in ('detail', 'own') and (year is null or year = ?) and coalesce(verdict, '') <> 'ok'
"""


class Elsewhere(NamedTuple):
    """One report as it was first seen, on another portal than its body's; `listed` is the list that names it."""

    agency: str
    name: str
    column: str
    first_seen: str
    portal: str
    url: str
    document: str
    title: str | None
    published_on: str | None
    listed: str | None

    @property
    def who(self) -> tuple[str, str]:
        """The body by name and code, in both languages."""
        return in_full(self.name, self.agency)


def observe_columns(db: Database, config: Config, now: datetime, failures: Failures) -> Iterator[Seen]:
    """Last year's reports that stand elsewhere, and what was told of such; each with the finding it meets."""
    kept = {finding.key: finding for finding in failures.load(db, "rule = ?", [RULE])}
    still = {key: finding for key, finding in kept.items() if finding.status != "resolved"}
    sources = load_sources(db, config)
    met: set[Key] = set()
    for year in sorted({local_date(now).year - 1, *(key.year for key in still)}):
        asked = {"year": year, "document": UNREGISTERED[0], "portal": UNREGISTERED[1]}
        for one in (Elsewhere(*row) for row in db.execute(ELSEWHERE, asked).fetchall()):
            key = Key(one.agency, year, RULE, SUBJECT)
            seen = failures.of(one.agency, partial(_judge, db, key, one, sources))
            if seen is not None:
                met.add(key)
                yield kept.get(key), seen
    for key, finding in still.items():
        if key not in met:
            yield finding, _holds(key, finding)


def _judge(db: Database, key: Key, one: Elsewhere, sources: Mapping[str, Source]) -> Observation | None:
    column, other = sources.get(one.column), sources.get(one.portal)
    if column is None or column.state != "ok":
        return Observation(key, "unknown", "not_assessable", "confirm", "", reason=f"门户「{one.column}」不正常")
    if _names(db, one, key.year):
        return None
    since = parse_stamp(one.first_seen) + timedelta(days=bounds()["column"]["days"])
    looks = sweeps.healthy(db, stamp(since), END).get(one.column, sweeps.Looks()).whole
    if not looks:
        return Observation(key, "unknown", "not_assessable", "confirm", "", reason=f"门户「{one.column}」还没有看到底")
    told, basis = words("message", "column"), words("basis", "column")
    facts = {
        "year": key.year,
        "last": key.year - 1,
        "column": column.shown,
        "url": one.url,
        "other": other.shown if other else one.portal,
        "day": local_date(parse_stamp(looks[-1].at)).isoformat(),
    }
    evidence = {
        "document": one.document,
        "url": one.url,
        "title": one.title,
        "published_on": one.published_on,
        "first_seen": one.first_seen,
        "column": one.column,
        "portal": one.portal,
        "listed": one.listed,
        "looked": looks[-1].at,
        "basis": basis.zh,
        "basis_en": basis.en,
    }
    return Observation(
        key,
        "broken",
        "elsewhere",
        "confirm",
        told.zh.format(who=one.who[0], **facts),
        told.en.format(who=one.who[1], **facts),
        evidence,
        None,
        "source",
        version=one.document,
    )


def _names(db: Database, one: Elsewhere, year: int) -> bool:
    """Whether the body's own column names what is, or may be, this report: read or not, by its name or by none."""
    for title, url in db.execute(NAMED, [one.column, year]).fetchall():
        info = recognize(title or "")
        if identity(url) == identity(one.url) or info is None or not info.agency_name:
            return True
        if find_agency(db, info.agency_name, portal=one.column) in (one.agency, None):
            return True
    return False


def _holds(key: Key, finding: Finding) -> Observation:
    told = words("message", "in_column")
    zh, en = told.zh.format(who=key.agency, year=key.year), told.en.format(who=key.agency, year=key.year)
    return Observation(
        key,
        "holds",
        "in_column",
        "confirm",
        zh,
        en,
        {"document": finding.evidence.get("document"), "message": zh, "message_en": en},
        None,
        "source",
        reason=zh,
    )
