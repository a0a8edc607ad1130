"""Word files as offices leave them: tracked changes, content controls, fields, text boxes, hidden words, numbers."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bench._papers import Printable, placed, size_of, text_of
from monitor.samples.layout import FormCell, FormTable

W = nsdecls("w")
MARKUP = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)
BY = 'w:id="7" w:author="办公室" w:date="2024-01-09T09:00:00Z"'
Fill = Callable[[FormCell, str, int], str]  # the cell, its text and its number → the runs of its paragraph


def run(text: str, properties: str = "", tag: str = "t") -> str:
    parts = [f'<w:{tag} xml:space="preserve">{escape(part)}</w:{tag}>' for part in text.split("\n")]
    return f"<w:r><w:rPr>{properties}</w:rPr>{'<w:br/>'.join(parts)}</w:r>"


def _plain(cell: FormCell, text: str, at: int) -> str:  # noqa: ARG001  # a Fill like the others
    return run(text)


def _tracked(cell: FormCell, text: str, at: int) -> str:
    """Accepted as it would be: what was struck out is gone, what was put in is there, also within a number."""
    if not cell.name or at % 2:
        return run(text)
    if at % 4:
        return f"<w:del {BY}>{run('98', tag='delText')}</w:del><w:ins {BY}>{run(text)}</w:ins>"
    moved = f"<w:moveFrom {BY}>{run('3')}</w:moveFrom>"
    return f"{run(text[:1])}<w:del {BY}>{run('7', tag='delText')}</w:del>{moved}<w:ins {BY}>{run(text[1:])}</w:ins>"


def _controls(cell: FormCell, text: str, at: int) -> str:
    """In content controls; one within the other; where nothing was filled in, the hint of the control shows."""
    if not cell.name:
        return run(text)
    if not text:
        return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('')}</w:sdtContent></w:sdt>"
    inner = f"<w:sdt><w:sdtPr/><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"
    return inner if at % 2 else f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def _fields(cell: FormCell, text: str, at: int) -> str:
    """Totals as formulas: the instruction is not printed, its result is."""
    if not cell.name or not cell.name.endswith("total]"):
        return run(text)
    if at % 2:
        return f'<w:fldSimple w:instr=" =SUM(LEFT) ">{run(text)}</w:fldSimple>'
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}{run(' =SUM(C4:H4) ', tag='instrText')}{marks[1]}{run(text)}{marks[2]}"


def _hidden(cell: FormCell, text: str, at: int) -> str:
    """Last year's figure stands hidden before this year's."""
    return run("41", "<w:vanish/>") + run(text) if cell.name and at % 2 else run(text)


def _broken(cell: FormCell, text: str, at: int) -> str:
    """One number over several runs, with marks of the spelling checker and bookmarks between them."""
    mark = f'<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="{at}" w:name="b{at}"/><w:bookmarkEnd w:id="{at}"/>'
    return mark.join(run(sign) for sign in text) if cell.name else run(text)


def _noted(cell: FormCell, text: str, at: int) -> str:
    """Labels with a superscript that points to a note."""
    return run(text) + (run("[1]", '<w:vertAlign w:val="superscript"/>') if not cell.name and at % 5 == 0 else "")


NUMBER = re.compile("^(?:（[一二三四五六七]）|[1-8]\\.)")


def _numbered(cell: FormCell, text: str, at: int) -> str:  # noqa: ARG001  # a Fill like the others
    """The numbers of labels are made by Word: they are not in the text."""
    return run(NUMBER.sub("", text)) if not cell.name else run(text)


FILLS: dict[str, Fill] = {
    "tracked": _tracked,
    "controls": _controls,
    "fields": _fields,
    "hidden": _hidden,
    "broken runs": _broken,
    "noted": _noted,
    "numbered": _numbered,
    "nested": _plain,
    "text boxes": _plain,
    "repeated header": _plain,
}


def trapped(report: Printable, style: str) -> bytes:
    document = Document()
    body: Any = document.element.body
    body.insert(len(body) - 1, parse_xml(f"<w:p {W}>{run(report.title)}</w:p>"))
    for block in report.blocks(word=True):
        made = (
            [f"<w:p>{run(block)}</w:p>"]
            if isinstance(block, str)
            else [_table(report, piece, style) for piece in _pieces(block, style)]
        )
        for one in made:
            if style == "text boxes" and not isinstance(block, str):
                one = _text_box(one)
            elif style == "nested" and not isinstance(block, str):
                one = _framed(_framed(one))
            for child in parse_xml(f"<w:body {W} {MARKUP}>{one}</w:body>"):
                body.insert(len(body) - 1, child)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _pieces(table: FormTable, style: str) -> tuple[FormTable, ...]:
    """表三 as two tables, the second with the header once more and the group's label lost at the break."""
    if style != "repeated header" or len(table) < 20:
        return (table,)
    cut = next(at for at, row in enumerate(table) if row[0].label.startswith("（四）"))
    head = table[:3]
    rest = len(table) - cut - 1
    first, second = list(table[:cut]), list(table[cut:])
    top = next(at for at, row in enumerate(first) if row[0].label.startswith("三、"))
    long = first[top][0]
    first[top] = (FormCell(long.label, rowspan=cut - top), *first[top][1:])
    second[0] = (FormCell("", rowspan=rest), *second[0])
    return (tuple(first), (*head, *second))


def _table(report: Printable, table: FormTable, style: str) -> str:
    rows, columns = size_of(table)
    at: dict[tuple[int, int], tuple[FormCell, bool]] = {}
    for row, column, cell in placed(table):
        for down in range(cell.rowspan):
            at[row + down, column] = (cell, down == 0)
    figures = max(sum(1 for cell in row if cell.name) for row in table)
    labels = columns - figures if 0 < figures < columns else 0
    widths = [4000 // labels] * labels + [5000 // figures] * figures if labels else [9000 // columns] * columns
    lines = []
    count = 0
    for row in range(rows):
        cells, column = [], 0
        while column < columns:
            if (row, column) not in at:
                column += 1
                continue
            cell, first = at[row, column]
            count += 1
            wide = sum(widths[column : column + cell.colspan])
            cells.append(_cell(text_of(report, cell), cell, first, FILLS[style], count, wide))
            column += cell.colspan
        used = sum(cell.colspan for (line, _), (cell, _) in at.items() if line == row)
        after = f'<w:trPr><w:gridAfter w:val="{columns - used}"/></w:trPr>' if used < columns else ""
        lines.append(_row(f"<w:tr>{after}{''.join(cells)}</w:tr>", style, row))
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    head = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    return f"<w:tbl>{head}{''.join(lines)}</w:tbl><w:p/>"


def _cell(text: str, cell: FormCell, first: bool, fill: Fill, number: int, wide: int) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = f"<w:vMerge{' w:val=' + chr(34) + 'restart' + chr(34) if first else ''}/>" if cell.rowspan > 1 else ""
    inside = fill(cell, text, number) if first else ""
    auto = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    numbered = fill is _numbered and first and not cell.name and NUMBER.match(text)
    made = (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{span}{merge}</w:tcPr>'
        f"<w:p>{auto if numbered else ''}{inside}</w:p></w:tc>"
    )
    if fill is _controls and cell.name and number % 3 == 0:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{made}</w:sdtContent></w:sdt>"
    return made


def _row(line: str, style: str, at: int) -> str:
    """Beside each fifth row one that nobody sees: struck out, or hidden; or the row in a control of its own."""
    if at % 5 != 4 or "vMerge" in line:
        return line
    other = re.sub(r">(\d+)</w:t>", r">\g<1>5</w:t>", line)
    if style == "tracked":
        struck = re.sub("<w:trPr>.*?</w:trPr>", "", other).replace("<w:tr>", f"<w:tr><w:trPr><w:del {BY}/></w:trPr>")
        return struck.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>") + line
    if style == "hidden":
        hidden = other.replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")
        return hidden.replace("<w:rPr></w:rPr>", "<w:rPr><w:vanish/></w:rPr>") + line
    if style == "controls":
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{line}</w:sdtContent></w:sdt>"
    return line


def _framed(inside: str) -> str:
    return (
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9200"/></w:tblGrid><w:tr><w:tc>'
        '<w:tcPr><w:tcW w:w="9200" w:type="dxa"/></w:tcPr>'
        f"<w:p/>{inside}</w:tc></w:tr></w:tbl><w:p/>"
    )


def _text_box(inside: str) -> str:
    """As Word writes it: once for itself, once more for older programs."""
    shape = (
        '<w:drawing><wp:inline><wp:extent cx="5000000" cy="5000000"/><wp:docPr id="1" name="文本框"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:spPr/>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>"
        "</a:graphic></wp:inline></w:drawing>"
    )
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return (
        f'<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">{shape}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
