"""Workbooks (XLSX, XLS, ET, ODS) → Content: sheets as they are shown, and python-calamine as the second reading."""

import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.content import DOUBT, Content, Second
from extract.readers import _ole, _package
from extract.readers._sheet import At, Sheet, content_of
from extract.readers._unreadable import refuse

order = 20

PANIC = "PanicException"
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
    from extract.readers import _sheet_ods, _sheet_xls, _sheet_xlsx

    if len(body) > MAX_BYTES:
        raise refuse("too_large", f"文件过大（{len(body) / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")
    if body.startswith(_ole.MAGIC):
        sheets, ways = _sheet_xls.sheets(body), ("records", "calamine")
    else:
        with _package.Package(body) as package:
            package.check()
            is_ods = package.read("mimetype").startswith(b"application/vnd.oasis")
            sheets = (_sheet_ods if is_ods else _sheet_xlsx).sheets(package)
        ways = ("xml", "calamine")
    content = content_of(sheets)
    return replace(content, second=Second(ways, lambda: _again(body, sheets)))


def _again(body: bytes, sheets: Sequence[Sheet]) -> Content:
    """The same workbook by python-calamine: its own places and values, shown only where a format changes nothing."""
    from python_calamine import CalamineWorkbook

    with _Told(), CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
        others = [
            replace(sheet, cells=_values(sheet, book.get_sheet_by_index(at).to_python(skip_empty_area=False)))
            for at, sheet in enumerate(sheets)
        ]
    return content_of(others)


class _Told:
    """Makes what the library says of a damaged file a refusal: its errors, and its panics."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        from python_calamine import CalamineError

        if kind is not None and (issubclass(kind, (CalamineError, OSError, ValueError)) or kind.__name__ == PANIC):
            raise refuse("damaged_file", "python-calamine 打不开这个工作簿。")


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
