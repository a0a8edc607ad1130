"""The tables of the form in layouts that are printed and lost something: every figure is read, and none wrongly."""

from collections.abc import Callable

import pytest

from extract.model import Report
from extract.parse import parse
from extract.readers import read
from tests.extract import forms_printed as forms
from tests.extract.test_place import misplaced


def rows_of_bars(table: forms.Table) -> str:
    """One row a line, a bar behind each cell; what was merged left no trace."""
    return "\n".join("".join(f"{cell.text} | " for cell in row).rstrip() for row in table)


def rows_of_tabs(table: forms.Table) -> str:
    return "\n".join("\t".join(cell.text for cell in row) for row in table)


def rows_without_spans(table: forms.Table) -> str:
    return forms.html([[forms.Cell(cell.text) for cell in row] for row in table])


def bar_below(table: forms.Table) -> str:
    """Every cell on a line, its bar on the next."""
    return "\n".join(f"{cell.text}\n|" for row in table for cell in row)


def bar_below_blank_lines(table: forms.Table) -> str:
    return bar_below(table).replace("\n", "\n\n")


def bar_below_padded(table: forms.Table) -> str:
    """The same, each row padded with bars to the width of the grid."""
    width = len(forms.laid_out(table)[0])
    rows = ("\n".join(f"{cell.text}\n|" for cell in row) + "\n" + "|" * (width - len(row)) for row in table)
    return "\n".join(rows).replace("\n\n", "\n")


def bars_for_merged_columns(table: forms.Table) -> str:
    """One cell and a bar a line; a cell over several columns is padded, one over several rows is not."""
    lines: list[str] = []
    for row in table:
        padding = "|" * sum(cell.colspan - 1 for cell in row)
        lines += [f"{cell.text} |".strip() for cell in row] + ([padding] if padding else [])
    return "\n".join(lines)


LAYOUTS: dict[str, Callable[[forms.Table], str]] = {
    "rows_of_bars": rows_of_bars,
    "rows_of_tabs": rows_of_tabs,
    "rows_without_spans": rows_without_spans,
    "bar_below": bar_below,
    "bar_below_blank_lines": bar_below_blank_lines,
    "bar_below_padded": bar_below_padded,
    "bars_for_merged_columns": bars_for_merged_columns,
}


def read_text(whole: str) -> Report:
    """A report read from text or a page, every place of it exact."""
    content = read(whole.encode(), "a.html" if "<" in whole else "a.txt")
    report = parse(content)
    assert isinstance(report, Report), report
    assert list(misplaced(content, report)) == []
    return report


@pytest.mark.parametrize("total_first", [False, True])
@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_figure_of_a_layout_is_read(layout: str, form: str, total_first: bool) -> None:
    figures, draw = forms.Figures(), LAYOUTS[layout]
    tables = [
        draw(forms.disclosure(figures, form)),
        draw(forms.applications(figures, form, total_first)),
        draw(forms.remedies(figures)),
    ]
    report = read_text(forms.page(*tables) if layout == "rows_without_spans" else forms.text(*tables))
    found = forms.compare(report, figures)
    assert found.wrong == {}
    assert not found.unread


def test_a_total_before_the_organizations_in_rows_without_spans_is_not_read() -> None:
    figures = forms.Figures()
    table = forms.applications(figures)
    table[1] = [table[1][0], table[1][2], table[1][1]]  # 自然人, 总计, 法人或其他组织
    report = read_text(forms.text("", rows_of_bars(table), ""))
    assert forms.compare(report, figures).wrong == {}
    assert "header_order" in {problem.code for problem in report.problems}
