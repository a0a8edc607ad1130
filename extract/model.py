"""What a reader yields (Content: text and grids) and what the parser yields (Report: rows of the form)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Literal, NamedTuple, TypedDict

from extract.form_file import FORMS
from extract.forms import MEMBERS as MEMBERS  # the columns are a part of what a report is
from extract.forms import TABLES, TableCode
from extract.forms import TRACK_MEMBERS as TRACK_MEMBERS

Number = int | Decimal
Table = TableCode
State = Literal["number", "blank", "dash", "none", "text", "missing", "ambiguous", "illegible"]

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
    """

    rows: tuple[GridRow, ...]
    columns_known: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says, before any meaning: paragraphs (str, no line breaks) and grids, in order.

    `meta` holds page metadata by lower-case name (`articletitle`, `pubdate`, …); `title` the page's own title.
    `images` counts images inside the body: a table may be one of them.
    """

    blocks: tuple[str | Grid, ...]
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    images: int = 0


class Facts(TypedDict, total=False):
    """What a program may want to know of a problem: what is decided rests on these, never on the sentence.

    `images` in the body, where a table may be one of them; `grid` of a row that has no place in any table; `settled`:
    it was read all the same; `heading` of another paper and the first `sentence` below it.
    """

    images: int
    grid: int
    settled: bool
    heading: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something we could not read; never a judgement about the publisher. `detail` says it to people.

    `where` is a cell or a place (of `other_paper` the kind of paper); `table` the table that it is of, "" where it is
    of none, or of one that is not known.
    """

    code: str
    detail: str
    where: str = ""
    table: Table | Literal[""] = ""
    facts: Facts = field(default_factory=Facts, hash=False)


class Row(NamedTuple):
    """One line of the form. `code` is the item (T2), disposition (T3) or track (T4).

    `members`, `raws`, `values`, `states` have one entry per column of the form; a raw of None is a cell that
    does not exist. `units` (T2 only) holds a unit printed in the cell. `place` is `g<grid> r<row> c<columns>`,
    0-based positions in the Content, so that every figure can be found in the archived bytes.
    """

    table: Table
    code: str
    members: tuple[str, ...]
    raws: tuple[str | None, ...]
    values: tuple[Number | None, ...]
    states: tuple[State, ...]
    place: str = ""
    units: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: `number` 1–6, the heading as printed, its prose (paragraphs joined by newline).

    Number 0 is what stands above the first heading.
    """

    number: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One reading of one document. `forms` maps a table that was found to the name it has in its form.

    `rows` holds every row of each table found (missing rows too, in state `missing`); `subtotals` the numbers
    printed beside group labels. `spent` names identities used to choose a reading: `t3.row_sum[processed]`.
    `titled`: the title stands on its own (not only in a sentence). `altered`: words of the form printed otherwise.
    """

    title: str
    agency_name: str
    year: int | None
    forms: dict[str, str]
    rows: tuple[Row, ...]
    subtotals: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    problems: tuple[Problem, ...] = ()
    spent: frozenset[str] = frozenset()
    period: tuple[str, str] | None = None
    published_on: str | None = None
    titled: bool = True
    altered: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """The form's id, or `<表二>+<表三>` where they are of two; the form of whichever table was found."""
        return FORMS.template(self.forms)

    @property
    def status(self) -> str:
        """`complete`: all tables found and every cell read; `unreadable`: no table; else `partial`."""
        if not self.forms:
            return "unreadable"
        unread = not UNREAD.isdisjoint(chain.from_iterable([row.states for row in self.rows]))
        return "partial" if unread or len(self.forms) < len(TABLES) else "complete"


def cell_name(table: str, row: str, member: str) -> str:
    """`T3[granted,total]`: how a cell is written wherever a person or a program meets one."""
    return f"{table}[{row},{member}]"
