"""A line of the form: a label and the cells that follow it; and the places of labels that can mean several rows."""

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.form.forms import TRACK_MEMBERS, Applications, TableCode
from extract.model import Problem
from extract.place import Place
from extract.tables.headers import Headers
from extract.tables.row_words import LAST_WORDS

TRACK_CELLS = len(TRACK_MEMBERS)
# Groups that are rows with figures in some form, so that even an empty line with such a label counts as a row.
ROWS_TOO = frozenset(group.code for form in FORMS.forms for group in form.applications.groups) & frozenset(
    code for form in FORMS.forms for code in form.applications.codes
)
TOTALS = frozenset(row.code for form in FORMS.forms for row in form.applications.rows if row.role == "total")
# Tables whose form is recognized by their words; that of 表三 is recognized by its rows.
WORDED = frozenset(table for table in ("T2", "T4") if len(FORMS.names(table)) > 1)


def _above(table: Applications, code: str) -> frozenset[str]:
    """What the line above a row may be: one of its own group, or of the group (or row) before that in the form."""
    places = [(row.group or row.code) for row in table.rows]
    at = places.index(code.partition(".")[0])
    near = {places[at], places[at - 1]} if at else {places[at]}
    return frozenset(row.code for row, place in zip(table.rows, places, strict=True) if place in near) | {places[at]}


# 「其他」 and the like mean a certain row only in the right place.
BELOW: dict[str, frozenset[str]] = {
    code: frozenset().union(
        *(_above(form.applications, code) for form in FORMS.forms if code in form.applications.codes)
    )
    for code in LAST_WORDS - TOTALS
}


class Line(NamedTuple):
    """A labelled line: `code` is an item, a disposition, a group with figures, or a track ("" = all of them).

    `texts`, `columns` and `colspans` belong to the physical cells after the label; `tall`: one of them spans more rows
    than the label does. `shape` is the label's place in its row and the row's length. `row` is the grid row where the
    cells begin; `places` has the place of each cell, if that is not simply its column in this row. `guessed`: a
    subtotal whose label does not say of which group.
    """

    table: TableCode
    code: str
    texts: tuple[str, ...]
    columns: tuple[int, ...]
    colspans: tuple[int, ...]
    grid: int
    row: int
    group: bool = False
    tall: bool = False
    shape: tuple[int, int] = (0, 0)
    places: tuple[Place, ...] = ()
    guessed: bool = False

    @property
    def spanning(self) -> str:
        """What may be wrong with a line that has all its figures."""
        wide = max(self.colspans, default=1) > 1
        return "；有的单元格跨行" if self.tall else "；有的单元格跨列，与栏名对不上" if wide else ""


@dataclass(slots=True)
class Lines:
    """All lines found in the grids of one document; `prose`: lines found in paragraphs, for rows that no grid has."""

    lines: list[Line] = field(default_factory=list)
    prose: list[Line] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in WORDED})
    headers: Headers = field(default_factory=Headers)
    problems: list[Problem] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
