"""A blank strip that a page break cuts off a row is nothing; signs of a list before a label say nothing."""

import pytest

from bench._judge import judged, tally
from bench._papers import Paper
from bench._traps import drawing
from bench._traps.sheets import Taste, pages_of
from bench._traps.wording import as_made, gapped
from extract.content import DOUBT, Grid
from extract.model import Report
from extract.readers._pdf_cells import Table
from extract.readers._pdf_frames import Cell, Frame
from extract.readers._pdf_page import Box
from extract.readers._pdf_stitch import stitched
from extract.reading import read_report
from tests.extract.pdf_pages import sample as of_seed
from tests.extract.test_workbooks import sample

XS = (0.0, 50.0, 100.0, 150.0)


def table(page: int, *rows: tuple[str, str, str]) -> Table:
    ys = tuple(20.0 * at for at in range(len(rows) + 1))
    cells = tuple(
        Cell(row, column, 1, 1, Box(XS[column], ys[row], XS[column + 1], ys[row + 1]), False)
        for row in range(len(rows))
        for column in range(3)
    )
    at = tuple(tuple(range(3 * row, 3 * row + 3)) for row in range(len(rows)))
    return Table(Frame(XS, ys, cells, at), page, [text for row in rows for text in row])


FULL, NEXT, BLANK = ("1.甲", "", "5"), ("2.乙", "3", ""), ("", "", "")


@pytest.mark.parametrize(
    ("above", "below"),
    [((FULL,), (BLANK, NEXT)), ((FULL, BLANK), (NEXT,))],
)
def test_a_blank_strip_on_either_side_of_the_break_is_no_row_and_no_doubt(
    above: tuple[tuple[str, str, str], ...], below: tuple[tuple[str, str, str], ...]
) -> None:
    [grid] = stitched([table(1, *above), table(2, *below)])
    assert isinstance(grid, Grid)
    assert [row.texts for row in grid.rows] == [FULL, NEXT]


def test_a_figure_alone_below_the_break_stays_doubtful() -> None:
    [grid] = stitched([table(1, ("1.甲", "4", "")), table(2, ("", "", "5"), NEXT)])
    assert isinstance(grid, Grid)
    assert any(DOUBT in text for row in grid.rows[:2] for text in row.texts)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("wording", [as_made, gapped])
def test_rows_that_the_page_cuts_are_read_exactly(seed: int, wording: object) -> None:
    report = of_seed(seed, 2023, dense=True)
    assert callable(wording)
    draft = wording(report)
    laid = pages_of(draft, Taste(cut=True))
    for body, name in ((drawing.wps_like(laid), "a.pdf"), (drawing.ofd(laid), "a.ofd")):
        result = read_report(body, name)
        assert isinstance(result, Report)
        count, wrong = tally(judged(Paper(report, "", "", name, body, draft.figures), result))
        assert not wrong
        assert not count["unread"]


@pytest.mark.parametrize("sign", ["•", "● ", "\uf0b7 ", "\uf0d8"])
def test_a_label_behind_the_sign_of_a_list_is_that_label(sign: str) -> None:
    page = sample(2023).html("plain")
    for label in ("（一）予以公开", "（七）总计", "2.重复申请", "行政许可"):
        assert label in page
        page = page.replace(label, sign + label.partition("）")[2] if "）" in label else sign + label)
    report = read_report(page.encode(), "a.html")
    assert isinstance(report, Report)
    assert report.status == "complete"
    assert not report.problems
