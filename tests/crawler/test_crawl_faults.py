"""Every fault and challenge of the catalogue gives its portal state; other portals are unharmed; the run ends."""

import gzip
import json
import re
import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawler.ground.reasons import LONGEST, told, unpacked
from monitor.words.reasons import reason_words
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Answerer, Reply, Seen, Site

RUISHU = (
    '<html><head><meta content="{qt1074790464h" ><script type="text/javascript" charset="iso-8859-1" '
    'src="/4Qb/d.F.js" r=\'m\'></script><script type="text/javascript" r="m">(function(){var _$ll=0;$_ts'
    "})()</script></head><body></body></html>"
)
JSL = "<script>document.cookie=('_')+('_jsl');location.href=location.pathname+location.search</script>"
GONE = "<html><head><title>您访问的页面不存在</title></head><body><p>您访问的页面不存在</p></body></html>"
LOGIN = '<html><title>统一身份认证</title><form><input name=u><input type="password" name=p></form></html>'
HOME = (
    "<html><head><title>示例县人民政府</title></head><body><h1>示例县人民政府</h1>"
    + "<p>新闻若干，办事服务。</p>" * 60
    + "</body></html>"
)
SCRIPTS = "<html><head></head><body><script>" + "(function(){eval(atob('YWJj'))})();" * 30 + "</script></body></html>"
REFRESH = '<html><head><meta http-equiv="refresh" content="0; url={}"></head><body>正在跳转</body></html>'

# Addresses, the names of tools, settings and families, and what a library says stand as they are.
FOREIGN = re.compile(
    r"[!-~]*(?:://|\.(?:toml|txt|md|com|cn)\b)[!-~]*|gouji portal check|start_url|openresty|generic|trs|shell|image/png|TLS|gzip|"
    r"\bDownloadFailedError: OpenSSL.*|visible|meta|\blist$|url"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")

START = "/zfxxgknb/"
Pages = dict[str, bytes | str | Reply | Answerer]


def sound(count: int = 2) -> Pages:
    entries = [entry(f"{n}.html", report_title(f"青石市第{n}局", 2025), "2026-01-20") for n in range(count)]
    return {START: listing(entries), **{f"{START}{n}.html": report(f"青石市第{n}局", 2025) for n in range(count)}}


def endless(seen: Seen) -> Reply:
    number = int(seen.query.get("p", "0"))
    return Reply(listing([f"<li>{number}</li>"], f'<a href="?p={number + 1}">下一页</a>'))


def same_page(_: Seen) -> Reply:
    return Reply(
        listing(
            [entry("0.html", report_title("青石市第0局", 2025))],
            '<script>createPageHTML(4, 0, "index", "html");</script>',
        )
    )


def details(reply: Reply | str) -> Pages:
    pages = sound()
    return {**pages, f"{START}0.html": reply, f"{START}1.html": reply}


def bomb() -> Reply:
    return Reply(gzip.compress(b"<p>" + b" " * (80 * 1024 * 1024)), headers={"Content-Encoding": "gzip"})


# name → pages, expected state
CASES: dict[str, tuple[Pages, str]] = {
    "sound": (sound(), "ok"),
    "empty": ({START: listing([])}, "empty"),
    "gone": ({}, "failing"),
    "soft": ({START: GONE}, "soft_404"),
    "stub": ({START: "ok."}, "soft_404"),
    "forbidden": ({START: Reply("no", 403)}, "forbidden"),
    "throttled": ({START: Reply("slow down", 429)}, "throttled"),
    "broken": ({START: Reply("oops", 502)}, "unreachable"),
    "ruishu412": ({START: Reply(RUISHU, 412)}, "challenge"),
    "ruishu202": ({START: Reply(RUISHU, 202)}, "challenge"),
    "ruishu200": ({START: Reply(RUISHU, 200)}, "challenge"),
    "jiasule": ({START: Reply(JSL, 521, {"Set-Cookie": "__jsluid_s=abc; HttpOnly"})}, "challenge"),
    "itself": ({START: Reply("", 302, {"Location": START, "Set-Cookie": "CT6T=1"})}, "challenge"),
    "login": ({START: Reply("", 302, {"Location": "/sso/login?back=1"})}, "login"),
    "password": ({START: LOGIN}, "login"),
    "home": ({START: Reply("", 302, {"Location": "/"}), "/": listing([])}, "redirected"),
    "away": ({START: Reply("", 302, {"Location": "http://www.example.com/"})}, "redirected"),
    "private": ({START: Reply("", 302, {"Location": "http://169.254.169.254/latest/"})}, "redirected"),
    "file": ({START: Reply("", 302, {"Location": "file:///etc/passwd"})}, "redirected"),
    "carousel": (
        {
            START: Reply("", 302, {"Location": "/a"}),
            "/a": Reply("", 302, {"Location": "/b"}),
            "/b": Reply("", 302, {"Location": "/a"}),
        },
        "redirected",
    ),
    "moved": (
        {
            START: Reply("", 301, {"Location": "/new/"}),
            "/new/": sound()[START],
            "/new/0.html": report("青石市第0局", 2025),
            "/new/1.html": report("青石市第1局", 2025),
        },
        "ok",
    ),
    "robots": ({"/robots.txt": Reply("User-agent: *\nDisallow: /", kind="text/plain"), **sound()}, "robots"),
    "htmlrobots": ({"/robots.txt": "<html>User-agent: *\nDisallow: /</html>", **sound()}, "ok"),
    "partrobots": (
        {"/robots.txt": Reply("User-agent: *\nDisallow: /zfxxgknb/1", kind="text/plain"), **sound()},
        "failing",
    ),
    "samepage": (
        {
            **sound(1),
            START: same_page,
            f"{START}index_1.html": same_page,
            f"{START}index_2.html": same_page,
            f"{START}index_3.html": same_page,
        },
        "repeating",
    ),
    "endless": ({START: endless}, "failing"),
    "brokenpage": (
        {
            **sound(),
            START: listing(
                [entry("0.html", report_title("青石市第0局", 2025))],
                '<script>createPageHTML(2, 0, "index", "html");</script>',
            ),
        },
        "failing",
    ),
    "indexserved": (details(Reply(str(sound()[START]))), "throttled"),
    "detail403": (details(Reply("no", 403)), "forbidden"),
    "detail412": (details(Reply(RUISHU, 412)), "challenge"),
    "deadlinks": ({**sound(), f"{START}1.html": Reply("", 302, {"Location": "/"})}, "ok"),
    "alldead": (details(Reply("<title>您访问的页面不存在</title>您访问的页面不存在")), "soft_404"),
    "allhome": (details(Reply("", 302, {"Location": "/"})), "redirected"),
    "homeserved": (details(Reply(HOME)), "failing"),
    "scripts": (details(Reply(SCRIPTS)), "failing"),
    "scriptlist": ({START: SCRIPTS}, "failing"),
    "picture": ({START: Reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, kind="image/png")}, "failing"),
    "elsewhere": (
        {
            **sound(),
            START: str(sound()[START]).replace("</body>", '<a href="http://www.example.com/2.html">下一页</a></body>'),
        },
        "failing",
    ),
    "framed": ({START: listing(['<iframe src="http://127.0.0.1:1/list.html"></iframe>'])}, "empty"),
    "refresh": ({START: REFRESH.format("http://169.254.169.254/latest/")}, "redirected"),
    "refreshed": (
        {
            START: REFRESH.format("/new/"),
            "/new/": sound()[START],
            "/new/0.html": report("青石市第0局", 2025),
            "/new/1.html": report("青石市第1局", 2025),
        },
        "ok",
    ),
    "billions": (
        {
            **sound(),
            START: str(sound()[START]).replace(
                "</body>", '<script>createPageHTML(2000000000, 0, "index", "html");</script></body>'
            ),
        },
        "failing",
    ),
    "bomb": ({START: bomb()}, "failing"),
    "cut": ({START: Reply("x" * 1000, cut=10)}, "unreachable"),
    "flood": ({START: Reply("x", headers={f"X-{n}": "y" * 4000 for n in range(200)})}, "failing"),
    "gbk": (
        {
            START: Reply(str(sound()[START]).replace("utf-8", "gb2312").encode("gbk"), kind="text/html; charset=utf-8"),
            **{path: page for path, page in sound().items() if path != START},
        },
        "ok",
    ),
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("faults"), crawl="delay = 0.0\ntimeout = 1.5")


@pytest.fixture(scope="module")
def states(bench: Bench) -> dict[str, str]:
    """One crawl over a portal for every fault."""
    stuck = threading.Event()

    def hang(_: Seen) -> Reply:
        stuck.wait(30)
        return Reply("late")

    with ExitStack() as stack:
        stack.callback(stuck.set)
        starts = {}
        cases: dict[str, Pages] = {**{name: pages for name, (pages, _) in CASES.items()}, "hangs": {START: hang}}
        for index, (name, pages) in enumerate(cases.items()):
            site = stack.enter_context(Site(f"127.0.2.{index + 1}", pages))
            starts[name] = site.url + START
        starts["tls"] = starts["sound"].replace("http://", "https://").replace("127.0.2.1:", "127.0.3.1:")
        plain = stack.enter_context(Site("127.0.3.1"))
        starts["tls"] = f"https://127.0.3.1:{plain.port}/"
        with socket.socket() as closed:
            closed.bind(("127.0.3.2", 0))
            starts["closed"] = f"http://127.0.3.2:{closed.getsockname()[1]}/"
        bench.watch(starts)
        ran = bench.crawl()
    assert ran.status == 3
    assert ran.outcome["finished"]
    return {one["id"]: one["state"] for one in ran.outcome["portals"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, expected) for name, (_, expected) in CASES.items()),
        ("hangs", "unreachable"),
        ("tls", "tls"),
        ("closed", "unreachable"),
    ],
)
def test_state(states: dict[str, str], bench: Bench, name: str, expected: str) -> None:
    why = bench.rows("select verdict, status, url, detail from fetches where portal = ?", name)
    assert states[name] == expected, why
    stored = bench.rows("select state, state_since, checked_at, last_ok, detail from portals where id = ?", name)[0]
    assert stored[0] == expected
    assert stored[1] == stored[2]
    assert (stored[3] is not None) == (expected == "ok")
    assert expected == "ok" or stored[4], "a state has its evidence"


def test_what_was_refused_was_never_asked(states: dict[str, str], bench: Bench) -> None:
    assert states
    asked = [row[0] for row in bench.rows("select url from fetches where verdict not in ('refused', 'robots')")]
    assert not [url for url in asked if "169.254" in url or "example.com" in url or url.startswith("file")]


def test_what_stands_on_another_site_is_written_down(states: dict[str, str], bench: Bench) -> None:
    """The next page of a list, a frame; file: and the like are no addresses at all."""
    assert states
    told = bench.rows("select portal, url from fetches where verdict = 'refused' order by portal")
    assert told == [("elsewhere", "http://www.example.com/2.html"), ("framed", "http://127.0.0.1:1/list.html")]


def test_only_sound_pages_are_documents(states: dict[str, str], bench: Bench) -> None:
    assert states
    assert {row[0] for row in bench.rows("select distinct portal from documents")} == {
        "sound",
        "moved",
        "htmlrobots",
        "partrobots",
        "samepage",
        "brokenpage",
        "deadlinks",
        "gbk",
        "elsewhere",
        "refreshed",
        "billions",
    }


def test_all_that_is_said_is_kept_as_codes_and_told_in_chinese(states: dict[str, str], bench: Bench) -> None:
    """In English it is the detail, letter for letter; no sentence of ours is left in English for a Chinese reader."""
    assert states
    kept = set()
    for table in ("fetches", "portals", "portal_states", "crawl_portals"):
        for detail, said in bench.rows(
            f"select detail, said from {table} where detail is not null or said is not null"
        ):
            codes = unpacked(said)
            assert codes
            assert told(codes, "en")[:LONGEST] == detail
            kept.add((detail, reason_words(detail, json.loads(said), "zh")))
    for detail, chinese in kept:
        assert not ENGLISH.search(FOREIGN.sub("", chinese)), (detail, chinese)
    assert len(kept) > 40


def test_the_outcome_of_a_crawl_holds_the_codes_too(states: dict[str, str], bench: Bench) -> None:
    assert states
    [(detail, said)] = bench.rows("select detail, said from portals where id = 'closed'")
    assert "list_failed_as" in said
    assert "连不上（对方拒绝连接）" in reason_words(detail, json.loads(said), "zh")


def test_a_portal_that_loses_all_its_reports_is_failing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.3.10", sound()) as site:
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
        site.pages[START] = listing([])
        ran = bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert ran.portal("shi")["state"] == "failing"
        assert "2 were known" in ran.portal("shi")["detail"]
        ok_at = bench.rows("select last_ok from portals")[0][0]
        site.pages.update(sound())
        bench.crawl(now="2026-02-03T08:00:00+08:00")
        assert bench.rows("select state from portals") == [("ok",)]
        assert bench.rows("select last_ok > ? from portals", ok_at) == [(1,)]


@pytest.mark.parametrize(("status", "state"), [(429, "throttled"), (503, "unreachable")])
def test_a_host_that_is_given_up_is_what_it_answered(tmp_path: Path, status: int, state: str) -> None:
    """The column waits for another try behind the known reports; those are trouble enough to leave the host alone."""
    bench = Bench(tmp_path)
    with Site("127.0.3.11", sound(12)) as site:
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
        site.pages = dict.fromkeys(site.pages, Reply("no", status))
        ran = bench.crawl("--all", now="2026-02-02T08:00:00+08:00")
    assert (ran.status, ran.portal("shi")["state"]) == (3, state)
    assert f"status {status}" in ran.portal("shi")["detail"]
    assert "moved" not in ran.portal("shi")["detail"]


def test_a_look_by_hand_sees_losses_and_refused_redirects(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.3.14", sound(4)) as fewer, Site("127.0.3.15", sound()) as away:
        bench.watch({"fewer": fewer.url + START, "away": away.url + START})
        assert bench.crawl().status == 0
        assert bench.look() == {"fewer": "ok", "away": "ok"}
        fewer.pages[START] = sound(1)[START]
        away.pages[START] = Reply("", 302, {"Location": "http://169.254.169.254/"})
        assert bench.look() == {"fewer": "failing", "away": "redirected"}


def test_links_to_private_addresses_and_other_sites_are_refused_and_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.3.12", sound()) as inner, Site("127.0.3.13") as site:
        title = report_title("青石市第9局", 2025)
        hrefs = (
            f"{inner.url}{START}0.html",
            "http://169.254.169.254/",
            "http://2130706433/",
            "http://[::1]/x.html",
            "https://www.example.com/a.html",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
        )
        site.pages = {START: listing([entry(href, title) for href in hrefs])}
        bench.watch({"shi": site.url + START})
        bench.crawl()
        assert inner.log == []
    refused = bench.rows("select url from fetches where verdict = 'refused' order by url")
    assert [row[0] for row in refused] == sorted(hrefs[:-1])  # a script is no address
