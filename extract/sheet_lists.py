"""Files that hold a list (workbooks, CSV, a table in a document or page) → sheets of `crawler.agencies.list_sheet`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from crawler.agencies.list_sheet import At, ListSheet, Mark
from crawler.agencies.list_text import sheet_of_text
from crawler.ground.errors import Both, UsageError, reason
from extract.content import DOUBT, Grid
from extract.readers import PACKAGES, Unreadable, read
from extract.readers._sheet import Sheet
from extract.readers._sheet_any import sheets_of, stored

LARGEST = 60_000_000
MOST_CELLS = 1_000_000
EXACT = 10**15  # a spreadsheet keeps no more digits than fifteen
PAGES = (b"<", b"%PDF", b"{\\rtf", b"MIME-Version")
WHY: Mapping[str, Both] = {
    "encrypted": (
        "the workbook is protected by a password; open it in Excel, remove the password, save it, import again",
        "工作簿设了密码，没有读取；请用 Excel 打开，取消密码，保存后再导入",
    ),
    "damaged_file": (
        "the file is damaged or incomplete; open it in Excel and save it anew as .xlsx",
        "文件损坏或不完整；请用 Excel 打开，另存为 .xlsx 再导入",
    ),
    "too_large": ("the file is too large for a register", "文件过大，不会是名录"),
    "too_many_cells": (
        "a sheet has too many cells for a register; delete what is no list, or copy the list to a new workbook",
        "工作表的单元格过多，不会是名录；请把名单复制到新的工作簿再导入",
    ),
    "unsupported_format": (
        "this format cannot be read yet; save it as an Excel workbook (.xlsx)",
        "这种格式还不能读取；请另存为 Excel 工作簿（.xlsx）再导入",
    ),
}
OTHER: Both = (
    "no list can be read from this file; save it as an Excel workbook (.xlsx) or as CSV",
    "从这个文件里读不出名单；请另存为 Excel 工作簿（.xlsx）或 CSV 再导入",
)


def list_sheets(path: Path) -> list[ListSheet]:
    """The sheets of a file by its bytes, whatever its name ends with; UsageError for what cannot be read."""
    body = _bytes(path)
    if not body.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UsageError(
            f"{path}: the file is empty; an empty list to fill in is made by: gouji agencies template 名录.xlsx",
            f"{path}：文件是空的；可填写的空表：gouji agencies template 名录.xlsx",
        )
    try:
        if body.startswith(PACKAGES):
            return _workbook(body) or list(_tables(body, path.name))
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:12].startswith(PAGES):
            return list(_tables(body, path.name))
    except Unreadable as error:
        english, chinese = WHY.get(error.problem.code, OTHER)
        raise UsageError(f"{path}: {english}", f"{path}：{chinese}") from error
    return [sheet_of_text(path, body)]


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(
                f"{path}: no such file; give the path of the list (.xlsx, .xls, .et, .ods, .csv)",
                f"{path}：没有这个文件；请写名单文件的路径（.xlsx、.xls、.et、.ods、.csv）",
            )
        if path.stat().st_size > LARGEST:
            raise UsageError(
                f"{path}: larger than {LARGEST // 1_000_000} MB; this is no register",
                f"{path}：大于 {LARGEST // 1_000_000} MB，不会是名录",
            )
        return path.read_bytes()
    except OSError as error:
        english, chinese = reason(error)
        raise UsageError(f"{path}: cannot be read: {english}", f"{path}：读不了：{chinese}") from error


def _workbook(body: bytes) -> list[ListSheet]:
    """The sheets of a workbook; none of a package that is no workbook (a document with a table)."""
    try:
        sheets = sheets_of(body, MOST_CELLS)
    except Unreadable as error:
        if error.problem.code == "damaged_file":
            return []
        raise
    values = stored(body, len(sheets)) if sheets else []
    return [_sheet(sheet, rows) for sheet, rows in zip(sheets, values, strict=True)]


def _sheet(sheet: Sheet, values: Sequence[Sequence[object]]) -> ListSheet:
    found = ListSheet(
        sheet.name,
        merged=sheet.merged,
        hidden=sheet.hidden,
        hidden_rows=frozenset(sheet.hidden_rows),
        hidden_columns=frozenset(sheet.hidden_columns),
    )
    for (row, column), shown in sorted(sheet.cells.items()):
        line = values[row - 1] if row <= len(values) else ()
        value = line[column - 1] if column <= len(line) else None
        text, mark = _cell(shown, (row, column) in sheet.reshaped, value)
        if text or mark:
            found.rows.setdefault(row, {})[column] = text
        if mark:
            found.marks[row, column] = mark
    return found


def _cell(shown: str, reshaped: bool, value: object) -> tuple[str, Mark | None]:
    """The text of a cell, and why it is not simply that: what is shown, and what is stored, are both known."""
    text = shown.replace(DOUBT, "").strip()
    if isinstance(value, (date, datetime, time, timedelta)):
        return str(value.date() if isinstance(value, datetime) and value.time() == time() else value), "day"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        # Words are what they are, also as a formula's result that the file has; of figures nobody can say.
        unsure = shown.startswith(DOUBT) and not any(char.isalpha() for char in text)
        return (text or "?", "unsure") if unsure else (text, None)
    if abs(value) >= EXACT:
        return text or f"{value:.15g}", "rounded"
    if shown.startswith(DOUBT) and not value:
        return "?", "unsure"  # a formula that nobody computed yet
    whole = f"{Decimal(f'{value:.15g}'):f}"
    plain = whole.rstrip("0").rstrip(".") if "." in whole else whole
    return (plain if shown.startswith(DOUBT) or reshaped else text), "number"


def _tables(body: bytes, name: str) -> Iterator[ListSheet]:
    """The tables of a document or page, each as a sheet: many systems call a page .xls."""
    for number, block in enumerate(block for block in read(body, name).blocks if isinstance(block, Grid)):
        sheet = ListSheet(f"#{number + 1}")
        for at, row in enumerate(block.rows, 1):
            for text, column, across, deep in zip(row.texts, row.columns, row.colspans, row.rowspans, strict=True):
                if words := text.replace(DOUBT, "").strip():
                    sheet.rows.setdefault(at, {})[column + 1] = words
                if across > 1 or deep > 1:
                    sheet.merged[at, column + 1] = _last(at, column + 1, across, deep)
        yield sheet


def _last(row: int, column: int, across: int, deep: int) -> At:
    return row + deep - 1, column + across - 1
