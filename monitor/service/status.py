"""The health of the service: a status file for other programs, kept up to date while the service lives."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Literal

from crawler.ground.clock import parse_stamp, stamp
from crawler.ground.errors import Both
from monitor.service import process
from monitor.service.steps import Clock
from monitor.words.terminal import to_json

log = logging.getLogger(__name__)

NAME = "status.json"
LATE = timedelta(minutes=15)  # a run is overdue this long after it was due
WORK = timedelta(hours=2)  # the time that reading and checking may take in addition to the crawl's time limit
STALL = timedelta(minutes=15)  # a step without progress this long hangs (except the crawl, which has a time limit)
CRAWL = "crawl"
BEAT = 10.0  # seconds between two writings of the file
BELIEVED = timedelta(seconds=60)  # how long its content is valid: a few beats


@dataclass(frozen=True, slots=True)
class Status:
    """The service at one moment; instants as stored. `outcome` is that of the last finished run, `well` whether it
    did all it could: a portal in trouble is not the service's fault, and the operator is told about it.

    `process` began at `process_start` (monitor.service.process) in `process_space`, the namespace of its id. During a
    run, `step` is the current one, with `done` of `total`; `moved_at` is when that last changed.
    """

    state: Literal["starting", "running", "waiting", "ended"] = "starting"
    process: int = 0
    since: str = ""
    run: int | None = None
    due_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    outcome: str | None = None
    next_due: str | None = None
    crawl_timeout: float = 0.0
    process_start: int | None = None
    process_space: str = ""
    step: str = ""
    done: int = 0
    total: int = 0
    moved_at: str | None = None
    well: bool = True
    outcome_zh: str = ""


def trouble(status: Status, now: datetime) -> Both | None:
    """Why the service is not healthy, in English and Chinese; None if it is (pure)."""
    if status.state == "ended":
        return "the service has ended", "值守已结束"
    if status.state == "running" and status.started_at is not None:
        limit, run, since = timedelta(seconds=status.crawl_timeout), status.run, status.started_at
        if now - parse_stamp(since) > limit + WORK:
            return f"run {run} has been going on since {since}", f"第 {run} 号运行自 {since} 起一直没有结束"
        moved, step = status.moved_at, status.step
        if moved is not None and now - parse_stamp(moved) > STALL + (limit if step == CRAWL else timedelta()):
            return f"run {run}: {step} has not moved since {moved}", f"第 {run} 号运行：{step} 自 {moved} 起没有进展"
    elif status.next_due is not None and now - parse_stamp(status.next_due) > LATE:
        return f"the run due at {status.next_due} has not begun", f"应于 {status.next_due} 开始的运行没有开始"
    if not status.well:
        told = status.outcome or ""
        return f"the last run ended with: {told}", f"上一次运行的结果：{status.outcome_zh or told}"
    return None


def as_json(status: Status, now: datetime) -> dict[str, Any]:
    """The content of the status file and of the health page."""
    why = trouble(status, now)
    en, zh = why or ("", "")
    until = None if status.state == "ended" else stamp(now + BELIEVED)
    return {
        "ok": why is None,
        "reason": en,
        "reason_zh": zh,
        "at": stamp(now),
        "valid_until": until,
        **asdict(status),
    }


class Board:
    """The current status; it is written to the file, completely or not at all, at every change and every beat."""

    def __init__(self, path: Path, clock: Clock, status: Status) -> None:
        self.path, self.clock, self.status = path, clock, status
        self._lock = Lock()
        self.write()

    def change(self, **changes: Any) -> None:
        """Changes the status and writes it."""
        self.status = replace(self.status, **changes)
        self.write()

    def move(self, step: str, done: int, total: int) -> None:
        """Sets the progress of a run. A new step is written at once, other progress with the next beat."""
        status = self.status
        if (status.step, status.done, status.total) != (step, done, total):
            self.status = replace(status, step=step, done=done, total=total, moved_at=stamp(self.clock()))
        if status.step != step:
            self.write()

    def write(self) -> None:
        """Writes the file."""
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        text = to_json(as_json(self.status, self.clock())) + "\n"
        with self._lock:
            try:
                temporary.write_text(text, encoding="utf-8")
                temporary.replace(self.path)
            except OSError as error:
                # A full disk stops the run itself, which reports it; the status file must not stop anything.
                log.debug("cannot write %s: %s", self.path, error.strerror)
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)


@contextmanager
def beating(board: Board, seconds: float = BEAT) -> Iterator[None]:
    """Keeps the file fresh during the block; later readers see from its age that nobody does any more."""
    over = Event()

    def beat() -> None:
        while not over.wait(seconds):
            board.write()

    heart = Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


# --- who reads it -------------------------------------------------------------------------------------------------

Found = Literal["never", "ended", "killed", "silent", "unwell", "well"]


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """The state of the service, judged from the file now. `killed`: its process is gone; `silent`: the file is older
    than allowed, so the service was killed on another machine, or hangs."""

    found: Found
    process: int = 0
    at: str = ""
    reason: str = ""
    zh: str = ""


def look(path: Path, now: datetime) -> StatusSeen:
    """Reads the file: its content is valid until `valid_until`, and while the service's process exists."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        pid, at, state = int(told["process"]), str(told["at"]), str(told["state"])
        until = told.get("valid_until")
        if state == "ended":
            return StatusSeen("ended", pid, at)
        if process.gone(pid, told.get("process_start"), str(told.get("process_space") or "")):
            return StatusSeen("killed", pid, at)
        if until is None or parse_stamp(until) < now:
            return StatusSeen("silent", pid, at)
        zh = str(told.get("reason_zh") or told["reason"])
        return StatusSeen("well" if told["ok"] else "unwell", pid, at, str(told["reason"]), zh)
    except FileNotFoundError:
        return StatusSeen("never")
    except (OSError, ValueError, KeyError, TypeError):
        return StatusSeen("silent", reason="it cannot be read", zh="读不出来")
