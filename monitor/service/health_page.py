"""The health page: on loopback, only for short requests that address this machine as localhost or 127.0.0.1."""

import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Lock, Thread
from typing import Any

from crawler.ground.errors import GoujiError, reason
from monitor.service.status import Board, as_json
from monitor.words.terminal import to_json

HOST = "127.0.0.1"
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
SECONDS = 5.0  # for request and answer together
MOST_HEAD = 8192  # bytes of a request
MOST_OPEN = 16  # open requests; if there are more, the oldest is closed
WRONG_HOST = 421  # Misdirected Request
TOO_LARGE = b"HTTP/1.0 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n"


class _Page(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 4 * MOST_OPEN  # connections that the system queues for us
    block_on_close = False  # open requests end by their own time limit
    board: Board

    def __init__(self, address: tuple[str, int]) -> None:
        self._lock = Lock()
        self._open: deque[socket.socket] = deque()
        super().__init__(address, _Handler)

    def admit(self, asking: socket.socket) -> None:
        """Admits a request. A client that keeps many connections open cannot block us: the oldest is closed, its thread
        ends."""
        with self._lock:
            self._open.append(asking)
            oldest = self._open.popleft() if len(self._open) > MOST_OPEN else None
            if oldest is not None:
                with suppress(OSError):
                    oldest.shutdown(socket.SHUT_RDWR)

    def dismiss(self, asking: socket.socket) -> None:
        """Removes an answered request."""
        with self._lock, suppress(ValueError):
            self._open.remove(asking)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores clients that close the connection early."""


class _Handler(BaseHTTPRequestHandler):
    server: _Page
    timeout = SECONDS
    server_version = "gouji"
    sys_version = ""

    def setup(self) -> None:
        """Reads the whole head before parsing it, so that one limit of time and size covers it."""
        super().setup()
        self.server.admit(self.connection)
        self.rfile.close()
        self.rfile = BytesIO(_head(self.connection))

    def finish(self) -> None:
        self.server.dismiss(self.connection)
        super().finish()

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not _is_ours(hosts[0]):
            # A different host name means that a foreign web page makes a browser send this request (DNS rebinding).
            self._say(WRONG_HOST if hosts else 400, {"error": "ask under the name 127.0.0.1 or localhost"})
            return
        if self.path.partition("?")[0] not in ("/", "/health"):
            self._say(404, {"error": "ask for /health"})
            return
        board = self.server.board
        told = as_json(board.status, board.clock())
        self._say(200 if told["ok"] else 503, told)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def _say(self, status: int, told: dict[str, Any]) -> None:
        body = (to_json(told) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Logs nothing: health requests are not worth a line."""


def _head(connection: socket.socket) -> bytes:
    """The head of the request up to the blank line; empty if it exceeds the limits of time or size."""
    deadline, head = time.monotonic() + SECONDS, b""
    while b"\r\n\r\n" not in head and b"\n\n" not in head:
        left = deadline - time.monotonic()
        if left <= 0:
            return b""
        connection.settimeout(left)
        try:
            if len(head) >= MOST_HEAD:
                connection.sendall(TOO_LARGE)
                return b""
            part = connection.recv(MOST_HEAD - len(head))
        except OSError:
            return b""
        if not part:
            return b""
        head += part
    connection.settimeout(SECONDS)
    return head


def _is_ours(host: str) -> bool:
    name, colon, port = host.strip().lower().rpartition(":")
    if not colon or host.strip().endswith("]"):  # no port
        return host.strip().lower() in NAMES
    return name in NAMES and port.isascii() and port.isdigit()


@contextmanager
def health_page(board: Board, port: int) -> Iterator[int]:
    """Serves the page on loopback during the block; port 0 serves nothing. Yields the port."""
    if not port:
        yield 0
        return
    try:
        server = _Page((HOST, port))
    except (OSError, OverflowError) as error:
        english, chinese = reason(error) if isinstance(error, OSError) else ("no port", "没有这个端口")
        raise GoujiError(
            f"cannot serve [schedule] health_port = {port} of gouji.toml: {english}",
            f"开不了 gouji.toml 的 [schedule] health_port = {port}：{chinese}",
        ) from error
    with server:
        server.board = board
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
