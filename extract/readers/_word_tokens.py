"""The second reading of a Word document: its tables by the XML's tokens in their order, without a tree or a look."""

import io
import zipfile
import zlib
from typing import NoReturn
from xml.parsers import expat

from extract.content import Content, Grid, GridRow
from extract.readers._unreadable import refuse

LARGEST = 64 * 1024 * 1024  # bytes of the text's part, unpacked
MAIN = "word/document.xml"
WORD = ("/wordprocessingml/2006/main", "/wordprocessingml/main")  # how its namespace ends, the strict one too
# What no reader sees, all changes being accepted; and what is written a second time for older programs.
GONE = frozenset(
    {"del", "moveFrom", "rPrChange", "pPrChange", "tblPrChange", "tcPrChange", "trPrChange", "tblGridChange", "rt"}
)
SECOND_TIME = "Fallback"
OFF = frozenset({"0", "false", "off", "none"})
SPACES = frozenset({"tab", "br", "cr", "ptab"})
UNOPENED = (expat.ExpatError, zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, RuntimeError)


class _Cell:
    """A cell: its words, its first column, its columns and rows; how it says that it goes on."""

    __slots__ = ("across", "column", "down", "parts", "tall", "wide")

    def __init__(self, column: int) -> None:
        self.parts: list[str] = []
        self.column, self.wide, self.tall = column, 1, 1
        self.down = self.across = ""

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class _Table:
    """A table that is open, with its open row and cell."""

    __slots__ = ("above", "below", "cell", "column", "gone", "hidden", "last", "merged", "row", "rows")

    def __init__(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.row: list[_Cell] = []
        self.cell: _Cell | None = None
        self.column = 0
        self.gone = self.hidden = False  # the open row, or some of its words
        self.merged = False  # some cell of it with those above or below
        # By the column where it begins: a cell that may go on below, and its width.
        self.above: dict[int, tuple[_Cell, int]] = {}
        self.below: dict[int, tuple[_Cell, int]] = {}
        self.last: _Cell | None = None  # that may go on beside

    def begin_row(self) -> None:
        self.row, self.cell, self.last, self.column = [], None, None, 0
        self.gone = self.hidden = self.merged = False
        self.below = {}

    def end_row(self) -> None:
        unseen = self.hidden and not self.merged and not any(cell.text for cell in self.row)
        if not self.gone and not unseen:
            self.rows.append(self.row)
            self.above = self.below

    def skip(self, columns: int) -> None:
        """Columns before the first cell: an empty cell."""
        if columns:
            empty = _Cell(0)
            empty.wide = self.column = columns
            self.row.append(empty)

    def end_cell(self) -> None:
        cell, self.cell = self.cell, None
        if cell is None:
            return
        self.column = cell.column + cell.wide
        self.merged |= bool(cell.down)
        over, width = self.above.get(cell.column, (None, 0))
        if cell.across == "continue" and self.last is not None:
            self.last.wide += cell.wide
        elif cell.down == "continue" and over is not None and width == cell.wide:
            if not self.gone:
                over.tall += 1
            self.below[cell.column] = over, width
            self.last = None
        else:
            self.last = cell
            self.row.append(cell)
            if cell.down:
                self.below[cell.column] = cell, cell.wide

    def grid(self) -> Grid:
        return Grid(
            tuple(
                GridRow(
                    tuple([cell.text for cell in row]),
                    tuple([cell.column for cell in row]),
                    tuple([cell.wide for cell in row]),
                    tuple([cell.tall for cell in row]),
                )
                for row in self.rows
            )
        )


class _Tokens:
    """What the tokens so far have said."""

    def __init__(self) -> None:
        self.found: list[Grid] = []
        self.tables: list[_Table] = []
        self.path: list[str] = []
        self.past = 0  # how many elements deep we are in what no reader sees
        self.in_text = False
        self.hidden = False  # this run is hidden
        self.goes_on = False  # the mark of this paragraph was deleted
        self.names: dict[str, str] = {}

    def name(self, token: str) -> str:
        """The element's name in Word's own namespace; "" for any other."""
        if (known := self.names.get(token)) is None:
            space, _, local = token.rpartition(" ")
            known = self.names[token] = local if space.endswith(WORD) or local == SECOND_TIME else ""
        return known

    def begin(self, token: str, attributes: dict[str, str]) -> None:
        name = self.name(token)
        above = self.path[-1] if self.path else ""
        if self.past:
            self.past += 1
            return
        if name == SECOND_TIME or (name in GONE and not self._mark(above)):
            self.past = 1
            return
        self.path.append(name)
        if name == "tbl" and "body" in self.path:
            self.tables.append(_Table())
        elif self.tables:
            self._within(self.tables[-1], name, attributes)

    def _mark(self, above: str) -> bool:
        """Takes the mark of a row or a paragraph that was deleted; False where it is none, but what was deleted."""
        if above == "trPr" and self.tables:
            self.tables[-1].gone = True
        elif above == "rPr" and self.path[-2:-1] == ["pPr"]:
            self.goes_on = True
        return False

    def _within(self, table: _Table, name: str, attributes: dict[str, str]) -> None:
        if name == "tr":
            table.begin_row()
        elif name == "tc":
            table.cell = _Cell(table.column)
        elif name == "hidden" and self.path[-2] == "trPr":
            table.hidden = _value(attributes) not in OFF
        elif name == "gridBefore":
            table.skip(_count(attributes))
        elif table.cell is not None:
            self._within_cell(table.cell, name, attributes)
            table.hidden |= name == "t" and self.hidden

    def _within_cell(self, cell: _Cell, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self.hidden = False
        elif name == "vanish" and self.path[-3:-1] == ["r", "rPr"]:
            self.hidden = _value(attributes) not in OFF
        elif name == "t":
            self.in_text = not self.hidden
        elif name in SPACES:
            cell.parts.append(" ")
        elif name == "noBreakHyphen":
            cell.parts.append("-")
        elif name == "gridSpan":
            cell.wide = max(1, _count(attributes))
        elif name == "vMerge":
            cell.down = "restart" if _value(attributes) == "restart" else "continue"
        elif name == "hMerge":
            cell.across = "restart" if _value(attributes) == "restart" else "continue"

    def end(self, _token: str) -> None:
        if self.past:
            self.past -= 1
            return
        name = self.path.pop()
        if not self.tables:
            return
        table = self.tables[-1]
        if name == "tbl":
            self.found.append(self.tables.pop().grid())
        elif name == "tr":
            table.end_row()
        elif name == "tc":
            table.end_cell()
        elif name == "t":
            self.in_text = False
        elif name == "p":
            if table.cell is not None and not self.goes_on:
                table.cell.parts.append(" ")
            self.goes_on = False

    def words(self, text: str) -> None:
        if self.in_text and not self.past and self.tables and self.tables[-1].cell is not None:
            self.tables[-1].cell.parts.append(text)


def _value(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == "val"), "")


def _count(attributes: dict[str, str]) -> int:
    value = _value(attributes)
    return min(int(value), 1000) if value.isascii() and value.isdigit() and len(value) < 9 else 0


def _refuse_type(*_: object) -> NoReturn:
    raise refuse("damaged_file", "文档里有不该有的声明，没有另读一遍。")


def tables_of(body: bytes) -> Content:
    """The tables of a Word document, each with its cells; nothing else of it."""
    tokens = _Tokens()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_type
    parser.StartElementHandler, parser.EndElementHandler = tokens.begin, tokens.end
    parser.CharacterDataHandler = tokens.words
    try:
        parser.Parse(_main(body), True)
    except UNOPENED as error:
        raise refuse("damaged_file", "文档的 XML 不完整，没有另读一遍。") from error
    return Content(tuple(tokens.found))


def _main(body: bytes) -> bytes:
    if not body.startswith(b"PK"):
        return body  # all parts in one file
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        names = [name for name in package.namelist() if name.endswith(".xml") and "/document" in name]
        with package.open(MAIN if MAIN in names or not names else names[0]) as part:
            return part.read(LARGEST)
