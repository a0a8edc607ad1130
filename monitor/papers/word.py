"""A paper as a Word file: styles for headings, real tables with repeated heads, page numbers, fonts for Chinese."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run as WordRun

from monitor.papers.drawing import DrawnPicture, Finished, finished
from monitor.papers.paper import DataTable, Heading, Paper, Paragraph, Run, Turn
from monitor.papers.word_table import UNFIT, table_xml

LATIN = "Times New Roman"
SHORT, LONG = Cm(21), Cm(29.7)
LEFT, RIGHT, TOP, BOTTOM = Cm(2.6), Cm(2.4), Cm(2.6), Cm(2.3)
# Style: its size, its font for Chinese, whether it is bold, the space before and after.
STYLES: Mapping[str, tuple[float, str, bool, float, float]] = {
    "Normal": (12, "仿宋", False, 0, 6),
    "Title": (20, "宋体", True, 6, 10),
    "Heading 1": (15, "黑体", False, 16, 6),
    "Heading 2": (13, "楷体", True, 12, 4),
    "Heading 3": (12, "仿宋", True, 8, 2),
    "Caption": (10.5, "黑体", False, 8, 3),
}
GREY = RGBColor(0x50, 0x50, 0x50)
PIXEL = 0.75  # points


def docx(paper: Paper, now: datetime) -> bytes:
    """The paper as the bytes of a .docx file."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = fit(paper.title)[:255], "gouji", ""
    properties.created = properties.modified = now.replace(tzinfo=None, microsecond=0)
    properties.language = "zh-CN" if paper.language == "zh" else "en-US"
    _styles(document)
    _page(document.sections[0], landscape=False)
    _footer(document.sections[0], paper)
    document.add_paragraph(fit(paper.title), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    _Writer(document, chinese=paper.language == "zh").write(finished(paper))
    body = BytesIO()
    document.save(body)
    return body.getvalue()


def fit(text: str) -> str:
    """The text without the characters that XML forbids."""
    return UNFIT.sub("\ufffd", text)


class _Writer:
    """Adds parts to a document; each address has one relation, however often it is linked."""

    def __init__(self, document: WordDocument, *, chinese: bool) -> None:
        self.document, self.chinese = document, chinese
        self.links: dict[str, str] = {}

    def write(self, parts: Sequence[Finished]) -> None:
        for part in parts:
            if isinstance(part, Heading):
                self.document.add_paragraph(fit(part.text), style=f"Heading {part.level}")
            elif isinstance(part, Paragraph):
                self._paragraph(part)
            elif isinstance(part, DataTable):
                self._table(part)
            elif isinstance(part, DrawnPicture):
                self._picture(part)
            elif isinstance(part, Turn):
                section = self.document.add_section(WD_SECTION.NEW_PAGE)
                _page(section, landscape=part.landscape)

    def link(self, url: str) -> str:
        """The relation of an address."""
        if url not in self.links:
            self.links[url] = f"rIdLink{len(self.links) + 1}"
            self.document.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, fit(url), self.links[url], is_external=True
            )
        return self.links[url]

    def _paragraph(self, part: Paragraph) -> None:
        paragraph = self.document.add_paragraph()
        layout = paragraph.paragraph_format
        if part.role == "text":
            layout.first_line_indent = Pt(2 * STYLES["Normal"][0])
            layout.line_spacing = 1.35
        elif part.role == "subtitle":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif part.role == "sign":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif part.role == "remark":
            layout.left_indent = Pt(12)
        small = part.role in ("note", "remark")
        for one in part.runs:
            self._run(paragraph, one, small=small)

    def _run(self, paragraph: WordParagraph, one: Run, *, small: bool) -> None:
        run = paragraph.add_run(fit(one.text))
        if self.chinese:
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        run.bold = one.bold or one.mark or None
        if small:
            run.font.size, run.font.color.rgb = Pt(10), GREY
        if one.url:
            run.font.underline = True
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self.link(one.url))
            link.append(run._element)
            paragraph._element.append(link)

    def _table(self, part: DataTable) -> None:
        if part.caption:
            self.document.add_paragraph(fit(part.caption), style="Caption")
        section = self.document.sections[-1]
        width = _text_width(section)
        end = self.document.element.body.sectPr
        new: Any = parse_xml(table_xml(part, width, self.link, nsdecls("w", "r")))
        end.addprevious(new) if end is not None else self.document.element.body.append(new)
        after = self.document.add_paragraph()  # two tables in a row would run into one
        after.paragraph_format.space_after = Pt(2)
        after.paragraph_format.line_spacing = Pt(6)

    def _picture(self, part: DrawnPicture) -> None:
        self.document.add_paragraph(fit(part.caption), style="Caption")
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        width = min(int(Pt(part.drawn.width * PIXEL)), int(_text_width(self.document.sections[-1])))
        picture = paragraph.add_run().add_picture(BytesIO(part.drawn.png), width=Emu(width))
        picture._inline.docPr.set("descr", fit(part.said))


def _text_width(section: Section) -> int:
    return int(section.page_width or SHORT) - int(section.left_margin or LEFT) - int(section.right_margin or RIGHT)


def _page(section: Section, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.left_margin, section.right_margin = (Cm(1.8), Cm(1.8)) if landscape else (LEFT, RIGHT)
    section.top_margin, section.bottom_margin = (Cm(1.8), Cm(1.6)) if landscape else (TOP, BOTTOM)


def _styles(document: WordDocument) -> None:
    for name, (size, east, bold, before, after) in STYLES.items():
        style: Any = document.styles[name]
        style.font.size, style.font.bold, style.font.italic, style.font.name = Pt(size), bold, False, LATIN
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # The template names fonts of a theme, which would win over those named here.
        for attribute in [one for one in fonts.attrib if one.endswith("Theme")]:
            del fonts.attrib[attribute]
        for kind in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{kind}"), LATIN)
        fonts.set(qn("w:eastAsia"), east)
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        if name != "Normal":
            layout.keep_with_next = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _footer(section: Section, paper: Paper) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = ("第 ", " 页，共 ", " 页") if paper.language == "zh" else ("page ", " of ", "")
    if paper.footer:
        _small(paragraph.add_run(f"{fit(paper.footer)}    "))
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _small(paragraph.add_run(words))
        if field:
            element = OxmlElement("w:fldSimple")
            element.set(qn("w:instr"), field)
            paragraph._element.append(element)
            _small(run := paragraph.add_run("1"))
            element.append(run._element)


def _small(run: WordRun) -> None:
    run.font.size, run.font.color.rgb = Pt(9), GREY
