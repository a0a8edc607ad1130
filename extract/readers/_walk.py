"""One iterative walk over a parsed page: paragraphs and grids in document order, tables within tables included."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from extract.model import Grid
from extract.readers._spans import (
    MAX_CELLS,
    Spanned,
    parse_colspan,
    parse_rowspan,
    place,
    too_many_cells,
)

# Ends a paragraph inside running text. It is white space to str.split(), so inside a cell it folds to a space.
BREAK: Final = "\x1c"
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c"))
LAYOUT_TEXT = 400  # characters: no data cell of a table is as long as an article

Piece = str | Grid
Flow = list[Piece]

INLINE, BLOCK, LINE, CELL, ROW, GROUP, TABLE, SKIP = range(8)
KINDS: Final[dict[object, int]] = {
    **dict.fromkeys(
        ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "caption", "section",
         "article", "header", "footer", "main", "aside", "nav", "form", "fieldset", "blockquote", "pre", "center",
         "address", "figure", "figcaption", "body", "html", "ucaptitle", "ucapcontent", "legend", "details"), BLOCK),
    **dict.fromkeys(("br", "hr"), LINE),
    **dict.fromkeys(("td", "th"), CELL),
    **dict.fromkeys(("thead", "tbody", "tfoot"), GROUP),
    **dict.fromkeys(("script", "style", "noscript", "template", "head", "title", "select", "textarea", "button",
                     "iframe", "object", "svg", "audio", "video", "colgroup"), SKIP),
    "tr": ROW,
    "table": TABLE,
}
# Marks that never end a word or a paragraph: melted into their parents before the walk.
MELTED: Final = ("span", "font", "o:p", "b", "strong", "u", "a", "em", "i", "s", "small", "big", "sub", "sup")


class _Table:
    """A table being read: its rows of (flow, colspan, rowspan) and the flow that surrounds it."""

    __slots__ = ("groups", "nested", "outer", "rows")

    def __init__(self, outer: Flow) -> None:
        self.outer = outer
        self.rows: list[list[tuple[Flow, int, int]]] = []
        self.groups: list[int] = []
        self.nested = False


class Walk:
    """The walk itself; `blocks` holds the result. `clean` also drops invisible characters from every text."""

    def __init__(self, clean: bool = False) -> None:
        self.clean = clean
        self.cells = 0
        self.flow: Flow = []
        self.root_flow = self.flow
        self.tables: list[_Table] = []

    def blocks(self) -> list[str | Grid]:
        """What was read so far, as paragraphs and grids."""
        return [*self._blocks_of(self.root_flow)]

    def read(self, root: etree._Element) -> None:
        """Reads one element and everything in it, in document order, without recursion."""
        etree.strip_tags(root, *MELTED)
        self.flow.append(BREAK)
        frames: list[tuple[Iterator[etree._Element], etree._Element, int]] = []
        self._open(root, KINDS.get(root.tag, INLINE))
        children, parent, parent_kind = iter(root), root, KINDS.get(root.tag, INLINE)
        kinds = KINDS.get
        while True:
            for element in children:
                kind = kinds(element.tag, INLINE)
                if kind == SKIP:
                    pass
                elif kind == LINE:
                    self.flow.append(BREAK)
                else:
                    self._open(element, kind)
                    if len(element):
                        frames.append((children, parent, parent_kind))
                        children, parent, parent_kind = iter(element), element, kind
                        break
                    self._close(kind)
                tail = element.tail
                if tail:
                    self.flow.append(tail)
            else:
                self._close(parent_kind)
                if not frames:
                    break
                tail = parent.tail
                children, parent, parent_kind = frames.pop()
                if tail:
                    self.flow.append(tail)

    def _open(self, element: etree._Element, kind: int) -> None:
        if kind == CELL and self.tables:
            self._open_cell(element)
        elif kind == TABLE:
            if self.tables:
                self.tables[-1].nested = True
            self.tables.append(_Table(self.flow))
            self.flow.append(BREAK)
        elif kind == ROW and self.tables:
            self.tables[-1].rows.append([])
        elif kind == GROUP and self.tables:
            self.tables[-1].groups.append(len(self.tables[-1].rows))
        elif kind != INLINE:
            self.flow.append(BREAK)
        text = element.text
        if text:
            self.flow.append(text)

    def _open_cell(self, element: etree._Element) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise too_many_cells()
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        self.flow = []
        get = element.get
        table.rows[-1].append((self.flow, parse_colspan(get("colspan")), parse_rowspan(get("rowspan"))))

    def _close(self, kind: int) -> None:
        if kind == CELL and self.tables:
            self.flow = self.tables[-1].outer
        elif kind == TABLE:
            table = self.tables.pop()
            self.flow = table.outer
            self._finish(table)
        elif kind == GROUP and self.tables:
            self.tables[-1].groups.append(len(self.tables[-1].rows))
        elif kind != INLINE:
            self.flow.append(BREAK)

    def _finish(self, table: _Table) -> None:
        """A closed table joins the flow around it: as a Grid, or as plain text where it only lays out a page."""
        outer = table.outer
        outer.append(BREAK)
        if self._is_layout(table):
            for row in table.rows:
                for flow, _, _ in row:
                    outer.extend(flow)
                    outer.append(BREAK)
            return
        inner: Flow = []
        rows: list[list[Spanned]] = []
        for row in table.rows:
            cells: list[Spanned] = []
            for flow, colspan, rowspan in row:
                cells.append(Spanned(self._text_of(flow), colspan, rowspan))
                if table.nested:
                    inner.extend(piece for piece in flow if isinstance(piece, Grid))
            rows.append(cells)
        if any(cell.text for row_cells in rows for cell in row_cells):
            outer.append(place(rows, table.groups))
        outer.extend(inner)

    def _is_layout(self, table: _Table) -> bool:
        """True where the table frames text or other tables instead of holding data."""
        widest = max(map(len, table.rows), default=0)
        if sum(map(len, table.rows)) <= 1:
            return True
        if table.nested and any(isinstance(piece, Grid) for row in table.rows for flow, _, _ in row for piece in flow):
            # A data table may hold a small table in a cell; a frame has next to no text of its own in its rows.
            filled = sum(sum(1 for flow, _, _ in row if self._text_of(flow)) >= 4 for row in table.rows)
            return filled < 2
        if widest > 3:
            return False
        return any(sum(map(len, flow)) > LAYOUT_TEXT and self._paragraphs(flow) >= 3  # type: ignore[arg-type]
                   for row in table.rows for flow, _, _ in row)

    def _paragraphs(self, flow: Flow) -> int:
        return sum(1 for _ in self._blocks_of(flow))

    def _text_of(self, flow: Flow) -> str:
        """The text of a cell on one line: white space folded, a paragraph's end being a space."""
        if len(flow) == 1:
            text = flow[0]
            joined = text if isinstance(text, str) else ""
        else:
            joined = "".join([piece for piece in flow if isinstance(piece, str)])
        if self.clean:
            joined = joined.translate(INVISIBLE)
        return " ".join(joined.split())

    def _blocks_of(self, flow: Flow) -> Iterator[str | Grid]:
        texts: list[str] = []
        for piece in [*flow, BREAK]:
            if isinstance(piece, str) and piece != BREAK:
                texts.append(piece)
                continue
            if texts:
                yield from self._folded("".join(texts))
                texts = []
            if isinstance(piece, Grid):
                yield piece

    def _folded(self, text: str) -> Iterator[str]:
        if self.clean:
            text = text.translate(INVISIBLE)
        for part in text.split(BREAK):
            folded = " ".join(part.split())
            if folded:
                yield folded
