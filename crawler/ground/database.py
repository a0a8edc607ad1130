"""Opens gouji.db: checks that it is undamaged and of this version, writable if possible; its transactions."""

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from crawler.ground.errors import GoujiError
from crawler.ground.soundness import SoundnessGuard, damaged, is_damage

PATIENCE = 30  # seconds to wait for a lock


class Waiting(sqlite_utils.Database):
    """A database whose transactions take the write lock when they begin.

    A transaction that reads first and writes later fails at once if another process writes in between: SQLite waits
    for a lock only at the beginning of a transaction.
    """

    def __init__(self, connection: sqlite3.Connection, guard: SoundnessGuard, *, writable: bool) -> None:
        super().__init__(connection)
        self.guard, self.writable = guard, writable

    @contextmanager
    def atomic(self) -> Generator[sqlite_utils.Database, None, None]:
        if not self.conn.in_transaction:
            self.conn.execute("begin immediate")
            try:
                yield self
                self.conn.execute("commit")
            finally:
                self.conn.rollback()  # if anything prevented the commit; after a commit there is nothing to undo
        else:
            with super().atomic():
                yield self

    def look_through(self) -> None:
        """Checks the whole file, however long that takes (0.9 s per GB); DamagedError if it is damaged."""
        self.guard.look(self.conn, thorough=True)

    def close(self) -> None:
        super().close()
        self.guard.close()


def open_database(database: Path, migrations: Sequence[Migrations], *, every: bool, thorough: bool) -> Waiting:
    """Opens the file (WAL, foreign keys on, waits 30 s for a lock) and applies pending migrations.

    `every`: `migrations` are all sets that exist, so any other set belongs to a later version. `thorough`: the whole
    file is checked, even without a reason. If the directory is not writable, the database is
    opened read-only.

    Raises GoujiError if the file is not a database, is damaged, of a later version, or locked for longer.
    """
    # SQLite takes a name like `file:x` for a URI, but never an absolute path.
    path = Path(os.path.abspath(database))  # noqa: PTH100  # as it is written, links kept
    guard = SoundnessGuard(path)
    try:
        with ExitStack() as opened:
            opened.callback(guard.release)
            connection, writable = _opened(path)
            opened.callback(connection.close)
            db = Waiting(connection, guard, writable=writable)
            _prepare(db, path, migrations, every=every, thorough=thorough)
            opened.pop_all()
    except sqlite3.Error as error:
        if is_damage(error):
            raise damaged(path, str(error)) from error
        raise GoujiError(
            f"cannot open {database}: {error}. Is the disk full, the file locked by "
            "another program, or the folder not readable? `gouji doctor` looks closer",
            f"打不开 {database}：{error}。磁盘满了、被别的程序锁住，还是文件夹读不了？gouji doctor 可细看",
        ) from error
    guard.share()
    return db


def _prepare(db: Waiting, path: Path, migrations: Sequence[Migrations], *, every: bool, thorough: bool) -> None:
    """Checks that the database is undamaged and ours before anything is written."""
    if unknown := later(db, migrations, every=every):
        raise GoujiError(
            f"{path} was made by a later version of gouji (it has {', '.join(unknown)}, which this version does not "
            "know); nothing was read or written. Use that version: pip install --upgrade gouji",
            f"{path} 是更新版本的 gouji 建的（其中有本版本不认识的 {'、'.join(unknown)}）；没有读写任何东西。"
            "请用那个版本：pip install --upgrade gouji",
        )
    if foreign(db):
        raise GoujiError(
            f"{path} is a database of another program; nothing was written. Name another data directory",
            f"{path} 是别的程序的数据库；没有写入任何东西。请另写一个数据目录",
        )
    db.guard.look(db.conn, thorough=thorough)
    pending = [step.name for one in migrations for step in one.pending(db)]
    if not db.writable:
        if pending:
            raise GoujiError(
                f"{path} is of an earlier version of gouji, and cannot be brought up to date: the folder "
                "or the file cannot be written",
                f"{path} 是旧版本的，而文件夹或文件不可写，无法更新表结构",
            )
        return
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    db.execute("pragma foreign_keys = on")
    for one in migrations if pending else ():
        one.apply(db)


def _opened(path: Path) -> tuple[sqlite3.Connection, bool]:
    """The connection, and whether it may write. Transactions are explicit (`with db.atomic()`)."""
    there = path.exists()
    if not os.access(path.parent, os.W_OK) or (there and not os.access(path, os.W_OK)):
        return reading(path), False
    if not there:  # create it with this process's file mode; SQLite would not let the group write
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None), True


def reading(database: Path, *, shared: bool = False) -> sqlite3.Connection:
    """A read-only connection, whether or not the directory is writable. sqlite3.Error if that fails.

    `shared`: threads pass it on to one another; they see to it that one asks at a time.
    """
    address = f"{Path(os.path.abspath(database)).as_uri()}?mode=ro"  # noqa: PTH100  # as it is written, links kept
    log = Path(f"{os.path.realpath(database)}-wal")
    # To read only, SQLite needs the log files beside the database, or must be told how to do without them: if
    # nobody has the log open, it is read without its index; if there is no log, the file cannot change meanwhile.
    ways = [address, f"{address}&vfs=unix-none" if log.exists() and log.stat().st_size else f"{address}&immutable=1"]
    for way in ways:
        connection = sqlite3.connect(
            way, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=not shared
        )
        try:
            if way != address:
                connection.execute("pragma locking_mode = exclusive")
            connection.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if way == ways[-1] or not database.exists():
                raise
        else:
            return connection
    raise AssertionError("one of the ways is the last")


def later(db: sqlite_utils.Database, migrations: Sequence[Migrations], *, every: bool) -> list[str]:
    """The migrations in the database that this version does not know."""
    if Migrations.migrations_table not in db.table_names():
        return []
    nothing = sqlite_utils.Database(memory=True)
    try:
        known = {one.name: {step.name for step in one.pending(nothing)} for one in migrations}
    finally:
        nothing.close()
    return [
        f"{name}: {step}"
        for name, step in db.execute(f"select migration_set, name from {Migrations.migrations_table} order by rowid")
        if (step not in known[name] if name in known else every)
    ]


def foreign(db: sqlite_utils.Database) -> bool:
    """Whether these are tables of another program: our databases always have the table of migrations."""
    names = db.table_names()
    return bool(names) and Migrations.migrations_table not in names
