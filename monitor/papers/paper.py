"""A paper as its parts: headings, paragraphs, tables, charts; what writes Word and pages knows nothing else of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.papers.chart import Chart
from monitor.words.terminal import inert

Align = Literal["left", "right", "center"]
Role = Literal["text", "note", "subtitle", "sign", "remark"]
LINKS = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.IGNORECASE)
MOST_ROWS = 20_000  # of one table: more is for a workbook


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; `url` makes it a link (http, https alone), `mark` sets the figure in doubt off."""

    text: str
    url: str = ""
    bold: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `note` stands small below what it is of, a `remark` is set off."""

    runs: tuple[Run, ...]
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how wide it is beside the others, how its cells are set."""

    title: str
    width: float = 1.0
    align: Align = "left"


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table whose headings stand on every page. A cell holds lines of text; `caption` stands above."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart. `table` has its figures and stands there where no chart can be drawn (None: a table beside it has them);
    `said` tells it in words.
    """

    chart: Chart
    caption: str
    table: DataTable | None
    said: str


@dataclass(frozen=True, slots=True)
class Turn:
    """From here on a new page, across (landscape) or upright."""

    landscape: bool


Part = Heading | Paragraph | DataTable | Picture | Turn


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. Every text is inert; `footer` stands below each page, before the number."""

    title: str
    language: str
    parts: tuple[Part, ...]
    footer: str = ""


def clean(text: object) -> str:
    """Foreign text as one line that cannot act."""
    return "" if text is None else inert(" ".join(str(text).split()))


def run(text: object, url: str | None = None, *, bold: bool = False, mark: bool = False) -> Run:
    """A piece of text, made inert; what is no web address leads nowhere."""
    return Run(clean(text), linked(url), bold, mark)


def linked(url: str | None) -> str:
    """The address where it is one that a paper may lead to; "" otherwise."""
    return url if url and LINKS.fullmatch(url) else ""


def cell(text: object, url: str | None = None, *, bold: bool = False) -> Cell:
    """A cell with one line."""
    return (run(text, url, bold=bold),)


def paragraph(text: object, role: Role = "text") -> Paragraph:
    """A paragraph of one piece."""
    return Paragraph((run(text),), role)


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell | object]], caption: str = "") -> DataTable:
    """A table; what is no cell yet is made one."""
    return DataTable(
        tuple(columns),
        tuple(tuple(one if isinstance(one, tuple) else cell(one) for one in row) for row in rows[:MOST_ROWS]),
        caption,
    )
