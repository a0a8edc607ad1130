"""Divisions: a code from a name only where one place can be meant; levels; the licence lies beside the data."""

from importlib import resources
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.divisions import division_of, divisions, level_of
from crawler.agencies.register import ensure_agency
from crawler.agencies.register_import import import_csv
from tests.crawler.test_register import csv, rows


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("高平市人民政府", "140581"),
        ("淮安市洪泽区财政局", "320813"),
        ("洪泽区人民政府", "320813"),
        ("北京市朝阳区教育局", "110105"),
        ("浦东新区人民政府", "310115"),
        ("石狮市永宁镇人民政府", "350581"),
        ("国家税务总局石狮市税务局", "350581"),
        ("吉林省财政厅", "220000"),
        ("吉林市财政局", "220200"),
        ("湖北省仙桃市人民政府", "429004"),
        ("重庆市人民政府", "500000"),
    ],
)
def test_the_place_a_name_speaks_of(name: str, code: str) -> None:
    assert division_of(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "朝阳区教育局",
        "鼓楼区人民政府",
        "长安区财政局",
        "示例县教育局",
        "淮安市云岭区教育局",
        "青石市人民政府",
        "教育局",
        "市人民政府办公室",
        "河口镇人民政府",
        "",
    ],
)
def test_among_namesakes_none_is_guessed(name: str) -> None:
    assert division_of(name) == ""


@pytest.mark.parametrize(
    ("within", "code"), [("110000", "110105"), ("220100", "220104"), ("220104", "220104"), ("320000", ""), ("", "")]
)
def test_the_portals_place_tells_namesakes_apart(within: str, code: str) -> None:
    assert division_of("朝阳区教育局", within) == code


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("310000", "province"),
        ("140500", "prefecture"),
        ("140581", "county"),
        ("110105", "county"),
        ("429004", "county"),
        ("140581100", "township"),
        ("140581000", "county"),
        ("", ""),
        ("x", ""),
    ],
)
def test_a_county_level_city_is_a_county(code: str, level: str) -> None:
    assert level_of(code) == level


def test_the_table_is_whole_and_licensed() -> None:
    assert len(divisions()) > 3100
    assert all(len(code) == 6 and code.isdigit() and name for code, name in divisions().items())
    assert "MIT License" in (resources.files("crawler.agencies") / "divisions_data" / "LICENSE").read_text(
        encoding="utf-8"
    )


@pytest.fixture
def db(tmp_path: Path) -> Database:
    from crawler.ground.data import DataDir, connect, create
    from crawler.ground.schema import migrations

    return connect(create(DataDir(tmp_path / "data")), [migrations])


def test_what_the_name_alone_tells_fills_the_column_and_no_code(db: Database, tmp_path: Path) -> None:
    import_csv(db, csv(tmp_path, "name\n高平市财政局\n示例县财政局\n"))
    found = "select code, level, division from agencies order by code desc"
    assert rows(db, found) == [("高平市财政局", "county", "140581"), ("示例县财政局", "county", None)]
    # A person knows better: the body is the same, and the code bears what was given.
    import_csv(db, csv(tmp_path, "name,division\n高平市财政局,140581000\n"))
    assert ("140581000-高平市财政局", "county", "140581000") in rows(db, found)
    assert len(rows(db, found)) == 2


def test_a_body_met_in_a_document_gets_its_level(db: Database) -> None:
    ensure_agency(db, "高平市财政局", source="document")
    assert rows(db, "select level, division from agencies") == [("county", None)]
