"""A table in pictures that goes on upon the next page: a row in two halves is one, a blank beside a break is not read."""

from extract.content import DOUBT, Grid, GridRow, plain_row
from extract.readers._ocr import joined

FIGURES = ("2", "1", "1", "3", "3", "3", "13")


def grid(*rows: tuple[str, ...]) -> Grid:
    return Grid(tuple(map(plain_row, rows)))


def rows(blocks: list[str | Grid]) -> list[tuple[str, ...]]:
    return [row.texts for block in blocks if isinstance(block, Grid) for row in block.rows]


def test_a_row_cut_by_the_break_is_one_row() -> None:
    above = grid(("2.重复申请", *FIGURES), ("3.要", *FIGURES))
    below = grid(("求提供公开出版物", *[""] * 7), ("4.无正当理由", *FIGURES))
    found = rows(joined([["一、总体情况", above, "- 3 -"], ["第4页", below]]))
    assert found == [("2.重复申请", *FIGURES), ("3.要求提供公开出版物", *FIGURES), ("4.无正当理由", *FIGURES)]


def test_the_label_goes_on_in_its_own_column_beside_tall_cells() -> None:
    upper = GridRow(("（五）不予处理", "3.要", *FIGURES), tuple(range(9)), (1,) * 9, (3, *(1,) * 8))
    lower = GridRow(("", "求提供公开出版物", *[""] * 7), tuple(range(9)), (1,) * 9, (3, *(1,) * 8))
    found = rows(joined([[Grid((upper,))], [Grid((lower,))]]))
    assert found == [("（五）不予处理", "3.要求提供公开出版物", *FIGURES)]


def test_blanks_beside_a_break_are_not_read_where_the_row_may_be_half_of_one() -> None:
    above = grid(("3.要", *[""] * 7))
    below = grid(("求提供公开出版物", *FIGURES))
    upper, lower = rows(joined([[above], [below]]))
    assert upper == ("3.要", *[DOUBT] * 7)
    assert lower == ("求提供公开出版物", *FIGURES)


def test_rows_that_end_at_the_break_stay_as_they_are() -> None:
    above, below = grid(("2.重复申请", *FIGURES)), grid(("3.要求提供公开出版物", *FIGURES))
    assert rows(joined([[above], [below]])) == [("2.重复申请", *FIGURES), ("3.要求提供公开出版物", *FIGURES)]
    apart: list[list[str | Grid]] = [
        [above, "五、存在的主要问题及改进情况是以下各项"],
        [grid(("求提供公开出版物", *[""] * 7))],
    ]
    assert rows(joined(apart))[-1] == ("求提供公开出版物", *[""] * 7)


def test_a_strip_of_a_row_without_a_word_is_no_row() -> None:
    head = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    above, below = grid(head, ("",) * 5), grid(("12", "4", "0", "3", "19"))
    assert rows(joined([[above, "- 2 -"], [below]])) == [head, ("12", "4", "0", "3", "19")]
