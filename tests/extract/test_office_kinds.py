"""What offices write beside figures: notes of labels, columns cut by a wide heading, digits in a font of their own."""

import struct
import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from extract.content import DOUBT, Grid
from extract.model import Report
from extract.readers import _sheet_xls, read
from extract.readers._sheet_xls_book import Book
from extract.readers._sheet_xls_strings import Text, shared_strings
from extract.reading import read_report
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.word_files import cell, docx, paragraph, plain, row, run, table

[SAMPLE] = make_history(1, "青石市财政局", [2023], dense=True)
RAISED = '<w:vertAlign w:val="superscript"/>'
LOWERED = '<w:vertAlign w:val="subscript"/>'
NOTES = ["[1]", "［12］", "〔注1〕", "①", "*", "※", "注", "注2"]


# --- notes beside labels ---------------------------------------------------------------------------------------


def of_word(*runs: str) -> str:
    """The first cell of a row of four, as it is read."""
    beside = [cell(plain(text)) for text in ("1", "2", "3")]
    return first(docx(table(row(cell(paragraph(*runs)), *beside))), "a.docx")


def of_page(inside: str) -> str:
    return first(f"<table><tr><td>{inside}</td><td>1</td><td>2</td><td>3</td></tr></table>".encode(), "a.html")


def first(body: bytes, name: str) -> str:
    [grid] = [block for block in read(body, name).blocks if isinstance(block, Grid)]
    assert [text.strip(DOUBT) for text in grid.rows[0].texts[1:]] == ["1", "2", "3"]
    return grid.rows[0].texts[0]


@pytest.mark.parametrize("note", [*NOTES, "1", "12", "¹"])
def test_a_raised_mark_behind_a_label_is_the_mark_of_a_note(note: str) -> None:
    assert of_word(run("行政规范性文件"), run(note, RAISED)) == "行政规范性文件"
    assert of_word(run("行政"), run(note, RAISED), run("许可")) in ("行政许可", "行政 许可")
    assert of_page(f"行政规范性文件<sup>{note}</sup>") == "行政规范性文件"
    assert of_page(f'（七）总计<sup><a href="#_ftn1">{note}</a></sup>') == "（七）总计"
    assert of_page(f"1.属于国家秘密<sup>{note}</sup>") == "1.属于国家秘密"


@pytest.mark.parametrize("note", ["3", "12", "[上年]", "（一）", "1.", "元"])
def test_what_is_set_apart_otherwise_stays_with_the_label(note: str) -> None:
    assert of_word(run("行政规范性文件"), run(note, LOWERED)).replace(" ", "") == f"行政规范性文件{note}"
    assert of_page(f"行政规范性文件<small>{note}</small>").replace(" ", "") == f"行政规范性文件{note}"


@pytest.mark.parametrize("note", NOTES)
def test_a_raised_mark_before_a_label_stays(note: str) -> None:
    assert of_word(run(note, RAISED), run("属于国家秘密")).replace(" ", "") == f"{note}属于国家秘密"


@pytest.mark.parametrize("words", ["12", "12件", "12人", "3起", "１２户"])
def test_a_raised_mark_beside_what_may_be_a_figure_makes_none_of_it(words: str) -> None:
    for note in ("[1]", "①", "2", "*"):
        for text in (of_word(run(words), run(note, RAISED)), of_page(f"{words}<sup>{note}</sup>")):
            assert text.startswith(DOUBT) or note in text, text


def test_struck_marks_are_no_notes() -> None:
    assert "[1]" in of_word(run("行政规范性文件"), run("[1]", "<w:strike/>"))


def test_a_report_with_notes_at_its_labels_is_read_exactly() -> None:
    def noted(form: object, text: object) -> str:
        drawn = word.merged(form, text)  # type: ignore[arg-type]  # called back with the two that it takes
        for label in ("行政许可", "科研机构", "（七）总计", "结果维持", "行政复议"):
            mark = run("[1]", RAISED)
            drawn = drawn.replace(f"{label}</w:t></w:r>", f"{label}</w:t></w:r>{mark}")
        return drawn

    body = word.report_docx(SAMPLE, noted)
    assert exact(body, "a.docx") == len(SAMPLE.cells)


def exact(body: bytes, name: str) -> int:
    """How many figures are read as printed; no other is stated."""
    found = read_report(body, name)
    assert isinstance(found, Report), found
    cells = {
        f"{one.table}[{one.code},{member}]": (raw, state)
        for one in found.rows
        for member, raw, state in zip(one.members, one.raws, one.states, strict=True)
    }
    stated = {name: raw for name, (raw, state) in cells.items() if state == "number"}
    assert {name: raw for name, raw in stated.items() if raw != SAMPLE.printed(name)} == {}
    return len(stated)


# --- a heading wider than what is above its columns ------------------------------------------------------------


def cut(page: str, wide_figure: bool = True, words: bool = True, head: int = 2) -> str:
    """表四 as LibreOffice writes it again: the heading 总计 and its figure take two columns."""
    begin = page.index("结果维持")
    start = page.rindex("<table", 0, begin)
    before, drawn = page[:start], page[start:]
    rows = drawn.split("</tr>")
    rows[1] = _widened(rows[1], "总计", head)
    if wide_figure:
        parts = rows[3].split("<td")
        parts[5] = ' colspan="2"' + parts[5]
        rows[3] = "<td".join(parts)
    drawn = "</tr>".join(rows)
    return before + (drawn if words else drawn.replace("结果维持", "结果").replace("结果纠正", "结果"))


def _widened(cells: str, words: str, wide: int) -> str:
    at = cells.rindex("<td", 0, cells.index(words))
    return cells[:at] + f'<td colspan="{wide}"' + cells[at + 3 :]


PAGE = SAMPLE.html("plain")


def remedies(page: str) -> tuple[set[str], list[str]]:
    """The states of 表四, and what is told of it."""
    found = read_report(page.encode(), "a.html")
    assert isinstance(found, Report)
    rows = [one for one in found.rows if one.table == "T4"]
    for one in rows:
        for member, raw, state in zip(one.members, one.raws, one.states, strict=True):
            assert state != "number" or raw == SAMPLE.printed(f"T4[{one.code},{member}]")
    return {state for one in rows for state in one.states}, [one.detail for one in found.problems]


@pytest.mark.parametrize("words", [True, False], ids=["whole", "halved"])
def test_a_figure_as_wide_as_its_heading_stands_under_it(words: bool) -> None:
    assert remedies(cut(PAGE, words=words)) == ({"number"}, [])


def test_a_figure_wider_than_its_heading_leaves_the_row_unread_and_says_why() -> None:
    states, [told] = remedies(cut(PAGE, head=1))
    assert states == {"ambiguous"}
    assert "跨列，与栏名对不上" in told


# --- digits in a font of their own -----------------------------------------------------------------------------


def font(*, flags: int = 0, raised: int = 0, height: int = 200, color: int = 0x7FFF) -> bytes:
    return struct.pack("<5H", height, flags, color, 400, raised) + b"\0" * 4


def book(*fonts: bytes) -> Book:
    found = Book()
    for one in fonts:
        _sheet_xls._global(found, _sheet_xls.FONT, one)
    _sheet_xls._global(found, _sheet_xls.XF, struct.pack("<2H", 0, 0) + b"\0" * 16)
    return found


def rich(text: str, *fonts: int) -> bytes:
    runs = b"".join(struct.pack("<2H", at, one) for at, one in enumerate(fonts))
    body = text.encode("utf-16-le")
    return struct.pack("<2I", 1, 1) + struct.pack("<HBH", len(text), 9, len(fonts)) + body + runs


@pytest.mark.parametrize("number", [1, 5])
def test_digits_beside_words_in_a_font_alike_are_seen_as_they_stand(number: int) -> None:
    [told] = shared_strings([rich("502.9600万元", 0, number)])
    assert (told.text, told.runs) == ("502.9600万元", ((0, 0), (1, number)))
    assert book(*[font()] * 6).text(0, told) == told.text


@pytest.mark.parametrize(
    "other", [font(flags=8), font(raised=1), font(raised=2), font(color=9), font(color=22), font(height=100)]
)
def test_digits_struck_out_raised_pale_or_small_are_not(other: bytes) -> None:
    [told] = shared_strings([rich("12件", 1)])
    assert book(font(), other).text(0, told) == f"{DOUBT}12件"
    assert book(font(), font()).text(0, told._replace(runs=((0, 7),))) == f"{DOUBT}12件"
    assert book(font(flags=8), font(flags=8)).text(0, told) == f"{DOUBT}12件"
    assert book(font(), other).text(0, told._replace(runs=())) == "12件"


# --- notes beside the labels of workbooks ----------------------------------------------------------------------

RAISED_IN_ODS = 'style:text-position="super 58%"'


def written(label: str, note: str, raised: dict[str, object]) -> bytes:
    """An XLSX of one row, a mark of a note behind its label."""
    target = BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.write_rich_string(0, 0, made.add_format(), label, made.add_format(raised), note)
    sheet.write_row(0, 1, [1, 2, 3])
    made.close()
    return target.getvalue()


@pytest.mark.parametrize("note", [*NOTES, "1"])
def test_a_raised_mark_behind_a_label_of_a_workbook_is_the_mark_of_a_note(note: str) -> None:
    assert first(written("行政许可", note, {"font_script": 1}), "a.xlsx") == "行政许可"
    words = f"行政许可{note}"
    told = Text(words, ((0, 0), (len("行政许可"), 1)))
    assert book(font(), font(raised=1, height=120)).text(0, told) == "行政许可"
    assert first(written_ods("行政许可", note, RAISED_IN_ODS), "a.ods") == "行政许可"


@pytest.mark.parametrize(
    "look", [{"font_script": 2}, {"font_strikeout": True}, {"font_script": 1, "font_strikeout": True}]
)
def test_what_is_lowered_or_struck_stays_in_the_label_of_a_workbook(look: dict[str, object]) -> None:
    assert first(written("行政许可", "1", look), "a.xlsx") == "行政许可1"
    for other in (font(raised=2), font(flags=8, raised=1), font(color=9, raised=1)):
        assert book(font(), other).text(0, Text("行政许可1", ((4, 1),))) == "行政许可1"
    for style in ('style:text-position="sub 58%"', f'{RAISED_IN_ODS} style:text-line-through-style="solid"'):
        assert first(written_ods("行政许可", "1", style), "a.ods") == "行政许可1"


@pytest.mark.parametrize("words", ["12", "12件", "3人"])
def test_a_raised_mark_beside_a_figure_of_a_workbook_makes_none_of_it(words: str) -> None:
    for body, name in (
        (written(words, "1", {"font_script": 1}), "a.xlsx"),
        (written_ods(words, "1", RAISED_IN_ODS), "a.ods"),
    ):
        text = first(body, name)
        assert text.startswith(DOUBT) or text == f"{words}1", text
    assert book(font(), font(raised=1)).text(0, Text(f"{words}1", ((len(words), 1),))) in (
        f"{DOUBT}{words}1",
        f"{words}1",
    )


def written_ods(label: str, note: str, look: str) -> bytes:
    names = ["office", "table", "text", "style"]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    figures = "".join(
        f'<table:table-cell office:value-type="float" office:value="{one}"><text:p>{one}</text:p></table:table-cell>'
        for one in (1, 2, 3)
    )
    style = f'<style:style style:name="T1" style:family="text"><style:text-properties {look}/></style:style>'
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{style}</office:automatic-styles>"
        '<office:body><office:spreadsheet><table:table table:name="a"><table:table-row><table:table-cell>'
        f'<text:p>{label}<text:span text:style-name="T1">{note}</text:span></text:p></table:table-cell>{figures}'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
    return target.getvalue()


def test_samples_are_what_they_are_taken_for() -> None:
    assert isinstance(SAMPLE, SampleReport)
    assert exact(PAGE.encode(), "a.html") == len(SAMPLE.cells)


# --- a figure that is not read is no empty place ----------------------------------------------------------------


@pytest.mark.parametrize("shown", ["1900-1-12", "41 0", "1900年1月12日", "1900/1/12"])
@pytest.mark.parametrize("member", ["natural_person", "total"])
def test_a_figure_shown_as_a_day_or_beside_another_leaves_its_own_cell_open_alone(shown: str, member: str) -> None:
    name = f"T3[granted,{member}]"
    members = ("natural_person", "business", "research", "social", "legal_services", "other", "total")
    figures = [SAMPLE.printed(f"T3[granted,{one}]") for one in members]
    old = "".join(f"<td>{one}</td>" for one in figures)
    new = old.replace(f"<td>{SAMPLE.printed(name)}</td>", f"<td>{shown}</td>")
    assert PAGE.count(old) == 1
    assert new.count(shown) == 1
    found = read_report(PAGE.replace(old, new).encode(), "a.html")
    assert isinstance(found, Report)
    [row] = [one for one in found.rows if one.code == "granted"]
    assert {one for one, state in zip(row.members, row.states, strict=True) if state != "number"} == {member}
    assert {one.code for one in found.problems} == {"cell_text"}
