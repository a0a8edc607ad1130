"""The pause between two requests to a host begins where an answer, or the trouble in its place, has ended."""

from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler


def begin_pause(crawler: Crawler, request: Request) -> None:
    """The delay of the request's host counts from now; Scrapy counts it from where the request was sent.

    A server that takes longer for an answer than the delay would be asked again at once, just where it is slow.
    """
    engine = crawler.engine
    slot = engine.downloader.slots.get(request.meta.get("download_slot", "")) if engine is not None else None
    if slot is not None:
        slot.lastseen = monotonic()
