"""Ruling lines and pieces of text on a page → the tables that they draw, each piece in its cell."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.content import DOUBT, Grid, GridRow
from extract.place import PageBox
from extract.readers._doubts import FIGURES

NEAR = 0.6  # millimeters within which two lines are one
POINTS = 72 / 25.4  # of a millimeter
MOST_LINES = 3000  # of a page
MOST_STEPS = 400  # rows or columns of one table
FEWEST = 2  # rows and columns of a table; a frame around a text is none


class Line(NamedTuple):
    """A ruling line: where it lies across its direction, from where to where it reaches."""

    at: float
    start: float
    end: float


class Piece(NamedTuple):
    """A text with its place in millimeters from the upper left corner; `sure` where one sees it as it stands."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    sure: bool = True

    @property
    def middle(self) -> float:
        return self.baseline - 0.35 * self.size


class Table(NamedTuple):
    """A drawn table: its edges, and its cells as (first row, first column, row behind, column behind)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, int, int, int], ...]

    def holds(self, piece: Piece) -> bool:
        """Whether the middle of a piece lies in it."""
        x = (piece.left + piece.right) / 2
        return self.xs[0] - NEAR < x < self.xs[-1] + NEAR and self.ys[0] - NEAR < piece.middle < self.ys[-1] + NEAR


def tables_of(across: Sequence[Line], down: Sequence[Line]) -> list[Table]:
    """The tables that horizontal and vertical lines draw, from above; none where there are too many to tell."""
    if len(across) + len(down) > MOST_LINES:
        return []
    found = []
    for rows, columns in _groups(_joined(across), _joined(down)):
        table = _table(rows, columns)
        if table is not None:
            found.append(table)
    return sorted(found, key=lambda table: table.ys[0])


def grid_of(table: Table, pieces: Sequence[Piece], page: int) -> Grid:
    """The grid of a table, its texts in its cells; a piece that reaches over an edge makes figures doubtful."""
    inside: dict[tuple[int, int, int, int], list[Piece]] = {cell: [] for cell in table.cells}
    torn = set[tuple[int, int, int, int]]()
    for piece in pieces:
        touched = [cell for cell in table.cells if _touches(table, cell, piece)]
        home = next((cell for cell in touched if _has_middle(table, cell, piece)), None)
        if home:
            inside[home].append(piece)
        if len(touched) > 1 or not piece.sure:
            torn.update(touched)
    rows: list[GridRow] = []
    places: list[tuple[PageBox, ...]] = []
    for row in range(len(table.ys) - 1):
        cells = sorted(cell for cell in table.cells if cell[0] == row)
        rows.append(
            GridRow(
                tuple(_text(inside[cell], cell in torn) for cell in cells),
                tuple(cell[1] for cell in cells),
                tuple(cell[3] - cell[1] for cell in cells),
                tuple(cell[2] - cell[0] for cell in cells),
            )
        )
        places.append(tuple(_box(table, cell, page) for cell in cells))
    return Grid(tuple(rows), places=tuple(places))


def lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by the lines that they stand on, from above and from the left."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (one.baseline, one.left)):
        if lines and abs(lines[-1][0].baseline - piece.baseline) < 0.4 * max(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def line_text(line: Sequence[Piece]) -> str:
    """The text of a line: a space wherever two pieces stand apart."""
    text = line[0].text
    for before, piece in pairwise(line):
        text += (" " if piece.left - before.right > 0.3 * piece.size else "") + piece.text
    return text


def _text(pieces: Sequence[Piece], torn: bool) -> str:
    texts = [" ".join(line_text(line).split()) for line in lines_of(pieces)]
    # A word that is wrapped goes on in the next line; digits that stand below digits may be two figures.
    text = texts[0] if texts else ""
    for following in texts[1:]:
        text += (" " if text[-1:].isascii() and following[:1].isascii() else "") + following
    words = "".join(text.split())
    return DOUBT + words if torn and (not words or FIGURES.fullmatch(words)) else text


def _touches(table: Table, cell: tuple[int, int, int, int], piece: Piece) -> bool:
    top, left, bottom, right = cell
    if not table.ys[top] < piece.middle < table.ys[bottom]:
        return False
    slack = 0.3 * piece.size
    return piece.left + slack < table.xs[right] and piece.right - slack > table.xs[left]


def _has_middle(table: Table, cell: tuple[int, int, int, int], piece: Piece) -> bool:
    return table.xs[cell[1]] <= (piece.left + piece.right) / 2 < table.xs[cell[3]]


def _box(table: Table, cell: tuple[int, int, int, int], page: int) -> PageBox:
    top, left, bottom, right = cell
    edges = (table.xs[left], table.ys[top], table.xs[right], table.ys[bottom])
    return PageBox(page, *(round(max(0.0, edge) * POINTS) for edge in edges))


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Lines that lie on one another or go on where another ends, as one."""
    found: list[Line] = []
    for line in sorted(lines):
        last = next((at for at in range(len(found) - 1, -1, -1) if _goes_on(found[at], line)), None)
        if last is None:
            found.append(line)
        else:
            found[last] = Line(found[last].at, min(found[last].start, line.start), max(found[last].end, line.end))
    return found


def _goes_on(one: Line, other: Line) -> bool:
    return abs(one.at - other.at) < NEAR and other.start < one.end + NEAR and one.start < other.end + NEAR


def _groups(across: Sequence[Line], down: Sequence[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Lines that cross or touch one another, together."""
    rows, columns = list(across), list(down)
    while rows:
        mine, others = [rows.pop()], list[Line]()
        waiting = [(True, mine[0])]
        while waiting:
            is_row, line = waiting.pop()
            rest = columns if is_row else rows
            met = [one for one in rest if _meet(line, one)]
            for one in met:
                rest.remove(one)
            (others if is_row else mine).extend(met)
            waiting += [(not is_row, one) for one in met]
        yield mine, others


def _meet(one: Line, other: Line) -> bool:
    return other.start - NEAR < one.at < other.end + NEAR and one.start - NEAR < other.at < one.end + NEAR


def _edges(lines: Sequence[Line]) -> tuple[float, ...]:
    found: list[float] = []
    for line in sorted(lines):
        if not found or line.at - found[-1] >= NEAR:
            found.append(line.at)
    return tuple(found)


def _table(across: Sequence[Line], down: Sequence[Line]) -> Table | None:
    """The table of lines that belong together; None where they draw none, or cells that are no rectangles."""
    xs, ys = _edges(down), _edges(across)
    rows, columns = len(ys) - 1, len(xs) - 1
    if not (FEWEST <= rows <= MOST_STEPS and FEWEST <= columns <= MOST_STEPS):
        return None
    free = {(row, column) for row in range(rows) for column in range(columns)}
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in free:
                cell = _cell(row, column, free, xs, ys, across, down)
                if cell is None:
                    return None
                cells.append(cell)
    return Table(xs, ys, tuple(cells))


def _cell(
    row: int,
    column: int,
    free: set[tuple[int, int]],
    xs: Sequence[float],
    ys: Sequence[float],
    across: Sequence[Line],
    down: Sequence[Line],
) -> tuple[int, int, int, int] | None:
    """The cell that begins here, taken out of what is free; None where it is no rectangle."""
    right = column + 1
    while right < len(xs) - 1 and not _is_ruled(down, xs[right], (ys[row] + ys[row + 1]) / 2):
        right += 1
    bottom = row + 1
    while bottom < len(ys) - 1 and not _is_ruled(across, ys[bottom], (xs[column] + xs[column + 1]) / 2):
        bottom += 1
    own = {(r, c) for r in range(row, bottom) for c in range(column, right)}
    if not own <= free:
        return None
    sides = all(
        _is_ruled(down, xs[c], (ys[r] + ys[r + 1]) / 2) == (c in (column, right))
        for r in range(row, bottom)
        for c in range(column, right + 1)
    ) and all(
        _is_ruled(across, ys[r], (xs[c] + xs[c + 1]) / 2) == (r in (row, bottom))
        for c in range(column, right)
        for r in range(row, bottom + 1)
    )
    free -= own
    return (row, column, bottom, right) if sides else None


def _is_ruled(lines: Sequence[Line], at: float, place: float) -> bool:
    return any(abs(line.at - at) < NEAR and line.start - NEAR < place < line.end + NEAR for line in lines)
