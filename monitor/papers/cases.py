"""Findings as the cases of a paper: those of one cause are one case, told without any code, with what it rests on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.ground.archive import SHA256
from monitor.findings import Finding
from monitor.papers.paper import Cell, Column, DataTable, Run, clean, linked, run, table
from monitor.papers.speech import Speech
from monitor.words.figures import FigureTable
from monitor.words.kinds import class_words, status_words
from monitor.words.plain import Plain, current, matter_of, plain
from monitor.words.terminal import cut

SHOWN = 12  # characters of a hash
LONGEST = 600  # characters of a quotation or a sentence
MOST_ROWS = 12  # of several columns, of one case


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its number in the annex, whose it is, its findings, what is said of it."""

    number: int
    name: str
    findings: tuple[Finding, ...]
    told: Plain

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def kind(self) -> str:
        return self.told.kind.id

    @property
    def url(self) -> str:
        return linked(str(current(self.first).get("url") or ""))

    @property
    def document(self) -> str:
        found = str(current(self.first).get("document") or "")
        return found if SHA256.fullmatch(found) else ""


def cases(found: Iterable[Finding], names: Mapping[str, str], lang: str, first: int = 1) -> list[Case]:
    """Findings that point at one cell, or break one rule, of one report are one case; numbered in their order."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in found:
        groups.setdefault((one.key.agency, one.key.year, one.finding_class, *matter_of(one)), []).append(one)
    return [
        Case(number, clean(names.get(group[0].key.agency, group[0].key.agency)), tuple(group), plain(group, lang))
        for number, group in enumerate(groups.values(), first)
    ]


def case_table(say: Speech, told: Sequence[Case], caption: str = "") -> DataTable:
    """Every case: its cells, its sentence, its basis, page and archived copy."""
    columns = (
        Column(say("序号", "no."), 0.5, "center"),
        Column(say("单位", "body"), 1.5),
        Column(say("事项", "matter"), 4.0),
        Column(say("所涉各格、原文", "cells and sentence as printed"), 3.6),
        Column(say("依据和来源", "basis and source"), 3.0),
    )
    rows = [
        (
            (run(one.number),),
            (run(one.name), run(class_words(one.first.finding_class, say.lang))),
            tuple(_matter(say, one)),
            tuple(_printed(say, one)) or (run("–"),),
            tuple(_source(say, one)),
        )
        for one in told
    ]
    return table(columns, rows, caption)


def decision_table(say: Speech, told: Sequence[Case], caption: str = "") -> DataTable:
    """What people decided about cases, with their reasons."""
    columns = (
        Column(say("单位", "body"), 1.6),
        Column(say("事项", "matter"), 3.4),
        Column(say("处理", "decision"), 1.1, "center"),
        Column(say("说明", "reason"), 3.4),
        Column(say("来源", "source"), 1.3),
    )
    rows = [
        (
            (run(one.name),),
            tuple(_matter(say, one)),
            (run(status_words(one.first.status, say.lang)), run((one.first.decided_at or "")[:10])),
            tuple(run(line) for line in (one.first.note or "").splitlines()) or (run("–"),),
            tuple(_page(say, one)),
        )
        for one in told
    ]
    return table(columns, rows, caption)


def _matter(say: Speech, one: Case) -> Iterator[Run]:
    yield run(cut(one.told.line, LONGEST), bold=True)
    yield from (run(cut(line, LONGEST)) for line in (*one.told.more, *one.told.relations))
    if one.told.hint:
        yield run(say(f"供参考：{one.told.hint}", f"for reference: {one.told.hint}"))
    if one.first.status == "acknowledged" and one.first.note:
        noted = " ".join(one.first.note.splitlines())
        yield run(f"{status_words('acknowledged', say.lang)}{say('：', ': ')}{noted}")


def _printed(say: Speech, one: Case) -> Iterator[Run]:
    for figures in one.told.tables:
        yield from figure_lines(say, figures)
    if one.told.quoted:
        yield run(f"“{cut(one.told.quoted, LONGEST)}”")


def figure_lines(say: Speech, figures: FigureTable) -> Iterator[Run]:
    """The cells of one relation, a line for each row, those of a single column one after the other; the row with the
    cell in doubt is set off."""
    single = len(figures.columns) == 1
    others: list[str] = []
    shown = figures.rows if single or len(figures.rows) <= MOST_ROWS else figures.rows[:MOST_ROWS]
    for row in shown:
        parts, marked = [], False
        for head, figure in zip(figures.columns, row.figures, strict=True):
            if figure is None:
                continue
            should = say(f"（应为 {figure.proposed}）", f" (should be {figure.proposed})") if figure.proposed else ""
            doubt = should if figure.mark == "suspect" else ""
            marked = marked or figure.mark == "suspect"
            parts.append(f"{figure.text}{doubt}" if single else f"{head} {figure.text}{doubt}")
        line = f"{row.label}{say('：', ': ')}{say('、', ', ').join(parts)}"
        if marked or not single:
            yield run(line, mark=marked)
        else:
            others.append(line)
    if others:
        yield run(f"{figures.columns[0]}{say('：', ': ')}{say('；', '; ').join(others)}")
    if len(shown) < len(figures.rows):
        left = len(figures.rows) - len(shown)
        yield run(say(f"另有 {left} 行，见网页和存档件", f"{left} more lines: see the page or the archived copy"))
    if figures.rest:
        yield run(figures.rest)


def _source(say: Speech, one: Case) -> Iterator[Run]:
    if one.told.basis:
        yield run(one.told.basis)
    yield from _page(say, one)


def _page(say: Speech, one: Case) -> Iterator[Run]:
    published = current(one.first).get("published_on")
    numbers = say("、", ", ").join(str(finding.id) for finding in one.findings)
    if one.url:
        yield run(say("网页", "page"), one.url)
    if one.document:
        yield run(say(f"存档 {one.document[:SHOWN]}", f"archived {one.document[:SHOWN]}"))
    on = say(f"公布 {published}", f"published {published}") if published else ""
    yield run(say.joined((on, say(f"发现编号 {numbers}", f"finding {numbers}"))))


def source_cell(say: Speech, url: str | None, document: str | None, *, whole: bool = False) -> Cell:
    """The page and the archived copy of a report, by its hash."""
    lines = []
    if linked(url):
        lines.append(run(say("网页", "page"), url))
    if document and SHA256.fullmatch(document):
        lines.append(run(document if whole else document[:SHOWN]))
    return tuple(lines) or (run("–"),)
