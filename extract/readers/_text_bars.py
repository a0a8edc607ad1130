"""One cell per line, `text |`: rows are found by their padding and the width of the grid, or not at all."""

import re
from math import gcd
from typing import NamedTuple

from extract.content import Grid, plain_row
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._text_lines import FIGURE, cell

LONGEST_CELL = 200  # characters of a cell above its bar: a longer one is a paragraph

_BAR = re.compile(r"(?<!\\)\|")


class _Segment(NamedTuple):
    """Cells up to a padding: `cells`, then `padding` empty cells that end a row."""

    cells: list[str]
    padding: int


def bars(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """A run of lines that each hold one cell and end in a bar; further bars are the empty cells that pad a row.

    The bar may stand below its cell, on a line of its own. Physical cells + padding = width of the grid in every
    row. Where the sums do not fit one width (blank cells look like padding), every cell, also an empty one, stands
    in a row of its own: nothing is guessed.
    """
    segments, end = _below(lines, start) or _segments(lines, start)
    cells = sum(len(segment.cells) for segment in segments)
    if cells < 2:
        return [], max(end, start + 1)
    if cells > MAX_CELLS:
        raise too_many_cells()
    width = _width(segments)
    rows = (
        [row for segment in segments for row in _rows(segment, width)]
        if width
        else [[text] for segment in segments for text in (*segment.cells, *[""] * segment.padding)]
    )
    return [Grid(tuple(plain_row([cell(text) for text in row]) for row in rows), columns_known=False)], end


def _below(lines: list[str], start: int) -> tuple[list[_Segment], int] | None:
    """The segments of a run whose bars stand on the lines below their cells; None for any other run."""
    if "|" in lines[start]:
        return None
    segments: list[_Segment] = []
    cells: list[str] = []
    end = number = start
    while (at := _filled(lines, number)) < len(lines):
        bars = _only_bars(lines[at])
        if bars and cells:
            segments.append(_Segment(cells, bars))  # no cell between two bars: it is empty, or pads the row
            cells = []
        elif bars:
            segments[-1] = _Segment(segments[-1].cells, segments[-1].padding + bars)
        else:
            below = _filled(lines, at + 1)
            bars = _only_bars(lines[below]) if below < len(lines) and "|" not in lines[at] else 0
            if not bars or len(lines[at]) > LONGEST_CELL:
                break
            cells.append(lines[at].strip())
            if bars > 1:
                segments.append(_Segment(cells, bars - 1))
                cells = []
            at = below
        end = number = at + 1
    if sum(len(segment.cells) for segment in segments) + len(cells) < 2:
        return None
    return [*segments, _Segment(cells, 0)] if cells else segments, end


def _filled(lines: list[str], number: int) -> int:
    """The number of the first line from this one on that is not blank."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _only_bars(line: str) -> int:
    """How many bars a line holds that holds nothing else."""
    text = "".join(line.split())
    return len(text) if text and not text.strip("|") else 0


def _segments(lines: list[str], start: int) -> tuple[list[_Segment], int]:
    segments: list[_Segment] = []
    cells: list[str] = []
    end = number = start
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() and (cells or segments):
            continue  # a blank line inside the run; at its end, `end` has not moved
        text, padding = _cell_and_padding(line)
        if text:
            cells.append(text)
        elif not padding or not (cells or segments):
            break
        end = number
        if padding and not cells and segments:
            segments[-1] = _Segment(segments[-1].cells, segments[-1].padding + padding)
        elif padding:
            segments.append(_Segment(cells, padding))
            cells = []
    return [*segments, _Segment(cells, 0)] if cells else segments, end


def _cell_and_padding(line: str) -> tuple[str, int]:
    """The cell before the first bar and the number of empty cells after it; nothing for any other line."""
    first = _BAR.search(line) if "|" in line else None
    if not first or line[first.end() :].replace("|", "").strip():
        return "", 0
    text = line[: first.start()].strip()
    return text, line.count("|", first.end()) + (not text)


def _width(segments: list[_Segment]) -> int | None:
    """The one width that fits every padded segment; the last row may have lost its padding."""
    padded = [segment for segment in segments if segment.padding]
    common = gcd(*(len(segment.cells) + segment.padding for segment in padded))
    widest = max((segment.padding for segment in padded), default=0)
    fitting = [width for width in range(widest + 1, common + 1) if common % width == 0]
    if len(fitting) != 1 or any(_cuts_figures(segment, fitting[0]) for segment in segments if not segment.padding):
        return None
    return fitting[0]


def _cuts_figures(segment: _Segment, width: int) -> bool:
    """A row would end among figures: below merged cells that left no mark, it is shorter than the grid."""
    cells = segment.cells
    return any(
        FIGURE.fullmatch(cells[at - 1]) and FIGURE.fullmatch(cells[at]) for at in range(width, len(cells), width)
    )


def _rows(segment: _Segment, width: int) -> list[list[str]]:
    """Full rows first, then the row that the padding ends."""
    return [segment.cells[first : first + width] for first in range(0, len(segment.cells), width)]
