"""Runs in the rivals' own environment: `python _rival.py TOOL` reads paths, a line each, and answers tables as JSON.

Nothing of gouji is imported here; what is not installed is said, and the bench goes on without it.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Rows = list[list[str]]
Tool = Callable[[str], list[Rows]]


def _texts(table: Any) -> Rows:
    return [["" if cell is None or cell != cell else str(cell) for cell in row] for row in table]


def pdfplumber() -> Tool:
    tool = import_module("pdfplumber")

    def read(path: str) -> list[Rows]:
        with tool.open(path) as document:
            return [_texts(table) for page in document.pages for table in page.extract_tables()]

    return read


def _camelot(flavor: str) -> Tool:
    tool = import_module("camelot")

    def read(path: str) -> list[Rows]:
        return [_texts(one.df.values.tolist()) for one in tool.read_pdf(path, pages="all", flavor=flavor)]

    return read


def pymupdf() -> Tool:
    tool = import_module("pymupdf")

    def read(path: str) -> list[Rows]:
        with tool.open(path) as document:
            return [_texts(one.extract()) for page in document for one in page.find_tables().tables]

    return read


def read_html() -> Tool:
    tool = import_module("pandas")

    def read(path: str) -> list[Rows]:
        found = tool.read_html(path, keep_default_na=False, encoding="utf-8")
        return [_texts([one.columns.tolist(), *one.values.tolist()]) for one in found]

    return read


def read_excel() -> Tool:
    tool = import_module("pandas")

    def read(path: str) -> list[Rows]:
        sheets = tool.read_excel(path, sheet_name=None, header=None, dtype=object)
        return [_texts(one.values.tolist()) for one in sheets.values()]

    return read


def python_docx() -> Tool:
    tool = import_module("docx")

    def read(path: str) -> list[Rows]:
        return [[[cell.text for cell in row.cells] for row in one.rows] for one in tool.Document(path).tables]

    return read


def _piped(text: str) -> list[Rows]:
    """The tables of a Markdown text."""
    tables: list[Rows] = [[]]
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not all(cell and set(cell) <= set("-: ") for cell in cells):
                tables[-1].append(cells)
        elif tables[-1] and line.strip():
            tables.append([])
    return [table for table in tables if table]


def markitdown() -> Tool:
    tool = import_module("markitdown").MarkItDown()
    return lambda path: _piped(tool.convert(path).text_content)


def docling() -> Tool:
    tool = import_module("docling.document_converter").DocumentConverter()

    def read(path: str) -> list[Rows]:
        found = tool.convert(path).document.tables
        return [[[cell.text for cell in row] for row in one.data.grid] for one in found]

    return read


def plain_text() -> Tool:
    """No tables at all: the time of pypdfium2's plain text, the floor of a PDF."""
    tool = import_module("pypdfium2")

    def read(path: str) -> list[Rows]:
        with tool.PdfDocument(path) as document:
            for page in document:
                page.get_textpage().get_text_bounded()
        return []

    return read


TOOLS: dict[str, Callable[[], Tool]] = {
    "pdfplumber": pdfplumber,
    "camelot lattice": lambda: _camelot("lattice"),
    "camelot hybrid": lambda: _camelot("hybrid"),
    "PyMuPDF": pymupdf,
    "pandas.read_html": read_html,
    "pandas.read_excel": read_excel,
    "python-docx": python_docx,
    "markitdown": markitdown,
    "docling": docling,
    "pypdfium2 text": plain_text,
}


def main() -> None:
    warnings.simplefilter("ignore")
    out, sys.stdout = sys.stdout, sys.stderr  # the tools print as they like
    try:
        tool = TOOLS[sys.argv[1]]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=out, flush=True)
        return
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        began = time.process_time()
        try:
            answer: dict[str, object] = {"tables": tool(str(Path(line.strip())))}
        except Exception as error:  # noqa: BLE001  # whatever a tool throws is its answer
            answer = {"tables": [], "failed": f"{type(error).__name__}: {error}"[:200]}
        answer["seconds"] = time.process_time() - began
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
