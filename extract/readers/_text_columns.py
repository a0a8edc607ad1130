"""Tables without marks: columns aligned with spaces, figures behind a label, one cell per line."""

import re
from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

from extract.content import Grid, plain_row
from extract.readers._spans import MAX_CELLS, too_many_cells
from extract.readers._text_lines import FIGURE, SECTION, SENTENCE_ENDS, cell

MIN_FIGURES = 3  # so many figures behind a label on one line make it a row
SHORT = 45  # characters: a cell that stands on a line of its own is no longer
MIN_CELL_FIGURES = 8
FIGURE_SHARE = 0.3  # 表二 has three figures for every seven words, in its oldest form
ALIGNED_COLUMNS = 5  # from so many columns of figures on, a gap in the alignment is an empty cell

_PIECE = re.compile(r"[^\s\u3000](?:[^\s\u3000]|[ \u3000](?![\s\u3000]))*")  # a gap of two spaces ends it


class Stretch(NamedTuple):
    """A stretch of text on a line, with the width of screen it takes (a Chinese character is two)."""

    text: str
    start: int
    end: int
    is_figure: bool
    wide: int  # Chinese characters before it


def columns(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """A run of lines whose cells are set apart by two or more spaces, figures among them."""
    rows: list[list[Stretch]] = []
    number = start
    while number < len(lines):
        row = _pieces(lines[number])
        if len(row) < 2 and not (rows and _goes_on(lines, number)):
            break
        rows.append(row)
        number += 1
    if sum(any(piece.is_figure for piece in row[1:]) for row in rows) < 2:
        return [], max(number, start + 1)
    return [_grid(aligned(rows))], number


def _goes_on(lines: list[str], number: int) -> bool:
    """A short line between two rows: a row with one cell."""
    text = cell(lines[number])
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return (
        0 < len(text) <= SHORT
        and not text.endswith(SENTENCE_ENDS)
        and not SECTION.fullmatch(text)
        and len(_pieces(below)) >= 2
    )


def _pieces(line: str) -> list[Stretch]:
    if "  " not in line and "\u3000" not in line:
        return []
    found: list[Stretch] = []
    column = position = 0
    for match in _PIECE.finditer(line):
        column += _width(line[position : match.start()])
        text = cell(match.group())
        end = column + _width(match.group())
        wide = column - match.start()
        figures = text.split() if " " in text else []
        if len(figures) >= MIN_FIGURES and all(map(FIGURE.fullmatch, figures)):
            # Columns so narrow that one space parts them.
            for figure in re.finditer(r"\S+", match.group()):
                begin = column + figure.start()
                found.append(Stretch(figure.group(), begin, begin + len(figure.group()), True, wide))
        else:
            found.append(Stretch(text, column, end, FIGURE.fullmatch(text) is not None, wide))
        column, position = end, match.end()
    return found


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if character >= "\u2e80" else 1 for character in text)


def aligned(rows: list[list[Stretch]]) -> list[list[str]]:
    """The texts of each row; where figures stand in five or more clear columns, a gap among them is an empty cell."""
    rows, lanes = _settled(rows)
    result: list[list[str]] = []
    for row in rows:
        figures = [piece for piece in row if piece.is_figure]
        labels = [piece.text for piece in row if not piece.is_figure]
        behind = bool(figures) and row[-len(figures) :] == figures  # all labels first, then the figures
        # A figure that ran into its label leaves a gap, and the others may stand anywhere.
        torn = any(FIGURE.fullmatch(word) for label in labels for word in label.split()[-1:])
        if len(lanes) < ALIGNED_COLUMNS or not behind or torn:
            result.append([piece.text for piece in row])
            continue
        values = [""] * len(lanes)
        for piece in figures:
            values[lane_of(lanes, piece)] = piece.text
        result.append([*labels, *values])
    return result


def _settled(rows: list[list[Stretch]]) -> tuple[list[list[Stretch]], list[tuple[int, int]]]:
    """The rows with their columns of figures, by width on the screen or by number of characters.

    Some row has a figure in each of the columns, else they are none. Where neither fits and most rows have as many
    figures as any, these stand in no columns at all, and none of them is empty.
    """
    counts = [found for row in rows if (found := sum(piece.is_figure for piece in row[1:]))]
    most = max(counts)
    by_width = _lanes(rows)
    if len(by_width) == most:
        return rows, by_width
    counted = [
        [piece._replace(start=piece.start - piece.wide, end=piece.end - piece.wide) for piece in row] for row in rows
    ]
    by_number = _lanes(counted)
    if len(by_number) == most:
        return counted, by_number
    return rows, [] if 2 * counts.count(most) > len(counts) else by_width


def _lanes(rows: list[list[Stretch]]) -> list[tuple[int, int]]:
    """The columns that the figures fall into; none when two figures of one row would share a column."""
    lanes: list[tuple[int, int]] = []
    for start, end in sorted((piece.start, piece.end) for row in rows for piece in row[1:] if piece.is_figure):
        if lanes and start < lanes[-1][1]:
            lanes[-1] = (lanes[-1][0], max(lanes[-1][1], end))
        else:
            lanes.append((start, end))
    for row in rows:
        taken = [lane_of(lanes, piece) for piece in row if piece.is_figure]
        if -1 in taken or len(set(taken)) != len(taken):
            return []
    return lanes


def lane_of(lanes: list[tuple[int, int]], piece: Stretch) -> int:
    """The one column that a piece stands in; -1 where there is none, or more."""
    first = bisect_right(lanes, piece.start, key=itemgetter(1))
    over = sum(left < piece.end for left, _ in lanes[first : first + 2])
    return first if over == 1 else -1


def _grid(rows: list[list[str]]) -> Grid:
    """Rows of cells whose columns are not known: merged cells leave no mark in such a text."""
    if sum(map(len, rows)) > MAX_CELLS:
        raise too_many_cells()
    return Grid(tuple(map(plain_row, rows)), columns_known=False)


def spaced_figures(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """Lines that end in three or more figures, single spaces between them: the label, then its run of values."""
    rows: list[list[str]] = []
    number = start
    while number < len(lines):
        row = _figures_behind_label(lines[number])
        if not row:
            break
        rows.append(row)
        number += 1
    return ([_grid(rows)], number) if len(rows) >= 2 else ([], max(number, start + 1))


def _figures_behind_label(line: str) -> list[str]:
    parts = line.split()
    first = len(parts)
    while first and FIGURE.fullmatch(parts[first - 1]):
        first -= 1
    if len(parts) - first < MIN_FIGURES:
        return []
    return [cell(" ".join(parts[:first])), *parts[first:]] if first else parts


def cell_per_line(lines: list[str], start: int) -> tuple[list[str | Grid], int]:
    """A run of short lines of which many are figures: a table whose cells stand one below the other."""
    texts: list[str] = []
    number, figures = start, 0
    while number < len(lines):
        line = lines[number]
        text = cell(line)
        if text:
            if len(text) > SHORT or "|" in line or "\t" in line or text.endswith(SENTENCE_ENDS):
                break
            if SECTION.fullmatch(text):
                break
            texts.append(text)
            figures += FIGURE.fullmatch(text) is not None
        number += 1
    if figures < MIN_CELL_FIGURES or figures < FIGURE_SHARE * len(texts):
        return [], max(number, start + 1)
    return [_grid([[text] for text in texts])], number
