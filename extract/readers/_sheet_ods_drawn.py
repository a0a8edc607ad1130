"""What lies over the cells of an ODS: drawings that hang on a cell → the cells that they cover."""

import re
from collections.abc import Container, Iterator

from lxml import etree

from extract.place import column_number
from extract.readers._sheet import At

TABLE, TEXT, DRAW, SVG = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text", "drawing", "svg-compatible")
)
MOST_LINES = 2_000  # rows or columns that one drawing is followed over
WIDTH, HEIGHT = 0.5, 0.17  # inches: of a cell, where a drawing tells its size alone; a larger one costs a neighbor
UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)(in|cm|mm|pt)\Z")
_LINES = (f"{DRAW}line", f"{DRAW}connector", f"{DRAW}control")


def covered(cell: etree._Element, at: At, clear: Container[str | None]) -> Iterator[At]:
    """The cells below the drawings that hang on this one; `clear` are the styles that one looks through."""
    for one in cell:
        if not str(one.tag).startswith(DRAW) or not _covers(one, clear):
            continue
        rows, columns = _reach(one, at)
        for row in range(at[0], min(rows, at[0] + MOST_LINES) + 1):
            for column in range(at[1], min(columns, at[1] + MOST_LINES) + 1):
                yield row, column


def _reach(drawing: etree._Element, at: At) -> At:
    if end := _ADDRESS.search(drawing.get(f"{TABLE}end-cell-address") or ""):
        return int(end[2]), column_number(end[1])
    down, across = (
        max(1, round(_inches(drawing.get(f"{SVG}{name}")) / least))
        for name, least in (("height", HEIGHT), ("width", WIDTH))
    )
    return at[0] + down - 1, at[1] + across - 1


def _inches(text: str | None) -> float:
    found = _LENGTH.match(text or "")
    return min(1_000.0, float(found[1]) * UNITS[found[2]]) if found else 0.0


def _covers(drawing: etree._Element, clear: Container[str | None]) -> bool:
    seen = drawing.tag not in (*_LINES, f"{DRAW}frame") and drawing.get(f"{DRAW}style-name") not in clear
    pictured = next(drawing.iter(f"{DRAW}image", f"{DRAW}object"), None) is not None
    return seen or pictured or any("".join(map(str, line.itertext())).strip() for line in drawing.iter(f"{TEXT}p"))
