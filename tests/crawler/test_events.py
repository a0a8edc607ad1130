"""What happened to bodies: names with years, ends, successors; reports met under an earlier name come together."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.events import import_events
from crawler.agencies.register import ensure_agency, find_agency
from crawler.ground.errors import UsageError
from tests.crawler.test_register import csv, rows, whole

__all__ = ["whole"]  # the fixture: a database with the tables of every stage
HEAD = "agency,event,from_year,successor,old_name,new_name,basis\n"
NAMES = "select name, from_year, to_year from agency_names where agency = ? order by from_year is not null, from_year"


@pytest.fixture
def db(whole: Database) -> Database:
    for code, name in (("sw", "青石市商务局"), ("wg", "青石市文化广电和旅游局"), ("sj", "青石市数据局")):
        whole.execute(
            "insert into agencies (code, name, kind, source) values (?, ?, 'department', 'import')", [code, name]
        )
        whole.execute("insert into agency_names (agency, name) values (?, ?)", [code, name])
    return whole


def take(db: Database, tmp_path: Path, *lines: str) -> tuple[int, int]:
    result = import_events(db, csv(tmp_path, HEAD + "\n".join(lines) + "\n"))
    return result.added, result.known


def names(db: Database, code: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(NAMES, [code]).fetchall()]


def test_a_renaming_told_by_the_old_name(db: Database, tmp_path: Path) -> None:
    assert take(db, tmp_path, "青石市商务局,renamed,2019,,青石市经济贸易局,,三定方案") == (1, 0)
    assert names(db, "sw") == [("青石市经济贸易局", None, 2018), ("青石市商务局", 2019, None)]
    assert find_agency(db, "青石市经济贸易局") == "sw"
    assert rows(db, "select name from agencies where code = 'sw'") == [("青石市商务局",)]


def test_a_renaming_told_by_the_new_name(db: Database, tmp_path: Path) -> None:
    take(db, tmp_path, "sj,renamed,2024,,,青石市政务服务和数据局,")
    assert rows(db, "select name from agencies where code = 'sj'") == [("青石市政务服务和数据局",)]
    assert find_agency(db, "青石市数据局") == "sj"


def test_reports_met_under_the_old_name_come_together(db: Database, tmp_path: Path) -> None:
    met = ensure_agency(db, "青石市经济贸易局", source="document")
    db.execute("insert into documents (sha256, url, agency, year, first_seen) values ('a', 'u', ?, 2018, 't')", [met])
    db.execute(
        "insert into reports (agency, year, document, status, parser, checked) "
        "values (?, 2018, 'a', 'complete', '1', 'x')",
        [met],
    )
    take(db, tmp_path, "青石市商务局,renamed,2019,,青石市经济贸易局,,")
    assert rows(db, "select agency from documents union all select agency from reports") == [("sw",), ("sw",)]
    assert rows(db, "select checked from reports") == [(None,)], "its years are compared anew"
    assert rows(db, "select count(*) from agencies") == [(3,)]


def test_another_spelling_changes_nothing_between_the_years(db: Database, tmp_path: Path) -> None:
    take(db, tmp_path, "青石市文化广电和旅游局,alias,,,青石市文旅局,,")
    assert find_agency(db, "青石市文旅局") == "wg"
    assert names(db, "wg") == [("青石市文化广电和旅游局", None, None), ("青石市文旅局", None, None)]


def test_merged_and_abolished_bodies_owe_no_more(db: Database, tmp_path: Path) -> None:
    take(
        db,
        tmp_path,
        "青石市商务局,merged,2024,青石市数据局,,,机构改革",
        "wg,abolished,2025,,,,",
        "sj,scope,2022,,,,全市口径",
    )
    assert rows(db, "select code, last_year from agencies order by code") == [("sj", None), ("sw", 2023), ("wg", 2024)]
    assert rows(db, "select agency, event, from_year, successor from agency_events order by id") == [
        ("sw", "merged", 2024, "sj"),
        ("wg", "abolished", 2025, None),
        ("sj", "scope", 2022, None),
    ]


def test_the_same_file_twice_is_one_file(db: Database, tmp_path: Path) -> None:
    line = "青石市商务局,split,2024,青石市数据局,,,"
    assert take(db, tmp_path, line) == (1, 0)
    assert take(db, tmp_path, line) == (0, 1)


def test_a_successor_follows_its_code(db: Database, tmp_path: Path) -> None:
    take(db, tmp_path, "青石市商务局,merged,2024,青石市数据局,,,")
    from crawler.agencies.recode import rename_code

    rename_code(db, "sj", "990100-青石市数据局")
    assert rows(db, "select successor from agency_events") == [("990100-青石市数据局",)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("云岭县,abolished,2024,,,,", "no body '云岭县'"),
        (",abolished,2024,,,,", "'agency' is empty"),
        ("青石市商务局,moved,2024,,,,", "unknown"),
        ("青石市商务局,merged,2024,,,,", "needs 'successor'"),
        ("青石市商务局,renamed,2024,,,,", "'old_name' or 'new_name'"),
        ("青石市商务局,renamed,,,旧,,", "needs 'from_year'"),
        ("青石市商务局,abolished,去年,,,,", "not a year"),
        ("青石市商务局,merged,2024,青石市商务局,,,", "own successor"),
        ("青石市商务局,renamed,2024,,青石市商务局,,", "the same"),
        ("青石市商务局,alias,,,青石市数据局,,", "registered body"),
        ("青石市商务局,abolished,2024,,,,,多", "8 cells"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(db: Database, tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"line 3: .*" + told):
        take(db, tmp_path, "青石市文化广电和旅游局,abolished,2024,,,,", line)
    assert rows(db, "select count(*) from agency_events") == [(0,)]
    assert rows(db, "select last_year from agencies where code = 'wg'") == [(None,)]
