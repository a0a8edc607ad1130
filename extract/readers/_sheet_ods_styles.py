"""The styles of an ODS by their names: in which of them a text is not seen as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from extract.readers._colors import Color, color_of, is_unseen
from extract.readers._sheet_colors import BLACK, WHITE
from extract.readers._sheet_ods_drawn import length

TABLE, STYLE, FO, DRAW, NUMBER = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("table", "style", "xsl-fo-compatible", "drawing", "datastyle")
)
CLEAR = ("", "transparent", "automatic")
TINY = 1.01 / 72  # inches


@dataclass(slots=True)
class Styles:
    """By their names: styles with borders, styles in which a text is not seen as it stands, sheets that
    are not shown, formats of numbers that are not seen, styles that set words above the line, drawings that one looks
    through; the colors of texts and grounds; the widths of columns and heights of rows, in inches."""

    framed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    pale: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    clear: set[str] = field(default_factory=set)
    inks: dict[str, Color] = field(default_factory=dict)
    grounds: dict[str, Color] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def add(self, group: etree._Element) -> None:
        """Takes in the styles of one group; those that it rests on were taken in before."""
        for form in group.iterfind(f"{NUMBER}*"):
            if any(_is_apart(one) or _is_white(one) for one in form.iterfind(f"{STYLE}text-properties")):
                self.pale.add(form.get(f"{STYLE}name") or "")
        for style in group.iterfind(f"{STYLE}style"):
            name, parent = style.get(f"{STYLE}name") or "", style.get(f"{STYLE}parent-style-name")
            if style.get(f"{STYLE}data-style-name") in self.pale or parent in self.doubtful:
                self.doubtful.add(name)
            if parent in self.framed:
                self.framed.add(name)
            self._inherit(name, parent or "")
            for properties in style:
                self._take(name, properties)
            if any(
                self._changes(name, one.get(f"{STYLE}apply-style-name") or "") for one in style.iterfind(f"{STYLE}map")
            ):
                self.doubtful.add(name)

    def _inherit(self, name: str, parent: str) -> None:
        for colors in (self.inks, self.grounds):
            if parent in colors:
                colors[name] = colors[parent]

    def _changes(self, name: str, applied: str) -> bool:
        """Whether a figure is not seen as it stands once a condition gives its cell another style."""
        ink, ground = (colors.get(applied) or colors.get(name) for colors in (self.inks, self.grounds))
        return applied in self.doubtful or is_unseen(ink or BLACK, ground or WHITE)

    def hides(self, cell: str, parts: Iterable[str | None]) -> bool:
        """Whether a text in this cell, or one of these parts of it, has the color of the ground."""
        ground = self.grounds.get(cell, WHITE)
        return any(is_unseen(self.inks.get(one or ""), ground) for one in (cell, *parts))

    def _take(self, name: str, properties: etree._Element) -> None:
        for key, value in properties.items():
            if str(key).startswith(f"{FO}border") and value != "none":
                self.framed.add(name)
            elif key == f"{TABLE}display" and value == "false":
                self.hidden.add(name)
            elif key == f"{DRAW}fill" and value == "none":
                self.clear.add(name)
            elif key in (f"{STYLE}column-width", f"{STYLE}row-height"):
                self.sizes[name] = length(str(value))
            elif key == f"{STYLE}use-window-font-color" and value == "true":
                self.inks.pop(name, None)
        ink, ground = (color_of(properties.get(f"{FO}{one}") or "") for one in ("color", "background-color"))
        if ink is not None:
            self.inks[name] = ink
        if ground is not None:
            self.grounds[name] = ground
        elif properties.get(f"{FO}background-color", "-") in CLEAR:
            self.grounds.pop(name, None)
        if _is_apart(properties):
            self.doubtful.add(name)
        if _is_raised(properties):
            self.raised.add(name)


def _is_raised(properties: etree._Element) -> bool:
    """Above the line and otherwise seen, as the number of a note is."""
    position = properties.get(f"{STYLE}text-position") or ""
    up = position.startswith("super") or (position[:1].isdigit() and not position.startswith("0%"))
    return up and not _is_unseen(properties)


def _is_apart(properties: etree._Element) -> bool:
    """Struck out, raised, or too small to be seen."""
    return _is_unseen(properties) or not (properties.get(f"{STYLE}text-position") or "0% 100%").startswith("0%")


def _is_unseen(properties: etree._Element) -> bool:
    lines = (properties.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type"))
    return any(line not in (None, "none") for line in lines) or 0 < length(properties.get(f"{FO}font-size")) <= TINY


def _is_white(properties: etree._Element) -> bool:
    return is_unseen(color_of(properties.get(f"{FO}color") or ""), WHITE)
