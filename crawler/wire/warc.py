"""Writes what crossed the wire as WARC: one gzip member per record, each on disk before its answer is acted upon."""

import base64
import hashlib
import os
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from scrapy.exceptions import IgnoreRequest

from crawler.ground.errors import GoujiError

SUFFIX = ".warc.gz"
# Pages shrink to a fifth at any level; the higher ones only cost time between two answers.
LEVEL = 3
Kind = Literal["warcinfo", "request", "response", "revisit", "metadata"]
FIELDS, HTTP = "application/warc-fields", "application/http; msgtype="
MEDIA: Mapping[Kind, str] = {
    "warcinfo": FIELDS,
    "request": f"{HTTP}request",
    "response": f"{HTTP}response",
    "revisit": f"{HTTP}response",
    "metadata": FIELDS,
}
# Records whose block has no payload of its own.
NO_PAYLOAD: frozenset[Kind] = frozenset({"warcinfo", "revisit"})
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class WarcError(GoujiError, IgnoreRequest):
    """Evidence cannot be written, or was altered: the crawl ends here (to Scrapy, a request that was not made)."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was sent, and the instant its answer was there. The blocks are HTTP, byte for byte."""

    url: str
    at: datetime
    head: bytes
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Received:
    """The answer: its status line and headers, and the body as it came (before any decompression)."""

    status: int
    head: bytes
    body: bytes
    address: str = ""


def sha1(block: bytes, *more: bytes) -> str:
    """The digest of a block, which may come in pieces, as WARC files write it."""
    digest = hashlib.sha1(block, usedforsecurity=False)
    for piece in more:
        digest.update(piece)
    return "sha1:" + base64.b32encode(digest.digest()).decode()


NOTHING = sha1(b"")


def named() -> str:
    """The name of a new record."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def record(
    kind: Kind, name: str, url: str, at: datetime, body: bytes, more: Mapping[str, str], head: bytes = b""
) -> bytes:
    """One record, not compressed yet. HTTP headers are written as they are: a file name in GBK stays in GBK."""
    # By hand: a library that writes records of all kinds takes ten times as long, twice for each page.
    instant = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    headers = {"WARC-Date": instant, "WARC-Block-Digest": sha1(head, body), **more}
    if kind not in NO_PAYLOAD:
        headers["WARC-Payload-Digest"] = sha1(body) if body else NOTHING
    headers |= {"WARC-Type": kind, "WARC-Record-ID": name}
    if url:
        headers["WARC-Target-URI"] = url
    headers |= {"Content-Type": MEDIA[kind], "Content-Length": str(len(head) + len(body))}
    lines = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    return b"".join((f"WARC/1.1\r\n{lines}\r\n".encode(), head, body, b"\r\n\r\n"))


class WarcFile:
    """A WARC file that is being written. A record that is there is there whole, save the last of a killed process."""

    def __init__(self, path: Path, information: Mapping[str, str], at: datetime) -> None:
        self.path = path
        self.size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise WarcError(
                f"cannot make {path}: {error.strerror}. Is the disk full or the folder not writable?"
            ) from error
        lines = "".join(f"{name}: {value}\r\n" for name, value in information.items()).encode()
        self._write(record("warcinfo", named(), "", at, lines, {"WARC-Filename": path.name}))

    def answered(self, asked: Exchange, answer: Received) -> None:
        """A request and what came back. An answer 304 is a `revisit`: it stands for bytes that are kept already."""
        more = {"WARC-IP-Address": answer.address} if answer.address else {}
        kind: Kind = "revisit" if answer.status == 304 else "response"
        if kind == "revisit":
            more |= {"WARC-Profile": NOT_MODIFIED, "WARC-Refers-To-Target-URI": asked.url}
        body, name = b"" if kind == "revisit" else answer.body, named()
        self._write(_request(asked, name), record(kind, name, asked.url, asked.at, body, more, answer.head))

    def failed(self, asked: Exchange, failure: str, message: str) -> None:
        """A request to which no whole answer came."""
        lines = f"failure: {failure}\r\nmessage: {' '.join(message.split())[:1000]}\r\n".encode()
        name = named()
        self._write(_request(asked, name), record("metadata", name, asked.url, asked.at, lines, {}))

    def close(self) -> None:
        """The file is complete and on the disk."""
        try:
            os.fsync(self.file)
        except OSError as error:
            raise WarcError(f"cannot write {self.path}: {error.strerror}") from error
        finally:
            os.close(self.file)

    def _write(self, *records: bytes) -> None:
        members = bytearray()
        for one in records:
            members += zlib.compress(one, LEVEL, zlib.MAX_WBITS + 16)
        self.size += len(members)
        try:
            # One call for request and answer: hardly ever does a kill find the file half written.
            while members:
                del members[: os.write(self.file, members)]
        except OSError as error:
            raise WarcError(f"cannot write {self.path}: {error.strerror}. Is the disk full?") from error


def _request(asked: Exchange, answer: str) -> bytes:
    return record("request", named(), asked.url, asked.at, asked.body, {"WARC-Concurrent-To": answer}, asked.head)
