"""A server that is slow, breaks off or closes: kept connections, raw bytes, and when each request came and was done with."""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found"
SLOWNESS = 0.9
TROUBLED = "1.html"


class Tiresome:
    """Serves pages; the first answer to 1.html, or each to robots.txt, is the trouble that is asked for."""

    def __init__(self, host: str, trouble: str, pages: Mapping[str, str], robots: str = "") -> None:
        self.trouble, self.robots, self.pages = trouble, robots, pages
        # How many answers to robots.txt are trouble from now on; None: all.
        self.spared: int | None = None
        self.log: list[tuple[str, float, float]] = []
        self.over = threading.Event()
        self.server = socket.create_server((host, 0))
        self.url = "http://{}:{}".format(*self.server.getsockname())
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Tiresome":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self.server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # Who waits no longer closes, or resets: that is the end of a connection, not of the server.
        with connection, suppress(ConnectionError):
            data = b""
            while more := connection.recv(65536):
                data += more
                if b"\r\n\r\n" in data:
                    path, began, data = data.split(b" ")[1].decode(), time.monotonic(), b""
                    if not self._done(connection, path, began):
                        return

    def _done(self, connection: socket.socket, path: str, began: float) -> bool:
        try:
            return self._answer(connection, path)
        finally:
            self.log.append((path, began, time.monotonic()))

    def _answer(self, connection: socket.socket, path: str) -> bool:
        """Whether the connection is kept."""
        body = self.pages.get(path, "").encode()
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) if body else MISSING
        match self._trouble(path):
            case "slow":
                self.over.wait(SLOWNESS)
            case "cut":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *\n")
                return False
            case "late" | "closed":
                return False
            case "silent":
                connection.recv(1)  # until it is closed at the other end
                return False
        connection.sendall(whole)
        return True

    def _trouble(self, path: str) -> str:
        if path == "/robots.txt":
            if self.spared is None:
                return self.robots
            self.spared -= 1
            return self.robots if self.spared >= 0 else ""
        return self.trouble if path.endswith(TROUBLED) and all(path != seen for seen, _, _ in self.log) else ""
