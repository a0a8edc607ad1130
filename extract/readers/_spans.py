"""Physical cells with spans → their true grid columns, as the HTML table model places them."""

import re
import sys
from collections.abc import Sequence
from functools import lru_cache

from extract.content import Grid, GridRow
from extract.readers._unreadable import Unreadable, refuse

# A row: the texts of its cells, white space folded; for each merged one its position among them, colspan, rowspan.
# A rowspan of 0 reaches to the end of its row group.
Spans = tuple[tuple[int, int, int], ...]
SpannedRow = tuple[Sequence[str], Spans]
# The columns that cells of earlier rows reach into: first, the one behind, the number of rows still to come.
Reaches = tuple[tuple[int, int, int], ...]

MAX_COLSPAN = 1000  # the HTML standard's own bounds
MAX_ROWSPAN = 65534
MAX_CELLS = 200_000
MAX_REACHES = 500  # cells that span a row and began above it
MAX_STEPS = 4_000_000  # work spent on stepping over spanning cells, for tables made to be slow

NEVER = sys.maxsize
REMEMBERED = 64  # cells of a row and reaches into it: no row of a form has more

_NUMBER = re.compile(r"[ \t\n\f\r]*\+?([0-9]{1,9})")


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


def place(rows: Sequence[SpannedRow], group_starts: Sequence[int] = ()) -> Grid:
    """The Grid. Spans end with their row group; `group_starts` are the rows where such groups begin."""
    ends = sorted({*(start for start in group_starts if 0 < start < len(rows)), len(rows)}, reverse=True)
    placed: list[GridRow] = []
    reaches: Reaches = ()
    steps = 0
    for number, (texts, spans) in enumerate(rows):
        if number == ends[-1]:
            ends.pop()
            reaches = ()
        steps += len(reaches)
        if len(reaches) > MAX_REACHES or steps > MAX_STEPS:
            raise too_many_cells()
        if spans:
            left = ends[-1] - number
            spans = tuple([(at, colspan, min(rowspan, left) if rowspan else left) for at, colspan, rowspan in spans])
        find = _places if len(texts) + len(reaches) <= REMEMBERED else _places.__wrapped__
        columns, colspans, rowspans, reaches = find(len(texts), spans, reaches)
        placed.append(GridRow(tuple(texts), columns, colspans, rowspans))
    return Grid(tuple(placed))


@lru_cache(maxsize=4096)
def _places(
    size: int, spans: Spans, reaches: Reaches
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], Reaches]:
    """The columns, colspans and rowspans of a row of `size` cells, and the reaches into the row below; remembered,
    for nearly all tables are drawn alike."""
    columns: list[int] = []
    colspans, rowspans = [1] * size, [1] * size
    for at, colspan, rowspan in spans:
        colspans[at], rowspans[at] = colspan, rowspan
    below = [(first, behind, rows - 1) for first, behind, rows in reaches if rows > 1]
    column = following = 0
    taken = reaches[0][0] if reaches else NEVER
    for colspan, rowspan in zip(colspans, rowspans, strict=True):
        while column >= taken:
            column = max(column, reaches[following][1])
            following += 1
            taken = reaches[following][0] if following < len(reaches) else NEVER
        columns.append(column)
        if rowspan > 1:
            below.append((column, column + colspan, rowspan - 1))
        column += colspan
    return tuple(columns), tuple(colspans), tuple(rowspans), tuple(sorted(below))
