"""Entries, addresses and redirects that nobody can follow: each costs itself alone, is said, and nobody is missing for it."""

import gzip
import json
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.pages.articles import attachments
from crawler.pages.page import Page
from crawler.pages.rosters import read
from tests.crawler.crawling import Bench
from tests.crawler.hostile import LINK, NAME, OPAQUE, PIECES, kept_well, page_of, read_whole, some_value
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Site

START = "/zfxxgknb/"
GOOD, BAD = (report_title(name, 2025) for name in ("青石市财政局", "青石市教育局"))
# What the register is told of a report that a list names and nobody could read.
NOT_MISSING = (
    "select l.year from looks l join fetches f on f.url = l.url and f.verdict = 'refused' "
    "where l.verdict is null and l.gone_since is null"
)


def interface(articles: list[object], **more: object) -> dict[str, str | Reply]:
    """A platform of the kind gkmlpt whose list holds these entries."""
    tree = json.dumps([{"id": 7, "name": "政府信息公开年报", "children": []}], ensure_ascii=False)
    answer = json.dumps({"articles": articles, "total": len(articles), **more})
    return {
        "/gkmlpt/index": f"<title>政府信息公开平台</title><script>var _CONFIG={{SID:'12',TREE:{tree}}};</script>",
        "/gkmlpt/api/all/7": Reply(answer, kind="application/json"),
        "/1.html": report("青石市财政局", 2025),
    }


UNREADABLE = {
    "half a character": "/\udfff.html",
    "another half": "/a\ud83d/1.html",
    "a control character": "/a\x0b.html",
    "NUL": "/a\0b.html",
    "none": "/\ufffe.html",
    "no host": "http://",
    "half an address": "http://[::1/1.html",
    "a port that is none": "http://h:99999/",
    "too long": "/" + "a" * 3000,
    "nothing": "",
    "null": None,
    "a number": 7,
    "a list": ["/2.html"],
    "an object": {"a": "/2.html"},
    "true": True,
    "a number without end": 10**40,
}


def test_an_entry_whose_address_nobody_can_read_is_said_and_the_others_are_fetched(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bad: list[object] = [
        {"title": report_title(f"青石市第{at}局", 2025), "url": url} for at, url in enumerate(UNREADABLE.values())
    ]
    with Site("127.0.21.1", interface([*bad, {"title": GOOD, "url": "/1.html"}])) as site:
        bench.watch({"shi": f"{site.url}/gkmlpt/index"})
        assert bench.crawl().portal("shi")["state"] == "ok"
    assert bench.rows("select agency_name from documents") == [("青石市财政局",)]
    assert bench.rows("select detail from fetches where verdict = 'refused'") == [
        ("the address cannot be read",)
    ] * len(UNREADABLE)
    assert bench.rows(NOT_MISSING) == [(2025,)] * len(UNREADABLE)


def test_two_entries_behind_the_same_nonsense_are_two(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bad: list[object] = [{"title": report_title(f"青石市第{at}局", 2025), "url": "http://[x/\udfff"} for at in range(3)]
    page = listing([entry("http://[x/", report_title(f"青石市第{at}局", 2025)) for at in range(3, 5)])
    with Site("127.0.21.2", interface(bad)) as site, Site("127.0.21.3", {START: page}) as other:
        bench.watch({"shi": f"{site.url}/gkmlpt/index", "xian": other.url + START})
        bench.crawl()
    assert len(bench.rows(NOT_MISSING)) == 5


def test_whose_an_entry_was_that_is_none_nobody_can_tell(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bad: list[object] = [None, 3, [], {}, "x", {"title": None, "url": "/2.html"}, {"title": ["x"], "url": "/2.html"}]
    with Site("127.0.21.4", interface([*bad, {"title": GOOD, "url": "/1.html"}])) as site:
        bench.watch({"shi": f"{site.url}/gkmlpt/index"})
        assert bench.crawl().portal("shi")["state"] == "failing"
    assert bench.rows("select agency_name from documents") == [("青石市财政局",)]
    assert bench.rows("select detail from fetches where verdict = 'partial'") == [
        ("7 of 8 entries of the list cannot be read",)
    ]


@pytest.mark.parametrize(
    "title", ["青石市\udfff局2025年政府信息公开工作年度报告", "青石市财政局\ufffe2025年政府信息公开工作年度报告"]
)
def test_a_title_with_half_a_character_is_looked_at(tmp_path: Path, title: str) -> None:
    """What stood there the page itself says."""
    bench = Bench(tmp_path)
    with Site("127.0.21.5", interface([{"title": title, "url": "/1.html"}])) as site:
        bench.watch({"shi": f"{site.url}/gkmlpt/index"})
        assert bench.crawl().portal("shi")["state"] == "ok"
    assert bench.rows("select agency_name from documents") == [("青石市财政局",)]


def test_a_number_without_end_spoils_no_list(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    pages = interface([{"title": GOOD, "url": "/1.html"}])
    pages["/gkmlpt/api/all/7"] = Reply(
        f'{{"id":{"9" * 6000},"n":NaN,"articles":[{{"title":"{GOOD}","url":"/1.html","date":1e999}}],'
        '"total":1,"total":1.0}',
        kind="application/json",
    )
    with Site("127.0.21.6", pages) as site:
        bench.watch({"shi": f"{site.url}/gkmlpt/index"})
        assert bench.crawl().portal("shi")["state"] == "ok"
    assert bench.rows("select agency_name from documents") == [("青石市财政局",)]


ANCHORS = (
    '<a href="/" title=""><img></a>',
    "<a href title><img></a>",
    "<a title=''><img></a>",
    "<a href='/' title=\"\"></a>",
    "<a href onclick title=''>x</a>",
    "<a>",
    "<a/>",
    "<base href>",
    "<iframe src></iframe>",
    "<option value>",
    "<meta content>",
)


def test_an_attribute_without_value_is_an_attribute(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.21.7") as site:
        names = [f"青石市第{at}局" for at in range(len(ANCHORS))]
        site.pages = {
            f"{START}{at}.html": report(name, 2025).replace("<body>", f"<body>{ANCHORS[at]}")
            for at, name in enumerate(names)
        }
        site.pages[START] = listing(
            [ANCHORS[at] + entry(f"{at}.html", report_title(name, 2025)) for at, name in enumerate(names)]
        )
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
    assert {name for (name,) in bench.rows("select agency_name from documents")} == set(names)


@contextmanager
def listeners(host: str, count: int) -> Iterator[tuple[list[int], list[int]]]:
    """Ports of a host, and those of them that somebody connected to."""
    asked: list[int] = []
    sockets = [socket.create_server((host, 0)) for _ in range(count)]

    def listen(one: socket.socket) -> None:
        try:
            while True:
                connection, _ = one.accept()
                asked.append(one.getsockname()[1])
                connection.close()
        except OSError:
            return

    for one in sockets:
        threading.Thread(target=listen, args=(one,), daemon=True).start()
    try:
        yield [one.getsockname()[1] for one in sockets], asked
    finally:
        for one in sockets:
            one.shutdown(socket.SHUT_RDWR)
            one.close()


def test_no_other_port_is_asked_by_whatever_way_it_is_named(tmp_path: Path) -> None:
    bench, host = Bench(tmp_path), "127.0.21.8"
    with listeners(host, 7) as (ports, asked), Site(host) as site:
        there = [f"http://{host}:{port}/{START}" for port in ports]
        titles = [report_title(f"青石市第{at}局", 2025) for at in range(4)]
        file = f'<a href="{there[4]}a.pdf">附件</a><iframe src="{there[4]}b.pdf"></iframe>'
        site.pages = {
            "/robots.txt": Reply("", 302, {"Location": f"{there[5]}robots.txt"}),
            START: listing(
                [
                    entry(f"{there[0]}1.html", titles[0]),
                    entry("to.html", titles[1]),
                    entry("refresh.html", titles[2]),
                    entry("3.html", titles[3]),
                    f'<a href="{there[6]}2.html">下一页</a>',
                ],
                f'<iframe src="{there[3]}list.html"></iframe>',
            ),
            f"{START}to.html": Reply("", 302, {"Location": f"{there[1]}1.html"}),
            f"{START}refresh.html": f'<html><meta http-equiv="refresh" content="0; url={there[2]}1.html"></html>',
            f"{START}3.html": report("青石市第3局", 2025, extra=file),
        }
        bench.watch({"shi": site.url + START})
        bench.crawl()
        bench.look()
        assert asked == []
    told = bench.rows("select url, detail from fetches where verdict = 'refused'")
    assert len([url for url, _ in told]) == len({url for url, _ in told}) >= 6
    assert all(f'allow_hosts=["{host}:{port}"]' in " ".join(detail for _, detail in told) for port in ports[:5])
    assert len(bench.rows(NOT_MISSING)) == 3


def test_a_port_that_gouji_toml_names_is_asked_for_pages_too(tmp_path: Path) -> None:
    bench, host = Bench(tmp_path), "127.0.21.9"
    with Site(host) as site, Site(host, {"/1.html": report("青石市财政局", 2025)}) as other:
        site.pages = {START: listing([entry(f"{other.url}/1.html", GOOD)])}
        bench.options = {"shi": f'allow_hosts = ["{host}:{other.port}"]'}
        bench.watch({"shi": site.url + START})
        assert bench.crawl().portal("shi")["state"] == "ok"
    assert bench.rows("select agency_name from documents") == [("青石市财政局",)]


def whatever_was_written(folder: Path) -> bytes:
    """All bytes below a folder, recordings unpacked; what was served is kept as it was and stands apart."""
    files = [path for path in folder.rglob("*") if path.is_file() and "archive" not in path.parts]
    return b"".join(gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes() for path in files)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://clerk:s3cret@{}/r.html",
        "//clerk:s3cret@{}/r.html",
        "http:\\\\clerk:s3cret@{}/r.html",
        "http:/clerk:s3cret@{}/r.html",
        "ftp://clerk:s3cret@{}/r.html",
        "http://s3cret@{}/r.html",
    ],
)
def test_a_password_in_an_address_is_sent_to_nobody_and_kept_nowhere(tmp_path: Path, spelling: str) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.21.10", interface([{"title": GOOD, "url": "/to.html"}])) as site:
        there = spelling.format(f"127.0.21.10:{site.port}")
        site.pages |= {
            "/to.html": Reply("", 302, {"Location": there, "Refresh": f"0; url={there}"}),
            "/r.html": report("青石市教育局", 2025),
        }
        bench.watch({"shi": f"{site.url}/gkmlpt/index"})
        ran = bench.crawl()
        assert b"s3cret" not in whatever_was_written(bench.data.root)
        assert "s3cret" not in ran.errors
        site.pages |= interface([{"title": BAD, "url": there}])
        bench.crawl(now="2026-02-02T08:00:00+08:00")
        assert "/r.html" not in site.paths()
    assert not [row for row in bench.rows("select * from fetches") if "s3cret" in str(row)]
    told = bench.rows("select distinct verdict, detail from fetches where url like '%/to.html' or verdict = 'refused'")
    assert len(told) == 2
    if not spelling.startswith("ftp"):
        assert all(verdict == "refused" and "bears a user name or a password" in detail for verdict, detail in told)


def test_a_password_in_the_markup_of_a_page_is_kept_in_the_page_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    with Site("127.0.21.11") as site:
        there = f"http://clerk:s3cret@127.0.21.11:{site.port}/"
        markup = (
            f'<base href="{there}"><link rel="next" href="{there}2"><iframe src="{there}list.html"></iframe>'
            f'<form action="{there}"></form><a href="{there}3.html">下一页</a><a onclick="open(\'{there}a.pdf\')">x</a>'
            f"<script>createPageHTML(2,0,'{there}','html');proxyUrl='{there}';dataproxy.jsp</script>"
        )
        site.pages = {
            START: listing([entry("1.html", GOOD), entry(f"{there}r.html", BAD)], markup),
            f"{START}1.html": report("青石市财政局", 2025, extra=f'<a href="{there}b.pdf">附件</a>'),
            "/2.html": Reply(""),
        }
        bench.watch({"shi": site.url + START})
        bench.crawl()
        kept = (
            str(row)
            for table in ("fetches", "looks", "documents", "portals", "rosters", "crawl_portals")
            for row in bench.rows(f"select * from {table}")
        )
        assert not [row for row in kept if "s3cret" in row]
        assert not [seen for seen in site.log if "s3cret" in f"{seen.path} {seen.headers}"]
    assert (2025,) in bench.rows(NOT_MISSING)


def test_headers_that_are_no_headers_stop_nobody(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    heads = [
        {"Location": "http://[::1"},
        {"Location": "http://\u2100/"},
        {"Location": "\xff\xfe"},
        {"Location": "javascript://[x"},
        {"Content-Disposition": "attachment; filename*=idna''%ff..%ff"},
        {"Content-Disposition": "attachment; filename*=punycode''xn-%ff; filename=\"\\"},
        {"Content-Disposition": "attachment; filename*=utf-7''+2AA-.pdf"},
        {"Content-Disposition": "=?idna?q?=FF?="},
        {"Retry-After": "Tue, 99 Zzz 99999 99:99:99"},
        {"Retry-After": "-1"},
        {"Content-Type": "text/html; charset=\xff"},
        {"Content-Type": ";" * 1000},
        {"Refresh": "0; url=http://["},
        {"ETag": "\x01"},
    ]
    with Site("127.0.21.12") as site:
        site.pages = {
            START: listing([entry(f"{at}.html", report_title(f"青石市第{at}局", 2025)) for at in range(len(heads) + 1)])
        }
        for at, head in enumerate(heads):
            status = 302 if "Location" in head else 503 if "Retry-After" in head else 200
            encoded = {name: value.encode().decode("latin-1") for name, value in head.items()}
            site.pages[f"{START}{at}.html"] = Reply(report(f"青石市第{at}局", 2025), status, encoded)
        site.pages[f"{START}{len(heads)}.html"] = report(f"青石市第{len(heads)}局", 2025)
        bench.watch({"shi": site.url + START})
        bench.crawl()
    told = bench.rows("select verdict, detail from fetches where verdict = 'unreadable'")
    assert told == []
    assert bench.rows("select 1 from documents where title like ?", f"青石市第{len(heads)}局%") == [(1,)]


def test_a_page_deeper_than_any_is_read_to_its_end_or_that_is_said() -> None:
    def page(depth: int) -> Page:
        return page_of(("<font>" * depth + LINK + "</font>" * depth + "<p>end</p>").encode())

    assert ([link.label for link in page(1500).links], page(1500).cut) == ([NAME], None)
    assert str(page(3000).cut) == "the page nests deeper than it can be read"


def test_of_tables_in_tables_each_body_is_told_once() -> None:
    inner = (
        "<table><tr><td>单位名称</td><td>是否公布</td></tr><tr><td>青石市财政局<!-- x --></td><td>是</td></tr>"
        "<tr><td>青石市<b>教育局</b>\x0b</td><td>&#11;否</td></tr></table>"
    )
    layout = f"<table><tr><td>栏目</td><td>名称</td><td>{inner}</td></tr></table><p>应公布 2 个单位</p>尾"
    roster = read(layout, "http://127.0.21.1/", "2024年公布情况")
    assert [(one.name, one.published) for one in roster.entries] == [("青石市财政局", True), ("青石市教育局", False)]
    assert (
        read(
            "<table><tr><td>单位公布情况</td><td>x</td></tr><tr><td>青石市财政局</td><td>是</td></tr></table>", "", ""
        ).entries
        == ()
    )


def test_files_behind_addresses_that_nobody_may_follow_are_named_without_their_secret() -> None:
    text = '<a href="http://a:s3cret@127.0.0.1/1.pdf">一</a><a href="http://[x/2.pdf">二</a><a href="javascript:;" title="">x</a>'
    found = attachments(text, "http://127.0.0.1/")
    assert found[0].url == "credentials:http://127.0.0.1/1.pdf"
    assert not [file for file in found if "s3cret" in file.url]


SEED, DRIVEN = 20260201, 500


def test_whatever_an_interface_answers_no_family_fails() -> None:
    chance = random.Random(SEED)
    for number in range(DRIVEN):
        answer = json.dumps(some_value(chance), ensure_ascii=number % 5 > 0)
        body = (f"cb({answer});" if number % 7 == 0 else answer).encode("utf-8", "surrogatepass")
        for family in OPAQUE:
            kept_well(read_whole(page_of(body, family, method="POST" if family in ("epoint", "jpage") else "GET")))


def test_whatever_stands_on_a_page_no_family_fails() -> None:
    chance = random.Random(SEED)
    for number in range(DRIVEN):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 25)))
        kept_well(
            read_whole(
                page_of(
                    text.encode("utf-8", "surrogatepass"),
                    kind="detail" if number % 3 else "list",
                    method="POST" if number % 4 else "GET",
                )
            )
        )
