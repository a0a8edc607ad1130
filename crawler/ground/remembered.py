"""Remembers what was found out about a text that is asked for again and again: an address, a host, a name."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

MOST = 2048
# What stands in the place of a name or an address may be a whole page: that is worked on, and not kept.
LONGEST = 500


def remembered(work: Callable[[str], T]) -> Callable[[str], T]:
    """The same work, done once for each of the texts asked for last: for what depends on nothing but the text."""
    known = lru_cache(maxsize=MOST)(work)

    @wraps(work)
    def asked(text: str) -> T:
        return known(text) if len(text) <= LONGEST else work(text)

    return asked
