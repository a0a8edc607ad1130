"""Scrapy's process, which runs a spider to its end, and ends within seconds when it is told to."""

import asyncio
import gc
import logging
from collections.abc import Mapping
from typing import Any, cast

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet.base import ReactorBase

from crawler.crawl.page_workers import PageWorkers
from crawler.crawl.spider import PortalSpider
from crawler.crawl.visits import Visits
from crawler.ground.config import Config, Portal
from crawler.ground.errors import GoujiError
from crawler.ground.urls import host_of
from crawler.ledger.portals import named_hosts, open_hosts
from crawler.wire.settings import settings
from crawler.wire.tls import exceptions

GARBAGE = (20_000, 20, 20)
# Seconds that answers under way are waited for when the process is told to end.
PATIENCE = 3.0


class Process(AsyncCrawlerProcess):
    """Told to end, it waits for answers only so long: what was asked for and what was not stands in the database."""

    async def stop(self) -> None:
        asyncio.get_running_loop().call_later(PATIENCE, self._leave)
        await super().stop()

    def _leave(self) -> None:
        from twisted.internet import reactor

        for crawler in self.crawlers:
            if crawler.engine is not None and crawler.engine.spider is not None:
                # Whoever has something to close does it now.
                crawler.signals.send_catch_log(signals.spider_closed, spider=crawler.spider, reason="shutdown")
        # What is still waited for is given up with the process.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        cast(ReactorBase, reactor).crash()


def fetch(
    config: Config,
    chosen: tuple[Portal, ...],
    visits: Visits,
    readers: PageWorkers,
    extra: Mapping[str, Any],
    **attributes: Any,
) -> GoujiError | None:
    """Runs Scrapy until the frontier is empty or the process is told to stop."""
    if not visits.frontier.pending:
        return None
    readers.bound(config.crawl.page_seconds)
    visits.resume()
    process = Process(
        {
            **settings(config.crawl),
            "PORTAL_HOSTS": named_hosts(chosen, open_hosts(visits.harvest.db)),
            "PORTAL_TLS": exceptions(chosen),
            "DOWNLOAD_SLOTS": slots(chosen),
            **extra,
        }
    )
    crawler = process.create_crawler(PortalSpider)
    process.crawl(crawler, visits=visits, readers=readers, **attributes)
    # What was made so far stays; looking for garbage among it time and again costs a tenth of a crawl.
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    process.start()
    spider = crawler.spider
    return spider.broken if isinstance(spider, PortalSpider) else None


def slots(portals: tuple[Portal, ...]) -> dict[str, dict[str, float]]:
    """The delays that gouji.toml gives to portals of their own; two on one host keep the longer."""
    found: dict[str, dict[str, float]] = {}
    for portal in portals:
        if portal.delay is not None:
            host = host_of(portal.start_url)
            delay = max(portal.delay, found.get(host, {}).get("delay", 0.0))
            found[host] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
    return found
