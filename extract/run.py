"""Documents not yet read by these readers → reports: all cores read, one writer stores, a kill is resumable."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context, parent_process
from pathlib import Path
from types import FrameType

from sqlite_utils import Database

from crawler.data import DataDir
from crawler.evidence.archive import Archive, ArchiveError
from extract.calm import collector_paused
from extract.current import settle_returned
from extract.fingerprint import reader_fingerprint
from extract.misfiled import find_other_paper
from extract.model import Problem, Report
from extract.parse import parse
from extract.readers import Unreadable, read
from extract.store import Reading, save

SECONDS = 60  # one document may take this long
BATCH = 50  # readings per transaction
CHUNK = 8  # documents handed to a worker at a time

PENDING = """
select d.sha256, d.url, d.title, d.first_seen, d.published_on, coalesce(d.agency_name, ''), d.year,
       coalesce(d.portal, '')
from documents d left join readings r on r.document = d.sha256 and r.url = d.url and r.parser = ?
where r.document is null or ? order by d.first_seen, d.rowid
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read."""

    sha256: str
    url: str
    title: str
    first_seen: str
    published_on: str | None
    agency_name: str
    year: int | None
    portal: str


@dataclass(slots=True)
class ExtractResult:
    """Counts of one run; `outcomes` by report status or problem code."""

    read: int = 0
    reports: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


class TooSlowError(Exception):
    """One document took longer than SECONDS."""


def extract(db: Database, data: DataDir, *, everything: bool = False, now: datetime, workers: int | None = None,
            progress: Callable[[int, int], None] | None = None) -> ExtractResult:
    """Reads what is pending (or everything). `progress` is called with (done, total) after each batch.

    A document that cannot be read becomes one problem; the others are read. Killed at any moment, the next run
    reads what was not stored.
    """
    jobs = [Job(*row) for row in db.conn.execute(PENDING, (reader_fingerprint(), everything))]
    result = ExtractResult()
    batch: list[Reading] = []

    def store() -> None:
        save(db, batch, reader_fingerprint(), now)
        for reading in batch:
            result.read += 1
            result.reports += isinstance(reading.result, Report)
            outcome = reading.result.status if isinstance(reading.result, Report) else reading.result.code
            result.outcomes[outcome] += 1
        batch.clear()
        if progress:
            progress(result.read, len(jobs))

    for reading in _readings(jobs, data.archive, workers or os.cpu_count() or 1):
        batch.append(reading)
        if len(batch) >= BATCH:
            store()
    if batch:
        store()
    with db.atomic():
        settle_returned(db.conn)
    return result


def _readings(jobs: Sequence[Job], archive: Path, workers: int) -> Iterator[Reading]:
    """Readings as they come. Few documents, or one core: no pool. A worker that dies takes only its document along."""
    if workers == 1 or len(jobs) < CHUNK:
        yield from (read_document(job, archive) for job in jobs)
        return
    chunks = [jobs[start:start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    while chunks:
        lost: list[Sequence[Job]] = []
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_quiet) as pool:
            waiting: dict[Future[list[Reading]], Sequence[Job]] = {}
            try:
                while chunks or waiting:
                    while chunks and len(waiting) < workers * 2:
                        chunk = chunks.pop(0)
                        waiting[pool.submit(_read_chunk, chunk, archive)] = chunk
                    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        chunk = waiting[future]
                        readings = future.result()
                        del waiting[future]
                        yield from readings
            except BrokenProcessPool:
                lost = list(waiting.values())
        for chunk in lost:
            yield from _alone(chunk, archive)


def _alone(chunk: Sequence[Job], archive: Path) -> Iterator[Reading]:
    """After a crash: each document of the lost chunk in a worker of its own, so that the culprit is known."""
    for job in chunk:
        try:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_quiet) as pool:
                yield from pool.submit(_read_chunk, [job], archive).result()
        except BrokenProcessPool:
            yield _reading(job, Problem("reader_crashed", "读取时进程终止（内存不足或文件损坏），未采用"))


def _quiet() -> None:
    """A worker leaves Ctrl-C to the writer, which stores what it has and stops; it does not outlive the writer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    # A killed writer tells nobody: its workers would wait for work for ever.
    writer = parent_process()
    if writer is not None:
        writer.join()
    os._exit(1)


def _read_chunk(chunk: Sequence[Job], archive: Path) -> list[Reading]:
    return [read_document(job, archive) for job in chunk]


def read_document(job: Job, archive: Path) -> Reading:
    """Archive → reading of one document; every failure is a Problem of that document alone."""
    try:
        body = Archive(archive).read(job.sha256)
    except ArchiveError as error:
        return _reading(job, Problem("archive_damaged", str(error)))
    return _reading(job, read_report(body, job.url, job.title, published=bool(job.portal)))


def read_report(body: bytes, name: str, hint: str = "", *, published: bool = False) -> Report | Problem:
    """Bytes → report within SECONDS; `name` is the file name or address, `hint` a title known from elsewhere.

    What was `published` under that title may be another paper.
    """
    try:
        with _Limit(), collector_paused():
            content = read(body, name)
            result = parse(content, hint)
            return (find_other_paper(result, content, body, name, hint) if published else None) or result
    except Unreadable as error:
        return error.problem
    except TooSlowError:
        return Problem("too_slow", f"读取超过 {SECONDS} 秒，未采用")
    except MemoryError:
        return Problem("too_large", "读取时内存不足，未采用")


def _reading(job: Job, result: Report | Problem) -> Reading:
    return Reading(job.sha256, job.url, result, job.first_seen, job.published_on, job.agency_name, job.year, job.portal)


class _Limit:
    """A wall-clock bound by SIGALRM, where the platform and the thread have one (a worker's main thread does)."""

    def __enter__(self) -> None:
        try:
            self.before = signal.signal(signal.SIGALRM, self._stop)
        except (ValueError, AttributeError):  # not the main thread, or no SIGALRM here: bounded by size alone
            self.before = None
            return
        signal.setitimer(signal.ITIMER_REAL, SECONDS)

    def __exit__(self, *_: object) -> None:
        if self.before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self.before)

    @staticmethod
    def _stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError
