"""The text of Word documents: numbers of lists, headings, what is hidden; its title is not that of its properties."""

import zipfile
from io import BytesIO

import pytest

from extract.readers import read
from tests.extract import word_files as word
from tests.extract.test_word_reader import REPORTS, content, misread
from tests.extract.word_files import docx, field, paragraph, plain, run


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
