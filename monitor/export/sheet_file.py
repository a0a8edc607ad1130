"""Workbooks for people: several sheets, colours with a meaning, links that lead only where they may, ready to print."""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crawler.ground.errors import GoujiError, reason
from monitor.export.sheet_text import link_target, plain, sheet_name, text_width

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NARROWEST, WIDEST = 6, 60  # of a column, in the width of a digit
MOST_ROWS = 1_048_000  # a sheet has 1,048,576
EXACT = 2**53  # beyond it a spreadsheet's number is no longer the one that was written
LONGEST_LIST = 255  # characters of a drop-down list that stands in its cell
A4 = 9
LINE, HIGHEST = 16.0, 400.0  # points of a line; of a row
# What a colour means; it never says more than the words beside it, for a print in black and white has none.
Tone = Literal["", "good", "warn", "bad", "unsure", "quiet"]
COLOURS: Mapping[Tone, Mapping[str, str]] = {
    "": {},
    "good": {"bg_color": "#E2F0D9", "font_color": "#1E5E1E"},
    "warn": {"bg_color": "#FFF2CC", "font_color": "#7F4F00"},
    "bad": {"bg_color": "#FBE0DD", "font_color": "#9C0006"},
    "unsure": {"bg_color": "#E4E7F5", "font_color": "#2F3A73"},
    "quiet": {"font_color": "#6B6B6B"},
}


@dataclass(frozen=True, slots=True)
class Linked:
    """A text that leads to a page (http, https) or a file beside the workbook; where it may not, it is a mere text."""

    text: str
    target: str


Value = str | int | float | Decimal | date | Linked | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its colour and, for a number, how it is shown (`0.0%`)."""

    value: Value
    tone: Tone = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a title and notes, then a table whose headings stay in sight. Every text is inert.

    `empty` stands in place of rows where there are none; `widths` of columns by place where the texts do not tell.
    `as_text`: columns in which a spreadsheet must not turn what people type into numbers; `choices`: drop-down lists
    by column; both reach `blank` rows below the table. `tone` colours the tab.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Value | Cell]]
    title: str = ""
    notes: Sequence[str] = ()
    empty: str = ""
    widths: Mapping[int, int] = field(default_factory=dict)
    tone: Tone = ""
    as_text: Collection[int] = ()
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    blank: int = 0


def book_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as it is stored; GoujiError for more rows than a sheet holds."""
    import xlsxwriter

    for sheet in sheets:
        if len(sheet.rows) > MOST_ROWS:
            raise GoujiError(
                f"{len(sheet.rows)} rows are more than a sheet holds ({MOST_ROWS}); narrow the question, or use CSV",
                f"一共 {len(sheet.rows)} 行，一张工作表放不下（至多 {MOST_ROWS} 行）；请缩小范围，或改用 CSV",
            )
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        taken: set[str] = set()
        for sheet in sheets:
            name = sheet_name(sheet.name, taken)
            taken.add(name.casefold())
            _Page(book, book.add_worksheet(name), sheet).write()
    return target.getvalue()


def write_book(path: Path, sheets: Sequence[Sheet]) -> None:
    """Writes the file anew; GoujiError where it cannot be written."""
    body = book_bytes(sheets)
    try:
        path.write_bytes(body)
    except OSError as error:
        raise GoujiError(f"cannot write {path}: {error.strerror}", f"写不了 {path}：{reason(error)[1]}") from error


def write_sheet(path: Path, name: str, headings: Sequence[str], rows: Sequence[Sequence[str | int | None]]) -> None:
    """A table as a workbook of one sheet; GoujiError where it cannot be written."""
    write_book(path, [Sheet(name, headings, rows)])


class _Page:
    """Writes one sheet."""

    def __init__(self, book: "xlsxwriter.Workbook", page: "Worksheet", sheet: Sheet) -> None:
        self.book, self.page, self.sheet = book, page, sheet
        self.formats: dict[tuple[Tone, str], Format] = {}

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        head = self._above()
        last = len(sheet.headings) - 1
        heading = self.book.add_format(
            {"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "vcenter"}
        )
        wide = self._columns(head)
        page.set_row(head, _height(sheet.headings, wide))
        for column, words in enumerate(sheet.headings):
            page.write_string(head, column, plain(words), heading)
        for at, row in enumerate(sheet.rows, head + 1):
            page.set_row(at, _height([_said(value) for value in row], wide))
            for column, value in enumerate(row):
                self._cell(at, column, value if isinstance(value, Cell) else Cell(value))
        if not sheet.rows and sheet.empty:
            page.write_string(head + 1, 0, plain(sheet.empty), self.book.add_format({"font_color": "#1E5E1E"}))
        if last >= 0:
            page.autofilter(head, 0, head + max(len(sheet.rows), 1), last)
            page.freeze_panes(head + 1, 1 if last else 0)
        self._printed(head)

    def _above(self) -> int:
        """The title and the notes; the row of the headings."""
        lines: list[tuple[str, dict[str, object]]] = [(note, {"font_color": "#404040"}) for note in self.sheet.notes]
        if self.sheet.title:
            lines.insert(0, (self.sheet.title, {"bold": True, "font_size": 14}))
        for at, (words, looks) in enumerate(lines):
            self.page.write_string(at, 0, plain(words), self.book.add_format(looks))
        return len(lines) + bool(lines)

    def _cell(self, at: int, column: int, cell: Cell) -> None:
        value, page = cell.value, self.page
        text = "@" if column in self.sheet.as_text else ""
        looks = self._format(cell.tone, cell.shown or text)
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, date, Linked)):
            page.write_string(at, column, plain(str(value or "")), looks)
        elif isinstance(value, Linked):
            target = link_target(value.target)
            if target is None or page.write_url(at, column, target, self._format(cell.tone, "link"), plain(value.text)):
                page.write_string(at, column, plain(value.text), looks)
        elif isinstance(value, date):
            page.write_datetime(at, column, value, self._format(cell.tone, cell.shown or "yyyy-mm-dd"))
        elif text or not abs(float(value)) <= EXACT:  # no number at all, or too large
            page.write_string(at, column, plain(str(value)), looks)
        else:
            page.write_number(at, column, value, looks)

    def _format(self, tone: Tone, shown: str) -> "Format":
        if (tone, shown) not in self.formats:
            looks: dict[str, object] = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
            looks |= COLOURS[tone]
            if shown == "link":
                looks |= {"font_color": "#0B5394", "underline": 1}
            elif shown:
                looks["num_format"] = shown
            self.formats[tone, shown] = self.book.add_format(looks)
        return self.formats[tone, shown]

    def _columns(self, head: int) -> list[int]:
        """Sets how wide the columns are, and what people may type into them."""
        sheet, first = self.sheet, head + 1
        end = head + len(sheet.rows) + sheet.blank
        text = self.book.add_format({"num_format": "@"})
        found = []
        for column, heading in enumerate(sheet.headings):
            words = [heading + "  ", *(_said(row[column]) for row in sheet.rows if column < len(row))]
            wide = sheet.widths.get(column) or max(text_width(word) for word in words)
            found.append(min(WIDEST, max(NARROWEST, wide)))
            self.page.set_column(column, column, found[-1], text if column in sheet.as_text else None)
            if (listed := sheet.choices.get(column)) and end >= first:
                self.page.data_validation(first, column, end, column, {"validate": "list", "source": _list(listed)})
        return found

    def _printed(self, head: int) -> None:
        page = self.page
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer("&C&A  &P / &N")
        if colour := COLOURS[self.sheet.tone].get("font_color"):
            page.set_tab_color(colour)


def _said(value: Value | Cell) -> str:
    inner = value.value if isinstance(value, Cell) else value
    if isinstance(value, Cell) and value.shown.endswith("%"):
        return "100.00%"
    return inner.text if isinstance(inner, Linked) else "" if inner is None else str(inner)


def _height(texts: Sequence[str], wide: Sequence[int]) -> float:
    """How high a row must be: not every program finds out by itself how many lines a text takes."""
    lines = (
        sum(max(1, -(-(text_width(line) - 2) // columns)) for line in text.splitlines())
        for text, columns in zip(texts, wide, strict=False)
    )
    return min(HIGHEST, LINE * max(1, *lines, 1))


def _list(listed: Sequence[str]) -> list[str]:
    """A drop-down list as it stands in its cell: the separator cannot be part of an entry, nor can it be long."""
    kept = [re.sub(r"[,，]", "、", plain(one)) for one in listed]
    if len(",".join(kept)) > LONGEST_LIST:
        raise GoujiError(f"a drop-down list is too long: {listed!r:.80}", f"下拉列表太长：{listed!r:.80}")
    return kept
