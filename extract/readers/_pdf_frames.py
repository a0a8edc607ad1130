"""Rules on a page → frames: what they divide into cells, merged ones by the borders that are not there."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from extract.readers._pdf_page import Box, Stroke

SAME = 3.0  # points between two rules that are one, drawn twice or as the borders of two cells
GAP = 3.5  # points between two pieces of one rule
SHORTEST = 6.0  # points of a rule
MOST_RULES = 4_000  # of one page; a drawing has more
MOST_CELLS = 40_000  # of one frame

Spans = list[tuple[float, float]]


class Cell(NamedTuple):
    """A physical cell: its first row and column, its spans, its box. `torn`: its borders make no rectangle."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box
    torn: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """A table as drawn: its column and row borders, its cells, and the cell at each place.

    `open_top`, `open_bottom`: no rule ends it there, as where a page was turned.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Cell, ...]
    at: tuple[tuple[int, ...], ...]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> Box:
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def cell(self, x: float, y: float) -> int:
        """The number of the cell in which a point lies that the frame holds."""
        return self.at[bisect_right(self.ys, y, 1, len(self.ys) - 1) - 1][
            bisect_right(self.xs, x, 1, len(self.xs) - 1) - 1
        ]


def frames_of(strokes: Sequence[Stroke]) -> list[Frame]:
    """Every frame with more than one column, the smaller ones first; a box around text is none."""
    level = _rules((one.top, one.left, one.right) for one in strokes if one.bottom - one.top <= 1)
    upright = _rules((one.left, one.top, one.bottom) for one in strokes if one.right - one.left <= 1)
    if len(level) + len(upright) > MOST_RULES:
        return []
    found = [frame for group in _touching(level, upright) if (frame := _frame(*group))]
    return sorted(found, key=lambda frame: frame.box.area)


def _rules(pieces: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Rules at one position each, their pieces joined; what stays shorter than a rule is a dot."""
    found: list[tuple[float, float, float]] = []
    for group in _near(sorted(pieces)):
        stretches: Spans = []
        for _, begin, end in sorted(group, key=itemgetter(1)):
            if stretches and begin <= stretches[-1][1] + GAP:
                stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
            else:
                stretches.append((begin, end))
        position = sum(one for one, _, _ in group) / len(group)
        found += [(position, begin, end) for begin, end in stretches if end - begin >= SHORTEST]
    return found


def _near(pieces: Sequence[tuple[float, float, float]]) -> Iterator[list[tuple[float, float, float]]]:
    group: list[tuple[float, float, float]] = []
    for piece in pieces:
        if group and piece[0] - group[0][0] > SAME:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


Rule = tuple[float, float, float]


def _touching(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch one another."""
    above = list(range(len(level) + len(upright)))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    places = [x for x, _, _ in upright]
    for number, (y, left, right) in enumerate(level):
        for other in range(bisect_left(places, left - SAME), bisect_right(places, right + SAME)):
            _, begin, end = upright[other]
            if begin - SAME <= y <= end + SAME:
                above[top(len(level) + other)] = top(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate((*level, *upright)):
        groups.setdefault(top(number), ([], []))[number >= len(level)].append(rule)
    yield from groups.values()


def _frame(level: list[Rule], upright: list[Rule]) -> Frame | None:
    if not level or not upright:
        return None
    left, right = min(begin for _, begin, _ in level), max(end for _, _, end in level)
    top, bottom = min(begin for _, begin, _ in upright), max(end for _, _, end in upright)
    ys, xs = _positions(level), _positions(upright)
    open_top, open_bottom = top < ys[0] - SAME, bottom > ys[-1] + SAME
    ys = [top] * open_top + ys + [bottom] * open_bottom
    xs = [left] * (left < xs[0] - SAME) + xs + [right] * (right > xs[-1] + SAME)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > MOST_CELLS:
        return None
    beside = _drawn(upright, xs, ys)
    below = _drawn(level, ys, xs)
    number = _joined(rows, columns, beside, below)
    cells, at = _cells(xs, ys, number)
    return Frame(tuple(xs), tuple(ys), cells, at, open_top, open_bottom)


def _positions(rules: Sequence[Rule]) -> list[float]:
    found: list[float] = []
    for position in sorted(position for position, _, _ in rules):
        if not found or position - found[-1] > SAME:
            found.append(position)
    return found


def _drawn(rules: Sequence[Rule], positions: Sequence[float], across: Sequence[float]) -> list[list[bool]]:
    """For each position, whether a rule is drawn there along each stretch between two of the borders across."""
    found = [[0.0] * (len(across) - 1) for _ in positions]
    for position, begin, end in rules:
        at = _nearest(positions, position)
        for stretch in range(max(0, bisect_right(across, begin) - 1), len(across) - 1):
            if across[stretch] >= end:
                break
            found[at][stretch] += max(0.0, min(end, across[stretch + 1]) - max(begin, across[stretch]))
    return [
        [length * 2 > across[stretch + 1] - across[stretch] for stretch, length in enumerate(lengths)]
        for lengths in found
    ]


def _nearest(positions: Sequence[float], position: float) -> int:
    at = bisect_left(positions, position)
    before = at and (at == len(positions) or position - positions[at - 1] <= positions[at] - position)
    return at - 1 if before else at


def _joined(
    rows: int, columns: int, beside: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]]
) -> list[list[int]]:
    """The places of the lattice, those without a border between them under one number."""
    number = [[row * columns + column for column in range(columns)] for row in range(rows)]
    above = list(range(rows * columns))

    def top(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not beside[column + 1][row]:
                above[top(here + 1)] = top(here)
            if row + 1 < rows and not below[row + 1][column]:
                above[top(here + columns)] = top(here)
    return [[top(one) for one in line] for line in number]


def _cells(
    xs: Sequence[float], ys: Sequence[float], number: Sequence[Sequence[int]]
) -> tuple[tuple[Cell, ...], tuple[tuple[int, ...], ...]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for row, line in enumerate(number):
        for column, one in enumerate(line):
            places.setdefault(one, []).append((row, column))
    cells: list[Cell] = []
    order: dict[int, int] = {}
    for one, some in sorted(places.items(), key=lambda item: item[1][0]):
        rows, columns = [row for row, _ in some], [column for _, column in some]
        rowspan, colspan = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
        box = Box(xs[min(columns)], ys[min(rows)], xs[max(columns) + 1], ys[max(rows) + 1])
        order[one] = len(cells)
        cells.append(Cell(min(rows), min(columns), rowspan, colspan, box, rowspan * colspan != len(some)))
    return tuple(cells), tuple(tuple(order[one] for one in line) for line in number)
