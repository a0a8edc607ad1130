"""A letter as a Word file; python-docx is used here and in monitor/papers/word.py."""

import re
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from monitor.letter.parts import Letter, Part

LATIN = "Times New Roman"
# Characters that XML forbids; control characters have already been made visible.
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SIZES = {"title": 22, "heading": 15, "field": 12, "look": 12}
FONTS = {"title": "宋体", "heading": "黑体"}
BODY_SIZE, BODY_FONT = 15, "仿宋"


def docx(letter: Letter, now: datetime) -> bytes:
    """The letter as the bytes of a .docx file."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _fit(letter.title)[:255], "gouji", ""
    properties.created = properties.modified = now.replace(tzinfo=None, microsecond=0)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    colon = "：" if letter.language == "zh" else ": "
    for part in letter.parts:
        _paragraph(document, part, colon)
    body = BytesIO()
    document.save(body)
    return body.getvalue()


def _paragraph(document: WordDocument, part: Part, colon: str) -> None:
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_after = Pt(2 if part.role in ("field", "look") else 6)
    if part.role == "title":
        paragraph.alignment, layout.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(18)
    elif part.role == "signature":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif part.role in ("text", "ask"):
        layout.first_line_indent = Pt(2 * BODY_SIZE)
    elif part.role in ("field", "look"):
        layout.left_indent = Pt(2 * BODY_SIZE)
    elif part.role == "heading":
        layout.space_before, layout.keep_with_next = Pt(12), True
    if part.role == "field":
        _style(paragraph.add_run(_fit(part.name) + colon), part.role, bold=True)
    text = f"{part.name}. {part.text}" if part.role in ("ask", "look") else part.text
    if part.url:
        _link(paragraph, part)
    else:
        _style(paragraph.add_run(_fit(text)), part.role, bold=part.role == "title")


def _style(run: Run, role: str, *, bold: bool = False) -> None:
    run.font.size = Pt(SIZES.get(role, BODY_SIZE))
    run.font.name = LATIN
    run.bold = bold
    # python-docx sets the Latin font only; Chinese is drawn in the one for East Asia.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONTS.get(role, BODY_FONT))


def _link(paragraph: Paragraph, part: Part) -> None:
    relation = paragraph.part.relate_to(_fit(part.url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(_fit(part.text))
    _style(run, part.role)
    run.font.underline = True
    link.append(run._element)
    paragraph._element.append(link)


def _fit(text: str) -> str:
    return UNFIT.sub("\ufffd", text)
