"""Boxes, rules and matrices: the geometry of what is painted on a page."""

from collections.abc import Iterator
from itertools import pairwise

from extract.readers._pdf_page import Box, Stroke

THIN = 3.0  # points: what is no thicker is a rule
STRAIGHT = 0.05  # of its length: a text that rises no more is level
LEANING = 0.65  # so far, it may be a figure that was written or scanned aslant: a watermark runs across the page
ASLANT, ASKEW = 30, 45  # any angle between
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def is_thin(box: Box) -> bool:
    return min(box.right - box.left, box.bottom - box.top) <= THIN


def middle(box: Box) -> Stroke:
    if box.bottom - box.top <= box.right - box.left:
        y = (box.top + box.bottom) / 2
        return Stroke(box.left, y, box.right, y)
    x = (box.left + box.right) / 2
    return Stroke(x, box.top, x, box.bottom)


def sides(corners: list[tuple[float, float]]) -> Iterator[Stroke]:
    """The level and the upright sides of a polygon."""
    for (x, y), (u, v) in pairwise(corners):
        if abs(x - u) <= 1 or abs(y - v) <= 1:
            yield Stroke(min(x, u), min(y, v), max(x, u), max(y, v))


def is_level(corners: list[tuple[float, float]]) -> bool:
    return all(abs(x - u) <= 1 or abs(y - v) <= 1 for (x, y), (u, v) in pairwise(corners))


def times(one: Matrix, two: Matrix) -> Matrix:
    if two is IDENTITY:
        return one
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(by: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def common(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, float, float, float]:
    left, bottom, right, top = max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])
    return (left, bottom, right, top) if left < right and bottom < top else (one[0], one[1], one[2], one[3])


def turned_by(a: float, b: float) -> int:
    """How far a text that runs to (a, b), b upwards, is turned clockwise: 0, 90, 180, 270, else ASLANT or ASKEW."""
    if abs(b) <= STRAIGHT * abs(a):
        return 0 if a > 0 else 180
    if abs(a) <= STRAIGHT * abs(b):
        return 90 if b < 0 else 270
    return ASLANT if min(abs(a), abs(b)) <= LEANING * max(abs(a), abs(b)) else ASKEW


class View:
    """Places on a page → places as it is shown: cut to its box, turned, in points from the upper left corner."""

    def __init__(self, edges: tuple[float, float, float, float], turn: int) -> None:
        self.edges, self.turn = edges, turn
        left, bottom, right, top = edges
        self.width, self.height = (top - bottom, right - left) if turn in (90, 270) else (right - left, top - bottom)

    def shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.edges
        if self.turn == 90:
            return y - bottom, x - left
        if self.turn == 180:
            return right - x, y - bottom
        if self.turn == 270:
            return top - y, right - x
        return x - left, top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if not self.turn:  # nearly always, and for every glyph
            return Box(left - self.edges[0], self.edges[3] - top, right - self.edges[0], self.edges[3] - bottom)
        (x, y), (u, v) = self.shown(left, bottom), self.shown(right, top)
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))
