"""XLSX → sheets as they are shown: the parts of the package by themselves, with number formats and what is hidden."""

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from extract.content import DOUBT
from extract.place import column_number
from extract.readers import _sheet_numbers as numbers
from extract.readers._colors import is_unseen
from extract.readers._package import Package, damaged
from extract.readers._sheet import MOST_SHEETS, Sheet, doubtful
from extract.readers._sheet_colors import THEME, Color, theme_of
from extract.readers._sheet_xlsx_conditions import repaint
from extract.readers._sheet_xlsx_drawn import Sizes, covered
from extract.readers._sheet_xlsx_strings import inks_of, rich, strings
from extract.readers._sheet_xlsx_styles import Change, Style, repainting, styles_of
from extract.readers._spans import MAX_CELLS
from extract.readers._unreadable import refuse

MOST_ROW, MOST_COLUMN = 1_048_576, 16_384
USUAL_WIDTH = 8.43
NARROWEST = 1.0  # characters: in a narrower column no number is seen
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
YES = ("1", "true")
_Parts = Mapping[str, etree._Element]  # of a cell, by name
TELLING = "c row col mergeCell conditionalFormatting oleObject control sheetView sheetFormatPr"


@dataclass(slots=True)
class _Book:
    """What all sheets share; `repainting` are the conditional formats; `inks` the colors of parts of a text."""

    styles: list[Style] = field(default_factory=list)
    repainting: dict[str, Change] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)
    inks: dict[int, list[Color]] = field(default_factory=dict)
    theme: tuple[Color, ...] = THEME
    recalculated: bool = False  # the formulas' results are computed only when somebody opens it

    def style(self, number: str | None) -> Style:
        at = int(number) if number and number.isdigit() else 0
        return self.styles[at] if at < len(self.styles) else Style()


def sheets(package: Package, most: int = MAX_CELLS) -> list[Sheet]:
    """The sheets in the workbook's order, of at most so many cells; raises Unreadable."""
    try:
        return list(_sheets(package, most))
    except (etree.XMLSyntaxError, ValueError, IndexError) as error:
        raise damaged() from error


def _sheets(package: Package, most: int) -> Iterator[Sheet]:
    related = _relations(package, "")
    main = next((path for kind, path in related.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main.endswith(".bin"):
        raise refuse("unsupported_format", "这是 Excel 二进制工作簿（XLSB），目前还不能读取；请另存为 XLSX。")
    workbook = _root(package.read(main))
    if workbook is None:
        raise damaged()
    parts = _relations(package, main)
    book = _Book()
    themes = [path for kind, path in parts.values() if kind == "theme"]
    book.theme = theme_of(_root(package.read(themes[0]))) if themes else THEME
    for kind, path in parts.values():
        if kind == "styles":
            root = _root(package.read(path))
            book.styles = styles_of(root, book.theme)
            book.repainting = repainting(root, book.theme)
        elif kind == "sharedStrings":
            book.strings = strings(package.read(path), book.inks, book.theme)
    calculation = workbook.find("{*}calcPr")
    book.recalculated = calculation is not None and calculation.get("fullCalcOnLoad") in YES
    properties = workbook.find("{*}workbookPr")
    if properties is not None and properties.get("date1904") in YES:
        book.styles = [replace(one, code=None if _has_days(one.code) else one.code) for one in book.styles]
    for number, element in enumerate(workbook.iterfind("{*}sheets/{*}sheet"), 1):
        if number > MOST_SHEETS:
            raise refuse("too_large", f"工作表超过 {MOST_SHEETS} 张，不是年度报告。")
        identity = next((str(value) for name, value in element.items() if etree.QName(str(name)).localname == "id"), "")
        kind, path = parts.get(identity, ("", ""))
        hidden = element.get("state") in ("hidden", "veryHidden")
        sheet = Sheet(number, element.get("name") or "", hidden=hidden, most=most)
        if kind == "worksheet":
            filling = _Filling(sheet, book)
            filling.fill(package.read(path))
            for sort, target in _relations(package, path).values():
                if sort == "drawing":
                    _drawing(sheet, package.read(target), filling.sizes)
        yield sheet


def _has_days(code: str | None) -> bool:
    return code is not None and any(char in code.lower() for char in "ymd")


def _root(body: bytes) -> etree._Element | None:
    return etree.fromstring(body, _parser()) if body else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """By their ids: kind and path of what a part refers to inside the package."""
    folder, name = posixpath.split(part)
    root = _root(package.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    found: dict[str, tuple[str, str]] = {}
    for element in [] if root is None else root.iterfind("{*}Relationship"):
        if element.get("TargetMode") == "External":
            continue
        target = element.get("Target") or ""
        path = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
        found[element.get("Id") or ""] = (element.get("Type") or "").rpartition("/")[2], path
    return found


def _events(body: bytes) -> Iterator[tuple[str, etree._Element]]:
    """The elements that say something, as they begin and end: a sheet may be large."""
    yield from etree.iterparse(
        io.BytesIO(body),
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in TELLING.split()],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


class _Filling:
    """One sheet while its elements are read."""

    def __init__(self, sheet: Sheet, book: _Book) -> None:
        self.sheet = sheet
        self.book = book
        self.no_zeros = False
        self.width = USUAL_WIDTH
        self.widths: dict[int, float] = {}
        self.sizes = Sizes(USUAL_WIDTH, widths=self.widths)
        self.looks: dict[tuple[int, int], Style] = {}
        self.row = self.column = 0

    def fill(self, body: bytes) -> None:
        for event, element in _events(body) if body else ():
            name = element.tag.rpartition("}")[2]
            if event == "start":
                self._begin(name, element)
            else:
                self._end(name, element)
                if name in ("c", "row"):
                    element.clear()
        narrow = {column for column, width in self.widths.items() if 0 < width < NARROWEST}
        for at in [at for at in self.sheet.cells if at[1] in narrow and at not in self.sheet.merged]:
            self.sheet.cells[at] = doubtful(self.sheet.cells[at])

    def _begin(self, name: str, element: etree._Element) -> None:
        if name == "row":
            self.row, self.column = _number(element.get("r"), self.row + 1, MOST_ROW), 0
            if element.get("hidden") in YES or element.get("ht") == "0":
                self.sheet.hidden_rows.add(self.row)
            elif element.get("ht"):
                self.sizes.heights[self.row] = float(element.get("ht") or 0)
        elif name == "sheetView":
            self.no_zeros = element.get("showZeros") in ("0", "false")
        elif name == "sheetFormatPr":
            self.width = self.sizes.width = float(element.get("defaultColWidth") or USUAL_WIDTH)
            self.sizes.height = float(element.get("defaultRowHeight") or self.sizes.height)

    def _end(self, name: str, element: etree._Element) -> None:
        if name == "c":
            place = _CELL.fullmatch(element.get("r") or "")
            self.column = min(column_number(place[1]), MOST_COLUMN) if place else self.column + 1
            self.row = min(int(place[2]), MOST_ROW) if place else self.row
            room = self.widths.get(self.column, self.width)
            self.looks[self.row, self.column] = self.book.style(element.get("s"))
            _cell(self.sheet, (self.row, self.column), element, self.book, self.no_zeros, room)
        elif name == "col":
            _column(self.sheet, element, self.widths)
        elif name == "mergeCell":
            _merge(self.sheet, element.get("ref") or "")
        elif name == "conditionalFormatting":
            repaint(self.sheet, element, self.looks, self.book.repainting, self.book.theme)
        elif name in ("oleObject", "control"):
            self.sheet.left.add("attachment" if name == "oleObject" else "field")


def _number(text: str | None, otherwise: int, most: int) -> int:
    return min(int(text), most) if text and text.isdigit() and len(text) < 9 else otherwise


def _column(sheet: Sheet, element: etree._Element, widths: dict[int, float]) -> None:
    first = _number(element.get("min"), 1, MOST_COLUMN)
    last = _number(element.get("max"), first, MOST_COLUMN)
    width = float(element.get("width") or USUAL_WIDTH)
    for column in range(first, last + 1):
        widths[column] = width
        if element.get("hidden") in YES or width == 0:
            sheet.hidden_columns.add(column)


def _merge(sheet: Sheet, reference: str) -> None:
    corners = [_CELL.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) == 2 and corners[0] and corners[1]:
        first, last = ((int(one[2]), column_number(one[1])) for one in corners if one)
        sheet.merge(first, last)


def _cell(sheet: Sheet, at: tuple[int, int], cell: etree._Element, book: _Book, no_zeros: bool, room: float) -> None:
    style = book.style(cell.get("s"))
    kind = cell.get("t") or "n"
    parts = {one.tag.rpartition("}")[2]: one for one in cell.iterchildren("{*}v", "{*}f", "{*}is", reversed=True)}
    value = (parts["v"].text or "") if "v" in parts else ""
    number = numbers.stored(value) if kind == "n" and value.strip() else None
    text = _text(kind, value, parts, book, style, room)
    if text is None or (no_zeros and text and not text.strip("0.")):
        text = DOUBT + "".join((text or value).split())
    elif text and (style.doubtful or _has_unseen(cell, kind, value, book, style)):
        text = doubtful(text)
    if text:
        sheet.put_number(*at, text, number)
    elif style.framed:
        sheet.draw(*at)


def _has_unseen(cell: etree._Element, kind: str, value: str, book: _Book, style: Style) -> bool:
    """Whether a part of a text has the color of its ground."""
    inks = book.inks.get(int(value), []) if kind == "s" and value.strip().isdigit() else []
    if kind == "inlineStr":
        inks = inks_of(cell, book.theme)
    return any(is_unseen(ink, style.ground) for ink in inks)


def _text(kind: str, value: str, parts: _Parts, book: _Book, style: Style, room: float) -> str | None:
    """The text of a cell of this kind and stored value as it is shown; None where that is not certain."""
    formula = "f" in parts
    if formula and (book.recalculated or not value.strip()) and kind != "str":
        return None
    if kind == "inlineStr":
        return _formatted(rich(parts["is"]), style) if "is" in parts else ""
    if kind == "s":
        return _formatted(book.strings[int(value)], style) if value.strip().isdigit() else ""
    if kind == "str":
        return None if formula and book.recalculated else _formatted(value, style)
    if not value.strip():
        return ""
    number = numbers.stored(value) if kind == "n" else None
    if number is None or style.code is None:
        return None  # an error, a logical value, a date, or a format that is not certain
    return numbers.shown(number, style.code, room)


def _formatted(text: str, style: Style) -> str | None:
    return numbers.shown_text(text, style.code) if style.code is not None else text


def _drawing(sheet: Sheet, body: bytes, sizes: Sizes) -> None:
    root = _root(body)
    if root is None:
        return
    sheet.images += sum(1 for _ in root.iterfind(".//{*}pic"))
    if next(root.iterfind(".//{*}sp//{*}t"), None) is not None:
        sheet.left.add("drawing")
    sheet.cover(covered(root, sizes))
