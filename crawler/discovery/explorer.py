"""The spider that looks around: searches run in parallel, each makes one request at a time, nothing is stored."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest, UnsupportedURLSchemeError
from twisted.python.failure import Failure

from crawler.crawl.page_workers import PageWorkers, Unmarked, ended
from crawler.crawl.spider import answer_of
from crawler.crawl.unanswered import patience, verdict_of
from crawler.discovery.page_view import regard
from crawler.discovery.sighting import Look, Sight, Sought
from crawler.ground.contained import Failed
from crawler.ground.reasons import Reason, quoted
from crawler.pages.asks import Ask
from crawler.wire.bounded import MOST_HEADERS
from crawler.wire.robots import NO_ANSWER

log = logging.getLogger(__name__)

NOTHING_SEEN = (*NO_ANSWER, IgnoreRequest, UnsupportedURLSchemeError)


class ExplorerSpider(Spider):
    """Lets each of its searches look at addresses, by the same rules as every crawl."""

    name = "explorer"

    def __init__(
        self, searches: Sequence[Callable[[Look], Awaitable[None]]], readers: PageWorkers, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.searches, self.readers = searches, readers

    async def start(self) -> AsyncIterator[Any]:
        """Runs the searches to their end; nothing is left for Scrapy to schedule."""
        await asyncio.gather(*(search(self.look) for search in self.searches))
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    async def look(self, ask: Ask, sought: Sought) -> Sight:
        """Makes one request; returns the verdict on its answer, and what the page shows."""
        engine = self.crawler.engine
        assert engine is not None
        headers = {
            name: value for name, value in (("Referer", ask.referer), ("Content-Type", ask.content_type)) if value
        }
        request = Request(ask.url, method=ask.method, body=ask.body, headers=headers, dont_filter=True)
        try:
            response = await engine.download_async(request)
        except NOTHING_SEEN as error:
            failure = Failure(error)  # type: ignore[no-untyped-call]  # Twisted's
            verdict = verdict_of(failure, ask.url, patience(request))
            _tell(ask.url, verdict.word)
            return Sight(ask.url, ask.kind, verdict.word, said=verdict.said)
        size = sum(len(name) + sum(map(len, values)) for name, values in response.headers.items())
        if size > MOST_HEADERS:
            return Sight(ask.url, ask.kind, "too_large", response.status, (Reason("headers_large", bytes=size),))
        answer = answer_of(response)
        seen = await self.readers.read(Unmarked(), regard, answer, sought)
        if isinstance(seen, Failed):
            said = quoted(seen.detail) if seen.cause == "error" else ended(seen)
            return Sight(response.url, ask.kind, "unreadable", response.status, said)
        verdict, view = seen
        _tell(ask.url, verdict.word)
        return Sight(
            response.url,
            ask.kind,
            verdict.word,
            response.status,
            verdict.said,
            verdict.location,
            answer.body if verdict.word == "ok" else b"",
            view,
        )


def _tell(url: str, verdict: str) -> None:
    """One line on a page that was asked for; in Chinese without the verdict's code, which its words follow later."""
    said = "看过 %s" if verdict == "ok" else "没有看成 %s"
    log.info("%s: %s", url, verdict, extra={"zh": said + "%.0s"})
