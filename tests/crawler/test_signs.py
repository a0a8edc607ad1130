"""What links and titles promise: columns, groups, platforms, rosters; decoys with their reasons."""

import tomllib
from pathlib import Path

import pytest

import crawler.pages.signs
from crawler.pages.signs import Promise, decoy, in_column_path, is_index, names_column, promise, tokens
from monitor.codebook import code_lists
from tests.portals.kinds import DECOYS


@pytest.mark.parametrize(
    ("label", "url", "expected"),
    [
        ("政府信息公开年报", "http://h/a/", "column"),
        ("示例县政府信息公开年报", "http://h/a/", "column"),
        ("政府信息公开 工作年度报告", "http://h/a/", "column"),
        ("年报汇总", "http://h/zfnbhz/", "column"),
        ("更多>>", "http://h/zfxxgk/zfxxgknb/", "column"),
        ("进入", "http://h/xxgkndbg/2025/", "column"),
        ("年报", "http://h/gb2024/nb_2022n/", "column"),
        ("政府部门", "http://h/bm/", "group"),
        ("部门和镇街年报", "http://h/bm/", "group"),
        ("2025年", "http://h/2025n/", "group"),
        ("2024年度报告", "http://h/x/", "group"),
        ("政府信息公开", "http://h/", "platform"),
        ("示例县人民政府政务公开", "http://h/x.html", "platform"),
        ("2025年度政府信息公开年度报告公布情况", "http://h/1.html", "roster"),
        ("示例县教育局2025年政府信息公开工作年度报告", "http://h/zfxxgknb/1.html", None),
        ("法治政府建设年度报告", "http://h/x/", None),
        ("部门决算年度报告", "http://h/x/", None),
        ("财政预决算", "http://h/x/", None),
        ("示例县2026年政务公开工作要点", "http://h/zfxxgk/zfxxgknb/202601/t20260101_1.html", None),
        ("政府信息公开年报", "http://h/年报.pdf", None),
        ("", "http://h/x/", None),
        ("年" * 500, "http://h/x/", None),
    ],
)
def test_what_a_link_promises(label: str, url: str, expected: Promise | None) -> None:
    assert promise(label, url) == expected


def test_names_of_columns_stand_in_titles_of_pages() -> None:
    assert names_column("政府信息公开年报_示例县人民政府") == "政府信息公开年报"
    assert names_column("首页", "示例县人民政府 - 政府信息公开年报列表") == "政府信息公开年报列表"
    assert not names_column("示例县人民政府", "通知公告", "")
    assert not names_column("示例县财政局2024年部门决算年度报告")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/zfxxgk/zfxxgknb/2025n/bmdw/", "zfxxgknb"),
        ("http://h/xxgk/xxgkndbg/2025/szfgbm/index.html", "xxgkndbg"),
        ("http://h/2024nb/zxjd2024/", "nb"),
        ("http://h/nb_2022n/list.shtml", "nb"),
        ("http://h/zwgk/zc/", ""),
        ("http://h/", ""),
    ],
)
def test_path_tokens(url: str, expected: str) -> None:
    assert in_column_path(url) == expected


def test_indexes_and_articles() -> None:
    assert all(map(is_index, ("http://h/a/", "http://h/a/index.html", "http://h/a/common_list.shtml")))
    assert not is_index("http://h/a/202601/t20260101_1.html")
    assert tokens("http://h/A/xxgknb_2021n/index_2.html") == ["a", "xxgknb"]


def test_every_decoy_has_a_reason_and_every_reason_has_words() -> None:
    assert [decoy(title) for title in DECOYS] == [
        "plan",
        "other_report",
        "other_report",
        "letter",
        "reading",
        "other_report",
        "part_of_year",
    ]
    assert decoy("关于征求《示例县政府信息公开年度报告》意见的公告") == "consultation"
    assert decoy("关于2024年政务公开工作要点落实情况的函") == "letter"
    assert decoy("2023年政府信息公开年度报告汇编") == "collection"
    data = tomllib.loads(Path(crawler.pages.signs.__file__).with_name("signs.toml").read_text(encoding="utf-8"))
    assert {entry["reason"] for entry in data["decoy"]} | {"unnamed"} == code_lists()["refusal"].keys()
