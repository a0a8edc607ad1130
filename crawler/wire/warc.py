"""Writes what crossed the wire as WARC: one gzip member per record, each on disk before its answer is acted upon."""

import base64
import hashlib
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from scrapy.exceptions import IgnoreRequest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.ground.errors import GoujiError

SUFFIX = ".warc.gz"
# Pages shrink to a fifth at any level; the higher ones only cost time between two answers.
LEVEL = 3
FIELDS = "application/warc-fields"
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


class HeaderBlock(StatusAndHeaders):  # type: ignore[misc]  # warcio is not typed
    """HTTP headers that are written as they are: a file name in GBK stays in GBK."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw.partition(b"\r\n")[0].decode("latin-1"), [])
        self.raw = raw

    def compute_headers_buffer(self, header_filter: Any = None) -> None:  # noqa: ARG002  (warcio's signature)
        self.headers_buff = self.raw


def sha1(block: bytes) -> str:
    """The digest of a block as WARC files write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()


class WarcFile:
    """A WARC file that is being written. A record that is there is there whole, save the last of a killed process."""

    def __init__(self, path: Path, information: Mapping[str, str], at: datetime) -> None:
        self.path = path
        self.size = 0
        self.buffer = BytesIO()
        # Compressed here, at a level of our own: warcio knows only the slowest.
        self.writer = WARCWriter(self.buffer, gzip=False, warc_version="1.1")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise WarcError(
                f"cannot make {path}: {error.strerror}. Is the disk full or the folder not writable?"
            ) from error
        lines = "".join(f"{name}: {value}\r\n" for name, value in information.items()).encode()
        self._write(self._record("warcinfo", "", at, lines, {"WARC-Filename": path.name}, media=FIELDS))

    def answered(self, asked: Exchange, answer: Received) -> None:
        """A request and what came back. An answer 304 is a `revisit`: it stands for bytes that are kept already."""
        more = {"WARC-IP-Address": answer.address} if answer.address else {}
        kind = "revisit" if answer.status == 304 else "response"
        if kind == "revisit":
            more |= {"WARC-Profile": NOT_MODIFIED, "WARC-Refers-To-Target-URI": asked.url}
        body = b"" if kind == "revisit" else answer.body
        response = self._record(kind, asked.url, asked.at, body, more, answer.head)
        self._write(self._request(asked, response), response)

    def failed(self, asked: Exchange, failure: str, message: str) -> None:
        """A request to which no whole answer came."""
        lines = f"failure: {failure}\r\nmessage: {' '.join(message.split())[:1000]}\r\n".encode()
        metadata = self._record("metadata", asked.url, asked.at, lines, {}, media=FIELDS)
        self._write(self._request(asked, metadata), metadata)

    def close(self) -> None:
        """The file is complete and on the disk."""
        try:
            os.fsync(self.file)
        except OSError as error:
            raise WarcError(f"cannot write {self.path}: {error.strerror}") from error
        finally:
            os.close(self.file)

    def _request(self, asked: Exchange, answer: Any) -> Any:
        more = {"WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")}
        return self._record("request", asked.url, asked.at, asked.body, more, asked.head)

    def _record(
        self,
        kind: str,
        url: str,
        at: datetime,
        body: bytes,
        more: Mapping[str, str],
        head: bytes | None = None,
        media: str = "",
    ) -> Any:
        instant = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        # With its digests, or warcio would read each block twice more for them.
        named = {"WARC-Date": instant, "WARC-Block-Digest": sha1(body if head is None else head + body), **more}
        if kind not in self.writer.NO_PAYLOAD_DIGEST_TYPES:
            named["WARC-Payload-Digest"] = sha1(body)
        return self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=media,
            warc_headers_dict=named,
            http_headers=None if head is None else HeaderBlock(head),
        )

    def _write(self, *records: Any) -> None:
        members = bytearray()
        for record in records:
            self.buffer.seek(0)
            self.buffer.truncate()
            self.writer.write_record(record)
            member = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
            members += member.compress(self.buffer.getbuffer()) + member.flush()
        self.size += len(members)
        try:
            # One call for request and answer: hardly ever does a kill find the file half written.
            while members:
                del members[: os.write(self.file, members)]
        except OSError as error:
            raise WarcError(f"cannot write {self.path}: {error.strerror}. Is the disk full?") from error
