"""Physical cells with spans → their true grid columns, as the HTML table model places them."""

import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from extract.model import Grid, GridCell
from extract.readers._unreadable import Unreadable, refuse

# A cell: its text, white space folded; or text, colspan, rowspan. A rowspan of 0 reaches to the end of its row group.
Spanned = str | tuple[str, int, int]

MAX_COLSPAN = 1000  # the HTML standard's own bounds
MAX_ROWSPAN = 65534
MAX_CELLS = 200_000
MAX_STEPS = 4_000_000  # work spent on stepping over spanning cells, for tables made to be slow

NEVER = sys.maxsize

# A page has hundreds of cells: this is the constructor of GridCell without its Python frame.
_new_cell = cast(Callable[[tuple[str, int, int, int]], GridCell], partial(tuple.__new__, GridCell))
_NUMBER = re.compile(r"[ \t\n\f\r]*\+?([0-9]{1,9})")


# The columns that a cell of an earlier row reaches into: first, the one behind, the row that has them free again.
_Reach = tuple[int, int, int]


def parse_colspan(value: str | None) -> int:
    """`colspan` as browsers read it: "2;" is 2; rubbish, negatives and 0 are 1; at most 1000."""
    found = _NUMBER.match(value) if value else None
    return min(int(found[1]), MAX_COLSPAN) or 1 if found else 1


def parse_rowspan(value: str | None) -> int:
    """`rowspan` as browsers read it: 0 stays 0 (to the end of the group); rubbish and negatives are 1."""
    found = _NUMBER.match(value) if value else None
    return min(int(found[1]), MAX_ROWSPAN) if found else 1


def too_many_cells() -> Unreadable:
    """The refusal of a table beyond all measure."""
    return refuse("too_many_cells", f"表格过大：超过 {MAX_CELLS} 个单元格，不是年度报告的表格。")


def place(rows: Sequence[Sequence[Spanned]], group_starts: Sequence[int] = ()) -> Grid:
    """The Grid. Spans end with their row group; `group_starts` are the rows where such groups begin."""
    ends = sorted({*(start for start in group_starts if 0 < start < len(rows)), len(rows)}, reverse=True)
    placed: list[tuple[GridCell, ...]] = []
    active: list[_Reach] = []
    steps = 0
    for number, row in enumerate(rows):
        if number == ends[-1]:
            ends.pop()
            active = []
        elif active:
            active = [reach for reach in active if reach[2] > number]
        steps += len(active)
        if steps > MAX_STEPS:
            raise too_many_cells()
        cells, new = _place_row(row, active, number, ends[-1])
        placed.append(cells)
        if new:
            active = sorted(active + new)
    return Grid(tuple(placed))


def _place_row(row: Sequence[Spanned], active: list[_Reach], number: int, group_end: int
               ) -> tuple[tuple[GridCell, ...], list[_Reach]]:
    cells: list[GridCell] = []
    new: list[_Reach] = []
    column = following = 0
    taken = active[0][0] if active else NEVER
    for cell in row:
        while column >= taken:
            column = max(column, active[following][1])
            following += 1
            taken = active[following][0] if following < len(active) else NEVER
        if isinstance(cell, str):
            cells.append(_new_cell((cell, column, 1, 1)))
            column += 1
            continue
        text, colspan, rowspan = cell
        if rowspan != 1:
            left = group_end - number
            rowspan = min(rowspan, left) if rowspan else left
            if rowspan > 1:
                new.append((column, column + colspan, number + rowspan))
        cells.append(_new_cell((text, column, colspan, rowspan)))
        column += colspan
    return tuple(cells), new
