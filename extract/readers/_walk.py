"""A page's marked text → paragraphs and grids in document order; tables within tables become grids of their own."""

import re
from collections.abc import Iterator, Sequence

from extract.content import Grid
from extract.readers._flatten import BREAK, CELL, END_CELL, END_TABLE, GROUP, IMAGE, ROW, SPAN, TABLE
from extract.readers._spans import MAX_CELLS, SpannedRow, place, too_many_cells
from extract.readers._unreadable import refuse

LAYOUT_TEXT = 400  # characters: no data cell of a table is as long as an article
LAYOUT_CELLS = 3  # a row of a table that lays out a page has no more cells

Flow = list[str | Grid]
Cell = str | tuple[str | Flow, int, int]  # its text; or its text (a Flow where it holds tables), colspan, rowspan

MAX_NESTED = 50  # tables in tables; pages laid out with tables have five

_stray_spans = re.compile(f"{CELL}[^{CELL}{SPAN}]*{SPAN}[^{CELL}{SPAN}]*{SPAN}")
_rows_of_whole_cells = re.compile(f"(?:{GROUP}|{ROW}(?:{CELL}[^{GROUP}{ROW}{CELL}{END_CELL}]*{END_CELL})*)*")
_ENDED_BY_MARKUP = (GROUP, ROW, CELL, END_CELL)  # white space behind these is between cells or at a text's begin
_TO_BREAK = dict.fromkeys(map(ord, GROUP + ROW + CELL + SPAN + END_CELL), BREAK)


class _Table:
    """A table being read: its rows, where row groups begin, the flow around it, and the cell that is still open."""

    __slots__ = ("groups", "open", "outer", "plain", "rows")

    def __init__(self, outer: Flow) -> None:
        self.outer = outer
        self.rows: list[list[Cell]] = [[]]  # the first takes cells that stand in no row
        self.groups: list[int] = []
        self.open: Flow | None = None
        self.plain: list[SpannedRow] = []  # its rows, where they are all whole, with no table in a cell

    def flow(self) -> Flow:
        """Where a table goes that begins here."""
        return self.outer if self.open is None else self.open


def blocks_of(marked: str) -> list[str | Grid]:
    """The paragraphs and grids of a marked text (see `_flatten`)."""
    if marked.count(CELL) > MAX_CELLS:
        raise too_many_cells()
    first, *pieces = marked.replace(IMAGE, "").split(TABLE)
    root: Flow = [_plain(first)]
    tables: list[_Table] = []
    for piece in pieces:
        tables.append(_Table(tables[-1].flow() if tables else root))
        if len(tables) > MAX_NESTED:
            raise refuse("too_deep", f"网页的表格嵌套超过 {MAX_NESTED} 层，无法完整读取。")
        inside, *afters = piece.split(END_TABLE)
        if not (afters and _take_plain(tables[-1], inside)):
            _feed(tables[-1], inside)
        for after in afters:
            _finish(tables.pop())
            if tables:
                _feed(tables[-1], after)
            else:
                root.append(_plain(after))
    return [*_blocks(root)]


def _plain(text: str) -> str:
    """Text outside tables; rows and cells without a table are paragraphs."""
    if CELL in text or ROW in text or GROUP in text:
        text = _stray_spans.sub(BREAK, text).translate(_TO_BREAK)
    return text


def _take_plain(table: _Table, text: str) -> bool:
    """Takes a table as most are: nothing but rows of whole cells, no table among them, too wide to lay out a page."""
    text = " ".join(text.split())
    for mark in _ENDED_BY_MARKUP:
        text = text.replace(f"{mark} ", mark)
    text = text.replace(f" {END_CELL}", END_CELL)
    if not _rows_of_whole_cells.fullmatch(text):
        return False
    rows: list[SpannedRow] = []
    groups: list[int] = []
    widest = 0
    for group in text.split(GROUP):
        groups.append(len(rows))
        for line in group.split(ROW)[1:]:
            cells = line[1:-1].split(END_CELL + CELL) if line else []
            rows.append(_spanned(cells) if SPAN in line else (cells, ()))
            widest = max(widest, len(cells))
    if widest > LAYOUT_CELLS:
        table.plain, table.groups = rows, groups
    return widest > LAYOUT_CELLS


def _spanned(cells: list[str]) -> SpannedRow:
    """A row some of whose cells say their spans."""
    spans: list[tuple[int, int, int]] = []
    for at, cell in enumerate(cells):
        if SPAN in cell:
            columns, rows, text = cell.split(SPAN)
            cells[at] = text.lstrip()
            spans.append((at, int(columns), int(rows)))
    return cells, tuple(spans)


def _feed(table: _Table, text: str) -> None:
    """More of a table, up to where another one begins or ends."""
    for number, group in enumerate(text.split(GROUP)):
        if number:
            table.groups.append(len(table.rows))
        for line_number, line in enumerate(group.split(ROW)):
            if line_number:
                table.rows.append([])
                table.open = None
            before, *cells = line.split(CELL)
            if before:
                _between(table, before)
            row = table.rows[-1]
            for part in cells:
                content, end, after = part.partition(END_CELL)
                if end and SPAN not in content:
                    row.append(content)
                else:
                    _special_cell(table, content, bool(end))
                if after and (table.open is not None or not after.isspace()):
                    _between(table, after)


def _special_cell(table: _Table, content: str, is_whole: bool) -> None:
    """A cell with spans, or one in which another table begins."""
    colspan = rowspan = 1
    if SPAN in content:
        columns, rows, content = content.split(SPAN, 2)
        colspan, rowspan = int(columns), int(rows)
    table.open = None if is_whole else [content]
    table.rows[-1].append((content if table.open is None else table.open, colspan, rowspan))


def _between(table: _Table, text: str) -> None:
    """Text that is in no new cell: the rest of the open one, or astray among the rows and so outside the table."""
    if table.open is not None:
        inside, end, text = text.partition(END_CELL)
        table.open.append(inside)
        if end:
            table.open = None
    if text and not text.isspace():
        table.outer.append(f"{BREAK}{text.replace(END_CELL, BREAK)}{BREAK}")


def _finish(table: _Table) -> None:
    """A closed table joins the flow around it: as a Grid, or as plain text where it only lays out a page."""
    outer = table.outer
    outer.append(BREAK)
    if table.plain:
        _append_grid(outer, table.plain, table.groups)
        return
    if not table.rows[0]:
        table.rows.pop(0)
        table.groups = [start - 1 for start in table.groups]
    inner = [cell[0] for row in table.rows for cell in row if cell.__class__ is tuple and isinstance(cell[0], list)]
    if _is_layout(table, inner):
        for row in table.rows:
            for cell in row:
                content = _content(cell)
                outer.extend([content] if isinstance(content, str) else content)
                outer.append(BREAK)
        return
    rows = [
        (
            [_text_of(_content(cell)) for cell in row],
            tuple((at, *cell[1:]) for at, cell in enumerate(row) if not isinstance(cell, str)),
        )
        for row in table.rows
    ]
    _append_grid(outer, rows, table.groups)
    outer.extend(piece for flow in inner for piece in flow if isinstance(piece, Grid))


def _append_grid(outer: Flow, rows: Sequence[SpannedRow], groups: Sequence[int]) -> None:
    grid = place(rows, groups)
    if any(any(row.texts) for row in grid.rows):
        outer.append(grid)


def _is_layout(table: _Table, inner: list[Flow]) -> bool:
    """True where the table frames text or other tables instead of holding data."""
    if sum(map(len, table.rows)) <= 1:
        return True
    if any(isinstance(piece, Grid) for flow in inner for piece in flow):
        # A data table may hold a small table in a cell; a frame has next to no text of its own in its rows.
        return sum(sum(1 for cell in row if _text_of(_content(cell))) > LAYOUT_CELLS for row in table.rows) < 2
    if max(map(len, table.rows)) > LAYOUT_CELLS:
        return False
    return any(_is_article(_content(cell)) for row in table.rows for cell in row)


def _content(cell: Cell) -> str | Flow:
    return cell if isinstance(cell, str) else cell[0]


def _is_article(content: str | Flow) -> bool:
    """True for the content of a cell that is no datum: long, in several paragraphs."""
    if len(_text_of(content)) <= LAYOUT_TEXT:
        return False
    return len([*_blocks([content] if isinstance(content, str) else content)]) >= 3


def _text_of(content: str | Flow) -> str:
    """The text of a cell on one line: white space folded, a paragraph's end being a space."""
    if not isinstance(content, str):
        content = "".join([piece for piece in content if isinstance(piece, str)])
    return " ".join(content.split())


def _blocks(flow: Flow) -> Iterator[str | Grid]:
    texts: list[str] = []
    for piece in flow:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        yield from _paragraphs("".join(texts))
        texts = []
        yield piece
    yield from _paragraphs("".join(texts))


def _paragraphs(text: str) -> Iterator[str]:
    for part in text.split(BREAK):
        folded = " ".join(part.split())
        if folded:
            yield folded
