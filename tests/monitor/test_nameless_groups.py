"""What names nobody excuses the bodies of the kind that its group holds, and those alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.agency import Agency
from crawler.agencies.register import enter
from crawler.ground.data import DataDir, connect
from crawler.ground.schema import migrations
from crawler.ground.vocabulary import Kind
from crawler.ledger import documents
from extract.model import Evidence
from extract.store.weak_names import weak_name
from monitor.duty.unread import whose

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BODIES: dict[str, Kind] = {
    "望溪县人民政府": "government",
    "望溪县人民政府办公室": "office",
    "望溪县教育局": "department",
    "望溪县财政局": "department",
    "望溪县综合行政执法局": "department",
    "望溪县城市管理局": "department",
    "望溪县城关镇人民政府": "township",
    "望溪县东门街道办事处": "street",
}


@pytest.fixture(name="db")
def register(tmp_path: Path) -> Database:
    db = connect(DataDir(tmp_path), [migrations])
    db.execute("insert into portals (id, name, start_url) values ('wx', '望溪县人民政府', 'http://127.0.0.1/')")
    for name, kind in BODIES.items():
        enter(db, Agency(name, name, "county", kind, None, None, None, 2025, None, "import"))
    return db


@pytest.mark.parametrize(
    ("group", "excused"),
    [
        ("", set(BODIES)),
        ("其他", set(BODIES)),
        (
            "县直部门",
            {"望溪县人民政府办公室", "望溪县教育局", "望溪县财政局", "望溪县综合行政执法局", "望溪县城市管理局"},
        ),
        ("2025年乡镇（街道）", {"望溪县城关镇人民政府", "望溪县东门街道办事处"}),
        ("街道", {"望溪县东门街道办事处"}),
        ("县政府", {"望溪县人民政府", "望溪县人民政府办公室"}),
    ],
)
def test_a_group_of_one_kind_excuses_its_kind(db: Database, group: str, excused: set[str]) -> None:
    assert set(whose(db, [], "wx", group)) == excused


def said(*some: tuple[str, str]) -> list[Evidence]:
    return [Evidence(source, False, name, None, name) for source, name in some]


@pytest.mark.parametrize(
    ("evidence", "group", "name"),
    [
        (said(("source", "县教育局")), "", "望溪县教育局"),
        (said(("signature", "望溪县教育局")), "", "望溪县教育局"),
        (said(("crumb", "教育局")), "", "望溪县教育局"),
        ([], "县教育局", "望溪县教育局"),
        (said(("source", "县教育局"), ("crumb", "望溪县人民政府")), "县直部门", "望溪县教育局"),
        (said(("source", "望溪县人民政府办公室"), ("signature", "望溪县教育局")), "", "望溪县教育局"),
        (said(("signature", "望溪县人民政府办公室")), "", "望溪县人民政府办公室"),
        # Each of these leaves it open.
        (said(("source", "望溪县人民政府办公室")), "", ""),
        (said(("source", "县教育局"), ("signature", "县财政局")), "", ""),
        (said(("source", "县教育局")), "县财政局", ""),
        (said(("source", "县教育局")), "乡镇", ""),
        (said(("source", "执法局")), "", ""),
        (said(("source", "县盐务局")), "", ""),
        (said(("source", "县教育局"), ("signature", "临渡县盐务局")), "", ""),
        ([], "县直部门", ""),
    ],
)
def test_weak_evidence_names_the_one_body_that_all_of_it_fits(
    db: Database, evidence: list[Evidence], group: str, name: str
) -> None:
    assert weak_name(db, evidence, group, "wx") == name


def test_what_an_entry_stands_under_is_kept_with_its_document(db: Database) -> None:
    documents.record(db, sha256="1" * 64, url="http://127.0.0.1/1", now=NOW, portal="wx", listed_under="县直部门")
    assert db.execute("select listed_under from documents").fetchall() == [("县直部门",)]
