"""A folder that is there whole or not at all: written beside its place and renamed into it."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from crawler.data import DataDir
from crawler.errors import GoujiError, UsageError

PACKAGE = "datapackage.json"
NAME = "gouji"  # of the package, by which an export of ours is recognized


def is_export(folder: Path) -> bool:
    """Whether this folder is an export that we wrote (and so may be replaced by a newer one)."""
    try:
        data = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("name") == NAME


def check_target(target: Path, data: DataDir) -> None:
    """UsageError unless this folder is ours to replace, or free."""
    inside = target.resolve()
    if any(inside == own.resolve() or inside.is_relative_to(own.resolve()) for own in (data.archive, data.outbox)):
        raise UsageError(f"{target} lies within the data directory's archive or outbox; choose another folder",
                         f"{target} 在数据目录的 archive 或 outbox 之内；请另选文件夹")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError(f"{target} is no folder; name a new folder or one with an earlier export",
                         f"{target} 不是文件夹；请写一个新文件夹，或原来导出过的文件夹")
    if target.is_dir() and any(target.iterdir()) and not is_export(target):
        raise UsageError(f"{target} holds other files and is left alone; name a new folder, or one with an earlier "
                         "export",
                         f"{target} 里有别的文件，不会动它；请写一个新文件夹，或原来导出过的文件夹")


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A new folder to write into; when all went well it takes the place of `target`, otherwise it goes."""
    parent = target.parent
    parent.mkdir(parents=True, exist_ok=True)
    old = parent / f".{target.name}.old"
    # A kill between the two renames below left the old export under this name.
    if old.is_dir() and not target.exists():
        old.rename(target)
    _sweep(parent, target.name)
    partial = Path(mkdtemp(prefix=f".{target.name}.partial-", dir=parent))
    holder = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        partial.chmod(0o755)
        yield partial
        _sync(partial)
        _swap(partial, target, old)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(holder)


def _swap(partial: Path, target: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    try:
        partial.rename(target)
    except OSError as error:
        if old.is_dir():
            old.rename(target)
        raise GoujiError(f"cannot put the export in its place {target}: {error.strerror}",
                         f"导出放不到 {target}：{error.strerror}") from error
    shutil.rmtree(old, ignore_errors=True)


def _sweep(parent: Path, name: str) -> None:
    """Removes what killed exports left; one that is still at work holds its folder."""
    for leftover in parent.glob(f".{_literal(name)}.partial-*"):
        try:
            descriptor = os.open(leftover, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(leftover, ignore_errors=True)
        finally:
            os.close(descriptor)


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _sync(folder: Path) -> None:
    """The bytes are on the disk before the name says that they are there."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
