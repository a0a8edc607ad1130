"""One input's failure is its own: whatever goes wrong while one is worked on becomes a value, and the others go on."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

# `unavailable`: no worker lived long enough to begin; it says nothing about the input.
Cause = Literal["too_slow", "out_of_memory", "killed", "error", "unavailable"]


@dataclass(frozen=True, slots=True)
class Failed:
    """What kept a piece of work from its end; `detail` is somebody else's text (an exception, an exit status)."""

    cause: Cause
    detail: str = ""


class Stopped(Exception):  # noqa: N818  # an orderly end, no error
    """We were asked to end: what is stored stays, the rest is made up later. It is nobody's failure."""


def contained(work: Callable[[], T], *, beyond: tuple[type[Exception], ...] = ()) -> T | Failed:
    """What `work` gives, or how it failed. Errors of the kinds `beyond` concern more than this input and are raised."""
    try:
        return work()
    except Stopped:
        raise
    except beyond:
        raise
    except MemoryError:
        return Failed("out_of_memory")
    except Exception as error:  # the edge of one input: whatever it does to our code is its own
        log.debug("contained", exc_info=True)
        return Failed("error", f"{type(error).__name__}: {error}")
