"""Rules through digits: a struck figure is nobody's; a rule that belongs to a text is no border of a table.

Word prints what was deleted struck through, beside or below what was put in its place; LibreOffice draws the same. Such
a rule may touch the borders of a narrow cell, or lie at the height of a border beside it: what it is, the digits tell
that it runs through.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import product

from extract.readers._pdf_page import Box, Glyph, Page, Stroke

LEVEL = 1.0  # points: a rule that rises more is an upright one
MIDDLE = 0.3  # of a digit's height, up or down from its middle
OVERHANG = 0.6  # of a digit's height: a rule of the text reaches no further beyond its digits
BACKGROUND = 0.5  # of the page: so large a picture lies behind the text
MOST_COVERS = 3_000  # pictures and drawings on one page; under more of them nothing is sure
SQUARE = 50.0  # points: larger than any digit of a table
MOST_SQUARES = 200  # that one cover is entered in; a larger one is held against every digit


def borders(page: Page) -> list[Stroke]:
    """The rules that may be borders. Digits that any rule runs through are no longer sure; where that is one of these
    rules, the page says it."""
    level = sorted(
        (at for at, one in enumerate(page.strokes) if one.bottom - one.top <= LEVEL < one.right - one.left),
        key=lambda at: page.strokes[at].top,
    )
    heights = [page.strokes[at].top for at in level]
    crossed: dict[int, list[int]] = {}
    for number, glyph in enumerate(page.glyphs):
        if not glyph.char.isdigit():
            continue
        reach = MIDDLE * glyph.size
        for at in level[bisect_left(heights, glyph.y - reach) : bisect_right(heights, glyph.y + reach)]:
            if page.strokes[at].left <= glyph.x <= page.strokes[at].right:
                crossed.setdefault(at, []).append(number)
    own = set[int]()
    for at, numbers in crossed.items():
        stroke, digits = page.strokes[at], [page.glyphs[number] for number in numbers]
        most = OVERHANG * max(one.size for one in digits)
        if (
            stroke.left >= min(one.left for one in digits) - most
            and stroke.right <= max(one.right for one in digits) + most
        ):
            own.add(at)
        else:
            page.crossings += [(one.x, stroke.top) for one in digits]
    for number in {number for numbers in crossed.values() for number in numbers}:
        page.glyphs[number] = page.glyphs[number]._replace(sure=False)
    return [one for at, one in enumerate(page.strokes) if at not in own]


def covers_of(page: Page) -> list[Box]:
    """The pictures and drawings that may cover a figure, or be a part of one."""
    whole = page.width * page.height
    return [box for box in page.pictures if box.area < BACKGROUND * whole] + page.drawings


def beside_covers(page: Page, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Glyphs outside of all frames, digits that a picture or a drawing covers, or stands close to, as not sure."""
    whole = page.width * page.height
    covers = [box for box in covers_of(page) if box.area < BACKGROUND * whole]
    if not covers:
        return [*glyphs]
    there = _Squares(covers)
    return [
        one._replace(sure=False) if one.char.isdigit() and (len(covers) > MOST_COVERS or there.near(one)) else one
        for one in glyphs
    ]


class _Squares:
    """Where covers stand, by squares of the page, so that each glyph is held against those alone that are near it."""

    def __init__(self, covers: Sequence[Box]) -> None:
        self.covers = covers
        self.wide: list[Box] = []
        self.squares: dict[tuple[int, int], list[Box]] = {}
        for box in covers:
            across = range(int(box.left // SQUARE) - 1, int(box.right // SQUARE) + 2)
            down = range(int(box.top // SQUARE), int(box.bottom // SQUARE) + 1)
            if len(across) * len(down) > MOST_SQUARES:
                self.wide.append(box)
                continue
            for at in product(across, down):
                self.squares.setdefault(at, []).append(box)

    def near(self, glyph: Glyph) -> bool:
        """Whether a digit is covered, or stands closer to a cover than its size."""
        reach = glyph.size
        if reach > SQUARE or glyph.bottom - glyph.top > SQUARE:
            return self._stands(self.covers, glyph)
        column = int(glyph.x // SQUARE)
        rows = {int(glyph.top // SQUARE), int(glyph.bottom // SQUARE)}
        found = [box for row in rows for box in self.squares.get((column, row), ())]
        return self._stands([*found, *self.wide], glyph)

    @staticmethod
    def _stands(covers: Sequence[Box], glyph: Glyph) -> bool:
        reach = glyph.size
        return any(
            box.left - reach <= glyph.x <= box.right + reach and box.top <= glyph.bottom and glyph.top <= box.bottom
            for box in covers
        )
