"""Scans of narrow tables: a sign or two on a line, rows no higher than their words; and what is no table at all."""

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from bench._scans import FONTS, WEARS, face
from extract.content import DOUBT, Grid
from tests.extract.scanned import needs_ocr

pytestmark = needs_ocr

SIZE, LINE, MARGIN = 23, 27, 60  # pixels of a sign and of a line, as offices print 11 points at 150 dpi
Spot = tuple[int, int, int, int, str]  # columns and rows that a cell covers, and its words, a line each


def printed(widths: Sequence[int], heights: Sequence[int], cells: Sequence[Spot], rule: int = 1) -> Image.Image:
    """A page with one table; `heights` in lines of text, which fill their rows up to a few pixels."""
    step = LINE + 2 * (rule - 1)
    xs = [MARGIN + sum(widths[:at]) for at in range(len(widths) + 1)]
    ys = [140 + step * sum(heights[:at]) for at in range(len(heights) + 1)]
    page = Image.new("L", (xs[-1] + MARGIN, ys[-1] + 900), 255)
    draw = ImageDraw.Draw(page)
    font = face(FONTS[1], SIZE)
    large = face(FONTS[1], 52)
    draw.text((MARGIN, 40), "示例县财政局年度报告", 0, large)
    row = column = 0
    taken = set[tuple[int, int]]()
    for columns, rows, indent, _, text in cells:
        while (row, column) in taken:
            row, column = (row, column + 1) if column + 1 < len(widths) else (row + 1, 0)
        box = (xs[column], ys[row], xs[column + columns], ys[row + rows])
        draw.rectangle(box, outline=0, width=rule)
        for at, line in enumerate(text.split("\n")):
            draw.text((box[0] + 4 + indent, box[1] + rule + at * step - 5), line, 0, font)
        taken |= {(row + down, column + right) for down in range(rows) for right in range(columns)}
    return page


def cell(text: str, columns: int = 1, rows: int = 1) -> Spot:
    return columns, rows, 6, 0, text


MEMBERS = ("结\n果\n维\n持", "结\n果\n纠\n正", "其\n他\n结\n果", "尚\n未\n审\n结", "总\n计")
FIGURES = ("2", "4", "3", "4", "13", "2", "3", "3", "2", "10", "2", "3", "3", "1", "9")
T4 = (
    *(cell("行政复议", 5), cell("行政诉讼", 10)),
    *(cell(text, rows=2) for text in MEMBERS),
    *(cell("未经复议直接起诉", 5), cell("复议后起诉", 5)),
    *map(cell, MEMBERS * 2),
    *map(cell, FIGURES),
)
ROWS = ("1.属\n于国\n家秘\n密", "5.属\n于三\n类内\n部事\n务信\n息", "2.重\n复申\n请", "3.其\n他")


def grids(page: Image.Image) -> list[Grid]:
    from extract.readers._ocr import read_page

    return [block for block in read_page(page, 1) if isinstance(block, Grid)]


@pytest.mark.parametrize("wear", ["clean", "JPEG 45"])
def test_a_head_of_one_sign_on_a_line_is_read_and_no_stroke_of_it_is_a_rule(wear: str) -> None:
    [grid] = grids(WEARS[wear](printed([66] * 15, [1, 1, 4, 1], T4)))
    texts = [row.texts for row in grid.rows]
    assert [text.lstrip(DOUBT) for text in texts[-1]] == [*FIGURES]
    assert texts[0] == ("行政复议", "行政诉讼")
    assert texts[1] == ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "未经复议直接起诉", "复议后起诉")
    assert [row.columns for row in grid.rows] == [(0, 5), (0, 1, 2, 3, 4, 5, 10), tuple(range(5, 15)), tuple(range(15))]


def test_labels_of_two_signs_on_a_line_are_read_whole() -> None:
    cells = [one for at, text in enumerate(ROWS) for one in (cell(text), *(cell(str(at * 7 + n)) for n in range(7)))]
    [grid] = grids(printed([92] * 8, [4, 6, 3, 2], cells))
    assert [row.texts for row in grid.rows] == [
        ("".join(text.split()), *(str(at * 7 + n) for n in range(7))) for at, text in enumerate(ROWS)
    ]


@pytest.mark.parametrize("rule", [1, 2])
def test_rows_no_higher_than_their_words_keep_their_columns(rule: int) -> None:
    cells = [
        *(
            cell("第二十条第（一）项", 4),
            cell("信息内容"),
            cell("本年制发件数"),
            cell("本年废止件数"),
            cell("现行有效件数"),
        ),
        *map(cell, ("行政规范性文件", "8", "1", "33")),
        *(cell("第二十条第（五）项", 4), cell("信息内容"), cell("本年处理决定数量", 3)),
        *(cell("行政许可"), cell("1188", 3)),
    ]
    [grid] = grids(printed([250] * 4, [1] * 6, cells, rule))
    assert [row.texts for row in grid.rows][1:3] == [
        ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
        ("行政规范性文件", "8", "1", "33"),
    ]
    assert [row.texts for row in grid.rows][4:] == [("信息内容", "本年处理决定数量"), ("行政许可", "1188")]


def test_a_seal_that_lies_beside_words_in_their_cell_leaves_them_alone() -> None:
    from bench._scans import sealed

    page = sealed(printed([66] * 15, [1, 1, 4, 1], T4), at=(0.72, 0.17))
    [grid] = grids(page)
    assert grid.rows[0].texts == ("行政复议", "行政诉讼")
    wrong = [
        (want, got)
        for want, got in zip(FIGURES, grid.rows[-1].texts, strict=True)
        if got != want and not got.startswith(DOUBT)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(2, 22), (29, 49)], [(2, 22), (29, 49)]),
        ([(2, 5), (10, 12), (18, 22), (29, 49)], [(2, 22), (29, 49)]),  # 三 above another sign
        ([(2, 22), (38, 40), (56, 76)], [(2, 22), (38, 40), (56, 76)]),  # 一 by itself
        ([(2, 60)], []),  # two lines without white between them
        ([], []),
    ],
)
def test_lines_are_told_apart_by_the_white_between_them(
    pieces: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    import numpy as np

    from extract.readers._ocr.raster import Box, Raster
    from extract.readers._ocr.stacked import lines_in

    black: Raster = np.zeros((100, 80), np.uint8)
    for top, bottom in pieces:
        black[top:bottom, 10:40] = 255
    assert [(box.top, box.bottom) for box in lines_in(black, Box(0, 0, 80, 100), 22)] == expected


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        ("统计期限至2022年12月3", "1日止。", "统计期限至2022年12月31日止。"),
        ("本年收到申请1", "2件，答复", "本年收到申请12件，答复"),
        ("网站包括www", "gov等", "网站包括www gov等"),
    ],
)
def test_a_number_that_a_full_line_cuts_is_one(upper: str, lower: str, whole: str) -> None:
    from extract.readers._ocr.flow import Line, paragraphs
    from extract.readers._ocr.raster import Box

    lines = [Line(Box(100, 100, 900, 130), upper), Line(Box(100, 150, 880, 180), lower)]
    assert [text for _, text in paragraphs(lines, 1000)] == [whole]
