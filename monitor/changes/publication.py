"""`pub.changed`, `pub.copies`, `pub.republished`, `pub.dates`: what became of a report after it was published."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from sqlite_utils import Database

from crawler.agencies.lookup import in_full
from crawler.ground.clock import local_date, parse_stamp
from crawler.pages.titles import recognize
from extract.store.load import StoredReport
from monitor.changes.days import DATES, observe_days
from monitor.changes.diff import CellChange, CellValue, Difference
from monitor.changes.revisions import bounds, brings_note, changed, disagreeing, likeness, stated, words
from monitor.changes.versions import PAPERS, HeldDocument, Version, by_url, load_standing
from monitor.findings import Finding, Key, Observation, load

CHANGED, COPIES, REPUBLISHED = "pub.changed", "pub.copies", "pub.republished"
RULES = (CHANGED, COPIES, REPUBLISHED, DATES)
MOST_CELLS = 8  # named in a sentence
MOST_COPIES = 20  # that say different things: set beside one another, and named
LONGEST = 160  # characters of a quoted sentence
Seen = tuple[Finding | None, Observation]
Step = tuple[Version, Version, Difference]


class Publications:
    """What happened to the reports of some bodies: looked up once for all of them, then judged body by body (pure)."""

    def __init__(self, db: Database, codes: Sequence[str], fingerprint: str = "") -> None:
        """`fingerprint`: only years with a report that these rules have not judged; without it, every year."""
        marks = ", ".join("?" * len(codes))
        self.pending: dict[str, set[int]] = {}
        for agency, year in db.execute(
            f"select distinct agency, year from reports where agency in ({marks}) and year is not null "
            f"and checked is not ?",
            [*codes, fingerprint],
        ):
            self.pending.setdefault(agency, set()).update((year, year + 1))  # next year is set beside it
        self.documents: dict[str, list[HeldDocument]] = {}
        for agency, *row in db.execute(PAPERS.format(marks=marks), codes):
            self.documents.setdefault(agency, []).append(HeldDocument(*row))
        self.versions: dict[str, dict[int, list[Version]]] = {}
        for agency, year in db.execute(
            f"select agency, year from reports where agency in ({marks}) and year is not null "
            f"group by agency, year having count(distinct document || url) > 1 order by year",
            codes,
        ):
            if year in self.pending.get(agency, ()):
                self.versions.setdefault(agency, {})[year] = load_standing(
                    db, agency, year, self.documents.get(agency, ())
                )
        places = ", ".join("?" * len(RULES))
        self.kept: dict[str, dict[Key, Finding]] = {}
        for finding in load(db, f"agency in ({marks}) and rule in ({places})", [*codes, *RULES], exact=True):
            self.kept.setdefault(finding.key.agency, {})[finding.key] = finding

    def observe(self, agency: str, name: str, history: Sequence[StoredReport]) -> Iterator[Seen]:
        """The observations on one body, each with the finding it meets; what stands no more is settled."""
        kept = self.kept.get(agency, {})
        who = in_full(name, agency)
        met: set[Key] = set()
        for seen in self._all(agency, who, history):
            met.add(seen.key)
            yield kept.get(seen.key), seen
        for key, finding in kept.items():
            if key not in met and finding.status != "resolved" and key.year in self.pending.get(agency, ()):
                yield finding, _settled(key, who, finding)

    def _all(self, agency: str, who: tuple[str, str], history: Sequence[StoredReport]) -> Iterator[Observation]:
        for year, versions in self.versions.get(agency, {}).items():
            yield from _changes(agency, year, who, versions)
            yield from _copies(agency, year, who, versions)
        papers = {(paper.sha256, paper.url): paper.dates for paper in self.documents.get(agency, ())}
        for one in history:
            if one.year in self.pending.get(agency, ()) and (
                seen := observe_days(
                    Key(agency, one.year, DATES, "report"), who, one, papers.get((one.document, one.url), "")
                )
            ):
                yield seen
        yield from _republished(agency, who, history, self.documents.get(agency, ()), self.pending.get(agency, set()))


def _changes(agency: str, year: int, who: tuple[str, str], versions: Sequence[Version]) -> Iterator[Observation]:
    # A file that was handed to us may be a draft.
    for url, series in by_url(one for one in versions if one.published).items():
        if len(series) > 1 and series[-1].stored.document == series[0].stored.document:
            yield _undone(Key(agency, year, CHANGED, url), who, series)
            continue
        steps = [
            (one, two, changed(one.stored.report, two.stored.report))
            for one, two in pairwise(series)
            if _comparable(one, two)
        ]
        steps = [step for step in steps if step[2].changes or step[2].prose]
        if steps:
            yield _changed(Key(agency, year, CHANGED, url), who, steps)


def _changed(key: Key, who: tuple[str, str], steps: Sequence[Step]) -> Observation:
    """A change without a note is open until a later version brings one; that it was silent till then stays known."""
    last = max((at for at, step in enumerate(steps) if _noted(step)), default=None)
    if last is None or last + 1 < len(steps):
        return _change(key, who, steps)
    silent = [at for at, step in enumerate(steps[:last]) if not _noted(step)]
    if not silent:
        return _change(key, who, steps, noted=True)
    return _noted_later(key, who, steps[last][1], _change(key, who, steps[: silent[-1] + 1]))


def _noted(step: Step) -> bool:
    before, after, _ = step
    return brings_note(before.stored.report, after.stored.report, (before.title, after.title))


def _comparable(one: Version, two: Version) -> bool:
    # Read by two versions of the parser, a difference may be ours.
    return one.parser == two.parser and bool(one.stored.report.forms) and bool(two.stored.report.forms)


def _change(key: Key, who: tuple[str, str], steps: Sequence[Step], noted: bool = False) -> Observation:
    before, after, found = steps[-1]
    verdict = "changed_with_note" if noted else "changed"
    what = _what(found)
    days = tuple(_day(one.since) for one in (before, after))
    told = words("message", verdict)
    zh, en = (
        text.format(who=body, year=key.year, before=days[0], seen=days[1], what=parts)
        for text, body, parts in (
            (told.zh, who[0], "，".join(part for part, _ in what)),
            (told.en, who[1], ", ".join(part for _, part in what)),
        )
    )
    evidence = {
        **_source(after.stored),
        **_basis("changed"),
        "note": noted,
        "operands": [_operand(change) for _, _, step in steps for change in step.changes],
        "sentence": _quoted(found),
        "versions": [_seen(one) for one in (steps[0][0], *(two for _, two, _ in steps))],
        "prose": [
            {"section": part.section, "heading": part.heading, "removed": list(part.removed), "added": list(part.added)}
            for part in found.prose
        ],
    }
    return Observation(
        key,
        "broken",
        verdict,
        "info" if noted else "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        after.stored.id,
        version=after.stored.document,
    )


def _noted_later(key: Key, who: tuple[str, str], version: Version, silent: Observation) -> Observation:
    """The silent change has its note now: that settles it."""
    told, day = words("message", "noted_later"), _day(version.since)
    zh, en = (text.format(who=body, year=key.year, seen=day) for text, body in ((told.zh, who[0]), (told.en, who[1])))
    evidence = {
        **_source(version.stored),
        "versions": [*silent.evidence["versions"], _seen(version)],
        "message": zh,
        "message_en": en,
    }
    return Observation(
        key,
        "holds",
        "noted_later",
        "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        version.stored.id,
        reason=zh,
        was=silent,
    )


def _undone(key: Key, who: tuple[str, str], series: Sequence[Version]) -> Observation:
    """The page shows again what it showed first: the change is no more, its history stays."""
    first, last = series[0], series[-1]
    told = words("message", "undone")
    zh, en = (
        text.format(who=body, year=key.year, first=_day(first.since), back=_day(last.since))
        for text, body in ((told.zh, who[0]), (told.en, who[1]))
    )
    evidence = {**_source(last.stored), "versions": [_seen(one) for one in series], "message": zh, "message_en": en}
    return Observation(key, "holds", "undone", "explain", zh, en, evidence, None, "source", last.stored.id, reason=zh)


def _seen(one: Version) -> dict[str, Any]:
    return {
        "document": one.stored.document,
        "first_seen": one.stored.first_seen,
        "seen": one.since,
        "published_on": one.stored.published_on,
    }


def _what(found: Difference) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    if found.changes:
        cells = [f"{one.cell} {_figure(one.before)} → {_figure(one.after)}" for one in found.changes[:MOST_CELLS]]
        more = " …" if len(found.changes) > MOST_CELLS else ""
        told = words("what", "cells")
        parts.append(
            (
                told.zh.format(count=len(found.changes), cells="；".join(cells) + more),
                told.en.format(count=len(found.changes), cells="; ".join(cells) + more),
            )
        )
    for name, count in (
        ("removed", sum(len(part.removed) for part in found.prose)),
        ("added", sum(len(part.added) for part in found.prose)),
    ):
        if count:
            told = words("what", name)
            parts.append((told.zh.format(count=count), told.en.format(count=count)))
    return parts


def _quoted(found: Difference) -> str | None:
    most = bounds()["change"]["sentences"]
    removed = [f"−{sentence[:LONGEST]}" for part in found.prose for sentence in part.removed][:most]
    added = [f"＋{sentence[:LONGEST]}" for part in found.prose for sentence in part.added][:most]
    return " ".join([*removed, *added]) or None


def _figure(figure: CellValue | None) -> str:
    if figure is None:
        return "–"
    return str(figure.value) if figure.value is not None else figure.raw or "–"


def _operand(change: CellChange) -> dict[str, Any]:
    return {
        "cell": change.cell,
        "value": change.after.value if change.after else None,
        "raw": f"{_figure(change.before)} → {_figure(change.after)}",
        "state": "number",
        "side": "",
    }


def _copies(agency: str, year: int, who: tuple[str, str], versions: Sequence[Version]) -> Iterator[Observation]:
    """The newest version at each address that still stands, set beside one another."""
    there = {one.stored.url: one for one in versions if one.there and one.stored.report.forms}
    alike: dict[tuple[str, Hashable], list[Version]] = {}  # an address that says the same as another adds nothing
    for one in there.values():
        alike.setdefault((one.parser, stated(one.stored.report)), []).append(one)
    groups = list(alike.values())[:MOST_COPIES]
    differing = [
        (one, two, cells)
        for one, two in combinations(groups, 2)
        if one[0].parser == two[0].parser and (cells := disagreeing(one[0].stored.report, two[0].stored.report))
    ]
    if not differing:
        return
    _, (two, *_), cells = differing[0]
    addresses = {each.stored.url: each for one, other, _ in differing for each in (*one, *other)}
    named = [*list(addresses)[:MOST_COPIES], *["…"] * (len(addresses) > MOST_COPIES)]
    shown = [f"{cell.cell} {_figure(cell.before)} / {_figure(cell.after)}" for cell in cells[:MOST_CELLS]]
    more = " …" if len(cells) > MOST_CELLS else ""
    told = words("message", "copies")
    zh = told.zh.format(who=who[0], year=year, addresses=" 、 ".join(named), cells="；".join(shown) + more)
    en = told.en.format(who=who[1], year=year, addresses=" and ".join(named), cells="; ".join(shown) + more)
    evidence = {
        **_source(two.stored),
        **_basis("copies"),
        "operands": [{**_operand(cell), "raw": f"{_figure(cell.before)} / {_figure(cell.after)}"} for cell in cells],
        "copies": [
            {"url": url, "document": each.stored.document, "first_seen": each.stored.first_seen}
            for url, each in addresses.items()
        ],
    }
    yield Observation(
        Key(agency, year, COPIES, "report"),
        "broken",
        "differ",
        "explain",
        zh,
        en,
        evidence,
        None,
        "source",
        two.stored.id,
        version=two.stored.document,
    )


def _republished(
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
        **_source(this),
        **_basis("republished"),
        **dict(facts),
        "url": url or this.url,
        "earlier": {"year": last.year, "document": last.document, "url": last.url},
    }
    return Observation(
        key, "broken", verdict, "explain", zh, en, evidence, None, "source", this.id, version=this.document
    )


def _settled(key: Key, who: tuple[str, str], finding: Finding) -> Observation:
    name = {CHANGED: "restored", COPIES: "copies_agree", REPUBLISHED: "not_republished", DATES: "dates_agree"}[key.rule]
    told = words("message", name)
    zh, en = told.zh.format(who=who[0], year=key.year), told.en.format(who=who[1], year=key.year)
    evidence = {
        "document": finding.evidence.get("document"),
        "url": finding.evidence.get("url"),
        "message": zh,
        "message_en": en,
    }
    return Observation(key, "holds", name, finding.finding_class, zh, en, evidence, None, "source", reason=zh)


def _source(one: StoredReport) -> dict[str, Any]:
    return {"document": one.document, "url": one.url, "published_on": one.published_on, "first_seen": one.first_seen}


def _basis(name: str) -> dict[str, str]:
    told = words("basis", name)
    return {"basis": told.zh, "basis_en": told.en}


def _day(stamped: str) -> str:
    return local_date(parse_stamp(stamped)).isoformat()
