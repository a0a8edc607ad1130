"""The archive: what was fetched, byte for byte, addressed by SHA-256, never changed or deleted."""

import contextlib
import errno
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Protocol

from crawler.ground.config_archive import URL, ArchiveSettings, wrong_url
from crawler.ground.errors import GoujiError, UsageError, reason
from crawler.ground.writing import alive

if TYPE_CHECKING:
    from crawler.ground.data import DataDir  # types only: archive readers need no configuration or database

PART = ".part-"
# Makes the name of each written file unique; a killed process may have had our process id, and left its files.
TOKEN = os.urandom(4).hex()
NUMBERS = itertools.count()
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# Opened without blocking: there may be a pipe in the place of a file.
READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
SHA256 = re.compile(r"[0-9a-f]{64}")
TWO = re.compile(r"[0-9a-f]{2}")  # a folder of the archive


class ArchiveError(GoujiError):
    """Archived bytes are missing, altered or cannot be written; the message says what to do."""


class MissingError(ArchiveError):
    """The archive answers, and has no bytes of this hash."""


class DamagedError(ArchiveError):
    """What stands in the place of these bytes is something else, or cannot be read."""


class Shelf(Protocol):
    """Where bytes are read by their hash."""

    def read(self, sha256: str, /) -> bytes:
        """The bytes, verified. MissingError, or DamagedError where they no longer have this hash; any other error of it
        says nothing about them: the archive itself does not answer."""


class Archive(Shelf, Protocol):
    """What was fetched, each body named by the lowercase hex SHA-256 of its bytes. Every backend promises:

    Bytes that are kept are never changed and never deleted. They are durable before `put` returns: rows that name
    them are written after that. A reader gets what was put, or an error, and never waits for something that does not
    come. Any number of threads and processes may use an archive at once; it can be pickled, and is sent along to
    other processes. Only the backend knows where and how the bytes are kept.
    """

    @property
    def everywhere(self) -> bool:
        """Whether other machines reach it as well as this one, sent along to them as it is."""

    def put(self, body: bytes, sha256: str = "") -> str:
        """Keeps the bytes durably and returns their SHA-256 (pass it if it is known already); from any thread.

        Intact bytes are left alone, damaged ones are replaced. ArchiveError when they cannot be written.
        """

    def hashes(self) -> Iterator[str]:
        """The hashes of everything kept, sorted; whether the bytes are intact is found out only by `read`."""

    def where(self, sha256: str) -> str:
        """Where a person finds the bytes, or would find them: for messages only, our programs never open it."""

    def sweep(self) -> None:
        """Removes half-written files of killed writers."""


def open_archive(data: "DataDir") -> Archive:
    """The archive of a data directory; UsageError as `read_config` says."""
    chosen = data.config().archive
    if not chosen.url:
        return FolderArchive(data.archive)
    from crawler.ground.archive_s3 import S3Archive  # it stands on this module

    return S3Archive(chosen.url, chosen.endpoint, chosen.region)


def archive_at(place: str, settings: ArchiveSettings) -> Archive:
    """The archive in a folder or at s3://bucket/prefix, whose server is that of the settings.

    UsageError for what is neither, and for a folder that holds other things.
    """
    if "://" not in place:
        folder = Path(place)
        found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        if (found and not any(TWO.fullmatch(name) for name in found)) or (folder.exists() and not folder.is_dir()):
            raise UsageError(
                f"{folder} holds other things; name an empty folder, or one that holds an archive already",
                f"{folder} 里有别的东西；请写一个空文件夹，或已有存档的文件夹",
            )
        return FolderArchive(folder.resolve())
    if not URL.fullmatch(place):
        raise UsageError(*wrong_url(place))
    from crawler.ground.archive_s3 import S3Archive  # it stands on this module

    return S3Archive(place, settings.endpoint, settings.region)


@dataclass(frozen=True)
class FolderArchive:
    """An archive of files below `root`, each named by the hash of its bytes."""

    root: Path
    everywhere: ClassVar[bool] = False

    def put(self, body: bytes, sha256: str = "") -> str:
        sha256 = sha256 or hashlib.sha256(body).hexdigest()
        path = self._path(sha256)
        try:
            if not _holds(path, body):
                _write(path, body)
        except OSError as error:
            raise ArchiveError(
                f"cannot write to the archive at {self.root}: {error.strerror}. Make room, or the folder writable",
                f"写不进存档 {self.root}：{reason(error)[1]}。请腾出空间，或让文件夹可写",
            ) from error
        return sha256

    def read(self, sha256: str) -> bytes:
        path = self._path(sha256)
        try:
            file = _opened(path)
            if file is None:
                raise DamagedError(
                    f"the archived file {path} is no file any more, but a folder, a pipe or a device; remove it and "
                    "restore the file from a backup, or crawl again",
                    f"存档的文件 {path} 已不是普通文件（成了文件夹、管道或设备）；请删去它，从备份恢复，或重新抓取",
                )
            with file:
                body = file.read()
        except FileNotFoundError as error:
            raise MissingError(
                f"the archived file {path} is missing; restore it from a backup, or fetch it again with: gouji crawl",
                f"存档的文件 {path} 不见了；请从备份恢复，或重新抓取：gouji crawl",
            ) from error
        except OSError as error:
            raise DamagedError(
                f"cannot read the archived file {path}: {error.strerror}",
                f"存档的文件 {path} 读不了：{reason(error)[1]}",
            ) from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedError(
                f"the archived file {path} was altered: its bytes no longer have the hash "
                "that is its name; restore it from a backup, or delete it and crawl again",
                f"存档的文件 {path} 被改动过，与其 SHA-256 不符；请从备份恢复，或删去后重新抓取",
            )
        return body

    def hashes(self) -> Iterator[str]:
        for folder in sorted(self.root.glob("??")):
            for path in sorted(folder.glob(f"{folder.name}*")):
                if SHA256.fullmatch(path.name):
                    yield path.name

    def where(self, sha256: str) -> str:
        return self._path(sha256).as_posix()

    def sweep(self) -> None:
        for path in self.root.glob(f"??/{PART}*"):
            owner, _, rest = path.name.removeprefix(PART).partition("-")
            ours = owner == str(os.getpid())
            if not owner.isdigit() or not (rest.startswith(TOKEN) if ours else alive(int(owner))):
                path.unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise MissingError(f"'{sha256}' is no SHA-256 (64 lower-case hex digits)")
        return self.root / sha256[:2] / sha256


def _opened(path: Path) -> BinaryIO | None:
    """The file, opened for reading; None if it is not a regular file."""
    try:
        handle = os.open(path, READ)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            return None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def _holds(path: Path, body: bytes) -> bool:
    with contextlib.suppress(FileNotFoundError):
        file = _opened(path)
        if file is not None:
            with file:
                return file.read(len(body) + 1) == body
    return False


def _write(path: Path, body: bytes) -> None:
    # A reader never sees half a file: it is written beside its place, synced, then renamed.
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
