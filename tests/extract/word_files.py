"""Word documents of our own making, written apart from the reader: by hand as XML, and by python-docx."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from docx import Document

from monitor.samples import SampleReport
from monitor.samples.layout import FormCell, FormTable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>{more}</Types>'
)
WORD_TYPE = (
    '<Override PartName="/word/{0}.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.{0}+xml"/>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{0}</Relationships>'


def relation(kind: str, target: str, number: int = 1) -> str:
    return f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{target}"/>'


def packed(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return out.getvalue()


def document_xml(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'


def docx(body: str, *, styles: str = "", numbering: str = "", more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A document of this body; `styles` and `numbering` are what stands in these parts."""
    beside = {"styles": styles, "numbering": numbering}
    names = [name for name, inside in beside.items() if inside]
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.format(more="".join(map(WORD_TYPE.format, names))),
        "_rels/.rels": RELATIONS.format(relation("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": RELATIONS.format(
            "".join(relation(name, f"{name}.xml", number) for number, name in enumerate(names, 1))
        ),
        "word/document.xml": document_xml(body),
    }
    for name in names:
        members[f"word/{name}.xml"] = f"<w:{name} {NAMESPACES}>{beside[name]}</w:{name}>"
    return packed({**members, **(more or {})})


def run(text: str, look: str = "") -> str:
    """A run; `look` is what stands in its w:rPr."""
    inside = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs: str, look: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{''.join(runs)}</w:p>"


def plain(text: str) -> str:
    return paragraph(run(text))


def cell(inside: str, look: str = "") -> str:
    """A cell of paragraphs; `look` is what stands in its w:tcPr."""
    return f"<w:tc>{f'<w:tcPr>{look}</w:tcPr>' if look else ''}{inside}</w:tc>"


def row(*cells: str, look: str = "") -> str:
    return f"<w:tr>{f'<w:trPr>{look}</w:trPr>' if look else ''}{''.join(cells)}</w:tr>"


def table(*rows: str, look: str = "") -> str:
    return f"<w:tbl><w:tblPr>{look}</w:tblPr>{''.join(rows)}</w:tbl>"


COLUMN = 800  # twentieths of a point
Text = Callable[[FormCell], str]
Style = Callable[[FormTable, Text], str]


def _spread(form: FormTable) -> list[list[tuple[FormCell, bool]]]:
    """The cells of each row in order of columns, also those that go on from above (True)."""
    open_below: dict[int, tuple[FormCell, int]] = {}
    rows: list[list[tuple[FormCell, bool]]] = []
    for drawn in form:
        cells = list(drawn)
        found: list[tuple[FormCell, bool]] = []
        column = 0
        below: dict[int, tuple[FormCell, int]] = {}
        while cells or column in open_below:
            above = open_below.get(column)
            one = above[0] if above else cells.pop(0)
            found.append((one, above is not None))
            left = (above[1] if above else one.rowspan) - 1
            if left:
                below[column] = (one, left)
            column += one.colspan
        open_below = below
        rows.append(found)
    return rows


def merged(form: FormTable, text: Text, inside: Callable[[str], str] = plain) -> str:
    """As Word draws it: gridSpan across, vMerge down."""
    rows = []
    for drawn in _spread(form):
        cells = []
        for one, goes_on in drawn:
            look = f'<w:tcW w:w="{one.colspan * COLUMN}" w:type="dxa"/>'
            look += f'<w:gridSpan w:val="{one.colspan}"/>' if one.colspan > 1 else ""
            if one.rowspan > 1:
                look += "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>'
            cells.append(cell(plain("") if goes_on else inside(text(one)), look))
        rows.append(row(*cells))
    columns = f'<w:gridCol w:w="{COLUMN}"/>' * sum(one.colspan for one in form[0])
    return table(*rows).replace("</w:tblPr>", f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>", 1)


def without_spans(form: FormTable, text: Text) -> str:
    """Cells that are drawn, and nothing said of what is merged."""
    return table(*(row(*(cell(plain(text(one))) for one in drawn)) for drawn in form))


def old_merged(form: FormTable, text: Text) -> str:
    """Merged across as older programs have it: each column has its cell, and the further ones go on."""
    rows = []
    for drawn in _spread(form):
        cells = []
        for one, goes_on in drawn:
            down = ("<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>') if one.rowspan > 1 else ""
            across = '<w:hMerge w:val="restart"/>' if one.colspan > 1 else ""
            cells.append(cell(plain("") if goes_on else plain(text(one)), across + down))
            cells += [cell(plain(""), '<w:hMerge w:val="continue"/>')] * (one.colspan - 1)
        rows.append(row(*cells))
    return table(*rows)


def framed(form: FormTable, text: Text) -> str:
    """The table within the one cell of another."""
    return table(row(cell(merged(form, text) + plain(""))))


def in_pieces(words: str) -> str:
    """Each character a run of its own, with what programs leave between."""
    pieces = "<w:proofErr w:type='spellStart'/>".join(run(one, '<w:rFonts w:hint="eastAsia"/>') for one in words)
    return f'<w:p w:rsidR="00A1"><w:bookmarkStart w:id="0" w:name="_Hlk1"/>{pieces}<w:bookmarkEnd w:id="0"/></w:p>'


def of_wps(form: FormTable, text: Text) -> str:
    """As WPS writes: pieces of words, data of its own beside, rows within a content control."""
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="wpsCustomData"><wpsCustomData:x/></mc:Choice></mc:AlternateContent>'
    )
    return (
        merged(form, text, in_pieces)
        .replace("<w:tr>", "<w:sdt><w:sdtPr/><w:sdtContent><w:tr>")
        .replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>")
        .replace("</w:tbl>", f"</w:tbl>{paragraph(custom)}")
    )


def with_changes(form: FormTable, text: Text) -> str:
    """Every figure was another one before, and some rows were deleted."""

    def changed(words: str) -> str:
        before = '<w:del w:id="1"><w:r><w:delText>99</w:delText></w:r></w:del>'
        moved = f'<w:moveFrom w:id="2">{run("77")}</w:moveFrom>'
        return paragraph(before, moved, f'<w:ins w:id="3">{run(words)}</w:ins>')

    gone = row(*(cell(plain("8")) for _ in range(4)), look='<w:del w:id="4"/>')
    return merged(form, text, changed).replace("</w:tblPr>", f"</w:tblPr>{gone}", 1)


def with_controls(form: FormTable, text: Text) -> str:
    """Each cell's words in a content control of the run, and the cell in one."""

    def controlled(words: str) -> str:
        return f"<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run(words)}</w:sdtContent></w:sdt></w:p>"

    return (
        merged(form, text, controlled)
        .replace("<w:tc>", "<w:sdt><w:sdtPr/><w:sdtContent><w:tc>")
        .replace("</w:tc>", "</w:tc></w:sdtContent></w:sdt>")
    )


STYLES: Mapping[str, Style] = {
    "merged": merged,
    "without spans": without_spans,
    "merged as of old": old_merged,
    "framed": framed,
    "of WPS": of_wps,
    "with changes": with_changes,
    "with content controls": with_controls,
}


def split_blocks(form: FormTable) -> Sequence[FormTable]:
    """表二 as a table for each of its blocks."""
    parts: list[list[tuple[FormCell, ...]]] = []
    for drawn in form:
        if not parts or (len(drawn) == 1 and drawn[0].label.startswith("第二十条")):
            parts.append([])
        parts[-1].append(drawn)
    return [tuple(part) for part in parts]


def report_docx(report: SampleReport, style: Style, *, numbered: bool = False, split: bool = False) -> bytes:
    """A sample report as a Word document; `numbered`: the numbers of its headings are those of a list."""
    parts = [paragraph(run(report.title), look='<w:jc w:val="center"/>')]

    def text(one: FormCell) -> str:
        return report.printed(one.name) if one.name else one.label

    for block in report.blocks(word=True):
        if isinstance(block, tuple):
            is_second = block[0][0].label.startswith("第二十条")
            tables = split_blocks(block) if split and is_second else [block]
            parts += [style(one, text) + plain("") for one in tables]
        elif numbered and block[1:2] == "、" and block[0] in "一二三四五六":
            parts.append(paragraph(run(block[2:]), look='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))
        else:
            parts.append(plain(block))
    return docx("".join(parts), numbering=HEADINGS if numbered else "")


HEADINGS = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def by_python_docx(report: SampleReport) -> bytes:
    """A sample report as python-docx writes it, cells merged by it."""
    document = Document()
    document.add_heading(report.title, 0)
    for block in report.blocks(word=True):
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        width = sum(one.colspan for one in block[0])
        drawn = document.add_table(len(block), width)
        for at, cells in enumerate(_spread(block)):
            column = 0
            for one, goes_on in cells:
                if not goes_on:
                    first = drawn.cell(at, column)
                    first.merge(drawn.cell(at + one.rowspan - 1, column + one.colspan - 1))
                    first.text = report.printed(one.name) if one.name else one.label
                column += one.colspan
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def of_text(text: str) -> list[bytes]:
    """Documents of a foreign text: in paragraphs, cells, a field, a style and a list; and one that is the text itself."""
    look = '<w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    lines = text.split("\n")
    prose = "".join(paragraph(run(line, '<w:vertAlign w:val="superscript"/>'), look=look) for line in lines)
    cells = table(*(row(*(cell(plain(part)) for part in line.split("\t"))) for line in lines))
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    asks = f"<w:p>{begin}<w:r><w:instrText>{escape(text)}</w:instrText></w:r></w:p>"
    styles = f'<w:style w:type="paragraph" w:styleId="a"><w:name w:val={quoteattr(text[:1000])}/></w:style>'
    numbering = HEADINGS.replace("%1、", escape(text[:1000], {'"': ""}) + "%1")
    mixed = docx(prose + cells + asks, styles=styles, numbering=numbering)
    return [mixed, docx("", more={"word/document.xml": text.encode("utf-8", "replace")})]


def field(code: str, result: str | None, begin: str = "") -> str:
    """A field of several runs; without a result it has none."""
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{begin}</w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inside: str, other: str = "") -> str:
    """A frame, as Word 2010 writes it with a copy for older programs."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{other or inside}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


PICTURE = "<w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed='rId1'/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
OLD_PICTURE = "<w:r><w:pict><v:shape><v:imagedata r:id='rId1'/></v:shape></w:pict></w:r>"
OBJECT = "<w:r><w:object><v:shape><v:imagedata r:id='rId1'/></v:shape><o:OLEObject Type='Embed' ProgID='Excel.Sheet.12'/></w:object></w:r>"
NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
