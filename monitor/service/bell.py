"""What wakes and what ends the service: a bell that scheduler and signals ring, and a forced end (`_last_word`)."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from types import FrameType

from crawler.ground.errors import Stopped

ENDING = (signal.SIGTERM, signal.SIGINT)
LAST_WORD = 4.7  # seconds for an orderly end; then it ends as by kill -9, and the next start does what is left


class Bell:
    """Wakes the main thread: the scheduler's thread rings it when a run is due, a signal when the service must end.

    It is a pipe, because a signal may interrupt any instruction and must not wait for a lock that the code holds.
    """

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)
        self.stopped = False
        self._breakable = False
        self._owner = os.getpid()

    def ring(self) -> None:
        with suppress(BlockingIOError):  # the pipe is full: it is already ringing
            os.write(self.writer, b"d")

    def stop(self, number: int, _frame: FrameType | None) -> None:
        if os.getpid() != self._owner:  # a forked child that inherited our handlers
            os._exit(128 + number)
        self.stopped = True
        self.ring()
        if self._breakable:
            self._breakable = False
            raise Stopped

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """In this block a signal raises Stopped at any instruction: only for work that a transaction undoes."""
        self._breakable = True
        try:
            if self.stopped:
                raise Stopped
            yield
        finally:
            self._breakable = False

    def wait(self, seconds: float) -> bool:
        """Waits; whether it rang within `seconds`. Several rings count as one."""
        rang = bool(select.select([self.reader], [], [], seconds)[0])
        if rang:
            os.read(self.reader, 4096)
        return rang

    def close(self) -> None:
        os.close(self.reader)
        os.close(self.writer)


@contextmanager
def listening() -> Iterator[Bell]:
    """A bell that SIGTERM and SIGINT ring; if that does not end the block in time, the process is ended anyway."""
    bell = Bell()
    with _last_word():
        before = {number: signal.signal(number, bell.stop) for number in ENDING}
        try:
            yield bell
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            bell.close()


@contextmanager
def _last_word(seconds: float = LAST_WORD) -> Iterator[None]:
    """While the main thread waits in native code (for a database lock, for a disk), no signal handler can run. But the
    signal's number is still written into a pipe, and a thread that reads it ends the process."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    over = Event()
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def hear() -> None:
        while (heard := os.read(reader, 1)) and not over.is_set():
            if heard[0] in ENDING and not over.wait(seconds):
                os._exit(128 + heard[0])

    thread = Thread(target=hear, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(before)
        os.close(writer)  # wakes the thread
        thread.join()
        os.close(reader)
