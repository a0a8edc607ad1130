"""A cell that the end of a page cuts: its last words stand below the rule at the cut, and are the cell's all the same."""

import io
from collections.abc import Sequence

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extract.content import Grid, GridRow
from extract.readers import pdf
from tests.extract.pdf_pages import font

Cell = tuple[str, int, int]  # its text, the border where it begins, the border where it ends
XS = (60, 200, 240, 290, 340, 390, 440, 480, 530)
HEAD: Sequence[Sequence[Cell]] = (
    (("（本列数据的勾稽关系）", 0, 1), ("申请人情况", 1, 8)),
    (("", 0, 1), ("自然", 1, 2), ("法人或其他组织", 2, 7), ("总计", 7, 8)),
)
MEMBERS = ("科研机构", "商业企业", "公益组织", "法律服务", "其他")
FIGURES = ("95", "44", "43", "46", "45", "42", "315")
REST: Sequence[Sequence[Cell]] = (
    (("", 0, 1), ("", 1, 2), *((text, at + 2, at + 3) for at, text in enumerate(MEMBERS)), ("", 7, 8)),
    (("一、本年新收", 0, 1), *((text, at + 1, at + 2) for at, text in enumerate(FIGURES))),
    (("二、上年结转", 0, 1), *((text, at + 1, at + 2) for at, text in enumerate(FIGURES))),
)
BOTTOM = 680  # of the first part, from the top of the page; its foot is empty below


def cut(below: Sequence[tuple[float, float, str]], head: Sequence[Sequence[Cell]] = HEAD) -> list[GridRow]:
    """The rows that are read of a table cut after its first rows; `below`: words right below the cut, x and height."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    _part(canvas, BOTTOM - 30 * len(head), head)
    canvas.setFont(font(), 10)
    for x, y, words in below:
        canvas.drawString(x, A4[1] - BOTTOM - y, words)
    canvas.showPage()
    _part(canvas, 60, REST)
    canvas.showPage()
    canvas.save()
    return [row for block in pdf.read(out.getvalue(), "a.pdf").blocks if isinstance(block, Grid) for row in block.rows]


def _part(canvas: Canvas, top: int, rows: Sequence[Sequence[Cell]]) -> None:
    canvas.setFont(font(), 10)
    for number, row in enumerate(rows):
        for text, begin, end in row:
            y = A4[1] - top - 30 * (number + 1)
            canvas.rect(XS[begin], y, XS[end] - XS[begin], 30)
            canvas.drawString(XS[begin] + 5, y + 10, text)


def texts(rows: Sequence[GridRow]) -> list[str]:
    return [text for row in rows for text in row.texts]


def test_words_below_the_cut_are_their_cells_and_the_table_is_one() -> None:
    rows = cut([(XS[1] + 5, 14, "人")])
    assert rows[1].texts[-3:] == ("自然人", "法人或其他组织", "总计")
    assert rows[2].texts[-6:-1] == MEMBERS
    [natural] = [row.columns[row.texts.index("自然人")] for row in rows[1:2]]
    assert rows[3].columns[rows[3].texts.index("95")] == natural
    assert rows[2].columns[rows[2].texts.index("科研机构")] == natural + 1


def test_words_below_several_cells_are_each_its_own() -> None:
    found = texts(cut([(XS[1] + 5, 14, "人"), (XS[7] + 2, 14, "数")]))
    assert "自然人" in found
    assert "总计数" in found


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (XS[1] + 5, 14, "12"),  # a figure is never taken so
        (XS[1] + 5, 14, "十2人"),
        (XS[1] - 8, 14, "人员"),  # across a border: of which cell?
        (XS[1] + 5, 60, "人"),  # further below: something else
    ],
)
def test_what_may_be_anything_else_is_no_cells(x: float, y: float, words: str) -> None:
    found = texts(cut([(x, y, words)]))
    assert "自然" in found
    assert FIGURES[0] in found


def test_nothing_goes_into_a_cell_with_a_figure() -> None:
    head = (*HEAD[:1], (("零、结转", 0, 1), *((str(at), at, at + 1) for at in range(1, 8))))
    found = texts(cut([(XS[3] + 5, 14, "件数")], head))
    assert "3" in found
    assert not any("件数" in text for text in found)
