"""Manners on the wire: who we say we are, one request per host at a time, the delay kept, hosts side by side."""

import os
import pty
import re
import subprocess
import threading
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.crawl.spider import seconds
from crawler.wire.robots import rules_of
from tests.crawler.crawling import ROOT, Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site
from tests.portals.tiresome import Tiresome

START = "/zfxxgknb/"


def column(count: int) -> dict[str, str]:
    return {
        START: listing([entry(f"{n}.html", report_title(f"青石市第{n}局", 2025)) for n in range(count)]),
        **{f"{START}{n}.html": report(f"青石市第{n}局", 2025) for n in range(count)},
    }


def test_the_delay_is_kept_per_host_and_hosts_run_side_by_side(tmp_path: Path) -> None:
    bench = Bench(tmp_path, crawl='contact = "mailto:gongkai@example.org"\ndelay = 0.3')
    with Site("127.0.5.1", column(4)) as one, Site("127.0.5.2", column(4)) as two:
        bench.watch({"yi": one.url + START, "er": two.url + START})
        assert bench.crawl().status == 0
    for site in (one, two):
        assert len(site.log) == 6
        for before, after in pairwise(site.log):
            assert after.began >= before.ended, "one request in flight per host"
            # Measured where it arrives: the way there may eat a few milliseconds of it, the first one's some more.
            assert after.began - before.began >= (0.2 if before.path == "/robots.txt" else 0.27)
        agents = {seen.headers["user-agent"] for seen in site.log}
        assert len(agents) == 1
        assert re.fullmatch(r"gouji/[\w.]+ \(\+mailto:gongkai@example\.org\)", agents.pop())
        assert not any("cookie" in seen.headers for seen in site.log)
    assert max(one.log[0].began, two.log[0].began) < min(one.log[-1].began, two.log[-1].began), "side by side"


def test_the_delay_is_kept_from_the_end_of_one_crawl_to_the_begin_of_the_next(tmp_path: Path) -> None:
    bench = Bench(tmp_path, crawl="delay = 1.0")
    with Site("127.0.5.9", column(1)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        last = len(site.log)
        bench.crawl("--all")
    assert site.log[last].path == "/robots.txt"
    assert site.log[last].began - site.log[last - 1].ended >= 0.9


def test_crawl_delay_of_robots_txt_is_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    robots = Reply("User-agent: *\nCrawl-delay: 0.4\nDisallow: /private/", kind="text/plain")
    with Site("127.0.5.3", {**column(2), "/robots.txt": robots}) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
    gaps = [after.began - before.began for before, after in pairwise(site.log)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.35
    assert site.log[0].path == "/robots.txt"
    assert sum(seen.path == "/robots.txt" for seen in site.log) == 1


def test_a_passing_trouble_is_asked_again_later_and_retry_after_is_kept(tmp_path: Path) -> None:
    troubles = iter([Reply("busy", 503, {"Retry-After": "1"}), Reply("busy", 502)])
    lock = threading.Lock()

    def flaky(_: Seen) -> Reply:
        with lock:
            return next(troubles, Reply(report("青石市第0局", 2025)))

    bench = Bench(tmp_path)
    with Site("127.0.5.4", {**column(2), f"{START}0.html": flaky}) as site:
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
    assert (ran.status, ran.portal("shi")["state"], ran.outcome["new_documents"]) == (0, "ok", 2)
    assert site.paths() == [START, f"{START}0.html", f"{START}1.html", f"{START}0.html", f"{START}0.html"]
    assert site.asked()[2].began - site.asked()[1].began >= 0.95
    assert bench.rows("select verdict, status from fetches where url like '%/0.html' order by id") == [
        ("server_error", 503),
        ("server_error", 502),
        ("new", 200),
    ]


@pytest.mark.parametrize("wait", ["99999999", "Fri, 31 Dec 2199 23:59:59 GMT"])
def test_a_site_that_wants_to_be_left_alone_for_long_is_left_alone(tmp_path: Path, wait: str) -> None:
    bench = Bench(tmp_path)
    pages: dict[str, str | Reply] = {**column(3), f"{START}1.html": Reply("no", 429, {"Retry-After": wait})}
    with Site("127.0.5.20", {**pages}) as site:
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
        assert site.paths() == [START, f"{START}0.html", f"{START}1.html"]
    assert (ran.status, ran.portal("shi")["state"]) == (0, "failing")
    [(detail,)] = bench.rows("select detail from fetches where verdict = 'bound'")
    assert "left alone for 31622400 seconds: 2 requests to 127.0.5.20 were not made" in detail


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7.0),
        ("-5e999", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        ("9" * 400, 31622400.0),
        ("Sun, 01 Feb 2026 00:01:00 GMT", 60.0),
        ("Sun, 01 Feb 2026 00:01:00", 60.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_in_any_writing(text: str, expected: float) -> None:
    assert seconds(text, datetime(2026, 2, 1, tzinfo=UTC)) == expected


def test_a_host_that_answers_nothing_but_refusals_is_left_alone(tmp_path: Path) -> None:
    refused = {f"{START}{n}.html": Reply("no", 403) for n in range(30)}
    pages: dict[str, str | Reply] = {START: column(30)[START], **refused}
    bench = Bench(tmp_path)
    with Site("127.0.5.5", {**pages}) as site:
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
    assert (ran.status, ran.portal("shi")["state"]) == (3, "forbidden")
    assert len(site.asked()) == 6
    assert bench.rows("select verdict, detail from fetches where verdict = 'bound'") == [
        ("bound", "forbidden 5 times in a row: 25 requests to 127.0.5.5 were not made")
    ]


def test_referer_is_the_page_a_visitor_came_from(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.5.6", column(1)) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
    assert [seen.headers.get("referer") for seen in site.asked()] == [None, site.url + START]


def test_a_portal_may_have_a_delay_of_its_own(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.5.7", column(2)) as site, Site("127.0.5.8", column(2)) as other:
        bench.options = {"shi": "delay = 0.3"}
        bench.watch({"shi": site.url + START, "bie": other.url + START})
        bench.crawl()
    gaps = [after.began - before.began for before, after in pairwise(site.log)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.2
    assert other.log[-1].began - other.log[0].began < sum(gaps)


def test_a_daily_cap_is_kept_and_the_next_day_goes_on(tmp_path: Path) -> None:
    bench = Bench(tmp_path, crawl="delay = 0.0\ndaily_cap = 5")
    with Site("127.0.5.9", column(12)) as site:
        bench.watch({"shi": site.url + START})
        first = bench.crawl(now="2026-02-01T22:00:00+08:00")
        assert len(site.asked()) == 5
        assert first.outcome["finished"]
        # Not all that is listed was had: nobody may be called late for that.
        assert first.portal("shi")["state"] == "failing"
        assert bench.rows("select detail from fetches where verdict = 'bound'") == [
            ("the daily cap of 5 requests is reached: 8 requests to 127.0.5.9 were not made",)
        ]
        bench.crawl(now="2026-02-01T23:00:00+08:00")
        assert len(site.asked()) == 5
        for day in (2, 3):
            last = bench.crawl(now=f"2026-02-0{day}T00:10:00+08:00")
        assert len(site.asked()) == 15
        assert bench.rows("select count(*) from documents") == [(12,)]
        assert last.portal("shi")["state"] == "ok"


def test_hours_are_kept_where_asked_and_ignored_by_hand(tmp_path: Path) -> None:
    bench = Bench(tmp_path, crawl='delay = 0.25\nwindow = "22:00-06:00"')
    with Site("127.0.5.10", column(12)) as site:
        bench.watch({"shi": site.url + START})
        refused = bench.crawl("--in-window", now="2026-02-01T12:00:00+08:00")
        assert (refused.status, refused.outcome, site.log) == (3, {}, [])
        assert 'window = "22:00-06:00"' in refused.errors
        ran = bench.crawl("--in-window", now="2026-02-02T05:59:59+08:00")
        assert ran.outcome["finished"]
        assert ran.portal("shi")["state"] == "failing"
        assert 1 <= len(site.asked()) < 8
        assert (
            "the hours of the crawl are over" in bench.rows("select detail from fetches where verdict = 'bound'")[0][0]
        )
        bench.crawl_section = 'delay = 0.0\nwindow = "22:00-06:00"'
        bench.watch({})
        assert bench.crawl(now="2026-02-02T12:00:00+08:00").portal("shi")["state"] == "ok"
    assert bench.rows("select count(*) from documents") == [(12,)]


def test_a_robots_txt_that_cannot_answer_disallows_for_now(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.5.11", {**column(2), "/robots.txt": Reply("oops", 503)}) as site:
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
        assert (ran.status, ran.portal("shi")["state"], site.asked()) == (3, "unreachable", [])
        assert "robots.txt answers 503" in bench.rows("select detail from fetches")[0][0]
        del site.pages["/robots.txt"]
        assert bench.crawl(now="2026-02-01T09:00:00+08:00").portal("shi")["state"] == "ok"


def test_files_may_stand_on_the_sites_that_the_configuration_names(tmp_path: Path) -> None:
    """And nowhere else; pages and lists not even there."""
    bench = Bench(tmp_path)
    pdf = Reply(b"%PDF-1.4 the report itself", kind="application/pdf")
    with (
        Site("127.0.5.12", column(1)) as site,
        Site("127.0.5.13", {"/a.pdf": pdf, "/a.html": "x"}) as files,
        Site("127.0.5.14", {"/b.pdf": pdf}) as strange,
    ):
        links = "".join(f'<a href="{url}">附件</a>' for url in (f"{files.url}/a.pdf", f"{strange.url}/b.pdf"))
        site.pages[f"{START}0.html"] = report("青石市第0局", 2025, extra=links)
        site.pages[START] = listing(
            [
                entry("0.html", report_title("青石市第0局", 2025)),
                entry(f"{files.url}/a.html", report_title("青石市第1局", 2025)),
            ]
        )
        bench.options = {"shi": 'allow_hosts = ["127.0.5.13"]'}
        bench.watch({"shi": site.url + START})
        ran = bench.crawl()
        assert (ran.portal("shi")["state"], files.paths(), strange.log) == ("ok", ["/a.pdf"], [])
        assert bench.rows("select url from fetches where verdict = 'refused' order by url") == [
            (f"{files.url}/a.html",),
            (f"{strange.url}/b.pdf",),
        ]


def test_a_terminal_shows_how_far_the_crawl_is_while_a_host_keeps_it_waiting(tmp_path: Path) -> None:
    def slow(_: Seen) -> Reply:
        time.sleep(6)
        return Reply(report("青石市第1局", 2025))

    bench = Bench(tmp_path)
    terminal, screen = pty.openpty()
    with Site("127.0.5.30", {**column(3), f"{START}1.html": slow}) as site:
        bench.watch({"shi": site.url + START})
        done = subprocess.run(
            bench.command("--now", "2026-02-01T08:00:00+08:00"),
            cwd=ROOT,
            stderr=screen,
            stdout=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    os.close(screen)
    told = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert done.returncode == 0
    assert re.search(
        r"0 of 1 portals done, 3 reports found, \d\.\d requests/s, 1 to go, about \d+:\d\d:\d\d left", told
    ), told


@pytest.mark.parametrize("trouble", ["slow", "cut", "late"])
def test_the_pause_counts_from_the_end_of_an_answer_and_of_trouble(trouble: str, tmp_path: Path) -> None:
    """An answer that takes longer than the delay, one that breaks off, a kept connection that is closed in its place."""
    bench = Bench(tmp_path, crawl="delay = 0.5")
    with Tiresome("127.0.5.21", trouble, column(3)) as site:
        bench.watch({"shi": f"{site.url}{START}"})
        bench.crawl()
    assert sorted({path for path, _, _ in site.log}) == ["/robots.txt", START, *(f"{START}{n}.html" for n in range(3))]
    for (_, _, ended), (path, began, _) in pairwise(site.log):
        assert began - ended >= 0.45, path
    assert len(site.log) == (5 if trouble == "slow" else 6), "asked once more, after the others"
    assert site.log[3 if trouble == "slow" else -1][0] == f"{START}1.html"


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe" + "User-agent: *\r\nDisallow: /zfxxgknb/\r\n".encode("utf-16-le"),
        "\ufeffUser-agent: *\nDisallow: /zfxxgknb/\n".encode("utf-16-be"),
        "User-agent: *\nDisallow: /zfxxgknb/\n".encode("utf-16-le"),
        "User-agent: *\nDisallow: /zfxxgknb/\n".encode("utf-16-be"),
        "<!-- 本站不欢迎爬虫 -->\nUser-agent: *\nDisallow: /zfxxgknb/\n".encode(),
        "<!--\n说明\n-->User-agent: *\r\n<!-- 目录 -->Disallow: /zfxxgknb/".encode("gbk"),
        "<!-- 没有结尾\nUser-agent: *\nDisallow: /zfxxgknb/\n".encode(),
        b"\xef\xbb\xbf<!-- x -->\rUser-agent: *\rDisallow: /zfxxgknb/\r",
        b"User-agent: *\nDisallow: /zfxxgknb/\n\0\0\0\0",
    ],
)
def test_a_robots_txt_that_is_hard_to_read_is_read(text: bytes) -> None:
    rules = rules_of(Response("http://127.0.5.22/robots.txt", body=text), "gouji/1")
    assert rules is not None
    assert not rules.can_fetch("http://127.0.5.22/zfxxgknb/1.html", "gouji/1")
    assert rules.can_fetch("http://127.0.5.22/zwgk/", "gouji/1")


def test_what_stands_in_a_comment_of_html_is_no_rule() -> None:
    for text in ("<!-- x --><html>User-agent: *\nDisallow: /", "<!--\nUser-agent: *\nDisallow: /\n-->"):
        rules = rules_of(Response("http://127.0.5.22/robots.txt", body=text.encode()), "gouji/1")
        assert rules is None or rules.can_fetch("http://127.0.5.22/zfxxgknb/", "gouji/1")


@pytest.mark.parametrize("trouble", ["cut", "closed", "silent"])
def test_a_robots_txt_that_cannot_be_had_disallows_until_it_can(trouble: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path, crawl=f"delay = 0.0\ntimeout = {2.0 if trouble == 'silent' else 20.0}")
    with Tiresome("127.0.5.23", "", column(2), robots=trouble) as site:
        bench.watch({"shi": f"{site.url}{START}"})
        ran = bench.crawl()
        assert (ran.status, ran.portal("shi")["state"]) == (3, "unreachable")
        assert {path for path, _, _ in site.log} == {"/robots.txt"}
        said = bench.rows("select verdict, detail from fetches order by id desc limit 1")[0]
        assert said[0] == "unreachable"
        assert "/robots.txt could not be had" in said[1]
        assert ("took longer than 2.0 seconds" if trouble == "silent" else "") in said[1], "and why it could not"
        # One that comes at the second attempt is enough.
        site.spared = 1
        assert bench.crawl(now="2026-02-01T09:00:00+08:00").portal("shi")["state"] == "ok"
