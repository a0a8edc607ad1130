"""Name resolution that leads to no private address: what a name means is checked when we connect, each time."""

from collections.abc import Iterable, Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.fetching.hosts import is_public

# host → the private address it was refused for; the spider tells the ledger.
refused: dict[str, str] = {}


class GuardedResolver(CachingThreadedResolver):
    """Only hosts that are configured as portals may stand at private addresses (also after DNS rebinding)."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(_names(crawler.settings.getlist("PORTAL_HOSTS")))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 (Twisted's)
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: Any, name: str) -> Any:
        if name in self.allowed or is_public(str(address)):
            return address
        refused[name] = str(address)
        raise DNSLookupError(f"{name} leads to the private address {address}")


def _names(values: Iterable[Any]) -> Iterable[str]:
    return (str(value) for value in values)
