"""How the time of a piece of work grows with its input: processor time, best of several, sizes doubled until it shows."""

import gc
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
FAR_TOO_LONG = 0.3  # seconds: what is steep and took so long at a small size meets no bound in time
LONG = 0.03  # seconds: what took so long and grew by more than a square need not be asked again
SHOWS = 0.004  # seconds: what takes longer is measured well enough to say how it grows
BRIEF = 0.05  # seconds: what is steep must have met its bound by then
MOST = 2.0  # seconds that one piece of work may take at all here
STEEP = 1.5  # the exponent above which work is not linear: 1 is linear, 2 is quadratic
ROUNDS = 6  # so often is what seems steep measured again
WHILE = 0.05  # seconds that the wait between two rounds grows by
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
    gc.disable()  # a look at all that there is, at whatever moment, is no part of the work
    try:
        began = time.thread_time()
        work()
        return time.thread_time() - began
    finally:
        gc.enable()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grown(
    work: Callable[[int], Callable[[], object]],
    *,
    start: int = 128,
    largest: int = LARGEST,
    shows: float = SHOWS,
    brief: float = BRIEF,
) -> Growth:
    """Doubles the size until the time shows or the largest is reached, and says how it grows from there.

    `work` makes the work of a size, untimed. What is steep has until `brief` to meet a bound of its own.
    """
    size, taken = start, 0.0
    try:
        while (taken := seconds(work(size))) < shows and size < largest:
            size *= 2
        if taken < shows:
            return Growth(size, taken, 0.0)
        found = _measured(work, size, 2)
        while found.steep:
            found = _measured(
                work, size // 2, 4
            )  # a wider look: a machine that is busy with other things makes no square
            if not found.steep or found.seconds > brief or size * 4 > largest:
                break
            size *= 2
        return found
    except OutOfTimeError:
        return Growth(size, MOST, math.inf)


def grown_text(
    make: Callable[[int], str],
    use: Callable[[str], object],
    *,
    largest: int,
    shows: float,
    brief: float = BRIEF,
) -> Growth:
    """The same of a text, its sizes in characters: `make` makes one of so many pieces."""
    per = max((len(make(200)) - len(make(100))) // 100, 1)

    def work(size: int) -> Callable[[], object]:
        text = make(max(size // per, 4))
        return lambda: use(text)

    return grown(work, start=2000, largest=largest, shows=shows, brief=brief)


def _measured(work: Callable[[int], Callable[[], object]], size: int, factor: int, rounds: int = ROUNDS) -> Growth:
    """The exponent of one growth of the size. A busy machine only ever adds time: steep is what stays so however
    often the least time of both sizes is looked for, in turn and with a while between."""
    small = large = math.inf
    try:
        for again in range(rounds):
            small = min(small, *(seconds(work(size)) for _ in range(3)))
            large = min(large, *(seconds(work(size * factor)) for _ in range(2)))
            exponent = math.log(max(large, 1e-9) / max(small, 1e-9), factor)
            if exponent <= STEEP:
                break
            time.sleep(WHILE * again)
    except OutOfTimeError:
        return Growth(size * factor, MOST, math.inf)
    return Growth(size * factor, large, exponent)


def driven(pattern: AnyPattern, method: str, text: str) -> Callable[[], object]:
    """A method of a pattern upon a text, to the end."""
    given = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    if method in OVER_AND_OVER:
        return lambda: deque(pattern.finditer(given), maxlen=0)  # type: ignore[arg-type]  # text and pattern are both str or both bytes
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
        if other > max(LONG, factor * factor * one):  # what is bounded in depth would seem linear further on
            found = _measured(work, small, factor)
            if not found.steep:
                return None
            if found.seconds > FAR_TOO_LONG:  # it need not be asked again at larger sizes, where a bound may be
                return found
        sizes = [small * factor]
        while sizes[-1] * 4 <= largest:
            sizes.append(sizes[-1] * 2)
        # One look at each size before any of them is looked at again: what meets a bound meets it at a large one,
        # and only what is steep at all of them is worth the rounds.
        for rounds in (1, ROUNDS):
            if not all(_measured(work, size, 2, rounds).steep for size in reversed(sizes)):
                return None
        found = _measured(work, small, sizes[-1] * 2 // small)
        return found if found.steep else None
    except OutOfTimeError:
        return Growth(small * factor, MOST, math.inf)
