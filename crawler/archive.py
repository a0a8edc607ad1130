"""The archive: what was fetched, byte for byte, addressed by SHA-256, never changed or deleted."""

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from crawler.errors import GoujiError

PART = ".part-"
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

    def put(self, body: bytes) -> str:
        """Keeps the bytes and returns their SHA-256. A sound copy is left alone, a damaged one is healed."""
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        try:
            if not _holds(path, body):
                _write(path, body)
        except OSError as error:
            raise ArchiveError(f"cannot write to the archive at {self.root}: {error.strerror}. "
                               "Is the disk full or the folder not writable?") from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """The bytes, verified; ArchiveError when they are missing or no longer what their name says."""
        path = self.path(sha256)
        try:
            body = path.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveError(f"the archived file {path} is missing; restore it from a backup, "
                               "or fetch it again with: gouji crawl") from error
        except OSError as error:
            raise ArchiveError(f"cannot read the archived file {path}: {error.strerror}") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveError(f"the archived file {path} was altered: its bytes no longer have the hash "
                               "that is its name; restore it from a backup, or delete it and crawl again")
        return body

    def sweep(self) -> None:
        """Removes half-written files of processes that were killed."""
        for path in self.root.glob(f"??/{PART}*"):
            owner = path.name.removeprefix(PART).split("-")[0]
            if not owner.isdigit() or not _alive(int(owner)):
                path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, and at work
    return True


def _holds(path: Path, body: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(body) and path.read_bytes() == body


def _write(path: Path, body: bytes) -> None:
    # A reader never sees half a file: written beside its place, synced, then renamed over it.
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f"{PART}{os.getpid()}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o444)
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
