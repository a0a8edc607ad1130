"""What lies over the cells of an ODS: drawings that hang on a cell or on the sheet → the cells that they cover."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.place import column_number
from extract.readers._sheet import At

TABLE, TEXT, DRAW, SVG = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text", "drawing", "svg-compatible")
)
MOST_LINES = 2_000  # rows or columns that one drawing is followed over
MOST_DRAWINGS = 10_000  # of one sheet
WIDTH, HEIGHT = 0.5, 0.17  # inches: of a cell, where a drawing tells its size alone; a larger one costs a neighbor
LEAST = 0.1  # of a row's height or a column's width: what covers less hides no figure
UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)(in|cm|mm|pt)\Z")
_LINES = (f"{DRAW}line", f"{DRAW}connector", f"{DRAW}control")


@dataclass(slots=True)
class Lines:
    """The rows or the columns of a sheet from its edge on: how many there are of a size, in inches."""

    runs: list[tuple[int, float]] = field(default_factory=list)

    def add(self, count: int, size: float) -> None:
        self.runs.append((count, size))

    def between(self, begin: float, end: float) -> Iterator[int]:
        """The lines, from 1, of which more than a speck lies between two distances from the edge."""
        at, number, told = 0.0, 1, 0
        for count, size in self.runs:
            skipped = min(count, int(max(0.0, begin - at) / size)) if size > 0 else count
            for line in range(skipped, count):
                first, last = at + line * size, at + (line + 1) * size
                if first >= end or told >= MOST_LINES:
                    break
                if min(last, end) - max(first, begin) > LEAST * size:
                    told += 1
                    yield number + line
            at, number = at + count * size, number + count


def lying(shapes: etree._Element, rows: Lines, columns: Lines, clear: Container[str | None]) -> Iterator[At]:
    """The cells below the drawings that hang on the sheet itself; `clear` are the styles that one looks through."""
    for number, one in enumerate(shapes.iter(etree.Element)):
        width, height = (length(one.get(f"{SVG}{name}")) for name in ("width", "height"))
        if number < MOST_DRAWINGS and width and height and str(one.tag).startswith(DRAW) and _covers(one, clear):
            left, top = (length(one.get(f"{SVG}{name}")) for name in ("x", "y"))
            across = tuple(columns.between(left, left + width))
            yield from ((row, column) for row in rows.between(top, top + height) for column in across)


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
        max(1, round(length(drawing.get(f"{SVG}{name}")) / least))
        for name, least in (("height", HEIGHT), ("width", WIDTH))
    )
    return at[0] + down - 1, at[1] + across - 1


def length(text: str | None) -> float:
    """A length in inches; 0 for none."""
    found = _LENGTH.match(text or "")
    return min(1_000.0, float(found[1]) * UNITS[found[2]]) if found else 0.0


def _covers(drawing: etree._Element, clear: Container[str | None]) -> bool:
    seen = drawing.tag not in _LINES and drawing.get(f"{DRAW}style-name") not in clear
    pictured = next(drawing.iter(f"{DRAW}image", f"{DRAW}object"), None) is not None
    return seen or pictured or any("".join(map(str, line.itertext())).strip() for line in drawing.iter(f"{TEXT}p"))
