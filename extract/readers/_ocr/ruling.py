"""Ruling lines of a sheet → tables of cells, by what the lines enclose."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.readers._ocr.raster import Box, Raster

LINE = 30  # the least length of a rule: this part of the sheet's width
NARROW = 9  # pixels: no cell is narrower or lower
FILLED = 0.8  # of its box that a cell fills; less is no rectangle
MOST_CELLS = 4000
COVERED = 5  # least lengths of a rule, that a seal hides of one
SHORT = 3  # least lengths of a rule: a stroke that is no longer may be one of a sign
END = 4  # pixels at the end of a rule, among which lie some of the rule that it ends at
LEAST = 0.2  # of the sheet's width: a smaller net of lines is a sign, or some of a title
APART = 8  # pixels by which edges of one column may lie apart


class Cell(NamedTuple):
    """One cell: its box, its first row and column, its spans. `whole`: ruled on all sides, a rectangle."""

    box: Box
    row: int
    column: int
    rowspan: int
    colspan: int
    whole: bool = True


class Table(NamedTuple):
    """What one net of lines encloses; the cells by row and column."""

    box: Box
    rows: int
    cells: tuple[Cell, ...]


def lines_of(black: Raster, dark: Raster) -> Raster:
    """The rules among the black ink: long straight strokes that meet others; `dark` is the ink of every color."""
    import cv2
    import numpy as np

    # Odd lengths: what is opened and closed by an even one lies a pixel beside itself.
    length = max(24, black.shape[1] // LINE) | 1
    height = max(18, black.shape[1] // (LINE + 20)) | 1
    thick = cv2.dilate(black, np.ones((2, 2), np.uint8))
    colored = cv2.dilate(cv2.bitwise_and(dark, cv2.bitwise_not(black)), np.ones((5, 5), np.uint8))
    level = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    upright = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((height, 1), np.uint8))
    # Short breaks are closed along the line; strokes of signs are none of it.
    level = _below(colored, level, np.ones((1, COVERED * length | 1), np.uint8))
    level = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((1, length), np.uint8))
    upright = _rules(upright, level, SHORT * height, ends=1)
    upright = _below(colored, upright, np.ones((COVERED * height | 1, 1), np.uint8))
    upright = cv2.morphologyEx(upright, cv2.MORPH_CLOSE, np.ones((height, 1), np.uint8))
    upright = _rules(upright, level, SHORT * height, ends=2)
    level, upright = _meeting(level, upright), _meeting(upright, level)
    return cv2.bitwise_or(level, upright)


def _below(colored: Raster, rules: Raster, reach: Raster) -> Raster:
    """The rules with what lies below color between two of one line: the ring of a seal that runs along a rule hides it.

    `reach`: how far apart both may be.
    """
    import cv2

    return cv2.bitwise_or(rules, cv2.bitwise_and(cv2.morphologyEx(rules, cv2.MORPH_CLOSE, reach), colored))


def _rules(upright: Raster, level: Raster, short: int, *, ends: int) -> Raster:
    """Upright strokes that are long, or of which so many ends lie at a level rule: a sign stands clear of the rules.

    Where a page breaks a table off, its rules end in nothing: beyond such an end lies no other rule.
    """
    import cv2
    import numpy as np

    near = cv2.dilate(level, np.ones((1, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    kept: Raster = np.full(count, 255, np.uint8)
    kept[0] = 0
    for at in range(1, count):
        left, top, width, height, _ = map(int, stats[at])
        if height >= short:
            continue
        across, bottom = slice(left, left + width), top + height
        above = (
            near[max(0, top - 1) : top + END, across].any() or not level[max(0, top - 2 * short) : top, across].any()
        )
        below = near[bottom - END : bottom + 1, across].any() or not level[bottom : bottom + 2 * short, across].any()
        if not near[top:bottom, across].any() or (not above) + (not below) > 2 - ends:
            kept[at] = 0
    return kept[labels]


def _meeting(some: Raster, others: Raster) -> Raster:
    """Those strokes that touch one of the others: a stroke of a letter does not."""
    import cv2
    import numpy as np

    touched = cv2.dilate(others, np.ones((7, 7), np.uint8))
    count, labels = cv2.connectedComponents(some, connectivity=8)
    kept: Raster = np.zeros(count, np.uint8)
    kept[np.unique(labels[(touched > 0) & (some > 0)])] = 255
    kept[0] = 0
    return kept[labels]


def tables_of(lines: Raster) -> list[Table]:
    """The tables that these lines draw, from above."""
    import cv2
    import numpy as np

    joined = cv2.dilate(lines, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for at in range(1, count):
        left, top, width, height, _ = map(int, stats[at])
        if width < max(4 * NARROW, LEAST * lines.shape[1]) or height < 2 * NARROW:
            continue
        table = _table(lines, Box(left + 2, top + 2, left + width - 2, top + height - 2))
        if table is not None:
            found.append(table)
    outer = [one for one in found if not any(one is not other and _inside(one.box, other.box) for other in found)]
    return sorted(outer, key=lambda table: (table.box.top, table.box.left))


def _inside(box: Box, other: Box) -> bool:
    return box.within(other).area > 0.8 * box.area and box.area < other.area


def _table(lines: Raster, box: Box) -> Table | None:
    import cv2
    import numpy as np

    part = box.of(lines).copy()
    part[:2], part[-2:], part[:, :2], part[:, -2:] = 255, 255, 255, 255  # a side that is open is closed
    empty = cv2.bitwise_not(cv2.dilate(part, np.ones((3, 3), np.uint8)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(empty, connectivity=4)
    if count > MOST_CELLS:
        return None
    boxes = []
    for at in range(1, count):
        left, top, width, height, area = map(int, stats[at])
        if width >= NARROW and height >= NARROW:
            inside = Box(box.left + left, box.top + top, box.left + left + width, box.top + top + height)
            boxes.append((inside, area >= FILLED * width * height))
    if len(boxes) < 2:
        return None
    xs = _edges([(one.left, one.right) for one, _ in boxes])
    ys = _edges([(one.top, one.bottom) for one, _ in boxes])
    cells = [_placed(one, whole, xs, ys) for one, whole in boxes]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Table(box, len(ys) - 1, tuple(_without_holes(cells, xs, ys)))


def _edges(pairs: Sequence[tuple[int, int]]) -> list[float]:
    """Where rules run, out of the sides of cells that face them from both sides."""
    sides = sorted(side for pair in pairs for side in pair)
    groups = [[sides[0]]]
    for side in sides[1:]:
        if side - groups[-1][-1] <= APART and side - groups[-1][0] <= 3 * APART:
            groups[-1].append(side)
        else:
            groups.append([side])
    return [sum(group) / len(group) for group in groups]


def _placed(box: Box, whole: bool, xs: Sequence[float], ys: Sequence[float]) -> Cell:
    left, right = _nearest(xs, box.left), _nearest(xs, box.right)
    top, bottom = _nearest(ys, box.top), _nearest(ys, box.bottom)
    # Where its sides are taken for one edge it has no place: it is none that one can rely on.
    whole = whole and top < bottom and left < right
    top, left = min(top, len(ys) - 2), min(left, len(xs) - 2)
    return Cell(box, top, left, max(1, bottom - top), max(1, right - left), whole)


def _nearest(edges: Sequence[float], side: int) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - side))


def _without_holes(cells: Sequence[Cell], xs: Sequence[float], ys: Sequence[float]) -> Iterator[Cell]:
    """The cells; those that overlap, and places that no cell covers, are no cells that one can rely on."""
    taken = dict[tuple[int, int], int]()
    clashing = set[int]()
    for at, cell in enumerate(cells):
        for place in _covered(cell):
            if place in taken:
                clashing |= {at, taken[place]}
            taken[place] = at
    kept = [cell._replace(whole=False) if at in clashing else cell for at, cell in enumerate(cells)]
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            if (row, column) not in taken:
                box = Box(round(xs[column]), round(ys[row]), round(xs[column + 1]), round(ys[row + 1]))
                kept.append(Cell(box, row, column, 1, 1, False))
    yield from sorted(kept, key=lambda cell: (cell.row, cell.column))


def _covered(cell: Cell) -> Iterator[tuple[int, int]]:
    for row in range(cell.row, cell.row + cell.rowspan):
        for column in range(cell.column, cell.column + cell.colspan):
            yield row, column
