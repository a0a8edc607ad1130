"""A picture that changes under an unchanged page is another version of the report; one that is added only completes it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.run import extract
from extract.store.parts import Parts
from extract.store.schema import migrations as extract_migrations
from monitor.changes.changed_report import observe_changes
from monitor.changes.versions import load_papers, load_standing
from monitor.samples import make_history
from tests.extract.pictured_pages import pictured_page
from tests.extract.scanned import needs_ocr
from tests.extract.test_parts import PAGE, T4, keep

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CELL = "T4[reconsideration,upheld]"


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "data"))


@pytest.fixture
def db(data: DataDir) -> Database:
    return connect(data, (crawler_migrations, extract_migrations))


def seen_again(db: Database, url: str, at: str) -> None:
    db.execute("update documents set last_seen = ? where url = ?", (at, url))


@needs_ocr
def test_a_changed_picture_is_a_change_of_the_report_and_both_versions_stay(db: Database, data: DataDir) -> None:
    [report] = make_history(3, "示例县体育局", [2024], dense=True)
    body, before = pictured_page(report, pictured=("T4",))
    _, after = pictured_page(report.with_cell(CELL, 9), pictured=("T4",))
    page = keep(db, data, PAGE, body, "text/html")
    keep(db, data, T4, before["W3.png"], "image/png", PAGE)
    db.execute("update documents set portal = 'p' where url = ?", (PAGE,))
    extract(db, data, now=NOW, workers=1)
    keep(db, data, T4, after["W3.png"], "image/png", PAGE, seen="2026-01-25")
    seen_again(db, PAGE, "2026-01-25")
    for read in (1, 0):
        assert extract(db, data, now=NOW, workers=1).read == read
        rows = db.execute(
            "select r.document, r.first_seen, m.upheld, r.superseded_by is null from reports r "
            "join remedies m on m.report = r.id and m.track = 'reconsideration' order by r.id"
        ).fetchall()
        old = report.figures[CELL]
        assert rows == [(page, "2026-01-20", old, 0), (page, "2026-01-25", 9, 1)]
    agency = db.execute("select agency from current_reports").fetchone()[0]
    versions = load_standing(db, agency, 2024, load_papers(db, agency))
    [found] = observe_changes(agency, 2024, ("示例县体育局", "x"), versions)
    assert found.verdict == "changed"
    assert [one["cell"] for one in found.evidence["operands"]] == [CELL]


def test_since_when_a_page_has_its_pictures(db: Database, data: DataDir) -> None:
    page = keep(db, data, PAGE, b"<p>1</p>", "text/html")
    parts = Parts(db.conn)

    def since(sha256: str) -> str:
        return parts.since((page, PAGE), "2026-01-20", f'{{"{T4}": "{sha256}"}}')

    first = keep(db, data, T4, b"1", "image/png", PAGE, seen="2026-01-22")
    assert since(first) == "2026-01-20"  # the picture came later, and no other stood there
    second = keep(db, data, T4, b"2", "image/png", PAGE, seen="2026-01-25")
    assert since(second) == "2026-01-20"  # nothing was read of the page with the other
    db.execute(
        "insert into reports (document, url, status, parser, first_seen) values (?, ?, 'complete', 'x', '2026-01-20')",
        (page, PAGE),
    )
    assert since(first) == "2026-01-20"
    assert since(second) == "2026-01-25"
    db.execute("update documents set last_seen = '2026-01-28' where sha256 = ?", (first,))
    assert since(first) == "2026-01-28"  # it is back
