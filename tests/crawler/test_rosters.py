"""Rosters: tables and prose, who published, who did not, and who the page does not speak of."""

import pytest

from crawler.pages.rosters import RosterEntry, body, owes_one, read, state
from tests.portals.county import ROSTER_PAGE

TITLE = "示例县2025年政府信息公开年度报告公布情况"


def test_a_table_is_read_row_by_row() -> None:
    roster = read(ROSTER_PAGE, "u", TITLE)
    assert (roster.year, roster.due) == (2025, 4)
    assert roster.entries == (
        RosterEntry("示例县第0局", True),
        RosterEntry("示例县第1局", True),
        RosterEntry("示例县林业局", False),
        RosterEntry("灵溪镇人民政府", None),
    )


def test_prose_with_everybody_on_time() -> None:
    roster = read(
        "<p>2023年，应公布年度报告单位6个，按时公布率100%，名单为：青石市人民政府、青石市人民政府办公室、"
        "青石市教育局、青石市公安局、灵溪镇人民政府、湖滨街道办事处（包括1份市政府年度报告和1份市政府办公室年度报告）。未按时公布单位0个。</p>",
        "u",
        "青石市2023年度政府信息公开年度报告公布情况",
    )
    assert (roster.year, roster.due, len(roster.entries)) == (2023, 6, 6)
    assert all(entry.published for entry in roster.entries)


def test_prose_with_some_missing() -> None:
    roster = read(
        "<p>已按时公布的单位：青石市教育局、青石市公安局。</p>"
        "<p>未按时公布年度报告的单位有：青石市林业局。</p>"
        "<p>联系单位：青石市政务公开办公室、青石市数据局</p>",
        "u",
        TITLE,
    )
    assert roster.entries[:3] == (
        RosterEntry("青石市教育局", True),
        RosterEntry("青石市公安局", True),
        RosterEntry("青石市林业局", False),
    )
    assert all(entry.published is None for entry in roster.entries[3:]), "nothing is said of them"


def test_two_lists_side_by_side_and_dates() -> None:
    roster = read(
        "<table><tr><th>序号</th><th>单位</th><th>公布时间</th>"
        "<th>序号</th><th>单位</th><th>公布时间</th></tr>"
        "<tr><td>1</td><td>青石市教育局</td><td>2026-01-20</td>"
        "<td>2</td><td>青石市公安局</td><td>未公布</td></tr>"
        "<tr><td>3</td><td>合计</td><td>2</td><td></td><td></td><td></td></tr></table>",
        "u",
        TITLE,
    )
    assert roster.entries == (RosterEntry("青石市教育局", True), RosterEntry("青石市公安局", False))


@pytest.mark.parametrize(
    "text",
    ["", "<p>", "<table><tr></tr></table>", "：" * 5000, "<table>" * 300, "单位：" + "、" * 9000, "应公布" * 5000],
)
def test_hostile_pages_name_nobody(text: str) -> None:
    assert read(text, "u", TITLE).entries == ()


def test_two_years_settle_nothing() -> None:
    assert read("", "u", "2026年关于2025年度报告公布情况的说明").year is None


def test_words() -> None:
    assert (state("是"), state("否"), state("√"), state("未公布"), state(""), state("3")) == (
        True,
        False,
        True,
        False,
        None,
        None,
    )
    assert body(" 示例县 教育局 ") == "示例县教育局"
    assert not any(map(body, ("合计", "1", "联系电话0123")))


@pytest.mark.parametrize(
    "text",
    ["乡镇街道", "各街道", "镇（街道）", "街道办事处", "各乡镇人民政府", "镇政府", "各委办局", "各县（市、区）政府"],
)
def test_a_group_is_no_body_and_its_list_does_not_wait_for_one_report(text: str) -> None:
    assert body(text) == ""
    assert not owes_one(text)


@pytest.mark.parametrize("text", ["各庄镇", "街口街道", "镇原县教育局", "乡城县水利局", "灵溪镇人民政府"])
def test_a_body_whose_name_begins_like_a_group_is_one(text: str) -> None:
    assert body(text) == text
    assert owes_one(text)
