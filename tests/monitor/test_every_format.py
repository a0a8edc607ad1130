"""`show --where`, `show --image` and `open` for a document of every format that the registry of readers knows."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from bench._papers import Paper, converted, mht, pdf, xlsx
from extract import readers as folder
from extract.readers import readers
from monitor.cli import main
from monitor.drawing.canvas import RED, beside
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.scanned import needs_ocr
from tests.extract.test_ofd import Pages
from tests.monitor.fonts import NEEDS_FONT
from tests.office import LIBREOFFICE

CELL = "T3[granted,total]"


def sample(number: int) -> SampleReport:
    report = make_history(number, f"示例第{number}局", [2023], dense=True)[0]
    return report.with_cell(CELL, report.count(CELL) + 3)


def document(report: SampleReport) -> bytes:
    return word.report_docx(report, word.merged)


def by_office(report: SampleReport, ending: str) -> bytes:
    """Of another format, by LibreOffice."""
    [paper] = converted([Paper(report, "docx", "", "a.docx", document(report))], ending, "")
    return paper.body


def as_zip(report: SampleReport) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("年报/报告.docx", document(report))
    return target.getvalue()


def as_scan(report: SampleReport) -> bytes:
    """Two of its pages, for they take seconds each: the first, and that of 表三."""
    with pypdfium2.PdfDocument(pdf(report, "ruled")) as whole:
        first, other = (whole[at].render(scale=150 / 72).to_pil().convert("L") for at in (0, 2))
    target = io.BytesIO()
    first.save(target, "TIFF", save_all=True, append_images=[other], compression="tiff_lzw")
    return target.getvalue()


def as_answer(report: SampleReport) -> bytes:
    return json.dumps({"code": 0, "data": {"content": report.html()}}, ensure_ascii=False).encode()


# Reader → a document of it: the ending under which it is archived and opened, how it is made, and where its cell stands.
MADE: Mapping[str, tuple[str, Callable[[SampleReport], bytes], str]] = {
    "html": ("html", lambda one: one.html("word").encode(), "第2个表格第6行第10列"),
    "mht": ("mht", mht, "第2个表格第6行第10列"),
    "text": ("txt", lambda one: one.text().encode(), "第2个表格第6行第10列"),
    "answer": ("json", as_answer, "第2个表格第6行第10列"),
    "docx": ("docx", document, "第2个表格第6行第10列"),
    "legacy_word": ("rtf", lambda one: by_office(one, "rtf"), "第2个表格第6行第10列"),
    "workbook": ("xlsx", lambda one: xlsx(one, "one"), "第1张工作表J36格"),
    "pdf": ("pdf", lambda one: pdf(one, "paged"), "第1页，距左"),
    "ofd": ("ofd", lambda one: Pages(one).body, "第2页，距左"),
    "picture": ("tif", as_scan, "第2页，距左"),
    "archive_zip": ("docx", as_zip, "第2个表格第6行第10列"),  # what is in it is archived by itself
}
OPTIONAL = {"legacy_word": LIBREOFFICE, "picture": needs_ocr}  # what has to be installed beside Python
ARCHIVED = {"answer": "html", "archive_zip": "docx"}  # an answer is sniffed as the page that is in it


def gouji(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--data", str(data)])


def test_there_is_a_document_for_every_reader() -> None:
    names = {path.stem for path in Path(folder.__file__).parent.glob("*.py") if not path.name.startswith("_")}
    assert set(MADE) == names
    assert len(readers()) == len(MADE)


@NEEDS_FONT
@pytest.mark.parametrize("name", [pytest.param(name, marks=OPTIONAL.get(name, ())) for name in MADE])
def test_its_figures_are_found_drawn_and_opened(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ending, make, place = MADE[name]
    report = sample([*MADE].index(name) + 1)
    file = tmp_path / ("年报.zip" if name == "archive_zip" else f"年报.{ending}")
    file.write_bytes(make(report))
    data = tmp_path / "data"
    assert gouji(data, "init").exit_code == 0
    for step in (("add", file), ("extract",), ("check",)):
        result = gouji(data, *step)
        assert result.exit_code in (0, 1), result.output
    picture = tmp_path / "图.png"
    result = gouji(data, "show", report.agency, 2023, "--where", "--image", picture)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines() if line.startswith("  （一）予以公开 · 总计")]
    assert [(line[3], line[4][: len(place)]) for line in lines] == [(report.printed(CELL), place)]
    assert not [line for line in result.output.splitlines() if "不详" in line and line.split()[-2] != "缺"]
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert min(image.size) > 600
        red = sum(count for count, color in image.convert("RGB").getcolors(1 << 24) or () if color == RED)
    assert red > 200, "the suspected cell is outlined"
    result = gouji(data, "open", report.agency, 2023, "--print")
    assert result.exit_code == 0, result.output
    opened = Path(result.output.strip())
    assert opened.suffix == f".{ARCHIVED.get(name, ending)}"
    assert opened.stat().st_size > 0
    if name not in ARCHIVED:
        assert opened.read_bytes() == file.read_bytes()


@NEEDS_FONT
def test_a_note_hides_no_figure() -> None:
    """At the right of its cell, in it, at its left, below or above: wherever nothing stands."""
    for free in range(4):
        image = Image.new("RGB", (400, 120), "white")
        cells = [(260, 50, 380, 70), (200, 50, 254, 70), (260, 76, 380, 110), (260, 10, 380, 44)]
        for number, cell in enumerate(cells):
            if number != free:
                image.paste((0, 0, 0), cell)
        before = image.copy()
        beside(image, (260, 50, 380, 70), "2 → 1？", RED, 16)
        hidden = [cell for number, cell in enumerate(cells) if number != free and image.crop(cell) != before.crop(cell)]
        assert hidden == [], free
