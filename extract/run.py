"""Documents not yet read by these readers → reports: workers read, one writer stores in order, a kill is resumable."""

import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.archive import ArchiveError
from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from extract.engine.chosen import chosen
from extract.engine.engine import BOUNDS, Asked, Bounds, Coming, Engine, Outcome, Unfetched, Unrecognized
from extract.engine.local import TICK
from extract.fingerprint import reader_fingerprint
from extract.model import Problem, Report
from extract.reading import read_report, unread
from extract.store.current import settle_returned
from extract.store.failures import NO_FAULT, TRIES, Failure, record, resting
from extract.store.parts import Parts, read_parts, settle_parts
from extract.store.prose_index import bring_up_to_date
from extract.store.write import Reading, save

__all__ = ["BATCH", "ExtractResult", "extract", "read_report"]

BATCH = 50  # readings per transaction
LASTING = (sqlite3.OperationalError, OSError)  # what keeps every document from being stored, not this one

READ_BEFORE = "select 1 from readings where document = ? and url = ? and parser = ?"
PENDING = """
select d.sha256, d.url, coalesce(d.title, ''), d.first_seen, d.published_on, coalesce(d.agency_name, ''), d.year,
       coalesce(d.portal, ''), coalesce(d.listed_under, '')
from documents d left join readings r on r.document = d.sha256 and r.url = d.url and r.parser = :parser
     left join failures f on f.document = d.sha256 and f.url = d.url
     left join temp.other_parts o on o.document = d.sha256 and o.url = d.url
where :everything or (f.document is null and (r.document is null or o.document is not null))
  or f.parser <> :parser or f.tries < :tries
order by d.first_seen, d.rowid
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
    group: str
    parts: str = ""

    def asked(self) -> Asked:
        """What a worker is told of it."""
        return Asked(self.sha256, self.url, self.title, bool(self.portal), read_parts(self.parts))

    def reading(self, result: Report | Problem) -> Reading:
        return Reading(
            self.sha256,
            self.url,
            result,
            self.first_seen,
            self.published_on,
            self.agency_name,
            self.year,
            self.portal,
            self.group,
            self.parts,
        )

    def failure(self, problem: Problem) -> Failure:
        return Failure(self.sha256, self.url, self.title, problem)


@dataclass(slots=True)
class ExtractResult:
    """One run: how many documents were taken, how many are reports; `outcomes` by report status or problem code.

    Of those taken, `failures` could not be read this time; they and those `left`, which no worker lived to read, are
    read by the next run, and what was read of them before stands. `resting` failed so often that only another version
    of the reader, or whoever asks for everything, has them read again.
    """

    read: int = 0
    reports: int = 0
    left: int = 0
    resting: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether reading failed nowhere; a file that the archive lost is the archive's trouble."""
        return not self.left and all(one.problem.code in NO_FAULT for one in self.failures)


def extract(
    db: Database,
    data: DataDir,
    *,
    everything: bool = False,
    now: datetime,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    bounds: Bounds = BOUNDS,
    engine: Engine | None = None,
) -> ExtractResult:
    """Reads what is pending (or everything). `progress` is called with (done, total) every second or sooner.

    What goes wrong while a document is read or stored is its own. Killed at any moment, the next run reads what was not
    stored. The result does not depend on the engine (`workers` processes of this machine, if none is given) nor on the
    number or order of its workers: what comes is stored in the order of the documents. ArchiveError where the archive
    gave nothing for too long: what was read is stored, the rest is as it was.
    """
    jobs = _pending(db, everything, now)
    writer = _Writer(db, now, len(jobs), progress)
    engine = engine or chosen(data, workers=workers, bounds=bounds)
    for job, outcome in _outcomes(jobs, engine, writer.tick):
        if isinstance(outcome, Unfetched):
            writer.store()
            raise _given_up(outcome, len(jobs) - writer.done)
        if isinstance(outcome, Unrecognized):
            writer.take(job, outcome.read, recognizes=False)
        elif not isinstance(outcome, Failed):
            writer.take(job, outcome)
        elif outcome.cause != "unavailable":
            writer.fail(job, unread(outcome, bounds.seconds))
        else:
            writer.leave(jobs[writer.done :], unread(outcome))
    writer.tick()
    with db.atomic():
        settle_returned(db.conn)
    bring_up_to_date(db)
    writer.result.resting = resting(db, reader_fingerprint())
    return writer.result


def _given_up(why: Unfetched, left: int) -> ArchiveError:
    return ArchiveError(
        f"{why.said[0]} {left} documents are left, as they were; the same command goes on with them",
        f"{why.said[1]} 还有 {left} 份文件没有读，原样留着；同一条命令接着读",
    )


def _pending(db: Database, everything: bool, now: datetime) -> list[Job]:
    """What is to be read; a picture of a page is read with it, whenever that has others than it was read with."""
    parts = Parts(db.conn)
    db.execute("create temp table if not exists other_parts (document text, url text, primary key (document, url))")
    db.execute("delete from temp.other_parts")
    db.conn.executemany("insert into temp.other_parts values (?, ?)", [*parts.changed()])
    asked = {"parser": reader_fingerprint(), "everything": everything, "tries": TRIES}
    found = [Job(*row) for row in db.conn.execute(PENDING, asked)]
    apart = [(job.sha256, job.url) for job in found if (job.sha256, job.url) in parts.all]
    settle_parts(db, apart, reader_fingerprint(), now)
    return [_with_parts(job, parts) for job in found if (job.sha256, job.url) not in parts.all]


def _with_parts(job: Job, parts: Parts) -> Job:
    document = job.sha256, job.url
    present = parts.of(document)
    since = parts.since(document, job.first_seen, present) if present else job.first_seen
    return replace(job, parts=present, first_seen=since)


def _outcomes(jobs: Sequence[Job], engine: Engine, tick: Callable[[], None]) -> Iterator[tuple[Job, Outcome]]:
    """What came of each document, in their order; ends with the first that no worker lives to read."""
    if not jobs:
        return
    waiting: deque[tuple[Job, Coming]] = deque()
    coming = iter(jobs)
    with engine:
        while True:
            _hand_over(engine, coming, waiting)
            if not waiting:
                return
            job, pending = waiting.popleft()
            while not pending.done(TICK):
                tick()
                _hand_over(engine, coming, waiting)
            outcome = pending.outcome()
            if isinstance(outcome, Failed) and outcome.cause == "killed" and not engine.well(tick):
                outcome = Failed("unavailable", outcome.detail)
            yield job, outcome
            if isinstance(outcome, Failed) and outcome.cause == "unavailable":
                return


def _hand_over(engine: Engine, coming: Iterator[Job], waiting: deque[tuple[Job, Coming]]) -> None:
    """As many as the engine takes; at least one, if none is under way."""
    while len(waiting) < engine.ahead and not (waiting and engine.full()):
        job = next(coming, None)
        if job is None:
            return
        waiting.append((job, engine.read(job.asked())))


class _Writer:
    """Stores what comes, in batches; no more than a second's work is lost by whatever ends the run."""

    def __init__(self, db: Database, now: datetime, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.db, self.now, self.total, self.progress = db, now, total, progress
        self.result = ExtractResult()
        self.readings: list[tuple[Job, Reading]] = []
        self.recognizes = True  # whether those who read these could recognize text
        self.failures: list[Failure] = []
        self.done = 0
        self.stored = time.monotonic()

    def take(self, job: Job, result: Report | Problem, *, recognizes: bool = True) -> None:
        """What one document was read as; where nobody recognized text, as if it were not installed: once somebody
        does, it is read again. What was read before by whoever could recognize it stands."""
        if isinstance(result, Problem) and result.code in NO_FAULT:
            self.fail(job, result)
            return
        if not recognizes and self.db.execute(READ_BEFORE, [job.sha256, job.url, reader_fingerprint()]).fetchone():
            self.done += 1
            return
        if recognizes != self.recognizes:
            self.tick()
            self.recognizes = recognizes
        self.done += 1
        self.readings.append((job, job.reading(result)))
        self._keep_up()

    def fail(self, job: Job, problem: Problem) -> None:
        """One document was not read."""
        self.done += 1
        self.failures.append(job.failure(problem))
        self._keep_up()

    def _keep_up(self) -> None:
        if len(self.readings) + len(self.failures) >= BATCH or time.monotonic() - self.stored > 2 * TICK:
            self.tick()

    def leave(self, jobs: Sequence[Job], problem: Problem) -> None:
        """These are left for the next run, also where they had been read before."""
        self.store()
        record(self.db, [job.failure(problem) for job in jobs], reader_fingerprint(), self.now)
        self.result.left = len(jobs)

    def tick(self) -> None:
        """Stores what there is, and asks whether to go on."""
        self.store()
        if self.progress:
            self.progress(self.done, self.total)

    def store(self) -> None:
        """Everything in one transaction; where one reading keeps it from being written, each in its own."""
        self.stored = time.monotonic()
        readings, self.readings = self.readings, []
        kept = self._save([one for _, one in readings])
        for job, reading in readings:
            alone = self._save([reading]) if isinstance(kept, Failed) and len(readings) > 1 else kept
            if isinstance(alone, Failed):
                self.failures.append(job.failure(unread(alone)))
            else:
                self._count(reading.result)
        failures, self.failures = self.failures, []
        record(self.db, failures, reader_fingerprint(), self.now)
        self.result.read += len(failures)
        self.result.failures += failures
        self.result.outcomes.update(one.problem.code for one in failures)

    def _save(self, readings: Sequence[Reading]) -> list[int] | Failed:
        parser = reader_fingerprint(recognizes=self.recognizes)
        return contained(lambda: save(self.db, readings, parser, self.now) if readings else [], beyond=LASTING)

    def _count(self, result: Report | Problem) -> None:
        self.result.read += 1
        self.result.reports += isinstance(result, Report)
        self.result.outcomes[result.status if isinstance(result, Report) else result.code] += 1
