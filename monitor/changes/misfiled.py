"""`pub.misfiled`: under the title of a report stands a paper that calls itself something else, and no report is known.

A page that merely could not be read is none of this rule's: the paper itself says what it is (`other_paper`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.agencies.lookup import in_full
from crawler.agencies.register import find_agency
from crawler.pages.signs import other_paper
from crawler.pages.titles import recognize
from extract.model import Facts
from monitor.changes.bounds import words
from monitor.changes.publication import Seen
from monitor.changes.versions import GONE
from monitor.failures import Failures
from monitor.findings import Finding, Key, Observation

RULE = "pub.misfiled"
SUBJECT = "report"
# Papers that were read: the newest version at an address where it still stands, none of its files among them.
READ = f"""
select d.agency, d.year, d.title, p.facts, p."where", d.url, d.sha256, d.first_seen, d.last_seen
from problems p join documents d on d.sha256 = p.document and d.url = p.url
where p.code = 'other_paper' and d.agency is not null and d.year is not null and d.portal is not null
  and d.attachment_of is null
  and not exists (select 1 from documents n where n.url = d.url and n.sha256 <> d.sha256 and n.last_seen >= d.last_seen)
  and not exists (select 1 from fetches f where f.url = d.url and f.at > d.last_seen
                  and f.verdict in {(*GONE, "not_report")})
order by d.agency, d.year, d.first_seen, d.url
"""
# Pages that the crawl did not take for a report, as long as a list names them.
LOOKED = """
select case when json_valid(l.ask) then json_extract(l.ask, '$.title') end, l.heading, l.url, l.portal, l.looked_at,
       (select f.sha256 from fetches f where f.url = l.url and f.verdict = 'not_report' order by f.id desc limit 1)
from looks l where l.verdict = 'not_report' and l.heading is not null and l.gone_since is null
  and l.listed_in >= coalesce((select max(w.crawl) from crawl_portals w where w.portal = l.portal and w.whole = 1
                               and w.state = 'ok'), 0)
order by l.portal, l.url
"""
# Another document of that body and year elsewhere, read or not: then this is not what there is of its report.
OTHER = """
select 1 from documents d where d.agency = ? and d.year = ? and d.url <> ? and not exists (
  select 1 from problems p where p.document = d.sha256 and p.url = d.url and p.code = 'other_paper')
union all select 1 from current_reports r where r.agency = ? and r.year = ? and r.url <> ? limit 1
"""


class Misfiled(NamedTuple):
    """One paper in a report's place: as it is listed, what it calls itself, its kind, where it stands."""

    agency: str
    year: int
    title: str
    heading: str
    sentence: str
    kind: str
    url: str
    document: str | None
    first_seen: str | None
    last_seen: str | None


def observe_misfiled(db: Database, failures: Failures) -> Iterator[Seen]:
    """Every paper that stands in a report's place now, and what was told of others; each with the finding it meets."""
    kept = {finding.key: finding for finding in failures.load(db, "rule = ?", [RULE])}
    met: set[Key] = set()
    for code, found in ((row[0], partial(_read, row)) for row in db.execute(READ).fetchall()):
        yield from _one(db, kept, met, failures.of(code, found), failures)
    for row in db.execute(LOOKED).fetchall():
        yield from _one(db, kept, met, failures.of(row[3], partial(_looked, db, row)), failures)
    for key, finding in kept.items():
        if key not in met and finding.status != "resolved":
            yield finding, _holds(key, _who(db, key.agency))


def _one(
    db: Database, kept: Mapping[Key, Finding], met: set[Key], one: Misfiled | None, failures: Failures
) -> Iterator[Seen]:
    if one is None:
        return
    key = Key(one.agency, one.year, RULE, SUBJECT)
    if key not in met and not db.execute(OTHER, [one.agency, one.year, one.url] * 2).fetchone():
        met.add(key)
        seen = failures.of(key.agency, lambda: _broken(key, _who(db, key.agency), one))
        if seen is not None:
            yield kept.get(key), seen


def _read(row: Sequence[Any]) -> Misfiled:
    agency, year, title, said, kind, url, document, first_seen, last_seen = row
    facts: Facts = json.loads(said)
    return Misfiled(
        agency, year, title or "", facts["heading"], facts["sentence"], kind, url, document, first_seen, last_seen
    )


def _looked(db: Database, row: Sequence[Any]) -> Misfiled | None:
    title, heading, url, portal, at, document = row
    info, paper = recognize(title or ""), other_paper(heading)
    code = find_agency(db, info.agency_name, portal=portal) if info and info.agency_name else None
    if info is not None and info.year is not None and paper is not None and code:
        return Misfiled(code, info.year, title, heading, "", paper.kind, url, document, None, at)
    return None


def _who(db: Database, agency: str) -> tuple[str, str]:
    row = db.execute("select name from agencies where code = ?", [agency]).fetchone()
    name = str(row[0]) if row else agency
    return in_full(name, agency)


def _broken(key: Key, who: tuple[str, str], one: Misfiled) -> Observation:
    told, kind, basis = words("message", "misfiled"), words("paper", one.kind), words("basis", "misfiled")
    facts = {"year": key.year, "title": one.title, "heading": one.heading, "url": one.url}
    evidence = {
        "document": one.document,
        "url": one.url,
        "title": one.title,
        "heading": one.heading,
        "paper": one.kind,
        "sentence": f"{one.heading} {one.sentence}".strip(),
        "first_seen": one.first_seen,
        "last_seen": one.last_seen,
        "basis": basis.zh,
        "basis_en": basis.en,
    }
    return Observation(
        key,
        "broken",
        one.kind,
        "confirm",
        told.zh.format(who=who[0], kind=kind.zh, **facts),
        told.en.format(who=who[1], kind=kind.en, **facts),
        evidence,
        None,
        "source",
        version=one.document or "",
    )


def _holds(key: Key, who: tuple[str, str]) -> Observation:
    told = words("message", "not_misfiled")
    zh, en = told.zh.format(who=who[0], year=key.year), told.en.format(who=who[1], year=key.year)
    return Observation(
        key, "holds", "not_misfiled", "confirm", zh, en, {"message": zh, "message_en": en}, None, "source", reason=zh
    )
