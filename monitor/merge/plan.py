"""What becomes of every table of another data directory, as `tables.toml` says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Taken:
    """How the rows of one table are taken over; see `tables.toml`. `numbered` is a column that we number anew."""

    key: tuple[str, ...]
    numbered: str = ""
    least: tuple[str, ...] = ()
    most: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    newest: str = ""
    keep: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()


@cache
def plan() -> Mapping[str, Taken]:
    """The tables that are taken over, in the order in which they depend on each other."""
    return MappingProxyType({name: Taken(**_frozen(how)) for name, how in _file().items() if name != "left"})


def _frozen(how: Mapping[str, str | list[str]]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in how.items()}


def left() -> frozenset[str]:
    """The tables that stay behind."""
    return frozenset(_file()["left"])


@cache
def _file() -> Mapping[str, Mapping[str, str | list[str]]]:
    return tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
