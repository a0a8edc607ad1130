"""Identifies a process: its id may be reused later, but not its id together with its start time (Linux; /proc)."""

import os
from pathlib import Path

PROC = Path("/proc")
STATE, STARTED = 0, 19  # fields of `stat`, counted after the command's name, which may contain anything
ENDED = "ZX"  # states of a process that has ended but was not yet waited for


def start(pid: int | None = None) -> int | None:
    """When the process began, in ticks since the system's start; None if there is no such process, or no /proc."""
    try:
        said = (PROC / str(pid or os.getpid()) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = said.rpartition(")")[2].split()
        return None if fields[STATE] in ENDED else int(fields[STARTED])
    except (OSError, ValueError, IndexError):
        return None


def space() -> str:
    """The namespace in which our process id is valid, because containers have ids of their own; "" if unknown."""
    try:
        return str((PROC / "self" / "ns" / "pid").readlink())
    except OSError:
        return ""


def gone(pid: int, began: int | None, where: str) -> bool:
    """Whether that process has certainly ended; also False if that cannot be known from here."""
    if where != space() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # it exists, but belongs to another user
        pass
    return began is not None and start(pid) != began
