"""What a worker of a cluster does with a shard: it crawls it in a folder of its own, and hands that back in pieces."""

import shutil
import sqlite3
import tarfile
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from distributed import get_worker

from crawler.ground.clock import now
from crawler.ground.data import DataDir, create
from crawler.ground.errors import Both, GoujiError, Stopped, reason
from crawler.ground.privacy import make_private
from monitor.service.lock import exclusive
from monitor.shards.work import OUTCOME, Order, crawl_shard

FOLDER = "gouji-shards"  # beside the worker's own, which goes with it: a crawl that was killed is gone on with
KEPT = 7 * 86_400  # seconds for which a shard is kept that nobody has fetched
WANTED = frozenset({"executing", "long-running", "resumed"})  # what dask says of a task that somebody waits for
BUSY = 30.0  # seconds that an earlier crawl of the shard, which nobody waits for any more, is given to end


class Packed(NamedTuple):
    """A shard that is crawled, as a file on the worker at `worker`; `error` says why there is none."""

    worker: str
    path: str = ""
    size: int = 0
    sha256: str = ""
    error: Both | None = None


def crawl_there(name: str, database: bytes, settings: bytes, order: Order) -> Packed:
    """Crawls the shard `name`, which begins with this database and gouji.toml; called in a thread of a dask worker."""
    worker = get_worker()
    home = Path(worker.local_directory).parent / FOLDER
    task = str(worker.get_current_task())

    def unwanted() -> bool:
        known = worker.state.tasks.get(task)
        return known is None or known.state not in WANTED

    try:
        shard = _begun(home, name, database, settings)
        _crawled(shard, order, unwanted)
        return _packed(worker.address, shard.root)
    except Stopped:
        return Packed(worker.address, error=("nobody waits for it any more", "已经没有人等它"))
    except GoujiError as error:
        return Packed(worker.address, error=(error.said("en"), error.said("zh")))
    except OSError as error:
        return Packed(worker.address, error=reason(error))


def _begun(home: Path, name: str, database: bytes, settings: bytes) -> DataDir:
    """The directory of the shard: as an earlier try left it on this machine, else new."""
    make_private(home)
    for old in home.iterdir():
        if old.stat().st_mtime < now().timestamp() - KEPT:
            shutil.rmtree(old, ignore_errors=True)
    shard = DataDir(home / name)
    if not shard.database.is_file():
        shutil.rmtree(shard.root, ignore_errors=True)
        partial = home / f"{name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        create(DataDir(partial), settings.decode())
        DataDir(partial).database.write_bytes(zlib.decompress(database))
        partial.rename(shard.root)
    return shard


def _crawled(shard: DataDir, order: Order, unwanted: Callable[[], bool]) -> None:
    end = time.monotonic() + BUSY
    while True:
        try:
            crawl_shard(shard, order, unwanted)
        except GoujiError:
            if time.monotonic() > end or not _busy(shard):
                raise
            time.sleep(0.5)
        else:
            return


def _busy(shard: DataDir) -> bool:
    """Whether another crawl is at work there."""
    try:
        with exclusive(shard):
            return False
    except GoujiError:
        return True


def _packed(worker: str, root: Path) -> Packed:
    with closing(sqlite3.connect(root / "gouji.db")) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    path = root / "shard.tar"
    with tarfile.open(path, "w") as tar:
        for name in ("gouji.toml", "gouji.db", "archive", "warc", OUTCOME):
            if (root / name).exists():
                tar.add(root / name, name)
    with path.open("rb") as file:
        return Packed(worker, str(path), path.stat().st_size, file_digest(file, "sha256").hexdigest())


def piece(path: str, offset: int, size: int) -> bytes:
    """Some bytes of a packed shard."""
    with Path(path).open("rb") as file:
        file.seek(offset)
        return file.read(size)


def forget(path: str) -> None:
    """The shard is where it was wanted."""
    shutil.rmtree(Path(path).parent, ignore_errors=True)
