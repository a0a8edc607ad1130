"""Nobody is called overdue for what we hold and could not read as theirs: several reports in one, or another year's."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ledger.documents import record
from crawler.ledger.portals import sync
from extract.model import Problem, Report
from extract.run import read_report
from extract.store.write import Reading, save
from monitor.checking.check import check
from monitor.findings import load
from monitor.samples import make_history
from tests.monitor.test_absence import CONFIG, OVER, sweep

TITLE = "{}{}年政府信息公开工作年度报告"
SEEN = OVER - timedelta(days=9)
SEVERAL = Problem("several_reports", "")


@pytest.fixture
def bodies(db: Database) -> Database:
    """Three bodies of a portal that is looked at; one has published, of the others nothing is known yet."""
    sync(db, CONFIG)
    for code, name in (("jy", "青石市教育局"), ("sj", "青石市审计局"), ("cz", "青石市财政局")):
        db.execute(
            "insert into agencies (code, name, kind, level, portal, source) "
            "values (?, ?, 'department', 'prefecture', 'qingshi', '名录')",
            [code, name],
        )
    read(db, "青石市财政局", 2025)
    return db


@cache
def report(name: str, year: int) -> Report:
    result = read_report(make_history(5, name, [year])[0].html().encode(), "page.html")
    assert isinstance(result, Report)
    return result


def read(db: Database, name: str, year: int, what: Report | Problem | None = None, seen: int = 0) -> None:
    """A page that the list of the portal names as the report of this body for this year, as the reader leaves it."""
    at, title, address = SEEN + timedelta(days=seen), TITLE.format(name, year), f"http://127.0.0.1/nb/{name}.html"
    document = sha256(f"{name}{seen}".encode()).hexdigest()
    record(db, sha256=document, url=address, now=at, portal="qingshi", title=title, agency_name=name, year=year)
    one = Reading(document, address, what or report(name, year), stamp(at), portal="qingshi")
    save(db, [replace(one, hint_agency=name, hint_year=year)], "1", at)


def overdue(db: Database) -> set[str]:
    """The bodies of the portal that are called overdue for 2025."""
    sweep(db, OVER)
    check(db, CONFIG, OVER + timedelta(hours=1))
    return {one.key.agency for one in load(db, "rule = 'pub.state' and status = 'open'") if one.key.year == 2025}


def test_of_whom_nothing_is_there_is_overdue(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2025)
    assert overdue(bodies) == {"sj"}


def test_a_page_of_several_reports_may_hold_any_of_its_portal(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2025, SEVERAL)
    assert overdue(bodies) == set()


def test_once_its_own_report_alone_stands_there_the_others_owe_theirs(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2025, SEVERAL)
    read(bodies, "青石市教育局", 2025, seen=3)
    assert overdue(bodies) == {"sj"}


def test_a_page_of_several_reports_of_another_year_excuses_nobody(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2024, SEVERAL)
    assert overdue(bodies) == {"jy", "sj"}


def test_under_the_title_of_this_year_stands_the_report_of_the_last(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2025, report("青石市教育局", 2024))
    assert bodies.execute("select year from documents where agency = 'jy'").fetchall() == [(2024,)]
    assert overdue(bodies) == {"sj"}


def test_the_report_of_the_last_year_under_its_own_title_excuses_nobody(bodies: Database) -> None:
    read(bodies, "青石市教育局", 2024)
    assert overdue(bodies) == {"jy", "sj"}
