"""A line of the form: a label and the cells that follow it; and where labels that mean several rows can stand."""

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.form.forms import TRACK_MEMBERS, Applications, TableCode
from extract.model import Problem
from extract.place import Place
from extract.tables.headers import Headers
from extract.tables.row_words import LAST_WORDS

TRACK_CELLS = len(TRACK_MEMBERS)
# Groups that are a row with figures of its own in some form, so that even an empty line of theirs is one.
ROWS_TOO = frozenset(group.code for form in FORMS.forms for group in form.applications.groups) & frozenset(
    code for form in FORMS.forms for code in form.applications.codes
)
TOTALS = frozenset(row.code for form in FORMS.forms for row in form.applications.rows if row.role == "total")
# Tables that are told from those of other forms by their words; 表三 shows it by its rows.
WORDED = frozenset(table for table in ("T2", "T4") if len(FORMS.names(table)) > 1)


def _above(table: Applications, code: str) -> frozenset[str]:
    """Of what the line above a row may be: of its own group, or of what stands before that in the form."""
    places = [(row.group or row.code) for row in table.rows]
    at = places.index(code.partition(".")[0])
    near = {places[at], places[at - 1]} if at else {places[at]}
    return frozenset(row.code for row, place in zip(table.rows, places, strict=True) if place in near) | {places[at]}


# 「其他」 and the like mean a row only in its place.
BELOW: dict[str, frozenset[str]] = {
    code: frozenset().union(
        *(_above(form.applications, code) for form in FORMS.forms if code in form.applications.codes)
    )
    for code in LAST_WORDS - TOTALS
}


class Line(NamedTuple):
    """A labelled line: `code` is an item, a disposition, a group with figures, or a track ("" = all of them).

    `texts`, `columns` and `colspans` are of the physical cells after the label; `tall`: one of them spans more rows
    than the label does. `shape` is the label's place in its row and the row's length. `row` is the grid's row where the
    cells begin; `places` tells where each stands, if not there in its column.
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


@dataclass(slots=True)
class Lines:
    """What the grids of one document say; `prose` are lines found in paragraphs, for rows that no grid has."""

    lines: list[Line] = field(default_factory=list)
    prose: list[Line] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in WORDED})
    headers: Headers = field(default_factory=Headers)
    problems: list[Problem] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
