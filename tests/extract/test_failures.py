"""While one document is read, whatever happens is its own: its earlier reading stands, the others are read."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from multiprocessing import active_children
from pathlib import Path
from typing import get_args

import pytest
from sqlite_utils import Database

from crawler.ground import archive
from crawler.ground.contained import Cause, Failed
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from crawler.ground.workers import MEBIBYTE
from extract.engine.engine import Bounds
from extract.fingerprint import reader_fingerprint
from extract.reading import is_well, unread
from extract.run import extract
from extract.store.failures import CODES, TRIES
from extract.store.schema import migrations as extract_migrations
from tests.archives import ENDLESS, EndlessArchive
from tests.extract.test_run import good, keep

NOW = datetime(2026, 2, 1, tzinfo=UTC)
SMALL = Bounds(memory=144 * MEBIBYTE)  # room for a report, and not for what is far beyond it
BIG = b"<p>" + "年度报告 <b>1</b>".encode() * 280_000 + "政府信息公开".encode() * 900_000


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "data"))


@pytest.fixture
def db(data: DataDir) -> Database:
    return connect(data, (crawler_migrations, extract_migrations))


def state(db: Database) -> list[list[tuple[object, ...]]]:
    """All that was read, without what tells when and by which number."""
    return [
        db.execute(query).fetchall()
        for query in (
            "select r.document, r.url, r.agency, r.year, r.status, a.disposition, a.total from reports r "
            "left join applications a on a.report = r.id where r.superseded_by is null order by 1, 2, 6",
            "select document, url, parser, outcome from readings order by 1, 2",
            "select document, url, code from problems where report is null order by 1, 2",
        )
    ]


def failures(db: Database) -> list[tuple[object, ...]]:
    return db.execute("select url, code, tries from failures order by url").fetchall()


def told(db: Database) -> list[tuple[object, ...]]:
    return db.execute("select url, code from problems where report is null order by url").fetchall()


def refuse(db: Database, url: str) -> None:
    """What is read at this address cannot be stored: an error that only this document meets."""
    db.execute(
        f"create trigger refuse before insert on readings when new.url = '{url}' "
        "begin select raise(abort, 'not this one'); end"
    )


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A document: whoever reads it waits, within the system, for what never comes."""
    monkeypatch.setattr(archive, "FolderArchive", EndlessArchive)
    return ENDLESS


def test_each_way_to_fail_has_a_code_and_a_sentence() -> None:
    problems = [unread(Failed(cause, "因为\x1b[2J\ud800" * 100)) for cause in get_args(Cause)]
    assert len({problem.code for problem in problems}) == len(problems)
    assert {problem.code for problem in problems} | {"archive_damaged", "converter_missing"} == CODES
    assert all(problem.detail.isprintable() and len(problem.detail) < 400 for problem in problems)
    assert is_well()


def test_too_much_memory_costs_this_document_alone(db: Database, data: DataDir) -> None:
    keep(db, data, {"big.html": BIG, **{f"{n}.txt": good(n) for n in range(3)}})
    result = extract(db, data, now=NOW, bounds=SMALL)
    assert (result.reports, result.whole, [one.url for one in result.failures]) == (3, False, ["big.html"])
    assert result.failures[0].problem.code in ("too_large", "reader_crashed")
    assert told(db) == [("big.html", result.failures[0].problem.code)]


def test_too_much_time_costs_this_document_alone(db: Database, data: DataDir, endless: bytes) -> None:
    keep(db, data, {"endless.html": endless, **{f"{n}.txt": good(n) for n in range(3)}})
    result = extract(db, data, now=NOW, bounds=Bounds(seconds=2), workers=1)
    assert [(one.url, one.problem.code) for one in result.failures] == [("endless.html", "too_slow")]
    assert result.reports == 3


def test_tries_are_counted_and_end_until_everything_is_asked_for(db: Database, data: DataDir) -> None:
    keep(db, data, {"bad.txt": good(1), **{f"{n}.txt": good(n) for n in range(2, 5)}})
    refuse(db, "bad.txt")
    for tries in range(1, TRIES + 1):
        result = extract(db, data, now=NOW)
        assert (result.whole, [one.url for one in result.failures]) == (False, ["bad.txt"])
        assert (failures(db), told(db)) == ([("bad.txt", "internal_error", tries)], [("bad.txt", "internal_error")])
        assert db.execute("select count(*) from current_reports").fetchone()[0] == 3
    resting = extract(db, data, now=NOW)
    assert (resting.read, resting.whole, resting.resting) == (0, True, 1)
    db.execute("drop trigger refuse")
    everything = extract(db, data, now=NOW, everything=True)
    assert (everything.reports, everything.resting, failures(db), told(db)) == (4, 0, [], [])


def test_another_version_of_the_reader_tries_again(db: Database, data: DataDir) -> None:
    keep(db, data, {"bad.txt": good(1)})
    refuse(db, "bad.txt")
    for _ in range(TRIES):
        extract(db, data, now=NOW)
    db.execute("update failures set parser = 'an earlier one'")
    assert extract(db, data, now=NOW).read == 1
    assert failures(db) == [("bad.txt", "internal_error", 1)]


def test_what_was_read_before_stands_and_is_tried_again(db: Database, data: DataDir) -> None:
    keep(db, data, {**{f"{n}.txt": good(n) for n in range(3)}, "paper.txt": "会议纪要，没有年度报告".encode()})
    extract(db, data, now=NOW)
    before, problems = state(db), told(db)
    refuse(db, "1.txt")
    result = extract(db, data, now=NOW, everything=True)
    assert (result.read, [one.url for one in result.failures]) == (4, ["1.txt"])
    assert state(db)[:2] == before[:2]
    assert told(db) == sorted([*problems, ("1.txt", "internal_error")])
    db.execute("drop trigger refuse")
    assert extract(db, data, now=NOW).read == 1
    assert (state(db), failures(db)) == (before, [])


def test_a_problem_of_an_earlier_reading_stands_beside_a_failure(db: Database, data: DataDir) -> None:
    keep(db, data, {"paper.txt": "会议纪要，没有年度报告".encode()})
    extract(db, data, now=NOW)
    refuse(db, "paper.txt")
    for _ in range(2):
        extract(db, data, now=NOW, everything=True)
        assert told(db) == [("paper.txt", "not_a_report"), ("paper.txt", "internal_error")]
    db.execute("drop trigger refuse")
    extract(db, data, now=NOW)
    assert told(db) == [("paper.txt", "not_a_report")]


def test_two_addresses_of_one_file_are_two_documents(db: Database, data: DataDir) -> None:
    keep(db, data, {"a.txt": good(1), "b.txt": good(1)})
    refuse(db, "b.txt")
    extract(db, data, now=NOW)
    assert failures(db) == [("b.txt", "internal_error", 1)]
    extract(db, data, now=NOW, everything=True)
    assert told(db) == [("b.txt", "internal_error")]


def test_what_keeps_everything_from_being_stored_is_no_documents_fault(db: Database, data: DataDir) -> None:
    keep(db, data, {"a.txt": good(1)})
    db.execute("drop table readings")
    db.execute("create view readings as select document, url, code as parser, url as at, code as outcome from problems")
    with pytest.raises(sqlite3.OperationalError):
        extract(db, data, now=NOW)
    assert failures(db) == []


@contextmanager
def killing(every: Callable[[], float], chosen: Callable[[list[int]], list[int]]) -> Iterator[list[int]]:
    """Workers of ours are killed, again and again; gives those that were."""
    over, killed = threading.Event(), list[int]()

    def work() -> None:
        while not over.wait(every()):
            for number in chosen([child.pid for child in active_children() if child.pid]):
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
                    killed.append(number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("everything", [False, True])
def test_where_every_worker_is_killed_nothing_is_lost_and_the_next_run_reads(
    db: Database, data: DataDir, everything: bool
) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(14)})
    if everything:
        extract(db, data, now=NOW)
    before = state(db)[:2]
    with killing(lambda: 0.005, lambda found: found) as killed:
        result = extract(db, data, now=NOW, workers=2, everything=everything)
    assert killed
    assert (result.read, result.left, result.whole) == (0, 14, False)
    assert state(db)[:2] == before
    assert failures(db) == sorted((f"{n}.txt", "reader_unavailable", 0) for n in range(14))
    assert {code for _, code in told(db)} == {"reader_unavailable"}
    after = extract(db, data, now=NOW, workers=2)
    assert (after.read, after.reports, after.whole, failures(db), told(db)) == (14, 14, True, [], [])


@pytest.mark.parametrize("seed", range(2))
def test_workers_killed_now_and_then_cost_a_try_at_most(db: Database, data: DataDir, seed: int) -> None:
    keep(db, data, {f"{n}.txt": good(n) for n in range(150)})
    chance = random.Random(seed)
    with killing(lambda: chance.random() * 0.3, lambda found: chance.sample(found, min(1, len(found)))) as killed:
        result = extract(db, data, now=NOW, workers=2)
    assert result.read + result.left == 150
    assert len(result.failures) <= len(killed)
    assert {one.problem.code for one in result.failures} <= {"reader_crashed"}
    runs = 0
    while not extract(db, data, now=NOW, workers=2).whole:
        runs += 1
    assert (runs, failures(db), told(db)) == (0, [], [])
    assert db.execute("select count(*), count(distinct agency) from current_reports").fetchone() == (150, 150)


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    """Also where documents are of very different length, twins of one another, and some of them no reports."""
    found = []
    for workers in (1, 2, 5):
        data = create(DataDir(tmp_path / str(workers)))
        db = connect(data, (crawler_migrations, extract_migrations))
        keep(
            db,
            data,
            {
                "big.html": BIG[:400_003],
                "twin.txt": good(3),
                "paper.txt": "会议纪要".encode(),
                **{f"{n}.txt": good(n) + b"\n" * (n % 7) * 1000 for n in range(60)},
            },
        )
        extract(db, data, now=NOW, workers=workers)
        found.append(
            [
                db.execute(query).fetchall()
                for query in (
                    "select * from reports order by id",
                    "select * from problems order by id",
                    "select * from agencies",
                    "select * from readings order by 1, 2",
                    "select * from applications order by 1, 2",
                )
            ]
        )
    assert found[0] == found[1] == found[2]


def test_a_stop_is_heard_while_one_document_takes_long(db: Database, data: DataDir, endless: bytes) -> None:
    """Whoever asks to stop waits seconds, not until the document is read; what was read before it is stored."""
    keep(db, data, {**{f"{n}.txt": good(n) for n in range(3)}, "endless.html": endless})

    class AskedError(Exception):
        """Raised by the test."""

    def follow(done: int, _total: int) -> None:
        if done == 3 and time.monotonic() - began > 1:
            raise AskedError

    began = time.monotonic()
    with pytest.raises(AskedError):
        extract(db, data, now=NOW, workers=2, progress=follow)
    assert time.monotonic() - began < 10
    assert active_children() == []
    assert db.execute("select count(*) from current_reports").fetchone()[0] == 3
    assert db.execute("select count(*) from readings where parser = ?", (reader_fingerprint(),)).fetchone()[0] == 3
