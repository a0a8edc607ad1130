"""Takes in files that the user already has: a file, a folder, a zip → the archive and a row of `documents` each."""

import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

from sqlite_utils import Database

from crawler.files.unpack import Budget, UnpackError, kind_of, members, open_zip, too_large
from crawler.ground.archive import Archive, open_archive
from crawler.ground.data import DataDir
from crawler.ground.errors import Both, reason
from crawler.ledger.documents import record
from crawler.pages.sniff import ZIP, media_type

LARGEST = 60 << 20
UNPACKED = 2 << 30  # bytes, per given archive, including the archives inside it
DEPTH = 2  # a zip, and a zip inside it

# Files that systems and programs leave behind: never documents, skipped silently.
LITTER = re.compile(r"\.|~\$|__MACOSX$|(?:Thumbs\.db|desktop\.ini|ehthumbs\.db|System Volume Information)$", re.I)
OWN_FILES = re.compile(
    r"(?:gouji\.(?:toml|db(?:-wal|-shm|-journal)?|lock|sound|written)|crawl\.lock|status\.json|"
    r"feed\.atom)$"
)
# Types that can never be a report. Everything else is kept, and extract decides what it is.
NEVER = (
    (re.compile("video/|audio/"), ("a recording, never a report", "是音像，不会是年报")),
    (
        re.compile("application/(?:x-executable|java-archive|vnd.android)"),
        ("a program, never a report", "是程序，不会是年报"),
    ),
    (re.compile("application/vnd.sqlite3"), ("a database, never a report", "是数据库，不会是年报")),
    (
        re.compile("application/(?:vnd.rar|x-7z|gzip|x-bzip2|x-xz)"),
        ("an archive other than zip; unpack it first", "不是 zip 的压缩包；请先解开"),
    ),
)

NO_FILE = ("no file (a pipe, socket or device)", "不是文件（管道、套接字或设备）")
DEEP = ("a zip within a zip within a zip; unpack it first", "zip 里的 zip 里还有 zip；请先解开")

# Never follow a link, even one that was put there a moment ago; never wait for a pipe.
OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class Refused(NamedTuple):
    """A file that was not taken in: its name, safe to print, and why, in English and Chinese."""

    name: str
    reason: str
    zh: str


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """How many documents were new and how many known, and what was refused."""

    added: int
    known: int
    refused: list[Refused]


def add(db: Database, data: DataDir, paths: Iterable[Path | str], now: datetime) -> IntakeResult:
    """Keeps every file below the paths in the archive, with a row in `documents` (key: its bytes and address).

    The address is the `file:` URI of the absolute path; for a member of a zip, `!/member` follows. No link is
    followed, no pipe or device is read. One bad file is refused with its reason and does not stop the others.
    Raises ArchiveError when the archive cannot be written.
    """
    run = _Intake(db, data, open_archive(data), now)
    for path in paths:
        run.take(Path(path))
    return IntakeResult(run.added, run.known, run.refused)


def shown(name: str) -> str:
    """A file's name, safe to print: line breaks, escape codes and broken bytes are written as in a Python string."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


@dataclass(slots=True)
class _Intake:
    """One run of `add`, with its counts."""

    db: Database
    data: DataDir
    archive: Archive
    now: datetime
    added: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)

    def take(self, path: Path) -> None:
        """Takes a path that the user named, even if the walk through a folder would skip it."""
        try:
            absolute = Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute() keeps `..`; resolve() follows links
            mode = absolute.lstat().st_mode
            own = any(absolute.resolve().is_relative_to(folder.resolve()) for folder in self.data.folders)
        except (OSError, ValueError) as error:
            self._refuse(str(path), _reason(error))
            return
        if own:
            self._refuse(str(path), ("part of gouji's own data directory", "属于 gouji 自己的数据目录"))
        elif stat.S_ISDIR(mode):
            for file in self._walk(absolute):
                self._file(file)
        else:
            self._entry(absolute, mode)

    def _walk(self, top: Path) -> Iterator[Path]:
        """The regular files below a folder, in the order of their names."""
        own = {_identity(folder) for folder in self.data.folders} - {None}
        seen: set[tuple[int, int] | None] = set()
        stack = [top]
        while stack:
            folder = stack.pop()
            identity = _identity(folder)
            if identity in own or identity in seen:
                continue  # one of our own folders, or a folder mounted inside itself
            seen.add(identity)
            folders: list[Path] = []
            for path, mode in self._list(folder):
                if LITTER.match(path.name) or (folder == self.data.root.absolute() and OWN_FILES.match(path.name)):
                    continue
                if stat.S_ISDIR(mode):
                    folders.append(path)
                elif stat.S_ISREG(mode):
                    yield path
                else:
                    self._entry(path, mode)
            stack.extend(reversed(folders))

    def _list(self, folder: Path) -> list[tuple[Path, int]]:
        found: list[tuple[Path, int]] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False).st_mode))
        except OSError as error:
            self._refuse(str(folder), _reason(error))
        return sorted(found)

    def _entry(self, path: Path, mode: int) -> None:
        if stat.S_ISREG(mode):
            self._file(path)
        elif stat.S_ISLNK(mode):
            self._refuse(
                str(path), ("a link; gouji follows none: give the file itself", "是链接；gouji 不跟随：请直接给文件")
            )
        else:
            self._refuse(str(path), NO_FILE)

    def _file(self, path: Path) -> None:
        try:
            file = os.fdopen(os.open(path, OPEN_FLAGS), "rb")
        except (OSError, ValueError) as error:
            self._refuse(str(path), _reason(error))
            return
        with file:
            body = self._body(file, path)
        if body is not None:
            self._keep(body, path.as_uri(), path.name, str(path))

    def _body(self, file: IO[bytes], path: Path) -> bytes | None:
        """The file's bytes; None if it was refused, or if it is a zip whose members were taken."""
        try:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                self._refuse(str(path), NO_FILE)
                return None
            if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06") and self._container(file, path):
                return None
            file.seek(0)
            body = file.read(LARGEST + 1) if status.st_size <= LARGEST else b""
        except OSError as error:
            self._refuse(str(path), _reason(error))
            return None
        if status.st_size > LARGEST or len(body) > LARGEST:
            self._refuse(str(path), too_large(LARGEST))
            return None
        return body

    def _container(self, file: IO[bytes], path: Path) -> bool:
        """Unpacks a zip of files; False when the zip is a single document (Word, OFD …) or too damaged to tell."""
        try:
            package = open_zip(file)
        except UnpackError as error:
            file.seek(0)
            if media_type(file.read(LARGEST), path.name) != ZIP:
                return False  # a truncated Word file: kept, and extract says what is wrong with it
            self._refuse(str(path), error.reason)
            return True
        with package:
            if kind_of(package) != ZIP:
                return False
            self._unpack(file, path.as_uri(), str(path), 1, Budget(UNPACKED))
        return True

    def _unpack(self, file: IO[bytes], url: str, name: str, depth: int, budget: Budget) -> None:
        before = (self.added, self.known, len(self.refused))
        try:
            with open_zip(file) as package:
                for member in members(package, LARGEST, budget):
                    if any(LITTER.match(part) for part in member.name.split("/") if part not in (".", "..")):
                        continue
                    inside = f"{name}!/{member.name}"
                    if member.reason is not None:
                        self._refuse(inside, member.reason)
                    elif member.body is None:
                        continue
                    elif media_type(member.body, member.name) != ZIP:
                        self._keep(member.body, f"{url}!/{member.address}", member.name, inside)
                    elif depth < DEPTH:
                        self._unpack(io.BytesIO(member.body), f"{url}!/{member.address}", inside, depth + 1, budget)
                    else:
                        self._refuse(inside, DEEP)
        except UnpackError as error:
            self._refuse(name, error.reason)
        if before == (self.added, self.known, len(self.refused)):
            self._refuse(name, ("an empty zip", "空的 zip"))

    def _keep(self, body: bytes, url: str, name: str, place: str) -> None:
        kind = media_type(body, name)
        for pattern, why in NEVER:
            if pattern.match(kind):
                self._refuse(place, why)
                return
        sha256 = self.archive.put(body)
        with self.db.atomic():
            new = record(self.db, sha256=sha256, url=url, now=self.now, media_type=kind)
        if new:
            self.added += 1
        else:
            self.known += 1

    def _refuse(self, name: str, reason: Both) -> None:
        self.refused.append(Refused(shown(name), *map(shown, reason)))


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _reason(error: OSError | ValueError) -> Both:
    english, chinese = reason(error) if isinstance(error, OSError) else (f"{error}", "内容不对")
    return f"cannot be read: {english}", f"读不了：{chinese}"
