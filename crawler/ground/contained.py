"""Contains the failure of one input: whatever goes wrong in the work on it becomes a value, and the others go on."""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from crawler.ground.errors import Both

log = logging.getLogger(__name__)

T = TypeVar("T")

# `unavailable`: no worker lived long enough to begin, so nothing is known about the input.
Cause = Literal["too_slow", "out_of_memory", "killed", "error", "unavailable"]

CAUSES: Mapping[Cause, Both] = {
    "too_slow": ("it took too long and was ended", "用时过长，已中止"),
    "out_of_memory": ("there was not enough memory", "内存不足"),
    "killed": ("its process was ended", "进程被终止"),
    "error": ("an error that says nothing of itself", "出错，没有说明"),
    "unavailable": ("no process could be started for it", "开不了工作进程"),
}

# SQLite errors about one statement and its values. Any other (full disk, lock, damaged file) concerns all inputs.
OWN = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_MISUSE,
    }
)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a piece of work did not finish; `detail` is foreign text (of an exception, an exit status)."""

    cause: Cause
    detail: str = ""

    @property
    def words(self) -> Both:
        """The foreign text unchanged, if there is one; else the cause, in English and Chinese."""
        return (self.detail, self.detail) if self.detail else CAUSES[self.cause]


def contained(work: Callable[[], T], *, beyond: tuple[type[Exception], ...] = ()) -> T | Failed:
    """The result of `work`, or how it failed. Errors of the types `beyond` concern more than this input and are raised.

    So are errors of the database itself.
    """
    try:
        return work()
    except beyond:
        raise
    except MemoryError:
        return Failed("out_of_memory")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF not in OWN:
            raise
        return Failed("error", f"{type(error).__name__}: {error}")
    except Exception as error:  # the boundary of one input: any error here is the failure of that input only
        log.debug("contained", exc_info=True)
        return Failed("error", f"{type(error).__name__}: {error}")
