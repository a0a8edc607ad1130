"""A finding as a person would say it, without any code: first line, relation, small table, hint, basis (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from crawler.ground.archive import SHA256
from extract.form.labels import label
from monitor.findings import Finding, to_json
from monitor.reconcile.rulebook import load
from monitor.words.absence import RULES, absence_words
from monitor.words.cells import CELL, cell_words, column_label, row_words
from monitor.words.figures import FigureTable, clean, figure_table, printed
from monitor.words.kinds import Kind, cause_words, kind_of, words

EARLIER = re.compile(r"\(Y-([12])\)")
COLUMNS = ("m", "x")  # the letters of a rule that run over columns; the others run over rows
MOST_RIVALS = 4
MOST_TABLES = 2
LONGEST_FRAME = 120  # characters of a body's name and code before what is said of it


@dataclass(frozen=True, slots=True)
class Plain:
    """All that a mail, a letter, a workbook or a page says of a finding, or of several with one cause.

    `line` comes first, `more` are the first lines of the others; `relations` say in words what does not hold, with both
    sides; `quoted` is the sentence of the report. Every text is inert and on one line.
    """

    line: str
    more: tuple[str, ...]
    kind: Kind
    relations: tuple[str, ...]
    tables: tuple[FigureTable, ...]
    hint: str
    quoted: str
    basis: str


def plain(group: Sequence[Finding], lang: str = "zh") -> Plain:
    """Findings that are told as one, in words. The body's name is not among them: whoever tells them has said it."""
    first = group[0]
    standing = [one for one in group if one.status != "resolved"]
    lines = list(dict.fromkeys(plain_line(one, lang, beside=group) for one in group))
    relations = tuple(dict.fromkeys(filter(None, (relation_words(one, lang) for one in standing))))
    evidence = current(first)
    return Plain(
        lines[0],
        tuple(lines[1:]),
        kind_of(first.key.rule, first.verdict),
        tuple(one for one in relations if one not in lines),
        tables_of(standing, lang),
        hint_words(first, lang) if standing else "",
        clean(evidence.get("sentence")),
        basis_words(first, lang),
    )


def matter_of(finding: Finding) -> tuple[str, str]:
    """What makes findings of one report one matter: the cell (or the rivals) that they point at, else the rule."""
    suspect = finding.suspect or {}
    known = suspect.get("cell") or suspect.get("rivals")
    return ("suspect", to_json(known)) if known else ("rule", finding.key.rule)


def message_of(finding: Finding, lang: str = "zh") -> str:
    """The stored message of a finding; in Chinese if there is none in English."""
    return finding.message_en if lang == "en" and finding.message_en else finding.message


def current(finding: Finding) -> Mapping[str, Any]:
    """What a finding rests on now: a resolved one on the version that resolved it."""
    by = finding.evidence.get("resolved_by")
    if finding.status == "resolved" and isinstance(by, Mapping):
        return by
    return finding.evidence


def basis_words(finding: Finding, lang: str = "zh") -> str:
    """What the rule rests on: number of the document, article, or the form's own words."""
    evidence = current(finding)
    english = evidence.get("basis_en") if lang == "en" else None
    return clean(english or evidence.get("basis") or finding.evidence.get("basis"))


def plain_line(finding: Finding, lang: str = "zh", *, beside: Sequence[Finding] = ()) -> str:
    """The first line: the located cell with both figures, else the relation, the sentence, the day that passed.

    `beside`: findings that point at the same cell, one of which may hold its figure.
    """
    texts = words(lang)
    if finding.status == "resolved":
        return _settled(finding, lang, texts)
    if finding.suspect is not None and finding.suspect.get("cell"):
        return _located(finding.suspect, (finding, *beside), lang, texts)
    if finding.key.rule in RULES and (told := absence_words(finding, finding.evidence, lang)):
        return told
    related = relation_words(finding, lang) if finding.finding_class == "fatal" else ""
    return related or _said(finding, message_of(finding, lang), lang)


def relation_words(finding: Finding, lang: str = "zh") -> str:
    """What should hold, with the figures of both sides: 本年新收＋上年结转 ＝ …：左 35，右 34; "" for none."""
    rule = load().rules.get(finding.key.rule)
    if rule is None or len(rule.cases) != 1 or not rule.cases[0].relation:
        return ""
    relation = rule.cases[0].relation["en" if lang == "en" else "zh"]
    place = _place(tuple(rule.cases[0].loops), _table_of(finding), finding.key.subject, lang)
    left, right = (finding.evidence.get(side) for side in ("left", "right"))
    said = f"{place} {relation}"
    if left is not None and right is not None:
        said = words(lang)["sides"].format(place=place, relation=relation, left=clean(left), right=clean(right))
    return clean(said)


def tables_of(group: Sequence[Finding], lang: str = "zh") -> tuple[FigureTable, ...]:
    """The small tables behind findings of one cause; those first that show the cell in doubt, then the shortest."""
    found = [
        table
        for one in group
        if (table := figure_table(one.evidence.get("operands") or (), one.suspect, one.key.year, lang)) is not None
    ]
    found.sort(key=lambda table: (not table.marked, len(table.rows)))
    return tuple(dict.fromkeys(found))[:MOST_TABLES]


def hint_words(finding: Finding, lang: str = "zh") -> str:
    """What else is known of the cell in doubt: its rivals, its row or column, what may have been done to it."""
    suspect, texts = finding.suspect, words(lang)
    if not suspect:
        return ""
    parts = [cause_words(str(suspect.get("cause") or ""), lang)]
    table = "T4" if finding.key.rule.startswith("t4.") else "T3"
    if suspect.get("row"):
        parts.append(texts["in_row"].format(row=row_words(table, str(suspect["row"]), lang)))
    if suspect.get("column"):
        parts.append(texts["in_column"].format(column=column_label(table, str(suspect["column"]), lang)))
    rivals = [one for one in suspect.get("rivals") or () if isinstance(one, Mapping)]
    if rivals:
        told = texts["or"].join(_rival(one, lang, texts) for one in rivals[:MOST_RIVALS])
        left_out = max(len(rivals) - MOST_RIVALS, 0) + int(suspect.get("more") or 0)
        parts.append(texts["rivals"].format(rivals=told + (texts["more"].format(count=left_out) if left_out else "")))
    return clean(texts["list"].join(filter(None, parts)))


def in_words(text: str, lang: str = "zh") -> str:
    """The text with the words of the form for every cell code: whoever reads it does not know our codes."""

    def named(match: re.Match[str]) -> str:
        said = cell_words(match[0], lang)
        return "" if text[match.end() :].startswith(f" {said}") else said  # the words already follow the code

    before = words(lang)["before_years"]
    return EARLIER.sub(lambda match: before[int(match[1]) - 1], CELL.sub(named, text)).strip()


def cell_plain(cell: str, lang: str = "zh") -> str:
    """A cell in the words of the form: （一）予以公开·自然人; 表四·行政复议·总计."""
    match = CELL.fullmatch(cell)
    if match is None or match[1] not in ("T3", "S3") or not match[3] or lang == "en":
        return cell_words(cell, lang)
    return f"{row_words('T3', match[2])}·{column_label('T3', match[3])}"


def _located(suspect: Mapping[str, Any], group: Sequence[Finding], lang: str, texts: Mapping[str, Any]) -> str:
    cell, value = str(suspect["cell"]), suspect.get("value")
    now = next(
        (
            printed(part, texts)
            for one in group
            for part in one.evidence.get("operands") or ()
            if isinstance(part, Mapping) and part.get("cell") == cell
        ),
        "",
    )
    names = ("suspected_unprinted", "suspected") if value is None else ("unprinted", "printed")
    told = texts[names[bool(now)]].format(cell=cell_plain(cell, lang), now=now, value=clean(value))
    return clean(told)


def _settled(finding: Finding, lang: str, texts: Mapping[str, Any]) -> str:
    """What became of it, then what it had been."""
    was = finding.evidence.get("was")
    was = was if isinstance(was, Mapping) else {}
    before = replace(
        finding,
        status="open",
        message=str(was.get("message") or finding.message),
        message_en=str(was.get("message_en") or finding.message_en),
    )
    line = _said(before, message_of(before, lang), lang) if finding.key.rule in RULES else plain_line(before, lang)
    return clean(texts["was"].format(said=settled_words(finding, lang).removesuffix("."), before=line))


def settled_words(finding: Finding, lang: str = "zh") -> str:
    """What became of a finding, as whoever resolved it says."""
    now, texts = current(finding), words(lang)
    if finding.key.rule in RULES and (told := absence_words(finding, now, lang)):
        return told
    happened = str(now.get("message_en" if lang == "en" else "message") or "")
    note = (finding.note or "").splitlines()[-1:] if lang == "zh" else []
    if said := _said(finding, happened or "".join(note), lang):
        return said
    new = clean(now.get("document"))
    changed = SHA256.fullmatch(new) and new != clean(finding.evidence.get("document"))
    return str(texts["gone_by"].format(version=new[:12]) if changed else texts["gone"])


def _said(finding: Finding, told: str, lang: str) -> str:
    """A stored sentence without the name, code and year that it opens with, and with words for cells."""
    text, code, year = told, finding.key.agency, finding.key.year
    if finding.finding_class != "health":
        # The frame is ours (checking.judgement, crawler.agencies.lookup); a body may have had another code then.
        for frame in (f"{year}年度：", f", {year}: ", f"（{code}）", f" ({code})"):
            head, met, rest = text.partition(frame)
            if met and len(head) <= LONGEST_FRAME:
                text = rest
                break
        else:
            text = text.removeprefix(code)
        for mark in ("：", ": "):
            text = text.removeprefix(mark)
    return clean(in_words(text, lang)).removesuffix("。")


def _table_of(finding: Finding) -> str:
    """The table of the first cell that a finding rests on."""
    cells = (
        CELL.match(str(part.get("cell")))
        for part in finding.evidence.get("operands") or ()
        if isinstance(part, Mapping)
    )
    return next((found[1] for found in cells if found), "T3")


@lru_cache(maxsize=4096)
def _place(letters: tuple[str, ...], table: str, subject: str, lang: str) -> str:
    """The table with the row or column that a relation is about: 表三“总计”列."""
    texts, english = words(lang), lang == "en"
    parts = []
    for letter, code in zip(letters, subject.split(","), strict=False):
        column = letter in COLUMNS
        name = column_label(table, code, lang) if column else row_words(table, code, lang)
        parts.append(texts["column" if column else "row"].format(name=name))
    place = (", " if english else "").join(parts)
    return str(texts["table_place" if place else "table_alone"].format(table=label(table, lang, "table"), place=place))


def _rival(rival: Mapping[str, Any], lang: str, texts: Mapping[str, Any]) -> str:
    changes = rival.get("cells") or [rival]
    return str(texts["and"]).join(
        texts["rival" if change.get("value") is not None else "rival_unvalued"].format(
            cell=cell_plain(str(change.get("cell")), lang), value=clean(change.get("value"))
        )
        for change in changes
        if isinstance(change, Mapping)
    )
