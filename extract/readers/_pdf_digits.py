"""Whether the digits of an embedded font look like what it says they are: its outlines against those of other fonts.

A font that calls its 3 an 8 gives every reading the same lie: boxes, lines and the engine's own text. Its outlines do
not. Only a clear contradiction counts: a shape that is much nearer to another digit in every way.
"""

import ctypes
import math
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

WIDE, HIGH = 8, 10  # squares that a digit is laid out in
LINES = 1  # in each row of them
MOST_POINTS = 3_000  # of one outline
SIZE = 100.0
LIKE = 0.8  # of a square wholly different: what is so near to a digit is that digit
FAR = 1.3  # times as far from what a digit is called as from another one
NEAR = 2.2  # of all squares wholly different: what is no nearer to any digit is told by nobody

Raw = Any  # the library, which has no types, or a thing of its own
Point = tuple[float, float]
Shape = tuple[float, ...]


@cache
def _known() -> dict[str, tuple[Shape, ...]]:
    """Each digit in several fonts: each square as a hexadecimal digit, from the upper left."""
    data = tomllib.loads(Path(__file__).with_name("digits.toml").read_text(encoding="utf-8"))
    fonts = [[tuple(int(one, 16) / 15 for one in text) for text in font["shapes"]] for font in data["font"]]
    return {digit: tuple(font[at] for font in fonts) for at, digit in enumerate("0123456789")}


def _distance(shape: Shape, digit: str) -> float:
    """How far a shape is from a digit in the font that draws it most alike."""
    return math.sqrt(min(sum([(a - b) * (a - b) for a, b in zip(shape, one, strict=True)]) for one in _known()[digit]))


def is_lying(shape: Shape, digit: str) -> bool:
    """Whether this is clearly another digit than it is called."""
    own = _distance(shape, digit)
    if own < LIKE:
        return False
    nearest = min(_distance(shape, other) for other in _known() if other != digit)
    return nearest < NEAR and nearest * FAR < own


class Digits:
    """What is known of the digits of a document's fonts; `raw` are the calls of the library."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.told: dict[tuple[object, ...], bool] = {}

    def lies(self, font: Raw, char: str) -> bool:
        """Whether this font draws clearly another digit. Not to be told where its outlines are not to be had: it is not
        embedded, or made of pictures."""
        raw = self.raw
        path = raw.FPDFFont_GetGlyphPath(font, ord(char), SIZE) if raw.FPDFFont_GetIsEmbedded(font) == 1 else None
        count = raw.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
        if not 3 <= count <= MOST_POINTS:
            return False
        # The same outline stands on each page: a few of its points tell it from others.
        digit = str(unicodedata.digit(char))
        key = digit, count, *(_point(raw, path, at * count // 4) for at in range(4))
        if key not in self.told:
            shape = _laid_out(_contours(raw, path, count))
            self.told[key] = shape is not None and is_lying(shape, digit)
        return self.told[key]


def _point(raw: Raw, path: Raw, at: int) -> Point:
    x, y = ctypes.c_float(), ctypes.c_float()
    raw.FPDFPathSegment_GetPoint(raw.FPDFGlyphPath_GetGlyphPathSegment(path, at), ctypes.byref(x), ctypes.byref(y))
    return x.value, y.value


def _contours(raw: Raw, path: Raw, count: int) -> list[list[Point]]:
    """The outline as polygons: a curve by its ends and one point between."""
    found: list[list[Point]] = []
    handles: list[Point] = []
    for at in range(count):
        segment = raw.FPDFGlyphPath_GetGlyphPathSegment(path, at)
        point = _point(raw, path, at)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO or not found:
            found.append([point])
        elif kind == raw.FPDF_SEGMENT_BEZIERTO and len(handles) < 2:
            handles.append(point)
            continue
        elif handles:
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = found[-1][-1], handles[0], handles[-1], point
            found[-1] += [((ax + 3 * bx + 3 * cx + dx) / 8, (ay + 3 * by + 3 * cy + dy) / 8), point]
        else:
            found[-1].append(point)
        handles = []
    return found


def _laid_out(contours: Sequence[Sequence[Point]]) -> Shape | None:
    """How much of each square is ink. A narrow digit stays narrow: it is laid in the middle."""
    points = [point for contour in contours for point in contour]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, top = min(y for _, y in points), max(y for _, y in points)
    height = top - low
    if height <= 0 or right <= left:
        return None
    square = max(right - left, height * 0.55) / WIDE
    begin = (left + right - square * WIDE) / 2
    sides = [
        (a, b) for contour in contours for a, b in zip(contour, (*contour[1:], contour[0]), strict=True) if a[1] != b[1]
    ]
    ink = [0.0] * (WIDE * HIGH)
    for line in range(HIGH * LINES):
        y = top - height * (line + 0.5) / (HIGH * LINES)
        turns = sorted(
            (x + (u - x) * (y - v) / (w - v), 1 if w > v else -1)
            for (x, v), (u, w) in sides
            if min(v, w) <= y < max(v, w)
        )
        winding = 0
        for (x, turn), (until, _) in pairwise(turns):
            winding += turn
            if winding:
                for column in range(WIDE):
                    start = begin + column * square
                    common = min(until, start + square) - max(x, start)
                    if common > 0:
                        ink[line // LINES * WIDE + column] += common / square / LINES
    return tuple(min(1.0, one) for one in ink)
