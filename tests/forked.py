"""Starts our own commands from a process that has loaded the house already: each is forked from it, and loads nothing anew.

A command that is started this way is a process of its own in everything that a test may ask: its arguments, surroundings, streams
and exit status, its event loop and its workers (forked from another such process). Most of what a short crawl costs is the loading
of Scrapy; hundreds of them are started here. What a fresh interpreter is needed for (what is loaded when, a terminal, what becomes
of workers) is started without it; so is everything in surroundings other than those that the tests began in.
"""

import atexit
import gc
import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from multiprocessing import forkserver, popen_forkserver
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
PYTHON = (sys.executable, "-W", "error")
MESSAGE = 128 * 1024  # bytes of one order
# What workers load that read pages, documents or the answers of services.
READING = ("crawler.crawl.reading", "extract.run", "monitor.checking.drafts", "monitor.alerts.robots")
# What a crawl and a look load. Never the event loop: each process has its own.
LOADED = (
    "crawler.crawl.run",
    "crawler.crawl.replay",
    "crawler.crawl.reading",
    "crawler.discovery.exploring",
    "twisted.logger",
)
UNLOADED = "twisted.internet.reactor"


def surroundings() -> Mapping[str, str]:
    """The environment, but for what pytest says in it of the test that is run."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


# sqlite-utils loads numpy where it is installed, and that begins a thread for each core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Before any test has changed them.
BEGUN_IN = surroundings()


def forked(
    module: str, *arguments: str, folder: Path = ROOT, timeout: float = 120
) -> "subprocess.CompletedProcess[str]":
    """`python -W error -m MODULE ARGUMENTS…`, as `subprocess.run` gives it; every warning is an error in it."""
    if surroundings() != BEGUN_IN:  # what an interpreter or a module reads when it begins may be among them
        return subprocess.run(
            [*PYTHON, "-m", module, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with begun(module, *arguments, folder=folder, out=out.fileno(), err=err.fileno()) as process:
            status = process.wait(timeout)
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return subprocess.CompletedProcess([module, *arguments], status, *said)


class Forked:
    """A command that was begun, and how it ends; with the methods of `subprocess.Popen`. It ends with its `with`."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.pid: int = json.loads(line.recv(MESSAGE))
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self.line.settimeout(timeout)
            try:
                self.returncode = int(json.loads(self.line.recv(MESSAGE)))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0.0) from None
        return self.returncode

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0.0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def __enter__(self) -> "Forked":
        return self

    def __exit__(self, *_: object) -> None:
        self.send_signal(signal.SIGKILL)
        self.wait()
        self.line.close()


def begun(module: str, *arguments: str, folder: Path = ROOT, out: int, err: int) -> Forked:
    """The same command, begun and not waited for, with two files that it writes to."""
    order = {"module": module, "arguments": arguments, "folder": str(folder)}
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(_loaded(), [json.dumps(order).encode()], [out, err, theirs.fileno()])
    return Forked(ours)


@contextmanager
def forked_workers() -> Iterator[None]:
    """Processes that are started in here, the workers of this process, are forked from one that has loaded what they load."""
    multiprocessing.set_forkserver_preload([*READING])
    begin = SpawnProcess._Popen

    def fork(process: BaseProcess) -> object:
        return popen_forkserver.Popen(process) if surroundings() == BEGUN_IN else begin(process)

    _workers_begin_with(fork)
    try:
        yield
    finally:
        _workers_begin_with(begin)


def _workers_begin_with(begin: Callable[[BaseProcess], object]) -> None:
    SpawnProcess._Popen = staticmethod(begin)  # type: ignore[assignment, method-assign]  # put in the place of the library's own


@cache
def _loaded() -> socket.socket:
    """The line to the process that is forked; it ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [*PYTHON, "-m", "tests.forked", str(theirs.fileno())],
            cwd=ROOT,
            env=BEGUN_IN,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _next(line: socket.socket) -> dict[str, Any] | None:
    """Waits for orders. Returns one of them, in the process that is to carry it out, or None at the end of all."""
    while True:
        message, files, *_ = socket.recv_fds(line, MESSAGE, 3)
        while _reaped():
            pass
        if not message:
            return None
        out, err, end = files
        if not os.fork():
            process = os.fork()
            if process:
                _tell(end, process)
            os.dup2(out, 1)
            os.dup2(err, 2)
            for file in files:
                os.close(file)
            order: dict[str, Any] = json.loads(message)
            return order
        for file in files:
            os.close(file)


def _tell(end: int, process: int) -> NoReturn:
    """Says which process it is, and how it ended; whoever waits for it is another than who takes the next order."""
    with socket.socket(fileno=end) as answer:
        answer.send(json.dumps(process).encode())
        answer.send(json.dumps(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())
    os._exit(0)


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def main(line: int) -> None:
    """Loads the house, and becomes each command that is ordered."""
    for name in LOADED:
        import_module(name)
    assert UNLOADED not in sys.modules, "an event loop would be shared by all commands"
    multiprocessing.set_forkserver_preload([*READING])
    forkserver.ensure_running()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=line) as orders:
        order = _next(orders)
    if order is not None:
        os.chdir(order["folder"])
        sys.path[0] = order["folder"]
        sys.argv = ["-m", *order["arguments"]]
        # It is not our own child: whether it lives cannot be asked, and it does while anybody has its line.
        forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]  # put in the place of the library's own
        _workers_begin_with(popen_forkserver.Popen)
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
