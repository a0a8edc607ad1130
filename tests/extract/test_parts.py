"""Pictures of an archived page: read with it, and again when it has others; without OCR they wait for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.run import extract
from extract.store.parts import WITH_PAGE, Parts, read_parts
from extract.store.schema import migrations as extract_migrations
from monitor.samples import make_history
from tests.extract.pictured_pages import pictured_page
from tests.extract.scanned import needs_ocr

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PAGE = "http://a.gov.cn/nb/1.html"
T4 = "http://a.gov.cn/nb/W3.png"


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "data"))


@pytest.fixture
def db(data: DataDir) -> Database:
    return connect(data, (crawler_migrations, extract_migrations))


def keep(
    db: Database, data: DataDir, url: str, body: bytes, kind: str, page: str | None = None, seen: str = "2026-01-20"
) -> str:
    sha256 = open_archive(data).put(body)
    db.execute(
        "insert into documents (sha256, url, first_seen, last_seen, title, media_type, attachment_of) "
        "values (?, ?, ?, ?, '', ?, ?)",
        (sha256, url, seen, seen, kind, page),
    )
    return sha256


def outcomes(db: Database) -> dict[str, str]:
    return dict(db.execute("select url, outcome from readings").fetchall())


@needs_ocr
def test_a_picture_that_comes_later_has_its_page_read_again(db: Database, data: DataDir) -> None:
    [report] = make_history(3, "示例县体育局", [2024], dense=True)
    body, pictures = pictured_page(report, pictured=("T4",))
    keep(db, data, PAGE, body, "text/html")
    assert extract(db, data, now=NOW, workers=1).outcomes == {"partial": 1}
    keep(db, data, T4, pictures["W3.png"], "image/png", PAGE)
    assert extract(db, data, now=NOW, workers=1).outcomes == {"complete": 1}
    assert outcomes(db) == {PAGE: "complete", T4: WITH_PAGE}
    assert extract(db, data, now=NOW, workers=1).read == 0
    assert db.execute("select count(*) from problems").fetchone() == (0,)
    [(place,)] = db.execute("select place from remedies where track = 'reconsideration'").fetchall()
    assert place.startswith("picture 1 box ")


def test_only_the_newest_version_of_a_page_has_its_present_pictures(db: Database, data: DataDir) -> None:
    old = keep(db, data, PAGE, b"<p>1</p>", "text/html", seen="2026-01-20")
    first = keep(db, data, T4, b"1", "image/png", PAGE, seen="2026-01-20")
    extract(db, data, now=NOW, workers=1)
    new = keep(db, data, PAGE, b"<p>2</p>", "text/html", seen="2026-01-25")
    second = keep(db, data, T4, b"2", "image/png", PAGE, seen="2026-01-25")
    parts = Parts(db.conn)
    assert read_parts(parts.of((old, PAGE))) == {T4: first}
    assert read_parts(parts.of((new, PAGE))) == {T4: second}
    assert extract(db, data, now=NOW, workers=1).read == 1
    assert [*Parts(db.conn).changed()] == []


@pytest.mark.parametrize(
    ("kind", "page", "read"),
    [("image/png", PAGE, 1), ("image/tiff", PAGE, 2), ("image/png", "http://a.gov.cn/gone.html", 2)],
)
def test_scans_and_pictures_of_no_known_page_are_documents_of_their_own(
    db: Database, data: DataDir, kind: str, page: str, read: int
) -> None:
    keep(db, data, PAGE, b"<p>1</p>", "text/html")
    keep(db, data, T4, b"no picture", kind, page)
    assert extract(db, data, now=NOW, workers=1).read == read
    assert (outcomes(db)[T4] == WITH_PAGE) == (read == 1)


def test_a_picture_that_the_archive_lost_is_told_of_its_page(db: Database, data: DataDir) -> None:
    [report] = make_history(3, "示例县体育局", [2024], dense=True)
    body, pictures = pictured_page(report, pictured=("T4",))
    keep(db, data, PAGE, body, "text/html")
    sha256 = keep(db, data, T4, pictures["W3.png"], "image/png", PAGE)
    Path(open_archive(data).where(sha256)).unlink()
    result = extract(db, data, now=NOW, workers=1)
    assert set(result.outcomes) <= {"archive_damaged", "partial"}
    assert result.outcomes
