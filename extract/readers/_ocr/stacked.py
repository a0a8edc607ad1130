"""Words of a cell on several lines: the lines are told apart by their ink, as far as white lies between them."""

from collections.abc import Sequence
from itertools import pairwise

from extract.readers._ocr.raster import Box, Raster

GRAINS = 2  # pixels of ink in one line of pixels: fewer are grain
TALLEST = 1.35  # of a line of text, that pieces of one may measure together
LEAST = 8  # pixels: no line of text is lower
MOST_LINES = 30


def lines_in(black: Raster, inside: Box, height: int) -> list[Box]:
    """The lines of text in the inside of a cell, from above; `height` is about that of a line of text.

    None where they cannot be told apart for sure: where a piece is higher than a line.
    """
    import numpy as np

    part = inside.of(black)
    if not part.size or height < LEAST:
        return []
    rows = np.count_nonzero(part, axis=1) >= GRAINS
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    pieces = _gathered([(int(top), int(bottom)) for top, bottom in zip(edges[::2], edges[1::2], strict=True)], height)
    if not pieces or len(pieces) > MOST_LINES or max(bottom - top for top, bottom in pieces) > TALLEST * height:
        return []
    found = []
    for top, bottom in pieces:
        columns = np.flatnonzero(np.count_nonzero(part[top:bottom], axis=0))
        left, right = int(columns[0]), int(columns[-1]) + 1
        found.append(Box(inside.left + left, inside.top + top, inside.left + right, inside.top + bottom))
    return found


def _gathered(pieces: Sequence[tuple[int, int]], height: int) -> list[tuple[int, int]]:
    """Strokes of one line that lie above each other (二, 三, 一) joined to it."""
    found = list(pieces)
    while len(found) > 1:
        heights = [second[1] - first[0] for first, second in pairwise(found)]
        low = [
            min(first[1] - first[0], second[1] - second[0]) < 0.5 * height and joint <= 1.1 * height
            for (first, second), joint in zip(pairwise(found), heights, strict=True)
        ]
        if not any(low):
            break
        gaps = [second[0] - first[1] for first, second in pairwise(found)]
        at = min((at for at, is_low in enumerate(low) if is_low), key=lambda at: (gaps[at], heights[at]))
        found[at : at + 2] = [(found[at][0], found[at + 1][1])]
    return found
