"""What is wrong with the addresses given for a portal; the messages repeat no part that may be secret."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawler.ground.errors import Both
from crawler.ground.hosts import BAD_PORTS, PORT, forbidden, is_loopback, port_of
from crawler.ground.urls import resolve, without_user

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[?[0-9a-f.]*:[0-9a-f:.]*\]?")
MOST_PORTS = 65535


def complaints(start_url: str, allow_hosts: Sequence[str]) -> Iterator[tuple[str, Both]]:
    """What is wrong with a portal's addresses: the key, and a sentence that says what to write."""
    if (wrong := complaint(start_url)) is not None:
        yield "start_url", wrong
    for entry in allow_hosts:
        host, port = host_and_port(entry)
        if not NAME.fullmatch(host) or port is None:
            told = without_user(entry)
            yield (
                "allow_hosts",
                (
                    f'\'{told}\' is no host name; write it as "files.example.gov.cn" or "files.example.gov.cn:8081"',
                    f'\'{told}\' 不是主机名；写成 "files.example.gov.cn" 或 "files.example.gov.cn:8081"',
                ),
            )
        elif forbidden(host):
            yield "allow_hosts", _forbidden(host)
        elif port in BAD_PORTS - {0}:
            yield "allow_hosts", _bad_port(port)


def complaint(url: str) -> Both | None:
    """Why an address cannot be a portal's address; None when it can."""
    told = without_user(url)
    target = resolve(url, url)
    if told != url and resolve(told, told) is not None:
        return (
            "the address bears a user name or a password; gouji sends neither: write it without them",
            "网址里带有用户名或密码；gouji 不会发送它们：请写不带它们的网址",
        )
    if target is None:
        return f"'{told}' is not an http(s) address", f"'{told}' 不是 http(s) 网址"
    host = urlsplit(target).hostname or ""
    if forbidden(host):
        return _forbidden(host)
    bad = port_of(target) in BAD_PORTS and not is_loopback(target)
    return _bad_port(port_of(target)) if bad else None


def host_and_port(entry: str) -> tuple[str, int | None]:
    """The host of an entry of `allow_hosts`, and its port: 0 for all ports, None if the port is not valid."""
    found = PORT.fullmatch(entry)
    if found is None:
        return entry, 0  # an IPv6 address without brackets
    port = int(found["port"]) if found["port"] else 0
    return found["host"], port if (0 < port <= MOST_PORTS or not found["port"]) else None


def _forbidden(host: str) -> Both:
    return (
        f"{host} is a link-local address or a cloud's own service: no portal, and nothing is ever asked there",
        f"{host} 是链路本地地址或云平台自己的服务，不会是门户；永远不会访问",
    )


def _bad_port(port: int) -> Both:
    return (
        f"port {port} is none of the web's: browsers refuse it, and so do we",
        f"端口 {port} 不是网站用的：浏览器拒绝访问，这里也一样",
    )
