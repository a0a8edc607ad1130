"""PDF: what layers, forms in forms, colors and outlines hide is never stated as a figure, and hides none either."""

import re
from collections.abc import Callable, Mapping

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption

from extract.content import DOUBT
from extract.model import Report, cell_name
from extract.run import read_report
from tests.extract.pdf_pages import XS, YS, Small, font

EMPTY = ("", "0", "11", "8", "26", "66")
OBJECT = re.compile(rb"(?<![\d ])(\d+) 0 obj(.*?)endobj", re.S)


def first(body: bytes) -> tuple[str, str]:
    """The first figure of the small page and its state; the others are as they are printed."""
    report = read_report(body, "年报.pdf")
    assert isinstance(report, Report), report
    found = {
        cell_name(row.table, row.code, member): (raw or "", state)
        for row in report.rows
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }
    assert found["T2[normative_documents,in_force]"] == ("66", "number")
    return found["T2[government_rules,made]"]


def layered(body: bytes, *, shown: bool) -> bytes:
    """The file with one layer, L1, on every page and on every form whose name begins with `veiled`."""
    objects = {int(found[1]): found[2] for found in OBJECT.finditer(body)}
    layer = max(objects) + 1
    state = b"ON" if shown else b"OFF"
    known = b"/Type /Catalog /OCProperties<</OCGs[%d 0 R]/D<</Order[%d 0 R]/%s[%d 0 R]>>>>" % (
        layer,
        layer,
        state,
        layer,
    )
    for number, text in objects.items():
        text = text.replace(b"/Type /Catalog", known)
        text = text.replace(b"/ProcSet [", b"/Properties<</L1 %d 0 R>> /ProcSet [" % layer)
        objects[number] = text.replace(b"/Subtype /Form", b"/Subtype /Form /OC %d 0 R" % layer)
    objects[layer] = b"<</Type/OCG/Name(L)>>\n"
    root = re.search(rb"/Root (\d+) 0 R", body)
    assert root
    return _written(objects, int(root[1]))


def _written(objects: Mapping[int, bytes], root: int) -> bytes:
    out, places = b"%PDF-1.5\n", {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj%sendobj\n" % (number, objects[number])
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    size = max(objects) + 1
    end = b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def small(*figures: str) -> Small:
    page = Small(figures=figures or EMPTY)
    page.canvas.setPageCompression(0)
    return page


def in_layer(page: Small, draw: Callable[[], None]) -> None:
    page.canvas._code.append("/OC /L1 BDC")
    draw()
    page.canvas._code.append("EMC")


@pytest.mark.parametrize("shown", [True, False])
def test_a_figure_in_a_layer_is_not_stated(shown: bool) -> None:
    page = small()
    in_layer(page, lambda: page.text(*page.at(0, 0), "5"))
    assert first(layered(page.done(), shown=shown))[1] == "illegible"


@pytest.mark.parametrize("shown", [True, False])
def test_a_figure_in_a_form_that_belongs_to_a_layer_is_not_stated(shown: bool) -> None:
    page = small()
    x, y = page.at(0, 0)
    page.canvas.beginForm("one")
    page.canvas.setFont(font(), 10)
    page.canvas.drawString(x, A4[1] - y, "5")
    page.canvas.endForm()
    page.canvas.doForm("one")
    body = page.done()
    assert first(body) == ("5", "number")
    assert first(layered(body, shown=shown))[1] == "illegible"


def test_a_cover_that_can_be_switched_off_makes_a_figure_doubtful_not_blank() -> None:
    page = small("5", *EMPTY[1:])
    in_layer(page, lambda: _cover(page, 1))
    assert first(layered(page.done(), shown=False))[1] == "illegible"


def test_a_layer_elsewhere_on_the_page_leaves_the_figures_as_they_are() -> None:
    page = small("5", *EMPTY[1:])
    in_layer(page, lambda: page.text(80, 400, "本页为样稿，以正式发布为准。"))
    body = layered(page.done(), shown=False)
    assert first(body) == ("5", "number")
    report = read_report(body, "年报.pdf")
    assert isinstance(report, Report)
    assert any("hidden" in problem.facts.get("parts", ()) for problem in report.problems)


def test_layers_of_a_locked_file_are_seen() -> None:
    page = small("5", *EMPTY[1:])
    page.canvas._doc.encrypt = StandardEncryption("", ownerPassword="主人", canModify=0)
    assert first(page.done()) == ("5", "number")


def _cover(page: Small, gray: float) -> None:
    page.canvas.setFillGray(gray)
    page.canvas.rect(XS[1] + 1, A4[1] - YS[2] + 1, XS[2] - XS[1] - 2, YS[2] - YS[1] - 2, stroke=0, fill=1)


@pytest.mark.parametrize("gray", [0, 0.4, 0.8])
def test_a_figure_in_the_color_of_its_ground_is_not_seen(gray: float) -> None:
    page = small()
    _cover(page, gray)
    page.text(*page.at(0, 0), "5")
    assert first(page.done()) == ("", "blank")
    other = small()
    _cover(other, gray)
    other.canvas.setFillGray(1 if gray < 0.5 else 0)
    other.text(*other.at(0, 0), "5")
    assert first(other.done()) == ("5", "number")


@pytest.mark.parametrize(("gray", "seen"), [(1, ("", "blank")), (0, ("5", "number"))])
def test_a_figure_of_outlines_alone_is_seen_by_the_color_of_these(gray: float, seen: tuple[str, str]) -> None:
    page = small()
    x, y = page.at(0, 0)
    page.canvas.setStrokeGray(gray)
    text = page.canvas.beginText(x, A4[1] - y)
    text.setFont(font(), 10)
    text.setTextRenderMode(1)
    text.textOut("5")
    text.setTextRenderMode(0)
    page.canvas.drawText(text)
    assert first(page.done()) == seen


@pytest.mark.parametrize("depth", [2, 7, 40])
@pytest.mark.parametrize("gray", [0, 1])
def test_a_figure_in_forms_in_forms_is_stated_only_where_its_color_is_known(depth: int, gray: float) -> None:
    page = small()
    x, y = page.at(0, 0)
    page.canvas.beginForm("f0")
    page.canvas.setFont(font(), 10)
    page.canvas.setFillGray(gray)
    page.canvas.drawString(x, A4[1] - y, "5")
    page.canvas.endForm()
    for number in range(1, depth):
        page.canvas.beginForm(f"f{number}")
        page.canvas.doForm(f"f{number - 1}")
        page.canvas.endForm()
    page.canvas.doForm(f"f{depth - 1}")
    found = first(page.done())
    assert DOUBT not in found[0]
    assert found == (("", "blank") if gray else ("5", "number")) if depth < 7 else found[1] == "illegible"
