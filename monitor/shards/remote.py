"""Shards are crawled by the workers of a dask cluster; each comes back whole, or is crawled anew by another worker."""

import shutil
import tarfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

from crawler.ground.contained import Failed, contained
from crawler.ground.data import DataDir
from extract.engine.crew import Crew
from monitor.shards import there
from monitor.shards.work import OUTCOME, Order, outcome_of

POLL = 0.2  # seconds between two looks at what is under way
PIECE = 8 << 20  # bytes of a shard that travel at once
NOBODY = ("for too long nobody has been there who crawls", "太久没有能抓取的工作机")
TRIES = 3  # to bring a shard back
GONE = ("cancelled", "lost")  # what dask says of a task whose scheduler is not there any more
BACK = ".back"  # the end of the name of a folder in which a shard comes back


@dataclass(slots=True)
class _Piece:
    name: str
    shard: DataDir
    order: Order
    future: Any = None
    able: frozenset[str] = field(default_factory=frozenset)
    tries: int = 0


def crawled_there(
    crew: Crew, run: str, shards: Sequence[tuple[str, DataDir, Order]]
) -> Iterator[tuple[str, Failed | None]]:
    """Each shard by its name once it is crawled and back in its directory, or how that failed.

    `run` tells these shards from those of other runs. GoujiError where nobody crawls with this version.
    """
    crew.open()
    try:
        waiting = [_Piece(*one) for one in shards]
        while waiting:
            present = crew.present()
            for piece in list(waiting):
                done, failed = _look(crew, run, piece) if present else (False, None)
                if not done and crew.out_of_patience():
                    done, failed = True, Failed("unavailable", NOBODY[piece.order.lang == "zh"])
                if done:
                    waiting.remove(piece)
                    yield piece.name, failed
            time.sleep(POLL)
    finally:
        crew.close()


def _look(crew: Crew, run: str, piece: _Piece) -> tuple[bool, Failed | None]:
    """Whether it is done, and how it failed; sent again where whoever had it is lost."""
    state = "lost" if piece.future is None else str(piece.future.status)
    if state == "pending" and not piece.able & crew.able([crew.base]):
        state = "lost"
    if state in GONE:
        _send(crew, run, piece)
    elif state == "error":
        return True, _failure(piece.future.exception())
    elif state == "finished":
        return _take(crew, piece)
    return False, None


def _send(crew: Crew, run: str, piece: _Piece) -> None:
    """Not where nobody crawls: dask looks only once at whom it could give it to."""
    piece.future, piece.able = None, crew.able([crew.base])
    if piece.able:
        sent = contained(
            lambda: crew.client.submit(
                there.crawl_there,
                f"{run}-{piece.name}",
                zlib.compress(piece.shard.database.read_bytes(), 1),
                piece.shard.config_path.read_bytes(),
                piece.order,
                key=f"gouji-crawl-{run}-{piece.name}-{uuid4().hex[:8]}",
                pure=False,
                resources={crew.base: 1},
            )
        )
        piece.future = None if isinstance(sent, Failed) else sent


def _take(crew: Crew, piece: _Piece) -> tuple[bool, Failed | None]:
    packed = contained(piece.future.result)
    if isinstance(packed, Failed):
        piece.future = None
        return False, None
    if packed.error is not None:
        return True, Failed("error", packed.error[piece.order.lang == "zh"])
    failed = contained(lambda: _bring(crew, packed, piece.shard.root))
    if not isinstance(failed, Failed):
        piece.future = None
        contained(lambda: crew.client.run(there.forget, packed.path, workers=[packed.worker]))
        return True, None
    # It went with its worker, or came as something else: somebody crawls it again.
    piece.future, piece.tries = None, piece.tries + 1
    return (True, failed) if piece.tries == TRIES else (False, None)


def _bring(crew: Crew, packed: there.Packed, target: Path) -> None:
    """Puts the shard into the place of what it began with."""
    back, tar = target.with_name(target.name + BACK), target.with_name(f"{target.name}.tar")
    with tar.open("wb") as file:
        for offset in range(0, packed.size, PIECE):
            [body] = crew.client.run(there.piece, packed.path, offset, PIECE, workers=[packed.worker]).values()
            file.write(body)
    with tar.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != packed.sha256:
            raise ValueError("what came over the network is not what was sent")
    shutil.rmtree(back, ignore_errors=True)
    with tarfile.open(tar) as opened:
        members = opened.getmembers()
        opened.extractall(back, [one for one in members if one.name != OUTCOME], filter="data")
        # Last: with it the folder is whole.
        opened.extract(OUTCOME, back, filter="data")
    tar.unlink()
    settle(target)


def settle(target: Path) -> None:
    """Completes what a process that was killed had brought back and not yet put into its place."""
    back = target.with_name(target.name + BACK)
    if outcome_of(back) is not None:
        shutil.rmtree(target, ignore_errors=True)
        back.rename(target)
    with suppress(OSError):
        target.with_name(f"{target.name}.tar").unlink(missing_ok=True)


def _failure(error: BaseException | None) -> Failed:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return Failed("killed")
    return Failed("error", f"{type(error).__name__}: {error}")
