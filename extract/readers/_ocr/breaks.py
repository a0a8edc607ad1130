"""A table that goes on upon the next page: a row cut by the break is one row; a blank beside it may be half of one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extract.content import DOUBT, Grid, GridRow

SHORT = 12  # characters of what may stand between: the number of a page, a running head

Block = str | Grid


def joined(pages: Sequence[Sequence[Block]]) -> list[Block]:
    """The blocks of all pages in order."""
    whole = [list(page) for page in pages]
    for above, below in pairwise(whole):
        last, first = _edge(above[::-1]), _edge(below)
        if last is not None and first is not None:
            above[len(above) - 1 - last[0]], below[first[0]] = _across(last[1], first[1])
    return [block for page in whole for block in page if not isinstance(block, Grid) or block.rows]


def _edge(blocks: Sequence[Block]) -> tuple[int, Grid] | None:
    """The table at this edge of a page, and where it stands among its blocks; None where a text stands there."""
    for at, block in enumerate(blocks):
        if isinstance(block, Grid):
            return at, block
        if len(block) > SHORT:
            return None
    return None


def _across(above: Grid, below: Grid) -> tuple[Grid, Grid]:
    # A row without a word in it is a strip of the row that the break cuts.
    above, below = _without(above, len(above.rows) - 1), _without(below, 0)
    if not above.rows or not below.rows:
        return above, below
    upper, lower = above.rows[-1], below.rows[0]
    label = _continued(upper, lower)
    if label is None:
        return _doubted(above, len(above.rows) - 1), _doubted(below, 0)
    at, text = label
    texts = tuple(old + text if place == at else old for place, old in enumerate(upper.texts))
    whole = replace(above, rows=(*above.rows[:-1], upper._replace(texts=texts)))
    return whole, replace(below, rows=below.rows[1:], places=below.places[1:])


def _without(grid: Grid, number: int) -> Grid:
    """The grid without this row, if it is blank."""
    if any(grid.rows[number].texts):
        return grid
    rows, places = ((*some[:number], *some[number + 1 :]) for some in (grid.rows, grid.places))
    return replace(grid, rows=rows, places=places)


def _continued(upper: GridRow, lower: GridRow) -> tuple[int, str] | None:
    """Which cell of the upper row the one text of the lower row goes on with; None where that is not a half row."""
    said = [(column, text) for column, text in zip(lower.columns, lower.texts, strict=True) if text]
    if len(said) != 1 or len(lower.texts) < 3:
        return None
    column, text = said[0]
    if column not in upper.columns or DOUBT in text or any(char.isdigit() for char in text):
        return None
    at = upper.columns.index(column)
    figures = [cell for cell in upper.texts[at + 1 :] if cell]
    return (at, text) if upper.texts[at] and len(figures) == len(upper.texts) - at - 1 else None


def _doubted(grid: Grid, number: int) -> Grid:
    """The grid with the blank cells behind the label of one row as cells that nobody can read."""
    row = grid.rows[number]
    begin = next((at for at, text in enumerate(row.texts) if text), len(row.texts))
    texts = tuple(text or (DOUBT if at > begin else "") for at, text in enumerate(row.texts))
    rows = (*grid.rows[:number], row._replace(texts=texts), *grid.rows[number + 1 :])
    return replace(grid, rows=rows)
