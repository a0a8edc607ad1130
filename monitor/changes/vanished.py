"""`pub.vanished`: a report whose page is gone while its portal is healthy, by the probes of the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.agencies.lookup import in_full
from crawler.ground.clock import local_date, parse_stamp, stamp
from crawler.ground.config import Config
from monitor.changes.bounds import bounds, words
from monitor.changes.publication import Seen
from monitor.changes.versions import GONE
from monitor.duty.sources import Source, load_sources
from monitor.failures import Failures
from monitor.findings import Finding, Key, Observation, load

RULE = "pub.vanished"
# Probes that tell nothing about the page: we did not ask, or it was the site that stood in the way.
SILENT = (
    "robots",
    "refused",
    "bound",
    "challenge",
    "login",
    "throttled",
    "tls",
    "redirect",
    "unreachable",
    "server_error",
    "forbidden",
    "too_large",
    "unreadable",
)
LATELY = timedelta(days=45)
MOST_PROBES = 60
CANDIDATES = """
select distinct url from fetches indexed by idx_fetches_gone
where at >= :since and verdict in ('not_found', 'soft_404', 'redirected')
union select l.url from looks l where l.verdict = 'not_report' and l.looked_at >= :since
  and exists (select 1 from documents d where d.url = l.url and d.agency is not null and d.year is not null)
"""
REPLACED = "not_report"  # something else stands where the report stood
PAPERS = """
select d.agency, d.year, d.url, d.portal, d.sha256, d.published_on, a.name from documents d
join agencies a on a.code = d.agency
where d.url = ? and d.agency is not null and d.year is not null and d.portal is not null
order by d.last_seen desc, d.first_seen desc limit 1
"""
ELSEWHERE = """
select 1 from documents d where d.agency = ? and d.year = ? and d.url <> ? and d.portal is not null and d.last_seen >= ?
limit 1
"""
PROBES = f"""
select at, verdict from fetches where url = ? and verdict not in ({", ".join("?" * len(SILENT))})
order by id desc limit {MOST_PROBES}
"""


class Probe(NamedTuple):
    """One look at the page that tells something about it."""

    at: str
    gone: bool
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Absence:
    """How often the page was looked at, how often it was gone, and since when; `lately`: the window's first failure."""

    looks: int
    failed: int
    since: str
    last: str
    lately: str


def judge_vanished(probes: Sequence[Probe]) -> Absence | None:
    """Whether the page is gone, by its probes, newest first (pure); None while that is not certain, or it is there."""
    limits = bounds()["vanished"]
    if not probes or not probes[0].gone:
        return None
    begin = parse_stamp(probes[0].at) - timedelta(days=limits["days"])
    inside = [probe for probe in probes if parse_stamp(probe.at) >= begin]
    window = inside if len(inside) >= limits["fewest"] else list(probes[: limits["fewest"]])
    failed = [probe for probe in window if probe.gone]
    if len(window) < limits["fewest"] or len(failed) < limits["share"] * len(window) or not _lasted(window):
        return None
    if parse_stamp(failed[0].at) - parse_stamp(failed[-1].at) < timedelta(days=limits["span"]):
        return None
    lately = failed[-1].at
    if len(failed) == len(window):
        # It was gone before the window began as well: since the last look that found it.
        failed = list(takewhile(lambda probe: probe.gone, probes))
        window = failed
    return Absence(len(window), len(failed), failed[-1].at, failed[0].at, lately)


def _lasted(window: Sequence[Probe]) -> bool:
    """Whether it was gone most of the time: between two looks that differ, half of it.

    A page that is gone is probed oftener: one that comes and goes would count too high by its looks alone.
    """
    spans = [
        ((before.gone + after.gone) / 2, parse_stamp(after.at) - parse_stamp(before.at))
        for after, before in pairwise(window)
    ]
    gone = sum((span * part for part, span in spans), timedelta())
    share: float = bounds()["vanished"]["share"]
    return gone >= sum((span for _, span in spans), timedelta()) * share


def observe_vanished(db: Database, config: Config, now: datetime, failures: Failures) -> Iterator[Seen]:
    """Pages that failed lately, and those that are open findings; each with the finding it meets."""
    kept: dict[str, list[Finding]] = {}
    for finding in failures.load(db, "rule = ? and status <> 'resolved'", [RULE]):
        kept.setdefault(finding.key.subject, []).append(finding)
    lately = [str(row[0]) for row in db.execute(CANDIDATES, {"since": stamp(now - LATELY)})]
    sources = load_sources(db, config)
    for url in dict.fromkeys([*lately, *kept]):
        paper = db.execute(PAPERS, [url]).fetchone()
        if paper is not None and (
            found := failures.of(paper[0], partial(_observe, db, paper, kept.get(url, []), sources))
        ):
            yield found


def _observe(db: Database, paper: Sequence[Any], kept: Sequence[Finding], sources: Mapping[str, Source]) -> Seen | None:
    agency, year, url, portal, document, published_on, name = paper
    key = Key(agency, year, RULE, url)
    known = next((finding for finding in kept if finding.key == key), None) or next(
        iter(load(db, "agency = ? and year = ? and rule = ? and subject = ?", [*key], exact=True)), None
    )
    probes = [
        Probe(at, verdict in (*GONE, REPLACED), verdict == REPLACED)
        for at, verdict in db.execute(PROBES, [url, *SILENT])
    ]
    gone = judge_vanished(probes)
    who = in_full(name, agency)
    evidence: dict[str, object] = {
        "url": url,
        "document": document,
        "published_on": published_on,
        "basis": words("basis", "vanished").zh,
        "basis_en": words("basis", "vanished").en,
    }
    source = sources.get(portal)
    if gone is None:
        there = known is not None and probes and not probes[0].gone
        return (known, _told(key, "holds", "back", who, evidence)) if there else None
    if db.execute(ELSEWHERE, [agency, year, url, gone.lately]).fetchone():
        return known, _told(key, "holds", "moved", who, evidence)
    if source is None or source.state != "ok":
        return known, Observation(key, "unknown", "not_assessable", "explain", "", reason=f"门户「{portal}」不正常")
    days = {"since": _day(gone.since), "last": _day(gone.last), "count": gone.looks, "failed": gone.failed}
    evidence |= {**days, "first_failed": gone.since, "last_failed": gone.last}
    verdict = "replaced" if probes[0].replaced else "vanished"
    return known, _told(key, "broken", verdict, who, evidence, {**days, "portal": source.shown})


def _told(
    key: Key,
    effect: str,
    verdict: str,
    who: tuple[str, str],
    evidence: Mapping[str, object],
    facts: Mapping[str, object] | None = None,
) -> Observation:
    told, facts = words("message", verdict), facts or {}
    zh = told.zh.format(who=who[0], year=key.year, **facts)
    en = told.en.format(who=who[1], year=key.year, **facts)
    holds = effect == "holds"
    return Observation(
        key,
        "holds" if holds else "broken",
        verdict,
        "explain",
        zh,
        en,
        {**evidence, "message": zh, "message_en": en} if holds else evidence,
        None,
        "source",
        reason=zh if holds else "",
    )


def _day(stamped: str) -> str:
    return local_date(parse_stamp(stamped)).isoformat()
