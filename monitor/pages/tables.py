"""A table of a page: shown as HTML, and given as CSV or as a workbook, all three of the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.export.cells import exact, quoted
from monitor.export.csv_file import BOM, BREAK
from monitor.export.sheet_file import Cell, Linked, Sheet, Tone, Value, book_bytes
from monitor.papers.paper import linked
from monitor.words.terminal import inert

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200  # rows of one table on a page; its files have them all
Plain = str | int | float | Decimal | date | None


@dataclass(frozen=True, slots=True)
class PageCell:
    """What stands in a cell. `page` leads to one of our pages, `url` to a page of others (http and https alone)."""

    value: Plain
    page: str = ""
    url: str = ""
    tone: Tone = ""
    picture: str = ""

    @property
    def text(self) -> str:
        value = self.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return exact(value)
        return "" if value is None else "\n".join(inert(line) for line in str(value).splitlines())

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float | Decimal) and not isinstance(self.value, bool)

    @property
    def away(self) -> str:
        """The address of somebody else's page where a link may lead there; else ""."""
        return linked(self.url)


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table. `name` stands in the address of its files; `whole` is how many rows there are."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[PageCell]]
    empty: str = ""
    whole: int = 0


def page_table(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[PageCell | Plain]],
    empty: str = "",
    whole: int = 0,
) -> PageTable:
    """A table of cells and plain values; `whole`: how many rows there are, where a page has the first alone."""
    cells = [[one if isinstance(one, PageCell) else PageCell(one) for one in row] for row in rows]
    return PageTable(name, title, columns, cells, empty, whole=whole)


def as_csv(table: PageTable) -> bytes:
    """What a spreadsheet opens as it is: UTF-8 with its mark, nothing that acts as a formula."""
    lines = [",".join(quoted(one) for one in table.columns)]
    lines += [",".join(one.text if one.is_number else quoted(one.text) for one in row) for row in table.rows]
    return (BOM + BREAK.join(lines) + BREAK).encode("utf-8", "replace")


def as_book(table: PageTable) -> bytes:
    """The same as a workbook of one sheet."""
    rows = [[Cell(_value(one), one.tone) for one in row] for row in table.rows]
    return book_bytes([Sheet(table.title or table.name, table.columns, rows, empty=table.empty)])


def _value(cell: PageCell) -> Value:
    if cell.away and isinstance(cell.value, str):
        return Linked(cell.text, cell.away)
    return cell.text if isinstance(cell.value, str) else cell.value
