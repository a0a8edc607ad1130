"""The headings of a table without rules: which words stand above which column of figures, on however many lines."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from extract.readers._pdf_lines import Piece, TextLine, joined
from extract.readers._text_lines import FIGURE

FEWEST = 5  # columns of figures: fewer have their heading on one line
FELLOWS = 2  # rows that show where the columns are …
MANY = 9  # … or one of so many figures
FAR = 8  # lines above the first row of figures that may be its heading


PAGE = 100_000  # points: higher than any


class _Word(NamedTuple):
    text: str
    left: float
    right: float
    page: int
    top: float
    bottom: float

    @property
    def place(self) -> float:
        return self.page * PAGE + (self.top + self.bottom) / 2

    def is_under(self, other: "_Word") -> bool:
        return (self.page, self.top) >= (other.page, other.bottom)


Lane = tuple[float, float]


def with_headings(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, the heading of each column of figures in one piece, and all of them on one line of their own.

    As they are where not each column has a heading that stands above it alone.
    """
    rows = [[piece for piece in line.pieces if _is_figure(piece)] for line in lines]
    most = max(map(len, rows))
    whole = [row for row in rows if len(row) == most]
    if most < FEWEST or (len(whole) < FELLOWS and most < MANY):
        return list(lines)
    lanes = _lanes(whole)
    end = next(at for at, row in enumerate(rows) if len(row) == most)
    begin = end
    while begin > max(end - FAR, 0) and not rows[begin - 1]:  # the heading may be cut by the end of a page
        begin -= 1
    above = [word for at in range(begin, end) for word in _words(lines[at])]
    heads: list[list[_Word]] = [[] for _ in lanes]
    for word in above:
        if (at := _above(word, lanes)) >= 0:
            heads[at].append(word)
    heads = [_own(heads, at) for at in range(len(lanes))]
    if not lanes or not all(heads):
        return list(lines)
    used = {word for own in heads for word in own}
    rest = [kept for line in lines[begin:end] if (kept := _without(line, used)).pieces]
    return [*lines[:begin], *rest, _heading(lines[end - 1], heads), *lines[end:]]


def _lanes(rows: Sequence[Sequence[Piece]]) -> list[Lane]:
    """From where to where the figures of each column stand; none where they stand in no columns."""
    columns = [(min(one.left for one in own), max(one.right for one in own)) for own in zip(*rows, strict=True)]
    return columns if all(left[1] < right[0] for left, right in pairwise(columns)) else []


def _words(line: TextLine) -> list[_Word]:
    where = (line.page, line.box.top, line.box.bottom)
    found = []
    for piece in line.pieces:
        begin, left = 0, piece.left
        for gap in piece.gaps:
            found.append(_Word(piece.text[begin : gap.at], left, gap.left, *where))
            begin, left = gap.at + 1, gap.right
        found.append(_Word(piece.text[begin:], left, piece.right, *where))
    return found


def _above(word: _Word, lanes: Sequence[Lane]) -> int:
    """The one column above whose figures a word stands; -1 where there is none, or more."""
    over = [at for at, (left, right) in enumerate(lanes) if word.left < right and left < word.right]
    return over[0] if len(over) == 1 else -1


def _own(heads: Sequence[list[_Word]], at: int) -> list[_Word]:
    """The words above a column without those that head several, which stand above the headings of their columns."""
    own = heads[at]
    while len(own) > 1 and any(
        _is_over(own, beside) for beside in (*heads[max(at - 1, 0) : at], *heads[at + 1 : at + 2])
    ):
        own = own[1:]
    return own


def _is_over(own: Sequence[_Word], beside: Sequence[_Word]) -> bool:
    """Whether the first word heads the next column too: all of that is below it, at the height of the words under it.

    The first line of a heading of three lines stands above one of a single line too, but all three at its height.
    """
    if not beside or not all(other.is_under(own[0]) for other in beside):
        return False
    height = _height(beside)
    return abs(_height(own[1:]) - height) < abs(_height(own) - height)


def _height(words: Sequence[_Word]) -> float:
    return (min(word.place for word in words) + max(word.place for word in words)) / 2


def _without(line: TextLine, used: set[_Word]) -> TextLine:
    words = _words(line)
    kept = [word for word in words if word not in used]
    if len(kept) == len(words):
        return line
    return replace(line, pieces=[Piece(word.text, word.left, word.right) for word in kept])


def _heading(line: TextLine, heads: Sequence[Sequence[_Word]]) -> TextLine:
    """All headings as one line, at the place of the lowest, which is this one."""
    pieces = [
        Piece(joined([one.text for one in own]), min(one.left for one in own), max(one.right for one in own))
        for own in heads
    ]
    return replace(line, pieces=pieces, box=line.box._replace(left=pieces[0].left, right=pieces[-1].right))


def _is_figure(piece: Piece) -> bool:
    return FIGURE.fullmatch(piece.text) is not None
