"""The bytes of a document, fetched before its reader begins: what the archive's storage does is no document's fault."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from crawler.ground.archive import ArchiveError, DamagedError, MissingError, Shelf
from crawler.ground.errors import Both
from extract.engine.engine import Asked, Unfetched

PATIENCE = 300.0  # seconds for which storage may give nothing
QUIET = 60.0  # seconds for which it is not said again that it gives nothing: it may give one and not the next
PAUSE = 2.0  # seconds between two tries to fetch one document
Say = Callable[[Both], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bodies of one document; an error stands for one that the archive has lost, or has as something else."""

    bodies: Mapping[str, bytes | ArchiveError]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(body) for body in self.bodies.values() if isinstance(body, bytes))

    def read(self, sha256_: str) -> bytes:
        """The bytes; ArchiveError where they are not here, or came as others."""
        body = self.bodies.get(sha256_)
        if isinstance(body, ArchiveError):
            raise body
        if body is None or sha256(body).hexdigest() != sha256_:
            raise ArchiveError(
                f"what came over the network for {sha256_} is not what was sent",
                f"从网络传来的 {sha256_} 与发出的不同",
            )
        return body


def bodies(shelf: Shelf, document: Asked) -> Fetched:
    """Those of a document with its parts; ArchiveError where the archive does not answer."""
    return Fetched({name: _held(shelf, name) for name in document.hashes})


def fetched(shelf: Shelf, document: Asked) -> Fetched | Unfetched:
    """The same from an archive that may not answer."""
    try:
        return bodies(shelf, document)
    except ArchiveError as error:
        return Unfetched((error.message, error.zh))


def _held(shelf: Shelf, name: str) -> bytes | ArchiveError:
    try:
        return shelf.read(name)
    except (MissingError, DamagedError) as error:
        return error


class Waiting:
    """How long storage that gives nothing is waited for; `say` is told that it is."""

    def __init__(self, say: Say, patience: float = PATIENCE) -> None:
        self.say, self.patience = say, patience
        self.since: float | None = None
        self.told = float("-inf")

    def gave(self) -> None:
        """It gave a document."""
        self.since = None

    def goes_on(self, why: Unfetched) -> bool:
        """It did not: whether to try again."""
        if self.since is None:
            self.since = time.monotonic()
        if self.since - self.told > QUIET:
            self.told = self.since
            self.say((f"{why.said[0]} Waiting for it", f"{why.said[1]} 等它恢复"))
        return time.monotonic() - self.since < self.patience
