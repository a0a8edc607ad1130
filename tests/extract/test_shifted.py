"""A row of which a value is lost and an empty cell stands at an end: left open and told once, never read one place off."""

from collections.abc import Callable, Sequence

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.samples import SampleReport, make_history

ROW = (48, 6, 3, 5, 6, 6, 74)
CODE = "granted"


def sample() -> SampleReport:
    """A report whose row `granted` is ROW, and that adds up."""
    report = make_history(3, "青石市民政局", [2024])[0]
    names = [f"T3[{CODE},{member}]" for member in MEMBERS]
    delta = [new - report.count(name) for new, name in zip(ROW, names, strict=True)]
    moved = {
        f"T3[{row},{member}]": report.count(f"T3[{row},{member}]") + by
        for row in ("received", CODE, "processed")
        for member, by in zip(MEMBERS, delta, strict=True)
    }
    return report.with_cells(moved)


MEMBERS = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
REPORT = sample()


def html(cells: Sequence[str]) -> str:
    old = "".join(f"<td>{figure}</td>" for figure in ROW)
    page = REPORT.html("plain")
    assert page.count(old) == 1
    return page.replace(old, "".join(f"<td>{cell}</td>" for cell in cells))


def tabs(cells: Sequence[str]) -> str:
    return _text("\t", cells)


def bars(cells: Sequence[str]) -> str:
    return _text("\t", cells).replace("\t", " | ")


def markdown(cells: Sequence[str]) -> str:
    lines = _text("\t", cells).splitlines()
    return "\n".join("| " + line.replace("\t", " | ") + " |" if "\t" in line else line for line in lines)


def _text(mark: str, cells: Sequence[str]) -> str:
    old = mark.join(map(str, ROW))
    text = REPORT.text()
    assert text.count(old) == 1
    return text.replace(old, mark.join(cells))


LAYOUTS = (html, tabs, bars, markdown)
Layout = Callable[[Sequence[str]], str]


def reading(layout: Layout, cells: Sequence[str]) -> Report:
    found = read_report(layout(cells).encode(), "a.html" if layout is html else "a.md")
    assert isinstance(found, Report)
    return found


def stated(report: Report, code: str = CODE) -> tuple[object, ...]:
    return next(row.values for row in report.rows if row.table == "T3" and row.code == code)


def fatal(report: Report) -> set[str]:
    book = load()
    return {one.rule for one in check_report(book, report, Context()).failed if book[one.rule].rule_class == "fatal"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_row_as_it_is_printed_is_read(layout: Layout) -> None:
    report = reading(layout, [*map(str, ROW)])
    assert stated(report) == ROW
    assert fatal(report) == set()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lost", range(6))
@pytest.mark.parametrize("side", ["last", "first"])
def test_a_value_lost_and_a_blank_at_an_end_leave_the_row_open(layout: Layout, lost: int, side: str) -> None:
    rest = [str(figure) for at, figure in enumerate(ROW) if at != lost]
    report = reading(layout, [*rest, ""] if side == "last" else ["", *rest])
    told = [one.code for one in report.problems if one.where == f"T3[{CODE}]"]
    if lost == 0:  # in some layouts the others stand where they should
        assert stated(report) in {(None, *ROW[1:]), (None,) * 7}
    else:
        assert set(stated(report)) == {None}
        assert told == ["t3.alignment"]
    assert fatal(report) == set()


@pytest.mark.parametrize("pad", ["—", "-", "/", "无", "＊"])
@pytest.mark.parametrize("side", ["last", "first"])
def test_a_stroke_in_the_place_that_is_left_over_is_no_value(pad: str, side: str) -> None:
    rest = [str(figure) for at, figure in enumerate(ROW) if at != 2]
    report = reading(html, [*rest, pad] if side == "last" else [pad, *rest])
    assert set(stated(report)) == {None}
    assert [one.code for one in report.problems if one.where == f"T3[{CODE}]"] == ["t3.alignment"]
    assert fatal(report) == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_value_lost_without_a_blank_leaves_the_row_open(layout: Layout) -> None:
    report = reading(layout, ["48", "6", "5", "6", "6", "74"])
    assert set(stated(report)) == {None}
    assert fatal(report) == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_values_lost_leave_the_row_open(layout: Layout) -> None:
    report = reading(layout, ["48", "6", "6", "6", "74", "", ""])
    assert set(stated(report)) == {None}
    assert fatal(report) == set()


@pytest.mark.parametrize("layout", [html])
@pytest.mark.parametrize("cells", ["48 6 3 5 6 6 _", "48 6 _ 5 6 6 74", "_ 6 3 5 6 6 74"])
def test_a_blank_in_its_place_is_a_blank(layout: Layout, cells: str) -> None:
    printed = [cell.replace("_", "") for cell in cells.split()]
    report = reading(layout, printed)
    if printed[0]:
        assert stated(report) == tuple(int(cell) if cell else None for cell in printed)
    assert fatal(report) == set()


def test_a_row_whose_every_column_adds_up_as_printed_is_read_though_its_total_is_blank() -> None:
    """其他 alone holds figures: the last one looks like a total, and is none."""
    report = REPORT
    moves = dict(zip(MEMBERS, (0, 0, 0, 0, 0, 5, 5), strict=True))
    cells = {
        f"T3[{row},{member}]": report.count(f"T3[{row},{member}]") - ROW[at] + moves[member]
        for row in ("received", CODE, "processed")
        for at, member in enumerate(MEMBERS)
    }
    found = read_report(report.with_cells({**cells, f"T3[{CODE},total]": None}).html("plain").encode(), "a.html")
    assert isinstance(found, Report)
    assert stated(found) == (0, 0, 0, 0, 0, 5, None)
    assert not any(one.code == "t3.alignment" for one in found.problems)


@pytest.mark.parametrize("code", ["received", "processed", "carried_forward"])
def test_the_rows_round_the_leaves_are_judged_likewise(code: str) -> None:
    row = [REPORT.count(f"T3[{code},{member}]") for member in MEMBERS]
    old = "".join(f"<td>{figure}</td>" for figure in row)
    page = REPORT.html("plain")
    lost = max(range(5), key=lambda at: row[at])
    assert page.count(old) == 1
    assert row[lost] > 0
    rest = [str(figure) for at, figure in enumerate(row) if at != lost]
    found = read_report(page.replace(old, "".join(f"<td>{cell}</td>" for cell in (*rest, ""))).encode(), "a.html")
    assert isinstance(found, Report)
    assert set(stated(found, code)) == {None}
    assert fatal(found) == set()


TRACKS = "9 1 1 1 12 4 2 2 0 8 4 2 2 1 9"


def remedies(cells: str) -> tuple[Report, list[tuple[object, ...]]]:
    names = [name for name in REPORT.cells if name.startswith("T4")]
    page = REPORT.with_cells(dict(zip(names, map(int, TRACKS.split()), strict=True))).html("plain")
    old = "".join(f"<td>{figure}</td>" for figure in TRACKS.split())
    assert page.count(old) == 1
    new = "".join(f"<td>{cell.replace('_', '')}</td>" for cell in cells.split())
    found = read_report(page.replace(old, new).encode(), "a.html")
    assert isinstance(found, Report)
    return found, [row.values for row in found.rows if row.table == "T4"]


@pytest.mark.parametrize("cells", ["9 1 1 12 4 2 2 0 8 4 2 2 1 9 _", "_ 9 1 1 1 12 4 2 2 0 8 4 2 2 9"])
def test_the_one_row_of_table_four_is_open_as_a_whole_where_its_sums_do_not_fit(cells: str) -> None:
    report, rows = remedies(cells)
    assert {value for row in rows for value in row} == {None}
    assert {one.code for one in report.problems} >= {"t4.width"}
    assert fatal(report) == set()


def test_a_track_with_a_lost_value_and_a_blank_total_is_open_alone() -> None:
    report, rows = remedies("9 1 1 1 12 4 2 2 0 8 4 2 1 9 _")
    assert rows[:2] == [(9, 1, 1, 1, 12), (4, 2, 2, 0, 8)]
    assert set(rows[2]) == {None}
    assert fatal(report) == set()


def test_a_blank_total_of_a_track_that_can_be_none_of_the_others_is_a_blank() -> None:
    _, rows = remedies("9 1 1 1 12 4 2 2 0 8 4 2 2 1 _")
    assert rows[2] == (4, 2, 2, 1, None)
