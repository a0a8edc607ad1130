"""What stands on one page of a PDF: glyphs with boxes, strokes, pictures, drawings.

All boxes are in points from the upper left corner of the page as it is shown.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


Color = tuple[int, int, int]
ALIKE = 10  # of 255: colors that are nearer than this are one to the eye


def is_alike(one: Color, other: Color) -> bool:
    (a, b, c), (d, e, f) = one, other
    return abs(a - d) <= ALIKE and abs(b - e) <= ALIKE and abs(c - f) <= ALIKE


class Seen(NamedTuple):
    """A text object: when it was painted, in what one color, whether it cannot be seen or is in doubt; how far it is
    turned; the size of its signs and the line that they stand on."""

    order: int
    color: Color | None
    unseen: bool
    turned: int
    doubtful: bool
    size: float
    baseline: float


class Glyph(NamedTuple):
    """One character with the box of its line and advance. `sure`: it is what a reader of the page sees there.

    `seen`: of a digit, the text that it belongs to.
    """

    char: str
    left: float
    top: float
    right: float
    bottom: float
    sure: bool = True
    seen: Seen | None = None

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        return self.bottom - self.top


class Turn(NamedTuple):
    """By how many degrees, clockwise, a page was turned to be read, and its size then."""

    by: int
    width: float
    height: float

    def shown(self, box: Box) -> Box:
        """The same place on the page as it is shown."""
        left, top, right, bottom = box
        if self.by == 90:
            return Box(top, self.width - right, bottom, self.width - left)
        if self.by == 180:
            return Box(self.width - right, self.height - bottom, self.width - left, self.height - top)
        if self.by == 270:
            return Box(self.height - bottom, left, self.height - top, right)
        return box


UPRIGHT = Turn(0, 0.0, 0.0)


class Stroke(NamedTuple):
    """A straight rule, from left or top to right or bottom; its thickness is left out."""

    left: float
    top: float
    right: float
    bottom: float


class Fill(NamedTuple):
    """What may cover a text, or lie below it. No color: a picture or a shading."""

    box: Box
    order: int
    color: Color | None
    picture: bool


@dataclass(slots=True)
class Page:
    """What is seen on one page. `text` is the engine's own text in reading order.

    `unmapped` characters have no known meaning; `hidden` ones cannot be seen and are left out. `veiled`: some stand in
    layers that may be switched off. `crossings`: where a rule that may be a border crosses a digit. `turned` counts the
    characters that stand on one side or on their heads, by how far; `slanted` are the places of digits that do not
    stand upright, a watermark's left out: neither are among the glyphs. `turn`: how the page was turned to be read.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    crossings: list[tuple[float, float]] = field(default_factory=list)
    text: str = ""
    unmapped: int = 0
    hidden: int = 0
    veiled: bool = False
    turned: Counter[int] = field(default_factory=Counter)
    slanted: list[tuple[float, float]] = field(default_factory=list)
    turn: Turn = UPRIGHT
