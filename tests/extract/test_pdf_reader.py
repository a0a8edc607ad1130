"""PDF: every figure as printed or plainly unread; what a reader of the page does not see is no figure."""

import io
import zlib
from collections.abc import Callable, Mapping

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption

from extract.content import Grid
from extract.model import Problem, Report, cell_name
from extract.readers import _ocr, read
from extract.readers._pdf_pages import MOST_PIXELS, pictures
from extract.run import read_report
from monitor.samples import make_history
from tests.extract.pdf_pages import XS, YS, Small, printed, sample

STYLES: Mapping[str, Mapping[str, object]] = {
    "ruled": {},
    "dotted rules": {"dash": (1, 1)},
    "cut by pages elsewhere": {"top": 170},
    "small, with a watermark": {"size": 7, "pad": 1, "watermark": True},
    "without rules": {"ruled": False},
    "without rules, figures beside the first line of a label": {"ruled": False, "align": "TOP", "pad": 4},
    "without rules, figures beside the last line, crowded": {"ruled": False, "align": "BOTTOM", "pad": 1},
    "without rules, small and crowded": {"ruled": False, "size": 7.5, "pad": 1},
}


def report_of(body: bytes) -> Report:
    report = read_report(body, "年报.pdf")
    assert isinstance(report, Report), report
    return report


def problem_of(body: bytes) -> str:
    result = read_report(body, "年报.pdf")
    assert isinstance(result, Problem), result
    assert result.detail
    return result.code


def cells(report: Report) -> dict[str, tuple[str, str]]:
    return {
        cell_name(row.table, row.code, member): (raw or "", state)
        for row in report.rows
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }


def first(body: bytes) -> tuple[str, str]:
    """The first figure of the small page and its state."""
    return cells(report_of(body))["T2[government_rules,made]"]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize(("seed", "year", "dense"), [(1, 2020, True), (2, 2023, False)])
def test_a_printed_report_is_read_exactly(style: Mapping[str, object], seed: int, year: int, dense: bool) -> None:
    made = sample(seed, year, dense=dense)
    report = report_of(printed(made, **style))
    found = cells(report)
    wanted = {name: "" if made.figures[name] is None else str(made.figures[name]) for name in made.cells}
    assert {name: (found[name], raw) for name, raw in wanted.items() if found[name][0] != raw} == {}
    assert {state for _, state in found.values()} <= {"number", "blank"}
    assert (report.agency_name, report.year) == (made.agency, made.year)
    assert report.ways == ("boxes", "stream")
    assert report.agreed > len(wanted) * 0.8
    assert report.differed == 0
    assert [section.number for section in report.sections if section.number] == [1, 2, 3, 4, 5, 6]


def test_the_reports_of_two_years_in_one_file_are_not_mixed() -> None:
    import pypdfium2

    both = pypdfium2.PdfDocument.new()
    for made in make_history(1, "示例县财政局", [2021, 2022]):
        both.import_pages(pypdfium2.PdfDocument(printed(made)))
    out = io.BytesIO()
    both.save(out)
    assert problem_of(out.getvalue()) == "several_reports"


def test_a_figure_has_its_page_and_box() -> None:
    place = report_of(Small().done()).rows[0].places[0]
    assert str(place) == f"page 1 box {XS[1]}-{YS[1]}-{XS[2]}-{YS[2]}"


def _mode(page: Small) -> None:
    text = page.canvas.beginText(*_up(page.at(0, 0)))
    text.setTextRenderMode(3)
    text.textLine("5")
    page.canvas.drawText(text)
    text = page.canvas.beginText(0, 0)
    text.setTextRenderMode(0)
    page.canvas.drawText(text)


def _white(page: Small) -> None:
    page.canvas.setFillGray(1)
    page.text(*page.at(0, 0), "5")
    page.canvas.setFillGray(0)


def _tiny(page: Small) -> None:
    page.text(*page.at(0, 0), "5", 1)


def _clear(page: Small) -> None:
    page.canvas.setFillAlpha(0)
    page.text(*page.at(0, 0), "5")
    page.canvas.setFillAlpha(1)


def _turned(page: Small) -> None:
    page.canvas.saveState()
    page.canvas.translate(*_up(page.at(0, 0)))
    page.canvas.rotate(40)
    page.canvas.drawString(0, 0, "5")
    page.canvas.restoreState()


def _under_a_fill(page: Small) -> None:
    page.text(*page.at(0, 0), "5")
    page.canvas.setFillGray(1)
    page.canvas.rect(XS[1] + 1, A4[1] - YS[2] + 1, XS[2] - XS[1] - 2, YS[2] - YS[1] - 2, stroke=0, fill=1)
    page.canvas.setFillGray(0)


def _up(at: tuple[float, float]) -> tuple[float, float]:
    return at[0], A4[1] - at[1]


def _cut_off(page: Small) -> None:
    page.canvas.saveState()
    path = page.canvas.beginPath()
    path.rect(10, 10, 20, 20)
    page.canvas.clipPath(path, stroke=0, fill=0)
    page.text(*page.at(0, 0), "5")
    page.canvas.restoreState()


UNSEEN: Mapping[str, Callable[[Small], None]] = {
    "in no color": _mode,
    "white on white": _white,
    "a point high": _tiny,
    "quite transparent": _clear,
    "across the table": _turned,
    "painted over": _under_a_fill,
}


@pytest.mark.parametrize("add", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_no_figure(add: Callable[[Small], None]) -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    add(page)
    assert first(page.done()) == ("", "blank")
    beside = Small(figures=("1", "0", "11", "8", "26", "66"))
    add(beside)
    # Beside a figure it changes nothing, but where that may be covered as well.
    assert first(beside.done())[0] in ("1", "")


def _crossed(page: Small) -> None:
    x, y = page.at(0, 0)
    page.canvas.line(x - 2, A4[1] - y + 3.4, x + 9, A4[1] - y + 3.4)


def _drawn(page: Small) -> None:
    x, y = _up(page.at(0, 0))
    page.canvas.bezier(x + 8, y, x + 12, y + 8, x + 4, y + 8, x + 8, y)


def _pasted(page: Small) -> None:
    x, y = _up(page.at(0, 0))
    page.canvas.drawInlineImage(_picture(), x + 8, y, 12, 12)


def _over(page: Small) -> None:
    x, y = page.at(0, 0)
    page.text(x + 0.8, y, "3")


def _note(page: Small) -> None:
    x, y = _up(page.at(0, 0))
    page.canvas.freeTextAnnotation("5", "/Helv 10 Tf 0 g", Rect=[x - 2, y - 2, x + 20, y + 14], relative=0)


def _picture() -> object:
    from PIL import Image

    return Image.new("L", (8, 8), 128)


DOUBTFUL: Mapping[str, Callable[[Small], None]] = {
    "crossed out": _crossed,
    "cut off": _cut_off,
    "with a drawing": _drawn,
    "with a picture": _pasted,
    "printed over another": _over,
    "under a note": _note,
}


@pytest.mark.parametrize("add", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_figure_in_doubt_is_illegible(add: Callable[[Small], None]) -> None:
    page = Small()
    add(page)
    found = cells(report_of(page.done()))
    assert found["T2[government_rules,made]"][1] in ("illegible", "ambiguous")
    assert found["T2[normative_documents,in_force]"] == ("66", "number")


@pytest.mark.parametrize("add", [_drawn, _pasted, _note])
def test_a_cell_without_text_may_hold_a_figure_that_is_drawn(add: Callable[[Small], None]) -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    add(page)
    assert first(page.done())[1] == "illegible"


def test_a_number_that_runs_over_a_border_is_nobodys() -> None:
    page = Small(figures=("", "", "11", "8", "26", "66"))
    page.text(XS[2] - 15, YS[1] + 18, "447228")
    found = cells(report_of(page.done()))
    assert found["T2[government_rules,made]"][1] == found["T2[government_rules,repealed]"][1] == "illegible"


def test_bold_by_printing_twice_is_one_figure() -> None:
    page = Small(figures=("12", "0", "11", "8", "26", "66"))
    x, y = page.at(0, 0)
    page.text(x + 0.3, y, "12")
    assert first(page.done()) == ("12", "number")


def test_digits_set_apart_are_not_joined() -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    x, y = page.at(0, 0)
    page.text(x, y, "4")
    page.text(x + 14, y, "6")
    assert first(page.done())[1] != "number"


def test_digits_on_two_lines_are_one_number_only_where_the_first_line_had_no_room() -> None:
    page = Small(figures=("", "0", "11", "8", "26", "66"))
    x, y = page.at(0, 0)
    page.text(x, y - 6, "46")
    page.text(x, y + 6, "8")
    assert first(page.done())[1] == "illegible"
    full = Small(figures=("", "0", "11", "8", "26", "66"))
    for at, digits in enumerate(("12345678901234", "5")):
        full.text(XS[1] + 4, YS[1] + 12 + 12 * at, digits)
    assert first(full.done()) == ("123456789012345", "number")


def test_a_frame_around_text_is_no_table() -> None:
    page = Small()
    page.canvas.rect(70, A4[1] - 320, 400, 60)
    page.text(80, 290, "本机关依法公开政府信息，没有收取费用。")
    content = read(page.done(), "a.pdf")
    assert "本机关依法公开政府信息，没有收取费用。" in content.blocks
    assert sum(isinstance(block, Grid) for block in content.blocks) == 1


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(turn: int) -> None:
    wide, high = A4
    matrix = {90: (0, 1, -1, 0, high, 0), 180: (-1, 0, 0, -1, wide, high), 270: (0, -1, 1, 0, 0, wide)}[turn]
    page = Small(matrix=matrix)  # the library turns the page for a quarter turn
    page.canvas.setPageRotation(turn)
    report = report_of(page.done())
    assert cells(report) == cells(report_of(Small().done()))
    assert str(report.rows[0].places[0]) == f"page 1 box {XS[1]}-{YS[1]}-{XS[2]}-{YS[2]}"


def test_text_that_runs_up_a_page_is_in_no_table_but_where_all_of_it_does() -> None:
    body = Small(figures=("", "0", "11", "8", "26", "66")).done()
    as_ever = cells(report_of(body))
    assert cells(report_of(body.replace(b"/Rotate 0", b"/Rotate 90"))) == as_ever
    beside = Small(figures=("", "0", "11", "8", "26", "66"))
    beside.canvas.translate(*_up(beside.at(0, 0)))
    beside.canvas.rotate(90)
    beside.canvas.drawString(0, 0, "三七")
    assert cells(report_of(beside.done())) == as_ever


def test_what_stands_outside_the_shown_part_of_the_page_is_not_read() -> None:
    page = Small()
    page.text(80, 400, "行政许可 777")
    page.canvas.setCropBox((0, A4[1] - 300, A4[0], A4[1]))
    assert "777" not in str(read(page.done(), "a.pdf").blocks)


def test_a_password_is_a_problem_and_that_of_the_owner_is_none() -> None:
    def locked(user: str) -> bytes:
        page = Small()
        page.canvas._doc.encrypt = StandardEncryption(user, ownerPassword="主人", canModify=0)
        return page.done()

    assert problem_of(locked("secret")) == "encrypted"
    assert first(locked("")) == ("1", "number")


def test_a_torn_file_is_read_as_far_as_it_goes_or_refused() -> None:
    body = Small().done()
    for end in range(0, len(body), 411):
        result = read_report(b"%PDF-1.4\n" + body[9:end], "a.pdf")
        assert isinstance(result, Problem) or result.problems


def test_a_file_without_pages_or_with_thousands_is_refused() -> None:
    none = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>"
    assert problem_of(none) in ("no_text", "damaged_file")
    kids = b"3 0 R " * 5000
    many = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[%s]/Count 5000>>endobj "
        % kids
    )
    many += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>"
    assert problem_of(many) in ("too_large", "damaged_file", "no_text")


def test_a_loop_of_tables_of_contents_ends() -> None:
    body = b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    assert problem_of(body) == "damaged_file"


@pytest.fixture(autouse=True)
def nothing_recognizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen on pages is proved elsewhere: here they are read, or they are not."""
    monkeypatch.setattr(_ocr, "available", lambda: False)


def test_pages_without_text_are_counted_as_pictures() -> None:
    page = Small()
    page.canvas.drawInlineImage(_picture(), 0, 0, *A4)
    result = read_report(page.done(), "a.pdf")
    assert isinstance(result, Problem)
    assert (result.code, result.facts) == ("no_text", {"images": 1})
    assert "gouji[ocr]" in result.detail


def test_characters_that_mean_nothing_are_told_as_such() -> None:
    page = Small()
    for line in range(36):
        page.text(80, 300 + 12 * line, "魑魅魍魉饕餮鹈鹕鸬鹚鼹鼠麒麟貔貅")
    assert problem_of(page.done()) == "text_unmapped"


def test_a_page_becomes_a_picture_of_bounded_size() -> None:
    [picture] = pictures(Small().done(), [1], dpi=100)
    assert (picture.image.size, picture.image.mode) == ((827, 1170), "RGB")
    [large] = pictures(Small().done(), [1], dpi=10_000)
    assert large.image.width * large.image.height <= MOST_PIXELS * 1.01


def test_scripts_and_actions_are_not_carried_out() -> None:
    page = Small()
    body = page.done()
    action = b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type /Catalog"
    assert body.count(b"/Type /Catalog") == 1
    assert first(body.replace(b"/Type /Catalog", action)) == ("1", "number")


def test_a_stream_that_unpacks_to_a_gigabyte_is_no_gigabyte_of_work() -> None:
    packed = zlib.compress(zlib.compress(b"\0" * 30_000_000, 9), 9)
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj "
    body += b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream endobj " % (
        len(packed),
        packed,
    )
    assert problem_of(body + b"trailer<</Root 1 0 R>>") in ("no_text", "damaged_file")
