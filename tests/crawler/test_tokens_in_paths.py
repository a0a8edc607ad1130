"""Tokens that stand in a path, and tokens of pages whose bytes never come back: one document of each report."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, Portal
from crawler.ground.data import DataDir, connect, create
from crawler.ground.parameters import may_change
from crawler.ground.schema import migrations
from crawler.ledger import documents, looks
from crawler.ledger.portals import sync
from crawler.ledger.tokens import Whose, has_token, kept_at, known_as, learnt
from crawler.pages.asks import Ask

NOW = datetime(2026, 2, 10, tzinfo=UTC)
HERE = "http://127.0.0.1/nb/"
BODY = Whose("青石市教育局", 2025)
OTHER = Whose("青石市财政局", 2025)
TITLE = "青石市教育局2025年政府信息公开工作年度报告"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(connect(create(DataDir(tmp_path / "data")), [migrations])) as opened:
        sync(opened, Config(portals=(Portal("shi", HERE, "青石市"),)))
        yield opened


def keep(db: Database, url: str, content: str, whose: Whose = BODY, crawl: int = 1) -> str:
    at = kept_at(db, crawl, "shi", HERE + url, content, whose)
    documents.record(
        db, sha256=content, url=at, now=NOW, portal="shi", agency_name=whose.agency, year=whose.year, title="年报"
    )
    return at.removeprefix(HERE)


def name(db: Database, url: str, crawl: int, title: str = TITLE) -> str:
    ask = Ask(HERE + url, kind="detail", title=title, known_as=known_as(db, crawl, "shi", HERE + url, title))
    looks.listed(db, looks.ListPlace(crawl, "shi", HERE, 1), ask, "", 2025)
    return looks.look_key(ask).removeprefix("127.0.0.1/nb/")


@pytest.mark.parametrize(
    ("one", "two", "three", "another"),
    [
        ("t123456/1.html", "t123499/1.html", "t129999/1.html", "t129999/2.html"),
        ("1769877000/a/1.html", "1769877555/a/1.html", "1769879999/a/1.html", "1769879999/b/1.html"),
        ("s_9f86d081884c7d65/1.html", "s_a1b2c3d4e5f60718/1.html", "s_00b2c3d4e5f60718/1.html", "x/1.html"),
        ("1.html;sid=A1", "1.html;sid=A2", "1.html;sid=B7", "2.html;sid=B7"),
        (
            "1.html;x=1769877000?id=3",
            "1.html;x=1769877001?id=3",
            "1.html;x=1769877002?id=3",
            "1.html;x=1769877002?id=4",
        ),
    ],
)
def test_a_token_in_the_path_is_learnt_where_the_same_bytes_come_back(
    db: Database, one: str, two: str, three: str, another: str
) -> None:
    assert [keep(db, one, "one"), keep(db, two, "one")] == [one, one]
    assert keep(db, three, "two") == one, "what changes there later"
    assert keep(db, another, "three", OTHER) == another


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("202601/1.html", "202602/1.html"),
        ("2025/1.html", "2024/1.html"),
        ("c105/1.html", "c106/1.html"),
        ("t20260126_1.html", "t20260127_1.html"),
        ("jyj/index.html", "czj/index.html"),
        ("t123456/1.html", "t123456/x/1.html"),
    ],
)
def test_a_folder_that_somebody_named_chooses(db: Database, one: str, two: str) -> None:
    assert [keep(db, one, "one"), keep(db, two, "one")] == [one, two]


def test_an_entry_that_took_the_place_of_another_is_the_same_report_though_its_bytes_never_come_back(
    db: Database,
) -> None:
    assert name(db, "1.html?zz=1769877000", 1) == "1.html?zz=1769877000"
    assert keep(db, "1.html?zz=1769877000", "at ten") == "1.html?zz=1769877000"
    assert name(db, "1.html?zz=1769879999", 2) == "1.html?zz=1769877000"
    assert learnt(db, "shi") == {"zz": True}
    assert keep(db, "1.html?zz=1769879999", "at eleven", crawl=2) == "1.html?zz=1769877000"


@pytest.mark.parametrize(
    ("one", "two", "title", "crawl"),
    [
        ("1.html?zz=1769877000", "1.html?zz=1769879999", TITLE, 1),  # side by side in one crawl
        ("1.html?id=1769877000", "1.html?id=1769879999", TITLE, 2),  # chooses by its name
        ("1.html?zz=1769877000", "2.html?zz=1769879999", TITLE, 2),
        ("1.html?zz=12", "1.html?zz=13", TITLE, 2),  # no value that nobody chose
        ("1.html?zz=1769877000", "1.html?zz=1769879999", "2025年政府信息公开工作年度报告", 2),  # of whom?
        ("202601/t20260126_1.html", "202602/t20260226_2.html", TITLE, 2),
    ],
)
def test_what_may_be_another_report_stays_one(db: Database, one: str, two: str, title: str, crawl: int) -> None:
    assert [name(db, one, 1, title), name(db, two, crawl, title)] == [one, two]


def test_what_may_be_a_token() -> None:
    assert all(map(has_token, (f"{HERE}1.html?a=1", f"{HERE}1.html;a=1", f"{HERE}t123456/1.html")))
    assert not any(map(has_token, (f"{HERE}1.html", f"{HERE}202601/t20260126_397102.html")))
    assert may_change(";sid", "a", "b")
    assert not may_change(";id", "12345678", "12345679")
