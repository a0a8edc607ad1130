"""Tables that a Word document holds as pictures: read where they stand, as those of a page; else told, never zero."""

import base64
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image

from bench.scans import score
from extract.content import DOUBT, Grid
from extract.model import Report
from extract.pictured import held_pictures
from extract.place import PictureBox
from extract.readers import Unreadable, read
from extract.readers._ocr import engine
from extract.reading import read_report
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.pictured_pages import picture_of
from tests.extract.scanned import needs_ocr
from tests.extract.word_files import cell, docx, paragraph, plain, row, table

PIXEL = 9525
REMEDIES = 4  # the last table of the form


def dot(color: str = "white") -> bytes:
    target = BytesIO()
    Image.new("RGB", (3, 3), color).save(target, "PNG")
    return target.getvalue()


def drawn(number: int, wide: int = 500, high: int = 300) -> str:
    """A picture as Word writes it, of the relation rId10, rId11, …"""
    inside = (
        f'<a:graphic><a:graphicData><pic:pic><a:blip r:embed="rId{10 + number}"/></pic:pic></a:graphicData></a:graphic>'
    )
    size = f'<wp:extent cx="{wide * PIXEL}" cy="{high * PIXEL}"/>'
    return f"<w:r><w:drawing><wp:inline>{size}{inside}</wp:inline></w:drawing></w:r>"


def shaped(number: int, wide: str = "400pt", high: str = "200pt") -> str:
    """The same as Word 97 wrote it."""
    inside = f'<v:imagedata r:id="rId{10 + number}"/>'
    return f'<w:r><w:pict><v:shape style="width:{wide};height:{high}">{inside}</v:shape></w:pict></w:r>'


def document(body: str, pictures: Sequence[bytes], outside: str = "") -> bytes:
    relations = "".join(word.relation("image", f"media/image{at}.png", 10 + at) for at in range(1, len(pictures) + 1))
    more: dict[str, str | bytes] = {f"word/media/image{at}.png": one for at, one in enumerate(pictures, 1)}
    more["word/_rels/document.xml.rels"] = word.RELATIONS.format(relations + outside)
    return docx(body, more=more)


def pictured(report: SampleReport, picture: bytes) -> bytes:
    """A report of which 表四 is a picture."""
    parts = []
    number = 1
    for block in report.blocks(word=False):
        if isinstance(block, str):
            parts.append(plain(block))
            continue
        number += 1
        parts.append(
            paragraph(drawn(1)) if number == REMEDIES else word.merged(block, lambda one: word_text(report, one))
        )
    return document(plain(report.title) + "".join(parts), [picture])


def word_text(report: SampleReport, one: object) -> str:
    name, label = getattr(one, "name", ""), getattr(one, "label", "")
    return report.printed(name) if name else label


@pytest.fixture(scope="module")
def sample() -> SampleReport:
    [report] = make_history(5, "示例县教育局", [2024], dense=True)
    return report


def last_table(report: SampleReport) -> bytes:
    return picture_of(report, [block for block in report.blocks(word=False) if not isinstance(block, str)][-1])


@needs_ocr
def test_a_table_that_is_a_picture_of_the_document_is_read_where_it_stands(sample: SampleReport) -> None:
    result = read_report(pictured(sample, last_table(sample)), "a.docx")
    assert isinstance(result, Report)
    assert score(sample, result, 0, 1)[:3] == (len(sample.cells), 0, 0)
    assert (result.status, result.problems) == ("complete", ())
    places = {row.table: {type(place) for place in row.places} for row in result.rows}
    assert places["T4"] == {PictureBox}
    assert PictureBox not in places["T2"] | places["T3"]


def test_without_the_extra_the_document_is_read_and_says_what_to_install(
    sample: SampleReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    result = read_report(pictured(sample, dot()), "a.docx")
    assert isinstance(result, Report)
    [told] = [problem for problem in result.problems if problem.code == "ocr_missing"]
    assert "gouji[ocr]" in told.detail
    assert set(result.forms) == {"T2", "T3"}
    assert result.status != "complete"
    assert not [row for row in result.rows if row.table == "T4" and any(value is not None for value in row.values)]


def test_a_document_that_has_all_its_tables_asks_for_none_of_its_pictures(
    sample: SampleReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    body = word.report_docx(sample, word.merged)
    assert isinstance(found := read_report(body, "a.docx"), Report)
    assert found.problems == ()


# --- where they stand ------------------------------------------------------------------------------------------


def where(body: bytes) -> list[tuple[int, bytes]]:
    content = read(body, "a.docx")
    held = held_pictures(content, "a.docx", {}, lambda _: b"")
    return [(one.at, one.load() if one.load else b"") for one in held]


def test_pictures_stand_where_the_document_shows_them() -> None:
    some = [dot(color) for color in ("white", "black", "red", "blue")]
    four = row(*[cell(plain(text)) for text in ("指标", "单位", "数")], cell(paragraph(drawn(3))))
    body = (
        plain("一、总体情况")
        + paragraph(drawn(1))
        + plain("二、主动公开")
        + table(row(cell(paragraph(shaped(2)))))
        + table(four)
        + plain("后文")
        + paragraph(drawn(4))
    )
    content = read(document(body, some), "a.docx")
    assert [one for one in content.blocks if isinstance(one, str)] == ["一、总体情况", "二、主动公开", "后文"]
    assert where(document(body, some)) == [(1, some[0]), (2, some[1]), (3, some[2]), (4, some[3])]
    [grid] = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows[0].texts == ("指标", "单位", "数", DOUBT)
    assert "cell_image" in content.left


@pytest.mark.parametrize(
    "inside",
    [drawn(1, high=60), drawn(1, wide=99), shaped(1, high="20pt"), shaped(1, wide="74.5pt"), drawn(7), drawn(-9)],
    ids=["flat", "narrow", "flat shape", "narrow shape", "of no relation", "of another kind"],
)
def test_ornaments_and_what_is_not_there_are_no_tables(inside: str) -> None:
    assert where(document(plain("甲") + paragraph(inside), [dot()])) == []


def test_a_picture_twice_is_read_once_and_one_from_outside_never() -> None:
    link = word.relation("image", "http://127.0.0.1:9/a.png", 19).replace("/>", ' TargetMode="External"/>')
    body = plain("甲") + paragraph(drawn(1)) + paragraph(drawn(1)) + paragraph(drawn(9))
    assert where(document(body, [dot()], outside=link)) == [(1, dot())]


def test_a_relation_that_leads_out_of_the_package_leads_nowhere() -> None:
    link = word.relation("image", "../../../../etc/passwd", 19)
    assert where(document(plain("甲") + paragraph(drawn(9)), [dot()], outside=link)) == []


def test_pictures_of_a_flat_file_are_spelled_out_in_it() -> None:
    def part(name: str, inside: str) -> str:
        return f'<pkg:part pkg:name="{name}">{inside}</pkg:part>'

    text = word.document_xml(plain("甲") + paragraph(drawn(1))).partition("?>")[2]
    relations = word.RELATIONS.format(word.relation("image", "media/image1.png", 11))
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        + part("/word/document.xml", f"<pkg:xmlData>{text}</pkg:xmlData>")
        + part("/word/_rels/document.xml.rels", f"<pkg:xmlData>{relations}</pkg:xmlData>")
        + part("/word/media/image1.png", f"<pkg:binaryData>{base64.encodebytes(dot()).decode()}</pkg:binaryData>")
        + "</pkg:package>"
    )
    assert where(flat.encode()) == [(1, dot())]


def test_a_damaged_picture_costs_itself_alone() -> None:
    body = bytearray(document(plain("甲") + paragraph(drawn(1)), [dot() * 40]))
    at = body.index(b"word/media/image1.png") + len("word/media/image1.png")
    body[at + 3 : at + 9] = b"\xff" * 6
    [picture] = read(bytes(body), "a.docx").pictures
    assert picture.load is not None
    with pytest.raises(Unreadable):
        picture.load()
