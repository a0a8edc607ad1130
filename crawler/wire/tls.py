"""https: certificates are verified and old protocols refused, save where gouji.toml says otherwise for a portal."""

from collections.abc import Mapping, Sequence
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.ground.config import Portal
from crawler.ground.hosts import host_named
from crawler.ground.reasons import Detail, Reason
from crawler.ground.urls import host_of
from crawler.wire.bounded import BoundedHandler

# The default handler's library knows no protocol before TLS 1.2; the one of the standard library still may.
LEGACY = "crawler.wire.legacy.LegacyHandler"  # brought in, with that library, where a portal needs it
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
        handler: BaseDownloadHandler = load_object(LEGACY)(crawler) if legacy else BoundedHandler(crawler)
        return handler

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


def exceptions(portals: Sequence[Portal]) -> dict[str, tuple[bool, bool]]:
    """The setting PORTAL_TLS: the hosts of the portals that gouji.toml makes an exception for."""
    return {
        host: (portal.legacy_tls, portal.verify_certificate)
        for portal in portals
        if portal.legacy_tls or not portal.verify_certificate
        for host in (host_of(portal.start_url), *map(host_named, portal.allow_hosts))
    }


def remark(portal: Portal, url: str) -> Detail:
    """What is to be said of an answer that came over a connection nobody should trust; nothing of all others."""
    if not url.startswith("https:") or host_of(url) not in exceptions([portal]):
        return ()
    if portal.verify_certificate:
        return (Reason("legacy_tls"),)
    return (Reason("legacy_unverified" if portal.legacy_tls else "certificate_unverified"),)
