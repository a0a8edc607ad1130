"""Scrapy's scheduler over the frontier: what is next stands in SQLite, not in memory."""

import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred

from crawler.ground.contained import Failed, contained
from crawler.ground.reasons import Reason, quoted
from crawler.ledger import fetches
from crawler.ledger.frontier import FrontierEntry
from crawler.pages.verdicts import Verdict

if TYPE_CHECKING:
    from crawler.crawl.spider import PortalSpider


class FrontierScheduler(BaseScheduler):
    """Hands out one request per free host."""

    def __init__(self, spider: "PortalSpider") -> None:
        self.spider = spider
        self.frontier = spider.visits.frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "FrontierScheduler":
        spider: PortalSpider = crawler.spider  # type: ignore[assignment]  # the only spider of the project
        return cls(spider)

    def open(self, spider: Spider) -> Deferred[None] | None:  # noqa: ARG002 (Scrapy's)
        return None

    def close(self, reason: str) -> Deferred[None] | None:  # noqa: ARG002 (Scrapy's)
        return None

    def has_pending_requests(self) -> bool:
        return self.frontier.pending > 0

    def enqueue_request(self, request: Request) -> bool:  # noqa: ARG002 (Scrapy's)
        # Everything to ask goes through the frontier; nothing else may slip in.
        return False

    def next_request(self) -> Request | None:
        until: datetime | None = getattr(self.spider, "until", None)
        if until is not None and self.frontier.pending and self.spider.visits.harvest.clock() >= until:
            self.frontier.spare()
            self.spider.visits.bounded(Reason("hours_over"))
        while (entry := self._taken()) is not None:
            request = contained(lambda entry=entry: self.build(entry), beyond=(sqlite3.Error,))  # type: ignore[misc]  # bound as it is now
            if not isinstance(request, Failed):
                return request
            # An address that no request can be made of is that one entry's trouble.
            self.spider.visits.failed(entry, Verdict("unreadable", quoted(request.detail)))
            self.frontier.release(entry)
        return None

    def _taken(self) -> FrontierEntry | None:
        entry = self.frontier.take()
        if self.frontier.spared:
            self.spider.visits.bounded(Reason("daily_cap", cap=self.frontier.cap))
        return entry

    def build(self, entry: FrontierEntry) -> Request:
        """The request, conditional when we hold an earlier answer, unless the crawl believes no server in that."""
        ask = entry.ask
        headers: dict[str, str] = {}
        if ask.referer:
            headers["Referer"] = ask.referer
        if ask.content_type:
            headers["Content-Type"] = ask.content_type
        known = None
        afresh = ask.detour.afresh or ask.first_look or getattr(self.spider, "afresh", False)
        if ask.method == "GET" and not afresh:
            known = fetches.known(self.frontier.db, ask.url)
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return Request(
            ask.url,
            method=ask.method,
            body=ask.body,
            headers=headers,
            dont_filter=True,
            callback=self.spider.answered,
            errback=self.spider.failed,
            meta={"entry": entry},
        )
