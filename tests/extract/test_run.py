"""The extract stage on real archives: resumable, parallel, and no document harms another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from extract.run import extract
from extract.store.schema import migrations as extract_migrations
from tests.archives import file_of
from tests.extract.test_store import PAGE

NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "data"))


@pytest.fixture
def db(data: DataDir) -> Database:
    return connect(data, (crawler_migrations, extract_migrations))


def keep(db: Database, data: DataDir, bodies: dict[str, bytes]) -> None:
    archive = open_archive(data)
    for name, body in bodies.items():
        db.execute(
            "insert into documents (sha256, url, first_seen, title) values (?, ?, '2026-01-20', '')",
            (archive.put(body), name),
        )


def good(number: int) -> bytes:
    return PAGE.format(fee=number).replace("示例县", f"示例{number}县").encode()


HOSTILE = {
    "empty.html": (b"", "empty_file"),
    "noise.html": (bytes(range(256)) * 400, None),
    "pdf.html": (b"%PDF-1.7\n" + b"x" * 2000, "damaged_file"),
    "huge.html": (b"<p>" + b"a" * 50_000_000, "too_large"),
    "spans.html": (b"<table>" + b"<tr><td colspan=100000 rowspan=100000>1</td></tr>" * 500 + b"</table>", None),
    "deep.html": (b"<div>" * 10_000 + "示例县教育局2023年政府信息公开工作年度报告".encode(), None),
    "long.html": (b"<table>" + b"<tr><td>1</td><td>2</td></tr>" * 100_000 + b"</table>", None),
    "cut.html": ("<html><body><table><tr><td>规章</td><td>1".encode(), None),
}


def test_hostile_documents_get_one_clear_problem_and_the_others_are_read(db: Database, data: DataDir) -> None:
    keep(db, data, {name: body for name, (body, _) in HOSTILE.items()} | {f"{n}.txt": good(n) for n in range(3)})
    result = extract(db, data, now=NOW, workers=1)
    assert result.read == len(HOSTILE) + 3
    assert db.execute("select count(*) from current_reports").fetchone()[0] == 3
    for name, (_, code) in HOSTILE.items():
        problems = db.execute("select code, detail from problems where url = ? and report is null", (name,)).fetchall()
        assert len(problems) == 1, name
        assert code in (None, problems[0][0])
        assert problems[0][1]


def test_a_second_run_reads_nothing_and_everything_reads_all_without_doubling(db: Database, data: DataDir) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(3)})
    assert extract(db, data, now=NOW, workers=1).reports == 3
    assert extract(db, data, now=NOW, workers=1).read == 0
    assert extract(db, data, now=NOW, workers=1, everything=True).reports == 3
    assert db.execute("select count(*), count(distinct agency) from reports").fetchone() == (3, 3)


def test_all_cores_read_the_same(db: Database, data: DataDir) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(40)})
    seen: list[tuple[int, int]] = []
    result = extract(db, data, now=NOW, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert result.reports == 40
    assert seen[-1] == (40, 40)


def test_a_missing_or_altered_archive_file_is_a_problem_of_that_document(db: Database, data: DataDir) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(3)})
    shas = [row[0] for row in db.execute("select sha256 from documents order by url")]
    archive = open_archive(data)
    file_of(data, shas[0]).unlink()
    file_of(data, shas[1]).chmod(0o644)
    file_of(data, shas[1]).write_bytes(b"altered")
    for _ in range(2):
        extract(db, data, now=NOW, workers=1)
        codes = [row[0] for row in db.execute("select code from problems where report is null")]
        assert codes == ["archive_damaged"] * 2
        assert db.execute("select count(*) from current_reports").fetchone()[0] == 1
    file_of(data, shas[1]).unlink()
    for n in range(2):
        archive.put(good(n))
    assert extract(db, data, now=NOW, workers=1).reports == 2
    assert db.execute("select count(*) from problems where report is null").fetchone()[0] == 0


def test_what_was_read_before_outlives_its_archive_file(db: Database, data: DataDir) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(2)})
    extract(db, data, now=NOW, workers=1)
    sha = db.execute("select sha256 from documents").fetchone()[0]
    file_of(data, sha).unlink()
    extract(db, data, everything=True, now=NOW, workers=1)
    assert db.execute("select count(*) from current_reports").fetchone()[0] == 2


def test_a_run_that_is_cut_short_goes_on_where_it_stopped(db: Database, data: DataDir) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(130)})

    class StopError(Exception):
        """Raised by the test after the first batch."""

    def stop(done: int, _total: int) -> None:
        if done:
            raise StopError

    with pytest.raises(StopError):
        extract(db, data, now=NOW, workers=1, progress=stop)
    stored = db.execute("select count(*) from reports").fetchone()[0]
    assert 0 < stored < 130
    assert extract(db, data, now=NOW, workers=1).read == 130 - stored
    assert db.execute("select count(*) from current_reports").fetchone()[0] == 130
