"""Discovery over real HTTP: from home pages to columns, groups and rosters; within its bound, by the rules."""

import importlib
import json
import pkgutil
import subprocess
from collections import Counter
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.discovery.search import MOST_REQUESTS
from crawler.ground.data import DataDir, create
from tests import portals
from tests.crawler.crawling import Bench
from tests.forked import forked
from tests.portals import trs
from tests.portals.county import COLUMN, ROSTER, TOWNS, county
from tests.portals.kinds import Kind
from tests.portals.pages import entry, listing, report_title
from tests.portals.site import Reply, Seen, Site


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    place = create(DataDir(tmp_path / "data"))
    place.config_path.write_text("[crawl]\ndelay = 0.0\ntimeout = 20.0\n", encoding="utf-8")
    return place


def ran(data: DataDir, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = forked("crawler.discovery", "--quiet", "--data", str(data.root), *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def found(data: DataDir, *arguments: str) -> dict[str, Any]:
    done = ran(data, *arguments)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def reports(result: dict[str, Any]) -> set[tuple[str, int]]:
    return {(one["agency"], one["year"]) for column in result["columns"] for one in column["reports"]}


def starts(result: dict[str, Any], site: Site) -> list[str]:
    return [column["start_url"].removeprefix(site.url) for column in result["columns"]]


def test_a_county_is_understood_from_its_home_page(data: DataDir) -> None:
    kind = county("127.0.10.1")
    with kind.site:
        result = found(data, kind.site.url)
    assert (result["reached"], result["moved"], result["exhausted"]) == (True, "", False)
    assert result["site_name"] == "示例县人民政府"
    assert reports(result) == kind.reports
    assert starts(result, kind.site) == [COLUMN]
    [column] = result["columns"]
    assert (column["name"], column["family"], column["years"]) == ("政府信息公开年报", "generic", [2024, 2025])
    assert column["folders"] == ["2025年", "2024年", "乡镇街道"]
    assert len(column["reports"]) == 5, "twins and junk parameters made no second entries"
    assert Counter(one["reason"] for one in column["refused"])["plan"] == 1
    assert {one["title"] for one in column["refused"]} >= {"《示例县2025年政府信息公开年度报告》解读"}
    assert [one["code"] for one in column["why"]] == ["link", "name", "path"]
    [roster] = result["rosters"]
    assert roster["url"] == kind.site.url + ROSTER
    assert [one["published"] for one in roster["entries"]] == [True, True, False, None]
    assert (data.archive / roster["document"][:2] / roster["document"]).is_file()
    assert not set(kind.forbidden) & set(kind.site.paths())
    assert len(kind.site.paths()) == len(set(kind.site.paths())) == len(result["sights"]) <= 8


@pytest.mark.parametrize("start", [COLUMN, f"{COLUMN}2025n/", "/zfxxgk/", TOWNS])
def test_any_page_will_do(data: DataDir, start: str) -> None:
    kind = county("127.0.10.2")
    with kind.site:
        result = found(data, kind.site.url + start)
    assert result["columns"]
    assert starts(result, kind.site)[0] == (COLUMN if start == "/zfxxgk/" else start)
    assert ("示例县第0局", 2025) in reports(result) or start == TOWNS


def test_every_family_is_found_from_a_home_page(data: DataDir) -> None:
    kinds: dict[str, Kind] = {}
    with ExitStack() as stack:
        for number, info in enumerate(pkgutil.iter_modules(portals.__path__)):
            module = importlib.import_module(f"{portals.__name__}.{info.name}")
            if hasattr(module, "portal"):
                kind: Kind = module.portal(f"127.0.11.{number + 1}")
                kind.site.pages.setdefault(
                    "/",
                    (
                        '<html><head><meta charset="utf-8"><title>示例县人民政府</title></head><body>'
                        f'<a href="{kind.start}">政府信息公开年报</a></body></html>'
                    ),
                )
                kinds[info.name] = kind
                stack.enter_context(kind.site)
        for name, kind in kinds.items():
            result = found(data, kind.site.url)
            assert reports(result) == kind.reports, name
            assert [column["family"] for column in result["columns"]] == [kind.family], name
            assert not set(kind.site.paths()) & set(kind.forbidden), name


@pytest.mark.parametrize(
    "dead",
    [
        Reply("<html><title>404</title></html>", 404),
        Reply("", 302, {"Location": "/"}),
        Reply("<html><title>您访问的页面不存在</title><body>页面不存在</body></html>"),
    ],
)
def test_a_dead_address_is_looked_for_from_the_front_page(data: DataDir, dead: Reply) -> None:
    kind = county("127.0.10.3")
    kind.site.pages["/old/zfxxgknb/"] = dead
    with kind.site:
        result = found(data, kind.site.url + "/old/zfxxgknb/")
    assert result["moved"]
    assert starts(result, kind.site)[0] == COLUMN
    assert result["sights"][0]["verdict"] in ("not_found", "redirected", "soft_404")


def test_a_column_that_lists_nothing_any_more_is_looked_for_elsewhere(data: DataDir) -> None:
    kind = county("127.0.10.4")
    kind.site.pages["/old/zfxxgknb/"] = listing([])
    with kind.site:
        result = found(data, kind.site.url + "/old/zfxxgknb/")
    assert starts(result, kind.site)[0] == COLUMN


def test_nothing_but_what_was_given_when_it_is_a_column(data: DataDir) -> None:
    kind = trs.portal("127.0.10.5")
    with kind.site:
        result = found(data, kind.site.url + kind.start)
        paths = kind.site.paths()
    assert starts(result, kind.site) == [kind.start]
    assert all(path.startswith(kind.start) for path in paths), "neither the home page nor 政务公开 were asked for"


def test_unreachable_forbidden_and_challenged_sites_are_told_apart(data: DataDir) -> None:
    forbidden, challenge = Site("127.0.10.6"), Site("127.0.10.7")
    forbidden.pages["/"] = Reply("no", 403)
    challenge.pages["/"] = Reply("<script>document.cookie=('_')+('_jsl');location.href=location.pathname</script>", 521)
    with forbidden, challenge:
        for site, word in ((forbidden, "forbidden"), (challenge, "challenge")):
            result = found(data, site.url)
            assert (result["reached"], result["columns"]) == (False, [])
            assert {one["verdict"] for one in result["sights"]} == {word}
    result = found(data, "http://127.0.10.8:9/")
    assert {one["verdict"] for one in result["sights"]} == {"unreachable"}
    assert not result["reached"]


def test_robots_are_obeyed(data: DataDir) -> None:
    kind = county("127.0.10.9")
    kind.site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /zfxxgk/\n", kind="text/plain")
    with kind.site:
        result = found(data, kind.site.url)
    assert not [path for path in kind.site.paths() if path.startswith("/zfxxgk/")]
    assert "robots" in {one["verdict"] for one in result["sights"]}


def test_a_search_is_bounded_and_says_so(data: DataDir) -> None:
    site = Site("127.0.10.10")

    def page(seen: Seen) -> Reply:
        number = int(seen.query.get("p", "1"))
        links = "".join(f'<a href="/y/{number}/{at}/zfxxgknb/?p={number + 1}">政府信息公开年报</a>' for at in range(20))
        return Reply(f"<html><title>政府信息公开</title><body>{links}</body></html>")

    for number in range(1, 60):
        for at in range(20):
            site.pages[f"/y/{number}/{at}/zfxxgknb/"] = page
    site.pages["/"] = page
    with site:
        result = found(data, site.url)
    assert result["exhausted"]
    assert len(site.paths()) <= MOST_REQUESTS


def test_a_long_list_is_counted_as_far_as_it_was_read(data: DataDir) -> None:
    site = Site("127.0.10.11")
    for number in range(60):
        name = "/zfxxgknb/" if number == 0 else f"/zfxxgknb/index_{number}.html"
        site.pages[name] = listing(
            [entry(f"./{number}.html", report_title(f"示例县第{number}局", 2025))],
            f'<script>createPageHTML(60, {number}, "index", "html");</script>',
        )
    with site:
        result = found(data, site.url + "/zfxxgknb/")
    [column] = result["columns"]
    assert result["exhausted"]
    assert (len(column["reports"]), column["pages"], column["unread"]) == (MOST_REQUESTS, MOST_REQUESTS, 1)


def test_other_sites_and_private_addresses_are_not_asked(data: DataDir) -> None:
    other, site = Site("127.0.10.12"), Site("127.0.10.13")
    with other, site:
        site.pages["/"] = (
            f'<html><body><a href="{other.url}/zfxxgknb/">政府信息公开年报</a>'
            '<a href="file:///etc/zfxxgknb/">政府信息公开年报</a><a href="/go">政府信息公开</a>'
        )
        site.pages["/go"] = Reply("", 302, {"Location": f"{other.url}/zfxxgknb/"})
        result = found(data, site.url)
        assert not other.log
    assert result["columns"] == []
    assert [one["verdict"] for one in result["sights"]] == ["ok", "redirected"], "no step further"


def test_one_request_at_a_time_and_the_delay_kept(data: DataDir) -> None:
    data.config_path.write_text("[crawl]\ndelay = 0.2\ntimeout = 20.0\n", encoding="utf-8")
    kind = county("127.0.10.14")
    with kind.site:
        found(data, kind.site.url)
        log = sorted(kind.site.log, key=lambda seen: seen.began)
    assert all(later.began >= earlier.ended for earlier, later in pairwise(log))
    # What a busy machine holds up at one request is missing before the next: only the whole is exact.
    assert all(later.began - earlier.began >= 0.1 for earlier, later in pairwise(log))
    assert log[-1].began - log[0].began >= 0.2 * (len(log) - 1) - 0.1


def test_a_home_page_with_news_of_reports_is_no_column_but_a_bare_list_is_one(data: DataDir) -> None:
    site = Site("127.0.10.15")
    rows = [entry(f"/bm/{at}.html", report_title(f"示例县第{at}局", 2025), "2026-01-20") for at in range(4)]
    site.pages["/bm/"] = listing(rows, title="各单位")
    with site:
        assert starts(found(data, site.url + "/bm/"), site) == ["/bm/"]
        site.pages["/"] = listing(rows, title="示例县人民政府")
        assert starts(found(data, site.url), site) == ["/"], "where there is nothing better, what there is"
        site.pages["/zfxxgknb/"] = listing(rows[:2])
        site.pages["/"] = listing([*rows, '<li><a href="/zfxxgknb/">政府信息公开年报</a></li>'], title="示例县人民政府")
        assert starts(found(data, site.url), site) == ["/zfxxgknb/"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 5000,
        b"<" * 200_000,
        b"<a href='/x'>" * 20_000,
        b"%PDF-1.4 ",
        "<a href='http://[::1'>政府信息公开年报</a>".encode() * 50,
    ],
)
def test_hostile_pages_end_in_nothing_found(data: DataDir, body: bytes) -> None:
    site = Site("127.0.10.16")
    site.pages["/"] = body
    with site:
        assert found(data, site.url)["columns"] == []


def test_without_a_contact_no_real_site_is_asked(data: DataDir) -> None:
    done = ran(data, "http://www.shili.gov.cn/")
    assert done.returncode == 2
    assert "contact" in done.stderr
    assert ran(data, "ftp://127.0.0.1/").returncode == 2
    spaced = ran(data, "http://not a url/")
    assert (spaced.returncode, "Traceback" in spaced.stderr) == (2, False)


def test_check_compares_with_what_is_known_and_stores_nothing(tmp_path: Path) -> None:
    kind = county("127.0.10.17")
    bench = Bench(tmp_path)
    with kind.site:
        bench.watch({"shili": kind.site.url + COLUMN})
        [fresh] = found(bench.data, "--check")["portals"]
        assert (fresh["state"], fresh["listed"], fresh["new"], fresh["held"], fresh["before"]) == ("ok", 5, 5, 0, None)
        bench.crawl()
        counts = "select count(*) from fetches union all select count(*) from documents"
        before = bench.rows(counts), bench.rows("select * from portals")
        [known] = found(bench.data, "--check", "shili")["portals"]
        assert (known["new"], known["held"], known["before"], known["complete"]) == (0, 5, 5, True)
        assert known["proposals"] == []
        kind.site.pages["/new/zfxxgknb/"] = kind.site.pages.pop(COLUMN)
        kind.site.pages["/zfxxgk/"] = '<html><body><a href="/new/zfxxgknb/">政府信息公开年报</a></body></html>'
        [moved] = found(bench.data, "--check")["portals"]
        assert (moved["state"], moved["in_reach"]) == ("failing", True)
        assert kind.site.url + "/new/zfxxgknb/" in moved["proposals"]
        kind.site.pages["/new/zfxxgknb/"] = listing([])
        kind.site.pages[COLUMN] = listing([])
        [empty] = found(bench.data, "--check")["portals"]
        assert (empty["state"], empty["listed"]) == ("failing", 0)
    [gone] = found(bench.data, "--check")["portals"]
    assert (gone["state"], gone["in_reach"]) == ("unreachable", False)
    assert (bench.rows(counts), bench.rows("select * from portals")) == before
    assert ran(bench.data, "--check", "nobody").returncode == 2
