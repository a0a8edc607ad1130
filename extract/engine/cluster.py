"""The engine of many machines: documents travel to the workers of a dask cluster, what came of them comes back.

From an archive that the workers reach they fetch the bytes themselves; from any other these go along. Small documents
travel together, of those that are fetched the pages: what dask takes for a task is a good part of what reading one of
them takes.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from queue import SimpleQueue
from types import TracebackType
from typing import Any, cast
from uuid import uuid4

from crawler.ground.archive import Archive, Shelf
from crawler.ground.contained import Failed, contained
from crawler.ground.urls import FILE_LIKE
from extract.engine.crew import Crew
from extract.engine.engine import Asked, Bounds, Coming, Outcome, Unfetched, Unrecognized
from extract.engine.fetched import PAUSE, Fetched, Waiting, bodies
from extract.engine.house import lacks
from extract.engine.suspects import Suspects
from extract.engine.worker import Came, read_there, unpacked
from extract.model import Problem, Report
from extract.readers import needs

AHEAD = 1024  # documents handed over before the one that is stored next
MOST_BYTES = 256 * 1024**2  # of bodies that are under way
SEVERAL = 8  # small documents that make one task at most: about a third of a second of reading
SMALL = 1024**2  # bytes that they have together
POLL = 0.1  # seconds between two looks at what has come back: it is fetched together
SWEEP = 0.5  # the same at everything that is under way: whether it was lost, or nobody is left to read it
BRINGING = 30.0  # seconds that results may take to come over: whoever had them may have died meanwhile
GONE = ("cancelled", "lost")  # what dask says of a task whose scheduler is not there any more


class ClusterEngine:
    """Reads with a crew of workers; GoujiError where nobody of them answers, or nobody there reads as we do."""

    ahead = AHEAD

    def __init__(self, crew: Crew, archive: Archive, bounds: Bounds, waiting: Waiting) -> None:
        self.crew, self.archive, self.bounds, self.waiting = crew, archive, bounds, waiting
        self.open: dict[str, _Piece] = {}
        self.suspects: Suspects[_Piece] = Suspects()
        self.carried = 0  # bytes that are under way
        self.outgoing: list[_Piece] = []  # what is to be sent next
        self.back: SimpleQueue[_Task] = SimpleQueue()  # what came back; dask fills it from a thread of its own
        self.swept = 0.0

    def full(self) -> bool:
        return self.carried > MOST_BYTES

    def read(self, document: Asked) -> Coming:
        piece = _Piece(self, document, self.archive if self.archive.everywhere else bodies(self.archive, document))
        self.open[piece.name] = piece
        self.carried += piece.size
        self.outgoing.append(piece)
        if len(self.outgoing) >= SEVERAL:
            self._send()
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
        back = [self.back.get() for _ in range(self.back.qsize())]
        swept = time.monotonic() - self.swept > SWEEP
        if present:
            self._gather([task for task in (self._tasks() if swept else back) if task.state() == "finished"])
        if swept:
            self.swept = time.monotonic()
            self._sweep(present)
        if present:
            self._send()

    def settle(self, piece: "_Piece", outcome: Outcome) -> None:
        """A document is done."""
        piece.settled = outcome
        piece.task = None  # dask forgets the result with the last who holds it
        self.suspects.settle(piece)
        if self.open.pop(piece.name, None):
            self.carried -= piece.size

    def _tasks(self) -> "Sequence[_Task]":
        """All that are under way."""
        return [*{piece.task: None for piece in self.open.values() if piece.task}]

    def _sweep(self, present: bool) -> None:
        if self.crew.out_of_patience():
            for piece in [*self.open.values()]:
                self.settle(piece, Failed("unavailable"))
        elif present:
            for task in self._tasks():
                task.look()
        self.suspects.next(bool(self._tasks()))
        self.outgoing = [piece for piece in self.open.values() if time.monotonic() >= piece.not_before]

    def _send(self) -> None:
        """Sends what is to be sent and may be; whatever is not sent now is found by the next sweep."""
        pieces, self.outgoing = self.outgoing, []
        for some in _together(piece for piece in pieces if piece.task is None and self.suspects.free(piece)):
            self._start(some)

    def _start(self, pieces: "Sequence[_Piece]") -> None:
        """Hands these to a worker that has what they need, or, where nobody has, to any: it says then what is missing.

        Not where nobody reads: dask looks again at what it could give to nobody when a worker joins, but not when
        that has said what it offers.
        """
        needs = sorted({need for piece in pieces for need in piece.needs})
        offers = [self.crew.house.base, *filter(None, map(self.crew.offering, needs))]
        if not self.crew.able(offers):
            return
        future = contained(
            lambda: self.crew.client.submit(
                read_there,
                [(piece.shelf, piece.document) for piece in pieces],
                self.bounds,
                key=f"{pieces[0].name}-{uuid4().hex[:8]}",
                pure=False,
                resources=dict.fromkeys(offers, 1),
            )
        )
        if not isinstance(future, Failed):
            _Task(self, pieces, future, offers)

    def _gather(self, tasks: "Sequence[_Task]") -> None:
        """Takes what came of these, all at once; where that fails, what is still there at the next sweep.

        Results die with the worker that has them. Dask begins anew then, and waits for a worker that may never come.
        """
        if not tasks:
            return
        client, futures = self.crew.client, [task.future for task in tasks]
        coming = lambda: client.gather(futures, asynchronous=True)  # noqa: E731  # begun by dask's own thread
        results = contained(lambda: client.sync(coming, callback_timeout=BRINGING))
        if not isinstance(results, Failed):
            for task, result in zip(tasks, results, strict=True):
                task.take(result)


class _Task:
    """Documents that were sent together, and what dask knows of them."""

    def __init__(self, engine: ClusterEngine, pieces: "Sequence[_Piece]", future: Any, offers: Sequence[str]) -> None:
        self.engine, self.pieces, self.future, self.offers = engine, pieces, future, offers
        self.able = engine.crew.able(offers)
        self.blind = engine.crew.is_blind()  # when it was sent: somebody may have come since
        for piece in pieces:
            piece.task = self
        contained(lambda: future.add_done_callback(lambda _: engine.back.put(self)))

    def state(self) -> str:
        return str(self.future.status)

    def look(self) -> None:
        """Gives up what was lost, so that it is sent again, and what failed, so that each is tried by itself."""
        state = self.state()
        if state == "pending" and not self.able & self.engine.crew.able(self.offers):
            state = "lost"  # nobody is left of those who could read it when it was sent
        if state == "error":
            failed = _failure(contained(lambda: self.future.exception(BRINGING)))
            for piece in self.pieces:
                piece.fail(failed)
        elif state in GONE:
            for piece in self.pieces:
                piece.task = None

    def take(self, results: object) -> None:
        """What came of each."""
        for piece, result in zip(self.pieces, cast(Sequence[Came], results), strict=True):
            if piece.task is self:
                piece.take(unpacked(result))


class _Piece:
    """A document under way; sent again where its scheduler was lost, or its worker lacked what it needs or could not
    fetch its bytes."""

    def __init__(self, engine: ClusterEngine, document: Asked, shelf: Shelf) -> None:
        self.engine, self.document, self.shelf = engine, document, shelf
        self.size = shelf.size if isinstance(shelf, Fetched) else 0
        self.name = f"gouji-read-{document.sha256[:16]}-{uuid4().hex}"
        self.needs = _needs(shelf, document)
        # Whether nothing else travels with it: what is recognized in pictures takes seconds for each.
        self.alone = bool(self.needs or document.parts) or not (self.size or _is_page(shelf, document))
        self.task: _Task | None = None
        self.not_before = 0.0  # when it may be sent again
        self.settled: Outcome | None = None

    def fail(self, failed: Failed) -> None:
        """It did not come back, or something that was sent with it did not: then it is tried by itself."""
        guilty = self.engine.suspects.accuse(self) if failed.cause == "killed" else self.alone
        self.task, self.alone = None, True
        if guilty:
            self.engine.settle(self, failed)

    def take(self, outcome: Outcome) -> None:
        """What came of it; what lacked something goes to a worker that has it, if there is one; what nobody there
        could recognize is no last word."""
        if isinstance(outcome, Unfetched):
            self._wait(outcome)
            return
        self.engine.waiting.gave()
        lacking = set(map(lacks, _problems(outcome))) - {""}
        blind = self.engine.crew.is_blind() or (self.task is not None and self.task.blind)
        if any(map(self.engine.crew.only_some, lacking - self.needs)):
            self.needs |= lacking
            self.task, self.alone = None, True
            self.engine.outgoing.append(self)
        elif isinstance(outcome, Report | Problem) and "ocr" in lacking and blind:
            self.engine.crew.tell_unrecognized()
            self.engine.settle(self, Unrecognized(outcome))
        else:
            self.engine.settle(self, outcome)

    def _wait(self, why: Unfetched) -> None:
        if self.engine.waiting.goes_on(why):
            self.task, self.alone, self.not_before = None, True, time.monotonic() + PAUSE
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


def _together(pieces: "Iterable[_Piece]") -> "Iterator[Sequence[_Piece]]":
    """Small documents together, each other by itself."""
    some: list[_Piece] = []
    for piece in pieces:
        if piece.alone:
            yield [piece]
            continue
        if len(some) == SEVERAL or sum(one.size for one in some) + piece.size > SMALL:
            yield some
            some = []
        some.append(piece)
    if some:
        yield some


def _is_page(shelf: Shelf, document: Asked) -> bool:
    """Whether it is a page, as far as its address tells, whose bytes do not travel: such are small."""
    return not isinstance(shelf, Fetched) and not FILE_LIKE.search(document.url)


def _needs(shelf: Shelf, document: Asked) -> set[str]:
    """What its reader needs, as far as its bytes are here; else whoever lacks it says so."""
    found = contained(lambda: needs(shelf.read(document.sha256), document.url)) if isinstance(shelf, Fetched) else ""
    return {found} if isinstance(found, str) and found else set()


def _problems(outcome: Outcome) -> Sequence[Problem]:
    if isinstance(outcome, Report):
        return outcome.problems
    return (outcome,) if isinstance(outcome, Problem) else ()


def _failure(error: BaseException | Failed | None) -> Failed:
    """What dask says of a document that killed its workers, or that could not be sent or brought back."""
    from distributed import KilledWorker

    if isinstance(error, Failed):  # it does not say
        return Failed("unavailable")
    if isinstance(error, KilledWorker):
        return Failed("killed", "dask")
    if error is None or isinstance(error, CancelledError):
        return Failed("unavailable")
    return Failed("error", f"{type(error).__name__}: {error}")
