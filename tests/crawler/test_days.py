"""Days in all their spellings; an instant with an offset is a day in Shanghai."""

from datetime import UTC, date, datetime

import pytest

from crawler.families.answers import day_of, printed_day
from crawler.pages import dates
from crawler.pages.days import days, epoch_day

FIRST = date(2026, 2, 1)
NOW = datetime(2026, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-01",
        "2026/2/1 09:30",
        "2026.2.1",
        "2026年2月1日",
        "2026 年 2 月 1 日",
        "２０２６年２月１日",
        "２０２６－０２－０１",
        "2026．2．1",
        "二〇二六年二月一日",
        "二零二六年二月一日",
        "二○二六年 二月 一日",
        "二Ｏ二六年二月一号",
        # An offset: the day in Shanghai.
        "2026-01-31T16:30:00Z",
        "2026-01-31T16:30:00.000Z",
        "2026-01-31 16:30:00 UTC",
        "2026-01-31T16:00:00+00:00",
        "2026-02-01T00:30:00+08:00",
        "2026-02-01T00:30:00+0800",
        "2026-02-01T23:59+08:00",
        "2026-01-31T08:30:00-0800",
        "2026-02-01T01:30:00+09:00",
        # None: the day as printed.
        "2026-02-01T16:30:00",
        "2026-02-01 23:59:59",
        "Sun, 01 Feb 2026 00:30:00 +0800",
        "Sat, 31 Jan 2026 16:30:00 GMT",
        "31-Jan-2026 16:30:00 +0000",
        "Sun Feb 01 2026 00:30:00 GMT+0800 (中国标准时间)",
        "Feb 1, 2026 8:00:00",
        "Sun Feb 01 00:30:00 CST 2026",
        "Sat Jan 31 16:30:00 UTC 2026",
    ],
)
def test_the_first_of_february(text: str) -> None:
    assert days(text) == [FIRST]
    assert days(f"发布：{text}，作者")[0] == FIRST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二五年十月十日", date(2025, 10, 10)),
        ("二〇二五年十一月二十一日", date(2025, 11, 21)),
        ("一九九九年十二月三十一日", date(1999, 12, 31)),
        ("二〇二六年三月廿九日", date(2026, 3, 29)),
        ("二〇二六年三月三十日", date(2026, 3, 30)),
        ("2025-12-31T16:00:00Z", date(2026, 1, 1)),
        ("2026-01-01T00:00:00+14:00", date(2025, 12, 31)),
    ],
)
def test_other_days(text: str, day: date) -> None:
    assert days(text) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01",
        "2026-02-30T01:00:00Z",
        "二〇二六年十三月一日",
        "二〇二六年二月三十一日",
        "二二二六年二月一日",
        "二〇二六年二月",
        "12026-02-012",
        "Foo 01 2026",
        "32 Jan 2026 10:00",
        "二〇二六年二月十十日",
        "",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert days(text) == []


def test_an_offset_or_a_time_that_none_can_be_leaves_the_day_as_printed() -> None:
    assert days("2026-02-01T25:61:00Z 2026-02-01T01:00+99:00") == [FIRST, FIRST]


def test_they_come_in_their_order() -> None:
    assert days("二〇二六年一月二日至2026-01-03，Sun, 04 Jan 2026 10:00，2026年1月5日") == [
        date(2026, 1, at) for at in (2, 3, 4, 5)
    ]


def test_a_unix_time_is_a_day_in_shanghai_and_any_other_number_is_none() -> None:
    assert epoch_day("1769877000000") == epoch_day(" 1769877000 ") == FIRST
    assert epoch_day("17698770000") is epoch_day("20260201") is epoch_day("") is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="PubDate" content="2026-01-31T16:30:00Z">',
        '<meta name="PubDate" content="二〇二六年二月一日">',
        '<meta name="PubDate" content="Sat, 31 Jan 2026 16:30:00 GMT">',
        '<meta name="publishtime" content="1769877000000">',
        "<p>发布时间：二〇二六年二月一日</p>",
        "<p>发布时间：２０２６年２月１日</p>",
        "<p>发布日期：<b>2026-01-31T16:30:00Z</b></p>",
        "<p>发布日期：2026.2.1 09:00</p>",
        "<publishtime>2026-01-31 16:30:00 UTC</publishtime>",
    ],
)
def test_a_page_bears_them(head: str) -> None:
    assert dates.dated(f"<html>{head}<p>2025年1月1日至2025年12月31日</p>", "/1.html", NOW).day == "2026-02-01"


def test_a_list_bears_them() -> None:
    row: dict[str, object] = {"iso": "2026-01-31T16:30:00.000+0000", "short": "02-01", "number": 1769877000000}
    row |= {"text": "1769877000000"}
    assert [printed_day(row, name) for name in ("iso", "short", "none")] == ["2026-02-01", "02-01", ""]
    assert [day_of(row, name) for name in ("number", "text", "iso")] == ["2026-02-01", "2026-02-01", ""]
    assert dates.dated("", "/1.html", NOW, listed="2026-01-31T16:30:00Z").day == "2026-02-01"
