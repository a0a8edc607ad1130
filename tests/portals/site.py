"""A real HTTP server on a loopback address: pages by path, conditional answers, a log of what was asked."""

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, and when its answer had left."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    began: float
    ended: float

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What the site answers."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"
    # Cuts the connection after so many bytes of the body.
    cut: int | None = None

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Answerer = Callable[[Seen], Reply]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed in the middle are what these sites are for."""


class Site:
    """One portal. `pages` maps a path (with its query, else without) to a body, a Reply or a function."""

    def __init__(
        self,
        host: str,
        pages: Mapping[str, bytes | str | Reply | Answerer] | None = None,
        *,
        etags: bool = True,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.host = host
        self.pages: dict[str, bytes | str | Reply | Answerer] = dict(pages or {})
        self.etags = etags
        self.tls = tls
        self.log: list[Seen] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.tls else ''}://{host}:{self.port}"

    def asked(self, path: str = "") -> list[Seen]:
        """The requests for a path (all, robots.txt left out)."""
        return [seen for seen in self.log if (seen.path == path if path else seen.path != "/robots.txt")]

    def paths(self) -> list[str]:
        return [seen.path for seen in self.asked()]

    def __enter__(self) -> "Site":
        self._server = Server(self.host, self.port, _handler(self))
        self.port = cast(tuple[str, int], self._server.server_address)[1]
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def reply(self, seen: Seen) -> Reply:
        page = self.pages.get(seen.path)
        if page is None:
            page = self.pages.get(urlsplit(seen.path).path)
        if page is None:
            return Reply("<html><title>404</title>not found</html>", 404)
        if callable(page):
            page = page(seen)
        return page if isinstance(page, Reply) else Reply(page)

    def conditional(self, reply: Reply, seen: Seen) -> Reply:
        if not self.etags or reply.status != 200:
            return reply
        etag = f'"{hashlib.sha256(reply.data).hexdigest()[:16]}"'
        if seen.headers.get("if-none-match") == etag:
            return Reply(b"", 304, {"ETag": etag})
        return Reply(reply.body, 200, {**reply.headers, "ETag": etag}, reply.kind, reply.cut)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            began = time.monotonic()
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length), began, began)
            reply = site.conditional(site.reply(seen), seen)
            body = reply.data
            self.send_response(reply.status)
            if reply.status != 304:
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if reply.cut is None else body[: reply.cut])
            self.wfile.flush()
            site.log.append(Seen(seen.method, seen.path, headers, seen.body, began, time.monotonic()))
            if reply.cut is not None:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving(*sites: Site) -> Iterator[None]:
    """All the sites, up until the block ends."""
    for site in sites:
        site.__enter__()
    try:
        yield
    finally:
        for site in sites:
            site.__exit__(None, None, None)
