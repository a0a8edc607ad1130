"""What a worker of a cluster does with a document: it reads it in a process of its own, with the bounds it is told."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import process

from crawler.ground.archive import ArchiveError, Shelf
from crawler.ground.workers import Workers
from extract.engine.engine import Asked, Bounds, Outcome
from extract.reading import read_archived

_pools: dict[Bounds, Workers] = {}
_lock = threading.Lock()
MOST = 64  # readers of one worker; as many work as it has threads


@dataclass(frozen=True, slots=True)
class Carried:
    """The bodies that travel with a document, where its worker cannot reach the archive."""

    bodies: Mapping[str, bytes]

    def read(self, sha256_: str) -> bytes:
        """The bytes; ArchiveError where they are not here, or came as others."""
        body = self.bodies.get(sha256_)
        if body is None or sha256(body).hexdigest() != sha256_:
            raise ArchiveError(
                f"what came over the network for {sha256_} is not what was sent",
                f"从网络传来的 {sha256_} 与发出的不同",
            )
        return body


def read_there(shelf: Shelf, document: Asked, bounds: Bounds) -> Outcome:
    """What came of the document; called in a thread of a dask worker."""
    return _pool(bounds).submit(read_archived, shelf, *document).outcome()


def _pool(bounds: Bounds) -> Workers:
    """The readers of this worker, kept from one document to the next."""
    with _lock:
        if bounds not in _pools:
            # Started by a nanny, a worker is a daemon, and such may have no children: ours end with it all the same.
            process.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
            _pools[bounds] = Workers(MOST, seconds=bounds.seconds, memory=bounds.memory)
        return _pools[bounds]
