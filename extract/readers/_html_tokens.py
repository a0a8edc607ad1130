"""The second reading of a page: its tables by their tags in the order in which they are written, without any tree."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from crawler.pages.markup import permitted, without_references
from extract.content import DOUBT, Content, Grid, GridRow, plain_row
from extract.readers._unreadable import refuse

MOST_STEPS = 1_000_000  # places that spanning cells take or are passed by; tables of reports have hundreds
MOST_CELLS = 200_000
WIDEST, TALLEST = 1000, 65534  # what browsers take of a colspan, and of a rowspan

# How UTF-8 writes what a tree forbids: controls as they are, halves of pairs and U+FFFE, U+FFFF by these begins.
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
_FORBIDDEN_LEADS = (b"\xed", b"\xef\xbf")

_BEGIN = re.compile(r"<table[\s>/]", re.I)
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:]{0,20}")
_TABLED = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_BREAKS = frozenset(
    {
        "br", "hr", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "li", "dt", "dd", "pre", "center",
        "caption", "section", "article", "blockquote", "form", "fieldset", "legend", "address", "figure", "figcaption",
        "details", "summary", "main", "aside", "nav", "header", "footer",
    }
)  # fmt: skip
# What is in these is not the text of the page.
_SILENT = frozenset(
    {
        "script", "style", "noscript", "template", "head", "title", "select", "textarea", "button", "iframe", "object",
        "svg", "audio", "video", "map",
    }
)  # fmt: skip
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad]")
_SPAN = re.compile(r"""\b(col|row)span\s{0,9}=\s{0,9}["']?\s{0,9}\+?(\d{1,9})""", re.I)


class _Token(NamedTuple):
    """A tag of a table, or one whose content is no text; the spans that it says; with the words behind it."""

    name: str
    ends: bool
    wide: int
    tall: int
    words: str


_Cell = tuple[list[str], int, int]  # the pieces of its text, its columns, its rows (0: all that are left)


class _Table:
    """A table that is open: its rows, where its groups of rows begin, and the cell and row that are open."""

    __slots__ = ("cell", "groups", "row", "rows")

    def __init__(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.groups: list[int] = []
        self.row: list[_Cell] | None = None
        self.cell: list[str] | None = None

    def take(self, token: _Token) -> None:
        """One tag within it, other than that of a table."""
        name, ends, wide, tall, words = token
        if name == "td":
            if ends:
                self.cell = None
                return
            if self.row is None:
                self._new_row()
            assert self.row is not None
            self.cell = cell = [words]
            self.row.append((cell, wide, tall))
            return
        self.cell = self.row = None
        if name != "tr":
            self.groups.append(len(self.rows))
        elif not ends:
            self._new_row()

    def _new_row(self) -> None:
        self.row = []
        self.rows.append(self.row)


def tables_of(body: bytes) -> Content:
    """The tables of a page (of its source), each with its cells; nothing else of it."""
    text = _decoded(without_references(body))
    begin = _BEGIN.search(text)
    if begin is None:
        return Content(())
    last = max(text.rfind("</table>"), text.rfind("</TABLE>"))
    pieces = _without_comments(text[begin.start() : last if last >= begin.start() else len(text)]).split("<")[1:]
    pieces += ["/table>"] if last >= begin.start() else []
    # Most are the same few: of a text processor, or of the form's own words and blank cells.
    known = {piece: _token(piece) for piece in {*pieces}}
    tokens: Iterable[_Token | str] = filter(None, map(known.__getitem__, pieces))
    if any(token.__class__ is _Token and token[0] in _SILENT for token in known.values()):
        tokens = _heard(tokens)
    return Content(tuple(_grids(tokens)))


def _grids(tokens: Iterable[_Token | str]) -> Iterator[Grid]:
    """The tables, each where it ends; the words of one that is in a cell are not those of the cell."""
    outer: list[_Table] = []
    table = _Table()  # what stands outside of all tables
    for token in tokens:
        if isinstance(token, str):
            if (cell := table.cell) is not None:
                cell.append(token)
        elif token.name != "table":
            if outer:
                table.take(token)
        elif not token.ends:
            outer.append(table)
            table = _Table()
        elif outer:
            yield _grid(table)
            table = outer.pop()
            if table.cell is not None:
                table.cell.append(token.words)
    for above in reversed(outer):
        yield _grid(table)
        table = above


def _decoded(body: bytes) -> str:
    """The text, without what a tree forbids."""
    try:
        if body.startswith((b"\xff\xfe", b"\xfe\xff")):
            return permitted(body[: len(body) // 2 * 2].decode("utf-16", "surrogatepass"))
        text = body.decode("utf-8-sig", "surrogatepass")  # lone halves are taken out like all that is forbidden
    except UnicodeDecodeError:
        return permitted(body.decode("gb18030", "replace"))
    return permitted(text) if _may_be_forbidden(body) else text


def _may_be_forbidden(body: bytes) -> bool:
    """Whether UTF-8 may hold a forbidden character: asked of the bytes, which is soon done."""
    return any(one in body for one in _FORBIDDEN_LEADS) or len(body.translate(None, _CONTROLS)) < len(body)


def _without_comments(text: str) -> str:
    if "<!--" not in text:
        return text
    first, *pieces = text.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in pieces)


def _token(piece: str) -> _Token | str:
    """What stands behind a `<`, up to the next one: a tag that matters here, or words alone."""
    head, closed, words = piece.partition(">")
    tag = _NAME.match(head)
    if not closed or not (tag or head[:1] in "!?/"):
        return f"{DOUBT}{piece}"  # no tag, or one that was cut otherwise than a browser does
    if words:
        words = DOUBT if ">" in words else _UNSEEN.sub("", html.unescape(words))
    name = tag[0].lower() if tag else ""
    ends, name = name.startswith("/"), name.removeprefix("/")
    if name in _TABLED or name in _SILENT:
        return _Token("td" if name == "th" else name, ends, *_spans(head), words)
    return f" {words}" if name in _BREAKS else words


def _heard(tokens: Iterable[_Token | str]) -> Iterator[_Token | str]:
    """Without what no reader of the page sees as its text; a cell that has such a thing has no second opinion."""
    within = ""
    for token in tokens:
        name = token.name if isinstance(token, _Token) else ""
        if within:
            if name == within and isinstance(token, _Token) and token.ends:
                within = ""
                yield token.words
        elif name not in _SILENT:
            yield token
        elif isinstance(token, _Token):
            within = "" if token.ends else name
            yield token.words if token.ends else DOUBT


def _spans(tag: str) -> tuple[int, int]:
    """The columns and rows that a tag says; 0 rows are all that are left of the group."""
    found = {name.lower(): int(size) for name, size in reversed(_SPAN.findall(tag))}
    return min(found.get("col", 1), WIDEST) or 1, min(found.get("row", 1), TALLEST)


def _grid(table: _Table) -> Grid:
    if sum(map(len, table.rows)) > MOST_CELLS:
        raise refuse("too_many_cells", f"表格超过 {MOST_CELLS} 个单元格，没有另读一遍。")
    starts = sorted({0, len(table.rows), *table.groups})
    return Grid(tuple([row for first, behind in pairwise(starts) for row in _rows(table.rows[first:behind])]))


def _rows(rows: Sequence[Sequence[_Cell]]) -> Iterator[GridRow]:
    """The rows of one group: each cell takes the first place that no cell from above reaches into."""
    taken: dict[int, int] = {}  # by column: the row in which it is free again
    steps = 0
    for number, cells in enumerate(rows):
        texts = [" ".join("".join(pieces).split()) for pieces, _, _ in cells]
        wides, talls = [wide for _, wide, _ in cells], [tall for _, _, tall in cells]
        if not taken and wides.count(1) == talls.count(1) == len(cells):
            yield plain_row(texts)
            continue
        left, column = len(rows) - number, 0
        columns: list[int] = []
        for at, wide in enumerate(wides):
            while taken and taken.get(column, 0) > number:
                column += 1
                steps += 1
            columns.append(column)
            if talls[at] != 1:
                talls[at] = tall = min(talls[at] or left, left)
                taken.update(dict.fromkeys(range(column, column + wide), number + tall))
                steps += wide
            column += wide
        if steps > MOST_STEPS:
            raise refuse("too_many_cells", "表格的合并单元格多得不合常理，没有另读一遍。")
        yield GridRow(tuple(texts), tuple(columns), tuple(wides), tuple(talls))
