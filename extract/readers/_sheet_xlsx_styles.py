"""How cells of an XLSX are shown: number formats, borders, and fonts in which a figure is not seen as it stands."""

from dataclasses import dataclass

from lxml import etree

from extract.readers import _sheet_numbers as numbers

WHITE = ("FFFFFF", "FFFFFFFF", "00FFFFFF")


@dataclass(slots=True)
class Style:
    """How cells of one style are shown."""

    code: str | None = numbers.GENERAL
    framed: bool = False
    doubtful: bool = False


def styles_of(root: etree._Element | None) -> list[Style]:
    """The styles of cells by their numbers."""
    if root is None:
        return []
    codes = {one.get("numFmtId"): one.get("formatCode") or "" for one in root.iterfind("{*}numFmts/{*}numFmt")}
    framed = [
        any(side.get("style") not in (None, "none") for side in border)
        for border in root.iterfind("{*}borders/{*}border")
    ]
    pale = [_is_pale(font) for font in root.iterfind("{*}fonts/{*}font")]
    filled = [fill.find("{*}patternFill") for fill in root.iterfind("{*}fills/{*}fill")]
    bare = [one is None or one.get("patternType") in (None, "none") for one in filled]
    struck = [is_struck(font) for font in root.iterfind("{*}fonts/{*}font")]
    found = list[Style]()
    for one in root.iterfind("{*}cellXfs/{*}xf"):
        number = one.get("numFmtId") or "0"
        font, fill, border = (int(one.get(name) or 0) for name in ("fontId", "fillId", "borderId"))
        code = codes.get(number) or (numbers.BUILT_IN.get(int(number)) if number.isdigit() else None)
        unseen = font < len(pale) and pale[font] and (fill >= len(bare) or bare[fill])
        found.append(
            Style(
                code,
                border < len(framed) and framed[border],
                unseen or (font < len(struck) and struck[font]),
            )
        )
    return found


def repainting(root: etree._Element | None) -> set[str]:
    """The numbers of the conditional formats that change more than the color of a ground or of a figure."""
    found = set[str]()
    for number, one in enumerate([] if root is None else root.iterfind("{*}dxfs/{*}dxf")):
        font = one.find("{*}font")
        if one.find("{*}numFmt") is not None or (font is not None and (is_struck(font) or _is_pale(font))):
            found.add(str(number))
    return found


def is_struck(font: etree._Element | None) -> bool:
    """Struck out, or set above or below the line."""
    if font is None:
        return False
    strike, vertical = font.find("{*}strike"), font.find("{*}vertAlign")
    return (strike is not None and strike.get("val") not in ("0", "false")) or (
        vertical is not None and vertical.get("val") != "baseline"
    )


def is_raised(font: etree._Element | None) -> bool:
    """Set above the line, and not struck out: as the number of a note is."""
    vertical = None if font is None else font.find("{*}vertAlign")
    strike = None if font is None else font.find("{*}strike")
    struck = strike is not None and strike.get("val") not in ("0", "false")
    return vertical is not None and vertical.get("val") == "superscript" and not struck


def _is_pale(font: etree._Element) -> bool:
    color = font.find("{*}color")
    return color is not None and ((color.get("rgb") or "").upper() in WHITE or color.get("theme") == "0")
