"""Tables without marks: columns aligned with spaces, figures behind a label, one cell per line."""

import re
from typing import NamedTuple

from extract.model import Grid, GridCell
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._text_lines import FIGURE, SECTION, SENTENCE_ENDS, cell

GAP = re.compile(r"[  　]{2,}")
PIECE = re.compile(r"[^\s　](?:[^\s　]|[  　](?![\s　]))*")
MIN_FIGURES = 3  # so many figures behind a label on one line make it a row
SHORT = 45  # characters: a cell that stands on a line of its own is no longer
MIN_CELL_FIGURES = 8
FIGURE_SHARE = 0.4


def columns(lines: list[str], start: int) -> tuple[list[str | Grid], int] | None:
    return None


def spaced_figures(lines: list[str], start: int) -> tuple[list[str | Grid], int] | None:
    """Lines that end in three or more figures, single spaces between them: the label, then its run of values."""
    rows: list[tuple[GridCell, ...]] = []
    number = start
    while number < len(lines):
        row = _figures_behind_label(lines[number])
        if not row:
            break
        rows.append(row)
        number += 1
    if len(rows) < 2:
        return None
    if sum(map(len, rows)) > MAX_CELLS:
        raise too_many_cells()
    return [Grid(tuple(rows), columns_known=False)], number


def _figures_behind_label(line: str) -> tuple[GridCell, ...]:
    parts = line.split()
    first = len(parts)
    while first and FIGURE.fullmatch(parts[first - 1]):
        first -= 1
    if len(parts) - first < MIN_FIGURES:
        return ()
    texts = [" ".join(parts[:first]), *parts[first:]] if first else parts
    return tuple(GridCell(cell(text), column) for column, text in enumerate(texts))


def cell_per_line(lines: list[str], start: int) -> tuple[list[str | Grid], int] | None:
    """A run of short lines of which many are figures: a table whose cells stand one below the other."""
    texts: list[str] = []
    number, figures = start, 0
    while number < len(lines):
        text = cell(lines[number])
        if text:
            if len(text) > SHORT or text.endswith(SENTENCE_ENDS) or SECTION.fullmatch(text):
                break
            texts.append(text)
            figures += FIGURE.fullmatch(text) is not None
        number += 1
    if figures < MIN_CELL_FIGURES or figures < FIGURE_SHARE * len(texts):
        return None
    if len(texts) > MAX_CELLS:
        raise too_many_cells()
    return [Grid(tuple((GridCell(text, 0),) for text in texts), columns_known=False)], number
