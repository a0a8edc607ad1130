"""What a column holds is told by its heading and by the unit beside the table: another measure is stated as nothing."""

import re

import pytest

from extract.model import Report, Row
from extract.reading import read_report
from monitor.samples import make_history

REPORT = make_history(5, "青石市民政局", [2024])[0].with_cell("T2[charges,amount_10k_yuan]", 6271)
PAGE, LINES = REPORT.html("plain"), REPORT.text()
TABLE = '<table border="1">'
END = PAGE.index("</table>") + len("</table>")
MEMBERS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def reading(text: str) -> Report:
    found = read_report(text.encode(), "a.html" if text.lstrip().startswith("<") else "a.txt")
    assert isinstance(found, Report)
    return found


def above(text: str) -> str:
    return PAGE.replace(TABLE, text + TABLE, 1)


def below(text: str) -> str:
    return PAGE[:END] + text + PAGE[END:]


def charges(report: Report) -> Row:
    return next(row for row in report.rows if row.code == "charges")


OTHER_UNITS = [
    above("<p>单位：元</p>"),
    above("<p>（金额单位：人民币元）</p>"),
    above("<p>计量单位：件、元</p>"),
    above("<p>（以下金额单位均为元）</p>"),
    above("<p>本表金额以元为单位。</p>"),
    above("<p>单位：亿元</p><p>&nbsp;</p>"),
    PAGE.replace(TABLE, f"{TABLE}<caption>单位：元</caption>", 1),
    PAGE.replace(TABLE, f'{TABLE}<tr><td colspan="4">单位：元</td></tr>', 1),
    PAGE.replace("</tbody></table>", '<tr><td colspan="4">注：金额单位为千元</td></tr></tbody></table>', 1),
    PAGE.replace("二、主动公开政府信息情况", "二、主动公开政府信息情况（单位：元）"),
    PAGE.replace("第二十条第（八）项", "第二十条第（八）项（单位：元）"),
    below("<p>注：金额单位为千元</p>"),
    below("<p>备注：行政事业性收费单位为元。</p>"),
    below("<p>说明：收费金额以元计。</p>"),
    below("<p>表中各项如实填报。</p><p>注：1.收费金额为百元；2.其余为件。</p>"),
    LINES.replace("第二十条第（一）项", "单位：元\n第二十条第（一）项"),
    LINES.replace("三、收到和处理", "注：金额单位为千元\n三、收到和处理"),
]
SAME_UNIT = [
    above("<p>单位：万元</p>"),
    above("<p>单位：件、万元</p>"),
    above("<p>单位：件</p>"),
    below("<p>注：金额单位为万元</p>"),
    below("<p>注：以上单位：件，本单位以元旦为节假日。</p>"),
    below("<p>本年收取信息处理费120元。</p>"),
    PAGE.replace("没有其他需要报告的事项。", "收取信息处理费（单位：元）0。"),
]


@pytest.mark.parametrize("text", OTHER_UNITS)
def test_a_unit_told_beside_the_table_against_the_forms_leaves_the_amount_open(text: str) -> None:
    report = reading(text)
    row = charges(report)
    assert (row.values, row.raws, row.states) == ((None,), ("6271",), ("text",))
    assert [one.where for one in report.problems] == ["T2[charges,amount_10k_yuan]"]
    assert [one.code for one in report.problems] == ["other_measure"]


@pytest.mark.parametrize("text", SAME_UNIT)
def test_a_unit_told_beside_the_table_that_is_the_forms_changes_nothing(text: str) -> None:
    report = reading(text)
    assert charges(report).values == (6271,)
    assert not report.problems


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("本年废止件数", "本年修改件数", False),
        ("本年制发件数", "本年清理件数", False),
        ("本年处理决定数量", "本年检查次数", False),
        ("本年处理决定数量", "本年行政许可件数", True),
        ("本年废止件数", "本年废止、失效件数", True),
        ("本年废止件数", "本年", True),
    ],
)
def test_a_heading_of_another_measure_is_none_of_the_forms(old: str, new: str, read: bool) -> None:
    assert not {one.code for one in reading(PAGE.replace(old, new, 1)).problems} - (
        set() if read else {"other_measure"}
    )
    assert ("other_measure" in {one.code for one in reading(PAGE.replace(old, new, 1)).problems}) is not read


def headed(page: str, old: str, new: str) -> str:
    begin = page.index("申请人情况")
    sign = r"(?<=>){}(?=<)" if page is PAGE else r"(?<=\t){}(?=[\t\n])"
    head, count = re.subn(sign.format(old), new, page[begin:], count=1)
    assert count
    return page[:begin] + head


STRANGE = [
    ("商业企业", "外国企业"),
    ("商业企业", "国有企业"),
    ("科研机构", "政府机关"),
    ("社会公益组织", "境外组织"),
    ("自然人", "自然人（上年）"),
    ("自然人", "上年自然人"),
    ("法律服务机构", "法律服务机构（同比）"),
    ("总计", "上年总计"),
    ("总计", "总计（万件）"),
]


@pytest.mark.parametrize(("old", "new"), STRANGE)
@pytest.mark.parametrize("page", [PAGE, LINES], ids=["page", "lines"])
def test_a_column_of_table_three_under_a_strange_heading_states_nothing(page: str, old: str, new: str) -> None:
    report = reading(headed(page, old, new))
    at = MEMBERS.index(old)
    rows = [row for row in report.rows if row.table == "T3"]
    for row in rows:
        assert row.states == tuple("text" if number == at else "number" for number in range(len(MEMBERS)))
        assert row.raws[at] is not None
    assert {one.code for one in report.problems} == {"other_measure"}
    assert len(report.problems) == len(rows)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("其他", "其它"),
        ("自然人", "自然人（件）"),
        ("自然人", "自然人（公民）"),
        ("社会公益组织", "社会公益性组织"),
        ("法律服务机构", "法律服务"),
        ("社会公益组织", "社会公益"),
        ("商业企业", "企业"),
        ("申请人情况", "申请人类别"),
        ("法人或其他组织", "法人和其他组织"),
    ],
)
@pytest.mark.parametrize("page", [PAGE, LINES], ids=["page", "lines"])
def test_a_heading_of_table_three_in_other_words_or_torn_is_the_forms(page: str, old: str, new: str) -> None:
    report = reading(page.replace(old, new) if old == "申请人情况" else headed(page, old, new))
    assert not report.problems
    assert all(set(row.states) == {"number"} for row in report.rows)


@pytest.mark.parametrize("new", ["结果变更", "结果维持（上年）", "调解"])
def test_a_column_of_table_four_under_a_strange_heading_states_nothing(new: str) -> None:
    begin = PAGE.index("行政复议</td>")
    report = reading(PAGE[:begin] + PAGE[begin:].replace(">结果维持<", f">{new}<", 1))
    tracks = {row.code: row for row in report.rows if row.table == "T4"}
    assert tracks["reconsideration"].states == ("text", "number", "number", "number", "number")
    assert {one.code for one in report.problems} == {"other_measure"}
    assert len(report.problems) == 1


def test_a_strange_heading_where_cells_tell_no_columns_leaves_the_table_open() -> None:
    flat = re.sub(r' (?:col|row)span="\d+"', "", headed(PAGE, "商业企业", "外国企业"))
    report = reading(flat)
    assert all(value is None for row in report.rows if row.table == "T3" for value in row.values)
    assert "header_order" in {one.code for one in report.problems}
