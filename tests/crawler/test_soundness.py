"""gouji.db is opened when it is of this version and whole: what is destroyed is an error, never an absence."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground import soundness
from crawler.ground.data import DataDir, connect, create
from crawler.ground.database import open_database
from crawler.ground.errors import GoujiError
from crawler.ground.schema import migrations
from crawler.ground.soundness import NAME, DamagedError

TABLES = ("agencies", "fetches", "documents", "looks", "idx_documents_agency_year", "sqlite_autoindex_agencies_1")
LARGE = 0  # a database of any size is large, for a test of what is done with large ones


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """A directory with rows enough for trees of several pages, closed in order."""
    data = create(DataDir(tmp_path / "数据"))
    with closing(connect(data, [migrations])) as db, db.atomic():
        for number in range(400):
            db.execute("insert into agencies (code, name) values (?, ?)", [f"{number:018}", f"示例{number}局"])
            db.execute(
                "insert into documents (sha256, url, agency, year, first_seen) values (?, ?, ?, 2024, 'x')",
                [f"{number:064}", f"http://127.0.0.1/{number}.html", f"{number:018}"],
            )
            db.execute("insert into fetches (portal, url, at, verdict) values ('p', ?, 'x', 'ok')", [f"/{number}"])
            db.execute(
                "insert into looks (portal, key, url, kind, spread) values ('p', ?, 'u', 'report', 0)", [f"{number}"]
            )
    return data


def opened(data: DataDir, **chosen: bool) -> int:
    """How many documents a command would see."""
    with closing(connect(data, [migrations], **chosen)) as db:
        return int(db.execute("select count(*) from documents").fetchone()[0])


def leaf(data: DataDir, name: str) -> tuple[int, int]:
    """Where the right-most leaf page of a table or index begins, and its length."""
    with closing(sqlite3.connect(data.database)) as db:
        at = db.execute("select rootpage from sqlite_master where name = ?", [name]).fetchone()[0]
        length = db.execute("pragma page_size").fetchone()[0]
    body = data.database.read_bytes()
    while body[(at - 1) * length] not in (10, 13):
        at = int.from_bytes(body[(at - 1) * length + 8 : (at - 1) * length + 12], "big")
    return (at - 1) * length, length


def overwrite(path: Path, at: int, what: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(what)


FILLS: dict[str, Callable[[int], bytes]] = {
    "ones": lambda size: b"\xff" * size,
    "zeros": bytes,
    "noise": lambda size: random.Random(size).randbytes(size),
}


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("part", ["tail", "all"])
def test_a_destroyed_page_is_an_error(data: DataDir, name: str, fill: str, part: str) -> None:
    at, length = leaf(data, name)
    size = length // 3 if part == "tail" else length
    overwrite(data.database, at + length - size, FILLS[fill](size))
    before = data.database.read_bytes()
    with pytest.raises(DamagedError, match="damaged") as told:
        opened(data)
    assert told.value.exit_status == 3
    assert "损坏" in told.value.zh
    assert data.database.read_bytes() == before  # nothing was written


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: overwrite(path, 0, b"\xff" * 100),
        lambda path: path.write_bytes(b"PK\x03\x04" + bytes(5000)),
        lambda path: os.truncate(path, path.stat().st_size // 2 // 4096 * 4096),
        lambda path: os.truncate(path, 4096),
    ],
)
def test_a_spoiled_file_is_an_error(data: DataDir, spoil: Callable[[Path], None]) -> None:
    spoil(data.database)
    with pytest.raises(DamagedError):
        opened(data)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: os.truncate(path, 0)])
def test_a_database_that_is_gone_or_empty_is_no_new_one(data: DataDir, spoil: Callable[[Path], None]) -> None:
    spoil(data.database)
    with pytest.raises(DamagedError, match="gone or empty"):
        opened(data)
    (data.root / NAME).unlink()  # a person who wants to begin anew
    assert opened(data) == 0


def test_a_large_one_is_looked_through_where_somebody_else_wrote(
    data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "SMALL", LARGE)
    assert opened(data) == 400
    at, length = leaf(data, "documents")
    status = data.database.stat()
    overwrite(data.database, at + length - 500, b"\xff" * 500)
    with pytest.raises(DamagedError):
        opened(data)
    # Bits that turn on the disk move no time: what judges on a schedule looks through all of it.
    os.utime(data.database, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(DamagedError):
        opened(data, thorough=True)


def test_what_another_program_wrote_is_looked_at_once(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "SMALL", LARGE)
    with closing(sqlite3.connect(data.database)) as other:
        other.execute("insert into documents (sha256, url, first_seen) values ('x', 'y', 'z')")
        other.commit()
    assert looks(data) == [True, False]


def test_beside_a_command_at_work_nothing_is_looked_through(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "SMALL", LARGE)
    with closing(connect(data, [migrations])) as db:
        db.execute("insert into documents (sha256, url, first_seen) values ('x', 'y', 'z')")
        db.execute("pragma wal_checkpoint(truncate)")
        assert looks(data) == [False, False]
    assert looks(data) == [False, False]


def looks(data: DataDir) -> list[bool]:
    """Whether each of two openings looked through the database."""
    found = []
    for _ in range(2):
        with closing(connect(data, [migrations])) as db:
            found.append(db.guard.looked)
    return found


def test_a_killed_writer_leaves_a_sound_database(data: DataDir) -> None:
    write = (
        "import os, sys; from pathlib import Path; from crawler.ground.data import DataDir, connect; "
        "from crawler.ground.schema import migrations; db = connect(DataDir(Path(sys.argv[1])), [migrations]); "
        "db.execute(\"insert into documents (sha256, url, first_seen) values ('x', 'y', 'z')\"); "
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", write, str(data.root)], check=False).returncode == -9
    assert data.database.with_name("gouji.db-wal").stat().st_size
    data.database.with_name("gouji.db-shm").unlink()  # the index of the log is made anew
    assert opened(data) == 401


def test_without_its_log_the_database_is_as_it_was_before(data: DataDir) -> None:
    with closing(connect(data, [migrations])) as db:
        db.execute("insert into documents (sha256, url, first_seen) values ('x', 'y', 'z')")
        copy = data.root.with_name("ohne")
        shutil.copytree(data.root, copy)
    (copy / "gouji.db-wal").unlink()
    assert opened(DataDir(copy)) == 400


# --- versions --------------------------------------------------------------------------------------------------


def recorded(data: DataDir, of: str, name: str) -> None:
    with closing(sqlite3.connect(data.database)) as db:
        db.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, 'later')", [of, name]
        )
        db.commit()


@pytest.mark.parametrize(("of", "every"), [("crawler", False), ("crawler", True), ("forecast", True)])
def test_a_later_version_is_refused_by_its_name(data: DataDir, of: str, every: bool) -> None:
    recorded(data, of, "m999_forecast")
    before = data.database.read_bytes()
    with pytest.raises(GoujiError, match=f"later version.*{of}: m999_forecast") as told:
        opened(data, every=every)
    assert "m999_forecast" in told.value.zh
    assert told.value.exit_status == 3
    assert data.database.read_bytes() == before


def test_the_crawler_minds_no_migration_of_a_later_stage(data: DataDir) -> None:
    recorded(data, "monitor", "m_anything")
    assert opened(data) == 400


def test_the_database_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "数据"))
    with closing(sqlite3.connect(data.database)) as db:
        db.execute("create table fotos (x)")
    with pytest.raises(GoujiError, match="another program"):
        opened(data)
    with closing(sqlite3.connect(data.database)) as db:
        assert [row[0] for row in db.execute("select name from sqlite_master")] == ["fotos"]


# --- names, and directories that cannot be written -------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "file:x",
        "file:x?mode=memory",
        "a?b",
        "a#b",
        "a%41",
        "-x",
        ":memory:",
        "甲 乙",
        b"\xc7\xe0".decode("utf-8", "surrogateescape"),
    ],
)
def test_any_name_is_that_of_a_directory(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = create(DataDir(Path(name)))
    assert opened(data) == 0
    assert (tmp_path / name / "gouji.db").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.fixture
def read_only(data: DataDir) -> Iterator[Callable[[], DataDir]]:
    """Puts the directory on a file system that is read-only for everybody; needs to be root."""
    mounted: list[Path] = []

    def freeze() -> DataDir:
        target = data.root.with_name("still")
        target.mkdir()
        bound = subprocess.run(["mount", "--bind", str(data.root), str(target)], check=False, stderr=subprocess.PIPE)
        if bound.returncode:
            pytest.skip(f"nothing can be mounted here: {bound.stderr.decode().strip()}")
        mounted.append(target)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(target)], check=True)
        return DataDir(target)

    if shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    yield freeze
    for target in mounted:
        subprocess.run(["umount", "--lazy", str(target)], check=True)


def test_a_directory_that_cannot_be_written_can_be_read(data: DataDir, read_only: Callable[[], DataDir]) -> None:
    still = read_only()
    with closing(connect(still, [migrations])) as db:
        assert not db.writable
        assert db.execute("select count(*) from documents").fetchone()[0] == 400
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("delete from documents")


@pytest.mark.parametrize("index", [True, False])
def test_there_the_log_of_a_killed_command_is_read_too(
    data: DataDir, index: bool, read_only: Callable[[], DataDir]
) -> None:
    with closing(connect(data, [migrations])) as db:
        db.execute("insert into documents (sha256, url, first_seen) values ('x', 'y', 'z')")
        kept = data.root.with_name("kept")
        shutil.copytree(data.root, kept)
    for name in ("gouji.db", "gouji.db-wal", "gouji.db-shm"):
        if index or name != "gouji.db-shm":
            shutil.copy2(kept / name, data.root / name)
    still = read_only()
    with closing(connect(still, [migrations])) as again:
        assert again.execute("select count(*) from documents").fetchone()[0] == 401


def test_an_earlier_version_there_is_said(data: DataDir, read_only: Callable[[], DataDir]) -> None:
    with closing(Database(data.database)) as db:
        db.execute("delete from _sqlite_migrations where name = 'm013_looks_url'")
        db.conn.commit()
    with pytest.raises(GoujiError, match="earlier version"):
        opened(read_only())


def test_an_opening_that_fails_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The error is kept, as a caller may keep it, and with it whatever it can reach."""
    path = tmp_path / "gouji.db"
    path.write_bytes(b"no database" * 100)
    errors = []
    for _ in range(2):
        with pytest.raises(GoujiError) as error:
            open_database(path, (), every=False, thorough=False)
        errors.append(error)
    began = time.monotonic()
    path.unlink()
    open_database(path, (), every=False, thorough=False).close()
    assert time.monotonic() - began < 5
