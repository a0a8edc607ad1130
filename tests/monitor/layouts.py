"""Correct reports of two years in a row, printed in every layout that is read whole today: what the deletions start from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.model import cell_name
from monitor.samples import SampleReport, make_history
from monitor.samples.prose import HEADINGS
from tests.extract import forms_printed as printed
from tests.extract.forms_printed import GROUPS, TRACKS, Cell, Figures, Table

BODY = "青石市水务局"
YEARS = {"2019": (2019, 2020), "2021": (2022, 2023)}
OVERVIEW = "本机关全年依法公开政府信息，按时答复申请。"
PROBLEMS = "公开的主动性有待提高，今后将加强培训。"
OTHERS = "本年度发出收费通知若干件，收取信息处理费若干元，没有其他需要报告的事项。"

Printer = Callable[[Table], str]


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Two reports printed alike: `texts` by year. `cells` is how a cell is set apart in it: see tests/monitor/faults.py."""

    name: str
    form: str
    cells: str
    texts: Mapping[int, str]
    unstated: bool = False  # some cells are empty, or struck out

    @property
    def file(self) -> str:
        return "report.html" if self.cells == "html" else "report.txt"


class Samples(Protocol):
    """Which reports of a form are printed; with `zeros`, not every figure is above 0."""

    def __call__(self, form: str, *, zeros: bool = False) -> tuple[SampleReport, ...]: ...


@cache
def sound(form: str, *, zeros: bool = False) -> tuple[SampleReport, ...]:
    """Reports of two years that add up and follow from each other; with `zeros`, not every kind of applicant applied."""
    return tuple(_without_corrections(one) for one in make_history(7, BODY, YEARS[form], form=form, dense=not zeros))


def _without_corrections(sample: SampleReport) -> SampleReport:
    """A corrected decision is worth telling, and nothing may be told of these reports."""
    moved: dict[str, int] = {}
    for track in TRACKS:
        corrected, upheld = (cell_name("T4", track, member) for member in ("corrected", "upheld"))
        moved |= {corrected: 0, upheld: sample.count(upheld) + sample.count(corrected)}
    return sample.with_cells(moved)


def figures_of(sample: SampleReport, zero: str = "0") -> Figures:
    """What is printed in each cell; `zero` for a count of none."""
    figures = {name: sample.printed(name) for name in sample.cells}
    return Figures({name: zero if text == "0" and name[:2] != "T2" else text for name, text in figures.items()})


def with_subtotals(figures: Figures, form: str) -> Table:
    """表三 with the sum of each group beside its label, on a row of its own."""
    table: Table = []
    for row in printed.applications(figures, form):
        at = next((at for at, cell in enumerate(row) if cell.text in GROUPS.values() and cell.rowspan > 1), None)
        if at is not None:
            group = next(code for code, label in GROUPS.items() if label == row[at].text)
            parts = [code for code in printed.leaves(form) if code.startswith(f"{group}.")]
            texts = [[figures(cell_name("T3", part, member)) for part in parts] for member in MEMBERS]
            sums = [sum(int(text) for text in column if text.isdecimal()) for column in texts]
            table.append([*row[:at], Cell(row[at].text, 2), *(Cell(str(number)) for number in sums)])
            row = row[at + 1 :]
            row = [Cell(row[0].text, 2), *row[1:]]
        elif len(row) == len(MEMBERS) + 1 and row[0].colspan == 1:
            row = [Cell(row[0].text, 2), *row[1:]]
        table.append(row)
    taller = len(GROUPS) - (form == "2019")
    return [
        [
            Cell(cell.text, cell.colspan, cell.rowspan + taller) if cell.text == "三、本年度办理结果" else cell
            for cell in row
        ]
        for row in table
    ]


def by_lines(figures: Figures) -> Table:
    """表四 as a line for each track, its label before its figures."""
    heads = [Cell(text) for text in printed.TRACK_HEADS]
    rows = [
        [Cell(label), *(figures.cell("T4", track, member) for member in TRACK_MEMBERS)]
        for track, label in zip(TRACKS, printed.TRACK_LABELS, strict=True)
    ]
    return [[Cell(""), *heads], *rows]


def plain_rows(figures: Figures, form: str) -> Table:
    """表三 without merged cells: each line is its label and its seven figures."""
    rows = printed.applications(figures, form)[3:]
    heads = [Cell(printed.RELATION), *(Cell(text) for text in printed.MEMBER_HEADS)]
    return [heads, *([Cell(row[-8].text), *row[-7:]] for row in rows)]


def spare_column(table: Table) -> Table:
    """表三 with an empty column between the labels and the figures."""
    size = len(MEMBERS)
    return [*table[:3], *([*row[:-size], Cell(""), *row[-size:]] for row in table[3:])]


def page_of(form: str, year: int, parts: tuple[str, str, str]) -> str:
    """An HTML page of a whole report."""
    title = f"{BODY}{year}年政府信息公开工作年度报告"
    headings = [f"<p>{text}</p>" for text in HEADINGS[form]]
    prose = [f"<p>{text}</p>" for text in (OVERVIEW, PROBLEMS, OTHERS)]
    blocks = zip(headings, (prose[0], *parts, prose[1], prose[2]), strict=True)
    body = "\n".join(f"{heading}\n{block}" for heading, block in blocks)
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head>\n<body><h1>{title}</h1>\n{body}</body></html>"
    )


def text_of(form: str, year: int, parts: tuple[str, str, str]) -> str:
    """A plain text of a whole report."""
    between = "\n\n"
    title = f"{BODY}{year}年政府信息公开工作年度报告"
    blocks = zip(HEADINGS[form], (OVERVIEW, *parts, PROBLEMS, OTHERS), strict=True)
    return between.join([title, *(f"{heading}{between}{block}" for heading, block in blocks)]) + "\n"


def headed(table: Table) -> str:
    """With <thead>, <th> and the text of a cell as Word writes it."""
    whole = printed.html(table, printed.word)
    first, second, rest = whole.partition("</tr>")
    head = first.replace("<td", "<th").replace("</td>", "</th>").replace("<tbody>", "<thead>")
    return f"{head}{second}</thead><tbody>{rest}"


def split(table: Table) -> str:
    """Two tables, as a page break leaves them: the header stands above both."""
    at = len(table) // 2 + 2
    return printed.html(table[:at]) + "<p></p>" + printed.html([*table[:3], *table[at:]])


def nested(table: Table) -> str:
    """A table in the cell of a table that only frames it."""
    return f"<table><tr><td>{printed.html(table, printed.wps)}</td></tr></table>"


def _printers(form: str) -> dict[str, tuple[str, Callable[[Figures], tuple[str, str, str]]]]:
    """Each layout by name: how its cells are set apart, and its three tables."""

    def all_three(write: Printer) -> Callable[[Figures], tuple[str, str, str]]:
        return lambda figures: (
            write(printed.disclosure(figures, form)),
            write(printed.applications(figures, form)),
            write(printed.remedies(figures)),
        )

    def others(
        write: Printer, third: Callable[[Figures], Table], fourth: Callable[[Figures], Table] = printed.remedies
    ) -> Callable[[Figures], tuple[str, str, str]]:
        return lambda figures: (write(printed.disclosure(figures, form)), write(third(figures)), write(fourth(figures)))

    subtotals, plain = partial(with_subtotals, form=form), partial(plain_rows, form=form)
    first = partial(printed.applications, form=form, total_first=True)
    return {
        "html": ("html", all_three(printed.html)),
        "html, head": ("html", all_three(headed)),
        "html, total first, tracks below each other": (
            "html",
            others(partial(printed.html, cell=printed.wps), first, printed.remedies_by_track),
        ),
        "html, subtotals": ("html", others(printed.html, subtotals, by_lines)),
        "html, split": ("html", all_three(split)),
        "html, nested": ("html", all_three(nested)),
        "html, no merged cells": ("html", others(printed.html, plain, by_lines)),
        "html, spare column": ("html", others(printed.html, lambda figures: spare_column(first(figures)))),
        "tabs": ("tabs", all_three(printed.tabs)),
        "tabs, subtotals": ("tabs", others(printed.tabs, subtotals, by_lines)),
        "tabs, no merged cells": ("tabs", others(printed.tabs, plain, printed.remedies_by_track)),
        "markdown": ("bars", all_three(printed.markdown)),
        "a cell a line, bars": ("bar lines", all_three(printed.bars)),
        "a cell a line, bars on their own": ("bar lines", all_three(partial(printed.bars, own_line=True))),
        "a cell a line": ("lines", all_three(printed.cell_lines)),
        "columns of spaces": ("spaces", all_three(printed.aligned)),
        "columns of spaces, no merged cells": ("spaces", others(printed.aligned, plain, by_lines)),
        "running text": ("words", all_three(lambda table: " ".join(cell.text for row in table for cell in row))),
    }


# Layouts whose reports leave their zeros empty, or strike them out, as well.
ALSO = {
    "html": ("blank", "dash"),
    "html, subtotals": ("blank",),
    "html, no merged cells": ("blank",),
    "html, spare column": ("blank",),
    "html, split": ("dash",),
    "tabs": ("dash",),
    "tabs, subtotals": ("dash",),
}
SIGNS = {"blank": "", "dash": "—"}


@cache
def layouts(samples: Samples = sound) -> tuple[Layout, ...]:
    """Every layout of every form; `samples` are what is printed in them."""
    found = []
    for form in YEARS:
        for name, (cells, three) in _printers(form).items():
            for sign in ("", *ALSO.get(name, ())):
                whole = page_of if cells == "html" else text_of
                texts = {
                    one.year: whole(form, one.year, three(figures_of(one, SIGNS.get(sign, "0"))))
                    for one in samples(form, zeros=bool(sign))
                }
                words = f", zeros: {sign}" if sign else ""
                found.append(Layout(f"{form}: {name}{words}", form, cells, texts, unstated=bool(sign)))
    return tuple(found)
