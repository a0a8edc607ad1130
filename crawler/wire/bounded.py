"""The download handler with a bound on headers: an answer that never gets to its body ends here."""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.web._newclient import ParseError

MOST_HEADERS = 256 * 1024
FLOOD = "flood of headers"


class BoundedParser(_LenientHTTPClientParser):
    """Counts what comes before the body."""

    seen = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (Twisted's)
        self.seen += len(line)
        if self.seen > MOST_HEADERS:
            raise ParseError(f"{FLOOD}: more than {MOST_HEADERS} bytes", line[:100])  # type: ignore[no-untyped-call]
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (Twisted's)
        raise ParseError(f"{FLOOD}: a line without end", line[:100])  # type: ignore[no-untyped-call]


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
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """http, and https as it is today."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
