"""Other archives than the folder, for whatever must not know how bytes are kept; `through` runs a command on one.

`python -m tests.archives PackedArchive monitor.cli doctor …` is `python -m monitor.cli doctor …` with that archive.
"""

import hashlib
import os
import runpy
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from crawler.ground.archive import SHA256, ArchiveError, DamagedError, FolderArchive, MissingError, open_archive

if TYPE_CHECKING:
    from crawler.ground.data import DataDir  # a worker that is given one of these archives loads no more than it must

ENDLESS = "<p>没有读完</p>".encode()


@dataclass(frozen=True)
class PackedArchive:
    """All bytes in one file, beside the data directory: there is no path to any of them."""

    root: Path
    everywhere: ClassVar[bool] = False

    def put(self, body: bytes, sha256: str = "") -> str:
        sha256 = sha256 or hashlib.sha256(body).hexdigest()
        try:
            with closing(self.opened()) as db, db:
                db.execute("insert or replace into bodies values (?, ?)", [named(sha256), body])
        except (sqlite3.Error, OSError) as error:
            raise ArchiveError(f"cannot write to the archive: {error}") from error
        return sha256

    def read(self, sha256: str) -> bytes:
        with closing(self.opened()) as db:
            row = db.execute("select body from bodies where sha256 = ?", [named(sha256)]).fetchone()
        if row is None:
            raise MissingError(f"the archived bytes {sha256} are missing")
        if hashlib.sha256(row[0]).hexdigest() != sha256:
            raise DamagedError(f"the archived bytes {sha256} were altered")
        return bytes(row[0])

    def hashes(self) -> Iterator[str]:
        with closing(self.opened()) as db:
            yield from [str(row[0]) for row in db.execute("select sha256 from bodies order by 1")]

    def where(self, sha256: str) -> str:
        return f"packed:{named(sha256)}"

    def sweep(self) -> None:
        """Nothing is ever half-written."""

    def opened(self) -> sqlite3.Connection:
        """The file that holds them all."""
        db = sqlite3.connect(self.root.parent.with_name("packed.db"), timeout=30)
        db.execute("pragma synchronous = full")
        db.execute("create table if not exists bodies (sha256 text primary key, body blob)")
        return db


class EndlessArchive(FolderArchive):
    """Whoever reads `ENDLESS` waits, within the system, for what never comes."""

    def read(self, sha256: str) -> bytes:
        body = super().read(sha256)
        if body == ENDLESS:
            os.read(os.pipe()[0], 1)
        return body


def file_of(data: "DataDir", sha256: str) -> Path:
    """The file of an archived document, to be lost or damaged: the folder tells people its path."""
    return Path(open_archive(data).where(sha256))


def named(sha256: str) -> str:
    """The hash, if it is one."""
    if not SHA256.fullmatch(sha256):
        raise MissingError(f"'{sha256}' is no SHA-256")
    return sha256


def through(archive: type[FolderArchive | PackedArchive], command: list[str]) -> list[str]:
    """The command line `python … -m module …`, with another archive."""
    at = command.index("-m")
    return [*command[: at + 1], "tests.archives", archive.__name__, *command[at + 1 :]]


def main(archive: str, module: str) -> None:
    """Runs a module as a program; what it asks of the archive this one is asked."""
    from crawler.ground import archive as asked
    from tests import archives

    asked.FolderArchive = getattr(archives, archive)  # type: ignore[misc]  # in its place
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    chosen, program = sys.argv[1:3]
    del sys.argv[1:3]
    main(chosen, program)
