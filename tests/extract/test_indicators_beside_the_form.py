"""Statistics before 2019 that share words with 表三, or that a page cuts in two, are read as what they are."""

from extract.model import Report
from extract.reading import read_report
from monitor.samples import make_history

HEAD = ("统计指标", "单位", "统计数")
LINES = (
    ("一、主动公开政府信息数", "条", "68"),
    ("二、收到申请数", "件", "12"),
    ("1.当面申请数", "件", "5"),
    ("三、申请答复数", "件", "12"),
    ("1.同意公开答复数", "件", "7"),
    ("2.同意部分公开答复数", "件", "3"),
    ("3.不同意公开答复数", "件", "2"),
    ("其中：涉及国家秘密", "件", "1"),
    ("四、行政复议数量", "件", "4"),
)


def _rows(lines: tuple[tuple[str, ...], ...]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in line)}</tr>" for line in lines) + "</table>"


def _read(body: str, year: int = 2016) -> Report:
    title = f"示例县财政局{year}年政府信息公开工作年度报告"
    page = f'<html><head><meta charset="utf-8"></head><body><h1>{title}</h1><p>一、概述</p><p>本局公开信息。</p>{body}</body></html>'
    report = read_report(page.encode(), "a.html")
    assert isinstance(report, Report)
    return report


def _figures(report: Report) -> list[str | None]:
    return [one.raw for one in report.indicators]


def test_statistics_that_name_partial_disclosure_and_state_secrets_are_no_table_three() -> None:
    report = _read(_rows((HEAD, *LINES)))
    assert (report.forms, report.status) == ({}, "complete")
    assert _figures(report) == [line[2] for line in LINES]


def test_statistics_that_a_page_cuts_go_on_under_the_header_above() -> None:
    for foot in ("", "<p>- 3 -</p>", "<p>第 3 页 共 9 页</p>"):
        report = _read(_rows((HEAD, *LINES[:4])) + foot + _rows(LINES[4:]))
        assert _figures(report) == [line[2] for line in LINES], foot


def test_another_table_behind_a_sentence_or_of_another_width_is_not_theirs() -> None:
    other = (("名称", "电话", "8650"), ("地址", "邮编", "2234"))
    for between, table in (
        ("<p>联系方式如下，请与本局办公室联系。</p>", other),
        ("", tuple(line[1:] for line in other)),
    ):
        report = _read(_rows((HEAD, *LINES)) + between + _rows(table))
        assert _figures(report) == [line[2] for line in LINES]


def test_the_form_stays_the_form_though_the_year_is_one_before_it() -> None:
    [sample] = make_history(3, "示例县财政局", [2018], form="2019", dense=True)
    report = read_report(sample.html("word").encode(), "a.html")
    assert isinstance(report, Report)
    assert report.year == 2018
    assert "T3" in report.forms
    assert not report.indicators
