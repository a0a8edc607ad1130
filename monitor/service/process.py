"""Which process one is: a number alone is given to another one later, a number with its start is not (Linux; /proc)."""

import os
from pathlib import Path

PROC = Path("/proc")
STATE, STARTED = 0, 19  # fields of `stat`, counted behind the name of the command, which may hold anything
ENDED = "ZX"  # states of one that has ended and that nobody has asked about yet


def start(pid: int | None = None) -> int | None:
    """When the process began, in the system's ticks since it was started; None where there is none, or no /proc."""
    try:
        said = (PROC / str(pid or os.getpid()) / "stat").read_text(encoding="utf-8", errors="replace")
        fields = said.rpartition(")")[2].split()
        return None if fields[STATE] in ENDED else int(fields[STARTED])
    except (OSError, ValueError, IndexError):
        return None


def space() -> str:
    """Where our number means us: a container has numbers of its own. "" where that is not known."""
    try:
        return str((PROC / "self" / "ns" / "pid").readlink())
    except OSError:
        return ""


def gone(pid: int, began: int | None, where: str) -> bool:
    """Whether that process is surely no more; False too where it cannot be known from here."""
    if where != space() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # it is there, and not ours
        pass
    return began is not None and start(pid) != began
