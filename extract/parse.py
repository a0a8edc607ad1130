"""Content → Report: title, tables, sections, and what could not be read. Pure; no figure is ever repaired."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from extract.content import Content, Grid, State
from extract.form.form_file import FORMS
from extract.form.forms import TABLES
from extract.form.numbers import shows_figure
from extract.indicators.reading import Read, read_indicators
from extract.model import Facts, Problem, Report, Row, Section, cell_name
from extract.prose.head import Head, read_head
from extract.prose.sections import read_sections
from extract.prose.wording import altered_words
from extract.tables.expected import expected_rows
from extract.tables.line import Lines
from extract.tables.lines import find_lines
from extract.tables.measures import other_measures, without_other
from extract.tables.other_year import leave_other_years
from extract.tables.recognition import find_forms, shown
from extract.tables.rows import Tables, build_tables
from extract.tables.running_text import Flat, read_flat
from extract.tables.several import several
from extract.tables.strange_heads import Strange, leave_strange
from extract.whole import refers, unread_part

HEADINGS = 5  # of the form's six that make a text an annual report, also without a title and tables
NUMBERS = 8  # so many numbers by themselves make no blank form; a few may be those of pages
NUMBER = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,6})?")
NAMES = {"T2": "表二", "T3": "表三", "T4": "表四"}


def parse(content: Content, hint: str = "") -> Report | Problem:
    """Reads one document. `hint` is a title known from elsewhere (the list page), used where the document has none.

    Returns a Problem when the document is no annual report on one of the forms: `not_a_report`,
    `blank_form`, `several_reports`.
    """
    sections = read_sections(content)
    head = read_head(content, sections, hint)
    lines = find_lines(content)
    tables = _told_apart(_tables(content, lines), content)
    conflicts = [problem for problem in tables.problems if problem.code == "conflicting_rows"]
    body = (head.agency_name, head.year)
    refusal = _refusal(head, tables, sections, content) or several(content, lines.lines, conflicts, body)
    if refusal:
        return refusal
    if head.year is not None and head.year < FORMS.first_year:
        read = read_indicators(content, head.year)
        # Its statistics name 部分公开 and 国家秘密 as 表三 does; where no figure fits that form, it is not there.
        if not tables.forms or (read.indicators and not _stated(tables)):
            return _before_forms(head, head.year, sections, read)
    other = other_measures(content, tables.forms["T2"], head.year) if "T2" in tables.forms else {}
    tables = replace(tables, rows=tuple(without_other(row, other) for row in tables.rows)) if other else tables
    (known, subtotals), strange = leave_strange(lines.headers, tables.rows, tables.subtotals)
    if strange:
        tables = replace(tables, rows=known, subtotals=subtotals)
    rows, strangers = leave_other_years(content, tables.rows, head.year)
    if strangers:
        tables = replace(tables, rows=rows, problems=(*tables.problems, *strangers))
    part = unread_part(content, lines, tables, sections)
    problems = [*tables.problems, *_words_for_figures(tables, {**other, **strange}), *_gaps(content, head, tables)]
    problems += [part] if part else []
    return Report(
        title=head.title,
        agency_name=head.agency_name,
        year=head.year,
        forms=tables.forms,
        rows=tables.rows,
        subtotals=tables.subtotals,
        sections=sections,
        problems=tuple(problems),
        spent=tables.spent,
        period=head.period,
        published_on=head.published_on,
        titled=head.titled,
        altered=altered_words(content, sections, tables.forms.get("T3", "")),
        evidence=head.evidence,
        weak=head.weak,
    )


def _before_forms(head: Head, year: int, sections: tuple[Section, ...], read: Read) -> Report:
    """A report of a year in which no form was due: its indicators, where it has any, and its prose."""
    return Report(
        title=head.title,
        agency_name=head.agency_name,
        year=year,
        forms={},
        rows=(),
        sections=sections,
        problems=(*read.problems, *_nameless(head)),
        period=head.period,
        published_on=head.published_on,
        titled=head.titled,
        evidence=head.evidence,
        weak=head.weak,
        indicators=read.indicators,
        indicator_form=read.form,
    )


def _tables(content: Content, lines: Lines) -> Tables:
    prose = [block for block in content.blocks if isinstance(block, str)]
    forms = find_forms(lines, content)
    tables = build_tables(lines, forms)
    absent = frozenset(TABLES) - forms.keys()
    if not absent or not prose:
        return tables
    flat = read_flat(prose, absent, forms)
    if not flat.forms:
        return tables
    return _merge(tables, flat)


def _told_apart(tables: Tables, content: Content) -> Tables:
    """Cells of several words of which one is shown otherwise are no text of the publisher: we cannot read them."""
    if not content.apart:
        return tables
    rows, subtotals = (
        tuple([_illegible(row, content.apart) if "text" in row.states else row for row in some])
        for some in (tables.rows, tables.subtotals)
    )
    return replace(tables, rows=rows, subtotals=subtotals)


def _illegible(row: Row, apart: Collection[str]) -> Row:
    states: list[State] = [
        "illegible" if state == "text" and raw in apart else state
        for raw, state in zip(row.raws, row.states, strict=True)
    ]
    return row._replace(states=tuple(states))


def _merge(tables: Tables, flat: Flat) -> Tables:
    """Adds the tables that were found in running text; rows they lack are missing rows like any other."""
    found = {(row.table, row.code): row for row in flat.rows}
    more = [found.get((row.table, row.code), row) for row in expected_rows(flat.forms)]
    lost = [
        Problem("row_missing", "没有找到这一行", f"{row.table}[{row.code}]", row.table)
        for row in more
        if (row.table, row.code) not in found
    ]
    everything = sorted([*tables.rows, *more], key=lambda row: row.table)
    return Tables(
        {**tables.forms, **flat.forms},
        tuple(everything),
        tables.subtotals,
        (*tables.problems, *flat.problems, *lost),
        tables.spent | flat.spent,
    )


def _refusal(head: Head, tables: Tables, sections: Sequence[Section], content: Content) -> Problem | None:
    stated = _stated(tables)
    headings = sum(section.number > 0 for section in sections)
    if not tables.forms and not head.recognized and headings < HEADINGS:
        return Problem("not_a_report", "既没有年度报告的标题，也没有年度报告的表格：不是政府信息公开工作年度报告")
    if (
        tables.forms
        and not stated
        and (not head.agency_name or head.year is None)
        and _printed_numbers(content) < NUMBERS
    ):
        return Problem("blank_form", "是空白格式：没有机关名称或年度，也没有一个数字")
    return None


def _stated(tables: Tables) -> bool:
    return any(value is not None for row in tables.rows for value in row.values)


def _printed_numbers(content: Content) -> int:
    """Numbers that stand on a line or in a cell of their own, whether or not they could be placed."""
    lines = [block for block in content.blocks if isinstance(block, str)]
    cells = [text for block in content.blocks if isinstance(block, Grid) for row in block.rows for text in row.texts]
    return sum(NUMBER.fullmatch(text.strip(" |｜")) is not None for text in (*lines, *cells))


def _words_for_figures(tables: Tables, other: Strange) -> Iterator[Problem]:
    """Cells that hold something and no figure of their column: kept as printed, stated as nothing, and told."""
    for row in tables.rows:
        if "text" in row.states or "illegible" in row.states:
            for member, raw, state in zip(row.members, row.raws, row.states, strict=True):
                if state == "illegible":
                    yield _unreadable_cell(row, member, raw or "")
                elif state == "text" and (heading := other.get((row.table, row.code, member))):
                    yield _of_other_measure(row, member, raw or "", heading)
                elif state == "text":
                    yield Problem(
                        "cell_text",
                        f"单元格不是本列的数字，原文照存：{(raw or '')[:60]}",
                        cell_name(row.table, row.code, member),
                        row.table,
                        {"parts": ["elsewhere"]}
                        if refers(raw or "")
                        else {"printed": True}
                        if shows_figure(raw or "")
                        else {},
                    )


def _unreadable_cell(row: Row, member: str, raw: str) -> Problem:
    detail = f"单元格的数字用样式区分、划去、隐藏、显示成日期，或是图片、表单、脚本，没有读准：{raw[:60]}"
    return Problem("cell_illegible", detail, cell_name(row.table, row.code, member), row.table)


def _of_other_measure(row: Row, member: str, raw: str, heading: str) -> Problem:
    detail = f"栏名或单位是“{heading[:60]}”，与格式不同，原文照存，不作本栏的数：{raw[:60]}"
    return Problem("other_measure", detail, cell_name(row.table, row.code, member), row.table)


def _nameless(head: Head) -> Iterator[Problem]:
    if not head.agency_name:
        yield Problem("no_agency", "没有读到机关名称，无法归入任何机关")
    if head.year is None:
        yield Problem("no_year", "没有读到报告年度")


def _gaps(content: Content, head: Head, tables: Tables) -> list[Problem]:
    gaps = [*_nameless(head)]
    for table in TABLES:
        if table not in tables.forms:
            if shown(table, content):
                gaps.append(Problem("table_unread", f"有{NAMES[table]}的行名、栏名，没有读到它的数字", table, table))
                continue
            images = f"；正文有 {content.images} 张图片，表格可能是图片" if content.images else ""
            facts: Facts = {"images": content.images} if content.images else {}
            gaps.append(Problem("table_missing", f"没有找到{NAMES[table]}{images}", table, table, facts))
    return gaps
