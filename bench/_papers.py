"""Sample reports as files of every format, made with other libraries than those that read them; nothing here reads."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from xml.sax.saxutils import escape

import pypdfium2
import xlsxwriter
from docx import Document
from docx.document import Document as DocxDocument
from docx.table import _Cell
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bench._scans import noisy as grained
from bench._scans import sealed, turned
from monitor.samples import SampleReport
from monitor.samples.layout import FormCell, FormTable

SONG = "STSong-Light"
OFFICE = "soffice"
AT_ONCE = 200  # files: LibreOffice ends in silence after about a thousand
Placed = tuple[int, int, FormCell]  # a cell at its row and column


class Printable(Protocol):
    """What can be printed: a sample report, or one as a publisher words it."""

    @property
    def title(self) -> str: ...

    def blocks(self, *, word: bool = False) -> list[str | FormTable]: ...

    def printed(self, name: str) -> str: ...


class Paper(NamedTuple):
    """One file: the report it was made of, its format, how it is laid out, its bytes.

    `figures`: as printed there, where that is not as the report has them; empty where the paper is no report.
    `indicators`: label and figures of each line of the statistics before 2019.
    `unseen`: cells in which a person who reads the paper sees no figure.
    """

    report: SampleReport
    format: str
    style: str
    name: str
    body: bytes
    figures: Mapping[str, str] | None = None
    indicators: Sequence[tuple[str, str]] = ()
    unseen: frozenset[str] = frozenset()

    @property
    def truth(self) -> dict[str, str]:
        """Each figure that a person can read, as printed."""
        if self.figures is not None:
            printed = dict(self.figures)
        else:
            printed = {name: self.report.printed(name) for name in self.report.cells}
        return {name: text for name, text in printed.items() if name not in self.unseen}


def placed(table: FormTable) -> list[Placed]:
    """Each cell of a table with the row and column where it begins."""
    taken: set[tuple[int, int]] = set()
    found: list[Placed] = []
    for number, row in enumerate(table):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            found.append((number, column, cell))
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            column += cell.colspan
    return found


def text_of(report: Printable, cell: FormCell) -> str:
    return report.printed(cell.name) if cell.name else cell.label


def size_of(table: FormTable) -> tuple[int, int]:
    """Rows and columns."""
    cells = placed(table)
    return len(table), max(column + cell.colspan for _, column, cell in cells)


def halves(table: FormTable) -> tuple[FormTable, ...]:
    """A long table as two, cut where no cell spans both; as it is where there is no such place."""
    spans = [(row, row + cell.rowspan) for row, _, cell in placed(table)]
    cuts = [at for at in range(4, len(table) - 2) if not any(start < at < end for start, end in spans)]
    return (table[: cuts[-1]], table[cuts[-1] :]) if len(table) > 12 and cuts else (table,)


# --- Word ------------------------------------------------------------------------------------------------------


def docx(report: Printable, style: str) -> bytes:
    """`merged`: cells merged as in the form; `split`: 表三 as two tables; `boxed`: all of it in a table of one cell."""
    document = Document()
    document.add_heading(report.title, 0)
    holder: DocxDocument | _Cell = document
    if style == "boxed":
        holder = document.add_table(1, 1).cell(0, 0)
    for block in report.blocks():
        if isinstance(block, str):
            holder.add_paragraph(block)
            continue
        for piece in halves(block) if style == "split" else (block,):
            _docx_table(holder, report, piece)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _docx_table(holder: DocxDocument | _Cell, report: Printable, table: FormTable) -> None:
    rows, columns = size_of(table)
    drawn = holder.add_table(rows, columns)
    if isinstance(holder, DocxDocument):
        drawn.style = "Table Grid"
    cells = [line.cells for line in drawn.rows]  # once: the library walks the whole table for each that is asked
    for row, column, cell in placed(table):
        first = cells[row][column]
        last = cells[row + cell.rowspan - 1][column + cell.colspan - 1]
        (first.merge(last) if cell.rowspan > 1 or cell.colspan > 1 else first).text = text_of(report, cell)
    holder.add_paragraph("")


# --- workbooks -------------------------------------------------------------------------------------------------


def xlsx(report: Printable, style: str) -> bytes:
    """`one`: everything in one sheet; `sheets`: a sheet for each table. Counts are numbers, as clerks type them."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("报告")
    bordered = book.add_format({"border": 1, "align": "center"})
    sheet.write(0, 0, report.title)
    top = 1
    for block in report.blocks():
        if isinstance(block, str):
            sheet.write(top, 0, block)
            top += 1
            continue
        if style == "sheets":
            sheet, top = book.add_worksheet(f"表{len(book.worksheets()) + 1}"), 0
        for row, column, cell in placed(block):
            _sheet_cell(sheet, top + row, column, cell, text_of(report, cell), bordered)
        top += size_of(block)[0]
        if style == "sheets":
            sheet, top = book.add_worksheet(f"文{len(book.worksheets()) + 1}"), 0
    book.close()
    return target.getvalue()


def _sheet_cell(sheet: Any, row: int, column: int, cell: FormCell, text: str, drawn: object) -> None:
    value: object = int(text) if cell.name and text.isdigit() else text
    if cell.rowspan > 1 or cell.colspan > 1:
        last = (row + cell.rowspan - 1, column + cell.colspan - 1)
        sheet.merge_range(row, column, *last, value, drawn)
    else:
        sheet.write(row, column, value, drawn)


# --- PDF -------------------------------------------------------------------------------------------------------


def pdf(report: Printable, style: str) -> bytes:
    """`ruled`: with all borders; `unruled`: without any; `paged`: ruled, with page numbers, rows cut by page breaks."""
    if SONG not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    body = ParagraphStyle("body", fontName=SONG, fontSize=10, leading=15, wordWrap="CJK")
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=10)
    story: list[object] = [Paragraph(report.title, ParagraphStyle("title", parent=body, fontSize=16, leading=24))]
    for block in report.blocks():
        if isinstance(block, str):
            story.append(Paragraph(escape(block), body))
        else:
            story += [_pdf_table(report, block, style, small), Spacer(1, 8)]
    target = BytesIO()
    page = A4 if style == "paged" else landscape(A4)
    SimpleDocTemplate(target, pagesize=page, leftMargin=40, rightMargin=40, title="").build(
        story,
        onFirstPage=_numbered if style == "paged" else _plain,
        onLaterPages=_numbered if style == "paged" else _plain,
    )
    return target.getvalue()


def _pdf_table(report: Printable, table: FormTable, style: str, small: ParagraphStyle) -> Table:
    rows, columns = size_of(table)
    cells: list[list[object]] = [[""] * columns for _ in range(rows)]
    commands: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    if style != "unruled":
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    for row, column, cell in placed(table):
        cells[row][column] = Paragraph(escape(text_of(report, cell)).replace("\n", "<br/>"), small)
        if cell.rowspan > 1 or cell.colspan > 1:
            commands.append(("SPAN", (column, row), (column + cell.colspan - 1, row + cell.rowspan - 1)))
    figures = max(sum(1 for cell in row if cell.name) for row in table)
    labels = columns - figures
    wide = 515 if style == "paged" else 760
    widths = (
        [wide * 0.45 / labels] * labels + [wide * 0.55 / figures] * figures
        if labels > 0 and figures
        else [wide / columns] * columns
    )
    return Table(cells, colWidths=widths, style=TableStyle(commands), splitInRow=style == "paged")


def _numbered(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 9)
    canvas.drawCentredString(300, 20, f"- {document.page} -")


def _plain(canvas: object, document: object) -> None:
    """Nothing but the page."""


# --- others ----------------------------------------------------------------------------------------------------


def mht(report: SampleReport) -> bytes:
    """A page as browsers save it."""
    message = EmailMessage()
    message["Subject"] = report.title
    message.set_content(report.html("word"), subtype="html", cte="base64")
    message.make_related()
    return bytes(message)


def converted(papers: Sequence[Paper], ending: str, style: str) -> Iterator[Paper]:
    """The same files in another format, by LibreOffice, in as few starts as it bears; nothing without it."""
    office = shutil.which(OFFICE)
    if office is None:
        return
    for at in range(0, len(papers), AT_ONCE):
        yield from _converted(office, papers[at : at + AT_ONCE], ending, style)


def _converted(office: str, papers: Sequence[Paper], ending: str, style: str) -> Iterator[Paper]:
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "in"), Path(place, "out")
        source.mkdir()
        for number, paper in enumerate(papers):
            (source / f"{number}{Path(paper.name).suffix}").write_bytes(paper.body)
        profile = f"-env:UserInstallation={Path(place, 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", ending, "--outdir", str(target)]
        subprocess.run([*command, *map(str, sorted(source.iterdir()))], check=True, capture_output=True)
        for number, paper in enumerate(papers):
            body = (target / f"{number}.{ending}").read_bytes()
            yield paper._replace(format=ending, style=style or paper.style, name=f"{number}.{ending}", body=body)


def scanned(paper: Paper, dpi: int, *, noisy: bool) -> Paper:
    """The pages of a PDF as one TIFF; `noisy`: grained, turned, with a red seal, through JPEG."""
    pages: list[Image.Image] = []
    with pypdfium2.PdfDocument(paper.body) as document:
        for page in document:
            image: Image.Image = page.render(scale=dpi / 72).to_pil().convert("RGB")
            pages.append(sealed(turned(grained(image, len(pages)))) if noisy else image)
    target = BytesIO()
    pages[0].save(
        target, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", quality=45 if noisy else 92
    )
    return Paper(paper.report, "scan", f"{dpi} dpi{' noisy' if noisy else ''}", "scan.tif", target.getvalue())


def papers(reports: Sequence[SampleReport]) -> Iterator[Paper]:
    """Every report in every format and style that needs no office."""
    for number, report in enumerate(reports):
        yield Paper(report, "html", "word", "a.html", report.html("word").encode())
        yield Paper(report, "html", "plain", "a.html", report.html("plain").encode())
        yield Paper(report, "txt", "tabs", "a.txt", report.text().encode())
        yield Paper(report, "mht", "page", "a.mht", mht(report))
        for style in ("merged", "split", "boxed"):
            yield Paper(report, "docx", style, f"{number}.docx", docx(report, style))
        for style in ("one", "sheets"):
            yield Paper(report, "xlsx", style, f"{number}.xlsx", xlsx(report, style))
        for style in ("ruled", "unruled", "paged"):
            yield Paper(report, "pdf", style, f"{number}.pdf", pdf(report, style))
