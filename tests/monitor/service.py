"""A watched place for the tests of road and watch: a loopback portal with a gate, a data directory, the service."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from crawler.ground.data import DataDir, create
from monitor.samples import SampleReport
from monitor.schema import open_database

ROOT = Path(__file__).parents[2]
COLUMN = "/zfxxgk/zfxxgknb/"
SECONDS = 60.0


def until(happened: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Polls observable state; fails, saying what did not happen, when the bound is reached."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"did not happen within {seconds} s: {what}"
        time.sleep(0.02)


class Site(dict[str, tuple[str, bytes]]):
    """Pages of a list and its reports; while `gate` is closed, answers to reports wait, and `reached` says so."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.reached = threading.Event(), threading.Event()
        self.gate.set()
        self.asked: list[str] = []
        self.entries: list[str] = []
        self.publish()

    def publish(self, *reports: SampleReport) -> None:
        """Puts reports on the list, the newest first."""
        for report in reports:
            path = f"t{report.published_on:%Y%m%d}_{len(self)}.html"
            self[COLUMN + path] = ("text/html; charset=utf-8", report.html(site="青石市人民政府").encode())
            self.entries.insert(0, f'<li><a href="./{path}">{report.title}</a></li>')
        listed = "".join(self.entries)
        page = f'<html><head><meta charset="utf-8"></head><body><ul>{listed}</ul></body></html>'
        self[COLUMN] = self[COLUMN + "index.html"] = ("text/html; charset=utf-8", page.encode())

    def get(self, path: str, default: Any = None) -> Any:
        """What the server asks for each answer."""
        self.asked.append(path)
        if path.startswith(COLUMN) and path != COLUMN:
            if not self.gate.is_set():
                self.reached.set()
            self.gate.wait(SECONDS)
        return super().get(path, default)


def make_data(
    root: Path, *, base: str = "", mail_port: int = 0, schedule: str = "every = 1", period: str = "season"
) -> DataDir:
    """A data directory that crawls `base` and mails to a local port, where given."""
    data = create(DataDir(root))
    portal = f'[[portal]]\nid = "qingshi"\nname = "青石市"\nstart_url = "{base}{COLUMN}"\n' if base else ""
    mail = (
        (
            f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nsender = "gouji@example.org"\n'
            f'recipients = {json.dumps(["reader@example.org"])}\nperiod = "{period}"\n'
        )
        if mail_port
        else ""
    )
    data.config_path.write_text(
        f'[crawl]\ncontact = "mailto:test@example.org"\ndelay = 0\n{mail}[schedule]\n{schedule}\n{portal}',
        encoding="utf-8",
    )
    open_database(data).close()
    return data


def rows(data: DataDir, sql: str) -> list[tuple[Any, ...]]:
    """What another reader of the database sees."""
    connection = sqlite3.connect(data.database, timeout=30)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def runs(data: DataDir, outcome: str) -> int:
    return int(rows(data, f"select count(*) from runs where outcome = '{outcome}'")[0][0])


class Service:
    """`gouji watch` as a process; `log` collects its lines."""

    def __init__(self, data: DataDir, command: list[str] | None = None) -> None:
        self.log: list[str] = []
        self.process = subprocess.Popen(
            command or gouji("watch", data),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.decode("utf-8", "replace").rstrip())

    def said(self, words: str) -> bool:
        assert self.process.poll() is None or any(words in line for line in self.log), "\n".join(self.log)
        return any(words in line for line in self.log)

    def end(self, number: int) -> int:
        """Sends the signal and waits for the end; the exit status."""
        self.process.send_signal(number)
        return self._gone()

    def _gone(self) -> int:
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self._gone()


@contextmanager
def watching(data: DataDir) -> Iterator[Service]:
    """A running service; killed at the end if it still runs."""
    service = Service(data)
    try:
        yield service
    finally:
        service.close()


def gouji(command: str, data: DataDir, *more: str) -> list[str]:
    return [sys.executable, "-m", "monitor.cli", command, "--data", str(data.root), *more]


def environment() -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}


def descendants(pid: int) -> set[int]:
    """Living processes below this one (Linux)."""
    folders = (path for path in Path("/proc").iterdir() if path.name.isdigit())
    parents = {int(path.name): stat(path).parent for path in folders}
    found: set[int] = set()
    new = {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet collected does not."""
    return stat(Path("/proc") / str(pid)).state not in ("", "Z")


class Stat(NamedTuple):
    """What the system says of a process; nothing of one that is gone."""

    state: str = ""
    parent: int = 0


def stat(path: Path) -> Stat:
    try:
        state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return Stat()
    return Stat(state, int(parent))


KILL, TERM, INT = signal.SIGKILL, signal.SIGTERM, signal.SIGINT
