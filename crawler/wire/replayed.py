"""In place of the network: the answers of a recorded crawl. What it did not ask for is not asked now either."""

from scrapy import Request, exceptions
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, NotConfigured
from scrapy.http import Response

from crawler.ground.reasons import Reason
from crawler.wire.bounded import HeaderFloodError
from crawler.wire.recording import Recorded, Recording
from crawler.wire.unasked import Unasked

# A request that failed fails again, in the same way.
FAILURES = {
    name: getattr(exceptions, name)
    for name in (
        "CannotResolveHostError",
        "DownloadCancelledError",
        "DownloadConnectionRefusedError",
        "DownloadTimeoutError",
        "ResponseDataLossError",
        "UnsupportedURLSchemeError",
    )
} | {HeaderFloodError.__name__: HeaderFloodError}


class NotRecorded(Unasked):
    """The recorded crawl did not make this request."""


class ReplayMiddleware:
    """Answers every request itself; absent where the setting REPLAY names no recording."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ReplayMiddleware":
        recording = getattr(crawler.spider, "recording", None)
        if recording is None:
            raise NotConfigured
        return cls(recording)

    def process_request(self, request: Request) -> Response:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        found = self.recording.answer(request.method, request.url, request.body, conditional=conditional)
        if found is None:
            raise NotRecorded(Reason("not_recorded", url=request.url))
        if found.failure:
            raise FAILURES.get(found.failure, DownloadFailedError)(found.message)
        return response_of(request, found)


def response_of(request: Request, found: Recorded) -> Response:
    """The answer as if it had come over the network."""
    headers: dict[bytes, list[bytes]] = {}
    for name, value in found.headers:
        headers.setdefault(name, []).append(value)
    return Response(request.url, status=found.status, headers=headers, body=found.body, request=request)
