"""Changing tokens in addresses: one document and one look of what differs in nothing else; what chooses is never merged."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir, connect, create
from crawler.ground.parameters import is_junk, may_change
from crawler.ground.schema import migrations
from crawler.ground.urls import clean
from crawler.ledger import documents, looks
from crawler.ledger.portals import sync
from crawler.ledger.tokens import Whose, kept_at, known_as, learnt, side_by_side
from crawler.pages.asks import Ask
from tests.crawler.crawling import Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Answerer, Reply, Seen, Site

NOW = datetime(2026, 2, 10, tzinfo=UTC)
HERE = "http://127.0.0.1/nb/"
START = "/zfxxgknb/"
BODY = Whose("青石市教育局", 2025)
OTHER = Whose("青石市财政局", 2025)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(connect(create(DataDir(tmp_path / "data")), [migrations])) as opened:
        sync(opened, Config(portals=(Portal("shi", HERE, "青石市"),)))
        yield opened


def keep(db: Database, url: str, content: str, whose: Whose = BODY, crawl: int = 1) -> str:
    """What a crawl does with a document; the address it is kept at."""
    at = kept_at(db, crawl, "shi", HERE + url, content, whose)
    documents.record(
        db, sha256=content, url=at, now=NOW, portal="shi", agency_name=whose.agency, year=whose.year, title="年报"
    )
    return at.removeprefix(HERE)


def name(db: Database, url: str, crawl: int, title: str = "年报") -> str:
    """What a crawl does with an entry of a list; the key of the look."""
    ask = Ask(HERE + url, kind="detail", title=title, known_as=known_as(db, crawl, "shi", HERE + url, title))
    looks.listed(db, looks.ListPlace(crawl, "shi", HERE, 1), ask, "", 2025)
    return looks.look_key(ask).removeprefix("127.0.0.1/nb/")


def test_the_same_bytes_under_another_value_are_one_document_and_so_is_what_changes_there_later(db: Database) -> None:
    assert [keep(db, f"1.html?t={at}", "one") for at in (17331001, 17331002)] == ["1.html?t=17331001"] * 2
    assert learnt(db, "shi") == {"t": True}
    assert keep(db, "1.html?t=17331003", "two") == "1.html?t=17331001"
    assert keep(db, "2.html?t=17331003", "three", OTHER) == "2.html?t=17331003", "another page"
    assert keep(db, "1.html?id=4&t=17331003", "four", OTHER) == "1.html?id=4&t=17331003"
    assert keep(db, "1.html?id=4&t=17331009", "five", OTHER) == "1.html?id=4&t=17331003"
    assert keep(db, "1.html?id=5&t=17331009", "six") == "1.html?id=5&t=17331009"
    assert keep(db, "1.html", "seven") == "1.html"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1.html?_=17331001", "1.html?_=17331002"),
        ("1.html?v=2", "1.html?v=3"),
        ("1.html", "1.html?t=17331002"),
        ("1.html?t=1&r=0.12345", "1.html?t=2&r=0.99831"),
        ("1.html?x=1769877000000", "1.html?x=1769877009999"),
        ("1.html?id=3&ticket=9f86d081884c7d65", "1.html?id=3&ticket=a1b2c3d4e5f60718"),
    ],
)
def test_what_changes_by_its_name_or_by_its_values_is_learnt(db: Database, one: str, two: str) -> None:
    assert [keep(db, one, "one"), keep(db, two, "one")] == [one, one]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1.html?id=17331001", "1.html?id=17331002"),
        ("1.html?docid=17331001", "1.html?docid=17331002"),
        ("1.html?wbnewsid=1161616", "1.html?wbnewsid=1161617"),
        ("1.html?x=12", "1.html?x=13"),
        ("1.html?t=17331001&id=1", "1.html?t=17331002&id=2"),
        ("1.html?page=1", "1.html?page=2"),
        ("1.html?t=1&t=2", "1.html?t=3&t=4"),
        ("1.html?t=1", "2.html?t=2"),
    ],
)
def test_what_may_choose_is_two_documents_though_the_bytes_are_the_same(db: Database, one: str, two: str) -> None:
    assert [keep(db, one, "one"), keep(db, two, "one")] == [one, two]
    assert True not in learnt(db, "shi").values()


def test_two_that_a_list_names_side_by_side_are_two_for_good(db: Database) -> None:
    for url in ("show?t=17331001", "show?t=17331002"):
        name(db, url, 1)
    assert [keep(db, f"show?t={at}", "one") for at in (17331001, 17331002)] == ["show?t=17331001", "show?t=17331002"]
    assert learnt(db, "shi") == {"t": False}
    assert keep(db, "show?t=17331003", "one", crawl=2) == "show?t=17331003"


def test_what_was_learnt_is_doubted_where_the_report_is_of_another_body_or_year(db: Database) -> None:
    for at in (17331001, 17331002):
        keep(db, f"show?t={at}", "one")
    assert learnt(db, "shi") == {"t": True}
    assert keep(db, "show?t=17331003", "two", OTHER) == "show?t=17331003"
    assert learnt(db, "shi") == {"t": False}
    assert keep(db, "show?t=17331004", "three") == "show?t=17331004"
    assert keep(db, "show?t=17331005", "four", BODY._replace(year=2024)) == "show?t=17331005"


def test_other_bytes_are_merged_only_where_the_body_is_known(db: Database) -> None:
    for at in (17331001, 17331002):
        keep(db, f"show?t={at}", "one", Whose("", 2025))
    assert keep(db, "show?t=17331003", "two", Whose("", 2025)) == "show?t=17331003"


def test_http_and_https_are_one_address(db: Database) -> None:
    keep(db, "1.html", "one")
    assert kept_at(db, 2, "shi", "https://127.0.0.1/nb/1.html", "two", BODY) == f"{HERE}1.html"


def test_a_look_goes_on_under_the_new_address_only_where_its_title_does(db: Database) -> None:
    name(db, "1.html?t=17331001", 1)
    assert name(db, "1.html?t=17331002", 2) == "1.html?t=17331002", "nothing is learnt yet"
    for at in (17331001, 17331002):
        keep(db, f"1.html?t={at}", "one", crawl=2)
    assert name(db, "1.html?t=17331003", 3) in ("1.html?t=17331001", "1.html?t=17331002")
    assert name(db, "1.html?t=17331004", 4, "另一年报") == "1.html?t=17331004"
    assert name(db, "1.html?t=17331005", 4, "另一年报") == "1.html?t=17331005", "side by side"
    assert learnt(db, "shi") == {"t": False}
    side_by_side(db, "shi", f"{HERE}1?u=1&_=2", f"{HERE}1?u=1&_=3")
    assert learnt(db, "shi") == {"_": False, "t": False}


def test_names_stand_in_the_file() -> None:
    assert all(map(is_junk, ("spm", "UTM_source", "utm_", "jsessionid", "ivk_sa")))
    assert not any(map(is_junk, ("t", "id", "spmid", "xutm_a")))
    assert may_change("T", "1", "2")
    assert not may_change("sort", "12345678", "abcdefgh")
    assert not may_change("ArticleId", "12345678", "12345679")
    assert clean("http://a.cn/1;jsessionid=A1?spm=1&b=2&utm_x=3&JSESSIONID=4") == "http://a.cn/1?b=2"


def test_a_crawl_keeps_one_document_of_a_page_and_its_file_whatever_token_the_links_bear(tmp_path: Path) -> None:
    """And two of two reports that stand side by side and differ in such a parameter alone, though alike at first."""
    bench = Bench(tmp_path)
    turn = 0

    def column(_: Seen) -> Reply:
        links = [f"1.html?t=1733{turn}001", "show.html?r=12340001", "show.html?r=12340002"]
        bodies = ("教育局", "财政局", "民政局")
        return Reply(
            listing(
                [entry(link, report_title(f"青石市{body}", 2025)) for link, body in zip(links, bodies, strict=True)]
            )
        )

    def page(_: Seen) -> Reply:
        more = "<p>更新后的说明。</p>" if turn > 1 else ""
        return Reply(report("青石市教育局", 2025, extra=f'{more}<a href="a.pdf?t=9{min(turn, 2) // 2}77">附件</a>'))

    pages: dict[str, bytes | str | Reply | Answerer] = {
        START: column,
        f"{START}1.html": page,
        f"{START}a.pdf": Reply(b"%PDF-1.4 the report itself", kind="application/pdf"),
        f"{START}show.html": Reply(report("青石市财政局", 2025)),
    }
    with Site("127.0.5.60", pages) as site:
        bench.watch({"shi": site.url + START})
        for day in (1, 2, 3, 4):
            bench.crawl("--all", now=f"2026-02-0{day}T08:00:00+08:00")
            turn += 1
    found = bench.rows(
        "select replace(url, ?, ''), count(*) from documents group by url order by url", site.url + START
    )
    assert [url for url, _ in found] == [
        "1.html?t=17330001",
        "a.pdf?t=9077",
        "show.html?r=12340001",
        "show.html?r=12340002",
    ]
    assert [count for _, count in found] == [2, 1, 1, 1]
    assert bench.rows("select distinct replace(attachment_of, ?, '') from documents", site.url + START) == [
        (None,),
        ("1.html?t=17330001",),
    ]
    # A few looks at it, not one more with each crawl.
    assert bench.rows("select count(*) from looks where url like '%1.html%'")[0][0] <= 2
