"""Word documents: what a person sees in them is read, all changes accepted; what is not sure is no figure."""

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import product

import pytest

from extract.content import DOUBT, Content, Grid
from extract.form.numbers import read_figure
from extract.model import Report, cell_name
from extract.readers import Unreadable, read
from extract.readers._word_tokens import tables_of
from extract.run import read_report
from monitor.samples import SampleReport, make_history
from tests.extract import word_files as word
from tests.extract.word_files import cell, docx, paragraph, plain, row, run, table
from tests.hostile import SEEDS as HOSTILE_SEEDS

SEEDS = (1,)
REPORTS = [
    report
    for seed in SEEDS
    for report in (
        *make_history(seed, "青石市财政局", [2020, 2023], dense=seed == 1),
        *make_history(seed, "青石市财政局", [2022], form="2021+2019", dense=seed == 1),
    )
]
named = [f"{report.form}-{report.seed}" for report in REPORTS]


def misread(report: SampleReport, body: bytes, name: str = "a.docx") -> dict[str, object]:
    """What a document states otherwise than it prints."""
    found = read_report(body, name)
    assert isinstance(found, Report), found
    assert (found.title, found.agency_name, found.year) == (report.title, report.agency, report.year)
    assert [one.number for one in found.sections if one.number] == [1, 2, 3, 4, 5, 6]
    assert not found.problems
    cells = {
        cell_name(one.table, one.code, member): (raw, state)
        for one in found.rows
        for member, raw, state in zip(one.members, one.raws, one.states, strict=True)
    }
    return {
        name: (report.printed(name), cells.get(name))
        for name in report.cells
        if cells.get(name) not in ((report.printed(name), "number"), ("", "blank"), (None, "blank"))
        or (cells[name][0] or "") != report.printed(name)
    }


@pytest.mark.parametrize("style", word.STYLES)
@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_every_figure_is_read_however_the_tables_are_drawn(report: SampleReport, style: str) -> None:
    assert misread(report, word.report_docx(report, word.STYLES[style])) == {}


@pytest.mark.parametrize(("numbered", "split"), [(True, False), (False, True)])
def test_headings_numbered_by_a_list_and_a_table_for_each_block(numbered: bool, split: bool) -> None:
    body = word.report_docx(REPORTS[0], word.merged, numbered=numbered, split=split)
    assert misread(REPORTS[0], body) == {}


def test_what_python_docx_writes() -> None:
    assert misread(REPORTS[1], word.by_python_docx(REPORTS[1])) == {}


def test_the_same_document_as_one_flat_file_and_in_the_strict_names() -> None:
    body = word.report_docx(REPORTS[0], word.merged)
    with zipfile.ZipFile(BytesIO(body)) as package:
        document = package.read("word/document.xml").decode()
    part = (
        '<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>'
        + document.partition("?>")[2]
        + "</pkg:xmlData></pkg:part>"
    )
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        f'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{part}</pkg:package>'
    )
    assert misread(REPORTS[0], flat.encode(), "a.doc") == {}
    strict = document.replace(word.W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert misread(REPORTS[0], docx("", more={"word/document.xml": strict})) == {}


def test_a_main_part_of_another_name() -> None:
    relation = word.relation("officeDocument", "/word/document2.xml")
    more = {"_rels/.rels": word.RELATIONS.format(relation), "word/document2.xml": word.document_xml(plain("第二份"))}
    assert read(docx(plain("第一份"), more=more), "a").blocks == ("第二份",)


# ---- cells ----


def figure(inside: str, look: str = "", styles: str = "", numbering: str = "") -> tuple[object, str]:
    """What is read of a cell beside its label."""
    beside = [cell(plain(text)) for text in ("（一）予以公开", "1", "2", "3")]
    content = read(
        docx(table(row(beside[0], cell(inside, look), *beside[1:])), styles=styles, numbering=numbering), "a.docx"
    )
    (grid,) = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows[0].texts[0] == "（一）予以公开"
    assert [text.strip(DOUBT) for text in grid.rows[0].texts[2:]] == ["1", "2", "3"]
    text = grid.rows[0].texts[1]
    found = read_figure(text)
    return found.value, "illegible" if found.state == "text" and text in content.apart else found.state


HIDDEN = ["<w:vanish/>", '<w:vanish w:val="1"/>', '<w:b/><w:vanish w:val="on"/>']
GONE = [
    "<w:specVanish/>",
    "<w:vanish/><w:specVanish/>",
    "<w:strike/>",
    '<w:strike w:val="true"/>',
    "<w:dstrike/>",
    '<w:color w:val="FFFFFF"/>',
    '<w:color w:themeColor="background1"/>',
    '<w:color w:val="FF0000"/><w:highlight w:val="red"/>',
    '<w:color w:val="00FF00"/><w:shd w:val="clear" w:color="auto" w:fill="00FF00"/>',
    '<w:sz w:val="2"/>',
    '<w:w w:val="1"/>',
    '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>',
    "<w14:textFill><w14:noFill/></w14:textFill>",
    '<w:rStyle w:val="Hidden"/>',
]
APART = [
    '<w:vertAlign w:val="superscript"/>',
    '<w:vertAlign w:val="subscript"/>',
    '<w:position w:val="6"/>',
    '<w:sz w:val="8"/>',
    '<w:color w:val="FDFDFD"/>',
    '<w:spacing w:val="-100"/>',
    '<w:eastAsianLayout w:combine="1"/>',
    '<w:rStyle w:val="Raised"/>',
]
LOOKS = (
    '<w:style w:type="character" w:styleId="Base"><w:name w:val="Base"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Hidden"><w:name w:val="h"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="character" w:styleId="Raised"><w:name w:val="r"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)


@pytest.mark.parametrize("look", GONE)
def test_what_nobody_sees_is_no_figure(look: str) -> None:
    assert figure(paragraph(run("12", look)), styles=LOOKS) == (None, "illegible")
    for words in ([run("1"), run("2", look)], [run("2", look), run("1")], [run("1"), run("2", look), run("3")]):
        assert figure(paragraph(*words), styles=LOOKS) == (None, "illegible")


@pytest.mark.parametrize("look", HIDDEN)
def test_what_word_hides_leaves_the_figure_that_is_seen(look: str) -> None:
    assert figure(paragraph(run("12", look))) == (None, "illegible")  # alone: no figure, and no blank cell either
    for words in ([run("12"), run("7", look)], [run("7", look), run("12")], [run("1"), run("2"), run("3", look)]):
        assert figure(paragraph(*words)) == (12, "number")
    assert figure(paragraph(run("1"), run("2", look), run("3"))) == (None, "illegible")


@pytest.mark.parametrize("look", HIDDEN)
def test_the_second_reading_sees_no_hidden_words_either(look: str) -> None:
    seen, unseen = row(cell(plain("甲")), cell(paragraph(run("41", look), run("12")))), hidden_row("甲", "125", look)
    # As RTF has it: all words hidden, the row itself not.
    empty = row(cell(paragraph(run("甲", look))), cell(paragraph(run("125", look))))
    body = docx(table(seen, unseen, empty))
    for content in (read(body, "a.docx"), tables_of(body)):
        assert [[*line.texts] for block in content.blocks if isinstance(block, Grid) for line in block.rows] == [
            ["甲", "12"]
        ]


def test_a_row_of_hidden_words_in_a_merged_cell_is_one_for_both_readings() -> None:
    begun, on = row(cell(plain("甲"), '<w:vMerge w:val="restart"/>'), cell(plain("3"))), "<w:vMerge/>"
    within = row(cell(plain(""), on), cell(paragraph(run("5", "<w:vanish/>"))))
    body = docx(table(begun, within, row(cell(plain("乙")), cell(plain("4")))))
    for content in (read(body, "a.docx"), tables_of(body)):
        (grid,) = [block for block in content.blocks if isinstance(block, Grid)]
        assert [len(line.texts) for line in grid.rows] == [2, 1, 2]


def test_a_hidden_row_with_words_that_are_seen_is_no_figure() -> None:
    body = docx(table(row(cell(plain("甲")), cell(plain("12"))), hidden_row("乙", "5", "")))
    (grid,) = [block for block in read(body, "a.docx").blocks if isinstance(block, Grid)]
    assert [line.texts[1].startswith(DOUBT) for line in grid.rows] == [False, True]


def hidden_row(label: str, value: str, look: str) -> str:
    made = row(cell(paragraph(run(label, look))), cell(paragraph(run(value, look))))
    return made.replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>", 1)


@pytest.mark.parametrize("look", APART)
def test_digits_set_apart_never_join_the_figure(look: str) -> None:
    assert figure(paragraph(run("12"), run("1", look)), styles=LOOKS) == (None, "illegible")
    assert figure(paragraph(run("12", look)), styles=LOOKS) == (12, "number")
    assert figure(paragraph(run("1", look), run("2", look)), styles=LOOKS) == (12, "number")


@pytest.mark.parametrize(
    "look",
    [
        "",
        '<w:vanish w:val="0"/>',
        '<w:strike w:val="false"/><w:dstrike w:val="0"/>',
        '<w:color w:val="000000"/>',
        '<w:color w:val="FF0000"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>',
        '<w:sz w:val="18"/><w:szCs w:val="18"/>',
        '<w:vertAlign w:val="baseline"/>',
        '<w:position w:val="0"/>',
        '<w:rPrChange w:id="1"><w:rPr><w:strike/></w:rPr></w:rPrChange>',
        '<w:rFonts w:ascii="Symbol" w:hAnsi="宋体"/>',
        "<w:b/><w:i/><w:u w:val='single'/><w:webHidden/>",
    ],
)
def test_usual_looks_leave_the_figure(look: str) -> None:
    assert figure(paragraph(run("12", look))) == (12, "number")


def test_white_on_a_dark_ground_is_seen() -> None:
    white = paragraph(run("12", '<w:color w:val="FFFFFF"/>'))
    assert figure(white, '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>') == (12, "number")
    assert figure(white, '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>') == (None, "illegible")
    black = paragraph(run("12", '<w:color w:val="000000"/>'))
    assert figure(black, '<w:shd w:val="clear" w:fill="000000"/>') == (None, "illegible")


PARAGRAPH_STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr>{0}</w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>{1}</w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/>{2}</w:style>'
)  # fmt: skip


@pytest.mark.parametrize("at", range(3))
def test_styles_hide_as_well(at: int) -> None:
    looks = ["", "", ""]
    looks[at] = "<w:vanish/>" if at == 0 else "<w:rPr><w:vanish/></w:rPr>"
    styled = '<w:pStyle w:val="b"/>'
    styles = PARAGRAPH_STYLES.format(*looks)
    assert figure(paragraph(run("12"), look=styled), styles=styles) == (None, "illegible")
    assert figure(paragraph(run("12", '<w:vanish w:val="0"/>'), look=styled), styles=styles) == (12, "number")


def test_styles_in_a_circle_end() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in ("ab", "ba", "cc")
    )
    for one in "abc":
        assert figure(paragraph(run("12"), look=f'<w:pStyle w:val="{one}"/>'), styles=styles) == (12, "number")


BREAKS = ["<w:br/>", "<w:cr/>", "<w:tab/>", "<w:ptab/>", '<w:br w:type="textWrapping"/>']


@pytest.mark.parametrize("sign", BREAKS)
def test_digits_with_a_break_between_are_never_joined(sign: str) -> None:
    value, state = figure(f"<w:p><w:r><w:t>1</w:t>{sign}<w:t>2</w:t></w:r></w:p>")
    assert (value, state) != (12, "number")
    assert value is None
    assert figure(f"<w:p><w:r>{sign}<w:t>12</w:t>{sign}</w:r></w:p>") == (12, "number")


def test_paragraphs_in_a_cell_are_never_joined() -> None:
    assert figure(plain("1") + plain("2"))[0] is None
    assert figure(plain("") + plain("12") + plain("")) == (12, "number")


@pytest.mark.parametrize(
    ("inside", "read_as"),
    [
        ('<w:p><w:r><w:t>12</w:t></w:r><w:del w:id="1"><w:r><w:delText>3</w:delText></w:r></w:del></w:p>', 12),
        (f'<w:p><w:ins w:id="1">{run("12")}</w:ins></w:p>', 12),
        (f'<w:p>{run("1")}<w:del w:id="1"><w:r><w:t>9</w:t></w:r></w:del><w:ins w:id="2">{run("2")}</w:ins></w:p>', 12),
        (f'<w:p><w:moveFrom w:id="1">{run("9")}</w:moveFrom><w:moveTo w:id="2">{run("12")}</w:moveTo></w:p>', 12),
        (f'<w:p><w:ins w:id="1"><w:del w:id="2"><w:r><w:delText>9</w:delText></w:r></w:del></w:ins>{run("12")}</w:p>', 12),
        (paragraph(run("1"), look='<w:rPr><w:del w:id="1"/></w:rPr>') + plain("2"), 12),
        (f'<w:p><w:pPr><w:pPrChange w:id="1"><w:pPr/></w:pPrChange></w:pPr>{run("12")}</w:p>', 12),
    ],
)  # fmt: skip
def test_changes_are_taken_as_accepted(inside: str, read_as: int) -> None:
    assert figure(inside) == (read_as, "number")


def test_a_figure_that_was_deleted_leaves_a_blank_cell() -> None:
    assert figure('<w:p><w:del w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del></w:p>') == (None, "blank")


def test_deleted_rows_are_not_there_and_merged_cells_begin_below_them() -> None:
    first = row(cell(plain("组"), '<w:vMerge w:val="restart"/>'), cell(plain("9")), look='<w:del w:id="1"/>')
    rows = [row(cell(plain(label), "<w:vMerge/>"), *(cell(plain(str(at))) for at in range(4))) for label in "甲乙"]
    (grid,) = read(docx(table(first, *rows)), "a").blocks
    assert isinstance(grid, Grid)
    assert [one.texts for one in grid.rows] == [("甲", "0", "1", "2", "3"), ("0", "1", "2", "3")]
    assert grid.rows[0].rowspans[0] == 2


def field(code: str, result: str | None, begin: str = "") -> str:
    """A field of several runs; without a result it has none."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{begin}</w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


LIST = (
    '><w:ffData><w:ddList>{0}<w:listEntry w:val="7"/><w:listEntry w:val="12"/></w:ddList></w:ffData></w:fldChar>'
)  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (field("=SUM(LEFT)", "12", "/>"), (12, "number")),
        (field(" FORMTEXT ", "12", "/>"), (12, "number")),
        (field(" FORMTEXT ", "\u2002\u2002\u2002", "/>"), (None, "blank")),
        (field("IF " + field("DOCPROPERTY x", "5", "/>") + " = 5", "12", "/>"), (12, "number")),
        (field("=SUM(LEFT)", "12", ' w:dirty="true"/>'), (None, "illegible")),
        (field(" FORMDROPDOWN ", None, LIST.format('<w:result w:val="1"/>')), (12, "number")),
        (field(" FORMDROPDOWN ", None, LIST.format('<w:default w:val="0"/>')), (7, "number")),
        (run("3") + field(" FORMDROPDOWN ", None, LIST.format("")), (None, "illegible")),
        (run("1") + field(r"EQ \o\ac(○,2)", None, "/>"), (None, "illegible")),
        (run("1") + field(r"SYMBOL 50 \f Arial", None, "/>"), (None, "illegible")),
        (run("1") + field(" AUTONUM ", None, "/>"), (None, "illegible")),
        ('<w:fldSimple w:instr="=1+1">' + run("12") + "</w:fldSimple>", (12, "number")),
        ('<w:fldSimple w:instr="=1+1" w:dirty="1">' + run("12") + "</w:fldSimple>", (None, "illegible")),
        ('<w:hyperlink r:id="rId9">' + run("12") + "</w:hyperlink>", (12, "number")),
        ("<w:smartTag>" + run("12") + "</w:smartTag>", (12, "number")),
        ("<w:customXml>" + run("12") + "</w:customXml>", (12, "number")),
        (run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>', (12, "number")),
        (run("12") + '<w:r><w:commentReference w:id="2"/></w:r>', (12, "number")),
        ('<w:bdo w:val="rtl">' + run("12") + "</w:bdo>", (None, "illegible")),
        ('<w:bdo w:val="ltr">' + run("12") + "</w:bdo>", (12, "number")),
        (run("1") + '<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>', (None, "illegible")),
        (run("1") + '<w:r><w:sym w:font="宋体" w:char="0032"/></w:r>', (12, "number")),
        ("<w:r><w:noBreakHyphen/><w:t>12</w:t></w:r>", (-12, "number")),
        ("<w:r><w:t>1</w:t><w:softHyphen/><w:t>2</w:t></w:r>", (12, "number")),
        (run("1") + "<m:oMath><m:r><m:t>2</m:t></m:r></m:oMath>", (None, "illegible")),
        ("<w:r><w:ruby><w:rt>" + run("3") + "</w:rt><w:rubyBase>" + run("12") + "</w:rubyBase></w:ruby></w:r>",
         (None, "illegible")),
        ('<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>' + run("0") + "</w:sdtContent></w:sdt>",
         (None, "illegible")),
        ("<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>" + run("12") + "</w:sdtContent></w:sdt>",
         (12, "number")),
        ('<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a"/></w:sdtPr><w:sdtContent>' + run("12") + "</w:sdtContent></w:sdt>",
         (None, "illegible")),
        ("<w:r><mc:AlternateContent><mc:Choice Requires='w14'><w:t>12</w:t></mc:Choice><mc:Fallback><w:t>9</w:t>"
         "</mc:Fallback></mc:AlternateContent></w:r>", (12, "number")),
        ("<w:r><mc:AlternateContent><mc:Choice Requires='wpsCustomData'><w:t>9</w:t></mc:Choice><mc:Fallback><w:t>12"
         "</w:t></mc:Fallback></mc:AlternateContent></w:r>", (12, "number")),
    ],
)  # fmt: skip
def test_what_stands_in_cells_beside_plain_text(inside: str, found: tuple[object, str]) -> None:
    assert figure(f"<w:p>{inside}</w:p>") == found


def test_a_field_that_never_ends_hides_nothing_of_what_follows() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    content = read(docx(f"<w:p>{begun}</w:p>" + plain("一、总体情况") + table(row(*[cell(plain("1"))] * 4))), "a")
    assert content.blocks[0] == "一、总体情况"
    assert isinstance(content.blocks[1], Grid)
    assert figure(f"<w:p>{begun}{run('12')}</w:p>") == (None, "illegible")


NUMBERS = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def test_the_number_of_a_list_is_no_digit_of_a_figure() -> None:
    assert figure(paragraph(run("2"), look=NUMBERED), numbering=NUMBERS) == (None, "illegible")
    assert figure(paragraph(look=NUMBERED), numbering=NUMBERS) == (None, "illegible")
    dash = NUMBERS.replace("decimal", "bullet").replace("%1", "-")
    assert figure(paragraph(run("2"), look=NUMBERED), numbering=dash) == (None, "illegible")
    none = NUMBERS.replace("decimal", "none").replace("%1", "")
    assert figure(paragraph(run("2"), look=NUMBERED), numbering=none) == (2, "number")
    label = table(row(cell(paragraph(run("属于国家秘密"), look=NUMBERED)), *[cell(plain("1"))] * 4))
    (grid,) = read(docx(label, numbering=NUMBERS), "a").blocks
    assert isinstance(grid, Grid)
    assert grid.rows[0].texts[0] == "1 属于国家秘密"


def box(inside: str, other: str = "") -> str:
    """A frame, as Word 2010 writes it with a copy for older programs."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{other or inside}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_frames_are_read_once_behind_their_paragraph() -> None:
    inside = plain("甲") + table(row(*[cell(plain("1"))] * 4))
    content = read(docx(paragraph(run("前"), box(inside), run("后")) + plain("末")), "a")
    assert [block if isinstance(block, str) else "表" for block in content.blocks] == ["前后", "甲", "表", "末"]
    old = f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{plain('乙')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    assert read(docx(old), "a").blocks == ("乙",)


def test_a_frame_in_a_cell_is_no_figure_of_the_cell() -> None:
    assert figure(paragraph(box(plain("12")))) == (None, "illegible")
    assert figure(paragraph(run("1"), box(plain("2")))) == (None, "illegible")


PICTURE = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed='rId1'/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
OLD_PICTURE = "<w:r><w:pict><v:shape><v:imagedata r:id='rId1'/></v:shape></w:pict></w:r>"
OBJECT = "<w:r><w:object><v:shape><v:imagedata r:id='rId1'/></v:shape><o:OLEObject Type='Embed' ProgID='Excel.Sheet.12'/></w:object></w:r>"


def content(body: str) -> Content:
    return read(docx(body), "a.docx")


def test_pictures_are_counted_and_what_is_not_read_is_named() -> None:
    assert content(paragraph(run("文字"), PICTURE, OLD_PICTURE)).images == 2
    assert content(paragraph(PICTURE)).blocks == ()
    embedded = content(paragraph(run("文字"), OBJECT))
    assert embedded.images == 1
    assert embedded.left == {"attachment"}
    assert content(plain("文字") + '<w:altChunk r:id="rId5"/>').left == {"frame"}
    assert figure(paragraph(PICTURE)) == (None, "illegible")
    assert figure(paragraph(run("1"), PICTURE)) == (None, "illegible")
    cells = table(row(*[cell(plain("1"))] * 3, cell(paragraph(PICTURE))))
    assert content(cells).left == {"cell_image"}


# ---- rows and columns ----


def test_cells_hidden_under_merged_ones_are_no_figures() -> None:
    over, under = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    tail = [cell(plain("1"))] * 3
    rows = [
        row(cell(plain("甲")), cell(plain("12"), over), *tail),
        row(cell(plain("乙")), cell(plain("5"), under), *tail),
    ]
    (grid,) = content(table(*rows)).blocks
    assert isinstance(grid, Grid)
    assert read_figure(grid.rows[0].texts[1]).value is None
    assert grid.rows[0].rowspans[1] == 2
    same = [rows[0], row(cell(plain("乙")), cell(plain("12"), under), *tail)]
    (grid,) = content(table(*same)).blocks
    assert isinstance(grid, Grid)
    assert read_figure(grid.rows[0].texts[1]).value == 12


def test_rows_that_begin_further_right_and_cells_that_go_on_from_nothing() -> None:
    tail = [cell(plain(str(at))) for at in range(4)]
    first = row(*tail, look='<w:gridBefore w:val="2"/>')
    second = row(cell(plain("乙"), "<w:vMerge/>"), cell(plain("丙"), '<w:gridSpan w:val="0"/>'), *tail)
    (grid,) = content(table(first, second)).blocks
    assert isinstance(grid, Grid)
    assert grid.rows[0].columns == (0, 2, 3, 4, 5)
    assert grid.rows[1].texts == ("乙", "丙", "0", "1", "2", "3")


def test_hidden_rows_are_no_figures() -> None:
    for look in ("<w:hidden/>", '<w:trHeight w:val="1" w:hRule="exact"/>'):
        (grid,) = content(table(row(*[cell(plain("7"))] * 4, look=look), row(*[cell(plain("8"))] * 4))).blocks
        assert isinstance(grid, Grid)
        assert [read_figure(text).value for one in grid.rows for text in one.texts] == [None] * 4 + [8] * 4


def test_tables_in_cells_follow_the_table_around_them() -> None:
    inner = table(row(*(cell(plain(text)) for text in "甲123")))
    rows = [row(*(cell(plain(text)) for text in "乙4567")), row(cell(inner + plain("")), *[cell(plain("8"))] * 4)]
    outer, nested = content(table(*rows, row(*[cell(plain("9"))] * 5))).blocks
    assert isinstance(outer, Grid)
    assert isinstance(nested, Grid)
    assert (outer.rows[0].texts, nested.rows[0].texts) == (tuple("乙4567"), tuple("甲123"))


# ---- the text ----


def test_hidden_and_deleted_words_of_the_text_are_not_there() -> None:
    struck = paragraph(run("收到"), run("12", "<w:strike/>"), run("13"), run("件"))
    assert content(struck).blocks == ("收到 13件",)
    assert content(plain("甲") + paragraph(run("密", "<w:vanish/>")) + plain("乙")).blocks == ("甲", "乙")
    assert content(paragraph(run("收到1"), run("2", '<w:vertAlign w:val="superscript"/>'))).blocks == ("收到1 2",)


LEVELS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="{1}"/><w:numFmt w:val="{0}"/><w:lvlText w:val="{2}"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
)


def lists(form: str, numbers: str, start: int = 1, pattern: str = "%1、") -> list[str]:
    """The paragraphs of lists: of each its list, and behind a point its level."""
    body = ""
    for one in numbers.split():
        identity, _, level = one.partition(".")
        look = f'<w:numPr><w:ilvl w:val="{level or 0}"/><w:numId w:val="{identity}"/></w:numPr>'
        body += paragraph(run("文"), look=look)
    return [str(block) for block in read(docx(body, numbering=LEVELS.format(form, start, pattern)), "a").blocks]


@pytest.mark.parametrize(
    ("form", "start", "numbers"),
    [
        ("chineseCountingThousand", 1, ["一", "二", "三"]),
        ("chineseCounting", 9, ["九", "十", "十一"]),
        ("japaneseCounting", 19, ["十九", "二十", "二十一"]),
        ("chineseCountingThousand", 99, ["九十九", "一百", "一百零一"]),
        ("decimal", 0, ["0", "1", "2"]),
        ("decimalFullWidth", 9, ["９", "１０", "１１"]),
        ("decimalEnclosedCircle", 1, ["①", "②", "③"]),
        ("upperRoman", 3, ["III", "IV", "V"]),
        ("lowerLetter", 25, ["y", "z", "aa"]),
        ("ideographTraditional", 1, ["甲", "乙", "丙"]),
        ("chineseLegalSimplified", 1, ["壹", "贰", "叁"]),
    ],
)
def test_numbers_of_lists_are_written_out(form: str, start: int, numbers: list[str]) -> None:
    assert lists(form, "1 1 1", start) == [f"{number}、 文" for number in numbers]


def test_lists_count_on_restart_and_nest() -> None:
    assert lists("decimal", "1 1.1 1.1 1 1.1 2 2 1") == [
        f"{number} 文" for number in ("1、", "1.1", "1.2", "2、", "2.1", "7、", "8、", "9、")
    ]
    assert lists("bullet", "1 1") == ["文", "文"]
    assert lists("unheardOf", "1") == ["、 文"]


def test_headings_whose_style_has_the_number() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    numbering = LEVELS.format("chineseCountingThousand", 1, "%1、")
    body = paragraph(run("总体情况"), look='<w:pStyle w:val="1"/>') * 2
    off = '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body += paragraph(run("无号"), look=off)
    assert read(docx(body, styles=styles, numbering=numbering), "a").blocks == (
        "一、 总体情况",
        "二、 总体情况",
        "无号",
    )


def test_a_table_of_contents_is_no_heading() -> None:
    entry = paragraph(run("一、总体情况"), field("PAGEREF _Toc1 \\h", "1", "/>"))
    gallery = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr><w:sdtContent>{0}</w:sdtContent></w:sdt>"
    styles = '<w:style w:type="paragraph" w:styleId="10"><w:name w:val="toc 1"/></w:style>'
    styled = paragraph(run("一、总体情况 1"), look='<w:pStyle w:val="10"/>')
    for contents in (entry, gallery.format(plain("一、总体情况 1")), styled):
        assert read(docx(contents + plain("一、总体情况"), styles=styles), "a").blocks == ("一、总体情况",)


def test_the_title_of_its_properties_is_not_the_title() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>白云市教育局2020年政府信息公开工作年度报告</dc:title></cp:coreProperties>'
    )
    body = word.report_docx(REPORTS[0], word.merged)
    with zipfile.ZipFile(BytesIO(body)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    assert misread(REPORTS[0], word.packed({**members, "docProps/core.xml": core})) == {}


# ---- what is refused ----


def refused(body: bytes, name: str = "a.docx") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, name)
    assert caught.value.problem.detail.endswith("。")
    return caught.value.problem.code


def spoiled(change: Callable[[bytes], bytes]) -> bytes:
    return change(docx(plain("文字" * 200)))


def test_damaged_documents_are_told() -> None:
    assert refused(spoiled(lambda body: body[:-30])) == "damaged_file"
    assert refused(spoiled(lambda body: body[: len(body) // 2])) == "damaged_file"
    assert refused(docx(plain("x"), more={"word/document.xml": "<w:document"})) == "damaged_file"
    assert refused(docx(plain("x"), more={"word/document.xml": "<html/>"})) == "damaged_file"
    assert refused(docx("")) == "no_text"


DTD = (
    '<?xml version="1.0"?><!DOCTYPE w:document [{0}]><w:document xmlns:w="'
    + word.W
    + '"><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>'
)


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a SYSTEM "http://127.0.0.1/x">', '<!ENTITY a "1">'],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entities_are_never_resolved(declared: str, charset: str) -> None:
    text = DTD.format(declared).replace('version="1.0"', f'version="1.0" encoding="{charset}"')
    assert refused(docx("", more={"word/document.xml": text.encode(charset)})) == "damaged_file"


def test_bombs_are_refused() -> None:
    huge = word.document_xml(plain("0" * 40_000_000))
    assert refused(docx("", more={"word/document.xml": huge})) == "too_large"
    deep = "<w:ins>" * 5000 + run("x") + "</w:ins>" * 5000
    assert refused(docx(f"<w:p>{deep}</w:p>")) == "too_deep"
    cells = row(*[cell("<w:p/>")] * 500) * 450
    assert refused(docx(table(cells))) in ("too_many_cells", "too_large")
    styles = "<w:style/>" * 10
    assert read(docx(plain("x"), styles=styles), "a").blocks == ("x",)


@pytest.mark.parametrize(("around", "depth"), [*product(["w:ins", "w:sdt", "w:bdo", "w:tbl"], [60, 80])])
def test_deep_nesting_is_read_or_refused(around: str, depth: int) -> None:
    begin, end = {
        "w:sdt": ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        "w:tbl": ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
    }.get(around, (f"<{around}>", f"</{around}>"))
    body = docx(begin * depth + plain("文") + end * depth)
    try:
        found = read(body, "a").blocks[-1]
    except Unreadable as error:
        found = error.problem.code
    assert found in ("文", "too_deep")


def test_a_package_is_known_by_its_directory_and_not_by_its_name() -> None:
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w") as package:
        package.writestr("word/media/image1.png", b"\x89PNG" * 20_000)
        with zipfile.ZipFile(BytesIO(docx(plain("甲")))) as inner:
            for name in inner.namelist():
                package.writestr(name, inner.read(name))
    for name in ("a.doc", "a.wps", "a.zip", "a.html", "无"):
        assert read(stored.getvalue(), name).blocks == ("甲",)


def test_nothing_outside_the_document_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("asked for something outside")

    monkeypatch.setattr("socket.socket.connect", never)
    outside = (
        '<Relationship Id="rId7" Type="{0}/attachedTemplate" Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/>'
    )
    main = '<Relationship Id="rId8" Type="{0}/officeDocument" Target="http://127.0.0.1:9/word/document.xml" TargetMode="External"/>'
    relations = word.RELATIONS.format(outside.format(word.R) + main.format(word.R))
    more: dict[str, str | bytes] = {
        "word/_rels/settings.xml.rels": relations,
        "_rels/.rels": relations,
        "word/vbaProject.bin": b"\xd0\xcf\x11\xe0",
    }
    assert read(docx(plain("甲"), more=more), "a.docm").blocks == ("甲",)


def spoil(body: bytes, dice: random.Random) -> bytes:
    """The document with something in it gone, doubled, moved or put in the place of something else."""
    with zipfile.ZipFile(BytesIO(body)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    name = dice.choice([one for one in members if one.startswith("word/")])
    part = members[name].decode()
    pieces = re.split(r"(?=<)", part)
    for _ in range(dice.randint(1, 6)):
        at, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        change = dice.randrange(5)
        if change == 0:
            del pieces[at]
        elif change == 1:
            pieces.insert(at, pieces[other])
        elif change == 2:
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif change == 3:
            pieces[at] = re.sub(r'"[^"]*"', f'"{dice.choice(ODD)}"', pieces[at], count=1)
        else:
            pieces[at] = pieces[at].replace("w:", dice.choice(["", "m:", "w14:", "v:"]), 2)
    spoiled = word.packed({**members, name: "".join(pieces).encode()})
    if dice.random() < 0.2:
        at = dice.randrange(len(spoiled))
        spoiled = spoiled[:at] + bytes([dice.randrange(256)]) + spoiled[at + 1 :]
    return spoiled


ODD = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "1e9",
    "NaN",
    "x",
    "continue",
    "restart",
    "１２",
    "%1%2%3%4%5%6%7%8%9",
    "begin",
    "end",
)


@pytest.mark.parametrize("seed", range(4 * HOSTILE_SEEDS))
def test_spoiled_documents_are_read_or_refused(seed: int) -> None:
    dice = random.Random(seed)
    bodies = [
        word.report_docx(REPORTS[0], word.STYLES[dice.choice([*word.STYLES])], numbered=True),
        docx(
            paragraph(box(plain("1")), PICTURE, OBJECT, field("EQ", None, "/>"), look=NUMBERED) * 3
            + table(row(*[cell(paragraph(run("1", "<w:strike/>"), run("2")))] * 5)) * 3,
            styles=LOOKS,
            numbering=LEVELS.format("decimal", 1, "%1"),
        ),
    ]
    for number in range(12):
        body = spoil(bodies[number % 2], dice)
        try:
            assert isinstance(read(body, "a.docx"), Content)
        except Unreadable as error:
            refusal = error.problem.code
            assert refusal in REFUSALS, f"seed {seed}, number {number}"


REFUSALS = {"damaged_file", "too_large", "too_deep", "no_text", "too_many_cells", "encrypted", "unsupported_format"}
