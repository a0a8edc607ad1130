"""The characters of a page → glyphs: those that are seen, where they are seen, and whether they are surely that.

`raw` are the calls of the library, handed in by the engine; which text is painted how, and what is painted over it,
by `_pdf_marks`.
"""

import ctypes
from typing import Any

from extract.readers._pdf_digits import Digits
from extract.readers._pdf_geometry import ASKEW, ASLANT, View
from extract.readers._pdf_page import Box, Color, Fill, Glyph, Page, Seen, is_alike
from extract.readers._unreadable import refuse

MOST_GLYPHS = 200_000  # on one page
MOST_FILLS = 5_000  # on one page; under more of them no character is sure
MOST_CLIPS = 50  # shapes, and corners of each, that one text is cut to
WHITE = 245  # of 255
STRIP = 16  # points: fills are looked for by strips of the page
PAPER: Color = (255, 255, 255)
WHITE_SPACE = frozenset(
    (0, 9, 10, 11, 12, 13, 32, 0xA0, 0x3000, 0x200B, 0x200C, 0x200D, 0xFEFF, *range(0x2000, 0x200B))
)
HYPHENS = {0xFFFE: "-", 2: "-"}  # the engine's signs for a hyphen at the end of a line
LARGEST = 24.0  # points: a turned digit that is larger is of a watermark
SMALLEST = 2.0  # points: nobody sees what is smaller
LOW = 7.0  # points: so low is a small print, or the ink alone of 「一」 or a point in a font that tells no height
ASCENT, DESCENT = 0.88, 0.12  # of the size of Chinese characters
COVERED = 0.6  # of its height: of a digit that is covered no further, something is seen

Raw = Any  # the library, which has no types, or a thing of its own


class Glyphs:
    """The state of reading them. `odd`: some text of the page is not simply seen, so each glyph's own is looked at."""

    def __init__(self, raw: Raw, words: Raw, page: Page, view: View, digits: Digits, *, layered: bool) -> None:
        self.digits = digits
        self.lies: dict[tuple[int, str], bool] = {}  # by font and digit
        self.fonts: list[tuple[int, int]] = []  # of each digit, by the number of its glyph
        self.raw, self.words, self.page, self.view, self.layered = raw, words, page, view, layered
        self.seen: dict[int, Seen] = {}
        self.fills: list[Fill] = []
        self.odd = self.crowded = False
        self.strips: dict[int, list[Fill]] = {}
        self.clips: dict[int, Box | None] = {}

    def read(self, count: int) -> None:
        """Adds the glyphs to the page."""
        raw, words = self.raw, self.words
        if count > MOST_GLYPHS:
            raise refuse("too_large", f"PDF 第 {self.page.number} 页的文字过多，未读取。")
        self._strip()
        loose, box, view = raw.FS_RECTF(), tuple(ctypes.c_double() for _ in range(4)), self.view
        loose_at, box_at = ctypes.byref(loose), tuple(map(ctypes.byref, box))
        unicode, get_loose, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharBox
        turn, (from_left, _, _, from_top) = self.view.turn, self.view.edges
        for at in range(count):
            code = unicode(words, at)
            if code in WHITE_SPACE:
                continue
            get_loose(words, at, loose_at)
            left, bottom, right, top = loose.left, loose.bottom, loose.right, loose.top
            if right <= left or top <= bottom:
                get_box(words, at, box_at[0], box_at[1], box_at[2], box_at[3])
                left, top, right, bottom = view.box(box[0].value, box[2].value, box[1].value, box[3].value)
            elif turn:
                left, top, right, bottom = view.box(left, bottom, right, top)
            else:
                left, top, right, bottom = left - from_left, from_top - top, right - from_left, from_top - bottom
            if bottom - top < LOW:
                top, bottom = self._line_of(at, top, bottom)
            self._glyph(at, code, left, top, right, bottom)
        self._doubt_lying()

    def _doubt_lying(self) -> None:
        """A font that calls one digit another is believed for none."""
        lying = {font for (font, _), lies in self.lies.items() if lies}
        for number, font in self.fonts if lying else ():
            if font in lying:
                self.page.unmapped += 1
                self.page.glyphs[number] = self.page.glyphs[number]._replace(sure=False)

    def _line_of(self, at: int, top: float, bottom: float) -> tuple[float, float]:
        """How far a line with this character reaches up and down, where that is more than its box says."""
        text = self.raw.FPDFText_GetTextObject(self.words, at)
        seen = self.seen.get(text) if text else None
        if (
            seen is None
            or seen.turned
            or not seen.baseline - seen.size < (top + bottom) / 2 < seen.baseline + seen.size
        ):
            return top, bottom
        return min(top, seen.baseline - ASCENT * seen.size), max(bottom, seen.baseline + DESCENT * seen.size)

    def _strip(self) -> None:
        self.crowded = len(self.fills) > MOST_FILLS
        if self.crowded:
            return
        last = int(self.page.height) // STRIP
        for fill in self.fills:
            for strip in range(max(0, int(fill.box.top) // STRIP), min(last, int(fill.box.bottom) // STRIP) + 1):
                self.strips.setdefault(strip, []).append(fill)

    def _glyph(self, at: int, code: int, left: float, top: float, right: float, bottom: float) -> None:
        page = self.page
        x, y = (left + right) / 2, (top + bottom) / 2
        if not (0 <= x <= page.width and 0 <= y <= page.height) or bottom - top < SMALLEST:
            page.hidden += 1
            return
        sure, seen = not self.crowded, None
        strip = self.strips.get(int(y) // STRIP)
        if sure and (strip or self.odd):
            over = [one for one in strip or () if one[0][0] <= x <= one[0][2] and one[0][1] <= y <= one[0][3]]
            if over or self.odd:
                found = self._judged(at, over, bottom - top)
                if found is None:
                    page.hidden += 1
                    self._note_turned(at, code, x, y)
                    return
                sure = found
        char = HYPHENS.get(code) or (chr(code) if 32 < code < 0x110000 else "\ufffd")
        if char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or code >= 0xF0000:
            page.unmapped += 1
            sure = False
        elif sure and char.isdigit():
            one = self.raw.FPDFText_GetTextObject(self.words, at)
            seen = self.seen.get(one) if one else None
            sure = self._is_digit(at, one, x, y)
            if one:
                self._ask(self.raw.FPDFTextObj_GetFont(one), char)
        page.glyphs.append(Glyph(char, left, top, right, bottom, sure, seen))

    def _note_turned(self, at: int, code: int, x: float, y: float) -> None:
        """Remembers a character that is not among the glyphs because it does not stand upright."""
        raw = self.raw.FPDFText_GetTextObject(self.words, at)
        one = self.seen.get(raw) if raw else None
        if one is None or one.unseen or one.turned in (0, ASKEW):
            return
        if one.turned != ASLANT:
            self.page.turned[one.turned] += 1
        if one.size <= LARGEST and code < 0x110000 and chr(code).isdigit():
            self.page.slanted.append((x, y))

    def _ask(self, font: int, char: str) -> None:
        """Notes the font of the digit that comes next, and whether it draws what it says."""
        if (font, char) not in self.lies:
            self.lies[font, char] = self.digits.lies(font, char)
        self.fonts.append((len(self.page.glyphs), font))

    def _is_digit(self, at: int, one: Raw, x: float, y: float) -> bool:
        """Whether the font says so, and the digit is not cut off."""
        if self.raw.FPDFText_HasUnicodeMapError(self.words, at) == 1:
            self.page.unmapped += 1
            return False
        clip = self._clip(one)
        return clip is None or clip.holds(x, y)

    def _clip(self, one: Raw) -> Box | None:
        """What is shown of a text, where it is cut to a shape."""
        if not one:
            return None
        if one not in self.clips:
            self.clips[one] = self._cut_to(self.raw.FPDFPageObj_GetClipPath(one))
        return self.clips[one]

    def _cut_to(self, clip: Raw) -> Box | None:
        raw, x, y = self.raw, ctypes.c_float(), ctypes.c_float()
        refs = ctypes.byref(x), ctypes.byref(y)
        found: Box | None = None
        for path in range(max(0, min(raw.FPDFClipPath_CountPaths(clip), MOST_CLIPS)) if clip else 0):
            corners = []
            for at in range(min(raw.FPDFClipPath_CountPathSegments(clip, path), MOST_CLIPS)):
                raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, at), *refs)
                corners.append(self.view.shown(x.value, y.value))
            if corners:
                xs, ys = zip(*corners, strict=True)
                box = found or Box(min(xs), min(ys), max(xs), max(ys))
                found = Box(max(box[0], min(xs)), max(box[1], min(ys)), min(box[2], max(xs)), min(box[3], max(ys)))
        return found

    def _judged(self, at: int, fills: list[Fill], height: float) -> bool | None:
        """Whether the glyph is surely what one sees; None where it cannot be seen, or is no part of the lines.

        `fills` are all that lie where the middle of it is, in the order in which they are painted.
        """
        raw = self.raw.FPDFText_GetTextObject(self.words, at)
        one = self.seen.get(raw) if raw else None
        if one is None:
            return False
        if one.unseen or one.turned:
            return None
        ground: Color | None = PAPER
        sure = not one.doubtful
        self.page.veiled |= one.doubtful
        for fill in fills:
            if fill.order < one.order:
                ground = fill.color
            elif fill.box.bottom - fill.box.top < COVERED * height:
                sure = False  # a thick rule through it
            elif not self.layered and (not fill.picture or fill.box.area * 2 > self.page.width * self.page.height):
                return None
            else:
                sure = False
        if one.color is not None and ground is not None and is_alike(one.color, ground):
            return False if self.layered and fills else None
        return sure
