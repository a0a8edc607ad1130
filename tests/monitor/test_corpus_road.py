"""The real documents through the whole road: what is found, at which place, and nothing else of weight."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.files.intake import add
from crawler.ground.config import Config
from crawler.ground.data import DataDir, create
from extract.run import extract
from monitor.checking.check import check
from monitor.schema import open_database
from tests.corpus import CORPUS, NEEDED

pytestmark = NEEDED
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SEEDS = {
    ("淮阳区人民政府办公室", "t3.outcome_share", "info"),
    ("涧西区人民政府", "form.oversight", "confirm"),
    ("涧西区人民政府", "form.header_altered", "info"),
    ("涧西区人民政府", "t4.corrected", "info"),
    ("涧西区人民政府", "t3.alignment", "health"),
    ("涧西区人民政府", "claim.negation", "explain"),
    ("原州区人民政府办公室", "claim.cell", "explain"),
    ("原州区人民政府办公室", "form.header_altered", "info"),
    ("如东县人民政府办公室", "form.sections", "confirm"),
    ("如东县人民政府办公室", "form.title", "confirm"),
    ("如东县人民政府办公室", "t4.corrected", "info"),
}


def road(folder: Path, *sources: Path) -> Database:
    data = create(DataDir(folder))
    db = open_database(data)
    add(db, data, sources, NOW)
    extract(db, data, now=NOW, workers=1)
    check(db, Config(), NOW)
    return db


def test_the_seeds_have_exactly_the_findings_that_are_known(tmp_path: Path) -> None:
    db = road(tmp_path, CORPUS / "seeds")
    found = set(db.execute("select a.name, f.rule, f.class from findings f join agencies a on a.code = f.agency"))
    assert found == SEEDS


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return road(tmp_path_factory.mktemp("corpus"), CORPUS / "seeds", CORPUS / "documents")


def test_the_real_failures_are_found_at_their_places_and_nothing_else_is_fatal(everything: Database) -> None:
    fatal = everything.execute("select agency, year, rule, subject from findings where class = 'fatal' order by 4")
    assert fatal.fetchall() == [
        ("洪泽区人民政府", 2023, "t4.sum", "litigation_after_reconsideration"),
        ("平潭综合实验区", 2020, "t3.column_sum", "natural_person"),
        ("洪泽区人民政府", 2023, "t4.sum", "reconsideration"),
        ("平潭综合实验区", 2020, "t3.column_sum", "total"),
    ]


def test_a_single_cell_is_never_blamed_for_the_double_slip(everything: Database) -> None:
    suspects = everything.execute("select json_extract(suspect, '$.cell') from findings where class = 'fatal'")
    assert {row[0] for row in suspects} == {None}


def test_each_real_chain_holds(everything: Database) -> None:
    assert not everything.execute("select * from findings where rule = 'year.carry'").fetchall()


def test_what_is_no_report_has_none(everything: Database) -> None:
    urls = [row[0].rsplit("/", 1)[1] for row in everything.execute("select url from reports")]
    assert not [url for url in urls if "notareport" in url or url.endswith(".docx")]
    assert len(urls) == 16 + 8, "those with the forms, and those from before them"


def test_no_rule_is_about_a_report_from_before_the_forms(everything: Database) -> None:
    assert everything.execute("select count(*) from indicators where value is not null").fetchone()[0] > 150
    assert not everything.execute(
        "select * from findings where year < 2019 and rule not like 'pub.%' and status = 'open'"
    ).fetchall()
