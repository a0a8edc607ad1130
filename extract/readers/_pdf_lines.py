"""Glyphs → lines of text: by their height on the page, then from left to right; gaps between them are spaces."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from extract.content import DOUBT
from extract.form.alike import RADICALS
from extract.readers._pdf_page import UPRIGHT, Box, Glyph, Turn, is_alike

SPACE = 0.22  # of a line's height: a wider gap parts two words
COLUMN = 0.45  # a wider gap beside a figure may part two columns …
WORDS = 1.2  # … and between Chinese characters this one
SAME_LINE = 0.45  # of a line's height …
LEVEL, LIKE = 0.3, 0.05  # … and where two are of one height, but for so much of it
OVER = 0.2  # of a line's height: two characters that are nearer than this are printed one over the other
NEAREST = 0.4  # of its size: a digit of another text that begins nearer is printed over this one
ANOTHER_SIZE = 1.15  # times the size
ANOTHER_LINE = 0.1  # of the size: digits that stand so much higher or lower are a note, or a correction
FIGURES = frozenset("0123456789.,+-/%０１２３４５６７８９．，－＋／—–−")
# A label that begins like this is a row's own, not the rest of the one above.
ORDINAL = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|第[一二三四五六七八九十]{1,4}条")
UNITS = frozenset("件条项次元万个宗份无增减")
COMPATIBLE = range(0xF900, 0xFB00)  # ideographs that Unicode has twice


class Gap(NamedTuple):
    """A narrow gap inside a stretch: how many characters stand before it, where it begins and ends."""

    at: int
    left: float
    right: float


class Piece(NamedTuple):
    """A stretch of a line without a wide gap; its narrow ones are spaces."""

    text: str
    left: float
    right: float
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True)
class TextLine:
    """One line: its pieces, and its box."""

    pieces: list[Piece]
    box: Box
    size: float
    sure: bool = True
    page: int = 0
    turn: Turn = UPRIGHT

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """The lines of some glyphs, from top to bottom."""
    groups: list[list[Glyph]] = []
    middle = last = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.top + glyph.bottom):
        y, size = (glyph[2] + glyph[4]) / 2, glyph[4] - glyph[2]
        if groups and y - middle <= (SAME_LINE if abs(size - last) > LIKE * size else LEVEL) * min(size, last):
            groups[-1].append(glyph)
            middle += (y - middle) / len(groups[-1])
        else:
            groups.append([glyph])
            middle, last = y, size
    return [_line(group) for group in groups]


def _line(glyphs: list[Glyph]) -> TextLine:
    glyphs.sort(key=itemgetter(1))
    size = max([glyph[4] - glyph[2] for glyph in glyphs])
    pieces: list[Piece] = []
    texts: list[str] = []
    gaps: list[Gap] = []
    begin, sure = glyphs[0].left, True
    last: Glyph | None = None
    for glyph in glyphs:
        sure &= glyph.sure
        if last is not None:
            if glyph.left + glyph.right - last.left - last.right < 2 * OVER * size:
                if glyph.char == last.char:
                    continue  # bold by printing twice
                sure &= not (glyph.char in FIGURES or last.char in FIGURES)
            gap = glyph.left - last.right
            if glyph.seen is not None and last.seen is not None and gap <= COLUMN * size:
                sure &= _of_one_number(last, glyph)
            if gap > SPACE * size:
                beside = glyph.char in FIGURES or last.char in FIGURES
                if gap > (COLUMN if beside else WORDS) * size:
                    pieces.append(Piece(plain("".join(texts)), begin, last.right, tuple(gaps)))
                    texts, gaps, begin = [], [], glyph.left
                else:
                    gaps.append(Gap(len(texts), last.right, glyph.left))
                    texts.append(" ")
        texts.append(glyph.char)
        last = glyph
    pieces.append(Piece(plain("".join(texts)), begin, glyphs[-1].right, tuple(gaps)))
    _, lefts, tops, rights, bottoms, *_ = zip(*glyphs, strict=True)
    box = Box(lefts[0], min(tops), max(rights), max(bottoms))
    return TextLine(pieces, box, size, sure)


def _of_one_number(one: Glyph, two: Glyph) -> bool:
    """Whether two digits, one beside the other, look like parts of one number: in one hand, neither over the other."""
    a, b = one.seen, two.seen
    if a is b or a is None or b is None:
        return True
    if two.left - one.left < NEAREST * min(a.size, b.size):
        return False
    if (a.color is None) != (b.color is None) or not (a.color is None or b.color is None or is_alike(a.color, b.color)):
        return False
    small, large = sorted((a.size, b.size))
    return large <= ANOTHER_SIZE * small and abs(a.baseline - b.baseline) <= ANOTHER_LINE * large


def plain(text: str) -> str:
    """A text with radicals and doubled ideographs as the characters they stand for."""
    if text.isascii():
        return text
    return text.translate(TWINS) if TWIN.search(text) else text


TWINS = RADICALS | {code: unicodedata.normalize("NFC", chr(code)) for code in COMPATIBLE}
TWIN = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


def joined(texts: Sequence[str]) -> str:
    """Lines as one text: no space between Chinese characters, which are broken anywhere."""
    found = ""
    for text in texts:
        spaced = found and text and found[-1].isascii() and text[0].isascii()
        found += f" {text}" if spaced else text
    return found


NUMBERED = re.compile(r"[（(]?\d{1,2}(?:[.．、]|[）)][.．、]?)\D")  # 「4.无」 is how 「4.无正当理由…」 begins


def is_figure(text: str) -> bool:
    """Whether a text has no word but those that stand beside a number, or has nothing at all."""
    return not NUMBERED.match(text) and not any("\u3400" <= char <= "\u9fff" and char not in UNITS for char in text)


def doubted(text: str) -> str:
    """The text with the sign that nobody may rely on its figure."""
    return text if DOUBT in text else text + DOUBT
