"""Work on foreign input in processes of its own, ended from outside: what fails there costs its own input alone.

A signal does not interrupt native code, and a process short of memory takes its work along; so the work is done in
workers that are killed when their time is over, and whose end is told apart by what ended them.
"""

import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Any, Generic, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from crawler.contained import Failed, contained

P = ParamSpec("P")
T = TypeVar("T")

MEBIBYTE = 1024 * 1024
MEMORY = 2048 * MEBIBYTE  # address space of one worker, in bytes
# The kernel's alarm ends a piece of work in time, whatever holds the interpreter and whatever becomes of its writer;
# so much later (seconds) its writer does, where the work has set an alarm of its own.
MARGIN = 5.0
PATIENCE = 5.0  # seconds for the threads of a pool to end
# Ended from outside, as a stop of the whole group of processes does: that says nothing about the work.
STOPPED = (signal.SIGTERM, -signal.SIGTERM)

# How a worker ends, and not what it was working on.
ENDS = (TimeoutError, ProcessExpired, BrokenProcessPool, CancelledError)


class Workers:
    """A few processes that do one piece of work after the other; close it with `with`.

    `seconds` bounds each piece by the wall clock, `memory` (bytes of address space) each worker; `prepare` runs once
    in each worker. A worker that dies or is killed is replaced, and only what it was working on is lost.
    """

    def __init__(self, count: int, *, seconds: float, memory: int = MEMORY,
                 prepare: Callable[[], None] | None = None) -> None:
        self.count, self.seconds = count, seconds
        self.beginning = (memory, prepare)
        self.pool = self._fresh()
        self.pending: set[ProcessFuture[Any]] = set()

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Pending[T]":
        """Has a function of a module (what it takes and gives must survive pickling) called in a worker."""
        try:
            return self._scheduled(work, args, kwargs)
        except RuntimeError:  # the pool is broken: no worker of it could be kept alive
            self.renew()
        try:
            return self._scheduled(work, args, kwargs)
        except RuntimeError as error:
            return Pending(None, str(error))

    def renew(self) -> None:
        """Ends all workers and begins anew; what was under way is `unavailable`."""
        self.close()
        self.pool = self._fresh()

    def _fresh(self) -> ProcessPool:
        return ProcessPool(self.count, initializer=begin, initargs=self.beginning, context=get_context("spawn"))

    def _scheduled(self, work: Callable[..., T], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> "Pending[T]":
        future = self.pool.schedule(within, args=(self.seconds, work, args, kwargs), timeout=self.seconds + MARGIN)
        self.pending.add(future)
        future.add_done_callback(self.pending.discard)
        return Pending(future)

    def close(self) -> None:
        """Ends the workers, whatever they are at; what was under way is `unavailable`."""
        self.pool.stop()  # type: ignore[no-untyped-call]  # Pebble's
        for future in tuple(self.pending):
            future.cancel()  # type: ignore[no-untyped-call]  # Pebble's
        # One of its threads may be writing to a worker that is no more.
        ending = threading.Thread(target=self.pool.join, daemon=True)
        ending.start()
        ending.join(PATIENCE)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.close()


class Pending(Generic[T]):
    """A piece of work under way; `future` is for whoever waits for several or in an event loop."""

    def __init__(self, future: "ProcessFuture[T] | None", detail: str = "") -> None:
        self.future, self.detail = future, detail

    def outcome(self) -> T | Failed:
        """What came of it; waits. Never raises for what happened in the worker."""
        if self.future is None:
            return Failed("unavailable", self.detail)
        try:
            return contained(self.future.result, beyond=ENDS)
        except TimeoutError:
            return Failed("too_slow")
        except ProcessExpired as error:
            return end_of(error.exitcode)
        except (BrokenProcessPool, CancelledError) as error:
            return Failed("unavailable", str(error))


def end_of(exitcode: int | None) -> Failed:
    """What the exit status of a worker says of the work that it was at."""
    if exitcode == -signal.SIGALRM:
        return Failed("too_slow")
    return Failed("unavailable" if exitcode in STOPPED else "killed", f"exit status {exitcode}")


def within(seconds: float, work: Callable[..., T], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> T:
    """Does a piece of work in a worker, whose process is ended when its time is over."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def begin(memory: int, prepare: Callable[[], None] | None) -> None:
    """A worker leaves Ctrl-C to its writer, does not outlive it, and has a bound of memory where the system has one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for end in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(end, signal.SIG_DFL)  # at once, from within native code too
    threading.Thread(target=_follow, daemon=True).start()
    try:
        import resource
    except ImportError:  # no such bound on this system
        pass
    else:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))
    if prepare is not None:
        prepare()


def _follow() -> None:
    # A killed writer tells nobody: its workers would wait for work for ever.
    writer = parent_process()
    if writer is not None:
        writer.join()
    os._exit(1)
