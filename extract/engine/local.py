"""The engine of one machine: a few processes, each killed from outside when its time is over."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from crawler.ground.archive import Archive
from crawler.ground.workers import GIVEN_UP, Pending, Workers
from extract.engine.engine import Asked, Bounds, Coming, Outcome, Unfetched
from extract.engine.fetched import PAUSE, Waiting, fetched
from extract.reading import SECONDS, is_well, read_archived

TICK = 0.5  # seconds between two looks at whether to go on
LANES = 2  # documents for each reader that are fetched or read at once, where the archive is not on this machine


class LocalEngine:
    """Reads with `workers` processes; `bounds` hold for each document, and not for the archive to answer."""

    ahead = 64

    def __init__(self, archive: Archive, workers: int, bounds: Bounds, waiting: Waiting) -> None:
        self.archive, self.waiting = archive, waiting
        self.pool = Workers(workers, seconds=bounds.seconds, memory=bounds.memory)
        self.lanes = ThreadPoolExecutor(LANES * workers, thread_name_prefix="fetch")
        self.ended = threading.Event()

    def full(self) -> bool:
        return False

    def read(self, document: Asked) -> Coming:
        if self.archive.everywhere:
            return Pending(self.lanes.submit(self._fetch_and_read, document))
        return self.pool.submit(read_archived, self.archive, *document)

    def _fetch_and_read(self, document: Asked) -> Outcome:
        while isinstance(found := fetched(self.archive, document), Unfetched):
            if not self.waiting.goes_on(found):
                return found
            if self.ended.wait(PAUSE):
                return GIVEN_UP
        self.waiting.gave()
        return self.pool.submit(read_archived, found, *document).outcome()

    def well(self, tick: Callable[[], None]) -> bool:
        """If what harms nobody is killed as well, the machine is to blame and not the document."""
        with Workers(1, seconds=SECONDS) as other:
            pending = other.submit(is_well)
            while not pending.done(TICK):
                tick()
            return pending.outcome() is True

    def __enter__(self) -> "LocalEngine":
        self.pool.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self.lanes.shutdown(wait=False, cancel_futures=True)
        self.pool.__exit__(kind, error, trace)
