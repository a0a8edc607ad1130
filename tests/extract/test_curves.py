"""Figures of which no text tells, as where text was turned into curves: the cell is illegible, never blank."""

from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4

from extract.content import DOUBT, Grid
from tests.extract.pdf_pages import XS, YS, Small
from tests.extract.test_pdf_struck import CELL, states
from tests.extract.test_word_cells import figure
from tests.extract.test_word_reader import content
from tests.extract.word_files import cell, field, plain, row, run, table

Draw = Callable[[Small], None]
REST = ("0", "11", "8", "26", "66")
SEGMENTS = {"1": ((4, 0, 0.7, 3.5), (4, 3.5, 0.7, 3.5)), "4": ((0, 3.5, 0.7, 3.5), (0, 3.2, 4, 0.7), (4, 0, 0.7, 7))}


def _foot(page: Small) -> tuple[float, float]:
    return page.at(0, 0)[0], A4[1] - page.at(0, 0)[1]


def ring(page: Small) -> None:
    x, y = _foot(page)
    path = page.canvas.beginPath()
    for by in (0.0, 0.7):  # outside and inside of a zero
        path.moveTo(x + by, y + 3)
        path.curveTo(x + by, y + 7 - by, x + 3 - by, y + 7 - by, x + 3 - by, y + 3)
        path.curveTo(x + 3 - by, y - 1 + by, x + by, y - 1 + by, x + by, y + 3)
        path.close()
    page.canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def two_bars(page: Small) -> None:
    x, y = _foot(page)
    path = page.canvas.beginPath()
    path.rect(x, y, 1, 7)
    path.rect(x + 5, y, 1, 7)
    page.canvas.drawPath(path, stroke=0, fill=1)


def bar(page: Small, by: float = 0.0) -> None:
    page.canvas.rect(_foot(page)[0] + by, _foot(page)[1], 0.8, 7, stroke=0, fill=1)


def flagged_one(page: Small) -> None:
    x, y = _foot(page)
    path = page.canvas.beginPath()
    for at, (right, up) in enumerate(((1.4, 0), (2.2, 0), (2.2, 7), (1.6, 7), (0, 5.2), (0, 4.6), (1.4, 5.8))):
        (path.lineTo if at else path.moveTo)(x + right, y + up)
    path.close()
    page.canvas.drawPath(path, stroke=0, fill=1)


def by_a_pen(page: Small) -> None:
    x, y = _foot(page)
    page.canvas.line(x, y, x, y + 7)


def segments(page: Small) -> None:
    x, y = _foot(page)
    for right, up, width, height in SEGMENTS["1"] + SEGMENTS["4"]:
        page.canvas.rect(x + right, y + up, width, height, stroke=0, fill=1)


def dash(page: Small) -> None:
    page.canvas.rect(_foot(page)[0], _foot(page)[1] + 3, 5, 0.7, stroke=0, fill=1)


@pytest.mark.parametrize("draw", [ring, two_bars, bar, flagged_one, by_a_pen, segments, dash])
def test_a_figure_drawn_as_paths_is_illegible_and_its_neighbours_are_read(draw: Draw) -> None:
    page = Small(figures=("", *REST))
    draw(page)
    found = states(page.done())
    assert found.pop(CELL)[1] == "illegible"
    assert sorted(one for one in found.values() if one[1] != "missing") == sorted((one, "number") for one in REST)


def test_a_bar_beside_a_figure_may_be_a_digit_of_it() -> None:
    page = Small()
    bar(page, 7)
    assert states(page.done())[CELL][1] == "illegible"


def underlined(page: Small) -> None:
    x, y = _foot(page)
    page.canvas.line(x, y - 1.5, x + 8, y - 1.5)


def framed(page: Small) -> None:
    x, y = _foot(page)
    page.canvas.setFillGray(0.9)
    page.canvas.rect(x - 2, y - 2, 10, 11, stroke=1, fill=1)
    page.canvas.setFillGray(0)
    page.text(x, page.at(0, 0)[1], "1")


def dotted_border(page: Small) -> None:
    for y in range(YS[1], YS[2], 4):
        page.canvas.line(XS[2] + 0.5, A4[1] - y, XS[2] + 0.5, A4[1] - y - 2.5)


def dots(page: Small) -> None:
    for at in range(4):
        page.canvas.rect(_foot(page)[0] + 4 * at, _foot(page)[1], 0.6, 0.6, stroke=0, fill=1)


@pytest.mark.parametrize(
    ("draw", "figure", "told"),
    [
        (underlined, "1", "number"),
        (framed, "1", "number"),
        (dotted_border, "1", "number"),
        (dotted_border, "", "blank"),
        (dots, "", "blank"),
    ],
)
def test_what_is_no_part_of_a_sign_leaves_a_cell_as_it_is(draw: Draw, figure: str, told: str) -> None:
    page = Small(figures=(figure, *REST))
    draw(page)
    assert states(page.done())[CELL] == (figure, told)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (field("=SUM(ABOVE)", None, "/>"), (None, "illegible")),
        (field("=SUM(ABOVE)", "", "/>"), (None, "illegible")),
        (field(" MERGEFIELD 件数 ", None, "/>"), (None, "illegible")),
        (field(" REF 合计 ", None, "/>"), (None, "illegible")),
        (run("1") + field(" DOCPROPERTY x ", None, "/>"), (None, "illegible")),
        ('<w:fldSimple w:instr="=SUM(ABOVE)"/>', (None, "illegible")),
        ('<w:fldSimple w:instr=" MERGEFIELD x "/>', (None, "illegible")),
        (field(" MERGEFIELD 件数 ", "", "/>"), (None, "blank")),
        (field(' XE "公开" ', None, "/>"), (None, "blank")),
        (run("12") + field(" TC 甲 ", None, "/>"), (12, "number")),
        (run("12") + '<w:fldSimple w:instr="SET x 5"/>', (12, "number")),
        (field("=SUM(LEFT)", "12", "/>"), (12, "number")),
        (field("IF " + field("DOCPROPERTY x", None, "/>") + " = 5", "12", "/>"), (12, "number")),
    ],
)
def test_a_field_that_was_never_asked_is_not_blank(inside: str, told: tuple[object, str]) -> None:
    assert figure(f"<w:p>{inside}</w:p>") == told


def _nested(*rows: str, around: str = "") -> str:
    return plain(around) + table(*rows) + plain("")


def _outer(inside: str) -> str:
    """The text of a cell in a row of five."""
    cells = [cell(plain(text)) for text in "1234"]
    outer = content(table(row(cell(plain("甲")), *cells), row(cell(inside), *cells))).blocks[0]
    assert isinstance(outer, Grid)
    return outer.rows[1].texts[0]


@pytest.mark.parametrize(
    "inside",
    [
        _nested(row(cell(plain("3")), cell(plain("0")))),
        _nested(row(cell(plain("3"))), row(cell(plain("0")))),
        _nested(row(cell(plain("3")), cell(plain("")), cell(plain("")), cell(plain("0")))),
        _nested(row(cell(_nested(row(cell(plain("3")), cell(plain("0"))))), cell(plain("")))),
        _nested(row(cell(plain("3")), cell(plain("0"))), around="1"),
    ],
)
def test_a_cell_that_holds_a_table_of_figures_is_not_blank(inside: str) -> None:
    assert _outer(inside).startswith(DOUBT)


def test_a_cell_that_holds_an_empty_table_is_blank() -> None:
    assert _outer(_nested(row(cell(plain("")), cell(plain(""))))) == ""


def test_a_cell_of_words_with_a_table_in_it_keeps_them() -> None:
    assert _outer(_nested(row(cell(plain("3")), cell(plain("0"))), around="规章")) == "规章"
