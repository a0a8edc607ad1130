"""The text reader: TAB grids, Markdown, one cell per line with bars, aligned columns, bare lists, saved headers."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.content import Content, Grid
from extract.readers import Unreadable, read


def content(text: str, name: str = "a.txt") -> Content:
    return read(text.encode(), name)


def rows(text: str) -> list[list[str]]:
    """The one grid of a text, as texts; whatever stands around it is dropped."""
    (grid,) = [block for block in content(text).blocks if isinstance(block, Grid)]
    assert all(row.columns == tuple(range(len(row.texts))) for row in grid.rows)
    return [[*row.texts] for row in grid.rows]


def shape(text: str) -> list[str]:
    """The order of blocks: the text of a paragraph, or the size of a grid."""
    return [
        block if isinstance(block, str) else "×".join(str(len(row.texts)) for row in block.rows)
        for block in content(text).blocks
    ]


TAB_GRID = "第二十条第（一）项\t\t\t\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t\t 0 \n"


def test_tab_grid_keeps_empty_cells() -> None:
    assert rows("二、主动公开\n" + TAB_GRID + "三、收到和处理\n") == [
        ["第二十条第（一）项", "", "", ""],
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "", "0"],
    ]


def test_a_blank_line_parts_grids() -> None:
    assert shape("一、总体情况\n\n" + TAB_GRID + "\n信息内容\t本年收费金额\n收费\t638.8016\n\n三、收到\n") == [
        "一、总体情况",
        "4×4×4",
        "2×2",
        "三、收到",
    ]


def test_tabs_that_only_indent_are_prose() -> None:
    assert shape("\t一、总体情况\n\t2023年，我局认真落实条例。\n\t二、主动公开\n规章\t0\t0\n许可\t1\t2\n") == [
        "一、总体情况",
        "2023年，我局认真落实条例。",
        "二、主动公开",
        "3×3",
    ]


def test_carriage_returns_and_wide_spaces() -> None:
    assert rows("规章\t0\u3000\t１\r\n许可\t\xa0\t\u200b\r\n") == [["规章", "0", "１"], ["许可", "", ""]]


def test_markdown_tables() -> None:
    text = (
        "## 二、主动公开\n| 信息内容 | 本年制发件数 |\n|:---|---:|\n| **规章** | 1\\|2 |\n| 行政<br>许可 |  |\n正文\n"
    )
    assert rows(text) == [["信息内容", "本年制发件数"], ["规章", "1|2"], ["行政 许可", ""]]
    assert shape(text)[0] == "二、主动公开"
    assert rows("甲 | 乙 | 丙\n--- | --- | ---\n1 |  | 3\n") == [["甲", "乙", "丙"], ["1", "", "3"]]


def test_a_row_of_dashes_is_data() -> None:
    assert rows("| 规章 | - | - |\n|---|---|---|\n| - | - | - |\n| -- | -- | —— |\n") == [
        ["规章", "-", "-"],
        ["-", "-", "-"],
        ["--", "--", "——"],
    ]


def test_each_separator_begins_a_table() -> None:
    assert shape("| 一 | 1 | 2 |\n|---|---|---|\n| 二 | 3 | 4 |\n| 5 | 6 |\n|---|---|\n") == ["3×3", "2"]


def bars(table: list[list[str]], width: int, own_line: bool, last_padded: bool = True) -> str:
    """A table as text with one cell per line, in either style of padding."""
    lines: list[str] = []
    for number, row in enumerate(table):
        lines += [f"{text} |" for text in row]
        padding = "|" * (width - len(row))
        if padding and (last_padded or number + 1 < len(table)):
            if own_line:
                lines.append(padding)
            else:
                lines[-1] += " " + padding
    return "\n".join(lines)


T2 = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["规范性文件", "2", "0", "45"],
    ["第二十条第（五）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "0"],
]
T3 = [
    ["（本列数据）", "申请人情况"],
    ["自然人", "法人", "总计"],
    ["一、新收", *"9000009"],
    ["三、结果", "（一）予以公开", *"1234567"],
    ["（二）部分公开", *"0000000"],
    ["四、结转", *"2000002"],
]
T4 = [["行政复议", "行政诉讼"], ["结果维持"] * 7, ["结果"] * 10, ["0"] * 15]


@pytest.mark.parametrize("own_line", [True, False])
@pytest.mark.parametrize("last_padded", [True, False])
@pytest.mark.parametrize(("table", "width"), [(T2, 4), (T3, 10), (T4, 15)])
def test_bars_are_split_into_rows(table: list[list[str]], width: int, own_line: bool, last_padded: bool) -> None:
    text = f"二、主动公开\n{bars(table, width, own_line, last_padded)}\n三、收到\n"
    assert rows(text) == table
    assert shape(text)[0] == "二、主动公开"
    assert shape(text)[-1] == "三、收到"


def test_bars_whose_sums_do_not_fit_are_not_guessed() -> None:
    broken = bars(T3, 10, False).replace("法人 |\n", "", 1)
    found = rows(broken)
    assert all(len(row) == 1 for row in found)
    assert [row for row in found if row != [""]] == [[cell] for row in T3 for cell in row if cell != "法人"]
    assert len(found) == broken.count("|")  # an empty cell or padding: which, the reader does not say
    assert rows("规章 |\n0 |\n许可 |\n1 |\n") == [["规章"], ["0"], ["许可"], ["1"]]  # no padding: no width


def test_bars_have_no_columns() -> None:
    grids = [block for block in content(bars(T2, 4, False)).blocks if isinstance(block, Grid)]
    assert [grid.columns_known for grid in grids] == [False]


LABELS = st.sampled_from(["规章", "0", "12", "（一）予以公开", "—", "1.属于国家秘密"])


@settings(deadline=None)
@given(
    st.integers(3, 15).flatmap(
        lambda width: st.tuples(
            st.just(width), st.lists(st.lists(LABELS, min_size=1, max_size=width), min_size=1, max_size=12)
        )
    ),
    st.booleans(),
)
def test_any_bars_come_back_or_stay_single(case: tuple[int, list[list[str]]], own_line: bool) -> None:
    width, table = case
    table = [["标题"], *table]  # a title row: its padding tells the width
    got = rows(bars(table, width, own_line) + "\n完。")
    # Of single cells the padding stays as empty ones.
    assert [row for row in got if row != [""]] in (table, [[cell] for row in table for cell in row])
    if width > 3 and all(len(row) < width for row in table):
        assert got == table


def test_aligned_columns() -> None:
    text = (
        "三、收到和处理\n项目              自然人  商业企业  科研机构  社会组织  法律机构  其他  总计\n"
        "一、本年新收        103     0         0         0         0       0    103\n"
        "二、上年结转         26                                                26\n"
        "1.属于国家秘密        5     0         0         0         0       0      5\n"
    )
    assert rows(text)[1:] == [
        ["一、本年新收", "103", *"00000", "103"],
        ["二、上年结转", "26", *[""] * 5, "26"],
        ["1.属于国家秘密", *"5000005"],
    ]


def test_figures_behind_a_label() -> None:
    assert rows("一、本年新收数量 103 0 0 0 0 0 103\n1.属于 国家秘密 5 0 0 0 0 / —\n0 0 0 0 0 0 0\n") == [
        ["一、本年新收数量", "103", "0", "0", "0", "0", "0", "103"],
        ["1.属于 国家秘密", "5", "0", "0", "0", "0", "/", "—"],
        ["0"] * 7,
    ]


def test_one_cell_per_line_without_bars() -> None:
    cells = [
        "第二十条第（一）项",
        "信息内容",
        "本年制发件数",
        "规章",
        "0",
        "0",
        "0",
        "规范性文件",
        "2",
        "0",
        "45",
        "行政许可",
        "0",
        "行政处罚",
        "7",
    ]
    text = "二、主动公开政府信息情况\n\n" + "\n\n".join(cells)
    text += "\n三、收到和处理政府信息公开申请情况\n共收到申请3件。\n"
    assert rows(text) == [[cell] for cell in cells]
    assert shape(text)[0] == "二、主动公开政府信息情况"
    assert shape(text)[-2:] == ["三、收到和处理政府信息公开申请情况", "共收到申请3件。"]


def test_prose_stays_prose() -> None:
    text = (
        "2023年，我县认真落实条例，发布信息\n1500 余条，其中政策解读\n43 份，办结申请\n9 件。\n"
        "联系人：张三  电话：0000\n\u3000\u3000二〇二四年一月\n（一）主动公开\n10\n二、下一步\n"
    )
    assert not [block for block in content(text).blocks if isinstance(block, Grid)]
    assert len(content(text).blocks) == 9


def test_flat_text_is_one_paragraph() -> None:
    text = "示例区2021年报告 二、主动公开 规章000 行政许可3960181 " * 50
    assert content(text).blocks == (text.strip(),)


def test_marks_of_markdown_are_stripped() -> None:
    assert content("# 示例县 2023 年报告 #\n\n#### 一、总体情况\n一是**优化平台**。1\\. 落实\n").blocks == (
        "示例县 2023 年报告",
        "一、总体情况",
        "一是优化平台。1. 落实",
    )


def test_titles() -> None:
    assert content("\n\n# 示例县2023年报告\n正文。").title == "示例县2023年报告"
    assert content("示例县人民政府办公室\n2023年报告\n正文。").title == "示例县人民政府办公室"
    assert content("《示例县2020年报告》已经研究同意，现予公开发布。\n一、总体情况").title == ""
    assert content(TAB_GRID).title == ""


def test_header_of_a_saved_page() -> None:
    got = content(
        "标题: 示例县2021年报告\n发布时间: 2022-02-08 16:34\n文号: \n原文链接: https://www.example.org/t1.htm\n"
        "页面链接与图片详见 links.tsv\n==================== 正文 ====================\n一、总体情况\n"
    )
    assert got.title == "示例县2021年报告"
    assert got.meta == {
        "title": "示例县2021年报告",
        "pubdate": "2022-02-08 16:34",
        "url": "https://www.example.org/t1.htm",
    }
    assert got.blocks == ("页面链接与图片详见 links.tsv", "一、总体情况")


def test_header_lines_without_a_ruler() -> None:
    assert content("标题：示例县报告\n来源：县府办\n正文。").blocks == ("正文。",)
    # What is no metadata is kept wherever it stands.
    assert content("标题：示例县报告\n见附件。\n====规章\n止。").blocks == ("见附件。", "规章", "止。")
    assert content("始\n标题：12\n====\n止。").blocks == ("始", "标题：12", "====", "止。")
    assert content("来源：县府办\n正文。").blocks == ("来源：县府办", "正文。")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_charsets(charset: str) -> None:
    title = "示例县政府信息公开工作年度报告"
    assert read(f"{title}\n规章\t0\t1\n".encode(charset), "a.txt").blocks[0] == title


def test_gb18030_beyond_gbk() -> None:
    assert read("示例县㐱\U00020000镇人民政府".encode("gb18030"), "a.txt").blocks == ("示例县㐱\U00020000镇人民政府",)


def test_undecodable_text() -> None:
    with pytest.raises(Unreadable) as caught:
        read("示例县".encode() + bytes(range(0x80, 0xFF)) * 4, "a.txt")
    assert caught.value.problem.code == "decode_error"


TRAPS = [
    "\tabc\n" * 150_000,
    "ab\n0\ncd\nef\n" * 45_000,
    "ab |\n" * 150_000,
    "ab\\|\n" * 150_000,
    "a" + " " * 1_000_000 + "x",
    "|" + "---|" * 50_000 + "x\n",
    " - " * 100_000 + "x\n|",
    "# " + " #" * 100_000 + " x",
    "a   b\n" * 150_000,
    "一、" * 300_000,
    "1," * 500_000,
    "x" + " 1" * 150_000,
    "甲" + "**" * 500_000,
    "<!--" * 200_000,
]


@pytest.mark.parametrize("text", TRAPS, ids=lambda text: text[:6].encode("unicode_escape").decode())
def test_traps_end_soon(text: str) -> None:
    started = time.perf_counter()
    content(text)
    assert time.perf_counter() - started < 10


def test_too_many_lines_or_bytes() -> None:
    for text, code in (
        ("a\n" * 300_000, "too_many_lines"),
        ("a" * 25_000_000, "too_large"),
        ("0\t1\n" * 150_000, "too_many_cells"),
    ):
        with pytest.raises(Unreadable) as caught:
            content(text)
        assert caught.value.problem.code == code


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from([*"\t| \n#\\。\u3000", "  ", "---", "规章", "0", "12", "**", "标题: ", "====", "一、", "情况"]),
        max_size=60,
    )
)
def test_nothing_printed_is_lost(parts: list[str]) -> None:
    """Every figure of the text stands in a paragraph or a cell, in order."""
    text = "始\n" + "".join(parts) + "\n止。"
    printed = [character for character in text if character in "012规章"]
    got = [
        character
        for block in content(text).blocks
        for piece in ([block] if isinstance(block, str) else [text for row in block.rows for text in row.texts])
        for character in piece
        if character in "012规章"
    ]
    assert got == printed
