"""The formats of files, out of formats.toml: what they are called, how their addresses end and their bytes begin."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

KEYS = frozenset({"media_type", "zh", "endings", "begins", "may_begin", "members", "streams"})


class Format(NamedTuple):
    """One format; what each field means stands at the head of formats.toml."""

    media_type: str
    zh: str
    endings: tuple[str, ...]
    begins: tuple[bytes, ...]
    may_begin: tuple[bytes, ...]
    members: tuple[str, ...]
    streams: tuple[str, ...]


@cache
def formats() -> tuple[Format, ...]:
    """Every format, in the order of the file. Raises ValueError for a key that is none."""
    with Path(__file__).with_name("formats.toml").open("rb") as file:
        said = tomllib.load(file)["format"]
    return tuple(_format(one) for one in said)


def ending_pattern() -> str:
    r"""A pattern for the endings that the address of a report in a file may have, without the dot: `pdf|docx|…`."""
    endings = {ending for one in formats() for ending in one.endings}
    return "|".join(re.escape(ending) for ending in sorted(endings, key=lambda ending: (-len(ending), ending)))


def _format(said: dict[str, object]) -> Format:
    if unknown := said.keys() - KEYS:
        raise ValueError(f"formats.toml, {said.get('media_type')}: no such key: {', '.join(sorted(unknown))}")
    texts = {key: tuple(map(str, found)) for key, found in said.items() if isinstance(found, list)}
    return Format(
        str(said["media_type"]),
        str(said["zh"]),
        texts.get("endings", ()),
        tuple(map(_bytes, texts.get("begins", ()))),
        tuple(map(_bytes, texts.get("may_begin", ()))),
        texts.get("members", ()),
        texts.get("streams", ()),
    )


def _bytes(text: str) -> bytes:
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")
