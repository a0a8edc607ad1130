"""Nearest to the wire: every request, answer and failure of a crawl goes into its WARC file before it is acted upon."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Headers, Response

from crawler.ground.clock import stamp
from crawler.ground.config import Portal
from crawler.ground.errors import GoujiError
from crawler.ground.urls import USERS
from crawler.wire.warc import SUFFIX, Exchange, Received, WarcFile

# The body stands here as it was read off the connection, in one piece.
UNDONE = frozenset({b"transfer-encoding"})
# Where a header leads on, a user and a password that it bears are written down as "-": that there was one decides what
# a crawl does, also when it is run again.
LEADS = frozenset({b"location", b"content-location", b"refresh", b"link"})
LEADING = re.compile(USERS.pattern.encode(), re.IGNORECASE)


class Recorded(Protocol):
    """A spider that is recorded: it was told which time it is."""

    def now(self) -> datetime:
        """The instant of what crosses the wire."""


class WireMiddleware:
    """Writes the WARC file of a crawl; absent where the setting WARC names none."""

    def __init__(self, crawler: Crawler) -> None:
        named: Mapping[str, Any] | None = crawler.settings["WARC"]
        if named is None:
            raise NotConfigured
        self.crawler = crawler
        self.named = named
        self.open: WarcFile | None = None
        self.serial = 0
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WireMiddleware":
        return cls(crawler)

    def now(self) -> datetime:
        spider: Recorded = self.crawler.spider  # type: ignore[assignment]  # the only spider that is recorded
        return spider.now()

    @property
    def file(self) -> WarcFile:
        """The file to write to: the next one of the crawl when the last has grown to its size."""
        if self.open is not None and self.open.size >= self.named["largest"]:
            self.close()
        if self.open is None:
            agent = self.crawler.settings["USER_AGENT"]
            self.open = WarcFile(
                self.next_path(),
                {
                    "software": agent.split(" ")[0],
                    "format": "WARC File Format 1.1",
                    "http-header-user-agent": agent,
                    "robots": "obey",
                    "gouji-crawl": self.named["crawl"],
                },
                self.now(),
            )
        return self.open

    def next_path(self) -> Path:
        # A crawl that was killed and taken up within a second has files of this name already.
        self.serial += 1
        path = Path(f"{self.named['stem']}-{self.serial:05d}{SUFFIX}")
        return self.next_path() if path.exists() else path

    def close(self) -> None:
        if self.open is not None:
            written, self.open = self.open, None
            written.close()

    def process_request(self, request: Request) -> None:  # noqa: ARG002  (Scrapy's signature)
        # Nothing is asked whose answer could not be written down.
        _ = self.file

    def process_response(self, request: Request, response: Response) -> Response:
        self.file.answered(
            self.exchange(request),
            Received(
                response.status,
                response_head(response),
                response.body,
                str(response.ip_address) if response.ip_address else "",
            ),
        )
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        # What we ourselves refused to ask never was on the wire.
        if not isinstance(exception, (IgnoreRequest, GoujiError)):
            cause = f" {exception.__cause__!r}" if exception.__cause__ else ""
            self.file.failed(self.exchange(request), type(exception).__name__, f"{exception}{cause}")

    def exchange(self, request: Request) -> Exchange:
        return Exchange(request.url, self.now(), request_head(request), request.body)


def recorded_as(
    folder: Path,
    crawl: int,
    portals: Sequence[Portal],
    year: int | None,
    now: datetime,
    *,
    begun: str,
    megabytes: float,
    everything: bool = False,
) -> dict[str, Any]:
    """The setting that has a crawl written to `<crawl>-<time>-<serial>.warc.gz` in the folder.

    `begun` tells its files from those of other crawls of this number; each holds about so many megabytes.
    """
    # With this a recording can be run again where nothing else is known.
    information = {
        "crawl": crawl,
        "begun": begun,
        "started": stamp(now),
        "year": year,
        "everything": everything,
        "portals": [asdict(one) for one in portals],
    }
    return {
        "WARC": {
            "stem": str(folder / f"{crawl}-{now:%Y%m%dT%H%M%S}"),
            "largest": int(megabytes * 1_000_000),
            "crawl": json.dumps(information, ensure_ascii=True),
        }
    }


def request_head(request: Request) -> bytes:
    """The request line and headers as they are sent."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    lines = [f"{request.method} {target} HTTP/1.1".encode(), f"Host: {parts.netloc}".encode()]
    if request.body:
        lines.append(f"Content-Length: {len(request.body)}".encode())
    return b"\r\n".join([*lines, *header_lines(request.headers)]) + b"\r\n\r\n"


def response_head(response: Response) -> bytes:
    """The status line and headers as they came; a body that came in pieces is given its length."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    first = f"{response.protocol or 'HTTP/1.1'} {response.status} {phrase}".encode()
    lines = [
        LEADING.sub(rb"\1-@", line) if line.partition(b":")[0].lower() in LEADS else line
        for line in header_lines(response.headers)
        if line.partition(b":")[0].lower() not in UNDONE
    ]
    if response.status != 304 and "Content-Length" not in response.headers:
        lines.append(f"Content-Length: {len(response.body)}".encode())
    return b"\r\n".join([first, *lines]) + b"\r\n\r\n"


def header_lines(headers: Headers) -> list[bytes]:
    """Each value of each header on its line."""
    # As the dictionary holds them: its own way to them writes every name anew.
    return [name + b": " + value for name, values in dict.items(headers) for value in values]
