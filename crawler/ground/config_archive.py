"""`[archive]` of gouji.toml: where what was fetched is kept, if not in the data directory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.ground.errors import Both

URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[A-Za-z0-9._/-]{0,200}))?")
ENDPOINT = re.compile(r"https?://[^\s/@]{1,255}/?")


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """`[archive]`. `url` is s3://bucket/prefix ("": the folder `archive` of the data directory); `endpoint` is the
    address of an S3-compatible server ("": Amazon's), `region` its region. Credentials stand in the environment."""

    url: str = ""
    endpoint: str = ""
    region: str = ""


def complaints(found: ArchiveSettings) -> Iterator[tuple[str, Both]]:
    """What is wrong with it, with its key."""
    if found.url and not URL.fullmatch(found.url):
        yield "url", wrong_url(found.url)
    if found.endpoint and not ENDPOINT.fullmatch(found.endpoint):
        yield (
            "endpoint",
            (
                f"'{found.endpoint}' is no address of a server; write it as https://host:9000",
                f"'{found.endpoint}' 不是服务器的地址；写成 https://主机:9000",
            ),
        )
    if not found.url and (found.endpoint or found.region):
        yield "endpoint" if found.endpoint else "region", ("'url' is missing", "缺少 'url'")


def wrong_url(url: str) -> Both:
    return (
        f"'{url}' names no storage; write it as s3://bucket/prefix",
        f"'{url}' 不是存储的地址；写成 s3://桶名/前缀",
    )
