"""PDF: a page whose text stands sideways or on its head is read like an upright one, and its places are those shown."""

import io
from collections.abc import Sequence
from functools import lru_cache

import pypdfium2
import pypdfium2.raw
import pytest

from extract.model import Report, cell_name
from extract.place import PageBox
from extract.readers._pdf_page import Box, Turn
from extract.run import read_report
from tests.extract.pdf_pages import Small, printed, sample

TURNS = (90, 180, 270)


def turned(body: bytes, by: int, rotate: int = 0, pages: Sequence[int] = ()) -> bytes:
    """These pages, else all, with what stands on them turned clockwise, and shown by `rotate`."""
    pdf = pypdfium2.PdfDocument(body)
    for number in range(len(pdf)):
        if pages and number + 1 not in pages:
            continue
        page = pdf[number]
        left, bottom, right, top = page.get_mediabox()
        width, height = right - left, top - bottom
        matrix = {
            0: (1, 0, 0, 1, 0, 0),
            90: (0, -1, 1, 0, 0, width),
            180: (-1, 0, 0, -1, width, height),
            270: (0, 1, -1, 0, height, 0),
        }[by]
        pypdfium2.raw.FPDFPage_TransFormWithClip(page.raw, pypdfium2.raw.FS_MATRIX(*matrix), None)
        if by in (90, 270):
            page.set_mediabox(0, 0, height, width)
            page.set_cropbox(0, 0, height, width)
        page.set_rotation(rotate)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@lru_cache(maxsize=2)
def whole(*, ruled: bool = True) -> bytes:
    return printed(sample(3, 2024), ruled=ruled)


def read(body: bytes) -> Report:
    report = read_report(body, "年报.pdf")
    assert isinstance(report, Report), report
    return report


def figures(body: bytes) -> dict[str, tuple[object, str]]:
    return {
        cell_name(row.table, row.code, member): (value, state)
        for row in read(body).rows
        for member, value, state in zip(row.members, row.values, row.states, strict=True)
    }


@lru_cache(maxsize=1)
def upright() -> dict[str, tuple[object, str]]:
    return figures(whole())


@pytest.mark.parametrize("by", TURNS)
@pytest.mark.parametrize("ruled", [True, False])
def test_a_report_on_its_side_or_its_head_is_read_as_the_upright_one(by: int, ruled: bool) -> None:
    assert figures(turned(whole(ruled=ruled), by)) == upright()


@pytest.mark.parametrize("by", TURNS)
def test_a_page_that_is_turned_for_show_is_read_whether_its_text_is_turned_as_well_or_not(by: int) -> None:
    assert figures(turned(whole(), by, 360 - by)) == upright()
    assert figures(turned(whole(), 0, by)) == upright()


@pytest.mark.parametrize(("by", "rotate"), [(90, 0), (270, 0), (270, 90), (0, 90)])
def test_one_page_on_its_side_among_upright_ones_is_read(by: int, rotate: int) -> None:
    assert figures(turned(whole(), by, rotate, [2])) == upright()


@pytest.mark.parametrize("by", TURNS)
def test_a_table_on_its_side_below_upright_words_is_read_and_these_too(by: int) -> None:
    matrix = {90: (0, -1, 1, 0, -240, 700), 180: (-1, 0, 0, -1, 595, 842), 270: (0, 1, -1, 0, 842, 0)}[by]
    page = Small(figures=("51", "10", "11", "18", "26", "66"), matrix=matrix)
    page.canvas.transform(*pdf_inverse(matrix))
    for line in range(3):
        page.text(60, 40 + 20 * line, "本表由示例县财政局填报，数据统计期限为一年。")
    found = figures(page.done())
    assert found["T2[government_rules,made]"] == (51, "number")
    assert found["T2[normative_documents,in_force]"] == (66, "number")


def pdf_inverse(matrix: Sequence[float]) -> tuple[float, ...]:
    a, b, c, d, e, f = matrix
    whole = a * d - b * c
    return (d / whole, -b / whole, -c / whole, a / whole, (c * f - d * e) / whole, (b * e - a * f) / whole)


@pytest.mark.parametrize("angle", [90, 180, 270, 30])
def test_a_figure_that_is_turned_in_an_upright_table_is_illegible_not_blank(angle: int) -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    x, y = page.at(0, 0)
    page.canvas.saveState()
    page.canvas.translate(x, 842 - y)
    page.canvas.rotate(angle)
    page.text(0, 842, "61")
    page.canvas.restoreState()
    assert figures(page.done())["T2[government_rules,made]"] == (None, "illegible")


def test_labels_that_run_down_their_cells_take_nothing_from_the_figures() -> None:
    page = Small(figures=("5", "0", "11", "8", "26", "66"))
    page.canvas.saveState()
    page.canvas.translate(60, 500)
    page.canvas.rotate(90)
    for line in range(3):
        page.text(0, 842 + 15 * line, "三、本年度办理结果（一）予以公开（二）部分公开")
    page.canvas.restoreState()
    assert figures(page.done())["T2[government_rules,made]"] == (5, "number")


@pytest.mark.parametrize("by", TURNS)
def test_places_are_those_of_the_page_as_it_is_shown(by: int) -> None:
    def place(body: bytes) -> PageBox:
        found = next(one for row in read(body).rows if row.table == "T2" for one in row.places)
        assert isinstance(found, PageBox)
        return found

    first, shown = place(whole()), place(turned(whole(), by))
    width, height = 595, 842
    left, top, right, bottom = first[1:]
    wanted = {
        90: (height - bottom, left, height - top, right),
        180: (width - right, height - bottom, width - left, height - top),
        270: (top, width - right, bottom, width - left),
    }[by]
    assert shown.page == first.page
    assert all(abs(one - other) <= 2 for one, other in zip(shown[1:], wanted, strict=True)), (shown, wanted)


def test_turning_a_box_four_times_gives_it_back() -> None:
    box = Box(10, 20, 60, 40)
    found = box
    for width, height in ((842.0, 595.0), (595.0, 842.0)) * 2:
        found = Turn(90, width, height).shown(found)
    assert found == box
