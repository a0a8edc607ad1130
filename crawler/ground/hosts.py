"""Which hosts may be asked: those of the portal's own domain, and no private address except the portal's."""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.ground.reasons import Reason
from crawler.ground.remembered import remembered
from crawler.ground.urls import CREDENTIALS, DEFAULT_PORT, UNREADABLE

if TYPE_CHECKING:
    from tldextract import TLDExtract

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The only IPv6 addresses that are hosts on the public internet; and IPv4 addresses behind a translator (NAT64).
UNICAST, NAT64 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96")
SPECIAL = ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("100.64.0.0/10")
# Addresses where a cloud machine gets its own keys, and all link-local ones: never a portal, whatever is configured.
NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "169.254.0.0/16",
            "fe80::/10",
            "fd00:ec2::/32",
            "fd20:ce::254/128",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
        ),
    )
)
NEVER_NAMES = frozenset(
    {
        "metadata.google.internal",
        "metadata.goog",
        "metadata.tencentyun.com",
        "instance-data",
        "instance-data.ec2.internal",
    }
)
# IPv6 addresses with an IPv4 address in their last 32 bits: IPv4-compatible, translated within a site, ISATAP.
HOLDING = ipaddress.ip_network("::/96"), ipaddress.ip_network("64:ff9b:1::/48")
ISATAP = frozenset({0x00005EFE, 0x02005EFE})
# Ports of mail, chat, file and printing services that browsers refuse (fetch.spec.whatwg.org, "bad port").
BAD_PORTS = frozenset(
    {
        0,
        1,
        7,
        9,
        11,
        13,
        15,
        17,
        19,
        20,
        21,
        22,
        23,
        25,
        37,
        42,
        43,
        53,
        69,
        77,
        79,
        87,
        95,
        101,
        102,
        103,
        104,
        109,
        110,
        111,
        113,
        115,
        117,
        119,
        123,
        135,
        137,
        139,
        143,
        161,
        179,
        389,
        427,
        465,
        512,
        513,
        514,
        515,
        526,
        530,
        531,
        532,
        540,
        548,
        554,
        556,
        563,
        587,
        601,
        636,
        989,
        990,
        993,
        995,
        1719,
        1720,
        1723,
        2049,
        3659,
        4045,
        4190,
        5060,
        5061,
        6000,
        6566,
        6665,
        6666,
        6667,
        6668,
        6669,
        6679,
        6697,
        10080,
    }
)
# An entry of `allow_hosts` with a port: files.example.cn:8443, [2001:db8::1]:8443.
PORT = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:]*)(?::(?P<port>\d{1,5}))?")


@cache
def _extract() -> "TLDExtract":
    # It imports a web client: loaded only when a domain is needed, not for every query of the register.
    from tldextract import TLDExtract

    # Uses the list that comes with the package: nothing is downloaded, nothing is written.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@remembered
def registered_domain(host: str) -> str:
    """`zfgb.shili.gov.cn` → `shili.gov.cn`; an IP address or a bare name is returned unchanged."""
    if literal(host) is not None:
        return host
    return _extract()(host, include_psl_private_domains=True).top_domain_under_public_suffix or host


@remembered
def literal(host: str) -> Address | None:
    """The IP address that a host written as numbers means, in any of the spellings that resolvers accept."""
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip("[]").split("%")[0].rstrip(".")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    if not host or not all(char in "0123456789abcdefABCDEFxX." for char in host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def is_never(address: str) -> bool:
    """Whether an address is never asked for anything: link-local, or a cloud's own service."""
    value = ipaddress.ip_address(address.split("%")[0])
    return any(one in network for one in (value, *_inner(value)) for network in NEVER)


def _inner(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address may lead to, by any transition mechanism."""
    if isinstance(address, ipaddress.IPv6Address):
        number = int(address)
        if any(address in network for network in HOLDING) or (number >> 32) & 0xFFFFFFFF in ISATAP:
            yield ipaddress.IPv4Address(number & 0xFFFFFFFF)
        yield from address.teredo or ()
        if (one := within(address)) is not None:
            yield one


@remembered
def forbidden(host: str) -> bool:
    """Whether a host, given as an IP address or by name, is never asked for anything."""
    address = literal(host)
    return is_never(str(address)) if address is not None else host.rstrip(".").lower() in NEVER_NAMES


def is_public(address: str) -> bool:
    """Whether an address is on the public internet (not private, loopback, link-local, reserved …)."""
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
    """Whether an address is on this machine: crawling such a portal requires no `contact` setting."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def never(url: str) -> Reason | None:
    """Why an address is never requested, for any portal; None when that depends on the portal."""
    parts = urlsplit(url)
    if parts.scheme == UNREADABLE:
        return Reason("address_unreadable")
    if parts.scheme == CREDENTIALS or parts.username is not None:
        return Reason("address_credentials")
    if parts.scheme not in DEFAULT_PORT:
        return Reason("address_scheme", scheme=parts.scheme)
    host = parts.hostname or ""
    if forbidden(host):
        return Reason("host_never", host=host)
    return None


def port_of(url: str) -> int:
    """The port of a web address."""
    parts = urlsplit(url)
    return DEFAULT_PORT[parts.scheme] if parts.port is None else parts.port


def host_named(entry: str) -> str:
    """The host of an entry of `allow_hosts`, without its port."""
    found = PORT.fullmatch(entry)
    return found["host"].strip("[]") if found else entry


def refusal(url: str, start_url: str, allowed: Collection[str] = (), *, file: bool = True) -> Reason | None:
    """Why an address must not be fetched for the portal at `start_url`; None when it may.

    `allowed` are other hosts, each for one port or all, as gouji.toml says for the portal: on its own domain
    for everything, elsewhere only for files. A private address that is written there literally is allowed; a name
    that leads to one is still refused at connection time.
    """
    return never(url) or _elsewhere(url, start_url, allowed, file=file) or _closed(url, start_url, allowed)


def barred(url: str, start_url: str, allowed: Collection[str] = ()) -> bool:
    """Whether only a rule of ours forbids an address: then the page that links to it is not to blame."""
    if never(url) is not None:
        return urlsplit(url).scheme == CREDENTIALS
    return _elsewhere(url, start_url, allowed, file=True) is None and _closed(url, start_url, allowed) is not None


def _listed(url: str, allowed: Collection[str]) -> bool:
    """Whether gouji.toml names the host of an address, for this port or for all."""
    host = urlsplit(url).hostname or ""
    return host in allowed or f"[{host}]" in allowed or _with_port(host, port_of(url)) in allowed


def _with_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _elsewhere(url: str, start_url: str, allowed: Collection[str], *, file: bool) -> Reason | None:
    host, home = urlsplit(url).hostname or "", urlsplit(start_url).hostname or ""
    if host == home or (file and _listed(url, allowed)):
        return None
    address = literal(host)
    if address is not None and not is_public(str(address)):
        return Reason("host_private", host=host)
    if registered_domain(host) != registered_domain(home):
        return Reason("outside", host=host, domain=registered_domain(home))
    return None


def _closed(url: str, start_url: str, allowed: Collection[str]) -> Reason | None:
    host, port, own = urlsplit(url).hostname or "", port_of(url), port_of(start_url)
    usual = DEFAULT_PORT.values()
    # A portal on this machine may use any port that its owner chose.
    if port in BAD_PORTS and not (port == own and is_loopback(start_url)):
        return Reason("port_never", port=port)
    if port == own or (port in usual and own in usual) or _listed(url, allowed):
        return None
    return Reason("port_closed", port=port, host=host, entry=_with_port(host, port))
