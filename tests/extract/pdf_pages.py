"""PDFs of our own making: sample reports in several styles, and small pages with one thing on them."""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from monitor.samples import SampleReport, make_history
from monitor.samples.layout import FormTable, applications_table, disclosure_table, remedies_table

FONT = "STSong-Light"
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
PROSE = "本年度，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，坚持以公开为常态，依法办理政府信息公开申请，不断完善公开平台。"
Style = Mapping[str, Any]
PLAIN: Style = {"size": 9, "pad": 3, "top": 60, "ruled": True, "align": "MIDDLE"}


@lru_cache(maxsize=1)
def font() -> str:
    """The name of a Chinese font, known to reportlab."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


def sample(seed: int, year: int, *, dense: bool = False) -> SampleReport:
    return make_history(seed, "示例县财政局", [year], dense=dense)[0]


def printed(report: SampleReport, **style: object) -> bytes:
    """A whole report as a PDF: ruled tables unless the style says otherwise, a number at the foot of each page."""
    look = {**PLAIN, **style}
    out = io.BytesIO()
    frame = SimpleDocTemplate(out, pagesize=A4, leftMargin=60, rightMargin=60, topMargin=look["top"], bottomMargin=60)
    body = ParagraphStyle("b", fontName=font(), fontSize=14, leading=22, firstLineIndent=28, wordWrap="CJK")
    head = ParagraphStyle("h", fontName=font(), fontSize=14, leading=24, wordWrap="CJK")
    title = ParagraphStyle("t", fontName=font(), fontSize=19, leading=30, alignment=1, wordWrap="CJK")
    tables = [_table(table, report, look) for table in _tables(report)]
    parts: list[Flowable] = [Paragraph(report.title, title), Paragraph(PROSE, body)]
    for number, heading in enumerate(HEADINGS):
        parts += [Paragraph(heading, head), tables[number - 1] if number in (1, 2, 3) else Paragraph(PROSE, body)]
    foot = _foot(look)
    frame.build(parts, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _tables(report: SampleReport) -> tuple[FormTable, FormTable, FormTable]:
    second, third = report.forms
    return disclosure_table(second, word=False), applications_table(third, word=False), remedies_table()


def _foot(look: Style) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(font(), 9)
        canvas.drawCentredString(A4[0] / 2, 30, f"- {document.page} -")
        if look.get("watermark"):
            canvas.saveState()
            canvas.setFillGray(0.8)
            canvas.setFont(font(), 60)
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(45)
            canvas.drawCentredString(0, 0, "2024样稿")
            canvas.restoreState()

    return draw


def _table(table: FormTable, report: SampleReport, look: Style) -> Table:
    width = sum(cell.colspan for cell in table[0])
    taken: set[tuple[int, int]] = set()
    rows: list[list[object]] = []
    marks: list[tuple[object, ...]] = []
    for number, row in enumerate(table):
        line: list[object] = [""] * width
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            text = _figure(report, cell.name) if cell.name else cell.label
            style = ParagraphStyle(
                "c",
                fontName=font(),
                fontSize=look["size"],
                leading=look["size"] * 1.2,
                wordWrap="CJK",
                alignment=1 if cell.name else 0,
            )
            line[column] = Paragraph(text, style) if text else ""
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            marks.append(("SPAN", (column, number), (column + cell.colspan - 1, number + cell.rowspan - 1)))
            column += cell.colspan
        rows.append(line)
    shares = [0.08, 0.14, 0.28] + [0.5 / 7] * 7 if width == 10 else [1 / width] * width
    marks += [("VALIGN", (0, 0), (-1, -1), look["align"])]
    marks += [(f"{side}PADDING", (0, 0), (-1, -1), look["pad"]) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    if look["ruled"]:
        marks.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black, 0, look.get("dash")))
    return Table(rows, colWidths=[(A4[0] - 132) * share for share in shares], style=TableStyle(marks))


def _figure(report: SampleReport, name: str) -> str:
    value = report.figures[name]
    return "" if value is None else str(value)


def pdf_of(lines: Sequence[str]) -> bytes:
    """Pages of sixty lines each; those in the lower half stand in a ruled table of four columns."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for at in range(0, len(lines), 60):
        canvas.setFont(font(), 10)
        for number, line in enumerate(lines[at : at + 60]):
            shown = "".join(char for char in line if char.isprintable() and not "\ud800" <= char <= "\udfff")
            canvas.drawString(60, 800 - 12 * number, "".join(char for char in shown if char < "\uffff"))
        canvas.grid([55, 180, 300, 420, 540], [797 - 12 * number for number in range(30, 61)])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


LABELS = ("规章", "行政规范性文件")
XS = (80, 220, 300, 380, 460)
YS = (120, 150, 180, 210)  # from the top


class Small:
    """A page with the first block of 表二, to which a test does something. Heights are counted from the top."""

    def __init__(
        self,
        *,
        figures: Sequence[str] = ("1", "0", "11", "8", "26", "66"),
        ruled: bool = True,
        matrix: Sequence[float] = (),
    ) -> None:
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4)
        if matrix:
            self.canvas.transform(*matrix)
        self.text(200, 60, "示例县财政局2024年政府信息公开工作年度报告", 14)
        self.text(80, 100, "二、主动公开政府信息情况", 12)
        if ruled:
            for y in YS:
                self.canvas.line(XS[0], A4[1] - y, XS[-1], A4[1] - y)
            for x in XS:
                self.canvas.line(x, A4[1] - YS[0], x, A4[1] - YS[-1])
        for at, words in enumerate(("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")):
            self.text(XS[at] + 5, YS[0] + 18, words)
        for row, label in enumerate(LABELS):
            self.text(XS[0] + 5, YS[row + 1] + 18, label)
            for at in range(3):
                self.text(*self.at(row, at), figures[row * 3 + at])

    @staticmethod
    def at(row: int, column: int) -> tuple[float, float]:
        """Where the figure of a row and column stands."""
        return XS[column + 1] + 30, YS[row + 1] + 18

    def text(self, x: float, y: float, words: str, size: float = 10) -> None:
        self.canvas.setFont(font(), size)
        self.canvas.drawString(x, A4[1] - y, words)

    def done(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue()
