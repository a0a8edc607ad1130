"""A page printed from a browser has day and hour before its title: they are no part of the body's name."""

import pytest

from crawler.pages.titles import recognize


@pytest.mark.parametrize(
    "stamp",
    [
        "12/1/26, 11:16 PM ",
        "12/1/26, 11:16\u202fPM    ",
        "2026/12/1 23:16 ",
        "2026/12/1 下午11:16 ",
        "2026-12-01 23:16:05  ",
    ],
)
def test_the_hour_of_a_printed_page_is_no_name(stamp: str) -> None:
    info = recognize(stamp + "示例县财政局2023年政府信息公开工作年度报告_示例县")
    assert info is not None
    assert (info.agency_name, info.year) == ("示例县财政局", 2023)
