"""Lines of recognized text → paragraphs: what goes on, what begins anew."""

from extract.readers._ocr.flow import Line, joined, paragraphs
from extract.readers._ocr.raster import Box

WIDTH = 1240


def line(top: int, text: str, left: int = 120, right: int = 1120) -> Line:
    return Line(Box(left, top, right, top + 26), text)


def told(*lines: Line) -> list[str]:
    return [text for _, text in paragraphs(list(lines), WIDTH)]


def test_a_full_line_goes_on_in_the_next_one_that_is_not_indented() -> None:
    assert told(line(100, "新收政府信息公开申请", left=170), line(140, "十二件。", right=220)) == [
        "新收政府信息公开申请十二件。"
    ]


def test_an_indented_line_begins_a_paragraph() -> None:
    assert told(line(100, "甲"), line(140, "乙", left=170), line(180, "丙")) == ["甲", "乙丙"]


def test_a_heading_stands_by_itself() -> None:
    assert told(line(100, "一、总体情况", left=170, right=340), line(140, "本年度", right=1120)) == [
        "一、总体情况",
        "本年度",
    ]


def test_a_line_far_below_begins_a_paragraph() -> None:
    assert told(line(100, "甲"), line(300, "乙")) == ["甲", "乙"]


def test_pieces_side_by_side_are_one_line_and_words_apart_stay_apart() -> None:
    near = joined([line(101, "年度报告", 400, 500), line(100, "政府信息公开", 250, 399)])
    assert [one.text for one in near] == ["政府信息公开年度报告"]
    apart = joined([line(100, "联系电话", 120, 220), line(104, "2024年1月", 700, 800)])
    assert [one.text for one in apart] == ["联系电话 2024年1月"]


def test_digits_of_two_pieces_never_join() -> None:
    assert [one.text for one in joined([line(100, "12", 100, 130), line(100, "3", 131, 145)])] == ["12 3"]


def test_lines_follow_from_above_whatever_their_order() -> None:
    assert [one.text for one in joined([line(300, "丙"), line(100, "甲"), line(200, "乙")])] == ["甲", "乙", "丙"]
