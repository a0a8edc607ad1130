"""`pub.republished`: last year's report published again as this year's."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from crawler.pages.titles import recognize
from extract.store.load import StoredReport
from monitor.changes.bounds import words
from monitor.changes.cited import basis_cited, source_cited
from monitor.changes.revisions import likeness
from monitor.changes.versions import HeldDocument
from monitor.findings import Key, Observation

REPUBLISHED = "pub.republished"


def observe_republished(
    agency: str,
    who: tuple[str, str],
    history: Sequence[StoredReport],
    documents: Iterable[HeldDocument],
    pending: Collection[int],
) -> Iterator[Observation]:
    titled = _titled_as_later(history, documents)
    for year, (one, paper) in titled.items():
        last = {"year": year, "last": one.year}
        yield _copy(Key(agency, year, REPUBLISHED, "report"), who, one, one, "titled", last, url=paper.url)
    for last_year, this in pairwise(history):
        if this.year - last_year.year != 1 or this.year in titled or this.year not in pending:
            continue
        alike = likeness(last_year.report, this.report)
        key = Key(agency, this.year, REPUBLISHED, "report")
        if last_year.document == this.document:
            yield _copy(key, who, last_year, this, "same_bytes", {})
        elif verdict := alike.verdict:
            yield _copy(
                key, who, last_year, this, verdict, {"share": int((alike.text or 0) * 100), "count": alike.figures or 0}
            )


def _titled_as_later(
    history: Sequence[StoredReport], documents: Iterable[HeldDocument]
) -> Mapping[int, tuple[StoredReport, HeldDocument]]:
    """Pages listed under a year whose bytes are the report of the year before; that year has no report of its own."""
    by_year = {one.year: one for one in history}
    listed = [
        (info.year, paper)
        for paper in documents
        if paper.year is not None and paper.portal and (info := recognize(paper.title)) and info.year is not None
    ]
    own = {year for year, paper in listed if year == paper.year}
    return {
        year: (by_year[year - 1], paper)
        for year, paper in listed
        if paper.year == year - 1 and year not in by_year and year - 1 in by_year and year - 1 in own
    }


def _copy(
    key: Key,
    who: tuple[str, str],
    last: StoredReport,
    this: StoredReport,
    verdict: str,
    facts: Mapping[str, int],
    url: str = "",
) -> Observation:
    part, told = words("what", verdict), words("message", "republished")
    zh = told.zh.format(who=who[0], year=key.year, last=last.year, what=part.zh.format(**facts))
    en = told.en.format(who=who[1], year=key.year, last=last.year, what=part.en.format(**facts))
    evidence = {
        **source_cited(this),
        **basis_cited("republished"),
        **dict(facts),
        "url": url or this.url,
        "earlier": {"year": last.year, "document": last.document, "url": last.url},
    }
    return Observation(
        key, "broken", verdict, "explain", zh, en, evidence, None, "source", this.id, version=this.document
    )
