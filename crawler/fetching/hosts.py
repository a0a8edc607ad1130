"""Which hosts may be asked: those of the portal's own domain, no private address but the portal's."""

import ipaddress
import socket
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The only IPv6 addresses that stand for hosts on the open network, and IPv4 addresses behind a translator.
UNICAST, NAT64 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96")
SPECIAL = ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("100.64.0.0/10")


@cache
def _extract() -> "TLDExtract":
    # It brings a client of the web with it: loaded when a domain is asked for, not by every question to the register.
    from tldextract import TLDExtract

    # The list that comes with the package: nothing is looked up, nothing is written.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def registered_domain(host: str) -> str:
    """`zfgb.shili.gov.cn` → `shili.gov.cn`; an address or a bare name stands for itself."""
    if literal(host) is not None:
        return host
    return _extract()(host, include_psl_private_domains=True).top_domain_under_public_suffix or host


def literal(host: str) -> Address | None:
    """The address that a host written in figures means, in any of the spellings that resolvers accept."""
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        pass
    if not host or not all(char in "0123456789abcdefABCDEFxX." for char in host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def is_public(address: str) -> bool:
    """Whether an address is on the open network (not private, loopback, link-local, reserved …)."""
    value = ipaddress.ip_address(address.split("%")[0])
    if isinstance(value, ipaddress.IPv6Address):
        inner = within(value)
        return value in UNICAST and value.is_global if inner is None else is_public(str(inner))
    return value.is_global and not value.is_multicast and not any(value in network for network in SPECIAL)


def within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, translated (NAT64) or tunnelled (6to4)."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine: such a portal needs no contact."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def refusal(url: str, start_url: str, allowed: Collection[str] = ()) -> str | None:
    """Why an address must not be fetched for the portal at `start_url`; None when it may.

    `allowed` are the other sites that may be asked, as gouji.toml says for the files of a portal. A private address
    that stands there letter for letter is meant; a name that leads to one is still refused when it is connected to.
    """
    parts = urlsplit(url)
    host, home = parts.hostname or "", urlsplit(start_url).hostname or ""
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme}: is no address of the web"
    if host == home or host in allowed:
        return None
    address = literal(host)
    if address is not None and not is_public(str(address)):
        return f"{host} is a private address and not where the portal stands"
    if registered_domain(host) != registered_domain(home):
        return f"{host} is outside {registered_domain(home)}"
    return None
