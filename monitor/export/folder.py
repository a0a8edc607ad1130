"""Replaces a folder completely or not at all: the new one is written beside it and then swapped with the old one."""

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError, reason
from crawler.ground.privacy import outside
from monitor.export.standing import SUMS, FolderStanding, carry, discard, insist, survey

PACKAGE = "datapackage.json"
NAME = "gouji"  # the package's name, by which our exports are recognized
RENAME_EXCHANGE, AT_FDCWD = 2, -100


def is_export(folder: Path) -> bool:
    """Whether this folder is an export that we wrote (and so may be replaced by a newer one)."""
    try:
        data = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("name") == NAME


def check_target(target: Path, data: DataDir) -> None:
    """UsageError unless this folder is our own export, or free."""
    inside, home = target.resolve(), data.root.resolve()
    if home.is_relative_to(inside) and (inside == home or is_export(target)):
        raise UsageError(
            f"{target} holds the data directory; choose another folder",
            f"{target} 就是数据目录，或把它包在里面；请另选文件夹",
        )
    if any(inside.is_relative_to(own.resolve()) for own in data.folders):
        raise UsageError(
            f"{target} lies within the data directory's archive, warc or outbox; choose another folder",
            f"{target} 在数据目录的 archive、warc 或 outbox 之内；请另选文件夹",
        )
    if target.is_symlink() or (os.path.lexists(target) and not target.is_dir()):
        raise UsageError(
            f"{target} is no folder (a link, or a file); name a new folder or one with an earlier export",
            f"{target} 不是文件夹（是链接或文件）；请写一个新文件夹，或原来导出过的文件夹",
        )
    if target.is_dir() and any(target.iterdir()) and not is_export(target):
        raise UsageError(
            f"{target} holds other files and is left alone; name a new folder, or one with an earlier export",
            f"{target} 里有别的文件，不会动它；请写一个新文件夹，或原来导出过的文件夹",
        )


@contextmanager
def replacing(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Yields a new folder to write into; on success it replaces `target`, otherwise it is removed.

    Other people's files in `target` are kept. UsageError if one of ours was changed, unless `force`.
    """
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    before = survey(target) if target.is_dir() else FolderStanding()
    insist(target, before, force=force)
    partial = Path(mkdtemp(prefix=f".{target.name}.partial-", dir=parent))
    holder = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
    place = _Place(partial, target, before, force)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield partial
        _finish(partial)
        with _alone(parent):
            place.take()
    finally:
        if not place.taken:
            shutil.rmtree(partial, ignore_errors=True)
        os.close(holder)


class _Place:
    """The exchange of the old folder at `target` for the new one written beside it."""

    def __init__(self, partial: Path, target: Path, before: FolderStanding, force: bool) -> None:
        self.partial, self.target, self.before, self.force = partial, target, before, force
        self.taken = False

    def take(self) -> None:
        if not self.target.is_dir():
            self._rename(self.partial, self.target)
            return
        known = {**self.before.ours, **(self.before.changed if self.force else {})}
        now = survey(self.target, known)
        edited = {name for name in self.before.changed if name in now.ours}  # changed before, but not since
        now.changed.update((name, now.ours.pop(name)) for name in edited)
        insist(self.target, now, force=self.force and set(now.changed) == edited)
        going = carry(self.target, self.partial, now, force=self.force)
        self.partial.chmod(self.target.stat().st_mode & 0o7777)
        if _exchange(self.partial, self.target):
            self.taken = True
            discard(self.partial, self.target, going)
            return
        old = _old(self.target)
        self._rename(self.target, old)
        try:
            self._rename(self.partial, self.target)
        except GoujiError:
            old.rename(self.target)
            raise
        discard(old, self.target, going)

    def _rename(self, one: Path, other: Path) -> None:
        try:
            one.rename(other)
        except OSError as error:
            raise GoujiError(
                f"cannot put the export in its place {self.target}: {error.strerror}",
                f"导出放不到 {self.target}：{reason(error)[1]}",
            ) from error
        self.taken = one == self.partial


def _exchange(one: Path, other: Path) -> bool:
    """Swaps the names of two folders atomically, so that there is always one. False if the system cannot do that."""
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    return call is not None and call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0


def _old(target: Path) -> Path:
    return target.parent / f".{target.name}.old"


def _recover(target: Path) -> None:
    """Repairs what killed exports left behind."""
    old = _old(target)
    with _alone(target.parent):
        if old.is_dir() and not old.is_symlink():
            if not target.exists():
                old.rename(target)
            else:
                discard(old, target, survey(old).ours)
        _sweep(target)


def _sweep(target: Path) -> None:
    """Removes folders of killed exports beside the target; one that is still working holds a lock on its folder."""
    for leftover in target.parent.glob(f".{_literal(target.name)}.partial-*"):
        try:
            descriptor = os.open(leftover, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            # The list of sums is written last: without it everything is ours. With it, there may be others' files, or
            # this may be the old folder after the swap.
            if (leftover / SUMS).exists():
                discard(leftover, target, survey(leftover).ours)
            else:
                shutil.rmtree(leftover, ignore_errors=True)
        finally:
            os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets only one export at a time change names in this folder, for as short as possible."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _finish(folder: Path) -> None:
    """Sets permissions by the user's umask, and syncs the bytes to disk before the folder gets its final name."""
    mode = outside()
    for path in (folder, *folder.rglob("*")):
        path.chmod(mode | (mode & 0o444) >> 2 if path.is_dir() else mode)
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
