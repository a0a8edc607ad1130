"""Statistics from before 2019: read from grids, lines and packed text; what cannot be cut is stated by nobody."""

import pytest

from extract.indicators.catalogue import catalogue
from extract.model import Report
from extract.reading import read_report

TITLE = "示例县2015年政府信息公开工作年度报告"
NATIONAL = [
    ("一、主动公开情况", "", ""),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "1250"),
    ("其中：主动公开规范性文件数", "条", "12"),
    ("制发规范性文件总数", "件", "15"),
    ("三、依申请公开情况", "", ""),
    ("（一）收到申请数", "件", "31"),
    ("1.当面申请数", "件", "4"),
    ("（二）申请办结数", "件", "30"),
    ("1.按时办结数", "件", "29"),
    ("2.延期办结数", "件", "1"),
    ("四、行政复议数量", "件", "3"),
    ("（一）维持具体行政行为数", "件", "2"),
    ("（二）被依法纠错数", "件", "1"),
    ("（三）其他情形数", "件", "0"),
    ("五、行政诉讼数量", "件", "2"),
    ("（二）被依法纠错数", "件", "/"),
    ("（三）其他情形数", "件", ""),
    ("七、依申请公开信息收取的费用", "万元", "0.35"),
    ("八、本县自设的一项", "个", "7"),
]


def page(rows: list[tuple[str, str, str]], head: str = "<td>统计指标</td><td>单位</td><td>统计数</td>") -> bytes:
    cells = "".join(f"<tr><td>{label}</td><td>{unit}</td><td>{value}</td></tr>" for label, unit, value in rows)
    return f"<h1>{TITLE}</h1><p>现公布2015年情况。</p><table><tr>{head}</tr>{cells}</table>".encode()


def read(body: bytes, name: str = "page.html") -> Report:
    report = read_report(body, name)
    assert isinstance(report, Report), report
    return report


def test_the_national_table_is_read_line_by_line() -> None:
    report = read(page(NATIONAL))
    assert (report.year, report.agency_name, report.template, report.status) == (2015, "示例县", "2014", "complete")
    found = {one.code: one for one in report.indicators if one.code}
    assert str(found.pop("fees").value) == "0.35"
    assert {code: one.value for code, one in found.items()} == {
        "disclosed": 1250,
        "disclosed_normative": 12,
        "normative_made": 15,
        "applications": 31,
        "in_person": 4,
        "closed": 30,
        "closed_on_time": 29,
        "closed_extended": 1,
        "reconsiderations": 3,
        "reconsiderations_upheld": 2,
        "reconsiderations_corrected": 1,
        "reconsiderations_other": 0,
        "litigations": 2,
        "litigations_corrected": None,
        "litigations_other": None,
    }
    assert [found[code].state for code in ("litigations_corrected", "litigations_other")] == ["dash", "blank"]
    own = next(one for one in report.indicators if not one.code)
    assert (own.label, own.unit, own.value) == ("八、本县自设的一项", "个", 7)
    assert found["disclosed"].place == "g0 r2 c2"


@pytest.mark.parametrize(
    "head",
    [
        "<td>统计指标</td><td>单位</td><td>2014年度</td>",  # another year's
        "<td>统计指标</td><td>单位</td><td>上年数</td>",  # a column nobody named
    ],
)
def test_a_table_of_another_year_or_with_other_columns_is_told_and_not_read(head: str) -> None:
    report = read(page(NATIONAL, head))
    assert not report.indicators
    assert {one.code for one in report.problems} == {"table_unread"}


def test_figures_with_another_unit_than_their_line_are_words() -> None:
    [one] = read(page([("七、依申请公开信息收取的费用", "万元", "3500元")])).indicators
    assert (one.value, one.state, one.raw) == (None, "text", "3500元")


def test_packed_text_is_cut_where_one_cut_is_possible() -> None:
    text = (
        f"{TITLE}\n指标名称计量单位2015年度历年累计主动公开文件数条29481916其中：1、政府网站公开数条29481916"
        "2、政府公报公开数条00受理依申请公开信息总数条012行政复议数件10"
    )
    report = read(text.encode(), "a.txt")
    found = [(one.label, one.period, one.value, one.state) for one in report.indicators]
    assert found[:4] == [
        ("主动公开文件数", "year", None, "ambiguous"),
        ("主动公开文件数", "cumulative", None, "ambiguous"),
        ("1、政府网站公开数", "year", None, "ambiguous"),
        ("1、政府网站公开数", "cumulative", None, "ambiguous"),
    ]
    assert [(label, value) for label, _, value, _ in found[4:8]] == [
        ("2、政府公报公开数", 0),
        ("2、政府公报公开数", 0),
        ("受理依申请公开信息总数", 0),
        ("受理依申请公开信息总数", 12),
    ]
    assert [value for _, _, value, _ in found[8:]] == [None, None], "10 can be one figure beside a blank cell"
    assert report.status == "partial"


def test_a_line_with_too_few_figures_is_not_placed() -> None:
    text = f"{TITLE}\n指标名称 计量单位 2015年度 历年累计 主动公开文件数 条 5 9 其中：1、政府网站公开数 条 5 行政复议数 件 0 1 附件下载"
    report = read(text.encode(), "a.txt")
    assert [one.value for one in report.indicators] == [5, 9, None, None, 0, 1]
    assert [one.place for one in report.indicators][:2] == ["p1 s32-33", "p1 s34-35"]


def test_every_label_of_the_catalogue_has_one_code() -> None:
    known = catalogue()
    assert len(known.codes) == len({(under, label) for under, label in known.codes})
    assert known.parents <= set(known.words)
    assert known.form(["applications"]) == "local"
    assert known.form(["applications", "closed_on_time"]) == "2014"
