"""Where figures stand: looked up in what the reader yields, each place holds the raw text, and no other place does."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from extract.content import Content, Grid
from extract.model import Report, Row
from extract.parse import parse
from extract.place import GridCell, TextSpan, read_place, row_place
from extract.readers import Unreadable, read
from monitor.samples import make_history
from tests.cases import CASES
from tests.cases.documents import all_documents
from tests.cases.pending import PENDING
from tests.corpus import CORPUS
from tests.extract import forms_printed as forms
from tests.extract.forms_printed import Figures
from tests.extract.test_documents import cases, document

UNSETTLED = ("ambiguous", "illegible")
NO_CELL = ("missing", *UNSETTLED)


def printed(content: Content, row: Row, at: int) -> str:
    """What the content holds at the place of one figure, found without the code that is tried."""
    written = row.place.split(";")
    if len(written) == 1:
        words, _, numbers = row.place.rpartition(" ")
        written = [f"{words} {numbers[0]}{one}" for one in numbers[1:].split(",")]
    assert len(written) == len(row.members), f"{row.place} does not name {len(row.members)} cells"
    if found := re.fullmatch(r"g(\d+) r(\d+) c(\d+)", written[at]):
        grids = [block for block in content.blocks if isinstance(block, Grid)]
        cells = grids[int(found[1])].rows[int(found[2])]
        return cells.texts[cells.columns.index(int(found[3]))]
    found = re.fullmatch(r"p(\d+) s(\d+)-(\d+)", written[at])
    assert found, written[at]
    paragraphs = [block for block in content.blocks if isinstance(block, str)]
    return paragraphs[int(found[1])][int(found[2]) : int(found[3])]


def begins(content: Content, row: Row) -> bool:
    """Whether the raw text of a row that is not settled begins where its place says."""
    [place] = set(row.places)
    raw = " ".join((row.raws[0] or "").split())
    if isinstance(place, TextSpan):
        paragraphs = [block for block in content.blocks if isinstance(block, str)]
        rest = " ".join(paragraphs[place.paragraph :])[place.start :]
        return "".join(rest.split()).startswith("".join(raw.split()))
    assert isinstance(place, GridCell), row.place
    assert place.column is None
    grid = [block for block in content.blocks if isinstance(block, Grid)][place.grid]
    first = " ".join(" ".join(grid.rows[place.row].texts).split())
    rest = " ".join(" ".join(" ".join(line.texts) for line in grid.rows[place.row :]).split())
    return 0 <= rest.find(raw) <= len(first)


def misplaced(content: Content, report: Report) -> Iterator[str]:
    """What is wrong with the places of a report: nothing is left out, and no place serves two figures."""
    taken: Counter[str] = Counter()
    for row in (*report.rows, *report.subtotals):
        name = f"{row.table}[{row.code}] at {row.place!r}"
        whole = len(set(row.cell_places)) == 1  # one cell over all columns
        if not whole or len(row.members) == 1:
            taken.update(row.cell_places)
        if {*row.states} <= {"missing"} or (not row.place and {*row.states} <= set(NO_CELL)):
            yield from [f"{name}: what is not there has a place"] if row.place or any(row.raws) else []
        elif {*row.states} <= set(UNSETTLED) and len({*row.places}) == 1:
            yield from (
                [f"{name}: {row.raws[0]} is not there"]
                if "｜" not in str(row.raws[0]) and not begins(content, row)
                else []
            )
        else:
            for at, (member, raw, written) in enumerate(zip(row.members, row.raws, row.cell_places, strict=True)):
                if (found := printed(content, row, at)) != raw:
                    yield f"{name}: {member} is {raw!r}, there stands {found!r}"
                if str(row.places[at]) != written or row_place([read_place(written) or GridCell(-1, -1)]) != written:
                    yield f"{name}: {member} is not written as it is read"
    yield from (f"{place} serves {times} figures" for place, times in taken.items() if place and times > 1)


def settled(report: Report) -> int:
    return sum(value is not None for row in (*report.rows, *report.subtotals) for value in row.values)


# --- layouts of our own, every figure of its own kind ----------------------------------------------------

LAYOUTS: dict[str, Callable[[forms.Table], str]] = {
    "html": forms.html,
    "word": lambda table: forms.html(table, forms.word),
    "wps": lambda table: forms.html(table, forms.wps),
    "tabs": forms.tabs,
    "markdown": forms.markdown,
    "bars": forms.bars,
    "bars_on_lines": lambda table: forms.bars(table, own_line=True),
    "cell_lines": forms.cell_lines,
    "aligned": forms.aligned,
    "spaced": lambda table: "\n".join(" ".join(cell.text for cell in row) for row in table),
    "paragraphs": lambda table: "".join(f"<p>{' '.join(cell.text for cell in row)}</p>" for row in table),
    "paragraph_per_cell": lambda table: "".join(f"<p>{cell.text}</p>" for row in table for cell in row),
    "one_paragraph": lambda table: f"<p>{' '.join(cell.text for row in table for cell in row)}</p>",
}
PAGES = ("html", "word", "wps", "paragraphs", "paragraph_per_cell", "one_paragraph")
FOURTH = {"one_row": forms.remedies, "by_track": forms.remedies_by_track}


@pytest.mark.parametrize("fourth", FOURTH)
@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_figure_stands_where_it_is_said_to(layout: str, form: str, fourth: str) -> None:
    figures, draw = Figures(numbers=count(10_007, 7)), LAYOUTS[layout]
    tables = [
        draw(forms.disclosure(figures, form)),
        draw(forms.applications(figures, form)),
        draw(FOURTH[fourth](figures)),
    ]
    whole = forms.page(*tables) if layout in PAGES else forms.text(*tables)
    content = read(whole.encode(), "a.html" if layout in PAGES else "a.txt")
    report = parse(content)
    assert isinstance(report, Report), report
    assert list(misplaced(content, report)) == []
    assert forms.compare(report, figures).wrong == {}
    # No figure is printed twice: a place one off holds another text, and could not be taken for the right one.
    texts = Counter(re.findall(r"\d+", whole))
    known = [raw for row in report.rows for raw, value in zip(row.raws, row.values, strict=True) if value is not None]
    assert {texts[raw or ""] for raw in known} <= {1}
    assert len(known) > 100, f"too little is read of this layout: {len(known)}"


def test_a_place_one_off_is_seen() -> None:
    """What the test above rests on: every change of one place of one figure is a complaint."""
    figures = Figures()
    content = forms.content(forms.disclosure(figures), forms.applications(figures), forms.remedies(figures))
    report = parse(content)
    assert isinstance(report, Report)
    for number, row in enumerate(report.rows):
        for at, place in enumerate(row.places):
            assert isinstance(place, GridCell)
            for other in _beside(content, place):
                places = [other if one == place else one for one in row.places if one]
                wrong = (*report.rows[:number], row._replace(place=row_place(places)), *report.rows[number + 1 :])
                assert list(misplaced(content, replace(report, rows=wrong))), f"{row.code} {at}: {other}"


def _beside(content: Content, place: GridCell) -> Iterator[GridCell]:
    """The cells left, right, above and below."""
    rows = [block for block in content.blocks if isinstance(block, Grid)][place.grid].rows
    for down, right in ((0, -1), (0, 1), (-1, 0), (1, 0)):
        row, column = place.row + down, (place.column or 0) + right
        if 0 <= row < len(rows) and column in rows[row].columns:
            yield GridCell(place.grid, row, column)


# --- all documents that there are ------------------------------------------------------------------------


@cache
def known() -> dict[str, Path]:
    found = {f"documents/{case.name}": document(case) for case in cases()}
    if CORPUS.is_dir():
        found |= {f"corpus/{path.name}": path for path in sorted(CORPUS.rglob("*.*")) if path.suffix in SUFFIXES}
    if CASES.is_dir():
        found |= {case.name: case.path for case in all_documents() if case.name not in PENDING}
    return found


SUFFIXES = (".html", ".htm", ".txt", ".md")


def contents(path: Path) -> Content | None:
    try:
        return read(path.read_bytes(), path.name)
    except Unreadable:
        return None


def renumbered(content: Content) -> Content:
    """The same document with figures none of which is printed twice."""
    numbers = count(100_003, 7)

    def another(block: str | Grid) -> str | Grid:
        if isinstance(block, str):
            return block
        rows = [
            row._replace(texts=tuple(str(next(numbers)) if text.isdecimal() else text for text in row.texts))
            for row in block.rows
        ]
        return replace(block, rows=tuple(rows))

    return replace(content, blocks=tuple(map(another, content.blocks)))


@pytest.mark.parametrize("name", known())
def test_each_figure_of_a_document_stands_where_it_is_said_to(name: str) -> None:
    content = contents(known()[name])
    report = parse(content) if content else None
    if content is None or not isinstance(report, Report):
        return
    assert list(misplaced(content, report)) == []
    again = renumbered(content)
    other = parse(again)
    if isinstance(other, Report):
        assert list(misplaced(again, other)) == []


def test_the_documents_hold_every_way_to_stand() -> None:
    """Cells of one row and of several lines, spans of running text, rows whose figures are not settled."""
    ways: Counter[str] = Counter()
    for path in known().values():
        content = contents(path)
        report = parse(content) if content else None
        if isinstance(report, Report):
            for row in report.rows:
                several = ";" in row.place
                ways[
                    f"{row.place[:1]}{' of several' if several else ''}{' unsettled' if 'ambiguous' in row.states else ''}"
                ] += 1
    assert {"g", "g of several", "g unsettled", "p", "p unsettled"} <= ways.keys(), ways


@pytest.mark.parametrize("form", ["2019", "2021", "2021+2019"])
@pytest.mark.parametrize("layout", ["word", "plain", "text"])
def test_samples(form: str, layout: str) -> None:
    for sample in make_history(7, "示例市水务局", range(2021, 2024), form=form, dense=True):
        body = sample.text() if layout == "text" else sample.html("word" if layout == "word" else "plain")
        content = read(body.encode(), "a.txt" if layout == "text" else "a.html")
        report = parse(content)
        assert isinstance(report, Report)
        assert list(misplaced(content, report)) == []
        assert settled(report) > 180
