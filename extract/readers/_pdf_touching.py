"""Cells of a table without rules that stand so close, one behind the other, that no wide gap parts them.

They are parted only where the table itself shows what they are. A figure: other rows have as many, and each of these
stands in line with one of theirs. A label: others begin at the same edge. Otherwise the line stays as it is, and the
row has a figure too few.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from extract.readers._pdf_lines import FIGURES, Gap, Piece, TextLine
from extract.readers._text_lines import FIGURE

IN_LINE = 1.0  # points between the same edge, or the middle, of two figures of one column
FELLOWS = 2  # rows that show where the columns are
FEWEST = 2  # figures of such a row
MOST_TRIED = 200  # rows of one table are looked at for each line


def parted(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, such cells as pieces of their own."""
    edges = Counter(round(piece.left) for line in lines for piece in line.pieces if not _is_figure(piece))
    lines = [replace(line, pieces=_by_edges(line.pieces, edges)) if _has_gaps(line) else line for line in lines]
    rows: dict[int, list[list[Piece]]] = {}
    for line in lines:
        row = [piece for piece in line.pieces if _is_figure(piece)]
        rows.setdefault(len(row), []).append(row)
    return [_parted(line, rows) if _has_gaps(line) else line for line in lines]


def _has_gaps(line: TextLine) -> bool:
    return any(piece.gaps for piece in line.pieces)


def _by_edges(pieces: Sequence[Piece], edges: Counter[int]) -> list[Piece]:
    """The pieces, parted where a word behind a gap begins at the edge of a column of labels."""
    found: list[Piece] = []
    for piece in pieces:
        text, left, begin = piece.text, piece.left, 0
        inside: list[Gap] = []
        for gap in piece.gaps:
            fellows = sum(edges[round(gap.right) + by] for by in (-1, 0, 1))
            if fellows >= FELLOWS and text[gap.at + 1] not in FIGURES:
                found.append(Piece(text[begin : gap.at], left, gap.left, tuple(inside)))
                left, begin, inside = gap.right, gap.at + 1, []
            else:
                inside.append(gap._replace(at=gap.at - begin))
        found.append(Piece(text[begin:], left, piece.right, tuple(inside)))
    return found


def _parted(line: TextLine, rows: Mapping[int, Sequence[Sequence[Piece]]]) -> TextLine:
    pieces = [part for piece in line.pieces for part in _split(piece)]
    figures = [piece for piece in pieces if _is_figure(piece)]
    if len(pieces) == len(line.pieces) or len(figures) < FEWEST:
        return line
    in_line = sum(all(map(_in_line, row, figures)) for row in rows.get(len(figures), [])[:MOST_TRIED])
    return replace(line, pieces=pieces) if in_line >= FELLOWS else line


def _split(piece: Piece) -> list[Piece]:
    """The piece without the figures at its end, and these."""
    parts: list[Piece] = []
    text, right = piece.text, piece.right
    for gap in reversed(piece.gaps):
        if not FIGURE.fullmatch(text[gap.at + 1 :]):
            break
        parts.append(Piece(text[gap.at + 1 :], gap.right, right))
        text, right = text[: gap.at], gap.left
    rest = piece._replace(text=text, right=right, gaps=piece.gaps[: len(piece.gaps) - len(parts)])
    return [rest, *reversed(parts)]


def _in_line(one: Piece, other: Piece) -> bool:
    left, right = abs(one.left - other.left), abs(one.right - other.right)
    return min(left, right, abs(one.left + one.right - other.left - other.right) / 2) <= IN_LINE


def _is_figure(piece: Piece) -> bool:
    return FIGURE.fullmatch(piece.text) is not None
