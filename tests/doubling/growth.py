"""How the time of a piece of work grows with its input: processor time, best of several, sizes doubled until it shows."""

import math
import re
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from tests.doubling.sites import OVER_AND_OVER, AnyPattern

LARGEST = 65_536
LONG = 0.03  # seconds: what took so long and grew by more than a square need not be asked again
SHOWS = 0.004  # seconds: what takes longer is measured well enough to say how it grows
MOST = 2.0  # seconds that one piece of work may take at all here
STEEP = 1.5  # the exponent above which work is not linear: 1 is linear, 2 is quadratic
QUICK = 0.00003  # seconds: what takes less says nothing of growth
STEEPER = 1.6  # how much more than the size the time may grow in a quick look


@dataclass(frozen=True)
class Growth:
    """What was seen: the size and seconds of the largest input driven, and the exponent of the last doublings."""

    size: int
    seconds: float
    exponent: float

    @property
    def steep(self) -> bool:
        return self.exponent > STEEP

    def __str__(self) -> str:
        return f"{self.size:,} characters take {self.seconds:.3f} s, growing as n^{self.exponent:.1f}"


class OutOfTimeError(BaseException):  # nothing within the work may hold it
    """A piece of work took longer than MOST."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError


def seconds(work: Callable[[], object]) -> float:
    """The processor time of a piece of work; raises OutOfTimeError beyond MOST (where Python can be interrupted)."""
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST)
    try:
        began = time.thread_time()
        work()
        return time.thread_time() - began
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grown(
    work: Callable[[int], Callable[[], object]], *, start: int = 128, largest: int = LARGEST, shows: float = SHOWS
) -> Growth:
    """Doubles the size until the time shows or the largest is reached. `work` makes the work of a size, untimed."""
    size, taken = start, [(0, 0.0)]
    while True:
        try:
            taken.append((size, seconds(work(size))))
        except OutOfTimeError:
            return Growth(size, MOST, math.inf)
        if taken[-1][1] >= shows or size >= largest:
            break
        size *= 2
    if taken[-1][1] < shows:
        return Growth(size, taken[-1][1], 0.0)
    return _sure(work, size, largest)


def _sure(work: Callable[[int], Callable[[], object]], size: int, largest: int) -> Growth:
    """The exponent between a size and four times as much (a bound within the work shows by then), best of three each."""
    try:
        small = min(seconds(work(size)) for _ in range(3))
        for factor in (2, 4):
            large = min(seconds(work(size * factor)) for _ in range(2))
            exponent = math.log(max(large, 1e-9) / max(small, 1e-9), factor)
            if exponent < STEEP or size * factor * 2 > largest:
                break
    except OutOfTimeError:
        return Growth(size * 4, MOST, math.inf)
    return Growth(size * factor, large, exponent)


def driven(pattern: AnyPattern, method: str, text: str) -> Callable[[], object]:
    """A method of a pattern upon a text, to the end."""
    given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    if method in OVER_AND_OVER:
        return lambda: deque(pattern.finditer(given), maxlen=0)  # type: ignore[arg-type]
    return lambda: getattr(re.Pattern, method)(pattern, given)


def rising(work: Callable[[int], Callable[[], object]], small: int = 256, factor: int = 8) -> bool:
    """A quick look at two sizes: whether time grows by more than the size does, or shows at all."""
    try:
        one, other = seconds(work(small)), seconds(work(small * factor))
        if one < SHOWS / 2 and (other < QUICK or other < STEEPER * factor * one):
            return False
        if other > SHOWS / 2:
            return True
        return min(seconds(work(small * factor)) for _ in range(3)) > STEEPER * factor * min(
            seconds(work(small)) for _ in range(3)
        )
    except OutOfTimeError:
        return True


def growing(work: Callable[[int], Callable[[], object]], small: int, factor: int, largest: int) -> Growth | None:
    """A quick look at two sizes of work that is never free, then a long one; None where it is linear."""
    try:
        one, other = seconds(work(small)), seconds(work(small * factor))
        if other < STEEPER * factor * one or other < SHOWS:
            return None
        one = min(one, *(seconds(work(small)) for _ in range(3)))
        other = min(other, *(seconds(work(small * factor)) for _ in range(2)))
        if other < STEEPER * factor * one:
            return None
        size, before = small * factor, other
        if other > max(LONG, factor * factor * one):
            return Growth(
                size, other, math.log(other / one, factor)
            )  # no need to go on: what is bounded in depth would seem linear
        while size * 2 <= largest:
            after = min(seconds(work(size * 2)) for _ in range(2))
            exponent = math.log2(max(after, 1e-9) / max(before, 1e-9))
            size, before = size * 2, after
            if exponent < STEEP:
                return None
        return Growth(size, before, math.log(before / one, size / small))
    except OutOfTimeError:
        return Growth(small * factor, MOST, math.inf)
