"""Where a figure stands in words, and the picture of the page or table with its doubtful cells outlined."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from extract.model import Report
from extract.parse import parse
from extract.place import GridCell, PageBox, SheetCell, TextSpan, row_place
from extract.readers import read
from monitor.drawing.canvas import ORANGE, RED
from monitor.drawing.doubtful import doubtful
from monitor.drawing.form import draw_form
from monitor.drawing.page import draw_page, pages_of
from monitor.samples import SampleReport, make_history
from monitor.words.places import place_words, where_lines
from tests.monitor.fonts import NEEDS_FONT
from tests.monitor.test_cli_road import Gouji

AGENCY = "示例县财政局"
SUSPECT = {"cell": "T3[granted,total]", "value": 11, "rivals": [{"cell": "T3[granted,other]", "value": 4}]}


@pytest.fixture(scope="module")
def sample() -> SampleReport:
    return make_history(7, AGENCY, [2023], dense=True)[0].with_cells({"T3[granted,total]": "9999"})


@pytest.fixture(scope="module")
def report(sample: SampleReport) -> Report:
    result = parse(read(sample.html().encode(), "page.html"))
    assert isinstance(result, Report)
    return result


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (GridCell(1, 4, 3), "第2个表格第5行第4列", "table 2, row 5, column 4"),
        (GridCell(1, 4), "第2个表格第5行", "table 2, row 5"),
        (TextSpan(0, 4, 6), "正文第1段第5–6字", "paragraph 1, characters 5–6"),
        (
            PageBox(2, 72, 100, 110, 116),
            "第2页，距左72–110、距上100–116",
            "page 2, 72–110 from the left, 100–116 from the top",
        ),
        (SheetCell(1, 5, 28), "第1张工作表AB5格", "sheet 1, cell AB5"),
        (None, "不详", "not known"),
    ],
)
def test_places_in_words_count_as_people_count(place: GridCell, zh: str, en: str) -> None:
    assert (place_words(place), place_words(place, "en")) == (zh, en)


def test_every_figure_has_its_place(report: Report) -> None:
    lines = where_lines(report)
    assert len(lines) == sum(len(row.members) for row in report.rows)
    assert ("（一）予以公开 · 总计", "9999", "第2个表格第6行第10列") in lines
    assert not [line for line in lines if line[2] == "不详"]


def test_suspects_come_first_and_unread_cells_are_there(report: Report) -> None:
    rows = tuple(
        row._replace(states=("illegible", *row.states[1:]), values=(None, *row.values[1:]))
        if row.code == "received"
        else row
        for row in report.rows
    )
    unread = replace(report, rows=rows)
    first, rival, *rest = doubtful(unread, [SUSPECT])
    assert (first.cell, first.color, first.note) == ("T3[granted,total]", RED, "9999 → 11？")
    assert (rival.cell, rival.color) == ("T3[granted,other]", ORANGE)
    assert [one.note for one in rest] == ["不清"] * sum(row.code == "received" for row in report.rows)


@NEEDS_FONT
def test_the_drawn_table_has_a_frame_around_what_is_suspected(report: Report) -> None:
    plain, marked = draw_form(report, []), draw_form(report, doubtful(report, [SUSPECT]))
    assert not _count(plain, RED)
    assert _count(marked, RED) > 200
    assert _count(marked, ORANGE) > 200
    assert marked.height < plain.height, "only the table with the doubtful cell"


@NEEDS_FONT
def test_the_page_of_a_pdf_has_its_frame_where_the_cell_stands(report: Report) -> None:
    target = BytesIO()
    canvas = Canvas(target, pagesize=(400, 300))
    canvas.drawString(20, 280, "first page")
    canvas.showPage()
    canvas.drawString(200, 300 - 112, "9999")
    canvas.save()
    boxes = [PageBox(2, 20 * at, 100, 20 * at + 18, 116) for at in range(10, 17)]
    rows = tuple(row._replace(place=row_place(boxes)) if row.code == "granted" else row for row in report.rows)
    places = pages_of(replace(report, rows=rows))
    assert places["T3[granted,total]"] == boxes[-1]
    image = draw_page(target.getvalue(), places, doubtful(report, [SUSPECT]))
    assert image.size == (800, 600)
    assert image.getpixel((2 * boxes[-1].left - 3, 220)) == RED
    assert image.getpixel((2 * boxes[-2].left - 3, 220)) == ORANGE


@NEEDS_FONT
def test_the_page_of_a_picture_is_the_picture(report: Report) -> None:
    target = BytesIO()
    Image.new("RGB", (300, 200), "white").save(target, "PNG")
    rows = tuple(
        row._replace(place=row_place([PageBox(1, 10, 10, 50, 30)] * 7)) if row.code == "granted" else row
        for row in report.rows
    )
    image = draw_page(target.getvalue(), pages_of(replace(report, rows=rows)), doubtful(report, [SUSPECT])[:1])
    assert image.size == (300, 200)
    assert _count(image, RED) > 50


@NEEDS_FONT
def test_show_says_where_and_draws(sample: SampleReport, tmp_path: Path) -> None:
    (tmp_path / "报告.html").write_text(sample.html(), encoding="utf-8")
    gouji = Gouji(tmp_path / "数据")
    gouji.read(tmp_path / "报告.html")
    picture = tmp_path / "表.png"
    told = gouji("show", AGENCY, "2023", "--where", "--image", picture).stdout
    assert "第2个表格第6行第10列" in told
    assert str(picture) in told
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert _count(image.convert("RGB"), RED) > 200
    refused = gouji("show", AGENCY, "--image", tmp_path / "没有" / "表.png", status=3)
    assert "写不了" in refused.stderr


def _count(image: Image.Image, color: tuple[int, int, int]) -> int:
    return sum(number for number, found in image.getcolors(1 << 24) or () if found == color)
