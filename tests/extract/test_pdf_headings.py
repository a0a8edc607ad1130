"""PDFs whose tables have no rules: what stands in a column is known by the words above it, wherever they broke."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench._judge import judged
from bench._papers import Paper, pdf
from bench._traps import drawing, sheets
from bench._traps.wording import Draft, as_made, swapped
from extract.model import Report
from extract.reading import read_report
from monitor.samples import make_history
from tests.monitor.fonts import HAS_FONT

Printer = Callable[[Draft], bytes]


def by_signs(draft: Draft) -> bytes:
    """Narrow columns, headings on two lines and closer than words; the header cut by a page in one of the forms."""
    return drawing.wps_like(sheets.pages_of(draft, sheets.Taste(ruled=False)))


def by_lines(draft: Draft) -> bytes:
    return pdf(draft, "unruled")


def kinds(draft: Draft, body: bytes) -> dict[str, int]:
    found = [one.kind for one in judged(Paper(draft.report, "pdf", "", "a.pdf", body, draft.figures), read(body))]
    return {kind: found.count(kind) for kind in set(found)}


def read(body: bytes) -> Report:
    found = read_report(body, "a.pdf")
    assert isinstance(found, Report)
    return found


@pytest.mark.parametrize("printer", [by_signs, by_lines])
@pytest.mark.parametrize("year", [2020, 2023])
def test_columns_in_another_order_are_read_below_their_headings(printer: Printer, year: int) -> None:
    [report] = make_history(700, "示例县财政局", [year], dense=True)
    draft = swapped(report)
    body = printer(draft)
    assert kinds(draft, body) == {"exact": len(draft.figures)}
    found = read(body)
    assert found.ways == ("boxes", "stream")
    in_order = read(printer(as_made(report)))
    assert found.differed == 0
    # Read twice as far as the form's own order is; where boxes stand for a font, lines are told apart by less.
    assert found.agreed == in_order.agreed or (not HAS_FONT and 0 < found.agreed < in_order.agreed)


@pytest.mark.parametrize("lost", ["商业企业", "科研机构"])
@pytest.mark.parametrize("printer", [by_signs, by_lines])
def test_a_column_whose_heading_is_another_is_not_read(printer: Printer, lost: str) -> None:
    [report] = make_history(700, "示例县财政局", [2023], dense=True)
    draft = swapped(report)
    body = tuple(
        block
        if isinstance(block, str)
        else tuple(
            tuple(replace(cell, label="外国企业") if cell.label == lost else cell for cell in row) for row in block
        )
        for block in draft.body
    )
    found = kinds(draft, printer(replace(draft, body=body)))
    assert "wrong" not in found
    assert found["unread"] == 175


@pytest.mark.parametrize("printer", [by_signs, by_lines])
def test_a_swapped_header_over_figures_of_the_form_is_what_counts(printer: Printer) -> None:
    """Only the header of one paper and the figures of the other: what is printed below a heading is that heading's."""
    [report] = make_history(700, "示例县财政局", [2023], dense=True)
    other, plain = swapped(report), as_made(report)
    mixed = tuple(
        one
        if isinstance(one, str) or isinstance(two, str)
        else tuple(
            tuple(replace(a, name=b.name) if a.name else a for a, b in zip(row, beside, strict=True))
            for row, beside in zip(one, two, strict=True)
        )
        for one, two in zip(other.body, plain.body, strict=True)
    )
    body = printer(replace(other, body=mixed))
    found = read(body)
    row = next(row for row in found.rows if (row.table, row.code) == ("T3", "received"))
    at = row.members.index("business"), row.members.index("research")
    assert [row.raws[one] for one in at] == [plain.printed(f"T3[received,{name}]") for name in ("research", "business")]
