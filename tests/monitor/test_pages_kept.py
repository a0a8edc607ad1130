"""What pages keep: answers about the whole database, and one body's standing without asking of all others."""

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.ground.config import Config
from crawler.ground.data import DataDir, create
from monitor.asking.compare import comparison, spreads
from monitor.asking.missing import answer, standings_of
from monitor.duty.ledger import Ledger
from monitor.duty.sweeps import settle
from monitor.pages import kept
from monitor.pages.kept import Bounded, Kept
from monitor.pages.site import Site
from monitor.pages.whole import beginning
from monitor.schema import open_database
from tests.monitor.test_pages import CALM, NOW, filled

pytest.importorskip("datasette")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    found = filled(tmp_path_factory.mktemp("kept") / "data")
    with closing(open_database(found)) as db:
        db.execute("update agencies set source = 'register', kind = 'department', level = 'county'")
        db.execute(
            "insert into agencies (code, name, kind, level, source) values ('无', '示例县无报告局', "
            "'department', 'county', 'register')"
        )
        db.conn.commit()
    return found


def test_how_one_body_stands_is_what_is_said_of_it_among_all(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        for year in (2022, 2023, 2024):
            for entry in answer(db, Config(), NOW, year=year).entries:
                assert standings_of(db, Config(), NOW, entry.agency, [year]) == {year: entry}
        assert standings_of(db, Config(), NOW, CALM, [1999, 2090]) == {}


def test_peers_counted_once_for_all_are_those_that_are_counted_for_one(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        from crawler.agencies.lookup import find_agency

        body = find_agency(db, CALM)
        assert comparison(db, body, group=spreads(db, "department", "county")) == comparison(db, body)


def test_who_may_only_read_is_answered_while_a_crawl_was_not_summed_up(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    with closing(open_database(data)) as db:
        db.execute(
            "insert into crawls (id, started_at, finished_at, outcome) values (1, '2026-01-01T00:00:00Z', "
            "'2026-01-01T00:01:00Z', 'done')"
        )
        db.execute(
            "insert into fetches (crawl, portal, url, at, status, verdict, kind) values (1, 'p', 'http://127.0.0.1/',"
            " '2026-01-01T00:00:00Z', 200, 'ok', 'list')"
        )
        db.conn.commit()
    site = Site(data, clock=lambda: NOW)
    with site.reading() as read:
        settle(read)
        assert beginning(read, Config(), NOW, None, "").year == 2025
    site.close()


def test_an_answer_is_worked_out_again_when_somebody_has_written(data: DataDir) -> None:
    found, asked = Kept(data.root, data.database), list[int]()

    def count() -> int:
        asked.append(1)
        return len(asked)

    def ask() -> object:
        held = found.whole("unread", NOW, inline=count)
        assert held is not None
        return held.value

    assert [ask(), ask()] == [1, 1]
    with closing(open_database(data)) as db:
        db.execute("update portals set name = name")
        db.execute("insert into portals (id, name, start_url) values ('neu', 'neu', 'http://127.0.0.1/')")
        db.conn.commit()
    assert ask() == 2
    found.close()


def test_of_a_large_database_it_is_worked_out_elsewhere_and_an_older_answer_is_shown_meanwhile(
    data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", 0)
    monkeypatch.setattr(kept, "RESTS", 0)
    found = Kept(data.root, data.database)
    never: Callable[[], object] = lambda: pytest.fail("worked out here")  # noqa: E731 - a name with a type
    assert found.whole("standing", NOW, 2024, None, "", inline=never, wait=False) is None
    first = found.whole("standing", NOW, 2024, None, "", inline=never)
    assert first is not None
    with closing(open_database(data)) as db:
        db.execute("update agencies set name = '示例县改名局' where code = '无'")
        db.conn.commit()
    assert found.whole("standing", NOW, 2024, None, "", inline=never) is first
    until = time.monotonic() + 60
    while (again := found.whole("standing", NOW, 2024, None, "", inline=never)) is first:
        assert time.monotonic() < until
    assert again is not None
    assert "示例县改名局" in str(again.value)
    found.close()


def test_what_cannot_be_answered_elsewhere_is_an_error_of_the_asker_here(
    data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LARGE", 0)
    found = Kept(data.root, data.database)
    held = found.whole("standing", datetime(2026, 2, 1, tzinfo=UTC), 1800, None, "", inline=lambda: "here")
    assert held is not None
    assert held.value == "here"
    found.close()


def test_of_what_is_kept_the_oldest_goes_first() -> None:
    held = Bounded[int](2)
    for number in range(3):
        held.put(number, number)
        held.get(0)
    assert [held.get(number) for number in range(3)] == [0, None, 2]


def test_a_reader_learns_of_a_body_that_nobody_registered_once_it_is_written(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    data = filled(tmp_path_factory.mktemp("strangers") / "data")
    site, told = Site(data), []
    try:
        for code in ("路人甲局", "路人乙局"):
            with site.reading() as db:
                told.append(Ledger(db, site.config(), NOW).strangers)
            with closing(open_database(data)) as db, db.atomic():
                db.execute("insert into agencies (code, name, source) values (?, ?, 'document')", [code, code])
        with site.reading() as db:
            told.append(Ledger(db, site.config(), NOW).strangers)
    finally:
        site.close()
    assert [[one in text for one in ("路人甲局", "路人乙局")] for text in map(json.loads, told)] == [
        [False, False],
        [True, False],
        [True, True],
    ]
