"""Learns from all rows of the same shape into which columns their figures fall.

A row with more cells than the form has columns contains empty ones, from padding or merged cells. The row itself may
not tell which ones they are; the other rows that are drawn like it often do.
"""

from collections import Counter
from collections.abc import Sequence

from extract.tables.line import Line

Key = tuple[object, ...]
STRAY = 5  # up to one row in this many may have a stray figure; if there are more, the table has an extra column


class Shapes:
    """The shapes of a document's lines: filled with `see`, queried with `place`."""

    def __init__(self) -> None:
        self.places: dict[Key, set[int]] = {}
        self.crowded: Counter[str] = Counter()
        self.starts: dict[tuple[int, str], Counter[tuple[int, ...]]] = {}
        self.ends: dict[tuple[int, str], Counter[int]] = {}

    def see(self, line: Line, block: str, width: int) -> None:
        """Learns from a line with more cells than its `width` columns; `block` is its block of 表二."""
        stated = [at for at, text in enumerate(line.texts) if text]
        if len(stated) > width:
            self.crowded[line.table] += 1
        else:
            self.places.setdefault(_key(line, block), set()).update(stated)

    def place(self, line: Line, block: str, width: int) -> Sequence[int] | None:
        """The cells of a line that are the form's columns; None if that cannot be decided."""
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
        # The seven columns of 表三 are adjacent; this row, or the rows of its shape together, show both ends.
        for first, last in ((stated[0], stated[-1]), (places[0], places[-1])):
            if last - first + 1 == width:
                return range(first, last + 1)
        return None

    def overflow(self, table: str, lines: Sequence[Line]) -> bool:
        """Whether so many rows have too many figures that the table has an extra column: then none is reliable."""
        return self.crowded[table] * STRAY > sum(line.table == table for line in lines)

    def usual(self, lines: Sequence[Line], line: Line, columns: tuple[int, ...]) -> bool:
        """Whether most lines of the grid have figures in these columns: then a span there does not matter."""
        counts = self._starts(lines)[line.grid, line.table]
        return counts[columns] > 1 and counts[columns] * 2 > counts.total()

    def short(self, lines: Sequence[Line], line: Line) -> bool:
        """Whether the line, and no other one, ends before the edge of its table: it may have lost a cell.

        Even if it has as many cells as the form has columns, one may be padding and a figure lost, unless all cells
        have figures.
        """
        at = (line.grid, line.table)
        if self._starts(lines)[at][line.columns] > 1:
            return False
        ends = self.ends[at]
        usual = max(ends, key=lambda end: (ends[end], end))
        return line.columns[-1] + line.colspans[-1] < usual

    def _starts(self, lines: Sequence[Line]) -> dict[tuple[int, str], Counter[tuple[int, ...]]]:
        """For each table of each grid, the columns in which its lines have cells; `ends`: where they end."""
        if not self.starts:
            for other in lines:
                at = (other.grid, other.table)
                self.starts.setdefault(at, Counter())[other.columns] += 1
                self.ends.setdefault(at, Counter())[other.columns[-1] + other.colspans[-1]] += 1
        return self.starts


def _key(line: Line, block: str) -> Key:
    # Two lines may be side by side in a row: then the same label is followed by fewer cells.
    return (line.table, line.grid, block, len(line.texts), line.shape if line.table == "T3" else ())
