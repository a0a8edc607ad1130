"""Text from documents is inert on a terminal, wide characters stay aligned, JSON is one plain value."""

import json
from decimal import Decimal

import pytest

from monitor.words.terminal import MOST_MARKS, clip, cut, inert, pad, table, to_json, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("示例县财政局", "示例县财政局"),
        ("\x1b[31m红\x1b[0m", "\\x1b[31m红\\x1b[0m"),
        ("一\r二\n三\t", "一\\r二\\n三\\t"),
        ("\x9b2J", "\\x9b2J"),
        ("甲\u202e乙\u2066", "甲\\u202e乙\\u2066"),
        ("零\u200b宽\ufeff", "零\\u200b宽\\ufeff"),
        ("\udce4", "\\udce4"),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("　全角空格", "　全角空格"),
    ],
)
def test_inert(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_width_counts_columns() -> None:
    assert width("表三 T3") == 7
    assert width("e\u0301") == 1
    assert pad("总计", 6, right=True) == "  总计"


def test_clip_never_exceeds_its_columns() -> None:
    text = "申请人无正当理由逾期不补正"
    for columns in range(1, 30):
        assert width(clip(text, columns)) <= columns
    assert clip("短", 10) == "短"


def test_table_is_aligned_with_wide_characters() -> None:
    lines = table([["", "自然人", "总计"], ["（一）予以公开", "3", "12"], ["a", "100", "7"]], right=(1, 2))
    assert {width(line) for line in lines} == {width(lines[0])}
    assert lines[1].endswith("3    12")


def test_table_of_nothing() -> None:
    assert table([]) == []


def test_json_is_read_back_and_cannot_act_on_a_terminal() -> None:
    value = {"甲\u202e": "\x1b[31m\x9b\u2028\udce4", "额": Decimal("160.5964"), "件": Decimal("3")}
    text = to_json(value)
    assert json.loads(text) == {"甲\u202e": "\x1b[31m\x9b\u2028\udce4", "额": 160.5964, "件": 3}
    assert all(char == "\n" or inert(char) == char for char in text)


def test_json_refuses_what_has_no_form() -> None:
    with pytest.raises(TypeError, match="no JSON form"):
        to_json(object())


MARKS = ("\u0301", "\u0301\u0327\u20dd", "\u0e49", "\u0940", "\u0489", "\ufe0f")


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("letter", ["a", "渔", "", "—", "…"])
def test_marks_do_not_pile_up(marks: str, letter: str) -> None:
    text = f"示例{letter}{marks * 3000}局"
    assert len(inert(text)) <= 4 + MOST_MARKS + 1 + 1
    assert inert(text).endswith("局")
    assert inert(inert(text)) == inert(text)
    for columns in (1, 3, 10, 40):
        for each in (text, inert(text)):
            assert len(clip(each, columns)) <= MOST_MARKS * columns + 1
    assert sum(map(len, table([[text, "1"]], limits={0: 12}))) < 12 * MOST_MARKS + 10


def test_letters_with_a_few_marks_and_rows_of_signs_stay() -> None:
    for text in ("Vie\u0323\u0302t", "བསྒྲུབས", "नमस्ते", "——————————————", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫", "。。。。。。。。。。。。"):
        assert inert(text) == text


def test_a_cut_text_is_as_long_as_it_may_be() -> None:
    assert cut("甲" * 5, 5) == "甲" * 5
    assert cut("甲" * 6, 5) == "甲甲甲甲…"
