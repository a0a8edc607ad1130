"""What a digest tells one reader: which events are due, grouped and in order, as inert text for the templates."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, NamedTuple

from crawler.archive import SHA256, Archive
from extract.model import TRACKS
from monitor.absence import Coverage
from monitor.findings import DECISIONS, Finding, to_json
from monitor.render import suspect_line
from monitor.terminal import inert
from monitor.words import column_label, row_words

Event = Literal["new", "regressed", "changed", "resolved"]
SECTIONS = ("new", "regressed", "changed", "resolved", "health")
RANK: Mapping[str, int] = {"fatal": 0, "explain": 1, "confirm": 2, "health": 3}
MOST_CELLS = 40
FEW_CELLS = 12  # where there are more, those that are 0 are not listed one by one


class Notice(NamedTuple):
    """The last thing this reader was told about a finding."""

    event: str
    changed_at: str


class Due(NamedTuple):
    """A finding and what there is to tell about it."""

    finding: Finding
    event: Event


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell: a sentence first, then what it rests on. Every text is inert, links are http(s)."""

    numbers: str
    sentence: str
    more: tuple[str, ...]
    formulas: tuple[str, ...]
    cells: str
    rows: tuple[str, ...]
    quoted: str
    hint: str
    basis: str
    url: str
    file: str
    archived: str
    document: str
    published_on: str
    decided: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading, which counts them."""

    kind: str
    title: str
    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One mail's content."""

    language: str
    day: date
    subject: str
    sections: tuple[Section, ...]
    still_open: int
    held: int
    coverage: str
    words: Mapping[str, str]
    events: tuple[Due, ...]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    file = resources.files("monitor") / "pages" / "digest.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words(language: str) -> dict[str, Any]:
    """The words of a digest in one language."""
    found: dict[str, Any] = _data()[language]
    return found


def due_event(finding: Finding, last: Notice | None) -> Event | None:
    """What this reader has yet to be told about a finding; None when there is nothing, or never will be."""
    if finding.finding_class == "info" or finding.status in ("shadow", "false_positive"):
        return None
    if finding.status == "resolved":
        # Recovery is told once, and only to those who were told of the trouble.
        return "resolved" if last is not None and last.event != "resolved" else None
    if last is not None and last.changed_at == finding.changed_at:
        return None
    if finding.status in DECISIONS:
        # A decision keeps quiet until the numbers it was made on are others.
        later = last is not None and finding.changed_at > (finding.decided_at or "")
        return "changed" if later else None
    if last is None:
        return "new"
    return "regressed" if last.event == "resolved" else "changed"


def compose(due: Sequence[Due], *, language: str, day: date, names: Mapping[str, str], still_open: int,
            held: int, coverage: Coverage) -> Digest:
    """The digest of these events. `names` are the agencies' by code, `held` counts what waits for the next."""
    told = _ordered(due)
    texts = words(language)
    sections = []
    for kind in SECTIONS:
        groups = _groups(one for one in told if _section(one) == kind)
        if groups:
            items = tuple(_item(group, language) for group in groups)
            title = texts["section"][kind]
            heading = texts["heading"].format(title=title, count=len(items))
            sections.append(Section(kind, title, heading, items))
    return Digest(language, day, _subject(sections, told, day, names, language), tuple(sections), still_open,
                  held, _coverage(coverage, texts), texts, tuple(told))


def items(findings: Sequence[Finding], language: str) -> tuple[tuple[Item, tuple[str, ...]], ...]:
    """Findings as a digest tells them, those of one wrong cell together; each item with its rules."""
    groups = _groups(_ordered([Due(finding, "new") for finding in findings]))
    return tuple((_item(group, language), tuple(dict.fromkeys(finding.key.rule for finding in group)))
                 for group in groups)


def _section(due: Due) -> str:
    return "health" if due.finding.finding_class == "health" else due.event


def _ordered(due: Sequence[Due]) -> list[Due]:
    """By section; in it the bodies with the gravest trouble first, each body's newest year first."""
    worst: dict[tuple[str, str], int] = {}
    for one in due:
        place = (_section(one), one.finding.key.agency)
        worst[place] = min(worst.get(place, len(RANK)), RANK[one.finding.finding_class])
    return sorted(due, key=lambda one: (
        SECTIONS.index(_section(one)), worst[_section(one), one.finding.key.agency], one.finding.key.agency,
        RANK[one.finding.finding_class], -one.finding.key.year, one.finding.key.rule, one.finding.id or 0))


def _groups(due: Iterable[Due]) -> list[list[Finding]]:
    """Findings of one report that point at one wrong cell (or the same rivals), or break one rule, are one item."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in due:
        finding = one.finding
        suspect = finding.suspect or {}
        known = suspect.get("cell") or suspect.get("rivals")
        by = ("suspect", to_json(known)) if known else ("rule", finding.key.rule)
        groups.setdefault((_section(one), finding.key.agency, finding.key.year, *by), []).append(finding)
    return list(groups.values())


def _item(group: Sequence[Finding], language: str) -> Item:
    first, texts = group[0], words(language)
    evidence = _current(first)
    texts_of = [_sentence(finding, texts, language) for finding in group]
    url = str(evidence.get("url") or "")
    linked = url.startswith(("http://", "https://")) and not any(char.isspace() for char in url)
    document = str(evidence.get("document") or "")
    decided = first.note if first.status in DECISIONS else ""
    return Item(
        numbers=texts["heading"].format(title=" ".join(str(finding.id) for finding in group),
                                        count=texts["class"][first.finding_class]),
        sentence=texts_of[0], more=tuple(dict.fromkeys(texts_of[1:])),
        formulas=tuple(dict.fromkeys(line for finding in group for line in _formula(finding, texts))),
        cells=_cells(group, texts), rows=tuple(dict.fromkeys(line for finding in group for line in _rows(finding))),
        quoted=clean(evidence.get("sentence")), hint=_hint(first, texts, language),
        basis=clean(evidence.get("basis_en") if language == "en" and evidence.get("basis_en")
                    else evidence.get("basis")),
        url=inert(url) if linked else "", file="" if linked else clean(Path(url).name),
        archived=_archived(document), document=document if SHA256.fullmatch(document) else "",
        published_on=clean(evidence.get("published_on")), decided=clean(decided),
        earlier=_earlier(first, texts))


def _current(finding: Finding) -> Mapping[str, Any]:
    # A resolved finding rests on the version that resolved it.
    by = finding.evidence.get("resolved_by")
    if finding.status == "resolved" and isinstance(by, Mapping):
        return by
    return finding.evidence


def _sentence(finding: Finding, texts: Mapping[str, Any], language: str) -> str:
    message = clean(finding.message_en if language == "en" and finding.message_en else finding.message)
    if finding.status != "resolved":
        return message
    # What happened, as the resolving observation says it, then what the trouble had been.
    by = _current(finding).get("message_en" if language == "en" else "message")
    note = (finding.note or "").splitlines()[-1:] if language == "zh" else []
    return " ".join([*map(clean, [by] if by else note), texts["was"].format(message=message)])


def _formula(finding: Finding, texts: Mapping[str, Any]) -> list[str]:
    evidence = finding.evidence
    formula = clean(evidence.get("formula"))
    if not formula:
        return []
    if evidence.get("left") is None or evidence.get("right") is None:
        return [formula]
    sides = texts["sides"].format(**{name: clean(evidence.get(name)) for name in ("left", "right", "delta")})
    return [f"{formula}{texts['colon']}{sides}"]


def _cells(group: Sequence[Finding], texts: Mapping[str, Any]) -> str:
    cells = dict.fromkeys(
        f"{clean(part.get('cell'))} = {clean(part.get('raw')) or texts['unstated']}"
        for finding in group for part in finding.evidence.get("operands", ()) if isinstance(part, Mapping))
    told = [cell for cell in cells if not cell.endswith(" = 0")] if len(cells) > FEW_CELLS else list(cells)
    rest = texts["zeros"] if len(told) < len(cells) else ""
    shown = str(texts["list"]).join(told[:MOST_CELLS]) + (" …" if len(told) > MOST_CELLS else "")
    return shown + rest


def _rows(finding: Finding) -> list[str]:
    return [clean(row) for row in finding.evidence.get("rows", ())]


def _hint(finding: Finding, texts: Mapping[str, Any], language: str) -> str:
    suspect = finding.suspect
    if not suspect:
        return ""
    parts = [suspect_line(suspect, finding.evidence, language)] if suspect.get("cell") else []
    table = "T4" if suspect.get("row") in TRACKS else "T3"
    if suspect.get("row"):
        parts.append(texts["in_row"].format(row=row_words(table, str(suspect["row"]), language)))
    if suspect.get("column"):
        parts.append(texts["in_column"].format(column=column_label(table, str(suspect["column"]), language)))
    rivals = [_rival(rival) for rival in suspect.get("rivals") or ()]
    if rivals:
        more = " …" if suspect.get("more") else ""
        parts.append(texts["rivals"].format(rivals=texts["list"].join(rivals) + more))
    return clean(texts["list"].join(parts))


def _rival(rival: object) -> str:
    if isinstance(rival, Mapping) and "cells" in rival:
        return " + ".join(_rival(part) for part in rival["cells"])
    if isinstance(rival, Mapping) and "cell" in rival:
        return f"{clean(rival['cell'])} = {'?' if rival.get('value') is None else clean(rival['value'])}"
    return clean(rival)


def _earlier(finding: Finding, texts: Mapping[str, Any]) -> str:
    earlier = finding.evidence.get("earlier_explanation")
    if not isinstance(earlier, Mapping):
        return ""
    when = texts["earlier"].format(year=clean(earlier.get("year")))
    return f"{when}{texts['colon']}{clean(earlier.get('reason'))}"


def _archived(document: str) -> str:
    # As seen from the data directory: a mail carries no path of the machine that sent it.
    return Archive(Path("archive")).path(document).as_posix() if SHA256.fullmatch(document) else ""


def _coverage(coverage: Coverage, texts: Mapping[str, Any]) -> str:
    line = str(texts["coverage" if coverage.due else "coverage_none"])
    return line.format(**asdict(coverage))


def _subject(sections: Sequence[Section], told: Sequence[Due], day: date, names: Mapping[str, str],
             language: str) -> str:
    texts = words(language)
    counts = [f"{section.title if section.kind != 'health' else texts['health_short']} {len(section.items)}"
              for section in sections]
    bodies = {one.finding.key.agency for one in told if one.finding.finding_class != "health"}
    if len(bodies) == 1:
        code = min(bodies)
        counts.append(clean(names.get(code, code))[:40])
    return str(texts["subject"].format(day=day.isoformat(), what=texts["separator"].join(counts)))


def clean(text: object) -> str:
    """Foreign text as one line that cannot act: white space folded, control and bidi characters escaped."""
    return "" if text is None else inert(" ".join(str(text).split()))
