"""Writes files for people: replaces only files that gouji itself wrote and nobody changed, completely or not at all.

Nothing is ever written through a link: in every command, a link in the place of a file is refused.
"""

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path

from crawler.ground.errors import GoujiError, UsageError, reason
from crawler.ground.privacy import outside

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
PLAIN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
PART = re.compile(r"\.gouji-(\d+)-[0-9a-f]{8}\.part")
NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)
# What gouji keeps in its data directory; no file for people takes its place.
OWN_NAME = re.compile(r"gouji\.|crawl\.|status\.json$")
OWN_FOLDERS = ("archive", "outbox", "warc", "shards")
KEPT = 2  # sums per file: of the present content and of the next one, because we may be killed between the two

Mark = tuple[int, int, int]


class Sums:
    """The files that gouji wrote outside its data directory, with their SHA-256: `gouji.written` in it."""

    NAME = "gouji.written"

    def __init__(self, root: Path) -> None:
        self.path = root / self.NAME

    def of(self, file: Path) -> frozenset[str]:
        """The sums of what we wrote there last."""
        return frozenset(sum_ for known, sum_ in self._lines() if known == _key(file))

    def add(self, files: Mapping[Path, str]) -> None:
        """Records what is about to be written. If that fails, the files will not be recognized as ours later."""
        keys = {_key(file): sum_ for file, sum_ in files.items()}
        with suppress(OSError), locked(self.path.parent):
            found: dict[str, list[str]] = {}
            for known, sum_ in (*self._lines(), *keys.items()):
                sums = found.setdefault(known, [])
                if sum_ in sums:
                    sums.remove(sum_)
                sums.append(sum_)
            text = "".join(f"{sum_}  {known}\n" for known, sums in found.items() for sum_ in sums[-KEPT:])
            _sweep(self.path.parent)
            with _beside(self.path, text.encode()) as part:
                part.replace(self.path)

    def _lines(self) -> list[tuple[str, str]]:
        try:
            lines = self.path.read_text(encoding="ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            return []
        return [(known, sum_) for sum_, _, known in (line.partition("  ") for line in lines) if known]


def write(files: Mapping[Path, bytes], sums: Sums, *, force: bool = False, own: bool = False) -> None:
    """Writes all of the files or, if one of them may not be replaced, none.

    `force` replaces a regular file that is not ours or was changed; never a link or a device. `own` files are in the
    data directory: their names are ours, and they get its permissions. UsageError if a file is not ours to
    replace, GoujiError if it cannot be written.
    """
    new = {file: sha256(body).hexdigest() for file, body in files.items()}
    before: dict[Path, Mark | None] = {}
    file = Path()
    try:
        for file in files:
            if not own:
                _insist_elsewhere(file, sums.path.parent)
            before[file] = None if own else _replaceable(file, {*sums.of(file), new[file]}, force=force)
        if not own:
            sums.add(new)
        for folder in {file.parent for file in files}:
            _sweep(folder)
        for file, body in files.items():
            with _beside(file, body, None if own else outside()) as part:
                _place(part, file, before[file], own=own)
    except OSError as error:
        raise GoujiError(
            f"cannot write {file}: {error.strerror}; nothing was replaced",
            f"写不了 {file}：{reason(error)[1]}；没有替换任何文件",
        ) from error


def create(file: Path, body: bytes) -> bool:
    """Makes a new file, completely or not at all; False if the name is already taken. OSError."""
    if os.path.lexists(file):
        return False
    _sweep(file.parent)
    with _beside(file, body) as part:
        return _appear(part, file)


def exchange(file: Path, body: bytes) -> None:
    """Replaces the content of an existing file and keeps its mode. UsageError if it is not a regular file; OSError."""
    found = regular(file)
    _sweep(file.parent)
    with _beside(file, body, stat.S_IMODE(found.st_mode) if found else None) as part:
        part.replace(file)
        _settle(file.parent)


def regular(file: Path) -> os.stat_result | None:
    """The `stat` of the regular file at this path; None if nothing is there. UsageError for a link, device, folder …"""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        to = file.readlink()
        raise UsageError(
            f"{file} is a link (to {to}), and gouji writes through none; name the file itself",
            f"{file} 是链接（指向 {to}）；gouji 不通过链接写文件，请写那个文件本身",
        )
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(
            f"{file} is no regular file (a device, pipe, socket or folder) and is left alone",
            f"{file} 不是普通文件（设备、管道、套接字或文件夹），不会动它",
        )
    return found


def sum_of(file: Path) -> str:
    """The SHA-256 of a regular file; follows no link. OSError."""
    with os.fdopen(os.open(file, PLAIN), "rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def mark(found: os.stat_result) -> Mark:
    """A mark by which an untouched file is recognized later."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def _insist_elsewhere(file: Path, root: Path) -> None:
    """UsageError for a path that belongs to gouji itself, even with `force`."""
    place, state = Path(os.path.realpath(file.parent)), Path(os.path.realpath(root))
    if (place == state and OWN_NAME.match(file.name)) or any(
        place.is_relative_to(state / folder) for folder in OWN_FOLDERS
    ):
        raise UsageError(
            f"{file} lies among what gouji itself keeps in {root}; name another place",
            f"{file} 在 gouji 自己存放数据的地方（{root}）；请另写一个位置",
        )


def _replaceable(file: Path, known: set[str], *, force: bool) -> Mark | None:
    found = regular(file)
    if found is None:
        return None
    try:
        ours = force or sum_of(file) in known
    except OSError as error:
        raise GoujiError(
            f"cannot read {file}, which stands there: {error.strerror}",
            f"{file} 已经在了，却读不了：{reason(error)[1]}",
        ) from error
    if not ours:
        raise UsageError(
            f"{file} is there, and is not as gouji wrote it (or not gouji's at all); it stays as it is. "
            "Name another file, or --force to replace it",
            f"{file} 已经在了，不是 gouji 写的，或写后改过；不会动它。请另写一个名字，或加 --force 替换",
        )
    return mark(found)


def _place(part: Path, file: Path, before: Mark | None, *, own: bool) -> None:
    found = regular(file)
    if found is None and not own:
        if _appear(part, file):
            return
        found = regular(file)
    if not own and (mark(found) if found else None) != before:
        raise UsageError(
            f"{file} was changed while it was to be replaced; it stays as it is",
            f"正要替换时 {file} 被改动了；不会动它",
        )
    if found:
        part.chmod(stat.S_IMODE(found.st_mode))
    part.replace(file)
    _settle(file.parent)


def _appear(part: Path, file: Path) -> bool:
    """Gives the new file its final name; False if the name is already taken."""
    try:
        file.hardlink_to(part)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_HARD_LINKS or os.path.lexists(file):
            raise
        part.replace(file)
    _settle(file.parent)
    return True


@contextmanager
def _beside(file: Path, body: bytes, mode: int | None = None) -> Iterator[Path]:
    """The content, synced to disk under a temporary name in the same folder; removed unless it was renamed."""
    part = file.with_name(f".gouji-{os.getpid()}-{os.urandom(4).hex()}.part")
    handle = os.open(part, NEW, 0o666)
    try:
        try:
            if mode is not None:
                os.fchmod(handle, mode)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # marks it as in use: no sweep removes it
            left = memoryview(body)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
            yield part
        finally:
            os.close(handle)
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes temporary files of killed writers; a writer that is still working holds a lock on its file."""
    with os.scandir(folder) as entries:
        found = [(Path(entry.path), match) for entry in entries if (match := PART.fullmatch(entry.name))]
    for part, match in found:
        if not alive(int(match[1])):
            with suppress(OSError), os.fdopen(os.open(part, PLAIN), "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its writer may live in another container
                part.unlink()


def alive(process: int) -> bool:
    """Whether there is a process with this id, of any user."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _settle(folder: Path) -> None:
    """Syncs the folder, so that the new name is on the disk too, if the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lets one gouji process at a time change a file in this folder, for as short as possible."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _key(file: Path) -> str:
    return (Path(os.path.realpath(file.parent)) / file.name).as_uri()
