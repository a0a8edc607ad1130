"""Work on foreign input in processes of its own, ended from outside: what fails there costs its own input alone.

A signal does not interrupt native code, and a process short of memory takes its work along; so the work is done in
workers that are killed when their time is over, and whose end is told apart by what ended them.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from crawler.contained import Failed, contained

P = ParamSpec("P")
T = TypeVar("T")

MEBIBYTE = 1024 * 1024
MEMORY = 2048 * MEBIBYTE  # address space of one worker, in bytes

# How a worker ends, and not what it was working on.
ENDS = (TimeoutError, ProcessExpired, BrokenProcessPool, CancelledError)


class Workers:
    """A few processes that do one piece of work after the other; close it with `with`.

    `seconds` bounds each piece by the wall clock, `memory` (bytes of address space) each worker; `prepare` runs once
    in each worker. A worker that dies or is killed is replaced, and only what it was working on is lost.
    """

    def __init__(self, count: int, *, seconds: float, memory: int = MEMORY,
                 prepare: Callable[[], None] | None = None) -> None:
        self.seconds = seconds
        self.pool = ProcessPool(count, initializer=_begin, initargs=(memory, prepare), context=get_context("spawn"))

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "Pending[T]":
        """Has a function of a module (what it takes and gives must survive pickling) called in a worker."""
        try:
            return Pending(self.pool.schedule(work, args=args, kwargs=kwargs, timeout=self.seconds))
        except RuntimeError as error:  # the pool is broken: no worker could be kept alive
            return Pending(None, str(error))

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.pool.stop()  # type: ignore[no-untyped-call]  # Pebble's
        self.pool.join()


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
            return Failed("killed", f"exit status {error.exitcode}")
        except (BrokenProcessPool, CancelledError) as error:
            return Failed("unavailable", str(error))


def _begin(memory: int, prepare: Callable[[], None] | None) -> None:
    """A worker leaves Ctrl-C to its writer, does not outlive it, and has a bound of memory where the system has one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
