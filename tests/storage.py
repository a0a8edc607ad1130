"""S3-compatible storage on loopback, a process of its own (moto's server), as whoever has one starts it."""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from crawler.ground.archive_s3 import S3Archive
from tests.clusters import free_port

SIGNED = "AWS4-HMAC-SHA256 Credential=us/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
READY = 60.0  # seconds, on a loaded machine


class Storage:
    """A server that keeps a bucket for each root that asks for one."""

    def __init__(self) -> None:
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.port = free_port()
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + READY
        while True:
            try:
                self._ask("GET", "/")
            except OSError:
                assert time.monotonic() < end
                assert self.process.poll() is None
                time.sleep(0.1)
            else:
                return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def bucket(self, root: Path) -> S3Archive:
        """A bucket for this root alone, and the archive in it."""
        self._ask("PUT", f"/{named(root)}")
        return S3Archive(f"s3://{named(root)}/gouji", self.endpoint)

    def ask(self, method: str, root: Path, sha256: str = "", body: bytes = b"") -> None:
        """What somebody else does to an object, or to the bucket."""
        self._ask(method, f"/{named(root)}" + (f"/gouji/{sha256[:2]}/{sha256}" if sha256 else ""), body)

    def _ask(self, method: str, path: str, body: bytes = b"") -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body or None, {"Authorization": SIGNED})
            assert connection.getresponse().status < 300
        finally:
            connection.close()


def named(root: Path) -> str:
    return "b" + hashlib.sha256(str(root).encode()).hexdigest()[:20]


@lru_cache
def storage_of() -> Storage:
    """The one of this process."""
    return Storage()


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A server that answers everything with this."""

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_HEAD = answer  # noqa: N815  (the library's names)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
