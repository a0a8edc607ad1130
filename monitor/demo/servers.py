"""What the demo needs on loopback: a web server for its portal and a mail server that keeps what it receives."""

import hashlib
import socket
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
NOT_FOUND = ("text/html; charset=utf-8", "<html><title>404</title><body>页面不存在</body></html>".encode())


class PortalServer(ThreadingHTTPServer):
    """Serves fixed pages, with ETags, so that a second crawl learns what did not change."""

    daemon_threads = True

    def __init__(self, pages: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__((HOST, 0), _Handler)
        self.pages = pages

    @property
    def base(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PortalServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        found = self.server.pages.get(path)
        media, body = found or NOT_FOUND
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if found and self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", tag)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        """Prints nothing: the demo prints its own lines."""


@contextmanager
def serve_pages(pages: Mapping[str, tuple[str, bytes]]) -> Iterator[PortalServer]:
    """Serves the portal on a free loopback port."""
    with PortalServer(pages) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Mailbox:
    """Keeps every message as it was received."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.messages.append(envelope.original_content)
        return "250 OK"


class _MailServer(Controller):
    """A Controller on a socket that is already bound, because it does not accept port 0."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.socket = socket.create_server((HOST, 0))
        # Connections inherit this. Without it, each line of a greeting waits for the other side's delayed ACK.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(mailbox, hostname=HOST, port=self.socket.getsockname()[1])

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self.socket)


@contextmanager
def serve_mail(mailbox: Mailbox) -> Iterator[int]:
    """Runs a mail server on a free loopback port; yields the port."""
    server = _MailServer(mailbox)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
