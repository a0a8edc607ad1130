"""Adds portals to gouji.toml as tables at its end; what is already there, comments included, stays as it is."""

import json
import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from crawler.ground.config import Portal, parse_config
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError, reason
from crawler.ground.hosts import literal
from crawler.ground.urls import identity
from crawler.ground.writing import exchange, locked, regular

ID = re.compile(r"[\w.\-]{1,64}")
COMMON = frozenset({"www", "gov", "cn", "com", "org", "net", "wap", "m"})


def suggest(url: str, taken: Collection[str]) -> str:
    """An id from the host: `shili` for www.shili.gov.cn, `zfb-shili` for zfb.shili.gov.cn; with a number if taken."""
    host = urlsplit(url).hostname or "portal"
    if literal(host) is not None:
        stem = re.sub(r"[.:]+", "-", host).strip("-")
    else:
        stem = "-".join(part for part in host.split(".") if part not in COMMON) or host
    stem = re.sub(r"[^\w\-]+", "-", stem)[:50]
    number, result = 1, stem
    while result in taken:
        number += 1
        result = f"{stem}-{number}"
    return result


def known(portals: Sequence[Portal], url: str) -> Portal | None:
    """The portal in the configuration that already watches this column."""
    return next((one for one in portals if identity(one.start_url) == identity(url)), None)


def append(data: DataDir, portals: Sequence[Portal]) -> None:
    """Writes the portals at the end of gouji.toml. UsageError if the result would not be a valid file."""
    path = data.config_path
    for portal in portals:
        if not ID.fullmatch(portal.id):
            raise UsageError(
                f"'{portal.id}' is no id: letters, digits, '-', '_' and '.', at most 64",
                f"'{portal.id}' 不能作编号：只用字母、数字、'-'、'_' 和 '.'，至多 64 个",
            )
    try:
        regular(path)
        # Two processes that add portals at the same time take turns.
        with locked(data.root):
            before = path.read_bytes()
            parse_config(before, path, data.channels)
            after = before + _tables(before, portals)
            parse_config(after, path, data.channels)
            exchange(path, after)
    except OSError as error:
        raise GoujiError(
            f"cannot write {path}: {error.strerror}; nothing was added",
            f"写不了 {path}：{reason(error)[1]}；什么都没有加入",
        ) from error


def _tables(before: bytes, portals: Sequence[Portal]) -> bytes:
    lines = [] if not before or before.endswith(b"\n") else [""]
    for portal in portals:
        lines += [
            "",
            "[[portal]]",
            f"id = {quoted(portal.id)}",
            f"name = {quoted(portal.name)}",
            f"start_url = {quoted(portal.start_url)}",
        ]
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """A TOML string; a name taken from a web page may hold anything."""
    return json.dumps("".join(char for char in text if char.isprintable()), ensure_ascii=False)
