"""The tables of the form in layouts that are printed and lost something: every figure is read, and none wrongly."""

from collections.abc import Callable

import pytest

from extract.form.forms import TRACK_MEMBERS
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


def padded_by_characters(table: forms.Table) -> str:
    """Columns set with spaces by somebody who counts a Chinese character as one."""
    grid = forms.laid_out(table)
    widths = [max(len(row[at]) for row in grid) for at in range(len(grid[0]))]
    return "\n".join("  ".join(map(str.ljust, row, widths)) for row in grid)


def spaces_without_columns(table: forms.Table) -> str:
    """Three spaces behind each cell, whatever stands above and below."""
    return "\n".join("   ".join(cell.text for cell in row) for row in table)


LAYOUTS: dict[str, Callable[[forms.Table], str]] = {
    "rows_of_bars": rows_of_bars,
    "rows_of_tabs": rows_of_tabs,
    "rows_without_spans": rows_without_spans,
    "bar_below": bar_below,
    "bar_below_blank_lines": bar_below_blank_lines,
    "bar_below_padded": bar_below_padded,
    "bars_for_merged_columns": bars_for_merged_columns,
    "padded_by_characters": padded_by_characters,
    "spaces_without_columns": spaces_without_columns,
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


# --- 表四 otherwise than the form ------------------------------------------------------------------------

HEADINGS = [
    ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"),
    ("（一）行政复议情况", "（二）行政诉讼——未经复议直接起诉", "（三）行政诉讼：复议后起诉"),
    ("1.行政复议", "2.未经复议直接起诉", "3.复议后起诉"),
]


def one_track(figures: forms.Figures, track: str) -> forms.Table:
    return [
        [forms.Cell(text) for text in forms.TRACK_HEADS],
        [figures.cell("T4", track, member) for member in TRACK_MEMBERS],
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
@pytest.mark.parametrize("headings", HEADINGS)
def test_the_fourth_table_as_three_with_their_names_above(headings: tuple[str, ...], order: tuple[int, ...]) -> None:
    figures = forms.Figures()
    parts = [f"<p>{headings[at]}</p>{forms.html(one_track(figures, forms.TRACKS[at]))}" for at in order]
    report = read_text(forms.page("", "", "".join(parts)))
    found = forms.compare(report, figures)
    assert found.wrong == {}
    assert not found.unread


def test_tables_of_five_without_names_are_not_told_apart() -> None:
    figures = forms.Figures()
    report = read_text(forms.page("", "", "".join(forms.html(one_track(figures, track)) for track in forms.TRACKS)))
    assert forms.compare(report, figures).wrong == {}
    assert {problem.table for problem in report.problems} >= {"T4"}


@pytest.mark.parametrize("years", [("", ""), ("2023年", "2022年"), ("上年", "本年")])
def test_two_rows_of_a_fourth_table_are_neither_stored(years: tuple[str, str]) -> None:
    figures = forms.Figures()
    table = forms.remedies(figures)
    other = [forms.Cell(str(9000 + at)) for at in range(15)]
    rows = [[*([forms.Cell(year)] if year else []), *row] for year, row in zip(years, (other, table[3]), strict=True)]
    report = read_text(forms.page("", "", forms.html([*table[:3], *rows])))
    assert not any(value is not None for row in report.rows if row.table == "T4" for value in row.values)
    assert "conflicting_rows" in {problem.code for problem in report.problems}


def test_two_rows_of_one_track_are_neither_stored() -> None:
    figures = forms.Figures()
    table = [*one_track(figures, "reconsideration"), [forms.Cell(str(9000 + at)) for at in range(5)]]
    report = read_text(forms.page("", "", f"<p>行政复议</p>{forms.html(table)}"))
    assert not any(value is not None for row in report.rows if row.table == "T4" for value in row.values)


def test_a_header_in_single_characters_over_fifteen_figures() -> None:
    figures = forms.Figures()
    row = " ".join(cell.text for cell in forms.remedies(figures)[3])
    lines = [
        "行政复议 行政诉讼",
        "未经复议直接起诉 复议后起诉",
        "结 结 其 尚",
        "总计 果 果 他 未 总",
        "维 纠 结 审 计",
        "持 正 果 结",
    ]
    report = read_text(forms.text("", "", "\n".join([*lines, row])))
    assert forms.compare(report, figures).wrong == {}
    assert not forms.compare(report, figures).unread
    short = read_text(forms.text("", "", "\n".join([*lines, row.rpartition(" ")[0]])))
    assert forms.compare(short, figures).wrong == {}
    assert not any(value is not None for row in short.rows for value in row.values)
    assert short.problems


# --- labels with remarks, headers of somebody's own, the note on the sums ---------------------------------

REMARKS = [
    ("规章", "规章（设区的市和自治州填报）"),
    ("规章", "规章(由有立法权的机关填写)"),
    ("规章", "规章【无制定权的不填】"),
    ("行政规范性文件", "行政规范性文件（指以本机关名义制发的决定、意见、办法、细则、通告等公文，不含内部文件）"),
    ("行政许可", "行政许可（含即办件）"),
    ("行政处罚", "行政处罚（含简易程序）（不含委托）"),
    ("行政事业性收费", "行政事业性收费（含代收）"),
]


@pytest.mark.parametrize("draw", [forms.html, rows_of_bars, forms.tabs])
@pytest.mark.parametrize(("label", "printed"), REMARKS)
def test_a_remark_behind_a_label_hides_no_row(label: str, printed: str, draw: Callable[[forms.Table], str]) -> None:
    figures = forms.Figures()
    table = [
        [forms.Cell(printed, cell.colspan) if cell.text == label else cell for cell in row]
        for row in forms.disclosure(figures)
    ]
    drawn = draw(table)
    report = read_text(forms.page(drawn, "", "") if "<" in drawn else forms.text(drawn, "", ""))
    found = forms.compare(report, figures)
    assert found.wrong == {}
    assert not found.unread


@pytest.mark.parametrize("remark", ["（上年）", "（其中：公开的）", "（万件）", "（历年累计）", "（12）"])
def test_a_remark_that_makes_other_figures_is_no_remark(remark: str) -> None:
    figures = forms.Figures()
    table = [
        [forms.Cell(cell.text + remark) if cell.text == "行政许可" else cell for cell in row]
        for row in forms.disclosure(figures)
    ]
    found = forms.compare(read_text(forms.page(forms.html(table), "", "")), figures)
    assert found.wrong == {}
    assert found.unread == {"T2[licenses,decisions]"}


def test_a_header_of_row_names_is_no_row() -> None:
    figures = forms.Figures()
    table = forms.laid_out(forms.applications(figures))
    words = ["项目", "本年新收件数", "上年结转件数", "予以公开", "部分公开", "不予公开", "结转下年度", "总计"]
    rows = [f"| {' | '.join(row)} |" for row in table]
    head = f"| {' | '.join(words)} |\n{'|---' * 8}|"
    report = read_text(forms.text("", "\n".join([*rows[:-4], "", head, *rows[-4:]]), ""))
    found = forms.compare(report, figures)
    assert found.wrong == {}
    assert not [one for one in found.problems if "granted" in one.where or "refused" in one.where]


@pytest.mark.parametrize(
    "note",
    [
        "<p>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</p>{}",
        "{}<p>注：本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和</p>",
        "<p>（本列数据的勾稽</p><p>关系为：第一项加第二项之和，等于第三项加第四项之和）</p>{}",
    ],
)
def test_the_note_on_the_sums_may_stand_above_or_below_the_table(note: str) -> None:
    figures = forms.Figures()
    table = forms.applications(figures)
    table[0][0] = forms.Cell("", 3, 3)
    report = read_text(forms.page("", note.format(forms.html(table)), ""))
    assert report.altered == ()
    assert read_text(forms.page("", forms.html(table), "")).altered == ("（缺）本列数据的勾稽关系",)


def worn(text: str, at: int) -> str:
    """A label that lost one character."""
    return text if text.isdigit() else text[: at % len(text)] + text[at % len(text) + 1 :]


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("draw", [forms.cell_lines, rows_of_bars, spaces_without_columns, forms.html])
def test_a_second_table_whose_labels_lost_characters_is_not_missing(
    draw: Callable[[forms.Table], str], at: int
) -> None:
    figures = forms.Figures()
    table = [
        [forms.Cell(worn(cell.text, at + column), cell.colspan) for column, cell in enumerate(row)]
        for row in forms.disclosure(figures)
    ]
    drawn = draw(table)
    report = read_text(forms.page(drawn, "", "") if "<" in drawn else forms.text(drawn, "", ""))
    assert forms.compare(report, figures).wrong == {}
    assert ("table_missing", "T2") not in {(problem.code, problem.where) for problem in report.problems}
    assert any(problem.table == "T2" or "g" in problem.where for problem in report.problems)
