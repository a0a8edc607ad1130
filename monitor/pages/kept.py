"""What is worked out once for all readers and kept: again when the database has changed, and never twice at once.

A small database is asked again at once. What takes long is worked out in a process of its own, while readers are shown
what was found before: the page says of when it is.
"""

import multiprocessing
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from crawler.ground.clock import local_date
from crawler.ground.data import DataDir
from crawler.ground.database import reading
from crawler.ground.errors import GoujiError
from monitor.pages.whole import worked

T = TypeVar("T")

LARGE = 2000  # reports: beyond, the whole is worked out elsewhere, and not for every commit
MOST = 32  # answers about the whole
RESTS = 10  # an answer that took a second is not asked for again within ten
SAME = 30.0  # seconds for which an answer about what has not changed is one
OLDEST = 600.0  # seconds: the time of day is part of some answers
PATIENCE = 60.0  # seconds that a reader waits where nothing was found before
NICE = 5  # readers come first
TASKS = 50  # of one process, before another takes its place


def first_asked(at: datetime) -> Sequence[tuple[str, tuple[Hashable, ...]]]:
    """What the first page and the lists need, and the year before, to which the first page leads."""
    before = local_date(at).year - 2
    return (
        ("beginning", (None, "")),
        ("standing", (None, None, "")),
        ("beginning", (before, "")),
        ("unread", ()),
    )


class NotYetError(GoujiError):
    """It takes longer than a reader waits."""


class Bounded(Generic[T]):
    """The last so many values by what they were made of; safe among threads."""

    def __init__(self, most: int) -> None:
        self.most, self.lock = most, threading.Lock()
        self.held: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        with self.lock:
            if key in self.held:
                self.held.move_to_end(key)
            return self.held.get(key)

    def put(self, key: Hashable, value: T) -> T:
        with self.lock:
            self.held[key] = value
            self.held.move_to_end(key)
            while len(self.held) > self.most:
                self.held.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class Held:
    """An answer; `at` is the instant that it speaks of, `version` that of the database, `until` it rests."""

    value: object
    at: datetime
    version: object
    made: float
    until: float


@dataclass(slots=True)
class Kept:
    """The answers about the whole of one database."""

    root: Path
    database: Path
    answers: Bounded[Held] = field(default_factory=lambda: Bounded(MOST))
    running: dict[Hashable, "Future[Held]"] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)
    pool: ProcessPoolExecutor | None = None
    found: int = 0
    looking: tuple[sqlite3.Connection, tuple[int, int]] | None = None

    def whole(
        self, name: str, at: datetime, *arguments: Hashable, inline: Callable[[], object], wait: bool = True
    ) -> Held | None:
        """The answer of this name, as it stands or stood a while ago; None where there is none yet and nobody waits.

        `inline` works it out here: of a small database, and where no other process can.
        """
        if not self._is_large():
            return self._small(name, at, arguments, inline)
        key = (name, local_date(at), arguments)
        with self.lock:
            version, held = self._version(), self.answers.get(key)
            now = time.monotonic()
            if held and now - held.made < OLDEST and (held.version == version or now < held.until):
                return held
            begun = self.running.get(key) or self._begin(key, name, at, arguments, version)
        if held is not None or not wait:
            return held
        try:
            return begun.result(PATIENCE)
        except TimeoutError:
            raise NotYetError(
                "this is being worked out for the first time: try again in a minute",
                "这一页正在首次统计，请过一分钟再试",
            ) from None
        except CancelledError:  # it ended there, or could not be answered: here an error of the asker is told as one
            return Held(inline(), at, version, now, now)

    def state(self) -> tuple[object, bool]:
        """What changes whenever a page could say something else, and whether the database is large."""
        with self.lock:
            return (self._version(), self.found, settings_written(DataDir(self.root))), self._is_large()

    def warm(self, at: datetime) -> None:
        """Begins with what the first readers ask, where that takes long."""
        if self._is_large():
            for name, arguments in first_asked(at):
                self.whole(name, at, *arguments, inline=lambda: None, wait=False)

    def _small(self, name: str, at: datetime, arguments: tuple[Hashable, ...], inline: Callable[[], object]) -> Held:
        with self.lock:
            version = self._version()
        now = time.monotonic()
        key = (name, local_date(at), arguments)
        held = self.answers.get(key)
        if held and held.version == version and now < held.until:
            return held
        return self.answers.put(key, Held(inline(), at, version, now, now + SAME))

    def _begin(
        self, key: Hashable, name: str, at: datetime, arguments: tuple[object, ...], version: object
    ) -> "Future[Held]":
        """Has it worked out; call it with the lock."""
        begun: Future[Held] = Future()
        self.running[key] = begun
        started = time.monotonic()

        def done(found: "Future[object]") -> None:
            now = time.monotonic()
            with self.lock:
                self.running.pop(key, None)
                if found.cancelled() or found.exception() is not None:
                    begun.cancel()
                    if found.cancelled() or isinstance(found.exception(), BrokenExecutor):
                        self.pool = None  # another is begun for whoever asks next
                    return
                self.found += 1
                begun.set_result(
                    self.answers.put(key, Held(found.result(), at, version, now, now + RESTS * (now - started)))
                )

        if self.pool is None:
            self.pool = ProcessPoolExecutor(
                1, multiprocessing.get_context("spawn"), initializer=_settle_in, max_tasks_per_child=TASKS
            )
        try:
            self.pool.submit(worked, self.root, name, at, arguments).add_done_callback(done)
        except (BrokenExecutor, RuntimeError):  # it ended between two questions
            self.pool = None
            self.running.pop(key, None)
            begun.cancel()
        return begun

    def _look(self) -> tuple[sqlite3.Connection, tuple[int, int]]:
        """The connection that tells when another has written, opened again where another file stands there now; only
        under the lock."""
        found = self.database.stat()
        state = (found.st_dev, found.st_ino)
        if self.looking is None or self.looking[1] != state:
            if self.looking is not None:
                self.looking[0].close()
            self.looking = (reading(self.database, shared=True), state)
        return self.looking

    def _version(self) -> object:
        connection, state = self._look()
        return (*state, connection.execute("pragma data_version").fetchone()[0])

    def _is_large(self) -> bool:
        with self.lock:
            found = self._look()[0].execute("select max(id) from reports").fetchone()[0]
        return int(found or 0) > LARGE

    def close(self) -> None:
        """Ends what is still being worked out."""
        with self.lock:
            pool, looking, self.pool, self.looking = self.pool, self.looking, None, None
        if pool is not None:
            for one in list((pool._processes or {}).values()):  # there is no other way to end a task
                one.terminate()
            pool.shutdown(cancel_futures=True)  # waited for, as what it leaves is warned of at the end
        if looking is not None:
            looking[0].close()


def settings_written(data: DataDir) -> object:
    """When the settings were last written; None where there are none."""
    try:
        found = data.config_path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _settle_in() -> None:
    """A process of ours: readers come first, and it ends with whoever began it."""
    os.nice(NICE)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(0)
