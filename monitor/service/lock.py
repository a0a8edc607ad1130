"""Only one gouji works in a data directory: a file lock that ends with its process, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.ground.data import DataDir, require
from crawler.ground.errors import GoujiError, reason

NAME = "gouji.lock"


@contextmanager
def exclusive(data: DataDir) -> Iterator[None]:
    """Locks the directory; GoujiError names the process that already holds the lock.

    The file stays after the lock is released: if it were removed, two processes could lock two files of the same name.
    """
    path = require(data).root / NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise GoujiError(
            f"cannot make {path}: {error.strerror}; is the folder writable?",
            f"建不了 {path}：{reason(error)[1]}；文件夹可写吗？",
        ) from error
    try:
        _take(descriptor, data)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, data: DataDir) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        raise GoujiError(
            f"another gouji (process {holder or 'unknown'}) is at work on {data.root}; "
            f"wait until it ends, or stop it with: kill {holder or 'PID'}",
            f"另一个 gouji（进程 {holder or '不明'}）正在用 {data.root}；请等它结束，或停掉它：kill {holder or 'PID'}",
        ) from error
    except OSError as error:
        raise GoujiError(
            f"cannot lock {data.root / NAME}: {error.strerror}; a data directory needs a file "
            "system with locks (a local disk)",
            f"锁不住 {data.root / NAME}：{reason(error)[1]}；数据目录要放在能加锁的文件系统上（本地磁盘）",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
