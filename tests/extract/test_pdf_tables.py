"""Tables in PDFs: figures close behind long labels, rows that a page break cuts in any place."""

from collections.abc import Sequence

import pytest

from extract.content import DOUBT, Grid
from extract.place import PageBox
from extract.readers._pdf_cells import Table
from extract.readers._pdf_frames import Cell, Frame
from extract.readers._pdf_lines import lines_of
from extract.readers._pdf_page import Box, Glyph
from extract.readers._pdf_stitch import stitched
from extract.readers._pdf_touching import parted
from extract.readers._pdf_unruled import Run, unruled

SIZE = 10.0
LEFT = (300.0, 340.0, 380.0, 420.0)  # where the figures of four columns begin
LABELS = ("规章", "行政许可", "行政处罚")


def glyphs(text: str, x: float, y: float) -> list[Glyph]:
    """The characters of a text, those of Chinese twice as wide as digits."""
    found = []
    for char in text:
        wide = SIZE if char >= "\u2e80" else SIZE / 2
        if char != " ":
            found.append(Glyph(char, x, y, x + wide, y + SIZE))
        x += wide
    return found


def table(last: Sequence[tuple[str, float]], by: float = 0) -> list[list[str]]:
    """Three rows of four figures and a last one, each piece at its place; as lines. `by`: how figures are aligned."""
    marks = []
    for row, label in enumerate(LABELS):
        marks += glyphs(label, 50, 20 * row)
        for at, left in enumerate(LEFT):
            text = str((row + 1) ** (2 * at))
            marks += glyphs(text, left - by * len(text) * SIZE / 2, 20 * row)
    for text, x in last:
        marks += glyphs(text, x, 20 * len(LABELS))
    return [[piece.text for piece in line.pieces] for line in parted(lines_of(marks))]


LONG = ("部分公开（只计这一情形）", 176.0)  # ends 4 points before the first column


@pytest.mark.parametrize("by", [0, 0.5, 1])
def test_a_figure_close_behind_its_label_is_a_figure_where_it_stands_in_its_column(by: float) -> None:
    figures = [("18", 300.0), ("3", 340.0), ("222", 380.0), ("30", 420.0)]
    label = (LONG[0], LONG[1] - by * SIZE)
    last = table([label, *((text, x - by * len(text) * SIZE / 2) for text, x in figures)], by)[-1]
    assert last == [LONG[0], "18", "3", "222", "30"]


def test_figures_of_narrow_columns_are_parted_one_from_the_other() -> None:
    marks = []
    for row in range(3):
        marks += glyphs("规章", 50, 20 * row)
        for at in range(4):
            marks += glyphs(str(row * 5 + at), 300 + 13 * at, 20 * row)
    marks += glyphs("规章", 50, 60)
    for at, text in enumerate(("12", "34", "5", "6")):
        marks += glyphs(text, 300 + 13 * at, 60)
    assert [[piece.text for piece in line.pieces] for line in parted(lines_of(marks))][-1] == [
        "规章",
        "12",
        "34",
        "5",
        "6",
    ]


OTHERS = [("3", 340.0), ("2", 380.0), ("30", 420.0)]


@pytest.mark.parametrize(
    "last",
    [
        [(LONG[0], 168.0), ("18", 292.0), *OTHERS],  # a number of the label's, in no column
        [(LONG[0], LONG[1]), ("18", 300.0), *OTHERS[:2]],  # the last column is empty
        [(LONG[0], LONG[1]), ("18", 300.0), *OTHERS, ("5", 460.0)],  # a column too many
    ],
)
def test_a_number_close_behind_a_label_stays_there_where_the_table_does_not_show_what_it_is(
    last: Sequence[tuple[str, float]],
) -> None:
    assert table(last)[-1][0].endswith(" 18")


def grid_of(rows: Sequence[Sequence[tuple[str, float]]], pitch: float = 12) -> list[tuple[str, ...]]:
    """The rows of the grid that lines without rules make; a piece is a text and where it begins."""
    marks = [glyph for at, row in enumerate(rows) for text, x in row for glyph in glyphs(text, x, pitch * at)]
    [found] = [one.grid for one in unruled(lines_of(marks)) if isinstance(one, Run)]
    return [row.texts for row in found.rows]


Line = list[tuple[str, float]]
FIGURES: Line = [(str(at + 1), left) for at, left in enumerate(LEFT)]
ONES = ("1", "2", "3", "4")


@pytest.mark.parametrize("group", [0, 1, 2])
def test_the_label_of_a_group_stands_beside_a_row_at_whatever_height(group: int) -> None:
    rows: list[Line] = [
        [("1.国家秘密", 150), *FIGURES],
        [("2.申请人逾期", 150)],
        [("未按收费通知", 150)],
        [("要求缴纳费用", 150), *FIGURES],
        [("3.其他", 150), *FIGURES],
        [("（七）总计", 50), *FIGURES],
    ]
    rows[1 + group].insert(0, ("（六）其他", 50))
    whole = "2.申请人逾期未按收费通知要求缴纳费用"
    found = grid_of(rows)
    assert [row[-5:] for row in found if row[-4:] == ONES] == [
        ("1.国家秘密", *ONES),
        (whole, *ONES),
        ("3.其他", *ONES),
        ("（七）总计", *ONES),
    ]
    assert any("（六）其他" in row for row in found)


def test_the_signs_of_an_upright_label_leave_the_wrapped_label_beside_them_whole() -> None:
    rows: list[Line] = [
        [("其", 50), ("1.国家秘密", 150), *FIGURES],
        [("他", 50), ("2.申请人逾期", 150)],
        [("处", 50), ("未按收费通知", 150)],
        [("理", 50), ("要求缴纳费用", 150), *FIGURES],
        [("（七）总计", 50), *FIGURES],
    ]
    found = [row[-5:] for row in grid_of(rows) if row[-4:] == ONES]
    assert found == [("1.国家秘密", *ONES), ("2.申请人逾期未按收费通知要求缴纳费用", *ONES), ("（七）总计", *ONES)]


def test_a_heading_close_below_a_row_is_no_part_of_its_label() -> None:
    head: Line = [("信息内容", 50), ("本年处理决定数量", 300)]
    rows: list[Line] = [
        [("规章", 50), *FIGURES],
        [("行政规范性文件", 50), *FIGURES],
        [("第二十条第（五）项", 50)],
        head,
    ]
    labels = [("规章", *ONES), ("行政规范性文件", *ONES), ("第二十条第（五）项",), ("信息内容", "本年处理决定数量")]
    assert grid_of([*rows, [("行政许可", 50), *FIGURES]]) == [*labels, ("行政许可", *ONES)]


def test_labels_of_two_columns_are_parted_where_others_begin() -> None:
    found = grid_of(
        [
            [("（三）不予", 50), ("1.国家秘密", 150), *FIGURES],
            [("2.禁止公开", 150), *FIGURES],
            [("（六）其他处理申", 60), ("3.执法案卷", 150), *FIGURES],
        ],
        pitch=20,
    )
    assert found[-1] == ("（六）其他处理申", "3.执法案卷", *ONES)


def cut(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, ...]]:
    """The rows of a table over two pages, whose last row above and first row below may be one."""
    xs = tuple(100.0 * at for at in range(len(upper) + 1))

    def page(number: int, *rows: Sequence[str]) -> Table:
        ys = tuple(20.0 * at for at in range(len(rows) + 1))
        cells = tuple(
            Cell(row, at, 1, 1, Box(xs[at], ys[row], xs[at + 1], ys[row + 1]), False)
            for row in range(len(rows))
            for at in range(len(upper))
        )
        at = tuple(tuple(row * len(upper) + column for column in range(len(upper))) for row in range(len(rows)))
        return Table(Frame(xs, ys, cells, at), number, [text for row in rows for text in row])

    full = ("规章", *"1" * (len(upper) - 1))
    [grid] = stitched([page(1, full, upper), page(2, lower, full)])
    assert isinstance(grid, Grid)
    return [row.texts for row in grid.rows][1:-1]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("4.无", "正当理由大量反复申请"),
        ("4.无正", "当理由大量反复申请"),
        ("(4)、无", "正当理由大量反复申请"),
        ("1.本机关受理", "件"),
        ("2.本年度增", "减"),
        ("3.其", "他"),
    ],
)
def test_a_label_is_one_wherever_the_page_break_cuts_it(above: str, below: str) -> None:
    assert cut([above, "5", "1"], [below, "", ""]) == [(above + below, "5", "1")]
    assert cut([above, "", ""], [below, "5", "1"]) == [(above + below, "5", "1")]


@pytest.mark.parametrize("below", ["件", "减", "无", "6"])
def test_a_figure_below_another_is_not_made_a_part_of_it(below: str) -> None:
    found = cut(["行政许可", "5", "1"], ["", below, ""])
    assert all(DOUBT in row[1] for row in found if row[0])


@pytest.mark.parametrize("figures", [15, 9, 5])
def test_many_figures_in_one_row_are_a_table_and_a_few_behind_words_are_not(figures: int) -> None:
    row: Line = [(("4件", "２", "-")[at % 3], 40.0 + 30 * at) for at in range(figures)]
    rows: list[Line] = [[("行政复议", 50), ("行政诉讼", 300)], row]
    if figures < 9:
        with pytest.raises(ValueError, match="unpack"):
            grid_of(rows)
    else:
        assert grid_of(rows)[-1] == tuple(text for text, _ in row)


def test_each_figure_of_a_table_without_rules_has_a_box_of_its_own() -> None:
    rows: list[Line] = [[("规章", 50), *FIGURES], [("行政许可", 50), ("5", LEFT[0]), ("7", LEFT[3])]]
    marks = [glyph for at, row in enumerate(rows) for text, x in row for glyph in glyphs(text, x, 12.0 * at)]
    [found] = [one.grid for one in unruled(lines_of(marks)) if isinstance(one, Run)]
    wide = SIZE / 2
    assert found.places[0][1:] == tuple(PageBox(0, round(x), 0, round(x + wide), 10) for x in LEFT)
    shown = {text: place for text, place in zip(found.rows[1].texts, found.places[1], strict=True) if text}
    assert shown["5"] == PageBox(0, round(LEFT[0]), 12, round(LEFT[0] + wide), 22)
    assert shown["7"] == PageBox(0, round(LEFT[3]), 12, round(LEFT[3] + wide), 22)
