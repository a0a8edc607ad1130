"""Small strokes that stand freely in a cell: parts of signs that were drawn, and of which no text tells.

Where a text was turned into curves, a "1" and the parts of other digits are as thin as rules, and are kept as such. A
rule that is no longer than a sign and lies in the middle of a cell is no border: the cell is not blank, whatever it
says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from extract.readers._pdf_frames import SAME, Frame
from extract.readers._pdf_page import Box, Stroke

SMALLEST, LARGEST = 2.0, 14.0  # points: the length of a part of a sign
UPRIGHT = 1.0  # points to either side


def specks_of(strokes: Sequence[Stroke]) -> list[Stroke]:
    """The strokes of a page that are as long as a part of a sign, from the top down."""
    return sorted(
        (one for one in strokes if SMALLEST <= max(one.right - one.left, one.bottom - one.top) <= LARGEST),
        key=_height,
    )


def specked(frame: Frame, specks: Sequence[Stroke], written: Mapping[int, Box]) -> Iterator[int]:
    """The cells that such a stroke stands in, apart from their borders.

    `written`: where the text of a cell stands. There a level stroke underlines, and two alike stand around a ground.
    """
    outer = frame.box
    beside: dict[int, list[Stroke]] = {}
    for one in specks[bisect_left(specks, outer.top, key=_height) : bisect_right(specks, outer.bottom, key=_height)]:
        x, y = (one.left + one.right) / 2, _height(one)
        if not outer.left <= x <= outer.right:
            continue
        number = frame.cell(x, y)
        cell, torn = frame.cells[number].box, frame.cells[number].torn
        if torn and any(abs(x - border) <= UPRIGHT for border in frame.xs):
            continue  # taken for a border, and the rest of the cell for another
        if not (cell.left + SAME < x < cell.right - SAME and cell.top + SAME < y < cell.bottom - SAME):
            continue
        if number not in written:
            yield number
        elif one.right - one.left <= UPRIGHT:
            beside.setdefault(number, []).append(one)
    for number, some in beside.items():
        ends = {(one.top, one.right <= written[number].left, one.left >= written[number].right) for one in some}
        tops = {top for top, _, _ in ends}
        if ends != {(top, before, not before) for top in tops for before in (True, False)}:
            yield number


def _height(one: Stroke) -> float:
    return (one.top + one.bottom) / 2
