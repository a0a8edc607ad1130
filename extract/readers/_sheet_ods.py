"""ODS → sheets as they are shown: content.xml has the text of each cell as its program displays it."""

from collections.abc import Container, Iterator
from decimal import Decimal

from lxml import etree

from extract.content import DOUBT
from extract.readers import _sheet_numbers as numbers
from extract.readers._doubts import without_notes
from extract.readers._package import Package, damaged
from extract.readers._sheet import Sheet, doubtful
from extract.readers._sheet_ods_drawn import Lines, covered, lying
from extract.readers._sheet_ods_styles import Styles
from extract.readers._spans import MAX_CELLS, too_many_cells

OFFICE, TABLE, TEXT, DRAW = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "drawing")
)
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
MOST_ROW, MOST_COLUMN = 1_048_576, 16_384
MOST_REPEATED = 1024  # a cell or a row that is repeated more often fills the rest of a sheet
ERRORS = ("#", "Err:", "错误:")
HIDDEN = ("collapse", "filter")
NO_ZEROS = b'config:name="ShowZeroValues" config:type="boolean">false<'
_NEVER = (f"{OFFICE}annotation", f"{DRAW}frame", f"{TABLE}shapes", f"{TEXT}ruby-text")


def sheets(package: Package, most: int = MAX_CELLS) -> list[Sheet]:
    """The sheets in the workbook's order, of at most so many cells; raises Unreadable."""
    root, shared = _root(package.read("content.xml")), package.read("styles.xml")
    styles = Styles()
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


class _Filling:
    """One sheet while its rows are read."""

    def __init__(self, sheet: Sheet, styles: Styles, no_zeros: bool) -> None:
        self.sheet = sheet
        self.styles = styles
        self.no_zeros = no_zeros
        self.row = self.cells = 0
        self.rows, self.columns = Lines(), Lines()
        self.looks: dict[int, str | None] = {}  # of the cells of a column that say none of their own

    def fill(self, table: etree._Element) -> None:
        column = 1
        for one in table.iter(f"{TABLE}table-column"):
            count = _count(one, "number-columns-repeated", MOST_COLUMN)
            self._measure(self.columns, one, count)
            look = one.get(f"{TABLE}default-cell-style-name")
            self.looks.update(dict.fromkeys(range(column, column + min(count, MOST_REPEATED)), look))
            if one.get(f"{TABLE}visibility") in HIDDEN:
                self.sheet.hidden_columns.update(range(column, min(column + count, MOST_COLUMN)))
            column += count
        for row in _rows(table):
            count = _count(row, "number-rows-repeated", MOST_ROW)
            first = self.row + 1
            self.row += count
            self._measure(self.rows, row, count)
            shown = range(first, first + min(count, MOST_REPEATED if len(row) else 0))
            if row.get(f"{TABLE}visibility") in HIDDEN:
                self.sheet.hidden_rows.update(shown)
            self._row(row, shown)
        self.sheet.images = sum(1 for _ in table.iter(f"{DRAW}image"))
        for shapes in table.iterfind(f"{TABLE}shapes"):
            self.sheet.cover(lying(shapes, self.rows, self.columns, self.styles.clear))

    def _measure(self, lines: Lines, element: etree._Element, count: int) -> None:
        shown = element.get(f"{TABLE}visibility") not in HIDDEN
        lines.add(count, self.styles.sizes.get(element.get(f"{TABLE}style-name") or "", 0.0) if shown else 0.0)

    def _row(self, row: etree._Element, numbers_of_rows: range) -> None:
        column = 1
        for cell in row.iterfind("*"):
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            count = _count(cell, "number-columns-repeated", MOST_COLUMN)
            look = row.get(f"{TABLE}default-cell-style-name") or self.looks.get(column)
            if look and cell.get(f"{TABLE}style-name") is None:
                cell.set(f"{TABLE}style-name", look)
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


def _text(cell: etree._Element, styles: Styles, no_zeros: bool) -> str:
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
