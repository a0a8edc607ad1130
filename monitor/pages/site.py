"""What the pages stand on: one data directory, read beside whoever writes to it; who may decide; which names it has."""

import hashlib
import hmac
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.ground.clock import now
from crawler.ground.config import Config
from crawler.ground.data import DataDir
from crawler.ground.database import Waiting, reading
from crawler.ground.soundness import SoundnessGuard
from monitor.duty.clock import read_clock
from monitor.pages.kept import Bounded, Held, Kept, settings_written
from monitor.pages.people import People
from monitor.pages.shelf import Shelf
from monitor.pages.whole import WHOLE

SECONDS = 20.0  # that one page may ask the database
MOST_REPORTS = 200  # reports whose relations are kept, judged
THREADS = 4
SURE = 5.0  # seconds for which what is known of the clock holds
TURN = 0.1  # seconds that a page waits for another to have asked the database
STEPS = 20_000  # of SQLite's machine between two looks at the clock
POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="gouji-page")


@dataclass(slots=True)
class Site:
    """One site. `token` is what a person must have been given to decide; "" where nobody may.

    `hosts` are further names under which it is asked for; `login` is the header in which a proxy that logs people in
    tells who asks, "" for none; `people` are those who log in here; `clock` is the time that pages speak of.
    """

    data: DataDir
    token: str = field(default="", repr=False)
    hosts: Sequence[str] = ()
    login: str = ""
    base: str = "/"
    port: int = 0
    people: People = field(default_factory=People, repr=False)
    clock: Callable[[], datetime] = now
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    local: threading.local = field(default_factory=threading.local, repr=False)
    guard: SoundnessGuard = field(init=False, repr=False)
    kept: Kept = field(init=False, repr=False)
    turn: Any = field(default_factory=threading.Lock, repr=False)
    shelf: Shelf = field(default_factory=lambda: Shelf(POOL), repr=False)
    clock_known: tuple[object, float, timedelta] | None = field(default=None, repr=False)
    config_known: tuple[object, Config] | None = field(default=None, repr=False)
    reports: Bounded[Any] = field(default_factory=lambda: Bounded(MOST_REPORTS), repr=False)

    def __post_init__(self) -> None:
        self.guard = SoundnessGuard(self.data.database)
        self.kept = Kept(self.data.root, self.data.database)
        self.guard.share()  # whoever writes may open the database, too

    def close(self) -> None:
        """The last to leave records how the database was left."""
        self.kept.close()
        self.guard.close()
        self.guard.release()

    @property
    def cookie(self) -> str:
        """Cookies know no ports: each server has a name of its own for its."""
        return f"gouji_{self.port}"

    @property
    def session(self) -> str:
        """What the cookie of whoever showed the token holds; the token itself is stored nowhere."""
        return self._sign("session", self.token)

    def csrf(self, session: str) -> str:
        """What a form of this session sends along."""
        return self._sign("form", session)

    def knows(self, cookie: str) -> bool:
        by_token = bool(self.token) and hmac.compare_digest(cookie.encode(), self.session.encode())
        return by_token or bool(self.people.who(cookie))

    def _sign(self, what: str, of: str) -> str:
        return hmac.new(self.secret, f"{what}:{of}".encode(), hashlib.sha256).hexdigest()

    def config(self) -> Config:
        """The settings, read again when they were written."""
        written, known = settings_written(self.data), self.config_known
        if known is None or known[0] != written:
            known = self.config_known = (written, self.data.config() if written is not None else Config())
        return known[1]

    @contextmanager
    def reading(self) -> Generator[Waiting, None, None]:
        """The database as it stands now, for one page: read only, whoever writes meanwhile, and not for ever.

        Pages that ask at the same time interrupt each other at every row, so that all of them take twice as long: they
        take turns, unless one is slow.
        """
        db = self._connection()
        in_turn = self.turn.acquire(timeout=TURN)
        until = time.monotonic() + SECONDS
        try:
            db.conn.set_progress_handler(lambda: int(time.monotonic() > until), STEPS)
            db.conn.execute("begin")
            yield db
        finally:
            if in_turn:
                self.turn.release()
            db.conn.set_progress_handler(None, 0)
            db.conn.rollback()

    def whole(self, name: str, at: datetime, *arguments: Hashable, wait: bool = True) -> Held | None:
        """What `kept` tells of the whole. Asked before a page reads for itself: waiting is none of its own time."""

        def inline() -> object:
            with self.reading() as db:
                return WHOLE[name](db, self.config(), at, *arguments)

        return self.kept.whole(name, at, *arguments, inline=inline, wait=wait)

    def _connection(self) -> Waiting:
        """One for each thread, opened again where another file stands there now."""
        found = self.data.database.stat()
        state = (found.st_dev, found.st_ino)
        kept = getattr(self.local, "kept", None)
        if kept is not None and kept[0] == state:
            held: Waiting = kept[1]
            return held
        if kept is not None:
            kept[1].conn.close()
        db = self._opened()
        self.local.kept = (state, db)
        return db

    def _opened(self) -> Waiting:
        """A read-only connection in the shape that our questions take."""
        connection: sqlite3.Connection = reading(self.data.database)
        connection.execute("pragma query_only = on")
        return Waiting(connection, self.guard, writable=False)

    def at(self) -> datetime:
        """Now, as far as the clock can be believed; that is asked again after a while, and where somebody has written.

        Of a large database, which is written to all the time, after a while alone.
        """
        version, is_large = self.kept.state()
        now, since = self.clock(), time.monotonic()
        known = self.clock_known
        if known is not None and since - known[1] < SURE and (is_large or known[0] == version):
            return now + known[2]
        with self.reading() as db:
            sure = read_clock(db, now).sure
        self.clock_known = (version, since, sure - now)
        return sure


def is_ours(path: Path) -> bool:
    """Whether this file is a database of ours: one with reports and findings."""
    try:
        with closing(reading(path)) as connection:
            found = {
                row[0]
                for row in connection.execute(
                    "select name from sqlite_master where name in ('agencies', 'reports', 'findings', 'portals')"
                )
            }
    except sqlite3.Error:
        return False
    return len(found) == 4
