"""What a search for columns looks at next: addresses, the best first, each once, and why it is worth a look."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from crawler.discovery.sighting import SiteSection, Why
from crawler.ledger.frontier import key_of
from crawler.pages.asks import Ask
from crawler.pages.signs import Promise

# The order of looks: a named column, its first pages, rosters, platforms, the rest of a list, the front page last.
FIRST, COLUMN, WALK, ROSTER, PLATFORM, REST, HOME = range(7)
ORDER: dict[Promise, int] = {"column": COLUMN, "group": WALK, "platform": PLATFORM, "roster": ROSTER}


@dataclass(order=True, slots=True)
class Lead:
    """An address worth a look, and why; if `column` is set, it is one of that column's pages."""

    priority: int
    order: int
    ask: Ask = field(compare=False)
    why: Why = field(compare=False)
    promise: Promise | None = field(default=None, compare=False)
    column: SiteSection | None = field(default=None, compare=False)


class Leads:
    """The addresses that wait for a look, and those already seen."""

    def __init__(self, refusal: Callable[[str], object]) -> None:
        """`refusal`: why an address must not be requested, None where it may be."""
        self.refusal = refusal
        self.waiting: list[Lead] = []
        self.seen: set[str] = set()
        self.numbers = count()

    def push(
        self, priority: int, ask: Ask, why: Why, kind: Promise | None = None, column: SiteSection | None = None
    ) -> None:
        """Adds an address, unless it was met before or must not be requested."""
        key = key_of(ask)
        if key not in self.seen and self.refusal(ask.url) is None:
            self.seen.add(key)
            heapq.heappush(self.waiting, Lead(priority, next(self.numbers), ask, why, kind, column))

    def pop(self) -> Lead:
        """The most promising address; among equals the one that was met first."""
        return heapq.heappop(self.waiting)


def home_of(url: str) -> str:
    """The front page of the site that an address belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
