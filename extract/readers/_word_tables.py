"""Tables of a Word document → marked text: physical cells with their spans, all changes accepted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from extract.content import DOUBT
from extract.readers._doubts import FIGURES, has_figure
from extract.readers._flatten import AWAY, CELL, CLOSE, DRAW, END_CELL, END_TABLE, IMAGE, ROW, SPAN, TABLE
from extract.readers._left import DATA_CELLS
from extract.readers._spans import MAX_CELLS, MAX_COLSPAN, too_many_cells
from extract.readers._word_looks import UNKNOWN_GROUND, fill_of, is_flat_row, is_hidden_row
from extract.readers._word_names import child, name_of, number, shown_branch, value_of
from extract.readers._word_pictures import MARKED
from extract.readers._word_walk import Walk

GOES_ON = ("continue", "cont", "")  # a merged cell that says nothing more goes on
_ROW_HOLDERS = ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag")


@dataclass(slots=True)
class _Cell:
    text: str
    colspan: int
    rowspan: int = 1

    def hide(self, hidden: str) -> None:
        """Takes the figures of a cell that this one covers: nobody sees them, and so neither is one to rely on."""
        words = "".join(MARKED.sub("", hidden).split())
        if words != "".join(self.text.split()) and has_figure(words):
            self.text += f" {AWAY}{words}{CLOSE} "


def table_text(walk: Walk, table: etree._Element) -> str:
    """The marked text of a w:tbl."""
    properties = child(table, "w:tblPr")
    style = walk.styles.of(value_of(child(properties, "w:tblStyle")))
    ground = fill_of(child(properties, "w:shd")) or (UNKNOWN_GROUND if style.fills else "")
    rows: list[list[_Cell]] = []
    above: dict[int, tuple[_Cell, int]] = {}  # by the column where it begins: a cell that may go on, and its width
    count = 0
    gone = bool(style.look.gone)
    walk.gone += gone
    for row in _held(table, "w:tr"):
        of_row = child(row, "w:trPr")
        if child(of_row, "w:del") is None and child(of_row, "w:moveFrom") is None and not is_hidden_row(row, of_row):
            hidden = is_flat_row(of_row)
            walk.gone += hidden
            cells, above = _row(walk, row, above, ground)
            walk.gone -= hidden
            count += len(cells)
            if count > MAX_CELLS:
                raise too_many_cells()
            rows.append(cells)
    walk.gone -= gone
    return f"{TABLE}{''.join(map(_row_text, rows))}{END_TABLE}"


def _row_text(cells: Iterable[_Cell]) -> str:
    return ROW + "".join(
        f"{CELL}{cell.colspan}{SPAN}{cell.rowspan}{SPAN}{cell.text}{END_CELL}"
        if cell.colspan > 1 or cell.rowspan > 1
        else f"{CELL}{cell.text}{END_CELL}"
        for cell in cells
    )


def _held(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, also where something stands around them."""
    for one in element:
        name = name_of(one)
        if name == wanted:
            yield one
        elif name in _ROW_HOLDERS:
            yield from _held(one, wanted)
        elif name == "mc:AlternateContent":
            yield from (inner for inner in shown_branch(one) if name_of(inner) == wanted)


def _row(
    walk: Walk, row: etree._Element, above: dict[int, tuple[_Cell, int]], ground: str
) -> tuple[list[_Cell], dict[int, tuple[_Cell, int]]]:
    """The cells of a row that begin in it, and by their columns all that may go on below."""
    cells: list[_Cell] = []
    below: dict[int, tuple[_Cell, int]] = {}
    of_row = child(row, "w:trPr")
    column = _span(child(of_row, "w:gridBefore"), 0)
    if column:
        cells.append(_Cell("", column))
    size = sum(1 for _ in _held(row, "w:tc"))
    last: _Cell | None = None
    for element in _held(row, "w:tc"):
        properties = child(element, "w:tcPr")
        span = _span(child(properties, "w:gridSpan"), 1)
        text = _text(walk, element, properties, ground, size)
        merged, beside = child(properties, "w:vMerge"), child(properties, "w:hMerge")
        over, width = above.get(column, (None, 0))
        if beside is not None and (value_of(beside) or "") in GOES_ON and last is not None:
            last.colspan = min(last.colspan + span, MAX_COLSPAN)
            last.hide(text)
        elif merged is not None and (value_of(merged) or "") in GOES_ON and over is not None and width == span:
            over.rowspan += 1
            over.hide(text)
            below[column] = over, span
            last = None
        else:
            last = _Cell(text, span)
            cells.append(last)
            if merged is not None:
                below[column] = last, span
        column += span
    return cells, below


def _text(walk: Walk, cell: etree._Element, properties: etree._Element | None, ground: str, size: int) -> str:
    """The marked text of a cell."""
    outer, walk.ground = walk.ground, fill_of(child(properties, "w:shd")) or ground
    changed = child(properties, "w:cellDel") is not None or child(properties, "w:cellMerge") is not None
    walk.gone += changed
    walk.cells += 1
    text = walk.apart(cell)
    walk.cells -= 1
    walk.gone -= changed
    walk.ground = outer
    if IMAGE in text and size >= DATA_CELLS:
        text = walk.pictures.set_aside(text)
    if IMAGE in text and size >= DATA_CELLS and not text.replace(IMAGE, "").replace(DRAW, "").strip("\x1c \t"):
        walk.left.add("cell_image")
    if TABLE in text and size >= DATA_CELLS and _holds_only_tables(text, cell):
        text = f"{DOUBT}{text}"  # the table in it follows the one around it: what it says there is not blank here
    return text


def _holds_only_tables(text: str, cell: etree._Element) -> bool:
    """Whether a cell has no words but those of the tables in it, and they have some."""
    before, after = text.partition(TABLE)[0], text.rpartition(END_TABLE)[2]
    words = "".join(before.split() + after.split()).replace(DRAW, "").replace(IMAGE, "")
    if words and not FIGURES.fullmatch(words):
        return False
    tables = cell.iter("{*}tbl")
    return any((one.text or "").strip() for table in tables for one in table.iter("{*}t") if name_of(one) == "w:t")


def _span(element: etree._Element | None, other: int) -> int:
    return max(other, min(number(value_of(element), other), MAX_COLSPAN))
