"""The download handler for sites that speak TLS 1.0 or 1.1 only, where gouji.toml allows that."""

import warnings
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.wire.pause import begin_pause
from crawler.wire.resolver import admits, refused


class LegacyHandler(AiohttpDownloadHandler):
    """TLS 1.0 and 1.1, with the same guard over what a name may lead to."""

    experimental = False

    def __init__(self, crawler: Crawler) -> None:
        with warnings.catch_warnings():
            # That nobody should use these any more is said in the ledger.
            warnings.filterwarnings("ignore", r"ssl\.TLSVersion", DeprecationWarning)
            super().__init__(crawler)
        self._session._retry_connection = False  # that is the frontier's to decide, in its time
        connector: Any = self._session.connector
        connector._resolver = GuardedLookup(frozenset(crawler.settings.getlist("PORTAL_HOSTS")))

    async def download_request(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        finally:
            begin_pause(self.crawler, request)


class GuardedLookup(AbstractResolver):
    """Name resolution for the legacy handler: no private address but a portal's own."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        if not admits(host, [one["host"] for one in found], self.allowed):
            raise OSError(f"{host} leads to the private address {refused[host]}")
        return found

    async def close(self) -> None:
        await self.inner.close()
