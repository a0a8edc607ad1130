"""How words of a Word document look, as far as it matters: not to be seen, or set apart from those beside them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from extract.readers._styles import APART, GONE
from extract.readers._word_names import child, is_on, name_of, number, value_of

RAISED = "raised"  # set apart as the number of a note is
MOST_BASES = 32  # styles that one is based on, one behind the other
TINY, SMALL_SIZE = 2, 12  # half points: too small to be seen; smaller than the words around it
SQUEEZED = 10  # percent of a character's width
TIGHT = -60  # twentieths of a point that characters stand closer
FLAT_LINE, FLAT_ROW = 40, 60  # twentieths of a point: nothing can be seen in a line or row of this exact height
BRIGHT = 0xF0

_TOGGLES = ("w:vanish", "w:specVanish", "w:strike", "w:dstrike")
_COLOR = re.compile(r"[0-9A-Fa-f]{6}")
_HIGHLIGHTS = {
    "black": "000000",
    "white": "FFFFFF",
    "red": "FF0000",
    "blue": "0000FF",
    "yellow": "FFFF00",
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
}
# Fonts whose digits and letters are other signs.
_SIGNS = re.compile(r"(?:wingdings|webdings|marlett|zapfdingbats|dingbats|mt extra|code ?39|code ?128|barcode)", re.I)
_FONTS = ("ascii", "hAnsi", "eastAsia", "cs")
UNKNOWN_GROUND = "?"  # some style fills the cell, and which color it is we do not ask


@dataclass(frozen=True, slots=True)
class Look:
    """What properties of a run say; None: nothing."""

    gone: bool | None = None
    apart: bool | None = None
    color: str | None = None
    size: int | None = None
    ground: str | None = None
    signs: bool | None = None
    raised: bool | None = None
    lowered: bool | None = None

    def over(self, below: "Look") -> "Look":
        """These properties where they say something, else those of `below`."""
        return Look(
            below.gone if self.gone is None else self.gone,
            below.apart if self.apart is None else self.apart,
            below.color if self.color is None else self.color,
            below.size if self.size is None else self.size,
            below.ground if self.ground is None else self.ground,
            below.signs if self.signs is None else self.signs,
            below.raised if self.raised is None else self.raised,
            below.lowered if self.lowered is None else self.lowered,
        )

    def mark(self, around: str) -> str:
        """GONE, RAISED, APART or "" for words that look so, before a ground of this color."""
        ground = self.ground or around
        if self.gone or (self.size is not None and self.size <= TINY):
            return GONE
        if self.color is not None and ground != UNKNOWN_GROUND and self.color == (ground or "FFFFFF"):
            return GONE
        if self.signs:
            return GONE  # what is seen is another sign
        pale = self.color is not None and all(int(self.color[at : at + 2], 16) >= BRIGHT for at in (0, 2, 4))
        small = self.size is not None and self.size <= SMALL_SIZE
        return RAISED if self.raised else APART if self.apart or self.lowered or pale or small else ""


PLAIN = Look()


def look_of(properties: etree._Element | None) -> Look:
    """What a w:rPr says."""
    if properties is None or not len(properties):
        return PLAIN
    gone: bool | None = None
    apart: bool | None = None
    found = PLAIN
    for one in properties:
        name = name_of(one)
        if name in _TOGGLES:
            gone = bool(gone) or bool(is_on(one))
        elif name == "w14:textFill" and any(name_of(inner) == "w14:noFill" for inner in one):
            gone = True
        elif name == "w:w":
            gone = number(value_of(one), 100) <= SQUEEZED or gone
        elif name in _APART:
            apart = bool(apart) or _APART[name](one)
        elif name in _ASKED:
            found = _ASKED[name](one, found)
    return replace(found, gone=gone, apart=apart)


def _is_combined(one: etree._Element) -> bool:
    return bool(value_of(one, "combine") or value_of(one, "vert"))


def _is_tight(one: etree._Element) -> bool:
    return number(value_of(one)) <= TIGHT


def _is_moved(one: etree._Element) -> bool:
    return number(value_of(one)) != 0


_APART: Mapping[str, Callable[[etree._Element], bool]] = {
    "w:position": _is_moved,
    "w:eastAsianLayout": _is_combined,
    "w:spacing": _is_tight,
}


def _color(one: etree._Element, found: Look) -> Look:
    value = value_of(one) or ""
    if _COLOR.fullmatch(value):
        return replace(found, color=value.upper())
    if value_of(one, "themeColor") in ("background1", "light1"):
        return replace(found, color="FFFFFF")
    return found


def _size(one: etree._Element, found: Look) -> Look:
    return replace(found, size=number(value_of(one), 21))


def _highlight(one: etree._Element, found: Look) -> Look:
    return replace(found, ground=_HIGHLIGHTS.get(value_of(one) or "", UNKNOWN_GROUND))


def _shading(one: etree._Element, found: Look) -> Look:
    return replace(found, ground=fill_of(one) or found.ground)


def _aligned(one: etree._Element, found: Look) -> Look:
    where = value_of(one)
    return replace(found, raised=where == "superscript", lowered=where == "subscript")


def _fonts(one: etree._Element, found: Look) -> Look:
    return replace(found, signs=any(_SIGNS.match(value_of(one, name) or "") for name in _FONTS[:2]))


_ASKED: Mapping[str, Callable[[etree._Element, Look], Look]] = {
    "w:color": _color,
    "w:sz": _size,
    "w:highlight": _highlight,
    "w:shd": _shading,
    "w:rFonts": _fonts,
    "w:vertAlign": _aligned,
}


def fill_of(shading: etree._Element | None) -> str:
    """The color behind words, "" where a w:shd leaves it as it is."""
    if shading is None:
        return ""
    fill = (value_of(shading, "fill") or "").upper()
    pattern = value_of(shading) or "clear"
    if pattern == "solid" and _COLOR.fullmatch(value_of(shading, "color") or ""):
        return (value_of(shading, "color") or "").upper()
    if pattern not in ("clear", "nil", "solid") or (fill in ("", "AUTO") and value_of(shading, "themeFill")):
        return UNKNOWN_GROUND
    return fill if _COLOR.fullmatch(fill) else ""


def is_flat_line(properties: etree._Element | None) -> bool:
    """Whether the lines of a paragraph have no height."""
    spacing = child(properties, "w:spacing")
    return value_of(spacing, "lineRule") == "exact" and number(value_of(spacing, "line"), 240) <= FLAT_LINE


def is_flat_row(properties: etree._Element | None) -> bool:
    """Whether a row of a table is hidden, or has no height."""
    height = child(properties, "w:trHeight")
    flat = value_of(height, "hRule") == "exact" and number(value_of(height), 240) <= FLAT_ROW
    return flat or bool(is_on(child(properties, "w:hidden")))


def is_hidden(properties: etree._Element | None) -> bool:
    """Whether a run's own properties hide it, which nothing else has a say in."""
    return bool(is_on(child(properties, "w:vanish"))) and child(properties, "w:specVanish") is None


def is_hidden_row(row: etree._Element, properties: etree._Element | None) -> bool:
    """Whether all words of a row are hidden, and it takes part in no merged cell: no person sees a row there.

    RTF and what comes from it know hidden words alone: there a row that was hidden stands empty.
    """
    within = [name_of(one) for one in row.iter()]
    runs = [one for one, name in zip(row.iter(), within, strict=True) if name == "w:r"]
    if "w:vMerge" in within or "m:r" in within or not all(is_hidden(child(one, "w:rPr")) for one in runs):
        return False
    return bool(runs) or bool(is_on(child(properties, "w:hidden")))


@dataclass(frozen=True, slots=True)
class Style:
    """One style with all that it is based on."""

    look: Look = PLAIN
    name: str = ""
    numbering: etree._Element | None = None
    fills: bool = False  # a table's style that colors cells


@dataclass(slots=True)
class Styles:
    """The styles of a document by their identity, and what holds where none is named."""

    by_id: dict[str, Style] = field(default_factory=dict)
    paragraph: str = ""  # the identity of the usual one
    usual: Look = PLAIN

    def of(self, identity: str | None) -> Style:
        """The style of this identity; nothing at all where there is none."""
        return self.by_id.get(identity or "", _NO_STYLE)


_NO_STYLE = Style()


def styles_of(root: etree._Element | None) -> Styles:
    """What a styles part says."""
    if root is None:
        return Styles()
    elements = {value_of(one, "styleId") or "": one for one in root if name_of(one) == "w:style"}
    found = Styles(usual=look_of(child(root, "w:docDefaults", "w:rPrDefault", "w:rPr")))
    for identity, element in elements.items():
        found.by_id[identity] = _style(element, elements)
        kind, is_usual = value_of(element, "type"), value_of(element, "default")
        if kind == "paragraph" and is_usual in ("1", "true", "on"):
            found.paragraph = identity
    return found


def _style(element: etree._Element, elements: dict[str, etree._Element]) -> Style:
    look, numbering, fills = PLAIN, None, False
    for one in _based(element, elements):
        look = look.over(look_of(child(one, "w:rPr")))
        numbering = child(one, "w:pPr", "w:numPr") if numbering is None else numbering
        fills = fills or (value_of(one, "type") == "table" and any(name_of(inner) == "w:shd" for inner in one.iter()))
    return Style(look, (value_of(child(element, "w:name")) or "").lower(), numbering, fills)


def _based(element: etree._Element, elements: dict[str, etree._Element]) -> Iterator[etree._Element]:
    one: etree._Element | None = element
    for _ in range(MOST_BASES):
        if one is None:
            return
        yield one
        one = elements.get(value_of(child(one, "w:basedOn")) or "")
