"""Parsing, as an adversary: tables as they may be drawn, every figure a number of its own.

Nothing wrong is ever stated; what is drawn without doubt is read to the last cell; what is not is a problem.
"""

from collections.abc import Callable

import pytest

from extract.form.forms import MEMBERS
from extract.model import Problem, Report, cell_name
from extract.parse import parse
from extract.readers import read
from tests.extract import forms_printed as forms
from tests.extract.forms_printed import GROUPS, Cell, Figures, Table, compare

FORMS = [("2021", "2021"), ("2019", "2019"), ("2021", "2019"), ("2019", "2021")]
HTML = {
    "plain": forms.html,
    "word": lambda table: forms.html(table, forms.word),
    "wps": lambda table: forms.html(table, forms.wps),
}
TEXT = {
    "tabs": forms.tabs,
    "markdown": forms.markdown,
    "bars": forms.bars,
    "bars on lines": lambda table: forms.bars(table, own_line=True),
    "cells on lines": forms.cell_lines,
}
Change = Callable[[Table], Table]


def read_html(
    second: Table, third: Table, fourth: Table, write: Callable[[Table], str] = forms.html
) -> Report | Problem:
    return parse(read(forms.page(write(second), write(third), write(fourth)).encode(), "a.html"))


def read_text(second: Table, third: Table, fourth: Table, write: Callable[[Table], str]) -> Report | Problem:
    return parse(read(forms.text(write(second), write(third), write(fourth)).encode(), "a.txt"))


def tables(
    figures: Figures, form: tuple[str, str] = ("2021", "2021"), total_first: bool = False
) -> tuple[Table, Table, Table]:
    return (
        forms.disclosure(figures, form[0]),
        forms.applications(figures, form[1], total_first),
        forms.remedies(figures),
    )


def figures_of(row: list[Cell]) -> list[Cell]:
    return [cell for cell in row if cell.name]


def labels_of(row: list[Cell]) -> list[Cell]:
    return [cell for cell in row if not cell.name]


def changed(table: Table, code: str, change: Callable[[list[Cell]], list[Cell]]) -> Table:
    """The table with the figures of one line changed."""
    return [
        [*labels_of(row), *change(figures_of(row))] if any(f"[{code}," in cell.name for cell in row) else row
        for row in table
    ]


@pytest.mark.parametrize("form", FORMS, ids="+".join)
@pytest.mark.parametrize("total_first", [False, True])
@pytest.mark.parametrize("write", HTML.values(), ids=HTML)
def test_pages_read_exactly(form: tuple[str, str], total_first: bool, write: Callable[[Table], str]) -> None:
    figures = Figures()
    reading = compare(read_html(*tables(figures, form, total_first), write), figures)
    assert reading.exact, reading
    assert reading.report.forms == {"T2": form[0], "T3": form[1], "T4": "both"}


@pytest.mark.parametrize("form", FORMS, ids="+".join)
@pytest.mark.parametrize("write", TEXT.values(), ids=TEXT)
def test_texts_read_exactly(form: tuple[str, str], write: Callable[[Table], str]) -> None:
    figures = Figures()
    reading = compare(read_text(*tables(figures, form), write), figures)
    assert reading.exact, reading


@pytest.mark.parametrize(
    "between",
    [
        "",
        "<p></p>",
        "<p>— 3 —</p>",
        "<h2>续表</h2>",
        "<p>注：数据截至年底。</p>",
        forms.html(forms.applications_head()),
    ],
)
@pytest.mark.parametrize("at", [3, 4, 6, 12, 16, 20, 25, 28])
def test_tables_broken_in_two(at: int, between: str) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    page = forms.page(forms.html(second), forms.html(third[:at]) + between + forms.html(third[at:]), forms.html(fourth))
    reading = compare(parse(read(page.encode(), "a.html")), figures)
    assert reading.exact, reading


def without_groups(table: Table) -> Table:
    return [[cell for cell in row if cell.text not in GROUPS.values()] for row in table]


def groups_on_rows(table: Table) -> Table:
    rows: Table = []
    for row in table:
        rows += [[Cell(cell.text, 10)] for cell in row if cell.text in GROUPS.values()]
        rows.append([cell for cell in row if cell.text not in GROUPS.values()])
    return rows


def blank_column(table: Table) -> Table:
    return [row if not figures_of(row) else [*labels_of(row), Cell(""), *figures_of(row)] for row in table]


def blank_column_inside(table: Table) -> Table:
    return [
        row if not figures_of(row) else [*labels_of(row), *figures_of(row)[:3], Cell(""), *figures_of(row)[3:]]
        for row in table
    ]


def padded(table: Table) -> Table:
    return [[*row, Cell(""), Cell("")] for row in table]


def wide_column(table: Table) -> Table:
    return [
        [
            Cell(cell.text, 2, cell.rowspan, cell.name)
            if cell.name.endswith("natural_person]") or cell.text == "自然人"
            else cell
            for cell in row
        ]
        for row in table
    ]


def tall_rows(table: Table) -> Table:
    """Each row drawn over two, the second being empty."""
    return [row for first in table for row in ([Cell(c.text, c.colspan, 2 * c.rowspan, c.name) for c in first], [])]


@pytest.mark.parametrize(
    "change",
    [without_groups, groups_on_rows, blank_column, blank_column_inside, padded, wide_column, tall_rows],
    ids=lambda change: str(change.__name__),
)
def test_shapes_that_leave_no_doubt(change: Change) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    reading = compare(read_html(second, change(third), fourth), figures)
    assert reading.exact, reading


@pytest.mark.parametrize(
    "change", [without_groups, groups_on_rows, blank_column, padded], ids=lambda change: str(change.__name__)
)
@pytest.mark.parametrize("write", TEXT.values(), ids=TEXT)
def test_shapes_in_text(change: Change, write: Callable[[Table], str]) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    reading = compare(read_text(second, change(third), fourth, write), figures)
    assert reading.exact, reading


WIDTHS: dict[str, Callable[[list[Cell]], list[Cell]]] = {
    "six": lambda cells: cells[:6],
    "eight": lambda cells: [*cells, Cell("99")],
    "nine": lambda cells: [*cells, Cell("99"), Cell("98")],
    "two in one": lambda cells: [*cells[:2], Cell(cells[2].text, 2), *cells[4:]],
    "two in one, padded": lambda cells: [*cells[:2], Cell(cells[2].text, 2), *cells[4:], Cell("")],
    "one over all": lambda cells: [Cell("17", 7)],
}


@pytest.mark.parametrize("change", WIDTHS.values(), ids=WIDTHS)
def test_a_row_of_another_width_is_not_guessed(change: Callable[[list[Cell]], list[Cell]]) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    reading = compare(read_html(second, changed(third, "granted", change), fourth), figures)
    assert not reading.wrong
    assert reading.unread == {cell_name("T3", "granted", member) for member in MEMBERS}
    assert [(problem.code, problem.where) for problem in reading.problems] == [("t3.alignment", "T3[granted]")]


def test_a_figure_over_two_rows_is_nobodys() -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    third = changed(third, "refused.state_secret", lambda c: [*c[:2], Cell(c[2].text, 1, 2), *c[3:]])
    third = changed(third, "refused.prohibited_by_law", lambda c: [*c[:2], *c[3:]])
    reading = compare(read_html(second, third, fourth), figures)
    assert not reading.wrong
    assert {name.split(",")[0] for name in reading.unread} == {
        "T3[refused.state_secret",
        "T3[refused.prohibited_by_law",
    }


@pytest.mark.parametrize(("text", "state"), [("无", "none"), ("", "blank"), ("见附件", "text"), ("/", "dash")])
def test_one_cell_without_a_figure_over_all_columns(text: str, state: str) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    report = read_html(second, changed(third, "granted", lambda _: [Cell(text, 7)]), fourth)
    assert isinstance(report, Report)
    assert {problem.code for problem in report.problems} == ({"cell_text"} if state == "text" else set())
    assert {forms.states(report)[cell_name("T3", "granted", member)] for member in MEMBERS} == {state}


def subtotal_column(table: Table) -> Table:
    head = [*table[:2], [*table[2], Cell("小计")]]
    return head + [
        [*row[:-1], Cell(str(9000 + at)), row[-1] if at % 3 else Cell("")] for at, row in enumerate(table[3:])
    ]


def unnamed_column(table: Table) -> Table:
    return table[:3] + [
        [*row[:-1], Cell(str(9000 + at)), row[-1] if at % 3 else Cell("")] for at, row in enumerate(table[3:])
    ]


def total_first_column(table: Table) -> Table:
    head = [table[0], [table[1][2], table[1][0], table[1][1]], table[2]]
    return head + [[*labels_of(row), figures_of(row)[6], *figures_of(row)[:6]] for row in table[3:]]


def swapped_columns(table: Table) -> Table:
    head = [*table[:2], [table[2][1], table[2][0], *table[2][2:]]]
    return head + [[*labels_of(row), *(figures_of(row)[at] for at in (0, 2, 1, 3, 4, 5, 6))] for row in table[3:]]


def transposed(table: Table) -> Table:
    return [[Cell(text) for text in column] for column in zip(*forms.laid_out(table), strict=True)]


@pytest.mark.parametrize(
    "change",
    [subtotal_column, unnamed_column, total_first_column, swapped_columns, transposed],
    ids=lambda change: str(change.__name__),
)
@pytest.mark.parametrize(
    "write", [forms.html, forms.tabs, forms.markdown, forms.bars], ids=["html", "tabs", "markdown", "bars"]
)
def test_columns_that_are_not_the_forms(change: Change, write: Callable[[Table], str]) -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    reader = read_html if write is forms.html else read_text
    reading = compare(reader(second, change(third), fourth, write), figures)
    assert not reading.wrong
    if change is swapped_columns and write is forms.html:
        assert not reading.unread  # each heading stands right above its figures (test_other_order.py)
        return
    assert {name[:2] for name in reading.unread} == {"T3"}
    assert reading.codes & {"header_order", "unknown_row"}


def test_rows_that_the_form_does_not_have_are_told() -> None:
    figures = Figures()
    second, third, fourth = tables(figures)
    second.insert(4, [Cell("其他主动公开文件"), Cell("31"), Cell("32"), Cell("33")])
    third.insert(15, [Cell("9.其他原因不公开"), *(Cell(str(70 + at)) for at in range(7))])
    reading = compare(read_html(second, third, fourth), figures)
    assert not reading.wrong
    assert not reading.unread
    assert [problem.code for problem in reading.problems] == ["unknown_row", "unknown_row"]
    # Its figures may be part of （七）总计: the column sums would blame the publisher for a row we left out.
    assert "t3.column_sum[total]" in reading.report.spent


def test_lines_in_the_prose_are_not_the_table() -> None:
    figures = Figures()
    second, third, fourth = map(forms.html, tables(figures))
    page = forms.page(second, third, fourth).replace(
        "本机关全年按时公开信息。",
        "按时公开。</p><p>行政许可 97</p><p>总计 5</p><p>予以公开 1 2 3 4 5 6 7</p><p>规章 1 2 3",
    )
    reading = compare(parse(read(page.encode(), "a.html")), figures)
    assert reading.exact, reading


def test_a_copy_is_fine_and_a_copy_that_differs_is_not() -> None:
    figures = Figures()
    second, third, fourth = map(forms.html, tables(figures))
    assert compare(parse(read(forms.page(second, third * 2, fourth).encode(), "a.html")), figures).exact
    other = third.replace(figures.printed["T3[granted,business]"], "77")
    reading = compare(parse(read(forms.page(second, third + other, fourth).encode(), "a.html")), figures)
    assert not reading.wrong
    assert [(problem.code, problem.where) for problem in reading.problems] == [("conflicting_rows", "T3[granted]")]
    thrice = compare(parse(read(forms.page(second, third + other + third, fourth).encode(), "a.html")), figures)
    assert thrice.unread == reading.unread


@pytest.mark.parametrize(
    "title", ["白沙县教育局2023年政府信息公开工作年度报告", "青石县水务局2022年政府信息公开工作年度报告"]
)
def test_several_reports_in_one_file_do_not_mix(title: str) -> None:
    first, second = Figures(), Figures()
    a, b = (list(map(forms.tabs, tables(figures))) for figures in (first, second))
    text = forms.text(a[0], a[1], "") + "\n\n" + forms.text(b[0], b[1], b[2], title)
    result = parse(read(text.encode(), "a.txt"))
    assert isinstance(result, Problem)
    assert result.code == "several_reports"


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("zeros", ["0", ""])
def test_figures_without_borders_are_never_cut_wrong(seed: int, zeros: str) -> None:
    figures = forms.true_figures(seed, "2021" if seed % 2 else "2019", (0.3, 0.6, 0.9)[seed % 3])
    figures.printed = {name: zeros if raw == "0" else raw for name, raw in figures.printed.items()}
    second, third, fourth = tables(figures, ("2021", "2021" if seed % 2 else "2019"))
    gap = ("", " ", "\n")[seed % 3]
    texts = [
        "\n".join(
            "".join(c.text for c in labels_of(row)) + gap + "".join(c.text for c in figures_of(row)) for row in table
        )
        for table in (second, third, fourth)
    ]
    reading = compare(parse(read(forms.text(*texts).encode(), "a.txt")), figures)
    assert not reading.wrong


@pytest.mark.parametrize("write", TEXT.values(), ids=TEXT)
@pytest.mark.parametrize("sign", ["", "/", "无", "见附件"])
@pytest.mark.parametrize("seed", range(4))
def test_cells_without_figures_shift_nothing(write: Callable[[Table], str], sign: str, seed: int) -> None:
    form = FORMS[seed]
    probe = Figures()
    tables(probe, form)
    figures = Figures({name: sign for at, name in enumerate(probe.printed) if at * 7919 % 11 < 2 + seed})
    reading = compare(read_text(*tables(figures, form), write), figures)
    assert not reading.wrong
