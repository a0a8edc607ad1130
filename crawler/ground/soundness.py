"""Whether gouji.db is as our last command left it: damage is noticed before anything is read."""

import fcntl
import json
import os
import sqlite3
import time
import weakref
from collections.abc import Mapping
from pathlib import Path

from crawler.ground.errors import GoujiError

NAME = "gouji.sound"
PATIENCE = 120.0  # seconds to wait for a process that checks the whole database: enough for 100 GB
SMALL = 8 << 20  # bytes; a database up to this size is checked at every opening (10 ms)
OPEN = os.O_CLOEXEC | os.O_NOFOLLOW
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DamagedError(GoujiError):
    """The database is damaged: nothing may be read from it, because lost rows look like rows that never existed."""


class SoundnessGuard:
    """One opening of the database, and the file `gouji.sound`, which says how it was when the last process closed it.

    Each process that has the database open holds a shared lock on that file. The last one to close it records its size
    and time; the first one to open it checks the whole database if these have changed (0.9 s per GB).
    """

    def __init__(self, database: Path) -> None:
        self.database = database
        self.descriptor = _open(database.with_name(NAME))
        self.release = weakref.finalize(self, os.close, self.descriptor) if self.descriptor >= 0 else _nothing
        self.alone = self._lock(fcntl.LOCK_EX)
        if not self.alone:
            self.share()  # after another process has finished creating or checking the database
        kept = self._kept()
        there = _state(database)
        self.changed = kept is None or kept != there
        self.looked = False
        if kept is not None and (there is None or there["size"] == 0):
            self.release()
            raise DamagedError(
                f"{database} is gone or empty, although gouji has worked with it: restore it from a backup. To begin "
                f"anew without it, delete {database.with_name(NAME)}",
                f"{database} 不见了或是空的，而 gouji 用过它：请从备份恢复；要抛开它重新开始，请删去 "
                f"{database.with_name(NAME)}",
            )

    def look(self, connection: sqlite3.Connection, *, thorough: bool) -> None:
        """Checks the database, as far as there is reason to; DamagedError if it is damaged."""
        size = (_state(self.database) or {"size": 0})["size"]
        if not (thorough or size <= SMALL or (self.alone and self.changed)):
            return
        self.looked = True
        said = str(connection.execute("pragma integrity_check(1)").fetchone()[0])
        if said != "ok":
            raise damaged(self.database, said.splitlines()[-1])

    def share(self) -> None:
        """Lets others open the database, too; waits for one that creates or checks it. GoujiError after `PATIENCE`."""
        until = time.monotonic() + PATIENCE
        while not self._lock(fcntl.LOCK_SH):
            if time.monotonic() > until:
                self.release()
                raise GoujiError(
                    f"another program has been looking through {self.database} for {PATIENCE:g} s; "
                    "try again when it has ended",
                    f"别的程序查看 {self.database} 已超过 {PATIENCE:g} 秒；等它结束后再试",
                )
            time.sleep(0.05)

    def close(self) -> None:
        """After the connection was closed: the last process records how the database was left."""
        if self.descriptor < 0 or not self._lock(fcntl.LOCK_EX):
            return
        try:
            if (state := _state(self.database)) is not None:
                os.ftruncate(self.descriptor, 0)
                os.pwrite(self.descriptor, json.dumps(state).encode(), 0)
        except OSError:  # read-only, or a full disk: the next opening checks the whole database
            pass
        finally:
            self._lock(fcntl.LOCK_UN)

    def _lock(self, kind: int) -> bool:
        if self.descriptor < 0:
            return True
        try:
            fcntl.flock(self.descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            pass
        return True

    def _kept(self) -> Mapping[str, int] | None:
        if self.descriptor < 0:
            return None
        try:
            found = json.loads(os.pread(self.descriptor, 1000, 0) or b"null")
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None


def _nothing() -> None:
    """Releases nothing, where files cannot be locked."""


def damaged(database: Path, said: str) -> DamagedError:
    """The error for a damaged database."""
    return DamagedError(
        f"{database} is damaged ({said}); nothing was read from it, judged or told. Restore it from a backup, or take "
        "what is left with: sqlite3 gouji.db .recover; `gouji doctor` looks closer",
        f"{database} 已损坏（{said}）；没有据它读取、核对或通报任何东西。请从备份恢复，或用 sqlite3 gouji.db .recover "
        "取出残存的内容；gouji doctor 可细看",
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether this SQLite error says that the file is damaged or not a database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE


def _open(path: Path) -> int:
    for flags in (os.O_RDWR | os.O_CREAT | OPEN, os.O_RDONLY | OPEN):
        try:
            return os.open(path, flags, 0o666)
        except OSError:
            continue
    return -1


def _state(database: Path) -> Mapping[str, int] | None:
    try:
        found = database.stat()
    except OSError:
        return None
    return {"size": found.st_size, "mtime_ns": found.st_mtime_ns}
