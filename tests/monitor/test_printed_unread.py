"""A cell that prints a figure which is no number for us is filled: `t3.unstated` says nothing of it to anybody."""

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context, Outcome
from monitor.reconcile.rulebook import load
from monitor.samples import make_history

PAGE = make_history(5, "青石市民政局", [2024], dense=True)[0].html("plain")
ROW = '<tr><td colspan="3">一、本年新收政府信息公开申请数量</td>'
BOOK = load()


def said(*cells: str) -> tuple[set[str], list[Outcome]]:
    """The problems of a report whose row 一 begins with these cells, and what `t3.unstated` says of it."""
    head, _, rest = PAGE.partition(ROW)
    for _ in cells:
        rest = rest.partition("</td>")[2]
    page = head + ROW + "".join(f"<td>{cell}</td>" for cell in cells) + rest
    report = read_report(page.encode(), "a.html")
    assert isinstance(report, Report)
    others = check_report(BOOK, report, Context()).others
    return {one.code for one in report.problems}, [one for one in others if one.rule == "t3.unstated"]


PRINTED = ["31①", "31②", "31²", "31*", "*31", "31（30）", "31[1]", "31+2", "约31", "三十一", "31人", "3l1", "31/2"]
SCRIPTED = ["{{num}}", "${total}", "&lt;%=n%&gt;", "加载中…", "loading", "NaN", "undefined"]
DRAWN = ["<my-num v=31></my-num>", '<span title="31"></span>', '<i class="num-3"></i>', "31<sup>1</sup>"]


@pytest.mark.parametrize("cell", PRINTED + SCRIPTED + DRAWN)
def test_a_cell_that_prints_what_we_cannot_read_is_not_unfilled(cell: str) -> None:
    problems, told = said(cell)
    assert problems <= {"cell_text", "cell_illegible"}
    assert problems
    assert all((one.reason, one.responsibility) == ("not_whole", "parser") for one in told)


@pytest.mark.parametrize("cell", ["", "/", "—", "无", "&nbsp;"])
def test_a_cell_without_a_figure_is_unfilled(cell: str) -> None:
    problems, (told,) = said(cell)
    assert not problems
    assert (told.verdict, told.unstated) == ("holds_if_blanks_zero", ("T3[received,natural_person]",))


def test_of_several_cells_those_without_a_figure_are_named() -> None:
    _, (told,) = said("31①", "", "同上", "{{x}}")
    assert told.unstated == ("T3[received,business]", "T3[received,research]")
    assert told.facts["count"] == 2
