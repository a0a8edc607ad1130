"""Name resolution that leads to no private address: what a name means is checked when we connect, each time."""

from collections.abc import Collection, Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.resolver import CachingHostnameResolver, HostResolution
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from crawler.ground.hosts import is_never, is_public

# host → the private address it was refused for; the spider tells the ledger.
refused: dict[str, str] = {}
# Names that led to the open network: from then on they may lead nowhere else.
public: set[str] = set()


def admits(name: str, addresses: Sequence[str], allowed: Collection[str]) -> bool:
    """Whether all that a name leads to may be connected to.

    `allowed` are the names that may lead to private addresses, unless they have led to public ones before, and the
    private addresses that any name may lead to. None may lead to what is never asked.
    """
    inside = [address for address in addresses if not is_public(address)]
    meant = name in allowed and name not in public
    wrong = next(
        (
            address
            for address in addresses
            if is_never(address) or (address in inside and not meant and address not in allowed)
        ),
        None,
    )
    if wrong is not None:
        refused[name] = wrong
        return False
    refused.pop(name, None)
    if addresses and not inside:
        public.add(name)
    return True


class GuardedResolver(CachingHostnameResolver):
    """IPv4 and IPv6. Only hosts configured as portals may stand at private addresses (also after DNS rebinding)."""

    allowed: frozenset[str] = frozenset()
    timeout = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(map(str, crawler.settings.getlist("PORTAL_HOSTS")))
        resolver.timeout = crawler.settings.getfloat("DNS_TIMEOUT")
        return resolver

    def resolveHostName(  # noqa: N802 (Twisted's)
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 (Twisted's)
        hostName: str,  # noqa: N803 (Twisted's)
        portNumber: int = 0,  # noqa: N803 (Twisted's)
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 (Twisted's)
        transportSemantics: str = "TCP",  # noqa: N803 (Twisted's)
    ) -> IHostResolution:
        # What is remembered of a name passes the same guard as what was just looked up.
        guard: Any = AddressGuard(resolutionReceiver, hostName, self.allowed)
        guard.timer = self.reactor.callLater(self.timeout, guard.resolutionComplete)
        return super().resolveHostName(guard, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class AddressGuard:
    """Passes the addresses of a name on when all of them may be connected to; else, or out of time, none of them."""

    def __init__(self, receiver: Any, name: str, allowed: Collection[str]) -> None:
        self.receiver, self.name, self.allowed = receiver, name, allowed
        self.addresses: list[Any] = []
        self.timer: Any = None
        self.over = False

    def resolutionBegan(self, _resolution: IHostResolution) -> None:  # noqa: N802 (Twisted's)
        self.receiver.resolutionBegan(HostResolution(self.name))

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802  # Twisted's name
        self.addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802  # Twisted's name
        if self.over:
            return
        self.over = True
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        if admits(self.name, [one.host for one in self.addresses], self.allowed):
            for address in self.addresses:
                self.receiver.addressResolved(address)
        self.receiver.resolutionComplete()
