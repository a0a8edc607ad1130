"""What lies over the cells of an XLSX: pictures, text boxes and shapes → the cells that they cover."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.readers._sheet import At

CHARACTER, PADDING, PIXEL = 7, 5, 9525  # pixels of a digit and beside it; the units that drawings are measured in
POINT = 12700
USUAL_HEIGHT = 15.0  # points
LEAST = 0.1  # of a cell's width and height: what covers less hides no figure
MOST_LINES = 20_000  # rows or columns that one drawing is followed over
_SEEN = ("pic", "graphicFrame", "sp")
_ANCHORS = ("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")


@dataclass(slots=True)
class Sizes:
    """How wide columns and how high rows are, in characters and in points."""

    width: float
    height: float = USUAL_HEIGHT
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)

    def across(self, column: int) -> float:
        return max(1.0, (self.widths.get(column, self.width) * CHARACTER + PADDING) * PIXEL)

    def down(self, row: int) -> float:
        return max(1.0, self.heights.get(row, self.height) * POINT)


def covered(root: etree._Element, sizes: Sizes) -> Iterator[At]:
    """The cells that something lies over which one cannot look through, or which has words of its own."""
    for anchor in root.iter(*_ANCHORS):
        if not any(_covers(one) for name in _SEEN for one in anchor.iterfind(f".//{{*}}{name}")):
            continue
        for row in _lines(anchor, "row", sizes):
            for column in _lines(anchor, "col", sizes):
                yield row, column


def _covers(one: etree._Element) -> bool:
    told = next(one.iter("{*}cNvPr"), None)
    if told is not None and told.get("hidden") in ("1", "true"):
        return False
    if not one.tag.endswith("}sp"):
        return True
    look = one.find("{*}spPr")
    if next(one.iterfind(".//{*}txBody//{*}t"), None) is not None:
        return True
    clear = look is not None and look.find("{*}noFill") is not None
    alpha = None if look is None else next(look.iterfind("{*}solidFill//{*}alpha"), None)
    return not clear and not (alpha is not None and alpha.get("val") == "0")


def _lines(anchor: etree._Element, kind: str, sizes: Sizes) -> Iterator[int]:
    """The rows or columns, from 1, that an anchor reaches over far enough."""
    size = sizes.down if kind == "row" else sizes.across
    begin, end = _edge(anchor.find("{*}from"), kind), _edge(anchor.find("{*}to"), kind)
    if end is not None and begin is not None:
        for line in range(begin[0], min(end[0], begin[0] + MOST_LINES) + 1):
            first = begin[1] if line == begin[0] else 0.0
            last = end[1] if line == end[0] else size(line)
            if min(last, size(line)) - first > LEAST * size(line):
                yield line
        return
    position, extent = anchor.find("{*}pos"), anchor.find("{*}ext")
    name, length = ("y", "cy") if kind == "row" else ("x", "cx")
    if extent is None or (begin is None and position is None):
        return
    line, at = begin or (1, _measure(None if position is None else position.get(name)))
    rest = _measure(extent.get(length))
    for _ in range(MOST_LINES):
        room = size(line)
        part = min(rest, room - at)
        if part > LEAST * room:
            yield line
        if part > 0:
            rest -= part
        at = max(0.0, at - room)
        line += 1
        if rest <= 0:
            return


def _edge(corner: etree._Element | None, kind: str) -> tuple[int, float] | None:
    if corner is None:
        return None
    line = corner.findtext(f"{{*}}{kind}") or ""
    return (int(line) + 1, _measure(corner.findtext(f"{{*}}{kind}Off"))) if line.isdigit() and len(line) < 8 else None


def _measure(text: str | None) -> float:
    try:
        return float(int(text or "0"))
    except ValueError:
        return 0.0
