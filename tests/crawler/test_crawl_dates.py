"""The day of publication: every candidate is kept, with the one chosen and the rule that chose it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.pages import dates
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

NOW = datetime(2026, 2, 1, tzinfo=UTC)
START = "/zfxxgknb/"
META = '<meta name="PubDate" content="{} 10:12">'


@pytest.mark.parametrize(
    ("given", "day", "rule", "candidates"),
    [
        (
            {
                "text": META.format("2026-01-15") + "发布时间：2026-01-16 发布时间：2026-01-16",
                "url": "/t20260114_1.html",
                "listed": "2026-01-13",
            },
            "2026-01-15",
            "meta",
            ["meta 2026-01-15", "visible 2026-01-16", "list 2026-01-13", "url 2026-01-14"],
        ),
        (
            {"text": META.format("2062-01-15") + META.format("2026-01-10"), "url": "/1.html"},
            "2026-01-10",
            "meta",
            ["meta 2062-01-15", "meta 2026-01-10"],
        ),
        (
            {"text": "", "url": "/P020260126412345678901.pdf", "page": "2026-01-28"},
            "2026-01-28",
            "page",
            ["page 2026-01-28", "url 2026-01-26"],
        ),
        (
            {"text": "", "url": "/202601/P020260126412345678901.pdf", "listed": "01-26"},
            "2026-01-26",
            "url",
            ["url 2026-01-26"],
        ),
        (
            {"text": "统计时间：2025年1月1日至12月31日 页面生成时间 2026-01-31 生成日期：2026-01-27", "url": "/1.html"},
            "2026-01-27",
            "visible",
            ["visible 2026-01-27"],
        ),
        ({"text": "", "url": "/1.html", "listed": "01-26"}, None, "", []),
    ],
)
def test_all_candidates_and_the_one_chosen(
    given: dict[str, str], day: str | None, rule: str, candidates: list[str]
) -> None:
    found = dates.dated(given["text"], given["url"], NOW, listed=given.get("listed", ""), page=given.get("page", ""))
    assert (found.day, found.rule) == (day, rule)
    assert [f"{one['source']} {one['day']}" for one in json.loads(found.packed or "[]")] == candidates


def test_they_stand_in_the_database_and_what_was_stored_without_them_gets_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    page = f"{START}202601/t20260114_1.html"
    with Site("127.0.13.1") as site:
        site.pages = {
            START: listing([entry(page, report_title("青石市教育局", 2025), "2026-01-13")]),
            page: report("青石市教育局", 2025, extra='<a href="./1.pdf">附件</a>').replace(
                "</head>", META.format("2026-01-15") + "</head>"
            ),
            f"{START}202601/1.pdf": "%PDF-1.4 one file of the report",
        }
        bench.watch({"shi": site.url + START})
        bench.crawl()
        told = bench.rows("select published_on, dated_by, dates from documents order by attachment_of is not null")
        assert [row[:2] for row in told] == [("2026-01-15", "meta"), ("2026-01-15", "page")]
        assert {"source": "list", "day": "2026-01-13"} in json.loads(told[0][2])
        assert {"source": "url", "day": "2026-01-14"} in json.loads(told[0][2])
        bench.rows("update documents set dated_by = null, dates = null")
        bench.crawl("--all", now="2026-02-02T08:00:00+08:00")
    assert bench.rows("select published_on, dated_by, dates from documents order by attachment_of is not null") == told
