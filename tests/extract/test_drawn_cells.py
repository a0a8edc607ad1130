"""Figures that a page shows and does not write, or writes and does not show: illegible, never blank and never joined."""

import pytest

from tests.extract.test_marked_cells import figure

ILLEGIBLE = (None, "illegible")


@pytest.mark.parametrize(
    "cell",
    [
        "<my-num v=31></my-num>",
        "<count-to :end='31'></count-to>",
        '<num v="31"></num>',
        "<x-figure></x-figure>",
        "<slot name=n></slot>",
        '<my-num v="9">31</my-num>',
        '3<my-num v="1"></my-num>',
        '<span title="31"></span>',
        '<b aria-label=" 1,234 "></b>',
        '<span v-text="31"></span>',
        "<span :text='31'></span>",
        '<i ng-bind="0"></i>',
        '<span data-n="31"></span>',
        "<span data-original=31></span>",
        '<data value="31"></data>',
        '<time datetime="31"></time>',
        '<i class="num-31"></i>',
        '3<i class="icon-num1"></i>',
        '<i class="digit_7"></i>',
    ],
)
def test_what_a_page_shows_by_its_own_elements_or_attributes_is_never_blank(cell: str) -> None:
    assert figure(f"<td>{cell}</td>") == ILLEGIBLE


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("<my-num>31</my-num>", (31, "number")),
        ("<my-num v=31>31</my-num>", (31, "number")),
        ("<o:p></o:p>", (None, "blank")),
        ('<st1:chmetcnv unitname="件" sourcevalue="31">31</st1:chmetcnv>', (31, "number")),
        ('<span data-colwidth="31"></span>', (None, "blank")),
        ('<span title="本年"></span>', (None, "blank")),
        ('<span title="9">31</span>', (31, "number")),
        ('<i class="num"></i>', (None, "blank")),
        ('<i class="icon"></i>31', (31, "number")),
    ],
)
def test_other_elements_and_attributes_change_nothing(cell: str, read: tuple[object, str]) -> None:
    assert figure(f"<td>{cell}</td>") == read


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="background:url(31.png)"></td>',
        '<td background="31.png"></td>',
        "<td><i style=\"background-image: url('3.gif')\"></i>1</td>",
        '<td>3<span style="background:#fff url(n.png) -10px 0"></span></td>',
        '<td class="d">3<i class="n x"></i></td>',
        '<td><i id="one"></i></td>',
        '<td><b style="-webkit-mask-image:url(3.svg)"></b></td>',
        '<td><ul style="list-style-image:url(3.png)"></ul></td>',
    ],
)
def test_a_picture_behind_an_empty_element_may_be_a_digit(cell: str) -> None:
    sheet = "<style>.n{background:url(sprite.png)} #one{background-image:url(n.png)}</style>"
    assert figure(cell, sheet) == ILLEGIBLE


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<td style="background:url(bg.gif)">31</td>', (31, "number")),
        ('<td style="background:url(31.png)">31</td>', (31, "number")),
        ('<td background="dot.gif"><span style="background:url(a.png)">31</span></td>', (31, "number")),
        ('<td><i style="background:url(arrow.png)"></i>31</td>', (31, "number")),
        ('<td style="background:#eee"></td>', (None, "blank")),
    ],
)
def test_a_picture_behind_words_or_that_is_no_digit_changes_nothing(cell: str, read: tuple[object, str]) -> None:
    assert figure(cell) == read


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="background:#f00"><span style="color:red">9</span>31</td>',
        '<td bgcolor="#FF0000">31<font color="#ff0000">9</font></td>',
        '<td bgcolor=yellow><font color="#FFFF00">9</font>31</td>',
        '<td style="background-color:rgb(238,238,238)"><b style="color:#eee">9</b>31</td>',
        '<td style="background:#eee"><b style="color:#ededed">9</b>31</td>',
        '<td style="background:white url(x.png) no-repeat"><p><b style="color:#fffffe">9</b>31</p></td>',
        '<td class="g"><span class="k">9</span>31</td>',
        '<td class="g"><p>31<b><i style="color:#123456">9</i></b></p></td>',
        '<td class="g" style="color:#123456">31</td>',
    ],
)
def test_a_digit_in_the_color_of_what_is_behind_it_never_joins(cell: str) -> None:
    sheet = "<style>.g{background:#123456;padding:1px} td .k{color:#123456}</style>"
    assert figure(cell, sheet) == ILLEGIBLE


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="background:#f00"><span style="color:red;background:#fff">9</span>31</td>',
        '<td style="background:#f00"><b style="background:#fff"><span style="color:red">9</span></b>31</td>',
        '<td bgcolor="#ffffff"><font color="#000000">9</font>31</td>',
        '<td style="background:transparent"><span style="color:#333">9</span>31</td>',
        '<td class="g w"><span class="k">9</span>31</td>',
    ],
)
def test_a_digit_that_can_be_seen_on_its_ground_is_one_of_the_figure(cell: str) -> None:
    sheet = "<style>.g{background:#123456} .g.w{background:#fff} td .k{color:#123456} .z{color:red}</style>"
    assert figure(cell, sheet) == (931, "number")


@pytest.mark.parametrize(
    "rule",
    [
        "td > :first-child",
        "td>*:first-child",
        "td :nth-child(1)",
        ".c > *",
        "tr td > :not(:last-child)",
        ":first-child",
        "table tr > td.c > *:nth-of-type(2n + 1)",
    ],
)
def test_a_rule_for_any_child_of_a_cell_may_hide_a_digit(rule: str) -> None:
    cell = '<td class="c"><i>9</i>31</td>'
    assert figure(cell, f"<style>{rule}{{display:none}}</style>") == ILLEGIBLE
    assert figure(cell, f"<style>{rule}{{color:#333}}</style>") == (931, "number")
    assert figure('<td class="c">31</td>', f"<style>{rule}{{display:none}}</style>") == (31, "number")


def test_a_rule_for_the_children_of_another_element_hides_nothing_here() -> None:
    assert figure("<td><i>9</i>31</td>", "<style>.tabs > :first-child{display:none}</style>") == (931, "number")
    assert figure("<td><i>9</i>31</td>", "<style>.tabs > *{font-size:14px}</style>") == (931, "number")


@pytest.mark.parametrize(
    "rule", ["td::first-letter{font-size:0}", "td:first-line{display:none}", ".c::before{content:url(3.png)}"]
)
def test_what_a_rule_does_to_a_part_of_the_words_is_not_seen_by_us(rule: str) -> None:
    assert figure('<td class="c">931</td>', f"<style>{rule}</style>") == ILLEGIBLE


@pytest.mark.parametrize(
    "style",
    [
        "direction:rtl",
        "display:flex;flex-wrap:wrap-reverse",
        "flex-flow:column-reverse",
        "transform:matrix(-1,0,0,1,0,0)",
        "scale:-1 1",
        "rotate: y 180deg",
        "letter-spacing:-1em",
        "letter-spacing:-12px",
        "-webkit-text-security:disc",
        "-webkit-text-fill-color:transparent",
        "clip-path:circle(0)",
        "zoom:0",
    ],
)
def test_what_turns_or_covers_digits_leaves_the_cell_illegible(style: str) -> None:
    assert figure(f'<td style="{style}"><b>1</b><b>3</b></td>') == ILLEGIBLE
    assert figure(f'<td><span style="{style}">13</span></td>') == ILLEGIBLE


@pytest.mark.parametrize(
    "style", ["grid-column:2", "grid-area:a", "grid-row-start:2", "translate:-20px", "offset-path:path('M')"]
)
def test_a_digit_that_is_placed_elsewhere_never_joins(style: str) -> None:
    assert figure(f'<td style="display:inline-grid"><b style="{style}">9</b><b>31</b></td>') == ILLEGIBLE


def test_a_direction_by_attribute_turns_digits_too() -> None:
    assert figure('<td dir="rtl"><b>1</b><b>3</b></td>') == ILLEGIBLE
    assert figure('<td dir="ltr"><b>3</b><b>1</b></td>') == (31, "number")
    assert figure('<td style="letter-spacing:-1px;direction:ltr">31</td>') == (31, "number")


@pytest.mark.parametrize("before", ['<p title="a>b">x</p>', "<p onclick='if(1>0){}'>x</p>", '<p title="it\'s">x</p>'])
def test_a_sign_in_a_value_hides_no_style_from_us(before: str) -> None:
    cell = f'<td>{before}</td><td><b onclick="1>0" style="display:none">9</b>31</td>'
    assert figure(f'<td><b onclick="1>0" style="display:none">9</b>31</td>{before}') == ILLEGIBLE
    assert figure(cell)[1] != "number"
