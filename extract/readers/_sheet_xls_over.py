"""What an XLS lays over its cells: conditions that show a figure otherwise, and drawings that cover one."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from extract.readers._colors import is_unseen
from extract.readers._sheet import At, Sheet, doubtful
from extract.readers._sheet_colors import indexed_color
from extract.readers._sheet_xls_book import Book

RANGES, CONDITION, DRAWING, OBJECT, TEXT = 0x1B0, 0x1B1, 0xEC, 0x5D, 0x1B6
OVER = frozenset((RANGES, CONDITION, DRAWING, OBJECT, TEXT))
NUMBER, FONT, ALIGNMENT, BORDER, PATTERN = 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29  # parts of a condition's look
LENGTHS = ((FONT, 118), (ALIGNMENT, 8), (BORDER, 8))
LOOK, INK, STRUCK = 12, 80, 0x80  # where a look begins, where a font has its color, which of its bits strikes out
ANCHOR, PROPERTIES, FILLED, HAS_FILL, SAYS_FILL = 0xF010, 0xF00B, 0x1BF, 0x10, 0x100000
COVERING = frozenset((2, 3, 5, 6, 8, 9, 30))  # rectangle, oval, chart, text, picture, polygon, shape
PICTURES = frozenset((5, 8))
ACROSS, DOWN, LEAST = 1024, 256, 0.1  # parts of a cell; of its width or height that is covered
MOST_ATOMS = 10_000  # of one drawing
Area = tuple[int, int, int, int]  # first and last row, first and last column


class _Shape(NamedTuple):
    area: Area
    filled: bool


class Over:
    """The state of reading one sheet. `styles` are those of its cells by their places, from 1."""

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet, self.book = sheet, book
        self.styles: dict[At, int] = {}
        self.areas: list[Area] = []
        self.conditions: list[tuple[list[Area], bool, int | None, int | None]] = []
        self.shape: _Shape | None = None
        self.covering = False

    def take(self, kind: int, body: bytes) -> None:
        if kind == RANGES:
            count = struct.unpack_from("<H", body, 12)[0]
            self.areas = [area for area in struct.iter_unpack("<4H", body[14 : 14 + 8 * count]) if len(area) == 4]
        elif kind == CONDITION:
            self.conditions.append((self.areas, *_look(body)))
        elif kind == DRAWING:
            self.shape = _shape(body) or self.shape
        elif kind == OBJECT and len(body) >= 6:
            sort = struct.unpack_from("<H", body, 4)[0]
            self.covering = sort in COVERING
            if self.covering and self.shape and (self.shape.filled or sort in PICTURES):
                self._cover(self.shape.area)
        elif (
            kind == TEXT and len(body) >= 12 and self.covering and self.shape and struct.unpack_from("<H", body, 10)[0]
        ):
            self._cover(self.shape.area)

    def _cover(self, area: Area) -> None:
        top, bottom, left, right = area
        self.sheet.cover(
            (row + 1, column + 1) for row in range(top, bottom + 1) for column in range(left, min(right, 255) + 1)
        )

    def settle(self) -> None:
        """Makes doubtful, once all cells are known, what a condition may show otherwise."""
        self.sheet.look(len(self.sheet.cells) * sum(len(areas) for areas, *_ in self.conditions))
        for areas, apart, ink, ground in self.conditions:
            for top, bottom, left, right in areas:
                for at in self.sheet.cells:
                    inside = top < at[0] <= bottom + 1 and left < at[1] <= right + 1
                    if inside and (apart or self._hides(at, ink, ground)):
                        self.sheet.cells[at] = doubtful(self.sheet.cells[at])

    def _hides(self, at: At, ink: int | None, ground: int | None) -> bool:
        style = self.styles.get(at, 0)
        if (ink is None and ground is None) or style >= len(self.book.looks):
            return False
        own, (pattern, front, _) = self.book.looks[style], self.book.grounds[style]
        if ink is None and own < len(self.book.fonts):
            ink = self.book.fonts[own].color
        behind = ground if ground is not None else front if pattern else 65
        colors = (None if one is None else indexed_color(one, self.book.palette) for one in (ink, behind))
        return is_unseen(*colors)


def _look(body: bytes) -> tuple[bool, int | None, int | None]:
    """What a condition makes of a cell: whether other or struck words; the color of text and of ground, if any."""
    flags = struct.unpack_from("<I", body, 6)[0]
    if flags & NUMBER:
        return True, None, None
    at, ink, apart = LOOK, None, False
    for part, length in LENGTHS:
        if flags & part:
            if part == FONT:
                options, color = struct.unpack_from("<I", body, at + 68)[0], struct.unpack_from("<i", body, at + INK)[0]
                changed = not struct.unpack_from("<I", body, at + 88)[0] & STRUCK
                ink, apart = (color if color >= 0 else None), bool(options & STRUCK) and changed
            at += length
    if not flags & PATTERN:
        return apart, ink, None
    pattern, colors = struct.unpack_from("<2H", body, at)
    front, back = colors & 0x7F, colors >> 7 & 0x7F
    return apart, ink, back if pattern >> 10 in (0, 1) else front


def _shape(body: bytes) -> _Shape | None:
    """The last shape that a drawing tells the place of."""
    area: Area | None = None
    filled = True
    for kind, inside in _atoms(body):
        if kind == PROPERTIES:
            for at in range(0, len(inside) - 5, 6):
                name, value = struct.unpack_from("<HI", inside, at)
                if name & 0x3FFF == FILLED and value & SAYS_FILL:
                    filled = bool(value & HAS_FILL)
        elif kind == ANCHOR and len(inside) >= 18:
            left, from_left, top, from_top, right, to_right, bottom, to_bottom = struct.unpack_from("<8H", inside, 2)
            left += left < right and from_left > (1 - LEAST) * ACROSS
            top += top < bottom and from_top > (1 - LEAST) * DOWN
            right -= right > left and to_right < LEAST * ACROSS
            bottom -= bottom > top and to_bottom < LEAST * DOWN
            area = (top, bottom, left, right)
    return _Shape(area, filled) if area else None


def _atoms(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of what is no container, in order."""
    at = 0
    for _ in range(MOST_ATOMS):
        if at + 8 > len(body):
            return
        version, kind, length = struct.unpack_from("<2HI", body, at)
        at += 8
        if version & 15 != 15:
            yield kind, body[at : at + length]
            at += length
