"""The work on answers, in processes of its own: so many at once, each counted before it begins, all others go on."""

import asyncio
import os
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, Protocol, TypeVar

from crawler.crawl.page_worker import PageWorker
from crawler.ground.contained import Failed
from crawler.ground.reasons import Detail, Reason
from crawler.ground.workers import MEBIBYTE

P = ParamSpec("P")
T = TypeVar("T")

# A page of 8 MB with its tree takes a quarter of it.
MEMORY = 1024 * MEBIBYTE
# With two, one page that takes its time keeps nobody waiting.
FEWEST, MOST = 2, 4
# A process is started so often for one answer, where none lives to read it.
STARTS = 3


class WorkMark(Protocol):
    """Says of a piece of work that it is under way in one of the places, from 0 on."""

    def begin(self, place: int) -> None:
        """Called when its turn has come."""

    def end(self, place: int) -> None:
        """Called when it is over, whatever came of it."""


class Unmarked:
    """The mark of work that nobody takes up again."""

    def begin(self, place: int) -> None:
        """Nothing to be said."""

    def end(self, place: int) -> None:
        """Nothing to be said."""


class PageWorkers:
    """Processes that read pages; close it with `with`. The first starts at once, the others when they are needed."""

    def __init__(self, prepare: Callable[[], None], *, seconds: float = 30.0, memory: int = MEMORY) -> None:
        count = min(max(FEWEST, os.cpu_count() or 1), MOST)
        self.each = [PageWorker(seconds=seconds, memory=memory, prepare=prepare) for _ in range(count)]
        self.free: asyncio.LifoQueue[PageWorker] = asyncio.LifoQueue()
        for one in reversed(self.each):
            self.free.put_nowait(one)
        # Pieces of work that were brought and are not done.
        self.under_way = 0
        self.closed = False
        self.each[0].launch()

    def bound(self, seconds: float) -> None:
        """Sets the time for the work on one page."""
        for one in self.each:
            one.seconds = seconds

    async def read(self, mark: WorkMark, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        """What came of a piece of work, which bears its mark while it is under way."""
        self.under_way += 1
        try:
            return await self._read(mark, work, *args, **kwargs)
        finally:
            self.under_way -= 1

    async def _read(self, mark: WorkMark, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        one = await self.free.get()
        place = self.each.index(one)
        outcome: T | Failed = Failed("unavailable")
        for _ in range(STARTS):
            if not self.closed and await one.stands_ready():
                mark.begin(place)
                outcome = await one.do(work, *args, **kwargs)
            if self.closed or not isinstance(outcome, Failed) or outcome.cause != "unavailable":
                break
        if not self.closed:  # what is under way at the end keeps its mark
            mark.end(place)
            self.free.put_nowait(one)
        return outcome

    def close(self) -> None:
        """Ends the processes, whatever they are at; what was under way is `unavailable`."""
        self.closed = True
        for one in self.each:
            one.close()

    def __enter__(self) -> "PageWorkers":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def ended(failed: Failed) -> Detail:
    """What is to be said of work that did not come to its end, but for an error of ours; with how it was ended."""
    why = Reason(failed.cause)
    return (Reason("ended_with", why=why, how=failed.detail) if failed.detail else why,)
