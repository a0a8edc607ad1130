"""Answers that browsers take: odd statuses, headers with blanks, a `Refresh`, framesets; and `--all`, which asks for all."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crawler.crawl.spider import refreshed
from crawler.pages.verdicts import Answer, answer_verdict
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

START = "/zfxxgknb/"
HERE = "http://www.shili.gov.cn/zfxxgknb/1.html"
PAGE = f"<html><body>{'政府信息公开' * 60}</body></html>".encode()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(HERE, 203, PAGE), "ok"),
        (Answer(HERE, 203, b"abc"), "soft_404"),
        (Answer(HERE, 206, PAGE, part="bytes 0-999/1000"), "ok"),
        (Answer(HERE, 206, PAGE, part="bytes 0-998/1000"), "unreadable"),
        (Answer(HERE, 206, PAGE, part="bytes 1-999/1000"), "unreadable"),
        (Answer(HERE, 206, PAGE, part="bytes 0-999/*"), "unreadable"),
        (Answer(HERE, 206, PAGE), "unreadable"),
        (Answer(HERE, 204, b""), "unreadable"),
        (Answer(HERE, 200, b"", refresh="/nb/list.html"), "redirect"),
        (Answer(HERE, 200, b"<html><body>loading</body></html>", refresh="list.html"), "redirect"),
        (Answer(HERE, 200, PAGE, refresh="list.html"), "ok"),
        (Answer(HERE, 200, b"%PDF-1.4 no page at all", refresh="list.html"), "ok"),
        (Answer(HERE, 200, b"", refresh="/"), "redirected"),
    ],
)
def test_what_an_answer_amounts_to(answer: Answer, word: str) -> None:
    assert answer_verdict(answer).word == word


@pytest.mark.parametrize(
    ("header", "leads"),
    [
        ("0; url=/nb/list.html", "/nb/list.html"),
        ("0;URL='list.html'", "list.html"),
        ('3.5 , url = "http://a.cn/x"', "http://a.cn/x"),
        ("0; list.html", "list.html"),
        ("300", ""),
        ("300; url=/nb/", ""),
        ("", ""),
        ("0; url=", ""),
    ],
)
def test_where_a_refresh_leads(header: str, leads: str) -> None:
    assert refreshed(header) in (leads, "url=" if header.endswith("url=") else leads)


@contextmanager
def raw(host: str, answers: Mapping[str, bytes]) -> Iterator[str]:
    """A server that writes these bytes and keeps its connections; the address."""
    server = socket.create_server((host, 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(ConnectionError):
            data = b""
            while more := connection.recv(65536):
                data += more
                if b"\r\n\r\n" in data:
                    path, data = data.split(b" ")[1].decode(), b""
                    connection.sendall(answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"))

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with server:
        yield "http://{}:{}".format(*server.getsockname())


def written(body: str, *head: str, status: str = "200 OK") -> bytes:
    data = body.encode()
    lines = [f"HTTP/1.1 {status}", *(line.format(last=len(data) - 1, size=len(data)) for line in head)]
    return "\r\n".join([*lines, "", ""]).encode() + data


def test_headers_that_browsers_take(tmp_path: Path) -> None:
    """On connections that are kept: who does not know where a body ends waits for ever."""
    bodies = ["教育局", "财政局", "民政局", "司法局"]
    column = listing([entry(f"{at}.html", report_title(f"青石市{body}", 2025)) for at, body in enumerate(bodies)])
    pages = [report(f"青石市{body}", 2025) for body in bodies]
    answers = {
        START: written("", "Refresh: 0; url=list.html", "Content-Length: 0"),
        f"{START}list.html": written(column, "Content-Length : {size}", "Content-Type : text/html"),
        f"{START}0.html": written(pages[0], "Transfer-Encoding: identity", "Content-Length: {size}"),
        f"{START}1.html": written(pages[1], "Content-Length\t: {size}", status="203 Non-Authoritative Information"),
        f"{START}2.html": written(
            pages[2], "Content-Length: {size}", "Content-Range: bytes 0-{last}/{size}", status="206 Partial Content"
        ),
        f"{START}3.html": written(
            pages[3], "Content-Length: {size}", "Content-Range: bytes 0-{last}/999999", status="206 Partial Content"
        ),
    }
    bench = Bench(tmp_path, crawl="delay = 0.0\ntimeout = 5.0")
    with raw("127.0.5.62", answers) as url:
        bench.watch({"shi": url + START})
        bench.crawl()
        assert bench.rows("select replace(url, ?, '') from documents order by url", url + START) == [
            ("0.html",),
            ("1.html",),
            ("2.html",),
        ]
        ((said,),) = bench.rows("select distinct verdict from fetches where url = ?", f"{url}{START}3.html")
        assert said == "unreadable", "a part is not the whole"


def test_the_list_of_a_frameset_is_read(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    pages = {
        START: '<html><frameset rows="80,*"><frame src="/top.html" name="header"><frame name="main" '
        'src="list.html"></frameset><noframes>您的浏览器不支持框架</noframes></html>',
        f"{START}list.html": listing([entry("1.html", report_title("青石市教育局", 2025))]),
        f"{START}1.html": report("青石市教育局", 2025),
    }
    with Site("127.0.5.63", pages) as site:
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
        assert f"{START}1.html" in site.paths()
        assert "/top.html" not in site.paths()


def test_a_crawl_of_everything_asks_without_conditions(tmp_path: Path) -> None:
    """A server that calls unchanged whatever it is asked for with a condition."""
    bench, text = Bench(tmp_path), ["甲"]

    def page(seen: Seen) -> Reply:
        if "if-none-match" in seen.headers or "if-modified-since" in seen.headers:
            return Reply(b"", 304, {"ETag": '"1"'})
        return Reply(report("青石市教育局", 2025, extra=f"<p>{text[0]}。</p>"), headers={"ETag": '"1"'})

    column = listing([entry("1.html", report_title("青石市教育局", 2025))])
    with Site("127.0.5.64", {START: column, f"{START}1.html": page}, etags=False) as site:
        bench.watch({"shi": site.url + START})
        bench.crawl()
        text[0] = "乙"
        bench.crawl(now="2026-02-20T08:00:00+08:00")
        assert len(bench.rows("select 1 from documents")) == 1
        bench.crawl("--all", now="2026-02-21T08:00:00+08:00")
        assert len(bench.rows("select 1 from documents")) == 2
