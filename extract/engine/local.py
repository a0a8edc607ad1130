"""The engine of one machine: a few processes, each killed from outside when its time is over."""

from collections.abc import Callable
from types import TracebackType

from crawler.ground.archive import Archive
from crawler.ground.workers import Pending, Workers
from extract.engine.engine import Asked, Bounds
from extract.model import Problem, Report
from extract.reading import SECONDS, is_well, read_archived

TICK = 0.5  # seconds between two looks at whether to go on


class LocalEngine:
    """Reads with `workers` processes; `bounds` hold for each document."""

    ahead = 64

    def __init__(self, archive: Archive, workers: int, bounds: Bounds) -> None:
        self.archive = archive
        self.pool = Workers(workers, seconds=bounds.seconds, memory=bounds.memory)

    def full(self) -> bool:
        return False

    def read(self, document: Asked) -> Pending[Report | Problem]:
        return self.pool.submit(read_archived, self.archive, *document)

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
        self.pool.__exit__(kind, error, trace)
