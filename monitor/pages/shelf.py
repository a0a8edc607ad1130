"""Pages as bytes, kept for all who see the same: made once for many readers at once, and again when something changed.

What is kept was made for nobody in particular: no session, no name and no sign of a form was known where it was made.
Of a large database that is being written to, mere readers may see a page that is OLDEST seconds old; it says of when.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from hashlib import sha256

from crawler.ground.clock import local_date
from monitor.pages.ask import Answer, Ask

MOST_BYTES = 48 << 20  # of all pages that are kept
MOST_OF_ONE = 2 << 20
SAME = 60.0  # seconds that a page stands while nobody writes: the time of day is part of some
OLDEST = 5.0  # seconds that a page stands for mere readers while somebody writes
RESTS = 20  # what took a tenth of a second to make is not made again within two


@dataclass(frozen=True, slots=True)
class Made:
    """An answer and, of a page, its bytes; `tag` names what it says, whenever it was made."""

    answer: Answer
    body: bytes = b""
    tag: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Stood:
    """A page that is kept: of which state of the database, since when, and how long it took."""

    made: Made
    version: object
    begun: float
    took: float
    size: int


@dataclass(slots=True)
class Shelf:
    """The pages of one site; safe among threads."""

    executor: Executor
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    pages: OrderedDict[Hashable, Stood] = field(default_factory=OrderedDict, repr=False)
    making: dict[Hashable, tuple[object, "Future[Made]"]] = field(default_factory=dict, repr=False)
    size: int = 0
    epoch: int = 0

    def find(self, key: Hashable, version: object, strict: bool, make: Callable[[], Made]) -> "Made | Future[Made]":
        """The page, or the one making of it that all wait for. `strict`: none of an older state of the database."""
        now = time.monotonic()
        with self.lock:
            held = self.pages.get(key)
            if held is not None and _stands(held, version, strict, now):
                self.pages.move_to_end(key)
                return held.made
            running = self.making.get(key)
            if running is not None and (running[0] == version or not strict):
                return running[1]
            epoch = self.epoch
            begun = self.executor.submit(make)
            self.making[key] = (version, begun)
        begun.add_done_callback(lambda done: self._done(key, version, epoch, now, done))
        return begun

    def forget(self) -> None:
        """Nobody is shown what was made before now: a decision is seen at once."""
        with self.lock:
            self.pages.clear()
            self.making.clear()
            self.size, self.epoch = 0, self.epoch + 1

    def _done(self, key: Hashable, version: object, epoch: int, begun: float, done: "Future[Made]") -> None:
        now = time.monotonic()
        with self.lock:
            running = self.making.get(key)
            if running is not None and running[1] is done:
                del self.making[key]
            if epoch != self.epoch or done.cancelled() or done.exception() is not None:
                return
            made = done.result()
            if not made.keep or len(made.body) > MOST_OF_ONE:
                return
            size = len(made.body) + len(repr(key))
            before = self.pages.pop(key, None)
            self.size += size - (before.size if before is not None else 0)
            self.pages[key] = Stood(made, version, begun, now - begun, size)
            while self.size > MOST_BYTES:
                self.size -= self.pages.popitem(last=False)[1].size


def _stands(held: Stood, version: object, strict: bool, now: float) -> bool:
    age = now - held.begun
    if held.version == version:
        return age < SAME
    return not strict and age < min(OLDEST, RESTS * held.took)


def for_nobody(ask: Ask) -> Ask:
    """The question as anybody with these rights asks it: without session, name, or the sign of a form."""
    since = ask.seen.partition("|")[0]
    return replace(ask, who="", csrf="", session="", secure=False, address="", seen=f"{since}|" if since else "")


def key_of(ask: Ask) -> Hashable:
    """All that a page made for nobody depends on, but for the database."""
    return (ask.path, tuple(ask.args.items()), ask.lang, ask.may_decide, ask.seen, local_date(ask.at))


def tag_of(text: bytes) -> str:
    """The name of what is said, for a browser that has it already."""
    return f'W/"{sha256(text).hexdigest()[:32]}"'
