"""Runs work on foreign input in separate processes that are killed from outside: a failure costs only that input.

A signal does not interrupt native code, and a process that runs out of memory loses its work; so the work is done in
workers that are killed when their time is over, and the cause of each end is recorded. Each worker has a pipe
of its own: one that dies in the middle of a message, or while it takes a lock, cannot block the others.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from multiprocessing.util import Finalize
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, ParamSpec, TypeVar, cast

from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError

P = ParamSpec("P")
T = TypeVar("T")

MEBIBYTE = 1024 * 1024
MEMORY = 2048 * MEBIBYTE  # address space of one worker, in bytes
STARTS = 3  # after this many workers in a row that die before they begin to work, the machine is to blame
START = 60.0  # seconds within which a worker must be ready
LOOK = 0.1  # seconds between two checks whether the work is still wanted
GIVEN_UP = Failed("unavailable", "given up")
MORE = b"+"  # begins a worker's message that asks for more time; a result is pickled and begins otherwise
MOST_MORE = 3600.0  # seconds that a piece may be granted beyond its bound, however it asks
NOT_BEGUN = object()  # no worker took the piece; an object of its own, because a result may be anything, also None

Call = tuple[Callable[..., object], tuple[object, ...], dict[str, object]]


class Workers:
    """A few processes that do one piece of work after the other; use it with `with`, which ends unfinished work.

    `seconds` limits each piece by the machine's own clock, `memory` each worker: bytes of address space beyond what it
    has when it begins, which is what the main module imports. `prepare` runs once in each worker. There are never more
    workers than pieces. A worker that dies or is killed is replaced, and only what it was working on is lost; if none
    can be kept alive, every piece ends as `unavailable`.
    """

    def __init__(
        self, count: int, *, seconds: float, memory: int = MEMORY, prepare: Callable[[], None] | None = None
    ) -> None:
        self.count, self.seconds = max(1, count), seconds
        self.beginning = (memory, prepare)
        self.broken = ""
        self.stopped = False
        self.pieces: SimpleQueue[_Piece | None] = SimpleQueue()
        self.open = 0
        self.lock = threading.Lock()
        self.threads: list[threading.Thread] = []

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Pending[T]":
        """Calls a module-level function in a worker; its arguments and its result must be picklable."""
        piece = _Piece((work, args, kwargs))
        with self.lock:
            if self.stopped:  # another thread ended it
                piece.cancel()
            else:
                self.open += 1
                if len(self.threads) < min(self.open, self.count):
                    self._one_more_thread()
                self.pieces.put(piece)
        if not piece.given_up:
            piece.add_done_callback(self._one_less)
        return Pending(cast("Future[T | Failed]", piece))

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self.lock:
            self.stopped = True
        for _ in self.threads:
            self.pieces.put(None)
        for thread in self.threads:
            thread.join()
        while not self.pieces.empty():
            if piece := self.pieces.get():
                piece.cancel()

    def _one_more_thread(self) -> None:
        thread = threading.Thread(target=self._serve, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no thread can be started: the existing ones do the work, if there are any
            if not self.threads:
                raise GoujiError(f"no worker can be started: {error}", f"开不了工作进程：{error}") from error
        else:
            self.threads.append(thread)

    def _one_less(self, _: "Future[object]") -> None:
        with self.lock:
            self.open -= 1

    def _serve(self) -> None:
        """The loop of one worker's thread: gives it a piece, waits, and checks whether it is still wanted."""
        worker: _Worker | None = None
        while not self.stopped and (piece := self.pieces.get()) is not None:
            if piece.set_running_or_notify_cancel():
                worker = self._do(worker, piece)
        if worker is not None:
            worker.kill()

    def _do(self, worker: "_Worker | None", piece: "_Piece") -> "_Worker | None":
        """Lets a worker do one piece; returns the worker if it lives. Retries if it died before it took the piece."""
        message = contained(lambda: bytes(ForkingPickler.dumps(piece.call)))
        end: object = message if isinstance(message, Failed) else NOT_BEGUN
        starts = 0
        while end is NOT_BEGUN and not isinstance(message, Failed):
            if self.stopped or piece.given_up:
                end = GIVEN_UP
            elif self.broken or starts == STARTS:
                self.broken = self.broken or "no worker could be kept alive"
                end = Failed("unavailable", self.broken)
            else:
                starts += 1
                worker = worker or _begun(*self.beginning)
                if worker:
                    end = worker.work(message, self.seconds, lambda: self.stopped or piece.given_up)
                if worker and (end is NOT_BEGUN or worker.lost):
                    worker.kill()
                    worker = None
        piece.set_result(end)
        return worker


class Pending(Generic[T]):
    """A piece of work in progress; `future` is for callers that wait for several, or in an event loop."""

    def __init__(self, future: "Future[T | Failed]") -> None:
        self.future = future

    def outcome(self) -> T | Failed:
        """Waits for the result. Never raises for what happened in the worker."""
        try:
            return self.future.result()
        except CancelledError:
            return GIVEN_UP

    def done(self, seconds: float) -> bool:
        """Whether it is done; waits at most this long."""
        return bool(wait_for((self.future,), seconds).done)


class _Piece(Future[object]):
    """One call in progress. If it is given up, its worker is killed."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call
        self.given_up = False

    def cancel(self) -> bool:
        self.given_up = True
        return super().cancel() or not self.done()


class _Worker:
    """One process and the pipe to it. `lost`: it died, or must not be used again."""

    starting = threading.Lock()

    def __init__(self, memory: int, prepare: Callable[[], None] | None) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, memory, prepare), daemon=True)
        with self.starting, theirs:  # only the worker may hold its end of the pipe: else its death would go unnoticed
            self.process.start()
        # The worker ignores SIGTERM, which Python sends at exit to remaining processes before it waits for them.
        Finalize(self, self.process.kill, exitpriority=1)
        self.ready = self.lost = False

    def work(self, message: bytes, seconds: float, unwanted: Callable[[], bool]) -> object:
        """The result; NOT_BEGUN if the worker died before it took the message, or if nobody wants it any more."""
        begun = False
        try:
            if not self.ready:
                self.ready = self._answers(START, unwanted) and not self.pipe.recv_bytes()
            if not self.ready:
                return NOT_BEGUN
            self.pipe.send_bytes(message)
            end = time.monotonic() + seconds
            begun = self._answers(seconds, unwanted) and not self.pipe.recv_bytes()
            latest = end + MOST_MORE
            while self._answers(end - time.monotonic(), unwanted):
                raw = self.pipe.recv_bytes()
                if not raw.startswith(MORE):
                    return contained(partial(ForkingPickler.loads, raw))
                end = min(latest, end + float(raw.removeprefix(MORE)))
        except (EOFError, OSError):
            self.lost = True
            self.process.join(START)
            return Failed("killed", f"exit status {self.process.exitcode}") if begun else NOT_BEGUN
        self.lost = True
        return GIVEN_UP if unwanted() else Failed("too_slow")

    def _answers(self, seconds: float, unwanted: Callable[[], bool]) -> bool:
        end = time.monotonic() + seconds
        while not self.pipe.poll(max(0.0, min(LOOK, end - time.monotonic()))):
            if unwanted() or time.monotonic() >= end:
                return False
        return True

    def kill(self) -> None:
        """Kills the process at once, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _begun(memory: int, prepare: Callable[[], None] | None) -> "_Worker | None":
    """A new worker; None if the system has no process, memory or file handle for it."""
    worker = contained(lambda: _Worker(memory, prepare))
    return None if isinstance(worker, Failed) else worker


_parent: list[Connection] = []  # within a worker: the pipe to who waits for its results


def more_time(seconds: float) -> None:
    """Says from within a piece of work that it needs so much longer, before it begins with what takes it.

    What is granted is bounded from outside (MOST_MORE). Where no worker does the work, nothing is bounded.
    """
    for pipe in _parent:
        pipe.send_bytes(MORE + str(float(seconds)).encode())


def _serve(pipe: Connection, memory: int, prepare: Callable[[], None] | None) -> None:
    """The worker's loop: reports that it is ready; then for each message that it has taken it, and the result."""
    _parent.append(pipe)
    begin(memory, prepare)
    pipe.send_bytes(b"")
    while True:
        try:
            message = pipe.recv_bytes()
        except EOFError:
            return
        pipe.send_bytes(b"")
        pipe.send_bytes(_answer(message))


def _answer(message: bytes) -> bytes:
    end: object = contained(lambda: _call(message))
    raw = contained(lambda: bytes(ForkingPickler.dumps(end)))
    return bytes(ForkingPickler.dumps(raw)) if isinstance(raw, Failed) else raw


def _call(message: bytes) -> Any:
    work, args, kwargs = ForkingPickler.loads(message)
    return work(*args, **kwargs)


def begin(memory: int, prepare: Callable[[], None] | None) -> None:
    """Sets up a worker: it leaves signals to its parent, does not outlive it, and has limited memory if possible."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    try:
        import resource
    except ImportError:  # no such limit on this system
        pass
    else:
        memory += _mapped()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if prepare is not None:
        prepare()


def _mapped() -> int:
    """Bytes of address space that this process has."""
    told = Path("/proc/self/statm")  # not on every system
    return int(told.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE") if told.exists() else 0


def _follow() -> None:
    # A killed parent tells nobody: its workers would wait for work for ever.
    writer = parent_process()
    if writer is not None:
        writer.join()
    os._exit(1)
