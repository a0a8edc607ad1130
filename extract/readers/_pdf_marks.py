"""One page of an open PDF → its marks: what is painted there and seen, and what is in doubt.

`raw` is the library, handed in by the engine: this module knows its functions, not how a file is opened.
"""

import ctypes
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from extract.readers._pdf_geometry import IDENTITY, Matrix, common, is_level, is_thin, middle, moved, sides, times
from extract.readers._pdf_page import Box, Fill, Glyph, Page, Seen
from extract.readers._unreadable import refuse

MOST_OBJECTS = 400_000  # on one page
MOST_GLYPHS = 200_000  # on one page
MOST_SEGMENTS = 400_000  # on one page
MOST_FILLS = 5_000  # on one page; under more of them no character is sure
MOST_CLIPS = 50  # shapes, and corners of each, that one text is cut to
DEEPEST = 6  # forms in forms
OPAQUE = 200  # of 255
FAINT = 20  # of 255
WHITE = 245  # of 255
TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
# Kinds of annotations that show something of their own: free text, lines, shapes, marks through text, stamps, fields.
SHOWN_NOTES = frozenset((3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 20, 28))
UNSEEN_MODES = frozenset((3, 7))  # neither filled nor stroked

Raw = Any  # a pointer of pypdfium2's, which has no types


class Marks:
    """The state of reading one page."""

    def __init__(self, raw: Raw, page: Raw, words: Raw, number: int) -> None:
        self.raw, self.pdf_page, self.words = raw, page, words
        left, bottom, right, top = common(page.get_mediabox(), page.get_cropbox())
        self.turn = page.get_rotation() % 360
        self.edges = (left, bottom, right, top)
        wide, high = right - left, top - bottom
        self.page = Page(number, *((high, wide) if self.turn in (90, 270) else (wide, high)))
        self.seen: dict[int, Seen] = {}
        self.fills: list[Fill] = []
        self.orders: list[int] = []
        self.odd = self.crowded = False
        self.order = self.segments = 0
        self.floats = tuple(ctypes.c_float() for _ in range(4))
        self.colors = tuple(ctypes.c_uint() for _ in range(4))
        self.color_refs = tuple(map(ctypes.byref, self.colors))
        self.matrix = raw.FS_MATRIX()
        self.clips: dict[int, Box | None] = {}

    def done(self) -> Page:
        self._objects(self.raw.FPDFPage_CountObjects, self.raw.FPDFPage_GetObject, self.pdf_page.raw, IDENTITY, 0)
        self._notes()
        self.page.text = self.words.get_text_range()
        self._glyphs()
        return self.page

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.edges
        if self.turn == 90:
            return y - bottom, x - left
        if self.turn == 180:
            return right - x, y - bottom
        if self.turn == 270:
            return top - y, right - x
        return x - left, top - y

    def _box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if not self.turn:  # nearly always, and for every glyph
            return Box(left - self.edges[0], self.edges[3] - top, right - self.edges[0], self.edges[3] - bottom)
        (x, y), (u, v) = self._shown(left, bottom), self._shown(right, top)
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))

    def _objects(self, count: Callable[..., int], get: Callable[..., Raw], holder: Raw, by: Matrix, depth: int) -> None:
        for at in range(count(holder)):
            self.order += 1
            if self.order > MOST_OBJECTS:
                raise refuse("too_large", f"PDF 第 {self.page.number} 页的图形过多，未读取。")
            one = get(holder, at)
            kind = self.raw.FPDFPageObj_GetType(one)
            if kind == TEXT:
                self._text(one, by)
            elif kind == PATH:
                self._path(one, by)
            elif kind == IMAGE:
                box = self._bounds(one, by)
                self.page.pictures.append(box)
                self.fills.append(Fill(box, self.order, False, True))
            elif kind == SHADING:
                self.fills.append(Fill(self._bounds(one, by), self.order, False, False))
            elif kind == FORM and depth < DEEPEST:
                inner = times(self._matrix(one), by)
                self._objects(self.raw.FPDFFormObj_CountObjects, self.raw.FPDFFormObj_GetObject, one, inner, depth + 1)

    def _matrix(self, one: Raw) -> Matrix:
        if not self.raw.FPDFPageObj_GetMatrix(one, self.matrix):
            return IDENTITY
        m = self.matrix
        return (m.a, m.b, m.c, m.d, m.e, m.f)

    def _bounds(self, one: Raw, by: Matrix) -> Box:
        if not self.raw.FPDFPageObj_GetBounds(one, *self.floats):
            return Box(0, 0, 0, 0)
        left, bottom, right, top = (part.value for part in self.floats)
        if by is IDENTITY:
            return self._box(left, bottom, right, top)
        corners = [moved(by, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*corners, strict=True)
        return self._box(min(xs), min(ys), max(xs), max(ys))

    def _color(self, one: Raw, get: Callable[..., int]) -> tuple[int, int]:
        """The darkest part of a color and how opaque it is."""
        if not get(one, *self.color_refs):
            return 0, 255
        red, green, blue, alpha = (part.value for part in self.colors)
        return min(red, green, blue), alpha

    def _text(self, one: Raw, by: Matrix) -> None:
        mode = self.raw.FPDFTextObj_GetTextRenderMode(one)
        white, alpha = self._color(one, self.raw.FPDFPageObj_GetFillColor)
        a, b, *_ = self._matrix(one) if by is IDENTITY else times(self._matrix(one), by)
        along, up = {0: (a, b), 90: (b, -a), 180: (-a, -b), 270: (-b, a)}.get(self.turn, (a, b))
        turned = abs(up) > 0.05 * along
        unseen = mode in UNSEEN_MODES or (mode in (0, 4) and alpha < FAINT)
        is_white = mode in (0, 4) and white >= WHITE
        self.odd |= unseen or is_white or turned
        self.seen[ctypes.addressof(one.contents)] = Seen(self.order, unseen, is_white, turned)

    def _path(self, one: Raw, by: Matrix) -> None:
        raw = self.raw
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(one, filled, stroked)
        fill_white, fill_alpha = self._color(one, raw.FPDFPageObj_GetFillColor) if filled.value else (0, 0)
        alpha = max(fill_alpha, self._color(one, raw.FPDFPageObj_GetStrokeColor)[1] if stroked.value else 0)
        if alpha < FAINT:
            return
        box = self._bounds(one, by)
        if is_thin(box):
            self.page.strokes.append(middle(box))
            return
        for corners, curved in self._subpaths(one, by):
            xs, ys = zip(*corners, strict=True)
            part = Box(min(xs), min(ys), max(xs), max(ys))
            if is_thin(part):
                self.page.strokes.append(middle(part))
                continue
            level, simple = is_level(corners) and not curved, len(corners) <= RECTANGLE
            if stroked.value or (level and not simple):  # also borders that are drawn as one outline
                self.page.strokes += sides(corners)
            if filled.value and fill_alpha >= OPAQUE and level and simple:
                self.fills.append(Fill(part, self.order, fill_white >= WHITE, False))
            if not level or (not simple and max(part.right - part.left, part.bottom - part.top) < LETTER):
                self.page.drawings.append(part)

    def _subpaths(self, one: Raw, by: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The corners of each piece of a path, closed ones ending where they begin; and whether it has curves."""
        raw, matrix = self.raw, times(self._matrix(one), by)
        x, y = self.floats[:2]
        corners: list[tuple[float, float]] = []
        curved = False
        for at in range(raw.FPDFPath_CountSegments(one)):
            self.segments += 1
            if self.segments > MOST_SEGMENTS:
                raise refuse("too_large", f"PDF 第 {self.page.number} 页的线条过多，未读取。")
            segment = raw.FPDFPath_GetPathSegment(one, at)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO and corners:
                yield corners, curved
                corners, curved = [], False
            curved |= kind == raw.FPDF_SEGMENT_BEZIERTO
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            corner = self._shown(*moved(matrix, x.value, y.value))
            if not corners or corner != corners[-1]:
                corners.append(corner)
            if raw.FPDFPathSegment_GetClose(segment) and corners[-1] != corners[0]:
                corners.append(corners[0])
        if corners:
            yield corners, curved

    def _notes(self) -> None:
        raw, page = self.raw, self.pdf_page.raw
        rect = raw.FS_RECTF()
        for at in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_OBJECTS)):
            note = raw.FPDFPage_GetAnnot(page, at)
            if note:
                if raw.FPDFAnnot_GetSubtype(note) in SHOWN_NOTES and raw.FPDFAnnot_GetRect(note, rect):
                    box = self._box(rect.left, rect.bottom, rect.right, rect.top)
                    self.page.drawings.append(box)
                raw.FPDFPage_CloseAnnot(note)

    def _glyphs(self) -> None:
        raw, words, page = self.raw, self.words.raw, self.page
        count = self.words.count_chars()
        if count > MOST_GLYPHS:
            raise refuse("too_large", f"PDF 第 {page.number} 页的文字过多，未读取。")
        loose, box = raw.FS_RECTF(), tuple(ctypes.c_double() for _ in range(4))
        loose_at, box_at = ctypes.byref(loose), tuple(map(ctypes.byref, box))
        unicode, get_loose, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharBox
        first = min((one.order for one in self.seen.values()), default=0)
        odd = self.odd or any(fill.order > first for fill in self.fills)
        self.orders = [fill.order for fill in self.fills]
        self.crowded = len(self.fills) > MOST_FILLS
        for at in range(count):
            code = unicode(words, at)
            if code in WHITE_SPACE:
                continue
            get_loose(words, at, loose_at)
            sizes = (loose.left, loose.bottom, loose.right, loose.top)
            if self.turn or sizes[2] <= sizes[0] or sizes[3] <= sizes[1]:
                get_box(words, at, box_at[0], box_at[1], box_at[2], box_at[3])
                sizes = (box[0].value, box[2].value, box[1].value, box[3].value)
            self._glyph(at, code, self._box(*sizes), odd)

    def _glyph(self, at: int, code: int, box: Box, odd: bool) -> None:
        page = self.page
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if not (0 <= x <= page.width and 0 <= y <= page.height) or box.bottom - box.top < SMALLEST:
            page.hidden += 1
            return
        sure = not self.crowded
        if odd and not self.crowded:
            found = self._judged(at, x, y)
            if found is None:
                page.hidden += 1
                return
            sure = found
        char = HYPHENS.get(code) or (chr(code) if 32 < code < 0x110000 else "\ufffd")
        if char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or code >= 0xF0000:
            page.unmapped += 1
            sure = False
        elif sure and char.isdigit():
            sure = self.raw.FPDFText_HasUnicodeMapError(self.words.raw, at) != 1
            page.unmapped += not sure
            clip = self._clip(at)
            sure &= clip is None or clip.holds(x, y)
        page.glyphs.append(Glyph(char, *box, sure))

    def _clip(self, at: int) -> Box | None:
        """What is shown of the text that this character belongs to, where it is cut to a shape."""
        one = self.raw.FPDFText_GetTextObject(self.words.raw, at)
        if not one:
            return None
        key = ctypes.addressof(one.contents)
        if key not in self.clips:
            self.clips[key] = self._cut_to(self.raw.FPDFPageObj_GetClipPath(one))
        return self.clips[key]

    def _cut_to(self, clip: Raw) -> Box | None:
        raw, (x, y) = self.raw, self.floats[:2]
        found: Box | None = None
        for path in range(max(0, min(raw.FPDFClipPath_CountPaths(clip), MOST_CLIPS)) if clip else 0):
            corners = []
            for at in range(min(raw.FPDFClipPath_CountPathSegments(clip, path), MOST_CLIPS)):
                raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, at), x, y)
                corners.append(self._shown(x.value, y.value))
            if corners:
                xs, ys = zip(*corners, strict=True)
                box = found or Box(min(xs), min(ys), max(xs), max(ys))
                found = Box(max(box[0], min(xs)), max(box[1], min(ys)), min(box[2], max(xs)), min(box[3], max(ys)))
        return found

    def _judged(self, at: int, x: float, y: float) -> bool | None:
        """Whether the glyph is surely what one sees; None where it cannot be seen, or is no part of the lines."""
        raw = self.raw.FPDFText_GetTextObject(self.words.raw, at)
        one = self.seen.get(ctypes.addressof(raw.contents)) if raw else None
        if one is None:
            return False
        if one.unseen or one.turned:
            return None
        below, sure = True, True  # below: what is under it is white
        # Only what is painted later can cover; what is below matters to white characters alone.
        for fill in self.fills if one.white else self.fills[bisect_right(self.orders, one.order) :]:
            if fill.box.left <= x <= fill.box.right and fill.box.top <= y <= fill.box.bottom:
                if fill.order < one.order:
                    below = fill.white
                elif not fill.picture or fill.box.area * 2 > self.page.width * self.page.height:
                    return None
                else:
                    sure = False
        return None if one.white and below else sure


RECTANGLE = 5  # corners, the first twice
LETTER = 14.0  # points: an outline so small may be a letter
WHITE_SPACE = frozenset(
    (0, 9, 10, 11, 12, 13, 32, 0xA0, 0x3000, 0x200B, 0x200C, 0x200D, 0xFEFF, *range(0x2000, 0x200B))
)
HYPHENS = {0xFFFE: "-", 2: "-"}  # the engine's signs for a hyphen at the end of a line
SMALLEST = 2.0  # points: nobody sees what is smaller
