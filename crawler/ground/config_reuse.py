"""`[reuse]` of gouji.toml: from which share on a text counts as used again."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from crawler.ground.errors import Both


@dataclass(frozen=True, slots=True)
class ReuseSettings:
    """`[reuse]`. The shares from which a text counts as used again.

    `last_year` and, strongly, `last_year_strong` are of a body's own report of the year before, `other_body` of another
    body's; `boilerplate` is the share of the bodies above which what they say counts as nobody's own.
    """

    last_year: float = 0.5
    last_year_strong: float = 0.9
    other_body: float = 0.8
    boilerplate: float = 0.2


def complaints(found: ReuseSettings) -> Iterator[tuple[str, Both]]:
    """What is wrong with the shares, each with its key."""
    for item in fields(found):
        if not 0 < getattr(found, item.name) <= 1:
            yield item.name, (f"'{item.name}' must be a share above 0 and up to 1", f"'{item.name}' 要大于 0、不超过 1")
    if found.last_year > found.last_year_strong:
        yield (
            "last_year",
            ("'last_year' must not be above 'last_year_strong'", "'last_year' 不能大于 'last_year_strong'"),
        )
