"""Databases of older versions open and end up as a new one; what is asked of 150,000 reports is searched, not walked."""

import json
from contextlib import closing

import pytest
import sqlite_utils
from sqlite_utils import Database

from crawler.ground.data import DataDir, connect, create
from monitor.duty.ledger_sql import HANDED, NOBODYS, STOOD, UNREAD
from monitor.duty.sweeps import settle
from monitor.schema import ALL, open_database
from monitor.words.reasons import reason_words

STEPS = [
    (at, step.name)
    for at, migrations in enumerate(ALL)
    for step in migrations.pending(sqlite_utils.Database(memory=True))
]


def schema(db: Database) -> dict[str, list[object]]:
    """Every table, view and index with its columns."""
    found: dict[str, list[object]] = {}
    for kind, name in db.execute("select type, name from sqlite_master where name not like 'sqlite_%'").fetchall():
        about = "index_info" if kind == "index" else "table_xinfo"
        found[name] = db.execute(f"pragma {about}('{name}')").fetchall()
    return found


@pytest.mark.parametrize(("at", "step"), STEPS)
def test_a_database_from_before_any_step_ends_up_as_a_new_one(at: int, step: str, data: DataDir) -> None:
    old = create(DataDir(data.root / "旧"))
    with closing(connect(old, ALL[:at])) as db:
        ALL[at].apply(db, stop_before=step)
    with closing(open_database(old)) as db, closing(open_database(data)) as new:
        assert schema(db) == schema(new)


def test_what_an_old_crawl_told_in_its_sentences_alone_still_steers_and_is_shown_as_it_is(data: DataDir) -> None:
    """Lists that it read as far as known ground were not seen whole; its evidence has no codes, and keeps its words."""
    old = create(data)
    with closing(connect(old, [])) as db:
        ALL[0].apply(db, stop_before="m016_known_ground")
        db.execute("insert into crawls (id, started_at, finished_at) values (1, '2026-02-01', '2026-02-02')")
        db.execute(
            "insert into portals (id, name, start_url, state, detail) values ('p', 'p', 'u', 'failing', 'list u')"
        )
        for portal, detail in (
            ("part", "15 reports; generic; read as far as known ground"),
            ("whole", "15 reports; trs"),
        ):
            db.execute(
                "insert into fetches (crawl, portal, url, at, verdict, kind, detail) values (1, ?, 'u', ?, 'ok', 'list', ?)",
                [portal, "2026-02-01", detail],
            )
    with closing(open_database(old)) as db:
        settle(db)
        assert dict(db.execute("select portal, whole from sweeps").fetchall()) == {"part": 0, "whole": 1}
        [(detail, said)] = db.execute("select detail, said from portals where id = 'p'").fetchall()
        assert said is None
        assert reason_words(detail, json.loads(said or "[]"), "zh") == "list u"


@pytest.mark.parametrize("query", [STOOD, HANDED, NOBODYS, UNREAD])
def test_who_published_is_searched_by_year_and_address(query: str, db: Database) -> None:
    asked = {
        "year": 2024,
        "at": "9999",
        "day": "9999",
        "bodies": "[]",
        "strangers": "[]",
        "begin": "2024",
        "end": "2025",
    }
    plan = [
        str(row[3])
        for row in db.execute(
            f"explain query plan {query}", {name: value for name, value in asked.items() if f":{name}" in query}
        )
    ]
    walked = {line.split()[1] for line in plan if line.startswith("SCAN")}
    assert not walked & {"documents", "reports", "l", "f"}, plan
    assert not [line for line in plan if "idx_fetches_portal_at" in line], plan
