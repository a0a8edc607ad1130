"""A font that calls one digit another lies to every reading of the text alike: its outlines tell, and none is stated."""

from collections.abc import Callable
from pathlib import Path

import pytest
import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics, ttfonts

from extract.model import Report
from extract.readers import _pdf_digits
from extract.readers._pdf_digits import is_lying
from extract.readers._pdf_engine import Document
from extract.reading import read_report
from tests.extract.pdf_pages import Small

FONTS = Path(reportlab.__file__).parent / "fonts"
FACES = ("Vera", "VeraBd", "VeraIt", "VeraBI")
FIGURES = ("1234567890", "46", "1", "8", "39", "705")
ROWS = ("government_rules", "normative_documents")


def body(monkeypatch: pytest.MonkeyPatch, face: str, swap: dict[int, int], size: float = 10) -> bytes:
    honest: Callable[[str, list[int]], str] = ttfonts.makeToUnicodeCMap
    with monkeypatch.context() as patch:
        patch.setattr(ttfonts, "makeToUnicodeCMap", lambda name, codes: honest(name, [swap.get(c, c) for c in codes]))
        name = f"{face}{len(pdfmetrics.getRegisteredFontNames())}"
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(FONTS / f"{face}.ttf")))
        page = Small(figures=("",) * 6)
        for at, text in enumerate(FIGURES):
            x, y = page.at(at // 3, at % 3)
            page.canvas.setFont(name, size)
            page.canvas.drawString(x - 20, A4[1] - y, text)
        return page.done()


def states(pdf: bytes) -> dict[str, tuple[str, str]]:
    report = read_report(pdf, "a.pdf")
    assert isinstance(report, Report), report
    return {
        f"{row.code},{member}": (raw or "", state)
        for row in report.rows
        if row.code in ROWS
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }


@pytest.mark.parametrize("face", FACES)
def test_the_digits_of_an_honest_font_are_read(monkeypatch: pytest.MonkeyPatch, face: str) -> None:
    assert [*states(body(monkeypatch, face, {})).values()] == [(text, "number") for text in FIGURES]


@pytest.mark.parametrize("pair", ["38", "17", "69", "08", "25", "35", "12", "47"])
@pytest.mark.parametrize("face", FACES)
def test_no_digit_of_a_font_that_lies_is_sure(monkeypatch: pytest.MonkeyPatch, face: str, pair: str) -> None:
    one, two = map(ord, pair)
    with Document(body(monkeypatch, face, {one: two, two: one})) as document:
        (page,) = document.pages(1)
    digits = [glyph for glyph in page.glyphs if glyph.char.isdigit()]
    assert [glyph.char for glyph in digits if glyph.sure] == [*"2024"]  # of the title, in its own font
    assert page.unmapped == len("".join(FIGURES))  # so many in a report that it goes the way of fonts without a map


def test_every_known_digit_is_what_it_is_called_and_no_other_one() -> None:
    for digit, shapes in _pdf_digits._known().items():
        for shape in shapes:
            assert not is_lying(shape, digit)
            assert sum(is_lying(shape, other) for other in "0123456789") >= 8


def test_a_shape_that_is_like_no_digit_is_told_by_nobody() -> None:
    full = (1.0,) * (_pdf_digits.WIDE * _pdf_digits.HIGH)
    assert not any(is_lying(full, one) for one in "0123456789")
