"""A table of a paper in the XML of Word, written in one go: cell by cell, thousands of rows would take minutes."""

import re
from collections.abc import Callable, Sequence
from html import escape  # the one of xml.sax loads all of urllib

from monitor.papers.paper import Cell, Column, DataTable, Run

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EMU = 635  # in a twentieth of a point
SIZE = 18  # half points
TALL, LINE = 12, 24  # lines of a row; characters of a line
# The hint has marks that both scripts use, such as “ ”, drawn as Chinese ones.
FONTS = (
    '<w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" '
    'w:eastAsia="宋体"/>'
)
LINK = '<w:color w:val="0B5394"/>'
UNDERLINE = '<w:u w:val="single"/>'
MARK = '<w:color w:val="A40000"/>'
HEAD = '<w:shd w:val="clear" w:color="auto" w:fill="E8EDF3"/>'
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8C8C8C"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
MARGINS = '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
Link = Callable[[str], str]


def table_xml(part: DataTable, width: int, link: Link, namespaces: str) -> str:
    """The element `w:tbl`, `width` wide (in EMU); `link` gives the relation of an address."""
    twentieths = _widths(part.columns, width // EMU)
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in twentieths)
    head = _row([(Run(column.title, bold=True),) for column in part.columns], part.columns, twentieths, link, head=True)
    rows = "".join(_row(row, part.columns, twentieths, link) for row in part.rows)
    return (
        f'<w:tbl {namespaces}><w:tblPr><w:tblW w:w="{sum(twentieths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>{MARGINS}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    whole = sum(column.width for column in columns)
    return [int(width * column.width / whole) for column in columns]


def _row(
    cells: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], link: Link, *, head: bool = False
) -> str:
    marks = "<w:tblHeader/>" if head else ""
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{HEAD if head else ""}</w:tcPr>'
        f"{_paragraphs(one, 'center' if head else column.align, link)}</w:tc>"
        for one, column, width in zip(cells, columns, widths, strict=True)
    )
    # A row that is longer than a good part of a page may go on over its end: a page must not stay empty for it.
    whole = "<w:cantSplit/>" if max(map(_height, cells)) <= TALL else ""
    return f"<w:tr><w:trPr>{whole}{marks}</w:trPr>{inner}</w:tr>"


def _height(cell: Cell) -> int:
    """About how many lines a cell has."""
    return sum(1 + len(one.text) // LINE for one in cell)


def _paragraphs(cell: Cell, align: str, link: Link) -> str:
    """Each run of a cell is a line of its own."""
    return "".join(_paragraph(one, align, link) for one in cell) or _paragraph(Run(""), align, link)


def _paragraph(one: Run, align: str, link: Link) -> str:
    looks = ("<w:b/>" if one.bold or one.mark else "") + (LINK if one.url else MARK if one.mark else "")
    text, under = escape(UNFIT.sub("\ufffd", one.text)), UNDERLINE if one.url else ""
    run = (
        f'<w:r><w:rPr>{FONTS}{looks}<w:sz w:val="{SIZE}"/><w:szCs w:val="{SIZE}"/>{under}</w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )
    if one.url:
        run = f'<w:hyperlink r:id="{link(one.url)}">{run}</w:hyperlink>'
    return f'<w:p><w:pPr><w:spacing w:before="10" w:after="10"/><w:jc w:val="{align}"/></w:pPr>{run}</w:p>'
