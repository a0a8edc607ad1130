"""The work on answers, in processes of its own: so many at once, each counted before it begins, all others go on."""

import asyncio
import os
import threading
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, Protocol, TypeVar

from crawler.contained import Failed
from crawler.workers import MEBIBYTE, Workers

P = ParamSpec("P")
T = TypeVar("T")

# A page of 8 MB with its tree takes a quarter of it.
MEMORY = 1024 * MEBIBYTE
# With two, one page that takes its time keeps nobody waiting.
FEWEST, MOST = 2, 4
# A process that could not be kept alive is started anew so often for one answer.
RENEWALS = 2
# Seconds that a process may take to start: beyond these and the time for the work, none is there.
STARTING = 30.0


class Mark(Protocol):
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


class Readers:
    """Processes that read pages; close it with `with`. The first starts at once, the others when they are needed."""

    def __init__(self, prepare: Callable[[], None], *, seconds: float = 30.0, memory: int = MEMORY) -> None:
        count = min(max(FEWEST, os.cpu_count() or 1), MOST)
        self.pools = [Workers(1, seconds=seconds, memory=memory, prepare=prepare) for _ in range(count)]
        self.seconds = seconds
        self.free: asyncio.LifoQueue[Workers] = asyncio.LifoQueue()
        for pool in reversed(self.pools):
            self.free.put_nowait(pool)
        self.closed = False
        self.closing: list[threading.Thread] = []
        self.prepare = prepare
        # Those whose process is known to be there: work that waits for one to start has not begun.
        self.ready: set[Workers] = set()
        self.pools[0].submit(prepare)

    def bound(self, seconds: float) -> None:
        """Sets the time for the work on one page."""
        self.seconds = seconds
        for pool in self.pools:
            pool.seconds = seconds

    async def read(self, mark: Mark, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        """What came of a piece of work, which bears its mark while it is under way."""
        pool = await self.free.get()
        place, begun = self.pools.index(pool), False
        outcome: T | Failed = Failed("unavailable")
        for _ in range(RENEWALS + 1):
            if not self.closed and await self._started(pool):
                if not begun:
                    mark.begin(place)
                    begun = True
                outcome = await pool.submit(work, *args, **kwargs).arrives(self.seconds + STARTING)
            if not isinstance(outcome, Failed) or outcome.cause == "error" or self.closed:
                break
            self.ready.discard(pool)
            if outcome.cause != "unavailable":
                break
            await asyncio.get_running_loop().run_in_executor(None, pool.renew)
        if not self.closed:  # what was under way at the end keeps its mark
            mark.end(place)
            self.free.put_nowait(pool)
        return outcome

    async def _started(self, pool: Workers) -> bool:
        if pool not in self.ready and await pool.submit(self.prepare).arrives(STARTING) is None:
            self.ready.add(pool)
        return pool in self.ready

    def close(self) -> None:
        """Has the processes ended, whatever they are at; what was under way is `unavailable`."""
        if not self.closed:
            self.closed = True
            self.closing = [threading.Thread(target=pool.close) for pool in self.pools]  # each takes a moment
            for one in self.closing:
                one.start()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.close()
        for one in self.closing:
            one.join()
