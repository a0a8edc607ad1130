"""A request is kept whole, its keys stay what they were, and those that an earlier version kept are still made."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from crawler.ground.schema import migrations
from crawler.ground.schema_asks import MOVED, typed
from crawler.ground.urls import identity
from crawler.ledger.frontier import key_of
from crawler.ledger.looks import look_key
from crawler.pages.asks import Ask, Detour, Owner, Source, unpacked
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site

URL = "http://127.0.0.1/zfxxgknb/"
FULL = Ask(
    URL,
    "detail",
    page=2,
    family="epoint",
    title="青石市水利局2025年年报",
    date="2026-01-20",
    parent=URL,
    referer=URL,
    method="POST",
    body="a=1",
    content_type="application/json",
    depth=1,
    source=Source("epoint", URL, "青石市水利局"),
    detour=Detour(2, "hop2", afresh=True),
    owner=Owner(URL, "青石市水利局", 2025),
    known_as=URL,
    first_look=True,
    recheck=True,
    roster=True,
    shell=URL,
    state={"held": "20"},
)


def test_a_request_is_kept_whole() -> None:
    nothing = Ask("")
    assert all(getattr(FULL, one.name) != getattr(nothing, one.name) for one in fields(Ask))
    for ask in (FULL, Ask(URL), replace(FULL, detour=Detour(), state={})):
        assert unpacked(ask.packed()) == ask


def test_what_a_request_does_not_say_is_not_kept() -> None:
    assert json.loads(Ask(URL).packed()) == {"url": URL, "kind": "list", "page": 1, "depth": 0, "method": "GET"}


def test_a_bare_request_asks_the_same_and_knows_nothing() -> None:
    assert FULL.bare() == replace(
        Ask(URL),
        **{name: getattr(FULL, name) for name in ("kind", "page", "family", "title", "date", "parent", "referer")},
        **{name: getattr(FULL, name) for name in ("method", "body", "content_type", "depth")},
    )


def test_keys_are_what_they_were() -> None:
    assert key_of(Ask(f"{URL}index.html")) == f"list  GET {URL} "
    assert key_of(replace(FULL, kind="list")) == f"list hop2 POST {URL} a=1"
    assert key_of(Ask("http://www.127.0.0.1/a.html?x=1", "detail")) == "document  GET 127.0.0.1/a.html?x=1 "
    assert look_key(Ask(URL, "detail")) == "127.0.0.1/zfxxgknb/"
    assert look_key(FULL) == URL
    assert (Ask(URL).chain, Ask(URL, body="a=1").chain, FULL.chain) == (URL, f"{URL} a=1", URL)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (("list", {}), {}),
        (("list", {"chain": URL, "body": "水利局"}), {"source": {"first_page": URL, "agency": "水利局"}}),
        (
            ("list", {"chain": URL, "first": URL, "held": "15", "proxy": ""}),
            {"source": {"first_page": URL}, "state": {"first": URL, "held": "15", "proxy": ""}},
        ),
        (("list", {"afresh": "1", "hop": "afresh"}), {"detour": {"afresh": True, "mark": "afresh"}}),
        (
            ("detail", {"by": "epoint", "via": URL, "guid": "g", "first": "1"}),
            {"source": {"family": "epoint"}, "first_look": True, "state": {"via": URL, "guid": "g"}},
        ),
        (
            ("detail", {"by": "", "hops": "2", "hop": "hop2", "origin": URL, "recheck": "1"}),
            {"detour": {"redirects": 2, "mark": "hop2"}, "known_as": URL, "recheck": True},
        ),
        (("detail", {"roster": "1"}), {"roster": True}),
        (("detail", {"shell": URL, "hop": "shell"}), {"shell": URL, "detour": {"mark": "shell"}}),
        (
            ("attachment", {"agency": "水利局", "year": "2025", "of": URL, "by": "trs"}),
            {"owner": {"agency": "水利局", "year": 2025, "page": URL}, "source": {"family": "trs"}},
        ),
        (("attachment", {"agency": "", "year": "", "of": URL, "by": ""}), {"owner": {"page": URL}}),
    ],
)
def test_requests_of_before_are_read(before: tuple[str, dict[str, str]], now: dict[str, object]) -> None:
    kind, context = before
    plain = {"url": URL, "kind": kind, "page": 1, "depth": 0, "method": "GET"}
    found = typed(json.dumps({**plain, "context": context}))
    assert json.loads(found) == plain | now
    assert unpacked(unpacked(found).packed()) == unpacked(found)
    assert typed(found) == found


def test_whatever_was_the_crawls_has_its_place() -> None:
    nothing = Ask("")
    for group, name in MOVED.values():
        assert hasattr(getattr(nothing, group) if group else nothing, name)
    for torn in ("", "null", "[]", '{"url": "x", "context": 1}', '{"kind": "list", "context": {"hops": "x"}}'):
        assert typed(torn) == torn, "what cannot be read stays as it is"


def test_an_unfinished_crawl_of_an_earlier_version_is_finished(tmp_path: Path) -> None:
    names = [f"青石市第{number}局" for number in range(4)]
    lines = [entry(f"{number}.html", report_title(name, 2025), "2026-01-20") for number, name in enumerate(names)]
    pager = '<script>createPageHTML(2, {page}, "index", "html");</script>'
    site = Site("127.0.4.9", {f"/zfxxgknb/{number}.html": report(name, 2025) for number, name in enumerate(names)})
    site.pages |= {
        "/zfxxgknb/": listing(lines[:2], pager.format(page=0)),
        "/zfxxgknb/index_1.html": listing(lines[2:], pager.format(page=1)),
        "/zfxxgknb/f.pdf": "%PDF-1.4 the file of the report",
    }
    with site:
        start = site.url + "/zfxxgknb/"
        bench = Bench(tmp_path)
        bench.watch({"shi": start})
        went_before(bench, start, names)
        ran = bench.crawl()
        assert (ran.status, ran.outcome["crawl"], ran.outcome["finished"]) == (0, 1, True)
        assert sorted(seen.path for seen in site.asked() if seen.path != "/robots.txt") == [
            *(f"/zfxxgknb/{number}.html" for number in range(4)),
            "/zfxxgknb/f.pdf",
            "/zfxxgknb/index_1.html",
        ], "nothing that had been asked is asked again"
    assert bench.rows("select url, agency_name, year, attachment_of from documents where url like '%.pdf'") == [
        (f"{start}f.pdf", names[1], 2025, f"{start}1.html")
    ]
    assert bench.rows("select count(*) from documents") == [(5,)]
    assert ran.portal("shi")["reports_found"] == 4
    assert bench.rows("select count(*) from looks where ask like '%context%'") == [(0,)]


def went_before(bench: Bench, start: str, names: list[str]) -> None:
    """A crawl that ended after its first list, as the version before m015 kept it."""
    db = bench.db
    db.execute("delete from _sqlite_migrations where name = 'm015_typed_asks'")
    selection = json.dumps([[["shi", start]], None])
    db.execute(
        "insert into crawls (id, started_at, portals, selection) values (1, '2026-01-31T20:00:00Z', 1, ?)", [selection]
    )
    db.execute("insert into portals (id, name, start_url) values ('shi', '', ?)", [start])
    list_page = {"url": start, "kind": "list", "page": 1, "method": "GET", "depth": 0}
    asks: list[tuple[str, str | None, dict[str, object]]] = [("done", "ok", list_page)]
    second = {**list_page, "url": f"{start}index_1.html", "page": 2, "parent": start, "referer": start}
    asks.append(("pending", None, {**second, "context": {"chain": start}}))
    for number, name in enumerate(names[:2]):
        detail = {**list_page, "url": f"{start}{number}.html", "kind": "detail", "title": report_title(name, 2025)}
        asks.append(("pending", None, {**detail, "context": {"by": "generic", "first": "1"}}))
        key = identity(f"{start}{number}.html")
        db.execute(
            "insert into looks (portal, key, url, kind, ask, family, year, spread, listed_in, chain, page) "
            "values ('shi', ?, ?, 'detail', ?, 'generic', 2025, 1, 1, ?, 1)",
            [key, detail["url"], json.dumps({**detail, "context": {"by": "generic"}}), start],
        )
    context = {"agency": names[1], "year": "2025", "of": identity(f"{start}1.html"), "by": "generic"}
    file = {**list_page, "url": f"{start}f.pdf", "kind": "attachment", "parent": f"{start}1.html", "context": context}
    asks.append(("pending", None, file))
    for number, (state, verdict, ask) in enumerate(asks):
        db.execute(
            "insert into frontier (crawl, portal, host, kind, key, ask, priority, state, attempts, verdict, found) "
            "values (1, 'shi', '127.0.4.9', ?, ?, ?, 0, ?, 0, ?, ?)",
            [ask["kind"], f"key {number}", json.dumps(ask), state, verdict, 2 if verdict else None],
        )
    assert [one.name for one in migrations.pending(db)] == ["m015_typed_asks"]
    db.close()
