"""What a worker of a cluster does with documents: it reads each in a process of its own, with the bounds it is told."""

import os
import threading
from collections.abc import Sequence
from multiprocessing import process
from multiprocessing.reduction import ForkingPickler
from typing import cast

from crawler.ground.archive import Shelf
from crawler.ground.contained import Failed
from crawler.ground.workers import Workers
from extract.engine.engine import Asked, Bounds, Outcome, Unfetched
from extract.engine.fetched import Fetched, fetched
from extract.reading import read_archived

_pools: dict[Bounds, Workers] = {}
_lock = threading.Lock()
Came = bytes | Failed | Unfetched  # what a document was read as, as its reader packed it, or why it was not read
MOST = 64  # readers of one worker; as many work as it has threads


def read_there(documents: Sequence[tuple[Shelf, Asked]], bounds: Bounds) -> Sequence[Came]:
    """What came of each document, for `unpacked`; called in a thread of a dask worker. A shelf holds its bodies, or is
    the archive itself: then they are fetched here, outside of the bounds within which each is read. After one that it
    does not give, nothing more is asked of it for now."""
    came: list[Came] = []
    for one in documents:
        came.append(came[-1] if came and isinstance(came[-1], Unfetched) else _read(*one, bounds))
    return came


def unpacked(came: Came) -> Outcome:
    """The same as its reader made it."""
    return cast(Outcome, ForkingPickler.loads(came)) if isinstance(came, bytes) else came


def _read(shelf: Shelf, document: Asked, bounds: Bounds) -> Came:
    found = shelf if isinstance(shelf, Fetched) else fetched(shelf, document)
    return found if isinstance(found, Unfetched) else _pool(bounds).submit(_packed, found, document).outcome()


def _packed(found: Fetched, document: Asked) -> bytes:
    """In the reader's process: nobody on the way to who stores it takes it apart."""
    return bytes(ForkingPickler.dumps(read_archived(found, *document)))


def _pool(bounds: Bounds) -> Workers:
    """The readers of this worker, kept from one document to the next."""
    with _lock:
        if bounds not in _pools:
            # Started by a nanny, a worker is a daemon, and such may have no children: ours end with it all the same.
            process.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # the one way there is
            # A nanny has its worker give memory back after every page; readers would spend a fifth of their time on it.
            os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)
            _pools[bounds] = Workers(MOST, seconds=bounds.seconds, memory=bounds.memory)
        return _pools[bounds]
