"""Rows 小计 and 合计 in table 3, in whatever words: a group's subtotal, never its leaf, never the total, never unknown."""

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.samples import make_history
from monitor.samples.layout import LEAVES

MEMBERS = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
NEXT = {
    "refused": "（四）无法提供",
    "unavailable": "（五）不予处理",
    "not_processed": "（六）其他处理",
    "other": "（七）总计",
}
SAMPLE = make_history(5, "青石市民政局", [2024], dense=True)[0]
PAGE = SAMPLE.html("plain")
BOOK = load()


def sums(group: str) -> list[int]:
    leaves = [code for code in LEAVES["2021"] if code.startswith(f"{group}.")]
    return [sum(SAMPLE.count(f"T3[{leaf},{member}]") for leaf in leaves) for member in MEMBERS]


def with_row(label: str, group: str, figures: list[int]) -> tuple[Report, set[str]]:
    """The report with such a row at the end of a group, and the rules that fail."""
    at = PAGE.rindex("<tr>", 0, PAGE.index(NEXT[group]))
    row = f'<tr><td colspan="2">{label}</td>' + "".join(f"<td>{figure}</td>" for figure in figures) + "</tr>\n"
    page = (PAGE[:at] + row + PAGE[at:]).replace('rowspan="22"', 'rowspan="23"')
    report = read_report(page.encode(), "a.html")
    assert isinstance(report, Report)
    others = check_report(BOOK, report, Context()).others
    return report, {one.rule for one in others if one.verdict == "fail" and BOOK[one.rule].rule_class == "fatal"}


def is_read(report: Report) -> bool:
    """Whether all other rows are what they are without it."""
    return all(
        value == SAMPLE.count(f"T3[{row.code},{member}]")
        for row in report.rows
        if row.table == "T3"
        for member, value in zip(row.members, row.values, strict=True)
    )


NAMED = [
    "（三）不予公开小计",
    "不予公开小计",
    "不予公开合计",
    "不予公开总计",
    "“（三）不予公开”小计",
    "不予公开情形小计",
    "不予公开 小 计",
    "（三）小计",
    "（三）合计",
    "(三)小计",
    "小计（三）",
    "第（三）项小计",
    "其中：不予公开小计",
    "不予公开（小计）",
]
BARE = ["小计", "小 计", "合计", "总计", "本项小计", "以上小计", "小计："]


@pytest.mark.parametrize("label", NAMED + BARE)
def test_a_row_that_sums_up_a_group_is_its_subtotal(label: str) -> None:
    report, failing = with_row(label, "refused", sums("refused"))
    assert not report.problems
    assert [(row.code, [*row.values]) for row in report.subtotals] == [("refused", sums("refused"))]
    assert is_read(report)
    assert not failing


@pytest.mark.parametrize("label", NAMED)
def test_a_wrong_one_that_names_its_group_is_told(label: str) -> None:
    figures = sums("refused")
    report, failing = with_row(label, "refused", [figures[0] + 4, *figures[1:]])
    assert not report.problems
    assert is_read(report)
    assert failing == {"t3.subtotal", "t3.row_sum"} or failing == {"t3.subtotal"}


@pytest.mark.parametrize("label", BARE)
def test_one_that_names_no_group_and_does_not_add_up_is_no_row_of_the_form(label: str) -> None:
    figures = sums("refused")
    report, failing = with_row(label, "refused", [figures[0] + 4, *figures[1:]])
    assert {one.code for one in report.problems} == {"unknown_row"}
    assert not report.subtotals
    assert is_read(report)
    assert not failing


@pytest.mark.parametrize("group", ["unavailable", "not_processed", "other"])
@pytest.mark.parametrize("label", ["小计", "合计"])
def test_it_belongs_to_the_group_above_it(group: str, label: str) -> None:
    report, failing = with_row(label, group, sums(group))
    # Below the last group of all 合计 may as well be the total of all: then there are two, and neither is taken.
    twice = (group, label) == ("other", "合计")
    assert {one.code for one in report.problems} == ({"conflicting_rows"} if twice else set())
    assert [row.code for row in report.subtotals] == ([] if twice else [group])
    assert not failing


@pytest.mark.parametrize("label", ["办理结果总计", "本年度办理结果合计", "总合计", "合计", "（七）合计", "合计数"])
def test_the_total_in_other_words_is_the_total(label: str) -> None:
    report = read_report(PAGE.replace("（七）总计", label).encode(), "a.html")
    assert isinstance(report, Report)
    assert not report.problems
    assert is_read(report)
