"""A table as a workbook of one sheet: headings that stay in sight, texts as texts, widths that fit."""

import io
from collections.abc import Sequence
from pathlib import Path

from crawler.ground.errors import GoujiError

NARROWEST, WIDEST = 8, 60


def write_sheet(path: Path, name: str, headings: Sequence[str], rows: Sequence[Sequence[str | int | None]]) -> None:
    """Writes the file anew; GoujiError where it cannot be written."""
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        page = book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, head)
            texts = [heading, *(str(row[column] or "") for row in rows)]
            page.set_column(column, column, min(WIDEST, max(NARROWEST, *(_width(text) for text in texts))))
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(at, column, value, cell)
                else:  # never `write`: a name that begins with = is no formula
                    page.write_string(at, column, value or "", cell)
        page.autofilter(0, 0, len(rows), len(headings) - 1)
    try:
        path.write_bytes(target.getvalue())
    except OSError as error:
        raise GoujiError(f"cannot write {path}: {error.strerror}", f"写不了 {path}：{error.strerror}") from error


def _width(text: str) -> int:
    return 2 + sum(2 if ord(char) > 0x2E7F else 1 for char in text)
