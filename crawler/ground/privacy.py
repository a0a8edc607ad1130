"""File permissions: gouji's state is readable to those who may read its folder; other files follow the user's umask."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from crawler.ground.errors import GoujiError, UsageError, reason

PRIVATE = 0o700
SHARED = 0o2770  # shared with a group: new files in it belong to the group, too
_given: list[int] = []  # the umask that the process was started with, once it has been replaced


def confine(root: Path) -> None:
    """From now on, new files (SQLite's logs, locks, mails) are closed to everybody to whom the folder is closed.

    The folder's own mode says who that is; a folder that does not exist yet will be private to its owner.
    """
    try:
        mode = stat.S_IMODE(root.stat().st_mode)
    except OSError:
        mode = PRIVATE
    before = os.umask(~(mode | PRIVATE) & 0o777)
    if not _given:
        _given.append(before)


def outside() -> int:
    """The mode of a new file outside our state: what the user's umask allows."""
    umask = _given[0] if _given else os.umask(0o077)
    if not _given:
        os.umask(umask)
    return 0o666 & ~umask


def open_to(root: Path) -> str:
    """Who besides the owner may look into the folder: "" (nobody), `group`, `everybody`."""
    mode = stat.S_IMODE(root.stat().st_mode)
    return "everybody" if mode & 0o007 else "group" if mode & 0o070 else ""


def make_private(root: Path) -> None:
    """Makes the folder, private to its owner, whatever the umask. An existing one is left as it is. OSError."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        root.mkdir(PRIVATE)
        root.chmod(PRIVATE)


def make_shared(root: Path, group: str) -> None:
    """Makes the folder for a group, whose members read and write there. UsageError if it exists already."""
    if os.path.lexists(root):
        raise UsageError(
            f"{root} is there already, and stays as it is; give it to the group with: "
            f"chgrp -R {group} {root}; chmod 2770 {root}",
            f"{root} 已经在了，不会动它；要交给这个组：chgrp -R {group} {root}; chmod 2770 {root}",
        )
    try:
        make_private(root)
        shutil.chown(root, group=group)
        root.chmod(SHARED)
    except LookupError as error:
        root.rmdir()
        raise UsageError(f"there is no group '{group}' on this machine", f"本机没有组 '{group}'") from error
    except OSError as error:
        with suppress(OSError):
            root.rmdir()
        raise GoujiError(
            f"cannot make {root} for the group {group}: {error.strerror}; you must be a member of it",
            f"建不了归组 {group} 所有的 {root}：{reason(error)[1]}；须是该组成员",
        ) from error
    confine(root)
