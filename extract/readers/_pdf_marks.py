"""One page of an open PDF → its marks: what is painted there and seen, and what is in doubt.

`raw` are the calls of the library, handed in by the engine: this module knows them, not how a file is opened.
"""

import ctypes
import math
from collections.abc import Callable, Iterator
from typing import Any

from extract.readers._pdf_digits import Digits
from extract.readers._pdf_geometry import (
    IDENTITY,
    Matrix,
    View,
    common,
    is_level,
    is_thin,
    middle,
    moved,
    sides,
    times,
    turned_by,
)
from extract.readers._pdf_glyphs import WHITE, Glyphs
from extract.readers._pdf_page import Box, Color, Fill, Page, Seen
from extract.readers._unreadable import refuse

MOST_OBJECTS = 400_000  # on one page
MOST_SEGMENTS = 400_000  # on one page
DEEPEST = 6  # forms in forms
OPAQUE = 200  # of 255
FAINT = 20  # of 255
TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
# Kinds of annotations that show something of their own: free text, lines, shapes, marks through text, stamps, fields.
SHOWN_NOTES = frozenset((3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 20, 28))
BLACK: Color = (0, 0, 0)
ONE_COLOR = frozenset((0, 1, 4, 5))  # filled or stroked; both at once have two colors
OUTLINED = frozenset((1, 5))
LAYER = "OC".encode("utf-16-le") + b"\0\0"
UNSEEN_MODES = frozenset((3, 7))  # neither filled nor stroked

Raw = Any  # the library, which has no types, or a thing of its own


class Marks:
    """The state of reading one page. `layered`: parts of it may be switched off."""

    def __init__(self, raw: Raw, page: Raw, words: Raw, number: int, digits: Digits, *, layered: bool) -> None:
        self.raw, self.pdf_page, self.words, self.layered = raw, page, words, layered
        self.view = View(common(page.get_mediabox(), page.get_cropbox()), page.get_rotation() % 360)
        self.page = Page(number, self.view.width, self.view.height)
        self.glyphs = Glyphs(raw, ctypes.addressof(words.raw.contents), self.page, self.view, digits, layered=layered)
        self.seen, self.fills = self.glyphs.seen, self.glyphs.fills
        self.order = self.segments = 0
        self.floats = tuple(ctypes.c_float() for _ in range(4))
        self.float_refs = tuple(map(ctypes.byref, self.floats))
        self.colors = tuple(ctypes.c_uint() for _ in range(4))
        self.color_refs = tuple(map(ctypes.byref, self.colors))
        self.matrix = raw.FS_MATRIX()
        self.matrix_ref = ctypes.byref(self.matrix)

    def done(self) -> Page:
        self._objects(self.raw.FPDFPage_CountObjects, self.raw.FPDFPage_GetObject, self.pdf_page.raw, IDENTITY, 0)
        self._notes()
        self.page.text = self.words.get_text_range()
        self.glyphs.read(self.words.count_chars())
        return self.page

    def _objects(self, count: Callable[..., int], get: Callable[..., Raw], holder: Raw, by: Matrix, depth: int) -> None:
        kind_of = self.raw.FPDFPageObj_GetType
        for at in range(count(holder)):
            self.order += 1
            if self.order > MOST_OBJECTS:
                raise refuse("too_large", f"PDF 第 {self.page.number} 页的图形过多，未读取。")
            one = get(holder, at)
            kind = kind_of(one)
            if kind == TEXT:
                self._text(one, by, depth)
            elif kind == PATH:
                self._path(one, by)
            elif kind == IMAGE:
                box = self._bounds(one, by)
                self.page.pictures.append(box)
                self.fills.append(Fill(box, self.order, None, True))
            elif kind == SHADING:
                self.fills.append(Fill(self._bounds(one, by), self.order, None, False))
            elif kind == FORM and depth >= DEEPEST:
                self.page.drawings.append(self._bounds(one, by))  # nobody knows how its text is shown
                self.glyphs.odd = True
            elif kind == FORM:
                inner = times(self._matrix(one), by)
                self._objects(self.raw.FPDFFormObj_CountObjects, self.raw.FPDFFormObj_GetObject, one, inner, depth + 1)

    def _matrix(self, one: Raw) -> Matrix:
        if not self.raw.FPDFPageObj_GetMatrix(one, self.matrix_ref):
            return IDENTITY
        m = self.matrix
        return (m.a, m.b, m.c, m.d, m.e, m.f)

    def _bounds(self, one: Raw, by: Matrix) -> Box:
        if not self.raw.FPDFPageObj_GetBounds(one, *self.float_refs):
            return Box(0, 0, 0, 0)
        left, bottom, right, top = (part.value for part in self.floats)
        if by is IDENTITY:
            return self.view.box(left, bottom, right, top)
        corners = [moved(by, x, y) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*corners, strict=True)
        return self.view.box(min(xs), min(ys), max(xs), max(ys))

    def _color(self, one: Raw, get: Callable[..., int]) -> tuple[Color, int]:
        """A color and how opaque it is."""
        if not get(one, *self.color_refs):
            return BLACK, 255
        red, green, blue, alpha = self.colors
        return (red.value, green.value, blue.value), alpha.value

    def _text(self, one: Raw, by: Matrix, depth: int) -> None:
        raw = self.raw
        mode = raw.FPDFTextObj_GetTextRenderMode(one)
        color, alpha = self._color(
            one, raw.FPDFPageObj_GetStrokeColor if mode in OUTLINED else raw.FPDFPageObj_GetFillColor
        )
        a, b, c, d, e, f = self._matrix(one) if by is IDENTITY else times(self._matrix(one), by)
        raw.FPDFTextObj_GetFontSize(one, self.float_refs[0])
        size, baseline = self.floats[0].value * math.hypot(c, d), self.view.shown(e, f)[1]
        if self.view.turn:
            a, b = {90: (b, -a), 180: (-a, -b), 270: (-b, a)}.get(self.view.turn, (a, b))
        turned = turned_by(a, b)
        unseen = mode in UNSEEN_MODES or (mode in ONE_COLOR and alpha < FAINT)
        doubtful = self.layered and (depth > 0 or self._in_layer(one))
        if unseen or turned or doubtful or (mode in ONE_COLOR and min(color) >= WHITE):
            self.glyphs.odd = True
        self.seen[one] = Seen(
            self.order, color if mode in ONE_COLOR else None, unseen, turned, doubtful, size, baseline
        )

    def _in_layer(self, one: Raw) -> bool:
        """Whether an object belongs to a layer that may be switched off, as its marks say."""
        name, length = (ctypes.c_ushort * 3)(), ctypes.c_ulong()
        for at in range(min(self.raw.FPDFPageObj_CountMarks(one), MOST_OBJECTS)):
            mark = self.raw.FPDFPageObj_GetMark(one, at)
            if not self.raw.FPDFPageObjMark_GetName(mark, name, 6, ctypes.byref(length)) or bytes(name) == LAYER:
                return True
        return False

    def _path(self, one: Raw, by: Matrix) -> None:
        raw = self.raw
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(one, ctypes.byref(filled), ctypes.byref(stroked))
        fill, fill_alpha = self._color(one, raw.FPDFPageObj_GetFillColor) if filled.value else (BLACK, 0)
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
                self.fills.append(Fill(part, self.order, fill, False))
            if not level or (not simple and max(part.right - part.left, part.bottom - part.top) < LETTER):
                self.page.drawings.append(part)

    def _subpaths(self, one: Raw, by: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
        """The corners of each piece of a path, closed ones ending where they begin; and whether it has curves."""
        raw, matrix = self.raw, times(self._matrix(one), by)
        (x, y), (x_ref, y_ref) = self.floats[:2], self.float_refs[:2]
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
            raw.FPDFPathSegment_GetPoint(segment, x_ref, y_ref)
            corner = self.view.shown(*moved(matrix, x.value, y.value))
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
                if raw.FPDFAnnot_GetSubtype(note) in SHOWN_NOTES and raw.FPDFAnnot_GetRect(note, ctypes.byref(rect)):
                    box = self.view.box(rect.left, rect.bottom, rect.right, rect.top)
                    self.page.drawings.append(box)
                raw.FPDFPage_CloseAnnot(note)


RECTANGLE = 5  # corners, the first twice
LETTER = 14.0  # points: an outline so small may be a letter
