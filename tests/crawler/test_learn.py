"""The register proposed from what was found; nothing is entered before a person agrees; what fits nobody is listed."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.learn import Proposal, accept, propose, unmatched
from crawler.agencies.register import ensure_agency
from crawler.ledger.documents import record
from tests.crawler.test_register import rows, whole
from tests.monitor.test_absence import local
from tests.monitor.test_cli_road import Gouji

__all__ = ["whole"]
SEEN = local("2025-02-01T02:30:00")


@pytest.fixture
def db(whole: Database) -> Database:
    """洪泽区's portal: a registered body, three met in documents, two only in titles, a roster."""
    whole.execute("insert into portals (id, name) values ('hz', '淮安市洪泽区人民政府'), ('qs', '青石市人民政府')")
    whole.execute(
        "insert into agencies (code, name, kind, source) values ('cz', '淮安市洪泽区财政局', 'department', 'import')"
    )
    for name, year in (
        ("淮安市洪泽区财政局", 2024),
        ("洪泽区人民政府", 2024),
        ("洪泽区人民政府", 2023),
        ("洪泽区人民政府办公室", 2024),
        ("洪泽区第一中学", 2024),
        ("洪泽区粮食局", 2018),
    ):
        ensure_agency(whole, name, source="document", portal="hz")
        show(whole, name, year)
    return whole


def show(db: Database, name: str, year: int, portal: str = "hz") -> None:
    record(
        db,
        sha256=f"{name}{year}",
        url=f"http://127.0.0.1/{name}/{year}",
        now=SEEN,
        portal=portal,
        agency_name=name,
        year=year,
    )


def by_name(found: list[Proposal]) -> dict[str, Proposal]:
    return {one.name: one for one in found}


def test_last_years_publishers_are_proposed_with_what_their_names_tell(db: Database) -> None:
    found = by_name(propose(db, 2025))
    assert set(found) == {"洪泽区人民政府", "洪泽区人民政府办公室", "洪泽区第一中学"}, "not who published in 2018 only"
    body = found["洪泽区人民政府"]
    assert (body.kind, body.level, body.division, body.portal) == ("government", "county", "320813", "hz")
    assert (body.years, body.first_year, body.origin) == ((2023, 2024), 2023, "publisher")
    # A government and its office are two debtors; a school comes last.
    assert found["洪泽区人民政府办公室"].kind == "office"
    assert [one.owes for one in propose(db, 2025)] == [True, True, False]


def test_rosters_and_titles_are_proposed_too(db: Database) -> None:
    for name, published in (("淮安市洪泽区财政局", 1), ("洪泽区岔河镇人民政府", 0)):
        db.execute(
            "insert into rosters (portal, url, agency_name, year, published, seen_at) values "
            "('hz', 'http://127.0.0.1/roster', ?, 2024, ?, '2025')",
            [name, published],
        )
    show(db, "洪泽区审计局", 2024)
    found = by_name(propose(db, 2025))
    town, audit = found["洪泽区岔河镇人民政府"], found["洪泽区审计局"]
    assert (town.code, town.kind, town.level) == ("", "township", "township")
    assert (town.division, town.origin) == ("320813", "roster")
    assert (audit.code, audit.origin, audit.url) == ("", "title", "http://127.0.0.1/洪泽区审计局/2024")
    assert "淮安市洪泽区财政局" not in found


def test_a_town_that_publishes_without_its_countys_name_is_the_one_the_roster_names(db: Database) -> None:
    ensure_agency(db, "岔河镇人民政府", source="document", portal="hz")
    show(db, "岔河镇人民政府", 2024)
    db.execute(
        "insert into rosters (portal, url, agency_name, year, published, seen_at) values "
        "('hz', 'http://127.0.0.1/roster', '岔河镇人民政府', 2024, 1, '2025')"
    )
    towns = [one for one in propose(db, 2025) if "岔河镇" in one.name]
    assert [(one.name, one.code, one.origin) for one in towns] == [("岔河镇人民政府", "岔河镇人民政府", "publisher")]


def test_nothing_is_entered_before_it_is_accepted(db: Database) -> None:
    before = rows(db, "select * from agencies")
    found = propose(db, 2025)
    assert rows(db, "select * from agencies") == before
    assert accept(db, found[:2]) == 2
    assert rows(db, "select source, division, first_year from agencies where name = '洪泽区人民政府'") == [
        ("publisher", "320813", 2023)
    ]
    assert [one.name for one in propose(db, 2025)] == ["洪泽区第一中学"]


def test_an_accepted_title_gets_its_row(db: Database) -> None:
    show(db, "洪泽区审计局", 2024)
    accept(db, [by_name(propose(db, 2025))["洪泽区审计局"]])
    assert rows(db, "select name, kind, level, portal, source from agencies where name = '洪泽区审计局'") == [
        ("洪泽区审计局", "department", "county", "hz", "title")
    ]


def test_among_namesakes_the_portals_place_tells(db: Database) -> None:
    db.execute("insert into portals (id, name) values ('bj', '北京市朝阳区人民政府')")
    for portal in ("bj", "qs"):
        ensure_agency(db, "朝阳区教育局", source="document", portal=portal)
        show(db, "朝阳区教育局", 2024, portal)
    assert {one.division for one in propose(db, 2025) if one.name == "朝阳区教育局"} <= {"110105", ""}


def test_what_fits_nobody_is_listed(db: Database) -> None:
    show(db, "淮安市洪泽区财证局", 2024)
    for code in ("a", "b"):
        db.execute(
            "insert into agencies (code, name, kind, source) values (?, '统计局', 'department', 'import')", [code]
        )
    show(db, "统计局", 2024)
    found = {one.name: one for one in unmatched(db)}
    slip = found["淮安市洪泽区财证局"]
    assert (slip.why, slip.candidates) == ("unknown", ("淮安市洪泽区财政局",))
    assert (found["统计局"].why, found["统计局"].candidates) == ("several", ("a", "b"))
    assert found["洪泽区粮食局"].why == "met"
    assert "淮安市洪泽区财政局" not in found
    assert "统计局" not in by_name(propose(db, 2025))


def test_the_commands(db: Database, tmp_path: Path) -> None:
    path = Path(db.execute("pragma database_list").fetchone()[2])
    gouji = Gouji(path.parent)
    told = gouji("agencies", "learn", "--year", "2025")
    assert "洪泽区人民政府办公室" in told.stdout
    assert "没有收入" in told.stdout
    found = gouji.json("agencies", "learn", "--year", "2025", "--yes", "--except", "洪泽区第一中学")
    assert (found["accepted"], len(found["proposals"])) == (2, 2)
    listed = gouji.json("agencies", "list")
    assert {one["name"] for one in listed if one["source"] == "publisher"} == {"洪泽区人民政府", "洪泽区人民政府办公室"}
    assert {one["name"] for one in gouji.json("agencies", "unmatched")} == {"洪泽区第一中学", "洪泽区粮食局"}
    events = tmp_path / "变动.csv"
    events.write_text("agency,event,from_year,old_name\n淮安市洪泽区财政局,alias,,洪泽区粮食局\n", encoding="utf-8")
    assert gouji.json("agencies", "events", events)["added"] == 1
    assert {one["name"] for one in gouji.json("agencies", "unmatched")} == {"洪泽区第一中学"}
    gouji("agencies", "events", tmp_path / "没有.csv", status=2)
