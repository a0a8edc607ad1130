"""What is known beside a report when its text is held against others: names, common passages, bounds, candidates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.agencies.names import full_name, place_of, places_of

SHORTEST_SIGN = 3  # characters of a place that betrays whose text it was
WIDE = ("省", "市", "州", "盟", "自治区", "地区")  # places that may well be those around the other body


class Passage(NamedTuple):
    """A passage of this report's section beside the one of another report; `agency` is "" for the body's own earlier
    one."""

    section: int
    agency: str
    year: int
    document: str
    other_section: int
    text: str = ""
    other_text: str = ""


@dataclass(frozen=True, slots=True)
class ReuseBounds:
    """The shares from which a text is told: as `[reuse]` of gouji.toml has them."""

    last_year: float = 0.5
    last_year_strong: float = 0.9
    other_body: float = 0.8


@dataclass(frozen=True, slots=True)
class OtherText:
    """A section of another body's report that may be nearly the same. `names` are taken out of it before comparing.

    `signs` are the names that betray it where they stand in somebody else's report; `common` is what the reports of its
    province have in common.
    """

    agency: str
    name: str
    year: int
    document: str
    text: str
    names: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    published: str = ""
    common: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reuse:
    """What is known of one body. `others` are candidates by year of its report; None where they could not be found."""

    bounds: ReuseBounds = field(default_factory=ReuseBounds)
    names: tuple[str, ...] = ()
    common: frozenset[str] = frozenset()
    published: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[int, tuple[OtherText, ...]] | None = field(default_factory=dict)


def body_names(name: str, *former: str) -> tuple[str, ...]:
    """What a body calls itself and its place in its text: its names, its places, each without the other."""
    found: dict[str, None] = {}
    for one in (name, *former):
        places = places_of(one)
        rest = one.removeprefix(place_of(one))
        for each in (one, full_name(one), rest, *places, *(place[:-1] for place in places)):
            if len(each) > 1:
                found[each] = None
    return tuple(found)


def signs_of(name: str) -> tuple[str, ...]:
    """The names that tell whose a text was: the body's own, and its place where that is no wide one."""
    places = [one for one in places_of(name)[-1:] if len(one) >= SHORTEST_SIGN and not one.endswith(WIDE)]
    return (name, *places)
