"""What the rows of one shape have in common: the columns that their figures fall into, learnt from all of them.

A row with more cells than the form has columns holds empty ones, from padding or from merged cells. Which ones they
are, the row itself may not tell; the other rows that are drawn like it often do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.lines import Line

Key = tuple[object, ...]


@dataclass(slots=True)
class _Shape:
    """The places where rows of one shape have figures; `crowded` counts rows with more figures than columns."""

    places: set[int] = field(default_factory=set)
    fitting: int = 0
    crowded: int = 0


class Shapes:
    """The shapes of a document's lines, filled with `see`, asked with `place`."""

    def __init__(self) -> None:
        self.shapes: dict[Key, _Shape] = {}
        self.starts: dict[int, Counter[tuple[int, ...]]] = {}

    def see(self, line: Line, block: str, width: int) -> None:
        """One line that has more cells than its `width` columns; `block` is its block of 表二."""
        shape = self.shapes.setdefault(_key(line, block), _Shape())
        stated = [at for at, text in enumerate(line.texts) if text]
        if len(stated) > width:
            shape.crowded += 1
        elif stated:
            shape.fitting += 1
            shape.places.update(stated)

    def place(self, line: Line, block: str, width: int) -> Sequence[int] | None:
        """The cells of a line that are the form's columns; None where nothing settles it."""
        shape = self.shapes[_key(line, block)]
        stated = [at for at, text in enumerate(line.texts) if text]
        if not stated:
            return range(width)
        if len(stated) > width or shape.crowded > shape.fitting:
            return None
        places = sorted(shape.places)
        if len(places) == width:
            return places
        if len(stated) == width and (line.table == "T2" or stated[-1] - stated[0] < width):
            return stated
        if line.table == "T2":
            return None  # a cell of the 2019 form spans two columns: the gap may be anywhere
        # The seven columns of 表三 lie side by side; this row shows both ends of them, or its fellows do.
        for first, last in ((stated[0], stated[-1]), (places[0], places[-1])):
            if last - first + 1 == width:
                return range(first, last + 1)
        return None

    def usual(self, lines: Sequence[Line], line: Line, columns: tuple[int, ...]) -> bool:
        """Most lines of the grid have their figures over these columns: a span there is only how the table is drawn."""
        if line.grid not in self.starts:
            self.starts[line.grid] = Counter(other.columns for other in lines
                                             if other.grid == line.grid and other.table == line.table)
        counts = self.starts[line.grid]
        return counts[columns] > 1 and counts[columns] * 2 > counts.total()


def _key(line: Line, block: str) -> Key:
    return (line.table, line.grid, block, line.shape if line.table == "T3" else len(line.texts))
