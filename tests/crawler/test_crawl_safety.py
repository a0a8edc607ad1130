"""What hostile servers send: each refused or bounded, with a clear record; the other portals and the run unharmed."""

import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import brotli
import pytest

from crawler.wire.whole import zstd
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

START = "/zfxxgknb/"
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
BIG = 80 * 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
Talk = Callable[[socket.socket, threading.Event], None]


def huge(wire: socket.socket, _: threading.Event) -> None:
    """Announces two gigabytes."""
    wire.sendall(OK + b"Content-Length: 2147483648\r\n\r\n" + b"x" * 1000)


def endless(wire: socket.socket, over: threading.Event) -> None:
    """Announces nothing and never stops."""
    wire.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    while not over.is_set():
        wire.sendall(piece)


def drip(wire: socket.socket, over: threading.Event) -> None:
    """A byte now and then, as long as anybody listens."""
    wire.sendall(OK + b"Content-Length: 100000\r\n\r\n")
    while not over.wait(0.1):
        wire.sendall(b"x")


def header_drip(wire: socket.socket, over: threading.Event) -> None:
    wire.sendall(OK)
    for number in count():
        if over.wait(0.1):
            return
        wire.sendall(b"X-%d: y\r\n" % number)


def flood(wire: socket.socket, over: threading.Event) -> None:
    """Headers without end."""
    wire.sendall(OK)
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 4000) for number in range(50))
    while not over.is_set():
        wire.sendall(lines)


def line(wire: socket.socket, over: threading.Event) -> None:
    """One header without end."""
    wire.sendall(OK + b"X: ")
    while not over.is_set():
        wire.sendall(b"y" * 0x10000)


def cut(encoding: str) -> Talk:
    """Compressed, cut in the middle, and no length that would tell: half of a list."""
    body = PACK[encoding](
        listing([entry(f"{number}.html", report_title(f"青石市第{number}局", 2025)) for number in range(2000)]).encode()
    )

    def talk(wire: socket.socket, _: threading.Event) -> None:
        wire.sendall(
            OK
            + b"Connection: close\r\nContent-Encoding: "
            + encoding.encode()
            + b"\r\n\r\n"
            + body[: len(body) * 2 // 3]
        )

    return talk


def silent(_: socket.socket, over: threading.Event) -> None:
    over.wait(60)


def garbage(wire: socket.socket, _: threading.Event) -> None:
    wire.sendall(b"\x00\xff\xfe not http at all\r\n\r\n")


@contextlib.contextmanager
def talking(host: str, talk: Talk) -> Iterator[str]:
    """A server that says whatever it likes to every page but robots.txt."""
    over = threading.Event()

    def one(wire: socket.socket) -> None:
        with wire, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += wire.recv(4096)
            if b"/robots.txt" in head:
                wire.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                talk(wire, over)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server((host, 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://{host}:{server.getsockname()[1]}{START}"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)


# name → what is served, the verdict in the ledger, words of its detail, the portal's state
TALKS: dict[str, tuple[Talk, str, str, str]] = {
    "huge": (huge, "too_large", "2147483648", "failing"),
    "endless": (endless, "too_large", "more than is read", "failing"),
    "drip": (drip, "unreachable", "", "unreachable"),
    "header_drip": (header_drip, "unreachable", "", "unreachable"),
    "flood": (flood, "too_large", "flood of headers", "failing"),
    "line": (line, "too_large", "flood of headers", "failing"),
    **{f"cut_{name}": (cut(name), "unreachable", f"the {name} body breaks off", "unreachable") for name in PACK},
    "silent": (silent, "unreachable", "longer than", "unreachable"),
    "garbage": (garbage, "unreachable", "", "unreachable"),
}
BOMB = b"<p>" + b" " * BIG
BOMBS: dict[str, Reply] = {
    "gzip": Reply(gzip.compress(BOMB), headers={"Content-Encoding": "gzip"}),
    "brotli": Reply(brotli.compress(BOMB, quality=1), headers={"Content-Encoding": "br"}),
    "deflate": Reply(zlib.compress(BOMB), headers={"Content-Encoding": "deflate"}),
    "zstd": Reply(zstd.compress(BOMB), headers={"Content-Encoding": "zstd"}),
    "twice": Reply(gzip.compress(gzip.compress(BOMB)), headers={"Content-Encoding": "gzip, gzip"}),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, dict[str, str]]:
    """One crawl over all of them and a sound portal."""
    bench = Bench(tmp_path_factory.mktemp("safety"), crawl="delay = 0.0\ntimeout = 1.5")
    with contextlib.ExitStack() as stack:
        starts = {
            name: stack.enter_context(talking(f"127.0.11.{at}", talk))
            for at, (name, (talk, *_)) in enumerate(TALKS.items(), 1)
        }
        for at, (name, reply) in enumerate(BOMBS.items(), 51):
            starts[name] = stack.enter_context(Site(f"127.0.11.{at}", {START: reply})).url + START
        sound = {
            START: listing([entry("0.html", report_title("青石市第0局", 2025))]),
            f"{START}0.html": report("青石市第0局", 2025),
        }
        starts["sound"] = stack.enter_context(Site("127.0.11.99", sound)).url + START
        bench.watch(starts)
        ran = bench.crawl()
    assert ran.outcome["finished"]
    return bench, {one["id"]: one["state"] for one in ran.outcome["portals"]}


@pytest.mark.parametrize("name", TALKS)
def test_a_hostile_answer_is_bounded_and_recorded(crawled: tuple[Bench, dict[str, str]], name: str) -> None:
    bench, states = crawled
    _, verdict, words, state = TALKS[name]
    told = bench.rows("select verdict, detail from fetches where portal = ? order by id desc limit 1", name)
    assert told[0][0] == verdict, told
    assert words in told[0][1]
    assert states[name] == state


@pytest.mark.parametrize("name", BOMBS)
def test_a_decompression_bomb_does_not_go_off(crawled: tuple[Bench, dict[str, str]], name: str) -> None:
    bench, states = crawled
    assert bench.rows("select verdict from fetches where portal = ? and kind = 'list'", name) == [("too_large",)]
    assert states[name] == "failing"


def test_nothing_of_it_is_kept_and_others_are_unharmed(crawled: tuple[Bench, dict[str, str]]) -> None:
    bench, states = crawled
    assert states["sound"] == "ok"
    assert bench.rows("select portal from documents") == [("sound",)]
    assert sum(path.stat().st_size for path in bench.data.root.rglob("*") if path.is_file()) < 5 * 1024 * 1024


def test_a_name_that_leads_to_a_private_address_is_refused_for_every_request_anew(tmp_path: Path) -> None:
    """DNS rebinding: the portal's own host stands where it stands; its sister's name leads into the house."""
    bench = Bench(tmp_path)
    title = report_title("青石市第9局", 2025)
    # The portal is configured at an address, so that the name of this machine is foreign to it.
    with Site("127.0.0.1") as inner, Site("127.0.11.80") as site:
        file = f"http://localhost:{inner.port}/a.pdf"
        site.pages = {
            START: listing([entry(file, title), entry("1.html", title)]),
            f"{START}1.html": Reply("", 302, {"Location": f"{file}?again"}),
        }
        bench.options = {"shi": 'allow_hosts = ["localhost"]'}
        bench.watch({"shi": site.url + START})
        bench.crawl()
        assert inner.log == []
    told = bench.rows("select verdict, detail from fetches where url like '%localhost%'")
    assert ("refused", "localhost leads to the private address 127.0.0.1") in told


@pytest.mark.parametrize(
    "href",
    [
        "file:///C:/Users/zx/年报.doc",
        "C:\\年报.doc",
        "ftp://127.0.0.1/a.doc",
        "data:text/html,<h1>" + "a" * 5000,
        "gopher://127.0.0.1/",
    ],
)
def test_a_report_behind_an_address_that_is_none_of_the_web_is_recorded(tmp_path: Path, href: str) -> None:
    """The list names a report: that it cannot be asked for stands in the ledger, and no body is missing for it."""
    bench = Bench(tmp_path)
    with Site("127.0.11.83") as site:
        site.pages = {
            START: listing(
                [entry(href, report_title("青石市财政局", 2025)), entry("1.html", report_title("青石市教育局", 2025))]
            ),
            f"{START}1.html": report("青石市教育局", 2025),
        }
        bench.watch({"shi": site.url + START})
        for _ in range(2):
            ran = bench.crawl()
            assert ran.portal("shi")["state"] == "ok"
    scheme = href.partition(":")[0].lower()
    for verdict, detail, url in bench.rows("select verdict, detail, url from fetches where url not like 'http%'"):
        assert (verdict, detail) == ("refused", f"{scheme}: is no address of the web")
        assert len(url) <= 201
    assert bench.rows(
        "select f.portal, l.year from looks l join fetches f on f.url = l.url and f.verdict = 'refused' "
        "where l.verdict is null limit 1"
    ) == [("shi", 2025)]


def test_a_circle_of_redirects_is_left(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    def circle(seen: Seen) -> Reply:
        return Reply("", 302, {"Location": f"?n={int(seen.query.get('n', '0')) + 1}"})

    with Site("127.0.11.82", {START: circle}) as site:
        bench.watch({"circle": site.url + START})
        ran = bench.crawl()
    assert len(site.asked()) == 6
    assert ran.portal("circle")["state"] == "redirected"
    assert "more than 5 redirects" in bench.rows("select detail from fetches where verdict = 'redirected'")[0][0]


def test_titles_that_would_act_are_kept_without_what_acts(tmp_path: Path) -> None:
    """Terminal escapes, turned writing, halves of characters; validators that no header may hold are not sent back."""
    title = "\x1b[31m\x1b]0;x\x07示例\u202e县\u2066教育局\x9b2025年\x00政府信息公开工作年度报告"
    wild = '<li><a href="1.html" title="{}">x</a></li>'.format(title.replace("局", "局\ud800"))
    page = listing([entry("0.html", report_title("青石市第0局", 2025)), wild]).encode("utf-8", "surrogatepass")
    pages: dict[str, str | Reply] = {
        START: Reply(page, headers={"Last-Modified": "\x1b[31m"}),
        f"{START}0.html": report("青石市第0局", 2025),
        f"{START}1.html": report("示例县教育局", 2025),
    }
    bench = Bench(tmp_path)
    with Site("127.0.11.98", {**pages}, etags=False) as site:
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
        bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert not any("\x1b" in value for seen in site.log for value in seen.headers.values())
    titles = [title for (title,) in bench.rows("select title from documents")]
    assert len(titles) == 2
    assert all(title.isprintable() for title in titles)


def test_of_a_page_that_is_too_long_to_be_one_the_beginning_is_read_and_that_is_said(tmp_path: Path) -> None:
    picture = '<img src="data:image/png;base64,' + "QUJD" * 2_500_000 + '">'
    links = "".join(f'<a href="/{number}.html">x</a>' for number in range(20_000))
    names = {"0.html": "青石市民政局", "1.html": "青石市教育局"}
    first, second = (entry(path, report_title(name, 2025)) for path, name in names.items())
    bench = Bench(tmp_path)
    with Site(
        "127.0.6.31",
        {
            "/changdu/": listing([first, "<p>" * 3_000_000, second]),
            "/lianjie/": listing([first, links, second]),
            "/tupian/": listing([first, picture, second]),
            **{
                f"/{folder}/{path}": report(name, 2025)
                for folder in ("changdu", "lianjie", "tupian")
                for path, name in names.items()
            },
        },
    ) as site:
        bench.watch({name: f"{site.url}/{name}/" for name in ("changdu", "lianjie", "tupian")})
        ran = bench.crawl()
    assert {one["id"]: (one["state"], one["reports_found"]) for one in ran.outcome["portals"]} == {
        "changdu": ("failing", 1),
        "lianjie": ("failing", 1),
        "tupian": ("ok", 2),
    }
    assert bench.rows("select portal, verdict, detail from fetches where kind = 'list' order by portal") == [
        ("changdu", "partial", "the page goes on after 8388608 bytes"),
        ("lianjie", "partial", "the page has more than 20000 links"),
        ("tupian", "ok", "2 reports; generic"),
    ]
