"""ODS → sheets as they are shown: content.xml has the text of each cell as its program displays it."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lxml import etree

from extract.content import DOUBT
from extract.readers import _sheet_numbers as numbers
from extract.readers._colors import Color, color_of, is_unseen
from extract.readers._doubts import without_notes
from extract.readers._package import Package, damaged
from extract.readers._sheet import Sheet, doubtful
from extract.readers._sheet_colors import BLACK, WHITE
from extract.readers._sheet_ods_drawn import covered
from extract.readers._spans import MAX_CELLS, too_many_cells

OFFICE, TABLE, TEXT, STYLE, FO, DRAW, NUMBER = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "table", "text", "style", "xsl-fo-compatible", "drawing", "datastyle")
)
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
MOST_ROW, MOST_COLUMN = 1_048_576, 16_384
MOST_REPEATED = 1024  # a cell or a row that is repeated more often fills the rest of a sheet
ERRORS = ("#", "Err:", "错误:")
HIDDEN = ("collapse", "filter")
CLEAR = ("", "transparent", "automatic")
NO_ZEROS = b'config:name="ShowZeroValues" config:type="boolean">false<'
_NEVER = (f"{OFFICE}annotation", f"{DRAW}frame", f"{TABLE}shapes", f"{TEXT}ruby-text")


@dataclass(slots=True)
class _Styles:
    """By their names: styles with borders, styles in which a text is not seen as it stands, sheets that
    are not shown, formats of numbers that are not seen, styles that set words above the line, drawings that one looks
    through; the colors of texts and grounds."""

    framed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    pale: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    clear: set[str] = field(default_factory=set)
    inks: dict[str, Color] = field(default_factory=dict)
    grounds: dict[str, Color] = field(default_factory=dict)

    def add(self, group: etree._Element) -> None:
        """Takes in the styles of one group; those that it rests on were taken in before."""
        for form in group.iterfind(f"{NUMBER}*"):
            if any(map(_is_apart, form.iterfind(f"{STYLE}text-properties"))):
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
            if name in self.inks and is_unseen(self.inks[name], self.grounds.get(name, WHITE)):
                self.doubtful.add(name)
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
        """Whether some of these parts of a text have the color of the ground of its cell."""
        ground = self.grounds.get(cell, WHITE)
        return any(is_unseen(self.inks.get(part or ""), ground) for part in parts)

    def _take(self, name: str, properties: etree._Element) -> None:
        for key, value in properties.items():
            if str(key).startswith(f"{FO}border") and value != "none":
                self.framed.add(name)
            elif key == f"{TABLE}display" and value == "false":
                self.hidden.add(name)
            elif key == f"{DRAW}fill" and value == "none":
                self.clear.add(name)
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


def sheets(package: Package, most: int = MAX_CELLS) -> list[Sheet]:
    """The sheets in the workbook's order, of at most so many cells; raises Unreadable."""
    root, shared = _root(package.read("content.xml")), package.read("styles.xml")
    styles = _Styles()
    for one in (_root(shared), root) if shared else (root,):
        for group in (*one.iterfind(f"{OFFICE}styles"), *one.iterfind(f"{OFFICE}automatic-styles")):
            styles.add(group)
    no_zeros = NO_ZEROS in package.read("settings.xml")
    found = list[Sheet]()
    for number, table in enumerate(root.iterfind(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table"), 1):
        hidden = table.get(f"{TABLE}style-name") in styles.hidden
        sheet = Sheet(number, table.get(f"{TABLE}name") or "", hidden=hidden, most=most)
        _Filling(sheet, styles, no_zeros).fill(table)
        found.append(sheet)
    return found


def _root(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged() from error


def _is_raised(properties: etree._Element) -> bool:
    """Above the line and otherwise seen, as the number of a note is."""
    position = properties.get(f"{STYLE}text-position") or ""
    up = position.startswith("super") or (position[:1].isdigit() and not position.startswith("0%"))
    return up and not _is_unseen(properties)


def _is_apart(properties: etree._Element) -> bool:
    """Struck out, raised, or white on nothing."""
    return _is_unseen(properties) or not (properties.get(f"{STYLE}text-position") or "0% 100%").startswith("0%")


def _is_unseen(properties: etree._Element) -> bool:
    lines = (properties.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type"))
    struck = any(line not in (None, "none") for line in lines)
    return struck or (properties.get(f"{FO}color") or "").lower() == "#ffffff"


class _Filling:
    """One sheet while its rows are read."""

    def __init__(self, sheet: Sheet, styles: _Styles, no_zeros: bool) -> None:
        self.sheet = sheet
        self.styles = styles
        self.no_zeros = no_zeros
        self.row = self.cells = 0

    def fill(self, table: etree._Element) -> None:
        column = 1
        for one in table.iter(f"{TABLE}table-column"):
            count = _count(one, "number-columns-repeated", MOST_COLUMN)
            if one.get(f"{TABLE}visibility") in HIDDEN:
                self.sheet.hidden_columns.update(range(column, min(column + count, MOST_COLUMN)))
            column += count
        for row in _rows(table):
            count = _count(row, "number-rows-repeated", MOST_ROW)
            first = self.row + 1
            self.row += count
            shown = range(first, first + min(count, MOST_REPEATED if len(row) else 0))
            if row.get(f"{TABLE}visibility") in HIDDEN:
                self.sheet.hidden_rows.update(shown)
            self._row(row, shown)
        self.sheet.images = sum(1 for _ in table.iter(f"{DRAW}image"))

    def _row(self, row: etree._Element, numbers_of_rows: range) -> None:
        column = 1
        for cell in row.iterfind("*"):
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            count = _count(cell, "number-columns-repeated", MOST_COLUMN)
            self.sheet.cover(covered(cell, (numbers_of_rows.start, column), self.styles.clear))
            text = _text(cell, self.styles, self.no_zeros)
            framed = cell.get(f"{TABLE}style-name") in self.styles.framed
            if text or (framed and count <= MOST_REPEATED):
                self._put(cell, numbers_of_rows, range(column, column + min(count, MOST_REPEATED)), text)
            column += count

    def _put(self, cell: etree._Element, rows: range, columns: range, text: str) -> None:
        deep = _count(cell, "number-rows-spanned", MOST_ROW)
        across = _count(cell, "number-columns-spanned", MOST_COLUMN)
        for row in rows:
            for column in columns:
                self.cells += 1
                if self.cells > 4 * self.sheet.most:
                    raise too_many_cells()
                if text:
                    self.sheet.put(row, column, text)
                else:
                    self.sheet.draw(row, column)
                self.sheet.merge((row, column), (row + deep - 1, column + across - 1))
                stated = numbers.stored(cell.get(f"{OFFICE}value") or "")
                if stated is not None and text:
                    self.sheet.put_number(row, column, text, stated)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table in order, out of their groups; tables in cells are none of it."""
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows", f"{TABLE}table-row-group"):
            yield from _rows(child)


def _count(element: etree._Element, name: str, most: int) -> int:
    text = element.get(f"{TABLE}{name}") or "1"
    return max(1, min(int(text), most)) if text.isdigit() and len(text) < 9 else 1


def _text(cell: etree._Element, styles: _Styles, no_zeros: bool) -> str:
    """What a cell shows; DOUBT before what is not certain."""
    lines = ["".join(_words(line)) for line in cell.iterfind(f"{TEXT}p")]
    text = "\n".join(lines)
    value, kind = cell.get(f"{OFFICE}value"), cell.get(f"{OFFICE}value-type")
    wrong = cell.get(f"{CALC}value-type") == "error" or text.startswith(ERRORS)
    is_formula = cell.get(f"{TABLE}formula") is not None and kind != "string"
    unknown = not text.strip() and (value is not None or is_formula)
    if wrong or unknown or kind == "boolean" or (no_zeros and text and not text.strip("0.")):
        return DOUBT + "".join((text or value or "").split())
    if value is not None and not _agrees(text, value):
        return DOUBT + "".join(text.split())
    spans = {one.get(f"{TEXT}style-name") for one in cell.iter(f"{TEXT}span")}
    own = cell.get(f"{TABLE}style-name") or ""
    if text and (own in styles.doubtful or not spans.isdisjoint(styles.doubtful) or styles.hides(own, spans)):
        return doubtful(without_notes(_parts(cell, styles.raised)))
    return text


def _parts(cell: etree._Element, raised: Container[str | None]) -> Iterator[tuple[str, bool]]:
    """The words of a cell, and whether they are set above the line."""
    for number, line in enumerate(cell.iterfind(f"{TEXT}p")):
        yield ("\n" if number else "") + (line.text or ""), False
        for child in line:
            is_span = child.tag == f"{TEXT}span"
            yield "".join(_inside(child)), is_span and child.get(f"{TEXT}style-name") in raised
            yield child.tail or "", False


def _agrees(text: str, value: str) -> bool:
    """Whether a number that is shown plainly is the one that is stored, rounded where it has fewer decimals."""
    stored = numbers.stored(value)
    plain = text.strip().replace(",", "")
    shown = numbers.stored(plain) and Decimal(plain)
    if stored is None or shown is None:
        return True  # a unit, a percentage, a dash: what stands there
    return abs(shown - stored) <= numbers.half_of_last(shown)


def _words(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _inside(child)
        yield child.tail or ""


def _inside(child: etree._Element) -> Iterator[str]:
    """What one element among the words says."""
    if child.tag == f"{TEXT}s":
        yield " " * min(_spaces(child), 100)
    elif child.tag in (f"{TEXT}tab", f"{TEXT}line-break"):
        yield " " if child.tag == f"{TEXT}tab" else "\n"
    elif isinstance(child.tag, str) and child.tag not in _NEVER:
        yield from _words(child)


def _spaces(element: etree._Element) -> int:
    text = element.get(f"{TEXT}c") or "1"
    return int(text) if text.isdigit() and len(text) < 4 else 1
