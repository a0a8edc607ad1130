"""The pause between two requests to a host begins where an answer, or the trouble in its place, has ended.

Before the first request of a crawl it begins with the crawl: another may have ended a moment ago.
"""

from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler


def begin_pause(crawler: Crawler, request: Request) -> None:
    """The delay of the request's host counts from now; Scrapy counts it from where the request was sent.

    A server that takes longer for an answer than the delay would be asked again at once, just where it is slow.
    """
    engine = crawler.engine
    slot = engine.downloader.slots.get(request.meta.get("download_slot", "")) if engine is not None else None
    if slot is not None:
        slot.lastseen = monotonic()


class FirstPause:
    """An extension: a host that was not asked in this crawl is taken for asked as the crawl began."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler, self.begun = crawler, monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        one = cls(crawler)
        crawler.signals.connect(one.reached, signal=signals.request_reached_downloader)
        return one

    def reached(self, request: Request) -> None:
        """Called before the request waits for its turn."""
        engine = self.crawler.engine
        slot = engine.downloader.slots.get(request.meta["download_slot"]) if engine is not None else None
        if slot is not None and not slot.lastseen:
            slot.lastseen = self.begun
