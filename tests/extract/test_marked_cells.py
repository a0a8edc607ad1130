"""Figures in cells that are no plain text, told apart by style, in form fields or drawn: right, or illegible."""

import pytest

from extract.content import Grid
from extract.form.numbers import read_figure
from extract.readers import read


def figure(cell: str, head: str = "") -> tuple[object, str]:
    """What is read of a cell beside its label, in a page."""
    body = f"<table><tr><td>（一）予以公开</td>{cell}<td>1</td><td>2</td><td>3</td></tr></table>"
    page = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    content = read(page.encode(), "a.html")
    (grid,) = [block for block in content.blocks if isinstance(block, Grid)]
    assert grid.rows[0].texts[0] == "（一）予以公开"
    text = grid.rows[0].texts[1]
    found = read_figure(text)
    return found.value, "illegible" if found.state == "text" and text in content.apart else found.state


STRUCK_OR_HIDDEN = [
    "text-decoration:line-through",
    "text-decoration : underline Line-Through red",
    "text-decoration-line:line-through",
    "text-line-through:single",
    "display:none",
    "DISPLAY: none !important",
    "visibility:hidden",
    "visibility: collapse",
    "mso-hide:all",
    "opacity:0",
    "font-size:0",
    "font-size: 0px",
    "color:transparent",
    "text-indent:-9999px",
    "position:absolute;left:-999px",
    "font-size:0.1px",
    "font-size:.5pt",
    "font:0/0 a",
    "font: 0px/1 serif",
    "display:inline-block;width:0;overflow:hidden",
    "overflow:hidden;display:inline-block;height:0px",
    "display:inline-block;max-height:0;overflow:hidden",
    "margin-left:-9999px",
    "margin:0 0 0 -9999px",
    "filter:opacity(0)",
    "filter:alpha(opacity=0)",
    "color:#fff;background-color:#FFFFFF",
    "color:rgb(0,0,0);background:black",
    "direction:rtl;unicode-bidi:bidi-override",
    "display:flex;flex-direction:row-reverse",
    "display:flex;flex-flow:row-reverse nowrap",
]
SET_APART = [
    "vertical-align:super",
    "vertical-align: sub",
    "vertical-align:text-top",
    "vertical-align:4px",
    "mso-text-raise:3pt",
    "position:relative;top:-4px",
    "font-size:60%",
    "font-size:x-small",
    "font-size:.6em",
    "font-size:5pt",
    "color:#fff",
    "color:white",
    "color:#fefefe",
    "color:rgb(255, 255, 255)",
    "order:2",
]


@pytest.mark.parametrize("style", STRUCK_OR_HIDDEN + SET_APART)
def test_a_digit_with_such_a_style_never_joins_the_figure_beside_it(style: str) -> None:
    assert figure(f'<td><span style="{style}">9</span>38</td>') == (None, "illegible")
    assert figure(f'<td><p>38<font style="{style}"><b>9</b></font></p></td>') == (None, "illegible")
    sheet = f"<style>/* x */ p, .n1 {{color:#333}} td  span.x-1, .y {{ {style} }}</style>"
    assert figure('<td><span class="a x-1">9</span>38</td>', sheet) == (None, "illegible")
    assert figure('<td><span class="a x-2">9</span>38</td>', sheet) == (938, "number")


@pytest.mark.parametrize("style", STRUCK_OR_HIDDEN)
def test_a_figure_that_is_struck_out_or_hidden_is_none(style: str) -> None:
    assert figure(f'<td><span style="{style}">38</span></td>') == (None, "illegible")
    assert figure(f'<td style="{style}">38</td>') == (None, "illegible")


@pytest.mark.parametrize("style", SET_APART)
def test_a_figure_that_is_small_or_raised_as_a_whole_is_one(style: str) -> None:
    assert figure(f'<td><span style="{style}">38</span></td>') == (38, "number")
    assert figure(f'<td style="{style}">38</td>') == (38, "number")


@pytest.mark.parametrize(
    "style",
    [
        "font:14px/0.8 serif",
        "font:0.9em serif",
        "width:0",
        "width:100px;overflow:hidden",
        "margin-left:-9px",
        "filter:opacity(1)",
        "color:#333;background:#fff",
        "border:1px solid",
        "order:0",
        "flex-direction:row",
    ],
)
def test_a_digit_with_a_harmless_style_is_one_of_the_figure(style: str) -> None:
    assert figure(f'<td>3<span style="{style}">8</span></td>') == (38, "number")


@pytest.mark.parametrize(
    "rule",
    ["[data-x=d]", "[ data-x = 'd' ]", "td [data-x]", "td i:first-child", "i:nth-child(2n + 1)", "td > i:not(.y)"],
)
def test_a_digit_that_a_selector_of_place_or_attribute_may_hide_never_joins(rule: str) -> None:
    cell = '<td><i data-x="d">9</i>31</td>'
    assert figure(cell, f"<style>{rule}{{display:none}}</style>") == (None, "illegible")
    assert figure(cell, f"<style>{rule}{{font-weight:bold}}</style>") == (931, "number")
    assert figure("<td><b>9</b>31</td>", f"<style>{rule}{{display:none}}</style>") == (931, "number")


@pytest.mark.parametrize(
    "cell",
    [
        '<font color="#FFFFFF">9</font>31',
        "<FONT COLOR=white>9</FONT>31",
        '31<font size="1">9</font>',
        "31<font face=a size=-2>9</font>",
        "38<sup>1</sup>",
        "38<sub>[1]</sub>",
        "<del>9</del><ins>38</ins>",
        "<s>9</s>38",
        "<strike>38</strike>",
        "38<small>1</small>",
        "<ruby>38<rt>1</rt></ruby>",
        '38<a href="#fn1">1</a>',
        '38<a href="/a.html#_ftn1">[1]</a>',
        "38<sup>①</sup>",
        "<span hidden>9</span>38",
        '<span class="hide">9</span>38',
        "3\u20638",
    ],
)
def test_notes_and_corrections_leave_the_figure_illegible(cell: str) -> None:
    assert figure(f"<td>{cell}</td>") == (None, "illegible")


def test_digits_that_a_sheet_adds_are_not_seen_by_us() -> None:
    assert figure('<td class="n">38</td>', "<style>.n::before{content:'9'}</style>") == (None, "illegible")
    assert figure('<td class="n">38</td>', "<style>.n::before{content:'\\201C'}</style>") == (38, "number")
    assert figure('<td class="n">38</td>', "<style>@media print { .n { display:none } }</style>") == (38, "number")
    assert figure('<td class="n">38</td>', "<style>.n:hover { display:none }</style>") == (38, "number")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<input value="17">', 17),
        ('<input type="text" value=" 1,234 " readonly>', 1234),
        ('<input type="number" value="0" disabled>', 0),
        ("<textarea>17</textarea>", 17),
        ('<select><option value="a">16<option selected>17</select>', 17),
        ("<select><option>17</select>", 17),
        ('<input value="17">件', 17),
        ('<input type="hidden" name="id" value="3"><input value="17">', 17),
        ('<div class="c"><input value="17"></div>', 17),
    ],
)
def test_a_plain_field_is_read(cell: str, value: int) -> None:
    assert figure(f"<td>{cell}</td>") == (value, "number")


@pytest.mark.parametrize(
    "cell",
    [
        '<input value="">',
        "<input>",
        '<input type="hidden" value="17">',
        '<input style="display:none" value="17">',
        '<input value="1"><input value="7">',
        '1<input value="7">',
        '<input value="共17">',
        "<textarea></textarea>",
        "<select><option>16<option>17</select>",
        '<img src="17.png">',
        "<svg><text>17</text></svg>",
        "<canvas></canvas>",
        "<script>document.write(17)</script>",
        "<button>17</button>",
        '<span data-value="17"></span>',
        '<i data-to="17"></i>',
    ],
)
def test_what_may_show_a_figure_is_never_blank(cell: str) -> None:
    assert figure(f"<td>{cell}</td>") == (None, "illegible")


@pytest.mark.parametrize(
    "cell",
    [
        '3<img src="1.png" alt="1">',
        '<img src="one.png">3',
        '<img src="dot.gif" alt="3">17',
        "3<svg><text>1</text></svg>",
        '3<script>document.write("1")</script>',
        "3<object data='1.svg'></object>",
        "<canvas>9</canvas>31",
        '<bdo dir="rtl">13</bdo>',
        '<bdo dir="RTL">13</bdo>',
    ],
)
def test_a_figure_that_is_partly_drawn_or_turned_round_is_illegible(cell: str) -> None:
    assert figure(f"<td>{cell}</td>") == (None, "illegible")


def test_a_picture_beside_words_that_are_no_figure_changes_nothing() -> None:
    (grid,) = blocks('<table><tr><td>规章<img src="1.png"></td><td>件<img src="1.png"></td><td>3</td></tr></table>')
    assert isinstance(grid, Grid)
    assert grid.rows[0].texts == ("规章", "件", "3")


def test_plain_cells_stay_what_they_are() -> None:
    assert figure("<td></td>") == (None, "blank")
    assert figure('<td data-value="17"></td>') == (None, "illegible")
    assert figure('<td data-colwidth="17"></td>') == (None, "blank")
    assert figure('<td style="vertical-align:middle"><span style="font-size:14px">1</span>7</td>') == (17, "number")
    assert figure('<td><img src="dot.gif">17</td>') == (17, "number")


def blocks(body: str, head: str = "") -> tuple[str | Grid, ...]:
    page = f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return read(page.encode(), "a.html").blocks


def test_labels_and_prose_say_what_they_said_whatever_their_style() -> None:
    cells = (
        '<td>规章<span style="font-size:9px">（件）</span></td><td>行政<a href="#x">许可</a></td>'
        '<td><input value="3">项信息内容</td><td>备注<img src="a.gif"></td>'
    )
    (grid,) = blocks(f"<table><tr>{cells}</tr></table>")
    assert isinstance(grid, Grid)
    assert grid.rows[0].texts == ("规章（件）", "行政许可", "项信息内容", "备注")
    assert blocks('<p>收到<span style="vertical-align:super">38</span>件<small>注</small></p>') == ("收到38件注",)
    assert blocks('<p>收到<span style="visibility:hidden">9</span>38件</p>') == ("收到 9 38件",)


def test_a_table_that_frames_pictures_and_scripts_is_no_grid() -> None:
    row = '<td><img src="a.gif"></td><td><script>x()</script></td><td><input name="q"></td><td></td>'
    assert blocks(f"<p>甲</p><table><tr>{row}</tr><tr>{row}</tr></table><p>乙</p>") == ("甲", "乙")
    article = "<p>一</p><p>二</p>" + f"<p>{'三' * 500}<sup>1</sup></p>"
    assert len(blocks(f'<table><tr><td><input name="q"></td></tr><tr><td>{article}</td></tr></table>')) == 3


def test_titles_hold_no_marks_of_ours() -> None:
    title = '示例县<span style="position:relative">财政局</span><span hidden>2024</span>年报'
    body = f"<table><tr><td><h1>{title}</h1></td><td><a href='/b.html'>{title}</a></td></tr></table>"
    content = read(f"<!doctype html><html><body>{body}</body></html>".encode(), "a.html")
    assert content.title == "示例县财政局2024年报"
    assert all(text.isprintable() for text in (content.title, *content.linked, *content.meta.values()))


def test_values_of_fields_bring_no_marks_into_the_page() -> None:
    for value in ("\ufdd51", "1\ufdd1", "&#xfddb;", "3\ufdda", "9" * 25, "1\x01", "1&#1;"):
        assert figure(f'<td><input value="{value}"></td>') == (None, "illegible")


def test_runs_of_one_style_with_a_hidden_empty_one_between_are_one_figure() -> None:
    assert figure('<td><span style="display:none"></span>3<b></b>8</td>')[1] != "illegible"
    assert figure('<td><p style="position:relative;top:-1pt"><span>3</span><span>8</span></p></td>') == (38, "number")
    assert figure('<td>3<a name="_ftnref"></a><a href="#x"></a>8</td>') == (38, "number")


@pytest.mark.parametrize("quote", ['style="{}"', "style='{}'", "STYLE='{}'", 'Style = "{}"', "lang=EN-US style={}"])
def test_a_style_is_seen_however_its_attribute_is_written(quote: str) -> None:
    assert figure(f"<td><span {quote.format('display:none')}>9</span>38</td>") == (None, "illegible")
