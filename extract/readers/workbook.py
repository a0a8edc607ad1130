"""Workbooks (XLSX, XLS, ET, ODS) → Content: sheets as they are shown, and python-calamine as the second reading."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.content import DOUBT, Content, Second
from extract.readers import _ole, _package
from extract.readers._sheet import At, Sheet, content_of
from extract.readers._sheet_any import sheets_of, stored
from extract.readers._unreadable import refuse

order = 20

MAX_BYTES = 60 << 20
ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
# What stands first in a package of Office; a file of another name is an archive that may hold one.
FIRST = ("[content_types].xml", "_rels/", "docprops/", "xl/", "customxml/")


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True for packages that hold a workbook, whatever the name says."""
    if head.startswith(_ole.MAGIC):
        # What a password protects lies in a container of the same kind, whatever it is.
        is_book = _ole.holds(head, "Workbook", "Book") and not _ole.holds(head, "WordDocument")
        return is_book or _ole.holds(head, "EncryptedPackage")
    first = _package.first_member(head).lower()
    if first == "mimetype":
        return ODS in head[: 2 * len(ODS) + _package.FIRST_NAME]
    return first.startswith(FIRST) and b"xl/" in head.lower() and b"word/" not in head.lower()


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of a workbook. Raises Unreadable beyond the bounds, damaged, protected, or of several reports."""
    if len(body) > MAX_BYTES:
        raise refuse("too_large", f"文件过大（{len(body) / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")
    sheets = sheets_of(body)
    ways = ("records" if body.startswith(_ole.MAGIC) else "xml", "calamine")
    content = content_of(sheets)
    return replace(content, second=Second(ways, lambda: _again(body, sheets)))


def _again(body: bytes, sheets: Sequence[Sheet]) -> Content:
    """The same workbook by python-calamine: its own places and values, shown only where a format changes nothing."""
    found = zip(sheets, stored(body, len(sheets)), strict=True)
    others = [replace(sheet, cells=_values(sheet, rows)) for sheet, rows in found]
    return content_of(others)


def _values(sheet: Sheet, rows: Sequence[Sequence[object]]) -> dict[At, str]:
    """Values by their cells as text; no second opinion on a figure that a format shows otherwise than it is stored."""
    return {
        (row, column): DOUBT if (row, column) in sheet.reshaped else _told(value)
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value is not None and value != ""
    }


def _told(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return DOUBT  # a day, an hour, a logical value
    if isinstance(value, str):
        return value
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
