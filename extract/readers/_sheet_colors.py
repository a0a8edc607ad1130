"""The colors of a workbook as red, green and blue: written out, by number in the palette, or of a theme."""

import colorsys
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from extract.readers._colors import Color as Color

BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)
TEXT_OF_SYSTEM, GROUND_OF_SYSTEM, AUTOMATIC = 64, 65, 0x7FFF
_EIGHT = (0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF)
_USUAL = (
    *_EIGHT,
    *(0x800000, 0x008000, 0x000080, 0x808000, 0x800080, 0x008080, 0xC0C0C0, 0x808080),
    *(0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF, 0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF),
    *(0x000080, 0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000, 0x008080, 0x0000FF),
    *(0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99, 0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99),
    *(0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699, 0x969696),
    *(0x003366, 0x339966, 0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333),
)
# The theme that new workbooks have, in the order in which its colors are numbered.
_THEME = (0xFFFFFF, 0x000000, 0xE7E6E6, 0x44546A, 0x4472C4, 0xED7D31, 0xA5A5A5, 0xFFC000, 0x5B9BD5, 0x70AD47)
_THEME_NAMES = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


def of_number(number: int) -> Color:
    return number >> 16 & 255, number >> 8 & 255, number & 255


PALETTE: tuple[Color, ...] = (*map(of_number, _EIGHT), *map(of_number, _USUAL))
THEME: tuple[Color, ...] = tuple(map(of_number, _THEME))


def theme_of(root: etree._Element | None) -> tuple[Color, ...]:
    """The colors of a theme, in the order in which they are numbered."""
    found = list(THEME)
    for at, name in enumerate(_THEME_NAMES):
        one = None if root is None else next(root.iter(f"{{*}}{name}"), None)
        for value in () if one is None else one:
            told = _written(value.get("lastClr") or value.get("val"))
            found[at] = told or found[at]
    return tuple(found)


def color_of(element: etree._Element | None, theme: Sequence[Color], palette: Sequence[Color]) -> Color | None:
    """The color that a `color`, `fgColor` or `bgColor` names; None where it names none that is known."""
    if element is None:
        return None
    found = _named(dict(element.items()), theme, palette)
    tint = element.get("tint")
    return found if found is None or not tint else _tinted(found, max(-1.0, min(1.0, float(tint))))


def _named(of: Mapping[Any, Any], theme: Sequence[Color], palette: Sequence[Color]) -> Color | None:
    if told := _written(of.get("rgb")):
        return told
    number, indexed = _number(of.get("theme")), _number(of.get("indexed"))
    if number is not None:
        return theme[number] if number < len(theme) else None
    return None if indexed is None else indexed_color(indexed, palette)


def indexed_color(number: int, palette: Sequence[Color]) -> Color | None:
    """The color of a number in the palette, and of those beyond it that stand for text and ground."""
    if number in (TEXT_OF_SYSTEM, AUTOMATIC):
        return BLACK
    if number == GROUND_OF_SYSTEM:
        return WHITE
    return palette[number] if number < len(palette) else None


def _written(text: str | None) -> Color | None:
    try:
        return of_number(int((text or "")[-6:], 16)) if text and len(text) in (6, 8) else None
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 6 else None


def _tinted(color: Color, tint: float) -> Color:
    """Lighter by a positive tint, darker by a negative one."""
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in color))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
