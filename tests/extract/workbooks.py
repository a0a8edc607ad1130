"""Sample reports as workbooks: written by xlsxwriter from the forms of `monitor.samples`, apart from what reads them."""

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter

from monitor.samples import Figure, SampleReport
from monitor.samples.layout import FormTable

Change = Callable[[Any, Any], None]
Write = Callable[[Any, Any, int, int, str, Figure], bool]


def placed(table: FormTable) -> list[tuple[int, int, int, int, str, str]]:
    """Row, column, depth, breadth, label and name of each cell of a table."""
    taken: set[tuple[int, int]] = set()
    found = []
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
            found.append((row, column, cell.rowspan, cell.colspan, cell.label, cell.name))
            column += cell.colspan
    return found


class Written:
    """A workbook with its report: the places of its figures by their names (`sheet`, `row`, `column`, from 0)."""

    def __init__(
        self,
        report: SampleReport,
        *,
        sheets: int = 1,
        framed: bool = True,
        write: Write | None = None,
        formats: Mapping[str, str] | None = None,
        then: Change | None = None,
    ) -> None:
        self.places: dict[str, tuple[int, int, int]] = {}
        self.report = report
        self.write = write
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        self.book = book
        self.cell = book.add_format({"border": 1 if framed else 0, "text_wrap": True})
        self.formats = {
            name: book.add_format({"num_format": code, "border": 1}) for name, code in (formats or {}).items()
        }
        self.pages = [book.add_worksheet(f"表{number + 1}") for number in range(sheets)]
        blocks = report.blocks(word=False)
        row, page, tables = 0, 0, 0
        self.pages[0].merge_range(0, 0, 1, 9, report.title, book.add_format({"align": "center"}))
        row = 2
        for block in blocks:
            if isinstance(block, str):
                heading = len(block) < 30 and block[1:2] == "、"
                if heading and sheets > 1 and block[0] in "三四":
                    page, row = page + 1, 0
                self.pages[min(page, sheets - 1)].merge_range(row, 0, row, 9, block)
                row += 1
            else:
                tables += 1
                row = self._table(self.pages[min(page, sheets - 1)], min(page, sheets - 1), row, block)
        if then:
            then(book, self)
        book.close()
        self.body = target.getvalue()

    def _table(self, page: Any, number: int, top: int, table: FormTable) -> int:
        for row, column, deep, broad, label, name in placed(table):
            at = top + row, column
            if deep * broad > 1:
                page.merge_range(*at, at[0] + deep - 1, column + broad - 1, "", self.cell)
            if name:
                self.places[name] = (number, *at)
                self._figure(page, at[0], column, name)
            else:
                page.write_string(*at, label, self.cell)
        return top + len(table)

    def _figure(self, page: Any, row: int, column: int, name: str) -> None:
        figure = self.report.figures[name]
        form = self.formats.get(name, self.formats.get("", self.cell))
        if self.write and self.write(page, form, row, column, name, figure):
            return
        if figure is None:
            page.write_blank(row, column, None, form)
        elif isinstance(figure, (int, Decimal)):
            page.write_number(row, column, float(figure), form)
        else:
            page.write_string(row, column, figure, form)
