"""How cells of an XLSX are shown: number formats, borders, colors, and what a condition makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from extract.readers import _sheet_numbers as numbers
from extract.readers._colors import is_unseen
from extract.readers._sheet_colors import BLACK, PALETTE, WHITE, Color, color_of

TINY = 1.0  # points


@dataclass(slots=True)
class Style:
    """How cells of one style are shown. `ink` and `ground` are None where nobody knows the color."""

    code: str | None = numbers.GENERAL
    framed: bool = False
    doubtful: bool = False
    ink: Color | None = BLACK
    ground: Color | None = WHITE


@dataclass(slots=True)
class Change:
    """What a condition makes of a cell: another color of its text or its ground; `apart`: another text, or a struck
    one."""

    apart: bool = False
    ink: Color | None = None
    ground: Color | None = None

    def hides(self, style: Style) -> bool:
        """Whether a figure in a cell of this style would not be seen as it stands."""
        changed = self.ink is not None or self.ground is not None
        return self.apart or (changed and is_unseen(self.ink or style.ink, self.ground or style.ground))


def styles_of(root: etree._Element | None, theme: Sequence[Color]) -> list[Style]:
    """The styles of cells by their numbers."""
    if root is None:
        return []
    palette = palette_of(root)
    codes = {one.get("numFmtId"): one.get("formatCode") or "" for one in root.iterfind("{*}numFmts/{*}numFmt")}
    framed = [
        any(side.get("style") not in (None, "none") for side in border)
        for border in root.iterfind("{*}borders/{*}border")
    ]
    inks = [_ink(font, theme, palette) for font in root.iterfind("{*}fonts/{*}font")]
    grounds = [_grounds(fill, theme, palette) for fill in root.iterfind("{*}fills/{*}fill")]
    struck = [is_struck(font) for font in root.iterfind("{*}fonts/{*}font")]
    found = list[Style]()
    for one in root.iterfind("{*}cellXfs/{*}xf"):
        number = one.get("numFmtId") or "0"
        font, fill, border = (int(one.get(name) or 0) for name in ("fontId", "fillId", "borderId"))
        code = codes.get(number) or (numbers.BUILT_IN.get(int(number)) if number.isdigit() else None)
        ink = inks[font] if font < len(inks) else BLACK
        some = grounds[fill] if fill < len(grounds) else [WHITE]
        unseen = any(is_unseen(ink, ground) for ground in some)
        found.append(
            Style(
                code,
                border < len(framed) and framed[border],
                unseen or (font < len(struck) and struck[font]),
                ink,
                some[0] if len(some) == 1 else None,
            )
        )
    return found


def palette_of(root: etree._Element) -> tuple[Color, ...]:
    """The colors by their numbers, the workbook's own where it has some."""
    own = [color_of(one, (), ()) for one in root.iterfind("{*}colors/{*}indexedColors/{*}rgbColor")]
    return tuple(one or usual for one, usual in zip(own, PALETTE, strict=False)) + PALETTE[len(own) :]


def _ink(font: etree._Element, theme: Sequence[Color], palette: Sequence[Color]) -> Color | None:
    color = font.find("{*}color")
    return BLACK if color is None or color.get("auto") else color_of(color, theme, palette)


def _grounds(fill: etree._Element, theme: Sequence[Color], palette: Sequence[Color]) -> list[Color | None]:
    """The color behind a text; several where it is a pattern or runs from one to another."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return [color_of(one, theme, palette) for one in fill.iterfind(".//{*}color")] or [WHITE]
    kind = pattern.get("patternType")
    front, back = (color_of(pattern.find(f"{{*}}{name}"), theme, palette) for name in ("fgColor", "bgColor"))
    if kind in (None, "none"):
        return [WHITE]
    return [front] if kind == "solid" else [front, back or WHITE]


def repainting(root: etree._Element | None, theme: Sequence[Color]) -> dict[str, Change]:
    """What the conditional formats make of cells, by their numbers."""
    if root is None:
        return {}
    palette = palette_of(root)
    return {str(number): change_of(one, theme, palette) for number, one in enumerate(root.iterfind("{*}dxfs/{*}dxf"))}


def change_of(look: etree._Element, theme: Sequence[Color], palette: Sequence[Color]) -> Change:
    """What a `dxf` makes of a cell."""
    font, fill = look.find("{*}font"), look.find("{*}fill/{*}patternFill")
    change = Change(look.find("{*}numFmt") is not None or is_struck(font))
    change.ink = None if font is None else color_of(font.find("{*}color"), theme, palette)
    if fill is not None:
        solid = fill.find("{*}bgColor") if fill.get("patternType") in (None, "solid") else None
        change.ground = color_of(solid if solid is not None else fill.find("{*}fgColor"), theme, palette)
    return change


def is_struck(font: etree._Element | None) -> bool:
    """Struck out, set above or below the line, or too small to be seen."""
    if font is None:
        return False
    strike, vertical, size = font.find("{*}strike"), font.find("{*}vertAlign"), font.find("{*}sz")
    return (
        (strike is not None and strike.get("val") not in ("0", "false"))
        or (vertical is not None and vertical.get("val") != "baseline")
        or (size is not None and float(size.get("val") or TINY + 1) <= TINY)
    )


def is_raised(font: etree._Element | None) -> bool:
    """Set above the line, and not struck out: as the number of a note is."""
    vertical = None if font is None else font.find("{*}vertAlign")
    strike = None if font is None else font.find("{*}strike")
    struck = strike is not None and strike.get("val") not in ("0", "false")
    return vertical is not None and vertical.get("val") == "superscript" and not struck
