"""Scanned reports of our own making: what is stated is what is printed; what is not sure is plainly unread."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from bench._scans import WEARS, Print, as_tiff, drawn, jpeg, sealed, table_of, turned
from bench.scans import samples, score
from crawler.ground.workers import Workers
from extract.content import DOUBT, Grid
from extract.model import Report
from extract.place import PageBox
from extract.reading import SECONDS, read_report
from monitor.samples import make_history
from tests.extract.scanned import needs_ocr

pytestmark = needs_ocr

HINT = "示例县教育局2024年政府信息公开工作年度报告"
# What is printed in each cell of a table; none of it may be read as another figure or as another state.
PRINTED = (
    ("项目", "甲", "乙", "丙", "丁", "戊", "己", "庚"),
    ("短", "0", "1", "7", "11", "111", "71", "17"),
    ("长", "1000000", "398575", "10101", "88283", "666", "969", "6096"),
    ("点", "57.0455", "0.5", "160.5964万元", "1,234", "3.14", "10.10", "8.80"),
    ("符", "+3", "-2", "减4", "增12", "3件", "无", ""),
    ("划", "—", "/", "-", "O", "○", "。", "B"),
)


def test_a_scanned_report_is_read_exactly_in_a_bounded_worker_that_tells_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    [report] = make_history(5, "示例县教育局", [2024], dense=True)
    pages = drawn(report, Print(150))[:2]
    with Workers(1, seconds=SECONDS) as pool:
        result = pool.submit(read_report, as_tiff(pages), "年报.tif").outcome()
    assert isinstance(result, Report), result
    found = score(report, result, 0, 2)
    assert (found.wrong, found.unread, found.exact) == (0, 0, len(report.cells))
    assert (result.agency_name, result.year) == (report.agency, report.year)
    assert [section.number for section in result.sections][-4:] == [1, 2, 3, 4]
    [row] = [row for row in result.rows if row.code == "granted"]
    places = row.places
    assert all(isinstance(place, PageBox) and place.page == 2 for place in places)
    lefts = [place.left for place in places if isinstance(place, PageBox)]
    assert lefts == sorted(set(lefts))
    assert max(lefts) < pages[1].size[0]
    assert not list(tmp_path.rglob("*onnx*"))


def test_a_page_turned_sealed_and_compressed_states_nothing_wrong() -> None:
    [report] = make_history(7, "示例县教育局", [2024], dense=True)
    page = jpeg(turned(sealed(drawn(report, Print(150))[1], at=(0.7, 0.3))), 60)
    result = read_report(as_tiff([page]), "年报.tif", HINT)
    assert isinstance(result, Report)
    shown = [name for name in report.cells if not name.startswith("T2")]
    found = score(report, result, 0, 1)
    assert found.wrong == 0
    assert found.exact >= 0.95 * len(shown)


@pytest.mark.parametrize(("wear", "dpi"), [("red seal", 100), ("blue seal", 150)])
def test_the_words_of_a_seal_are_not_taken_for_those_of_a_cell_of_figures(wear: str, dpi: int) -> None:
    [(report, printed)] = samples(1)
    page = WEARS[wear](drawn(report, printed._replace(dpi=dpi))[1])
    result = read_report(as_tiff([page]), "年报.tif", HINT)
    assert isinstance(result, Report)
    assert score(report, result, 0, 1).wrong == 0


def cells_of(rows: Sequence[Sequence[str]], wear: str, dpi: int) -> list[tuple[str, str]]:
    from extract.readers._ocr import read_page

    [grid] = [block for block in read_page(WEARS[wear](table_of(rows, Print(dpi))), 1) if isinstance(block, Grid)]
    assert [len(row.texts) for row in grid.rows] == [len(row) for row in rows]
    return [pair for row, found in zip(rows, grid.rows, strict=True) for pair in zip(row, found.texts, strict=True)]


@pytest.mark.parametrize(("wear", "dpi", "least"), [("clean", 150, 38), ("JPEG 45", 100, 30)])
def test_no_sign_is_read_as_another(wear: str, dpi: int, least: int) -> None:
    alike = {"—": "-—/", "-": "-—"}  # a dash is a dash
    read = cells_of(PRINTED, wear, dpi)
    wrong = [(want, got) for want, got in read if DOUBT not in got and got != want and got not in alike.get(want, "")]
    assert not wrong
    assert sum(DOUBT not in got for _, got in read) >= least


def test_a_pdf_of_pictures_is_read_as_they_are_with_boxes_in_points() -> None:
    [report] = make_history(7, "示例县教育局", [2024], dense=True)
    target = BytesIO()
    drawn(report, Print(150))[1].save(target, "PDF", resolution=150)
    result = read_report(target.getvalue(), "年报.pdf", HINT)
    assert isinstance(result, Report)
    [row] = [row for row in result.rows if row.code == "granted"]
    assert list(row.raws) == [report.printed(f"T3[granted,{member}]") for member in row.members]
    assert all(isinstance(place, PageBox) and place.right < 900 for place in row.places)
