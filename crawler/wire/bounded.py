"""The download handler: headers have a bound, nothing is asked twice by itself, the pause begins at an answer's end."""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.web._newclient import ParseError

from crawler.wire.pause import begin_pause

MOST_HEADERS = 256 * 1024
# Transfer encodings that are none.
AS_IT_IS = (b"", b"identity")


class FloodError(ParseError):
    """What the parser says of headers without end."""


class HeaderFloodError(DownloadFailedError):
    """An answer never came to its body."""


class BoundedParser(_LenientHTTPClientParser):
    """Counts what comes before the body; takes what browsers take."""

    seen = 0

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 (Twisted's)
        # With a blank before the colon nobody would know how long the body is.
        super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]  # Twisted has no types

    def allHeadersReceived(self) -> None:  # noqa: N802 (Twisted's)
        coded = self.connHeaders.getRawHeaders(b"transfer-encoding") or []
        if all(value.strip().lower() in AS_IT_IS for value in coded):
            self.connHeaders.removeHeader(b"transfer-encoding")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]  # Twisted has no types

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's)
        self.seen += len(line)
        if self.seen > MOST_HEADERS:
            raise FloodError(f"more than {MOST_HEADERS} bytes of headers", line[:100])  # type: ignore[no-untyped-call]  # Twisted has no types
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (Twisted's)
        raise FloodError("a header without end", line[:100])  # type: ignore[no-untyped-call]  # Twisted has no types


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Parses with the parser above, in the way in which its parent brings in its own."""

    def request(self, request: Any) -> Any:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes such protocols."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: ARG002, N802 (Twisted's)
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted has no types


class BoundedHandler(HTTP11DownloadHandler):
    """http, and https as it is today."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        # A connection that is cut is no reason to ask again at once: the frontier does, in its time.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if any(one.check(FloodError) for one in getattr(error.__cause__, "reasons", ())):
                raise HeaderFloodError(str(error)) from error.__cause__
            raise
        finally:
            begin_pause(self.crawler, request)
