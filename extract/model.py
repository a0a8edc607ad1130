"""What the parser yields: a report, its rows of the form, its sections, and what could not be read of it."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, NamedTuple, TypedDict

from extract.content import UNREAD, Number, State
from extract.form.form_file import FORMS
from extract.form.forms import TABLES, TableCode
from extract.place import Place, TextSpan, read_place, split


class Facts(TypedDict, total=False):
    """What a program may want to know of a problem: what is decided rests on these, never on the sentence.

    `images` in the body, where a table may be one of them; `grid` of a row that has no place in any table; `settled`:
    it was read all the same; `heading` of another paper and the first `sentence` below it; `parts` of the document that
    stayed unread, or stand elsewhere; `printed`: a cell has a figure that is none for us.
    """

    parts: list[str]
    printed: bool
    images: int
    grid: int
    settled: bool
    heading: str
    sentence: str


Doubt = Literal["image", "table_unread", "not_whole"]

# With one of these nobody can say that something is absent: it may stand in what was not read, or not placed.
NOT_WHOLE = frozenset(
    {
        "part_unread",
        "row_without_label",
        "unknown_row",
        "row_of_other_form",
        "row_of_other_year",
        "conflicting_rows",
        "header_order",
        "row_width",
        "t4.width",
        "cell_illegible",
        "readings_differ",
        "t3.alignment",
        "run_together",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something we could not read; never a judgement about the publisher. `detail` says it to people.

    `where` is a cell or a place (of `other_paper` the kind of paper); `table` the table that it is of, "" where it is
    of none, or of one that is not known.
    """

    code: str
    detail: str
    where: str = ""
    table: TableCode | Literal[""] = ""
    facts: Facts = field(default_factory=Facts, hash=False)


def doubt_of(problem: Problem) -> Doubt | Literal[""]:
    """The doubt that a problem casts on all that is absent; "" where it casts none."""
    if problem.code == "table_missing" and problem.facts.get("images"):
        return "image"
    if problem.code == "table_unread":
        return "table_unread"
    if problem.facts.get("parts"):
        return "not_whole"
    return "not_whole" if problem.code in NOT_WHOLE and not problem.facts.get("settled") else ""


class Row(NamedTuple):
    """One line of the form. `code` is the item (T2), disposition (T3) or track (T4).

    `members`, `raws`, `values`, `states` have one entry per column of the form; a raw of None is a cell that
    does not exist. `units` (T2 only) holds a unit printed in the cell. `place` names the cells in order, as
    extract/place.py writes them, so that every figure can be found in the archived bytes.
    """

    table: TableCode
    code: str
    members: tuple[str, ...]
    raws: tuple[str | None, ...]
    values: tuple[Number | None, ...]
    states: tuple[State, ...]
    place: str = ""
    units: tuple[str | None, ...] = ()

    @property
    def cell_places(self) -> tuple[str, ...]:
        """Where each member stands, as it is written; the same for all where the row does not settle it."""
        return split(self.place, len(self.members))

    @property
    def places(self) -> tuple[Place | None, ...]:
        """Where each member stands; None where that is not known."""
        return tuple(map(read_place, self.cell_places))


Period = Literal["year", "cumulative"]


class Indicator(NamedTuple):
    """One figure of the statistics of a report before 2019: of the year, or of all years up to it.

    `line` counts the lines of the table from 1; `code` is "" where nobody named the label; `raw` is None where the
    line has no such cell.
    """

    line: int
    code: str
    label: str
    period: Period
    raw: str | None
    value: Number | None
    state: State
    unit: str = ""
    place: str = ""


class Evidence(NamedTuple):
    """What one place says of the body and the year; "" and None where it does not say.

    `source`: `metadata` of the page, `title` in the article, `sentence` that publishes the report, `compiler`,
    `period`, `prose` of the first section, `quoted` in a sentence, `list` (a title known from elsewhere); where none of
    these names a body, `source`, `crumb` and `signature` of the page.
    `text` is as printed.
    """

    source: str
    strong: bool
    agency_name: str
    year: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the six sections: `number` 1–6, the heading as printed, its prose (paragraphs joined by newline).

    Number 0 is what stands above the first heading. The text begins at character `offset` of the document's paragraph
    `paragraph`, both from 0; each of its lines is one paragraph. `pages` are (character of the text, page from 1): the
    page on which it begins, and where further ones do; empty where the document has none.
    """

    number: int
    heading: str
    text: str
    paragraph: int = 0
    offset: int = 0
    pages: tuple[tuple[int, int], ...] = ()

    def page(self, at: int) -> int | None:
        """The page on which a character of the text stands, from 1."""
        return next((page for start, page in reversed(self.pages) if start <= at), None)

    def place(self, start: int, end: int) -> str:
        """Where characters of the text stand in the document, as extract/place.py writes it."""
        before = self.text[:start]
        lines = before.count("\n")
        begins = start - (before.rfind("\n") + 1) + (0 if lines else self.offset)
        return str(TextSpan(self.paragraph + lines, begins, begins + end - start))


@dataclass(frozen=True, slots=True)
class Report:
    """One reading of one document. `forms` maps a table that was found to the name it has in its form.

    `rows` holds every row of each table found (missing rows too, in state `missing`); `subtotals` the numbers
    printed beside group labels. `spent` names identities used to choose a reading: `t3.row_sum[processed]`.
    `titled`: the title stands on its own (not only in a sentence). `altered`: words of the form printed otherwise.
    `evidence` is what body and year rest on; `weak`: on nothing strong, or on what other evidence contradicts.
    `indicators`, named by `indicator_form`, are those of a report before the forms. `ways`: how it was read twice, with
    the number of figures on which both `agreed` and `differed`; empty: once. `once`: the rows of which that is not so.
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
    evidence: tuple[Evidence, ...] = ()
    weak: bool = False
    indicators: tuple[Indicator, ...] = ()
    indicator_form: str = ""
    ways: tuple[str, ...] = ()
    agreed: int = 0
    differed: int = 0
    once: tuple[str, ...] = ()

    def read_twice(self, table: str, code: str) -> bool:
        """Whether two readings agree on all that a row states; the table of subtotals is S3."""
        return bool(self.ways) and row_name(table, code) not in self.once

    @property
    def doubt(self) -> Doubt | Literal[""]:
        """Why the document may not have been read whole, so that what is absent may be our fault; "" where it was."""
        return next((doubt for one in self.problems if (doubt := doubt_of(one))), "")

    @property
    def template(self) -> str:
        """The form's id, or `<表二>+<表三>` where they are of two; the form of whichever table was found."""
        return self.indicator_form or FORMS.template(self.forms)

    @property
    def before_forms(self) -> bool:
        """Whether the report is of a year in which none of the forms was due, and has none of their tables."""
        return not self.forms and self.year is not None and self.year < FORMS.first_year

    @property
    def status(self) -> str:
        """`complete`: all tables found and every cell read; `unreadable`: no table; else `partial`.

        Before the forms nothing but the indicators that are there can be asked for.
        """
        if self.before_forms:
            return "complete" if UNREAD.isdisjoint(one.state for one in self.indicators) else "partial"
        if not self.forms:
            return "unreadable"
        unread = not UNREAD.isdisjoint(chain.from_iterable([row.states for row in self.rows]))
        return "partial" if unread or len(self.forms) < len(TABLES) else "complete"


def row_name(table: str, code: str) -> str:
    """`T3[granted]`."""
    return f"{table}[{code}]"


def cell_name(table: str, row: str, member: str) -> str:
    """`T3[granted,total]`: how a cell is written wherever a person or a program meets one."""
    return f"{table}[{row},{member}]"
