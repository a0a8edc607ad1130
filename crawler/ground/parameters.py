"""Parameters of an address by their names: what never chooses the content, what may only keep caches out."""

import re
import tomllib
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

# Values that nobody chose: a time (1769877000, 20260201093000), chance (0.8375, 9f86d081884c).
BY_CHANCE = re.compile(r"\d{8,20}|0?\.\d{4,20}|(?=[a-f\d]{0,63}\d)[a-f\d]{8,64}", re.IGNORECASE)


# A folder of a path that nobody chose: /t1769877000/, /s_9f86d081884c7d65/; a month or a number of a column is none.
FOLDER_BY_CHANCE = re.compile(
    r"[a-z_]{1,8}[-_=]?\d{6,20}|\d{9,20}|[a-z]{0,8}[-_=]?(?=[a-f\d]{0,63}\d)[a-f\d]{12,64}", re.IGNORECASE
)
# What stands for a name where a token stands in a path: of a folder its place, of what follows a semicolon its name.
FOLDER, BEHIND = "/", ";"


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    text = Path(__file__).with_name("parameters.toml").read_text(encoding="utf-8")
    return {sort: tuple(names) for sort, names in tomllib.loads(text).items()}


def _is(name: str, sort: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _names()[sort])


@lru_cache(maxsize=4096)
def is_junk(name: str) -> bool:
    """Whether a parameter never chooses the content, on any site."""
    return _is(name.lower(), "junk")


def may_change(name: str, value: str, other: str) -> bool:
    """Whether a parameter may be one that changes with each look: by its name, or by two values of it."""
    if name.startswith(FOLDER):
        return bool(FOLDER_BY_CHANCE.fullmatch(value)) and bool(FOLDER_BY_CHANCE.fullmatch(other))
    name = name.removeprefix(BEHIND).lower()
    if _is(name, "changing"):
        return True
    return not _is(name, "choosing") and bool(BY_CHANCE.fullmatch(value)) and bool(BY_CHANCE.fullmatch(other))
