"""The archive: what was fetched, byte for byte, addressed by SHA-256, never changed or deleted."""

import contextlib
import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from crawler.ground.errors import GoujiError
from crawler.ground.writing import alive

PART = ".part-"
# One name per file that is written; a killed process may have had our number, and left its files.
TOKEN = os.urandom(4).hex()
NUMBERS = itertools.count()
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveError(GoujiError):
    """An archived file is missing, altered or cannot be written; the message says what to do."""


class Archive:
    """Files below `root`, each named by the lower-case hex SHA-256 of its bytes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file with this hash stands or would stand."""
        if not SHA256.fullmatch(sha256):
            raise ArchiveError(f"'{sha256}' is no SHA-256 (64 lower-case hex digits)")
        return self.root / sha256[:2] / sha256

    def put(self, body: bytes, sha256: str = "") -> str:
        """Keeps the bytes durably and returns their SHA-256 (given, where it is known already); from any thread.

        A sound copy is left alone, a damaged one is healed.
        """
        sha256 = sha256 or hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        with self._writing():
            if not _holds(path, body):
                _write(path, body)
        return sha256

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"cannot write to the archive at {self.root}: {error.strerror}. "
                "Is the disk full or the folder not writable?",
                f"写不进存档 {self.root}：{error.strerror}。磁盘满了，还是文件夹不可写？",
            ) from error

    def read(self, sha256: str) -> bytes:
        """The bytes, verified; ArchiveError when they are missing or no longer what their name says."""
        path = self.path(sha256)
        try:
            body = path.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveError(
                f"the archived file {path} is missing; restore it from a backup, or fetch it again with: gouji crawl",
                f"存档的文件 {path} 不见了；请从备份恢复，或重新抓取：gouji crawl",
            ) from error
        except OSError as error:
            raise ArchiveError(
                f"cannot read the archived file {path}: {error.strerror}", f"存档的文件 {path} 读不了：{error.strerror}"
            ) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveError(
                f"the archived file {path} was altered: its bytes no longer have the hash "
                "that is its name; restore it from a backup, or delete it and crawl again",
                f"存档的文件 {path} 被改动过，与其 SHA-256 不符；请从备份恢复，或删去后重新抓取",
            )
        return body

    def sweep(self) -> None:
        """Removes half-written files of processes that were killed."""
        for path in self.root.glob(f"??/{PART}*"):
            owner, _, rest = path.name.removeprefix(PART).partition("-")
            ours = owner == str(os.getpid())
            if not owner.isdigit() or not (rest.startswith(TOKEN) if ours else alive(int(owner))):
                path.unlink(missing_ok=True)


def _holds(path: Path, body: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(body) + 1) == body
    except FileNotFoundError:
        return False


def _write(path: Path, body: bytes) -> None:
    # A reader never sees half a file: written beside its place, synced, then renamed over it.
    temporary = f"{path.parent}/{PART}{os.getpid()}-{TOKEN}-{next(NUMBERS)}"
    try:
        handle = os.open(temporary, NEW, 0o444)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(temporary, NEW, 0o444)
    try:
        try:
            left = memoryview(body)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)  # noqa: PTH105  (on the hot path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
