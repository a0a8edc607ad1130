"""What a cell says: read twice, from two pictures of it and by two crops; a figure stands only where both agree."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.content import DOUBT
from extract.readers._ocr.engine import Said, recognize
from extract.readers._ocr.glyphs import Ink, tells_against
from extract.readers._ocr.raster import Box, Raster, Sheet
from extract.readers._ocr.seals import filtered

SURE = 0.80  # a figure of which either look is less sure is none
SURE_OF_WORDS = 0.5
MOSTLY = 0.75  # of the ink of a cell is black where its words are its own
# What may stand in a cell of figures beside digits; a cell of these alone is read twice.
FIGURE = re.compile(r"[0-9０-９.,，．+＋\-−－—–_/／\\增减万元件条项次个宗份无。%％ ]{1,40}")
UNKNOWN = "□"  # stands for a number in the prose that was not read alike twice
NUMBERS = re.compile(r"([0-9０-９]+(?:[.,，．][0-9０-９]+)?)")
DIGIT = re.compile("[0-9０-９]")
# Readings of a digit, of a stroke or of dirt: alone they are no words.
ALIKE = frozenset("OoQDUCcIlLi|!丨丿亅〇○口日曰囗。°·.,，、`'\"“”‘’:;：；SBZzgqbG乙已己了丁工上下土十卜入人八几")
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
HALF = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {ord("−"): "-", ord("–"): "-"}
FLAT = frozenset("-—_一―－~=.·•'")
SLANTING = frozenset(["/", "1", "l", "丿", "I", "|"])


class Look(NamedTuple):
    """A cell as it is to be read: its inside, what the page's own boxes say of it, its ink without color.

    `black` is the part of black ink in all ink of its words; `sealed`, `penned`: it has color of a seal, of a pen.
    """

    inside: Box
    first: Said
    lines: int
    ink: Ink
    colored: bool
    black: float = 1.0
    sealed: bool = False
    penned: bool = False


def is_words(text: str) -> bool:
    """Whether this is a label or prose, which is read once."""
    bare = text.replace(" ", "")
    ideographs = IDEOGRAPH.findall(bare)
    return len([char for char in ideographs if char not in ALIKE]) >= 2 and FIGURE.fullmatch(bare) is None


def settled(sheet: Sheet, looks: Sequence[Look]) -> list[str]:
    """The text of each cell, with DOUBT before what is unsure."""
    asked = [at for at, look in enumerate(looks) if not is_words(look.first.text) and look.ink.there]
    crops = [crop for at in asked for crop in _second_looks(sheet, looks[at])]
    said = iter(recognize(crops))
    texts = [look.first.text for look in looks]
    for at in asked:
        texts[at] = _judged(looks[at], (next(said), next(said)))
    for at, look in enumerate(looks):
        if is_words(look.first.text) and _of_a_seal(look):
            texts[at] = DOUBT + look.first.text
        elif not look.ink.there and not is_words(look.first.text):
            # No ink at all: blank, unless only color was there, or the page's own boxes saw something.
            texts[at] = DOUBT + look.first.text if look.first.text or look.colored else ""
    return texts


def _of_a_seal(look: Look) -> bool:
    """Whether so much of a cell's ink is colored that its words may be those of a seal that lies over it."""
    return (look.colored and not look.ink.there) or look.black < MOSTLY


def _second_looks(sheet: Sheet, look: Look) -> tuple[Raster, Raster]:
    """The cell's ink with a margin as the page shows it, color and all; and larger, darkened, without color.

    Below a seal what the page shows is looked at through a filter: there a stroke of it passes for one of the figure's.
    """
    import cv2
    import numpy as np

    box = look.ink.box
    tall = max(8, box.height)
    shown = filtered(sheet, _around(box, look.inside)) if look.sealed else box.of(sheet.seen)
    seen = padded(shown, round(tall * 0.35), round(tall * 0.6))
    plain = padded(box.of(sheet.plain), round(tall * 0.2), round(tall * 0.35))
    scale = max(1.0, 64 / plain.shape[0])
    large = cv2.resize(plain, None, fx=scale, fy=scale, interpolation=cv2.INTER_LANCZOS4)
    least, most = np.percentile(large, 2), np.percentile(large, 98)
    even = np.clip((large.astype(np.float32) - least) * 255 / max(30.0, float(most - least)), 0, 255)
    return seen, even.astype(np.uint8)


def _around(box: Box, inside: Box) -> Box:
    """The box with what may have been taken for the color of a seal beside it: an 8 that lost its left side is a 3."""
    by = max(2, box.height // 2)
    return Box(box.left - by, box.top - 2, box.right + by, box.bottom + 2).within(inside)


def padded(image: Raster, above: int, beside: int) -> Raster:
    """The picture with paper around it."""
    import cv2

    return cv2.copyMakeBorder(image, above, above, beside, beside, cv2.BORDER_CONSTANT, value=(250, 250, 250))


def _judged(look: Look, seconds: tuple[Said, Said]) -> str:
    first = plain_text(look.first.text)
    texts = [plain_text(said.text) for said in seconds]
    shown = look.first.text or seconds[0].text or seconds[1].text
    if look.penned:
        return DOUBT + shown
    if look.ink.flat and all(set(text) <= FLAT for text in (first, *texts)):
        return "—"
    if look.ink.slanting:
        # A figure 1 in slanting type looks the same.
        strokes = {first, *texts} - {""}
        return "/" if "/" in strokes and strokes <= SLANTING else DOUBT + (first or "/")
    sure = min(look.first.score if first else 0.0, max(said.score for said in seconds))
    agreeing = [text for text in texts if text == first]
    if not first or not agreeing or look.lines > 1 or sure < SURE:
        return DOUBT + shown
    if len(agreeing) < len(texts) and look.colored:
        return DOUBT + shown
    if FIGURE.fullmatch(first) is None and (first in ALIKE or not IDEOGRAPH.search(first)):
        return DOUBT + shown
    if len(agreeing) < len(texts) and DIGIT.search("".join(texts)):
        return DOUBT + shown
    if DIGIT.search(first) and tells_against(look.ink, first):
        return DOUBT + shown
    return first


def sure_words(sheet: Sheet, boxes: Sequence[Box], said: Sequence[Said]) -> list[str]:
    """The text of lines outside of tables; a number of which a second, wider look says something else is UNKNOWN."""
    texts = [one.text for one in said]
    asked = [at for at, text in enumerate(texts) if DIGIT.search(text)]
    wider = [_grown(boxes[at], sheet.seen) for at in asked]
    for at, second in zip(asked, recognize(wider), strict=True):
        texts[at] = _numbers_settled(texts[at], second.text)
    return texts


def _grown(box: Box, image: Raster) -> Raster:
    by = max(2, box.height // 8)
    height, width = image.shape[:2]
    return Box(
        max(0, box.left - by), max(0, box.top - by), min(width, box.right + by), min(height, box.bottom + by)
    ).of(image)


def _numbers_settled(text: str, second: str) -> str:
    parts, others = NUMBERS.split(text), NUMBERS.findall(second)
    same_many = len(parts) // 2 == len(others)
    for at in range(1, len(parts), 2):
        if not same_many or parts[at] != others[at // 2]:
            parts[at] = UNKNOWN
    return "".join(parts)


def plain_text(text: str) -> str:
    """The text with half-width signs and without white space at its ends."""
    return text.translate(HALF).strip()
