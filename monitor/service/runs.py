"""The table `runs`: what was due, begun and ended, so that a missed or interrupted run is repeated exactly once."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp, stamp

WATCH = "watch"  # scheduled runs
ONCE = "run"  # runs by hand

BASELINE = "first start"  # nothing before it counts as missed
INTERRUPTED = "interrupted"  # killed; will be repeated
STOPPED = "stopped"  # asked to stop; will be repeated
UNFINISHED = (INTERRUPTED, STOPPED)


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: the steps that `failed`, and those incomplete because of a portal or a document (`troubled`).

    `stopped`: it was asked to stop, and will be repeated. `error`: why it could not run at all.
    """

    failed: tuple[str, ...] = ()
    troubled: tuple[str, ...] = ()
    stopped: bool = False
    error: str = ""

    @property
    def well(self) -> bool:
        """Whether the run did all it could: a portal in trouble is not the service's fault."""
        return not (self.failed or self.stopped or self.error)

    @property
    def outcome(self) -> str:
        """As stored in the table."""
        if self.stopped:
            return STOPPED
        if self.error:
            return f"failed: {self.error}"
        parts = [f"{kind}: {', '.join(steps)}" for kind, steps in self.parts if steps]
        return "; ".join(parts) or "done"

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The steps by their result, without those that are done."""
        return ("failed", self.failed), ("trouble", self.troubled)


def begin(db: Database, job: str, due: datetime, now: datetime) -> int:
    """Records a new run; returns its id."""
    with db.atomic():
        row = db.execute(
            "insert into runs (job, due_at, started_at) values (?, ?, ?) returning id", [job, stamp(due), stamp(now)]
        ).fetchone()
    return int(row[0])


def finish(db: Database, run: int, outcome: str, now: datetime) -> None:
    """Records the end of a run."""
    with db.atomic():
        db.execute("update runs set finished_at = ?, outcome = ? where id = ?", [stamp(now), outcome, run])


def close_interrupted(db: Database, now: datetime) -> int:
    """Marks runs that never ended; call it while holding the lock. Returns how many there were."""
    with db.atomic():
        return int(
            db.execute(
                "update runs set finished_at = ?, outcome = ? where finished_at is null", [stamp(now), INTERRUPTED]
            ).rowcount
        )


def served(db: Database, now: datetime) -> datetime | None:
    """Up to which moment due runs have been done; None before the first start.

    A moment in the future (the clock was set back) does not count.
    """
    row = db.execute(
        "select max(due_at) from runs where job = ? and due_at <= ? and finished_at is not null "
        "and outcome not in (?, ?)",
        [WATCH, stamp(now), *UNFINISHED],
    ).fetchone()
    return parse_stamp(row[0]) if row[0] else None


def baseline(db: Database, now: datetime) -> None:
    """Records the first start: runs due before it are not repeated."""
    finish(db, begin(db, WATCH, now, now), BASELINE, now)
