"""What the rows of one shape have in common: the columns that their figures fall into, learnt from all of them.

A row with more cells than the form has columns holds empty ones, from padding or from merged cells. Which ones they
are, the row itself may not tell; the other rows that are drawn like it often do.
"""

from collections import Counter
from collections.abc import Sequence

from extract.tables.line import Line

Key = tuple[object, ...]
STRAY = 5  # up to one row in so many may hold a stray figure; where there are more, the table has a column of its own


class Shapes:
    """The shapes of a document's lines, filled with `see`, asked with `place`."""

    def __init__(self) -> None:
        self.places: dict[Key, set[int]] = {}
        self.crowded: Counter[str] = Counter()
        self.starts: dict[tuple[int, str], Counter[tuple[int, ...]]] = {}
        self.ends: dict[tuple[int, str], Counter[int]] = {}

    def see(self, line: Line, block: str, width: int) -> None:
        """One line that has more cells than its `width` columns; `block` is its block of 表二."""
        stated = [at for at, text in enumerate(line.texts) if text]
        if len(stated) > width:
            self.crowded[line.table] += 1
        else:
            self.places.setdefault(_key(line, block), set()).update(stated)

    def place(self, line: Line, block: str, width: int) -> Sequence[int] | None:
        """The cells of a line that are the form's columns; None where nothing settles it."""
        stated = [at for at, text in enumerate(line.texts) if text]
        if not stated:
            return range(width)
        if len(stated) > width:
            return None
        places = sorted(self.places[_key(line, block)])
        if len(places) == width:
            return places
        if line.table == "T2":
            return None  # a cell of the 2019 form spans two columns: the gap may be anywhere
        if len(stated) == width and stated[-1] - stated[0] < width:
            return stated
        # The seven columns of 表三 lie side by side; this row shows both ends of them, or its fellows do.
        for first, last in ((stated[0], stated[-1]), (places[0], places[-1])):
            if last - first + 1 == width:
                return range(first, last + 1)
        return None

    def overflow(self, table: str, lines: Sequence[Line]) -> bool:
        """So many rows have more figures than columns that the table has a column of its own: none can be trusted."""
        return self.crowded[table] * STRAY > sum(line.table == table for line in lines)

    def usual(self, lines: Sequence[Line], line: Line, columns: tuple[int, ...]) -> bool:
        """Most lines of the grid have their figures over these columns: a span there is only how the table is drawn."""
        counts = self._starts(lines)[line.grid, line.table]
        return counts[columns] > 1 and counts[columns] * 2 > counts.total()

    def short(self, lines: Sequence[Line], line: Line) -> bool:
        """The line ends before the edge of its table, as no other line does: one of its cells may be lost.

        What is then as many cells as the form has columns may be padding and a figure less; only where all of them
        are stated it is not.
        """
        at = (line.grid, line.table)
        if self._starts(lines)[at][line.columns] > 1:
            return False
        ends = self.ends[at]
        usual = max(ends, key=lambda end: (ends[end], end))
        return line.columns[-1] + line.colspans[-1] < usual

    def _starts(self, lines: Sequence[Line]) -> dict[tuple[int, str], Counter[tuple[int, ...]]]:
        """For each table of each grid, over which columns its lines have their cells; `ends`: where these end."""
        if not self.starts:
            for other in lines:
                at = (other.grid, other.table)
                self.starts.setdefault(at, Counter())[other.columns] += 1
                self.ends.setdefault(at, Counter())[other.columns[-1] + other.colspans[-1]] += 1
        return self.starts


def _key(line: Line, block: str) -> Key:
    # Two lines may stand side by side in a row: then the same label is followed by fewer cells.
    return (line.table, line.grid, block, len(line.texts), line.shape if line.table == "T3" else ())
