"""Cells below each other with a bar between two of one row: on a line of its own, behind the upper or before the lower.

Where no bar stands between two lines a row ends, so that rows are certain; a blank line is an empty cell.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from extract.content import Grid
from extract.readers._text_tables import grid

LONGEST_CELL = 200  # characters: a longer one is a paragraph
WIDEST = 24  # cells of a row; where a bar ends each cell, and not each but the last, all of them would be one row
FEWEST_ROWS = 3
FEWEST_CELLS = 3  # in so many rows
_BEHIND = re.compile(r"(?<!\\)\|\s{0,9}\Z")
Notation = Callable[[list[str], int], tuple[list[str], int]]  # the cells of the row that begins at a line


def stacked(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """A run of such rows; no blocks, and the line behind it, where it is written otherwise."""
    behind = start + 1
    for cells_of in _possible(lines, start):
        rows, end = _run(cells_of, lines, start)
        if len(rows) >= FEWEST_ROWS and sum(len(row) >= FEWEST_CELLS for row in rows) >= FEWEST_ROWS:
            return [grid(rows)], end
        behind = max(behind, end)
    return [], behind


def _possible(lines: list[str], start: int) -> Iterator[Notation]:
    """The ways in which a line and the next one may be cells of a row."""
    below = lines[start + 1].strip() if start + 1 < len(lines) and "|" in lines[start + 1] else ""
    if "|" not in lines[start]:
        if below == "|":
            yield _apart
        if below.startswith("|"):
            yield _before
    elif _BEHIND.search(lines[start]):
        yield _behind


def _run(cells_of: Notation, lines: list[str], start: int) -> tuple[list[list[str]], int]:
    """Rows from a line on, up to a line that is none; none at all where one is wider than the form's."""
    rows: list[list[str]] = []
    number = end = start
    while number < len(lines):
        row, after = cells_of(lines, number)
        if len(row) > WIDEST:
            return [], after
        if len(row) > 1:
            rows.append(row)
            end = after
        elif not row or row[0]:
            break
        number = after
    return rows, end


def _row(texts: Iterator[tuple[int, str, bool]], start: int) -> tuple[list[str], int]:
    """Cells up to one behind which no bar stands; and the number of the line behind it."""
    row: list[str] = []
    after = start + 1
    for after, text, goes_on in texts:
        if len(text) > LONGEST_CELL or "|" in text:
            return [], max(after - 1, start + 1)
        row.append(text)
        if not goes_on or len(row) > WIDEST:
            break
    return row, after


def _apart(lines: list[str], start: int) -> tuple[list[str], int]:
    """「47⏎|⏎6」"""

    def texts() -> Iterator[tuple[int, str, bool]]:
        for number in range(start, len(lines), 2):
            goes_on = number + 1 < len(lines) and lines[number + 1].strip() == "|"
            yield number + 1, lines[number].strip(), goes_on

    return _row(texts(), start)


def _behind(lines: list[str], start: int) -> tuple[list[str], int]:
    """「47 |⏎6」"""

    def texts() -> Iterator[tuple[int, str, bool]]:
        for number in range(start, len(lines)):
            text = lines[number].strip()
            yield number + 1, text.removesuffix("|").rstrip(), text.endswith("|") and not text.endswith("\\|")

    return _row(texts(), start)


def _before(lines: list[str], start: int) -> tuple[list[str], int]:
    """「47⏎| 6」"""

    def texts() -> Iterator[tuple[int, str, bool]]:
        for number, (line, following) in enumerate(pairwise([*lines[start : start + WIDEST + 1], "", ""]), start):
            text = line.strip()
            goes_on = following.strip().startswith("|")
            yield number + 1, (text.removeprefix("|").lstrip() if number > start else text), goes_on

    return _row(texts(), start)
