"""`[engine]` of gouji.toml: which machines read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.ground.errors import Both

ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://[^\s/]{1,255}:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`[engine]`. `address` is that of a dask scheduler whose workers read; "": processes of this machine do."""

    address: str = ""


def complaints(found: EngineSettings) -> Iterator[tuple[str, Both]]:
    """What is wrong with it, with its key."""
    if found.address and not ADDRESS.fullmatch(found.address):
        yield "address", wrong_address(found.address)


def wrong_address(address: str) -> Both:
    return (
        f"'{address}' is no address of a dask scheduler; write it as tcp://host:8786, or tls://host:8786",
        f"'{address}' 不是 dask 调度器的地址；写成 tcp://主机:8786，或 tls://主机:8786",
    )
