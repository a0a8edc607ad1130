"""A worker that an event loop waits upon: one process, one piece of work at a time, no thread between the two.

Threads that hand each page on would cost a crawl more than the work on most pages (measured: 2 ms against 0.7).
"""

import asyncio
import os
import pickle
import signal
import socket
import struct
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from typing import Any, ParamSpec, TypeVar

from crawler.ground.contained import Failed, contained
from crawler.ground.workers import begin

P = ParamSpec("P")
T = TypeVar("T")

SIZE = struct.Struct("!Q")
STARTING = 30.0  # seconds that a process may take to start
PIECE = 256 * 1024
# The kernel's alarm ends a piece of work in time, whatever holds the interpreter and whatever becomes of its writer;
# so much later (seconds) its writer does, where the work has set an alarm of its own.
MARGIN = 5.0


class PageWorker:
    """Within `seconds` for each piece of work and `memory` (bytes of address space); `prepare` runs in it first."""

    def __init__(self, *, seconds: float, memory: int, prepare: Callable[[], None]) -> None:
        self.seconds, self.memory, self.prepare = seconds, memory, prepare
        self.process: BaseProcess | None = None
        self.line: socket.socket
        self.ready = self.waiting = self.closed = False

    def launch(self) -> None:
        """Starts the process; without waiting for it."""
        self.line, theirs = socket.socketpair()
        self.line.setblocking(False)
        self.process = get_context("spawn").Process(
            target=_serve, args=(theirs, self.memory, self.prepare), daemon=True
        )
        try:
            self.process.start()
            Finalize(self, self.process.kill, exitpriority=1)
        finally:
            theirs.close()

    async def stands_ready(self) -> bool:
        """Whether there is a process that can begin; one is started where there is none."""
        if self.process is not None and self.process.is_alive() and self.ready:
            return True
        try:
            if self.process is None or not self.process.is_alive():
                self._drop()
                self.launch()
            await asyncio.wait_for(self._frame(), STARTING)
        except (OSError, EOFError):  # TimeoutError is one of the first
            self._drop()
            return False
        self.ready = True
        return True

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        """What came of a piece of work; it stands ready. Never raises for what happened in the process."""
        process = self.process
        assert process is not None
        message = pickle.dumps((self.seconds, work, args, kwargs), pickle.HIGHEST_PROTOCOL)
        loop = asyncio.get_running_loop()
        # The kernel ends it before that, unless the work has an alarm of its own.
        late = loop.call_later(self.seconds + MARGIN, process.kill)
        try:
            await loop.sock_sendall(self.line, SIZE.pack(len(message)) + message)
            outcome: T | Failed = pickle.loads(await self._frame())  # noqa: S301  # our own process
        except (OSError, EOFError):
            process.join(MARGIN)
            self._drop()
            if self.closed:
                return Failed("unavailable", "ended")
            return Failed("too_slow") if late.when() <= loop.time() else end_of(process.exitcode)
        finally:
            late.cancel()
        return outcome

    def close(self) -> None:
        """Ends the process, whatever it is at; what was under way is `unavailable`."""
        self.closed = True
        if self.waiting:  # whoever waits hears of it by the end of the line
            assert self.process is not None
            self.process.kill()
        else:
            self._drop()

    def _drop(self) -> None:
        process, self.process, self.ready = self.process, None, False
        if process is not None:
            process.kill()
            process.join(MARGIN)
            self.line.close()

    async def _frame(self) -> bytes:
        loop = asyncio.get_running_loop()
        data, self.waiting = bytearray(), True
        try:
            while len(data) < SIZE.size or len(data) < SIZE.size + SIZE.unpack_from(data)[0]:
                piece = await loop.sock_recv(self.line, PIECE)
                if not piece:
                    raise EOFError
                data += piece
        finally:
            self.waiting = False
        return bytes(data[SIZE.size :])


def _serve(line: socket.socket, memory: int, prepare: Callable[[], None]) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # it ends the process at once, from within native code too
    begin(memory, prepare)
    with line, line.makefile("rb") as coming:
        line.sendall(SIZE.pack(0))
        while head := coming.read(SIZE.size):
            message = coming.read(SIZE.unpack(head)[0])
            answer = contained(lambda message=message: _answer(message))  # type: ignore[misc]  # bound as it is now
            data = pickle.dumps(answer) if isinstance(answer, Failed) else answer
            line.sendall(SIZE.pack(len(data)) + data)
    os._exit(0)


def _answer(message: bytes) -> bytes:
    seconds, work, args, kwargs = pickle.loads(message)  # noqa: S301  # our own process
    outcome: Any = _within(seconds, work, args, kwargs)
    return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)


def _within(seconds: float, work: Callable[..., T], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> T:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def end_of(exitcode: int | None) -> Failed:
    """What the exit status of a worker says of the work that it was at."""
    return Failed("too_slow") if exitcode == -signal.SIGALRM else Failed("killed", f"exit status {exitcode}")
