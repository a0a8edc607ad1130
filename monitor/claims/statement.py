"""A statement without a number, and which track of 表四 it is about where it names several."""

from collections.abc import Set
from typing import NamedTuple

from extract.content import Number
from monitor.claims.claim import Relation

SUITS = frozenset({"litigation", "litigation_direct", "litigation_after_reconsideration"})
PERSONS = frozenset({"natural_person", "business", "research", "social", "legal_services", "legal_person"})
TRACKS = SUITS | {"remedies", "reconsideration"}


class Statement(NamedTuple):
    """A statement between two places of the sentence; `weak`: a goal, a condition, or with a reservation."""

    start: int
    end: int
    concept: str
    relation: Relation
    value: Number | None
    weak: bool = False


def track_of(tracks: Set[str]) -> str:
    """The one concept for the cases of all these tracks."""
    suits = tracks & SUITS
    if "remedies" in tracks or (suits and "reconsideration" in tracks):
        return "remedies"
    return "litigation" if len(suits) > 1 else next(iter(tracks))
