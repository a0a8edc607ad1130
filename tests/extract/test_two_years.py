"""Two years in one document: what does not say that it is the report's year is stored for none, and told."""

import re

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.samples import make_history

LAST, THIS = make_history(7, "青石市民政局", [2023, 2024])
TABLE = re.compile(r"<table.*?</table>", re.S)
CELL = re.compile(r"<td>(\d*)</td>")
PAGE = THIS.html("plain")
OLD, NEW = TABLE.findall(LAST.html("plain")), TABLE.findall(PAGE)
ROW, ROW_BEFORE = (re.findall(r"<tr>.*?</tr>", tables[2], re.S)[-1] for tables in (NEW, OLD))


def reading(old: str, new: str) -> Report:
    assert PAGE.count(old) == 1
    found = read_report(PAGE.replace(old, new).encode(), "a.html")
    assert isinstance(found, Report)
    return found


def stored(report: Report, table: str) -> dict[str, object]:
    return {
        f"{table}[{row.code},{member}]": value
        for row in report.rows
        if row.table == table
        for member, value in zip(row.members, row.values, strict=True)
        if value is not None
    }


def same(table: str) -> set[str]:
    """Cells that print the same in both years: whichever is taken, it is right."""
    return {name for name in THIS.cells if name.startswith(table) and THIS.figures[name] == LAST.figures.get(name)}


@pytest.mark.parametrize("above", [("", ""), ("<p>2023年</p>", "<p>2024年</p>"), ("<p>上年</p>", "<p>本年</p>")])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_table_that_stands_twice_with_other_figures_gives_none_of_them(at: int, above: tuple[str, str]) -> None:
    report = reading(NEW[at], above[0] + OLD[at] + above[1] + NEW[at])
    table = ("T2", "T3", "T4")[at]
    for name, value in stored(report, table).items():
        assert value == THIS.figures[name]
    assert {problem.table for problem in report.problems} == {table}


def test_last_years_tables_behind_the_report_are_not_taken_for_its_own() -> None:
    report = reading("</body>", f"<h1>附：2023年数据</h1>{''.join(OLD)}</body>")
    for table in ("T2", "T3", "T4"):
        assert all(value == THIS.figures[name] for name, value in stored(report, table).items())


@pytest.mark.parametrize("rows", [ROW_BEFORE + ROW, ROW + ROW_BEFORE, ROW_BEFORE + ROW + ROW])
def test_two_rows_of_table_four_without_a_label_give_none(rows: str) -> None:
    report = reading(ROW, rows)
    assert stored(report, "T4").keys() <= same("T4")
    assert "conflicting_rows" in {problem.code for problem in report.problems}


@pytest.mark.parametrize("label", ["2023年", "2023年度", "上年", "上年同期", "去年", "（上年）", "2023年数据"])
def test_the_only_row_of_table_four_is_not_taken_where_it_says_another_year(label: str) -> None:
    report = reading(ROW, ROW_BEFORE.replace("<tr>", f"<tr><td>{label}</td>"))
    assert stored(report, "T4") == {}
    assert "row_of_other_year" in {problem.code for problem in report.problems}
    above = reading(NEW[2], f"<p>{label}</p>{OLD[2]}")
    assert stored(above, "T4") == {}
    assert "row_of_other_year" in {problem.code for problem in above.problems}


@pytest.mark.parametrize("label", ["2024年", "2024年度", "本年", "2024年数据"])
def test_it_is_taken_where_it_says_the_reports_year(label: str) -> None:
    for report in (
        reading(ROW, ROW.replace("<tr>", f"<tr><td>{label}</td>")),
        reading(NEW[2], f"<p>{label}</p>{NEW[2]}"),
    ):
        assert len(stored(report, "T4")) == 15
        assert report.problems == ()


def test_a_table_three_of_last_year_is_told_once() -> None:
    report = reading(NEW[1], f"<p>上年度情况</p>{OLD[1]}")
    assert stored(report, "T3") == {}
    assert [problem.code for problem in report.problems] == ["row_of_other_year"]


def test_pairs_of_columns_for_two_years_give_none() -> None:
    pairs = "".join(
        f"<td>{one}</td><td>{two}</td>" for one, two in zip(CELL.findall(ROW_BEFORE), CELL.findall(ROW), strict=True)
    )
    report = reading(ROW, f"<tr>{'<td>上年</td><td>本年</td>' * 15}</tr><tr>{pairs}</tr>")
    assert stored(report, "T4") == {}
    assert report.problems


def test_a_second_set_of_columns_in_table_three_gives_none() -> None:
    rows = re.findall(r"<tr>.*?</tr>", NEW[1], re.S)[3:]
    table = NEW[1]
    for row in rows:
        more = "".join(f"<td>{int(cell or 0) + 1}</td>" for cell in CELL.findall(row))
        table = table.replace(row, row.replace("</tr>", f"{more}</tr>"), 1)
    report = reading(NEW[1], table)
    assert stored(report, "T3") == {}
    assert report.problems
