"""The table as it was read, drawn: for documents that have no pages (HTML, Word, workbooks, text)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extract.form.forms import TABLES
from extract.model import Report, Row, cell_name
from monitor.drawing.canvas import BLACK, GREY, PALE, Box, font
from monitor.drawing.doubtful import Doubtful, mark
from monitor.words.cells import column_label, row_words
from monitor.words.report import TITLES, cell_text
from monitor.words.terminal import inert

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE, PAD, MARGIN, NOTES = 18, 8, 24, 220  # pixels
LINE = SIZE + 2 * PAD
MOST_TITLE, MOST_CELL = 60, 40  # characters: what a document says must not decide how large a picture becomes


def draw_form(report: Report, marks: Sequence[Doubtful]) -> "Image":
    """The tables with a doubtful cell, or all of them where none has one."""
    from PIL import Image, ImageDraw

    wanted = {one.cell.partition("[")[0] for one in marks}
    tables = [table for table in TABLES if any(row.table == table for row in report.rows)]
    tables = [table for table in tables if table in wanted] or tables
    grids = [(TITLES[table][0], _cells(report, table)) for table in tables]
    widths = [_widths(cells) for _, cells in grids]
    wide = max((sum(one) for one in widths), default=400) + 2 * MARGIN + NOTES
    high = sum((len(cells) + 2) * LINE for _, cells in grids) + 2 * MARGIN + LINE
    image = Image.new("RGB", (wide, high), "white")
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, MARGIN), _fitting(report.title, MOST_TITLE), font=font(SIZE + 4), fill=BLACK)
    top = MARGIN + LINE
    boxes: dict[str, Box] = {}
    for (title, cells), across in zip(grids, widths, strict=True):
        draw.text((MARGIN, top + PAD), title, font=font(SIZE), fill=BLACK)
        top += LINE
        for at, line in enumerate(cells):
            left = MARGIN
            for (name, text), width in zip(line, across, strict=False):
                box = (left, top, left + width, top + LINE)
                draw.rectangle(box, outline=GREY, fill=PALE if at == 0 else None)
                draw.text((left + PAD, top + PAD - 2), text, font=font(SIZE), fill=BLACK)
                if name:
                    boxes[name] = (left + 3, top + 3, left + width - 3, top + LINE - 3)
                left += width
            top += LINE
        top += LINE
    mark(image, boxes, marks, SIZE)
    return image


def _cells(report: Report, table: str) -> list[list[tuple[str, str]]]:
    """The lines of one table: the heads whenever they change, then each line; each cell with its name."""
    form = report.forms.get(table, "")
    lines: list[list[tuple[str, str]]] = []
    heads: tuple[str, ...] = ()
    for row in (row for row in report.rows if row.table == table):
        if row.members != heads:
            heads = row.members
            lines.append([("", ""), *(("", column_label(table, member, "zh", form)) for member in heads)])
        lines.append([("", row_words(table, row.code, "zh", form)), *_figures(row)])
    return lines


def _figures(row: Row) -> list[tuple[str, str]]:
    return [
        (cell_name(row.table, row.code, member), _fitting(cell_text(raw, value, state), MOST_CELL))
        for member, raw, value, state in zip(row.members, row.raws, row.values, row.states, strict=True)
    ]


def _fitting(text: str, most: int) -> str:
    """One line of what is printed, without the characters that a font cannot lay out, cut where it is too long."""
    line = inert(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _widths(lines: Sequence[Sequence[tuple[str, str]]]) -> list[int]:
    letters = font(SIZE)
    most = max(len(line) for line in lines)
    return [
        int(max(letters.getlength(line[at][1]) for line in lines if at < len(line))) + 2 * PAD for at in range(most)
    ]
