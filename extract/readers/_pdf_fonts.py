"""What stands in for a Chinese font that a PDF names and does not hold, on a machine that has none.

The PDF library takes the size of a character from the font that it is drawn with. Where it finds none, Chinese has no
height, and on a page that is turned no width: it is dropped, and the headings of columns with it. A font in which
every sign is an empty box keeps everything in its place; digits are drawn as on a pocket calculator, to be seen.
"""

import ctypes
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

Raw = Any  # what the library hands over: it has no types
Bar = tuple[int, int, int, int]  # left, bottom, right, top in thousandths of the size
Drawn = tuple[int, Sequence[Bar]]  # how wide a sign is, and its ink

SQUARE = frozenset({128, 129, 134, 136})  # FXFONT_SHIFTJIS_, HANGEUL_, GB2312_ and CHINESEBIG5_CHARSET: square signs
OURS = 0x676F756A  # the handle of the font, which is none of the library's
ASCENT, DESCENT = 880, -120
VERSIONS, MAGIC, AROUND = (0x10000, 0x10000), 0x5F0F3CF5, (0, DESCENT, 1000, ASCENT)  # of the table `head`
WHOLE: Drawn = (1000, [(40, -80, 80, 840), (920, -80, 960, 840), (40, -80, 960, -40), (40, 800, 960, 840)])
HALF: Drawn = (500, [(60, 0, 100, 700), (400, 0, 440, 700), (60, 0, 440, 40), (60, 660, 440, 700)])
BLANK: Drawn = (500, [])
SEGMENTS: Mapping[str, Bar] = {
    "a": (60, 630, 440, 700), "b": (370, 350, 440, 700), "c": (370, 0, 440, 350), "d": (60, 0, 440, 70),
    "e": (60, 0, 130, 350), "f": (60, 350, 130, 700), "g": (60, 315, 440, 385),
}  # fmt: skip
LIT = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")  # for 0 to 9
OWN: Mapping[int, Drawn] = {
    0x20: BLANK,
    0x3000: (1000, []),
    ord("-"): (500, [SEGMENTS["g"]]),
    ord("."): (500, [(200, 0, 300, 100)]),
    **{ord("0") + digit: (500, [SEGMENTS[one] for one in lit]) for digit, lit in enumerate(LIT)},
}
HALVES, WHOLES = ((0x21, 0x7E), (0xA0, 0x2FF)), ((0x300, 0xFFFD), (0x20000, 0x3FFFD))


def supply(pdfium: Raw) -> None:
    """Has the library (pypdfium2) ask for this font where the machine has no Chinese one; once in a process."""
    if pdfium.PdfSysfontBase.SINGLETON is None:
        _stand_in(pdfium.PdfSysfontBase)().setup()


def _stand_in(base: Raw) -> Raw:
    class StandIn(base):  # type: ignore[misc]  # the library has no types
        """The fonts of the machine, and ours; the names are those of the library's callbacks."""

        def MapFont(self, _: Raw, weight: int, italic: int, charset: int, *rest: Raw) -> Raw:  # noqa: N802  # the library's name
            found = self.default.MapFont(self.default, weight, italic, charset, *rest)
            return found or (OURS if charset in SQUARE else None)

        def GetFontData(self, _: Raw, font: int, table: int, target: Raw, size: int) -> int:  # noqa: N802  # the library's name
            if font != OURS:
                return int(self.default.GetFontData(self.default, font, table, target, size))
            data = boxes() if table == 0 else tables().get(struct.pack(">I", table), b"")
            if target and size >= len(data):
                ctypes.memmove(target, data, len(data))
            return len(data)

        def GetFaceName(self, _: Raw, font: int, target: Raw, size: int) -> int:  # noqa: N802  # the library's name
            if font != OURS:
                return int(self.default.GetFaceName(self.default, font, target, size))
            name = b"Boxes\0"
            if target and size >= len(name):
                ctypes.memmove(target, name, len(name))
            return len(name)

        def GetFontCharset(self, _: Raw, font: int) -> int:  # noqa: N802  # the library's name
            return 134 if font == OURS else int(self.default.GetFontCharset(self.default, font))

        def DeleteFont(self, _: Raw, font: int) -> None:  # noqa: N802  # the library's name
            if font != OURS:
                self.default.DeleteFont(self.default, font)

    return StandIn


@cache
def boxes() -> bytes:
    """The font, as a TrueType file."""
    parts = tables()
    head = struct.pack(">IHHHH", 0x10000, len(parts), 64, 2, len(parts) * 16 - 64)
    entries, body, at = b"", b"", 12 + 16 * len(parts)
    for tag, data in sorted(parts.items()):
        entries += struct.pack(">4sIII", tag, 0, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return head + entries + body


@cache
def tables() -> Mapping[bytes, bytes]:
    """Its tables: the signs `blank`, `half`, `whole`, then those of OWN."""
    drawn = [BLANK, HALF, WHOLE, *OWN.values()]
    outlines = [_outline(bars) for _, bars in drawn]
    places = [sum(map(len, outlines[:at])) for at in range(len(outlines) + 1)]
    signs = len(drawn)
    return {
        b"head": struct.pack(">4I2H2Q4h2H3h", *VERSIONS, 0, MAGIC, 3, 1000, 0, 0, *AROUND, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhQhH", 0x10000, ASCENT, DESCENT, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, signs),
        b"maxp": struct.pack(">I14H", 0x10000, signs, 64, 16, 0, 0, 2, *[0] * 8),
        b"hmtx": b"".join(struct.pack(">Hh", wide, bars[0][0] if bars else 0) for wide, bars in drawn),
        b"loca": struct.pack(f">{signs + 1}I", *places),
        b"glyf": b"".join(outlines),
        b"cmap": _meaning(),
    }


def _outline(bars: Sequence[Bar]) -> bytes:
    if not bars:
        return b""
    corners = [
        corner for left, low, right, top in bars for corner in ((left, low), (left, top), (right, top), (right, low))
    ]
    xs, ys = zip(*corners, strict=True)
    steps = [[b - a for a, b in zip((0, *line), line, strict=False)] for line in (xs, ys)]
    ends = [4 * at + 3 for at in range(len(bars))]
    outline = struct.pack(f">hhhhh{len(ends)}HH", len(bars), min(xs), min(ys), max(xs), max(ys), *ends, 0)
    outline += bytes([1] * len(corners)) + b"".join(struct.pack(f">{len(line)}h", *line) for line in steps)
    return outline + bytes(-len(outline) % 4)


def _meaning() -> bytes:
    """Which sign each character is (format 13: many characters are one sign)."""
    own = [(code, code, 3 + at) for at, code in enumerate(OWN)]
    groups = own + [
        (first, last, sign)
        for ranges, sign in ((HALVES, 1), (WHOLES, 2))
        for begin, end in ranges
        for first, last in _between(begin, end)
    ]
    body = b"".join(struct.pack(">III", *group) for group in sorted(groups))
    return struct.pack(">HHHHIHHIII", 0, 1, 3, 10, 12, 13, 0, 16 + len(body), 0, len(groups)) + body


def _between(begin: int, end: int) -> list[tuple[int, int]]:
    """What is left of a range without the characters that have signs of their own."""
    found, first = [], begin
    for code in sorted(code for code in OWN if begin <= code <= end):
        if code > first:
            found.append((first, code - 1))
        first = code + 1
    return [*found, (first, end)]
