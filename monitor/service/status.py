"""How the service is: a status file that other programs read, and a page on loopback that says well or not."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from crawler.clock import parse_stamp, stamp
from crawler.errors import GoujiError
from monitor.service.road import Clock
from monitor.service.runs import INTERRUPTED, STOPPED

log = logging.getLogger(__name__)

NAME = "status.json"
HOST = "127.0.0.1"
LATE = timedelta(minutes=15)  # beyond its moment a run is overdue
WORK = timedelta(hours=2)  # what reading and checking may take beyond the crawl's time limit
SECONDS = 5.0  # for a question to the page


@dataclass(frozen=True, slots=True)
class Status:
    """The service at one moment; instants as stored. `outcome` is that of the last run that ended."""

    state: Literal["starting", "running", "waiting", "ended"] = "starting"
    process: int = 0
    since: str = ""
    run: int | None = None
    due_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    outcome: str | None = None
    next_due: str | None = None
    crawl_timeout: float = 0.0


def trouble(status: Status, now: datetime) -> str:
    """Why the service is not well, "" when it is (pure)."""
    if status.state == "ended":
        return "the service has ended"
    if status.state == "running" and status.started_at is not None:
        limit = timedelta(seconds=status.crawl_timeout) + WORK
        if now - parse_stamp(status.started_at) > limit:
            return f"run {status.run} has been going on since {status.started_at}"
    elif status.next_due is not None and now - parse_stamp(status.next_due) > LATE:
        return f"the run due at {status.next_due} has not begun"
    ended = status.outcome or ""
    if ended.startswith("failed") or ended in (INTERRUPTED, STOPPED):
        # A portal in trouble is no fault of the service: the run did what could be done, and the operator is told.
        return f"the last run ended with: {ended}"
    return ""


def as_json(status: Status, now: datetime) -> dict[str, Any]:
    """What file and page say."""
    why = trouble(status, now)
    return {"ok": not why, "reason": why, "at": stamp(now), **asdict(status)}


class Board:
    """The current status; every change is written to the file, whole or not at all."""

    def __init__(self, path: Path, clock: Clock, status: Status) -> None:
        self.path, self.clock, self.status = path, clock, status
        self._write()

    def change(self, **changes: Any) -> None:
        """A new status from the old one."""
        self.status = replace(self.status, **changes)
        self._write()

    def _write(self) -> None:
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        text = json.dumps(as_json(self.status, self.clock()), ensure_ascii=False, indent=2) + "\n"
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self.path)
        except OSError as error:
            # A full disk stops the run itself, which says so; the status is no reason to.
            log.debug("cannot write %s: %s", self.path, error.strerror)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


class _Page(ThreadingHTTPServer):
    daemon_threads = True
    board: Board


class _Handler(BaseHTTPRequestHandler):
    server: _Page
    timeout = SECONDS
    server_version = "gouji"
    sys_version = ""

    def do_GET(self) -> None:
        known = self.path.partition("?")[0] in ("/", "/health")
        board = self.server.board
        told = as_json(board.status, board.clock()) if known else {"error": "ask for /health"}
        body = (json.dumps(told, ensure_ascii=False) + "\n").encode()
        self.send_response((200 if told["ok"] else 503) if known else 404)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Who asks how we are is not worth a line."""


@contextmanager
def health_page(board: Board, port: int) -> Iterator[int]:
    """Serves the page on loopback while it lasts; port 0 serves nothing. Yields the port."""
    if not port:
        yield 0
        return
    try:
        server = _Page((HOST, port), _Handler)
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise GoujiError(f"cannot serve [schedule] health_port = {port} of gouji.toml: {why}",
                         f"开不了 gouji.toml 的 [schedule] health_port = {port}：{why}") from error
    with server:
        server.board = board
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
