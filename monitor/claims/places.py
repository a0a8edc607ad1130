"""Things in the order in which they stand in a sentence, found by their place without a look at all of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """What stands from `start` up to `end` (characters of its sentence)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Thing = TypeVar("Thing", bound=Placed)


class InOrder(Generic[Thing]):
    """Things sorted by where they begin, none of which ends before an earlier one does."""

    def __init__(self, things: Sequence[Thing]) -> None:
        self._things = things
        self._starts = [one.start for one in things]
        self._ends = [one.end for one in things]

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def __getitem__(self, at: int) -> Thing:
        return self._things[at]

    def first(self, left: int) -> Thing | None:
        """The first that begins at a place or behind it."""
        at = bisect_left(self._starts, left)
        return self._things[at] if at < len(self._things) else None

    def last(self, right: int) -> Thing | None:
        """The last that begins before a place."""
        at = bisect_left(self._starts, right)
        return self._things[at - 1] if at else None

    def begun(self, left: int, right: int) -> Sequence[Thing]:
        """Those that begin at `left` or behind it, and before `right`."""
        return self._things[bisect_left(self._starts, left) : bisect_left(self._starts, right)]

    def within(self, left: int, right: int) -> Sequence[Thing]:
        """Those that stand between two places whole."""
        return self._things[bisect_left(self._starts, left) : bisect_right(self._ends, right)]

    def last_within(self, left: int, right: int) -> Thing | None:
        """The last of those that stand between two places."""
        at = bisect_right(self._ends, right) - 1
        return self._things[at] if at >= 0 and self._starts[at] >= left else None
