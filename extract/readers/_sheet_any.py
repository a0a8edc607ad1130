"""The sheets of a workbook of any format: as they are shown, and the values that python-calamine finds stored."""

import io
from collections.abc import Sequence

from extract.readers import _ole, _package
from extract.readers._sheet import Sheet
from extract.readers._spans import MAX_CELLS
from extract.readers._unreadable import refuse

PANIC = "PanicException"


def sheets_of(body: bytes, most: int = MAX_CELLS) -> list[Sheet]:
    """The sheets as they are shown, each of at most so many cells; raises Unreadable."""
    from extract.readers import _sheet_ods, _sheet_xls, _sheet_xlsx

    if body.startswith(_ole.MAGIC):
        return _sheet_xls.sheets(body, most)
    with _package.Package(body) as package:
        package.check()
        is_ods = package.read("mimetype").startswith(b"application/vnd.oasis")
        return _sheet_ods.sheets(package, most) if is_ods else _sheet_xlsx.sheets(package, most)


def stored(body: bytes, count: int) -> list[Sequence[Sequence[object]]]:
    """The stored values of so many sheets by rows and columns: texts, numbers, days; raises Unreadable."""
    from python_calamine import CalamineWorkbook

    with _Told(), CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
        return [book.get_sheet_by_index(at).to_python(skip_empty_area=False) for at in range(count)]


class _Told:
    """Makes what the library says of a damaged file a refusal: its errors, and its panics."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        from python_calamine import CalamineError

        if kind is not None and (issubclass(kind, (CalamineError, OSError, ValueError)) or kind.__name__ == PANIC):
            raise refuse("damaged_file", "python-calamine 打不开这个工作簿。")
