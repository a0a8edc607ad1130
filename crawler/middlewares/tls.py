"""https: certificates are verified and old protocols refused, save where gouji.toml says otherwise for a portal."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.config import Portal
from crawler.middlewares.bounded import BoundedHandler
from crawler.middlewares.resolver import admits, refused
from crawler.urls import host_of

# The default handler's library knows no protocol before TLS 1.2; the one of the standard library still may.
OLD = {"DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0", "DOWNLOADER_CLIENT_TLS_CIPHERS": "ALL:@SECLEVEL=0"}


class PortalTls(BaseDownloadHandler):
    """Gives each host the handler that its portal's configuration asks for."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # host → (legacy TLS is allowed, the certificate is verified)
        self.hosts: Mapping[str, tuple[bool, bool]] = crawler.settings.getdict("PORTAL_TLS")
        self.handlers: dict[tuple[bool, bool], Any] = {}

    async def download_request(self, request: Request) -> Response:
        legacy, verified = self.hosts.get(host_of(request.url), (False, True))
        handler = self.handlers.get((legacy, verified))
        if handler is None:
            handler = self.handlers[legacy, verified] = self.make(legacy, verified)
        response: Response = await handler.download_request(request)
        return response

    def make(self, legacy: bool, verified: bool) -> BaseDownloadHandler:
        settings: dict[str, Any] = {"DOWNLOAD_VERIFY_CERTIFICATES": verified, **(OLD if legacy else {})}
        crawler: Any = Differing(self.crawler, settings)
        return LegacyHandler(crawler) if legacy else BoundedHandler(crawler)

    async def close(self) -> None:
        for handler in self.handlers.values():
            await handler.close()


class Differing:
    """A crawler with some settings of its own."""

    def __init__(self, crawler: Crawler, settings: Mapping[str, Any]) -> None:
        self.crawler = crawler
        self.settings = crawler.settings.copy()
        self.settings.frozen = False
        self.settings.setdict(dict(settings), priority="cmdline")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.crawler, name)


class LegacyHandler(AiohttpDownloadHandler):
    """TLS 1.0 and 1.1, with the same guard over what a name may lead to."""

    experimental = False

    def __init__(self, crawler: Crawler) -> None:
        with warnings.catch_warnings():
            # That nobody should use these any more is said in the ledger.
            warnings.filterwarnings("ignore", r"ssl\.TLSVersion", DeprecationWarning)
            super().__init__(crawler)
        connector: Any = self._session.connector
        connector._resolver = GuardedLookup(frozenset(crawler.settings.getlist("PORTAL_HOSTS")))


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


def exceptions(portals: Sequence[Portal]) -> dict[str, tuple[bool, bool]]:
    """The setting PORTAL_TLS: the hosts of the portals that gouji.toml makes an exception for."""
    return {host: (portal.legacy_tls, portal.verify_certificate) for portal in portals
            if portal.legacy_tls or not portal.verify_certificate
            for host in (host_of(portal.start_url), *portal.allow_hosts)}


def remark(portal: Portal, url: str) -> str:
    """What is to be said of an answer that came over a connection nobody should trust; empty for all others."""
    if not url.startswith("https:") or host_of(url) not in exceptions([portal]):
        return ""
    legacy = "legacy TLS allowed" if portal.legacy_tls else ""
    return ", ".join(filter(None, (legacy, "" if portal.verify_certificate else "certificate not verified")))
