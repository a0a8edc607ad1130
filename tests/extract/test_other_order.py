"""表三 with its organisations in another order: read by the headings where they are certain, else not at all."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from extract.content import Content, Grid, Second
from extract.form.forms import MEMBERS
from extract.model import Report
from extract.parse import parse
from extract.place import GridCell
from extract.readers import read
from extract.reading import read_report
from extract.second_reading import read_again
from monitor.samples import SampleReport, make_history
from monitor.samples.layout import FormTable
from tests.extract import word_files as word

FORMS = {"2021": 2023, "2019": 2020}
NAMES = {
    "business": "商业企业",
    "research": "科研机构",
    "social": "社会公益组织",
    "legal_services": "法律服务机构",
    "other": "其他",
}
ORGANISATIONS = tuple(NAMES)


def sample(year: int = 2023) -> SampleReport:
    return make_history(9, "示例县财政局", [year], dense=True)[0]


def ordered(table: FormTable, order: Sequence[str], *, head: bool = True, body: bool = True) -> FormTable:
    """The table with the columns of its organisations in this order: header, figures or both."""
    rows = []
    for row in table:
        cells = list(row)
        names = [cell.label for cell in cells]
        if head and not any(cell.name for cell in cells) and set(NAMES.values()) <= set(names):
            at = names.index(NAMES["business"])
            cells[at : at + 5] = [replace(cells[at], label=NAMES[member]) for member in order]
        figures = {cell.name.rpartition(",")[2].rstrip("]"): cell for cell in cells if cell.name.startswith("T3")}
        if body and figures:
            at = cells.index(figures["business"])
            cells[at : at + 5] = [figures[member] for member in order]
        rows.append(tuple(cells))
    return tuple(rows)


def page(report: SampleReport, change: object) -> bytes:
    """The report as a page, 表三 changed."""
    body = []
    number = 1
    for block in report.blocks(word=True):
        if isinstance(block, str):
            body.append(f"<p>{block}</p>")
            continue
        number += 1
        tables = change(block) if number == 3 else [block]  # type: ignore[operator]  # one of the functions of the parameters
        body += [drawn(report, one) for one in tables]
    return f"<html><body><h1>{report.title}</h1>{''.join(body)}</body></html>".encode()


def drawn(report: SampleReport, table: FormTable) -> str:
    rows = (
        "".join(
            f'<td colspan="{cell.colspan}" rowspan="{cell.rowspan}">'
            f"{report.printed(cell.name) if cell.name else cell.label}</td>"
            for cell in row
        )
        for row in table
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def reading(report: SampleReport, body: bytes, name: str = "a.html") -> tuple[int, Report]:
    """How many figures of 表三 are stated, each of them as printed."""
    found = read_report(body, name)
    assert isinstance(found, Report), found
    stated = 0
    for row in found.rows:
        for member, raw, value in zip(row.members, row.raws, row.values, strict=True):
            if value is not None:
                assert raw == report.printed(f"{row.table}[{row.code},{member}]"), (row.code, member)
                stated += row.table == "T3"
    return stated, found


def all_of(report: SampleReport) -> int:
    return sum(name.startswith("T3") for name in report.cells)


ORDERS = [
    ("research", "business", "social", "legal_services", "other"),
    ("other", "legal_services", "social", "research", "business"),
    ("business", "research", "social", "other", "legal_services"),
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("year", FORMS.values(), ids=FORMS)
def test_each_figure_is_that_of_the_heading_above_it(year: int, order: Sequence[str]) -> None:
    report = sample(year)
    stated, found = reading(report, page(report, lambda table: [ordered(table, order)]))
    assert (stated, found.problems, found.status) == (all_of(report), (), "complete")
    row = next(row for row in found.rows if row.table == "T3" and row.code == "granted")
    columns = {
        member: place.column
        for member, place in zip(row.members, row.places, strict=True)
        if isinstance(place, GridCell)
    }
    inner = [columns[member] or 0 for member in order]
    assert len(columns) == len(MEMBERS)
    assert all(right == left + 1 for left, right in pairwise(inner))


def test_word_documents_are_read_by_their_headings_as_well() -> None:
    report = sample()
    body = word.report_docx(report, lambda form, text: word.merged(ordered(form, ORDERS[0]), text))
    stated, found = reading(report, body, "a.docx")
    assert (stated, found.problems) == (all_of(report), ())


def split(table: FormTable, order: Sequence[str], at: int, *, again: bool) -> list[FormTable]:
    """Header and rows in two tables; the second with the header once more, or without."""
    moved = ordered(table, order)
    return [moved[:at], ((*moved[:3], *moved[at:]) if again else moved[at:])]


def test_a_header_in_a_table_of_its_own_leaves_the_rows_unread() -> None:
    report = sample()
    stated, found = reading(report, page(report, lambda table: split(table, ORDERS[0], 3, again=False)))
    assert stated == 0
    assert "header_order" in {one.code for one in found.problems}


def test_a_table_that_goes_on_without_a_header_is_left_unread() -> None:
    report = sample()
    stated, found = reading(report, page(report, lambda table: split(table, ORDERS[0], 5, again=False)))
    assert stated == 0
    assert "header_order" in {one.code for one in found.problems}


def test_a_table_that_goes_on_below_its_header_once_more_is_read() -> None:
    report = sample()
    stated, found = reading(report, page(report, lambda table: split(table, ORDERS[0], 5, again=True)))
    assert stated == all_of(report)
    assert not [one for one in found.problems if one.code == "header_order"]


@pytest.mark.parametrize("lost", list(NAMES))
def test_a_header_of_another_order_that_lost_a_word_is_none_to_read_by(lost: str) -> None:
    report = sample()

    def change(table: FormTable) -> list[FormTable]:
        moved = ordered(table, ORDERS[1])
        return [
            tuple(
                tuple(replace(cell, label="") if cell.label == NAMES[lost] else cell for cell in row)
                for row in moved[:3]
            )
            + moved[3:]
        ]

    stated, found = reading(report, page(report, change))
    assert stated == 0
    assert found.status != "complete"


@pytest.mark.parametrize("twice", ["research", "social"])
def test_a_header_that_names_a_member_twice_is_none_to_read_by(twice: str) -> None:
    report = sample()
    order = list(ORDERS[0])
    order[order.index("legal_services")] = twice
    stated, _ = reading(report, page(report, lambda table: [ordered(table, order, body=False)]))
    assert stated == 0


def test_a_row_that_does_not_stand_below_the_headings_is_left_out_and_told() -> None:
    report = sample()
    before = page(report, lambda table: [ordered(table, ORDERS[0])])
    cells = [
        f'<td colspan="1" rowspan="1">{report.printed(f"T3[granted,{member}]")}</td>'
        for member in ("natural_person", *ORDERS[0], "total")
    ]
    shorter = before.replace("".join(cells).encode(), "".join(cells[:-2] + cells[-1:]).encode())
    assert shorter != before
    stated, found = reading(report, shorter)
    assert stated == all_of(report) - len(MEMBERS)
    [told] = [one for one in found.problems if one.code == "header_order"]
    assert told.where == "T3[granted]"


def printed_lines(content: Content) -> list[str]:
    """What a stream of text has: each row of figures as it is printed, without a heading of a column."""
    return [
        " ".join(text for text in row.texts if text)
        for block in content.blocks
        if isinstance(block, Grid)
        for row in block.rows
        if any(text.isdigit() for text in row.texts)
    ]


@pytest.mark.parametrize("year", FORMS.values())
def test_a_reading_without_columns_confirms_figures_by_their_place_in_the_row(year: int) -> None:
    report = sample(year)
    order = ("research", "business", "other", "legal_services", "social")
    content = read(page(report, lambda table: [ordered(table, order)]), "a.html")
    once = parse(content)
    assert isinstance(once, Report)
    lines = printed_lines(content)
    row = next(at for at, line in enumerate(lines) if line.startswith("一、本年新收"))
    *label, one, two = lines[row].split()
    assert one != two
    for changed, differing in ((lines, 0), ([*lines[:row], " ".join([*label, two, one]), *lines[row + 1 :]], 2)):
        second = Content((report.title, "二、主动公开政府信息情况", *changed))
        twice = read_again(once, replace(content, second=Second(("boxes", "stream"), partial(replace, second))))
        assert isinstance(parse(second), Report)
        assert (twice.ways, twice.differed) == (("boxes", "stream"), differing)
        assert twice.agreed >= 7 * 20
