"""The engine of many machines: documents travel to the workers of a dask cluster, what came of them comes back.

From an archive that the workers reach they fetch the bytes themselves; from any other these go along.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from queue import SimpleQueue
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

from crawler.ground.archive import Archive, Shelf
from crawler.ground.contained import Failed, contained
from extract.engine.crew import Crew
from extract.engine.engine import Asked, Bounds, Coming, Outcome, Unfetched
from extract.engine.fetched import PAUSE, Fetched, Waiting, bodies
from extract.engine.house import LACKING
from extract.engine.suspects import Suspects
from extract.engine.worker import read_there, unpacked
from extract.model import Problem
from extract.readers import needs

AHEAD = 1024  # documents handed over before the one that is stored next
MOST_BYTES = 256 * 1024**2  # of bodies that are under way
POLL = 0.1  # seconds between two looks at what has come back: it is fetched together
SWEEP = 0.5  # the same at everything that is under way: whether it was lost, or nobody is left to read it
GONE = ("cancelled", "lost")  # what dask says of a task whose scheduler is not there any more


class ClusterEngine:
    """Reads with a crew of workers; GoujiError where nobody of them answers, or nobody there reads as we do."""

    ahead = AHEAD

    def __init__(self, crew: Crew, archive: Archive, bounds: Bounds, waiting: Waiting) -> None:
        self.crew, self.archive, self.bounds, self.waiting = crew, archive, bounds, waiting
        self.open: dict[str, _Piece] = {}
        self.suspects: Suspects[_Piece] = Suspects()
        self.carried = 0  # bytes that are under way
        self.back: SimpleQueue[str] = SimpleQueue()  # what came back; dask fills it from a thread of its own
        self.swept = 0.0

    def full(self) -> bool:
        return self.carried > MOST_BYTES

    def read(self, document: Asked) -> Coming:
        piece = _Piece(self, document, self.archive if self.archive.everywhere else bodies(self.archive, document))
        self.open[piece.name] = piece
        self.carried += piece.size
        return piece

    def well(self, tick: Callable[[], None]) -> bool:  # noqa: ARG002 - every engine is asked
        """Workers died at it one after the other, on more than one machine or in a process of their own."""
        return True

    def __enter__(self) -> "ClusterEngine":
        self.crew.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crew.close()

    def look(self) -> None:
        """Looks after the connection and what came back; now and then after every document that is under way."""
        present = self.crew.present()
        back = [self.open.get(self.back.get()) for _ in range(self.back.qsize())]
        swept = time.monotonic() - self.swept > SWEEP
        if present:
            some = self.open.values() if swept else filter(None, back)
            self._gather([piece for piece in some if piece.state() == "finished"])
        if not swept:
            return
        self.swept = time.monotonic()
        for piece in list(self.open.values()):
            if self.crew.out_of_patience():
                self.settle(piece, Failed("unavailable"))
            elif present:
                piece.look()
        for piece in self.suspects.next(any(one.future is not None for one in self.open.values())):
            piece.send()

    def settle(self, piece: "_Piece", outcome: Outcome) -> None:
        """A document is done."""
        piece.settled = outcome
        piece.future = None  # dask forgets the result with the last who holds it
        self.suspects.settle(piece)
        if self.open.pop(piece.name, None):
            self.carried -= piece.size

    def _gather(self, pieces: "Sequence[_Piece]") -> None:
        """Takes what came of these, all at once; where that fails, one by one at the next look."""
        if not pieces:
            return
        results = contained(lambda: self.crew.client.gather([piece.future for piece in pieces]))
        if not isinstance(results, Failed):
            for piece, result in zip(pieces, results, strict=True):
                piece.take(result)


class _Piece:
    """A document under way; sent again where its scheduler was lost, or its worker lacked what it needs or could not
    fetch its bytes."""

    def __init__(self, engine: ClusterEngine, document: Asked, shelf: Shelf) -> None:
        self.engine, self.document, self.shelf = engine, document, shelf
        self.size = shelf.size if isinstance(shelf, Fetched) else 0
        self.name = f"gouji-read-{document.sha256[:16]}-{uuid4().hex}"
        self.needs = _needs(shelf, document)
        self.future: Any = None
        self.not_before = 0.0  # when it may be sent again
        self.offers: list[str] = []
        self.able: frozenset[str] = frozenset()
        self.settled: Outcome | None = None
        self.send()

    def send(self) -> None:
        """Hands it to a worker that has what it needs, or, where nobody has, to any: it says then what is missing.

        Not where nobody reads: dask looks again at what it could give to nobody when a worker joins, but not when
        that has said what it offers.
        """
        offers = [self.engine.crew.house.base, *filter(None, map(self.engine.crew.offering, sorted(self.needs)))]
        self.future, self.able = None, self.engine.crew.able(offers)
        if self.able and self.engine.suspects.free(self):
            self.offers = offers
            sent = contained(
                lambda: self.engine.crew.client.submit(
                    read_there,
                    self.shelf,
                    self.document,
                    self.engine.bounds,
                    key=f"{self.name}-{uuid4().hex[:8]}",
                    pure=False,
                    resources=dict.fromkeys(offers, 1),
                )
            )
            if not isinstance(sent, Failed):
                self.future = sent
                contained(lambda: self.future.add_done_callback(lambda _: self.engine.back.put(self.name)))

    def state(self) -> str:
        return "lost" if self.future is None else str(self.future.status)

    def look(self) -> None:
        state = self.state()
        if state == "pending" and not self.able & self.engine.crew.able(self.offers):
            state = "lost"  # nobody is left of those who could read it when it was sent
        if state in GONE and time.monotonic() >= self.not_before:
            self.send()
        elif state == "error":
            failed = _failure(self.future.exception())
            if failed.cause == "killed" and not self.engine.suspects.accuse(self):
                self.future = None
            else:
                self.engine.settle(self, failed)

    def take(self, result: object) -> None:
        """What came of it; what lacked something goes to a worker that has it, if there is one."""
        outcome = unpacked(cast(bytes, result))
        if isinstance(outcome, Unfetched):
            self._wait(outcome)
            return
        self.engine.waiting.gave()
        lacking = {LACKING[problem.code] for problem in _problems(outcome) if problem.code in LACKING} - self.needs
        if any(self.engine.crew.offering(need) for need in lacking):
            self.needs |= lacking
            self.send()
        else:
            self.engine.settle(self, outcome)

    def _wait(self, why: Unfetched) -> None:
        if self.engine.waiting.goes_on(why):
            self.future, self.not_before = None, time.monotonic() + PAUSE
        else:
            self.engine.settle(self, why)

    def done(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.settled is None:
            self.engine.look()
            if self.settled is None and time.monotonic() >= end:
                return False
            if self.settled is None:
                time.sleep(POLL)
        return True

    def outcome(self) -> Outcome:
        while not self.done(1.0):
            pass
        return cast(Outcome, self.settled)


def _needs(shelf: Shelf, document: Asked) -> set[str]:
    """What its reader needs, as far as its bytes are here; else whoever lacks it says so."""
    found = contained(lambda: needs(shelf.read(document.sha256), document.url)) if isinstance(shelf, Fetched) else ""
    return {found} if isinstance(found, str) and found else set()


def _problems(outcome: Outcome) -> Sequence[Problem]:
    if isinstance(outcome, Failed | Unfetched):
        return ()
    return (outcome,) if isinstance(outcome, Problem) else outcome.problems


def _failure(error: BaseException | None) -> Failed:
    """What dask says of a document that killed its workers, or that could not be sent or brought back."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return Failed("killed", "dask")
    if error is None or isinstance(error, CancelledError):
        return Failed("unavailable")
    return Failed("error", f"{type(error).__name__}: {error}")
