"""Cells of Word documents: what a person sees in one is its figure; what is hidden or not sure is none."""

import pytest

from extract.content import DOUBT, Grid
from extract.form.numbers import read_figure
from extract.readers import read
from extract.readers._word_tokens import tables_of
from tests.extract.test_word_reader import content
from tests.extract.word_files import (
    NUMBERED,
    OBJECT,
    OLD_PICTURE,
    PICTURE,
    box,
    cell,
    docx,
    field,
    paragraph,
    plain,
    row,
    run,
    table,
)


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
    for reading in (read(body, "a.docx"), tables_of(body)):
        assert [[*line.texts] for block in reading.blocks if isinstance(block, Grid) for line in block.rows] == [
            ["甲", "12"]
        ]


def test_a_row_of_hidden_words_in_a_merged_cell_is_one_for_both_readings() -> None:
    begun, on = row(cell(plain("甲"), '<w:vMerge w:val="restart"/>'), cell(plain("3"))), "<w:vMerge/>"
    within = row(cell(plain(""), on), cell(paragraph(run("5", "<w:vanish/>"))))
    body = docx(table(begun, within, row(cell(plain("乙")), cell(plain("4")))))
    for reading in (read(body, "a.docx"), tables_of(body)):
        (grid,) = [block for block in reading.blocks if isinstance(block, Grid)]
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


def test_frames_are_read_once_behind_their_paragraph() -> None:
    inside = plain("甲") + table(row(*[cell(plain("1"))] * 4))
    content = read(docx(paragraph(run("前"), box(inside), run("后")) + plain("末")), "a")
    assert [block if isinstance(block, str) else "表" for block in content.blocks] == ["前后", "甲", "表", "末"]
    old = f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{plain('乙')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    assert read(docx(old), "a").blocks == ("乙",)


def test_a_frame_in_a_cell_is_no_figure_of_the_cell() -> None:
    assert figure(paragraph(box(plain("12")))) == (None, "illegible")
    assert figure(paragraph(run("1"), box(plain("2")))) == (None, "illegible")


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
