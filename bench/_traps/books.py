"""Workbooks as clerks keep them: numbers as text, formats, formulas, hidden rows, columns, sheets, counts as dates."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from bench._papers import Printable, placed, size_of, text_of
from monitor.samples.layout import FormCell

FORMATS = ("#,##0", "0_ ", '0"件"', "General", "0;-0;0;@", "[$-804]0")
STYLES = ("as text", "formats", "formulas", "hidden", "dates", "moved", "floats")
DATED = 9  # of so many cells one shows its count as a date
Put = Callable[[int, int, object, object], object]


class _Sheet:
    """One sheet and the way in which this clerk fills it."""

    def __init__(self, book: Any, sheet: Any, style: str) -> None:
        self.book, self.sheet, self.style = book, sheet, style
        self.formats = [book.add_format({"num_format": one, "border": 1}) for one in FORMATS]
        self.border = book.add_format({"border": 1})
        self.date = book.add_format({"num_format": "yyyy-m-d", "border": 1})
        self.fee = book.add_format({"num_format": "0.0000", "border": 1})
        self.left = 2 if style == "moved" else 0
        self.count = 0
        self.fours = False

    def cell(self, row: int, column: int, cell: FormCell, text: str) -> None:
        self.count += 1
        drawn = self.border
        self.fours = cell.name.startswith("T4")
        put: Callable[..., object] = self.sheet.write_string
        value: object = text
        if cell.name and text.isdigit() and self.style != "as text":
            put, value = self.sheet.write_number, int(text)
            if self.style == "formats":
                drawn = self.formats[self.count % len(self.formats)]
            elif self.style == "dates" and self.count % DATED == 0:
                drawn = self.date
            elif self.style == "formulas" and cell.name.startswith(("T3", "T4")) and cell.name.endswith(",total]"):
                put = self._sum
        elif cell.name.endswith("amount_10k_yuan]") and text and self.style == "floats":
            put, value, drawn = self.sheet.write_number, float(text), self.fee
        column += self.left + (column > 0 and self.style == "hidden")
        if cell.rowspan > 1 or cell.colspan > 1:
            self.sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", drawn)
        if text:
            put(row, column, value, drawn)
        else:
            self.sheet.write_blank(row, column, None, drawn)

    def _sum(self, row: int, column: int, value: int, drawn: object) -> None:
        """The total of the cells on its left, with the result that the program showed last."""
        parts = 4 if self.fours else 6
        first, last = xl_rowcol_to_cell(row, column - parts), xl_rowcol_to_cell(row, column - 1)
        self.sheet.write_formula(row, column, f"=SUM({first}:{last})", drawn, value)


def shown_as_dates(report: Printable) -> frozenset[str]:
    """The cells of `dates` in which a person sees a day, and no count."""
    tables = [block for block in report.blocks(word=True) if not isinstance(block, str)]
    cells = [cell for table in tables for _, _, cell in placed(table)]
    every = [cell for at, cell in enumerate(cells, 1) if at % DATED == 0 and cell.name]
    return frozenset(cell.name for cell in every if text_of(report, cell).isdigit())


def trapped(report: Printable, style: str) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("2023年" if style == "moved" else "Sheet1")
    writer = _Sheet(book, sheet, style)
    top = 4 if style == "moved" else 0
    sheet.write(top, writer.left, report.title)
    top += 1
    for block in report.blocks(word=True):
        if isinstance(block, str):
            sheet.write(top, writer.left, block)
            top += 1
            continue
        for row, column, cell in placed(block):
            writer.cell(top + row, column, cell, text_of(report, cell))
        top += size_of(block)[0]
        if style == "hidden":
            _last_year(sheet, top, block)
            top += 2
    if style == "hidden":
        sheet.set_column(1, 1, None, None, {"hidden": True})
        for row in range(0, top, 1):
            sheet.write(row, 1, 77)  # the year before, in a hidden column
        other = book.add_worksheet("上年")
        other.hide()
        other.write(0, 0, report.title.replace("2023", "2022"))
        _copy(other, report)
        very = book.add_worksheet("底稿")
        very.very_hidden()
        _copy(very, report)
    book.close()
    return target.getvalue()


def _last_year(sheet: Any, top: int, block: object) -> None:
    """A hidden row of other figures below the table."""
    assert isinstance(block, tuple)
    sheet.set_row(top, None, None, {"hidden": True})
    sheet.write(top, 0, "四、结转下年度继续办理")
    for column in range(2, 12):
        sheet.write(top, column, 55)


def _copy(sheet: Any, report: Printable) -> None:
    top = 1
    for block in report.blocks(word=True):
        if isinstance(block, str):
            continue
        for row, column, cell in placed(block):
            sheet.write(top + row, column, 88 if cell.name else cell.label)
        top += size_of(block)[0] + 1
