"""What a reader yields: a document as text and grids, before any meaning; and how a cell of it can stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from extract.place import Place

Number = int | Decimal

State = Literal["number", "blank", "dash", "none", "text", "missing", "ambiguous", "illegible"]

# What a document holds besides the text and the grids that were taken from it.
Left = Literal["attachment", "frame", "field", "cell_image", "drawing", "script", "further_page", "cut_off", "hidden"]
# An invisible sign in a cell: its text is not what a reader of the document sees there. Where a document has it of its
# own accord it parts digits that look like one figure: illegible as well.
DOUBT = "\u2063"

UNREAD: frozenset[State] = frozenset(["missing", "ambiguous", "illegible"])


class GridRow(NamedTuple):
    """The *physical* cells of one row in order (a merged cell stands once, where it begins), side by side: their
    texts with white space folded, their first grid columns (0-based), their spans."""

    texts: tuple[str, ...]
    columns: tuple[int, ...]
    colspans: tuple[int, ...]
    rowspans: tuple[int, ...]


def plain_row(texts: Sequence[str]) -> GridRow:
    """A row without merged cells, its first cell in the first column."""
    ones = (1,) * len(texts)
    return GridRow(tuple(texts), tuple(range(len(texts))), ones, ones)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as drawn.

    `columns_known` is False where the source has no columns (one cell per line): then a column is an ordinal.
    `places` has the place in the document of each cell of each row, where that is not simply its row and column.
    """

    rows: tuple[GridRow, ...]
    columns_known: bool = True
    places: tuple[tuple[Place, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says, before any meaning: paragraphs (str, no line breaks) and grids, in order.

    `meta` holds page metadata by lower-case name (`articletitle`, `pubdate`, …); `title` the page's own title.
    `images` counts images inside the body: a table may be one of them. `linked` are titles that lead to another page;
    `left` is what the reader saw and did not read; `apart` are texts of cells of which a reader of the document sees
    some words otherwise than others, or not at all. `second` reads the same document by a way that shares no code with
    the first. `pictures` are those of the body that may show a table, in order. `pages` are where pages begin in
    the paragraphs, in order; empty where the format has no pages, or they are not known.
    """

    blocks: tuple[str | Grid, ...]
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    images: int = 0
    linked: frozenset[str] = frozenset()
    left: frozenset[Left] = frozenset()
    apart: frozenset[str] = frozenset()
    second: "Second | None" = field(default=None, compare=False)
    pictures: "tuple[Picture, ...]" = ()
    pages: "tuple[PageStart, ...]" = ()


class PageStart(NamedTuple):
    """The character of the n-th paragraph, both from 0, at which a page begins; pages count from 1."""

    paragraph: int
    offset: int
    page: int


class Picture(NamedTuple):
    """A picture that stands before the n-th block, from 0: the addresses it may be had at, the best first (`data:`
    ones hold it themselves); or its bytes, where the document has them, or what gives them once they are wanted."""

    at: int
    addresses: tuple[str, ...]
    body: bytes = b""
    load: Callable[[], bytes] | None = None


class Second(NamedTuple):
    """A second, independent reading: the names of both ways (`boxes`, `stream`, `grid`, …), and what makes it."""

    ways: tuple[str, str]
    read: Callable[[], Content]
