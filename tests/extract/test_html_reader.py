"""The HTML reader: spans, nesting, broken markup, charsets, containers, scripts, and pages made to be slow."""

import time
from contextlib import suppress
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.content import Content, Grid, GridRow, plain_row
from extract.readers import Unreadable, read


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def grids(content: Content) -> list[Grid]:
    return [block for block in content.blocks if isinstance(block, Grid)]


def paragraphs(content: Content) -> list[str]:
    return [block for block in content.blocks if isinstance(block, str)]


def only_grid(table: str) -> list[list[tuple[str, int, int, int]]]:
    """The one grid of a page that holds this table, as plain tuples (text, column, colspan, rowspan)."""
    (grid,) = grids(read(page(table), "a.html"))
    assert grid.columns_known
    return [[*zip(*row, strict=True)] for row in grid.rows]


def problem(body: bytes, name: str = "a.html") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, name)
    detail = caught.value.problem.detail
    assert detail.endswith("。")
    assert "\n" not in detail
    return caught.value.problem.code


def test_text_and_tables_come_in_document_order() -> None:
    content = read(
        page(
            "<h1>示例县2023年报告</h1><p>一、总体情况</p><table><tr><td>规章</td><td>0</td></tr></table><p>六、其他</p>"
        ),
        "a.html",
    )
    grid = Grid((plain_row(["规章", "0"]),))
    assert content.blocks == ("示例县2023年报告", "一、总体情况", grid, "六、其他")


@pytest.mark.parametrize(
    ("colspan", "rowspan", "expected"),
    [
        ("2;", "1", (2, 1)),
        (" 3 ", "+2", (3, 2)),
        ("-4", "-1", (1, 1)),
        ("abc", "", (1, 1)),
        ("0", "1", (1, 1)),
        ("2.7", "1", (2, 1)),
        ("100000", "1", (1000, 1)),
        ("99999999999999999999", "1", (1000, 1)),
        ("２", "１", (1, 1)),
        ("1", "0", (1, 3)),
        ("1", "3", (1, 3)),
        ("1", "99", (1, 3)),
    ],
)
def test_spans_as_browsers_read_them(colspan: str, rowspan: str, expected: tuple[int, int]) -> None:
    rows = only_grid(
        f"<table><tr><td colspan='{colspan}' rowspan='{rowspan}'>甲</td><td>乙</td></tr>"
        "<tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    )
    assert rows[0][0] == ("甲", 0, *expected)
    assert rows[0][1][1] == expected[0]
    for row in rows[1:]:
        assert [cell[1] for cell in row] == (
            [expected[0], expected[0] + 1] if expected[1] == 3 or (expected[1] == 2 and row is rows[1]) else [0, 1]
        )


def test_a_span_ends_with_its_row_group() -> None:
    rows = only_grid(
        "<table><thead><tr><td rowspan=5>头</td><td>1</td></tr></thead>"
        "<tbody><tr><td>体</td><td>2</td></tr></tbody></table>"
    )
    assert rows == [[("头", 0, 1, 1), ("1", 1, 1, 1)], [("体", 0, 1, 1), ("2", 1, 1, 1)]]


def test_empty_cells_and_rows_stay() -> None:
    rows = only_grid(
        "<table><tr><td></td><td>&nbsp;</td><td>\u3000\u200b&#xfeff;</td><td>5</td></tr><tr></tr>"
        "<tr><td><p class=MsoNormal align=center>&nbsp;<o:p></o:p></p></td><td>&shy;</td></tr></table>"
    )
    assert [[cell[0] for cell in row] for row in rows] == [["", "", "", "5"], [], ["", ""]]


def test_cell_text_is_whole_and_on_one_line() -> None:
    rows = only_grid(
        "<table><tr><td><p><font>结果</font><span>维</span><b>持</b></p></td><td>商业<br>企业</td>"
        "<td>社会\n  公益\t组织</td><td><div>法律服务</div><div>机构</div></td></tr>"
        "<tr><th>1,234</th><td><span lang=EN-US style='font:\"宋体\"'>12</span><span>3</span></td></tr>"
        "</table>"
    )
    assert [[cell[0] for cell in row] for row in rows] == [
        ["结果维持", "商业 企业", "社会 公益 组织", "法律服务 机构"],
        ["1,234", "123"],
    ]


def test_footnotes_and_struck_out_figures_do_not_join_the_figure() -> None:
    rows = only_grid(
        "<table><tr><td>甲<td>1<sup>2</sup><td><del>5</del><ins>6</ins><td><s>7</s>8<td><b>1</b>0</tr>"
        "<tr><td>乙<td>3<sup></sup><td>4<td>5<td>6</tr></table>"
    )
    assert [[cell[0] for cell in row] for row in rows] == [
        ["甲", "1 2", "5 6", "7 8", "10"],
        ["乙", "3", "4", "5", "6"],
    ]


def test_unclosed_cells_and_rows() -> None:
    rows = only_grid("<table><tr><td>规章<td>1<td>2<tr><td>许可<td colspan=2>3")
    assert [[cell[0] for cell in row] for row in rows] == [["规章", "1", "2"], ["许可", "3"]]


def test_caption_and_stray_text_stand_outside() -> None:
    content = read(page("<table><caption>表二</caption>散<tr><td>规章</td>落<td>1</td></tr></table>"), "a.html")
    assert [row.texts for row in grids(content)[0].rows] == [("规章", "1")]
    assert paragraphs(content) == ["表二", "散", "落"]


def test_layout_table_gives_way_to_the_tables_inside() -> None:
    inner = "<table><tr><td>规章</td><td>{}</td></tr><tr><td>许可</td><td>3</td></tr></table>"
    content = read(
        page(
            "<table><tr><td>导航</td></tr><tr><td><p>一、总体情况</p><p>二、主动公开</p>"
            + inner.format(1)
            + "中间"
            + inner.format(2)
            + "<p>完</p></td></tr></table>末"
        ),
        "a.html",
    )
    assert [block if isinstance(block, str) else "表" for block in content.blocks] == [
        "导航",
        "一、总体情况",
        "二、主动公开",
        "表",
        "中间",
        "表",
        "完",
        "末",
    ]
    assert [grid.rows[0].texts[1] for grid in grids(content)] == ["1", "2"]


def test_one_cell_tables_are_text_and_nested_ones_merge_into_their_cell() -> None:
    assert read(page("<table><tr><td><p>一</p><p>二</p></td></tr></table>"), "a.html").blocks == ("一", "二")
    rows = only_grid(
        "<table><tr><td>规章</td><td><table><tr><td>12</td></tr></table></td></tr>"
        "<tr><td>许可</td><td>3</td></tr></table>"
    )
    assert [[cell[0] for cell in row] for row in rows] == [["规章", "12"], ["许可", "3"]]


def test_data_table_that_holds_a_table_stays_a_grid() -> None:
    inner = "<table><tr><td>内</td><td>9</td></tr></table>"
    row = "<tr><td>规章</td><td>1</td><td>2</td><td>3{}</td></tr>"
    content = read(page(f"<table>{row.format('')}{row.format(inner)}</table>"), "a.html")
    assert [row.texts for row in grids(content)[0].rows] == [("规章", "1", "2", "3")] * 2
    assert [row.texts for row in grids(content)[1].rows] == [("内", "9")]


def test_article_framed_by_a_table_is_text() -> None:
    long = "".join(f"<p>{'示例县认真落实条例要求。' * 20}</p>" for _ in range(4))
    content = read(page(f"<table><tr><td>栏目</td><td>{long}</td></tr></table>"), "a.html")
    assert len(paragraphs(content)) == 5
    assert not grids(content)


def test_what_is_no_text_is_skipped() -> None:
    content = read(
        page(
            "<p>甲<!-- 注释 --><script>var a='乙'</script><style>p{}</style>"
            "<input type=hidden value=丙>丁</p><noscript>戊</noscript><select><option>己</select>"
            "<textarea>庚</textarea>"
        ),
        "a.html",
    )
    assert content.blocks == ("甲丁",)


def test_hidden_rows_are_read() -> None:
    rows = only_grid(
        "<table><tr><td>规章</td><td>1</td></tr><tr style='display:none'><td>许可</td><td>2</td></tr></table>"
    )
    assert [row[1][0] for row in rows] == ["1", "2"]


def test_line_breaks_part_paragraphs_outside_tables() -> None:
    content = read(page("<div>一、总体情况<br>二、主动公开<br><br/>三</div>"), "a.html")
    assert content.blocks == ("一、总体情况", "二、主动公开", "三")


def test_broken_quotes_keep_the_grid() -> None:
    rows = only_grid("""<table><tr><td style="font-family:"宋体"" colspan=2>
        <span style="font-family:"宋体"">甲</span></td></tr>
        <tr><td><span title="a>b">1</span></td><td><SPAN CLASS='x'>2</SPAN></td></tr></table>""")
    assert rows == [[("甲", 0, 2, 1)], [("1", 0, 1, 1), ("2", 1, 1, 1)]]


def test_pages_that_contain_our_marks() -> None:
    body = (
        "\ufdd0甲\ufdd4乙\ufdd5&#xfdd6;丙<table><tr><td colspan='2\ufdd5'>1\ufdd6</td><td>2\ufdd1</td></tr></table>"
        "&#64976;丁"
    )
    content = read(page(body), "a.html")
    assert paragraphs(content) == ["甲乙丙", "丁"]
    assert grids(content)[0].rows == (GridRow(("1", "2"), (0, 2), (2, 1), (1, 1)),)


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030", "utf-8", "iso-8859-1", "nonsense", ""])
@pytest.mark.parametrize("actual", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_charsets(declared: str, actual: str) -> None:
    meta = f"<meta http-equiv='Content-Type' content='text/html; charset={declared}'>" if declared else ""
    text = "示例县镕堃㐱政府信息公开工作年度报告"  # letters that GB2312 lacks
    html = f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"
    content = read(html.encode(actual), "a.html")
    assert content.blocks == (text,)
    assert content.title == text


def test_utf8_cut_in_the_middle_of_a_character() -> None:
    body = page("<p>" + "青石市人民政府" * 50)[:-16].rstrip(b"</body")
    content = read(body[:-1], "a.html")
    assert paragraphs(content)[0].startswith("青石市人民政府青石市")


def test_nul_bytes_are_dropped() -> None:
    assert read(page("<p>12\x003</p>"), "a.html").blocks == ("123",)


def test_container_and_head_block() -> None:
    chrome = "<ul><li>首页</li><li>2022年政府信息公开工作年度报告</li></ul>"
    head = (
        "<table><tr><td>索引号</td><td>01</td></tr><tr><td>公开日期</td>"
        "<td><publishtime>2024-01-17</publishtime></td></tr></table>"
    )
    rows = "".join(f"<tr><td>行{number}</td><td>1</td><td>2</td></tr>" for number in range(20))
    title = "<h1><ucaptitle>示例县2023年报告</ucaptitle></h1>"
    content = read(
        page(
            f"{chrome}{head}{title}<div id='zoomcon' class='article-content'><UCAPCONTENT>"
            f"<p>一、总体情况</p><table>{rows}</table><img src=a.png></UCAPCONTENT></div>"
            "<img src=b.png><p>主办单位</p>"
        ),
        "a.html",
    )
    assert [block if isinstance(block, str) else len(block.rows) for block in content.blocks] == [2, "一、总体情况", 20]
    assert content.images == 1
    assert content.title == "示例县2023年报告"
    assert content.meta["publishtime"] == "2024-01-17"


@pytest.mark.parametrize(
    "mark",
    [
        "class='TRS_Editor'",
        "class='trs_editor_view TRS_UEDITOR'",
        "id='Zoom'",
        "id=UCAP-CONTENT",
        "id='vsb_content_2'",
        "class='v_news_content'",
        "class='article-content '",
    ],
)
def test_containers_by_their_text(mark: str) -> None:
    text = "示例县认真落实条例。" * 40
    assert read(page(f"<div>导航</div><div {mark}><p>{text}</p></div><div>页脚</div>"), "a.html").blocks == (text,)


def test_a_container_without_the_tables_is_not_trusted() -> None:
    rows = "".join(f"<tr><td>行{number}</td><td>1</td><td>2</td></tr>" for number in range(20))
    content = read(page(f"<div id='zoom'><p>{'摘要' * 300}</p></div><div><table>{rows}</table></div>"), "a.html")
    assert len(grids(content)) == 1


def test_metadata() -> None:
    content = read(
        page(
            "<p>正文</p><meta name='PubDate' content='2020-01-01'>",
            "<meta name='ArticleTitle' content='示例县2023年报告'>"
            "<meta content='2024-01-26 10:12' name='PubDate'>"
            "<meta name='SiteIDCode' content='null'><title>报告_示例县</title>",
        ),
        "a.html",
    )
    assert content.title == "示例县2023年报告"
    assert content.meta == {"articletitle": "示例县2023年报告", "pubdate": "2024-01-26 10:12", "title": "报告_示例县"}


ARTICLE = (
    "<p style='text-align: center'>示例县2019年报告</p><table>"
    + "".join(f'<tr><td>行{number}</td><td colspan="2">{number}</td></tr>' for number in range(6))
    + "</table>"
)


@pytest.mark.parametrize(
    "script",
    [
        'let content = "' + ARTICLE.replace('"', '\\"') + '"; document.write(content);',
        "var a = 'x'; // it's\n var html = '" + ARTICLE.replace("'", "\\'") + "';",
        "el.innerHTML = `" + ARTICLE + "`",
        'var h = "' + ARTICLE[:100].replace('"', '\\"') + '"\n + "' + ARTICLE[100:].replace('"', '\\"') + '";',
        'window._CONFIG = {DETAIL: {"id":1,"content":"'
        + ARTICLE.replace("<", "\\u003C").replace(">", "\\u003E").replace('"', "\\u0022").replace("示", "\\u793a")
        + '"}, TREE: []}',
        'var c = "' + escape(ARTICLE, quote=True) + '";',
    ],
)
def test_article_inside_a_script(script: str) -> None:
    content = read(page(f"<div>首页</div><div id=c></div><script>{script}</script>", "<title>示例县</title>"), "a.html")
    assert content.title == "示例县"
    assert content.blocks[0] == "示例县2019年报告"
    assert [colspan for row in grids(content)[0].rows for colspan in row.colspans] == [1, 2] * 6


def test_a_page_with_text_ignores_its_scripts() -> None:
    content = read(page(f'<p>{"正文。" * 100}</p><script>var t = "{ARTICLE}"</script>'), "a.html")
    assert not grids(content)


def test_pages_without_text() -> None:
    assert problem(page("")) == "no_text"
    assert problem(b"<!-- x -->") == "no_text"
    assert read(page("<img src=1.jpg><img src=2.jpg>"), "a.html").images == 2


SLOW = {
    "too_large": b"<p>x</p>" * 6_500_000,
    "too_many_cells": b"<table>" + b"<tr><td>1</td><td>2</td><td>3</td></tr>" * 100_000,
    "too_many_tags": b"<p>" + b"<b>x</b>" * 400_000,
    "too_deep": b"<div>" * 10_000 + b"x" + b"</div>" * 10_000,
    "too_many_attributes": b"<p " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">x",
}


@pytest.mark.parametrize("code", SLOW)
def test_beyond_the_bounds(code: str) -> None:
    started = time.perf_counter()
    assert problem(SLOW[code]) == code
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "body",
    [
        b"<table><tr>"
        + b"<td colspan=100000 rowspan=100000>1</td>" * 50
        + b"<tr><td colspan=100000>1</td></tr>" * 9000,
        b"<table><tr>" + b"<td rowspan=65534>1</td>" * 300 + b"</tr>" + b"<tr><td>1</td></tr>" * 10_000,
        b"<table>" + b"<tr><td>1<td>2" * 30_000,
        b"<div>" * 1900 + b"x" + b"</i>" * 20_000,
        b"<p>" + b"<span '" * 50_000,
        b"<p>" + b"<!--" * 100_000,
        b"<p>x</p><script>" + b"`\\" * 300_000 + b"</script>",
        b"<p>x</p><script>" + b"/*" * 300_000 + b"</script>",
        b"<p>x</p><script>" + b"'\n" * 300_000 + b"</script>",
        b"<table><tr><td>" * 600 + b"x",
        b"<table><tr><td>a<td>" * 49 + b"x" * 1_000_000,
        b'<div class="content-x">' * 1500 + b"x",
    ],
    ids=lambda body: body[:24].decode(),
)
def test_traps_end_soon(body: bytes) -> None:
    started = time.perf_counter()
    with suppress(Unreadable):
        read(body, "a.html")
    assert time.perf_counter() - started < 10


Spec = list[list[tuple[str, int, int]]]


def reference(rows: Spec) -> list[list[tuple[str, int, int, int]]]:
    """The HTML table model, slot by slot: slow and plain."""
    taken: set[tuple[int, int]] = set()
    result = []
    for number, row in enumerate(rows):
        column, line = 0, []
        for text, colspan, rowspan in row:
            while (number, column) in taken:
                column += 1
            height = min(rowspan or len(rows), len(rows) - number)
            taken |= {(number + down, column + right) for down in range(height) for right in range(colspan)}
            line.append((text, column, colspan, height))
            column += colspan
        result.append(line)
    return result


CELLS = st.tuples(st.sampled_from(["", "0", "12", "规章", "a<b&c"]), st.integers(1, 5), st.integers(0, 6))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(CELLS, max_size=6), min_size=2, max_size=8), st.booleans(), st.booleans())
def test_any_grid_comes_back(rows: Spec, close: bool, inked: bool) -> None:
    rows = [[("甲", 1, 1), ("乙", 1, 1), ("丙", 1, 1), ("丁", 1, 1)], *rows]
    ink = ("<p class=MsoNormal><span style='mso:\"x\"'>", "</span><o:p></o:p></p>") if inked else ("", "")
    end = "</td>" if close else ""
    html = (
        "<table>"
        + "".join(
            "<tr>"
            + "".join(
                f"<td colspan={colspan} rowspan='{rowspan}'>{ink[0]}{escape(text)}{ink[1]}{end}"
                for text, colspan, rowspan in row
            )
            + ("</tr>" if close else "")
            for row in rows
        )
        + "</table>"
    )
    assert only_grid(html) == reference(rows)


SOUP = [
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td colspan=3>",
    "<td rowspan=0>",
    "</td>",
    "<th>",
    "<p>",
    "</p>",
    "<br>",
    "<tbody>",
    "</tbody>",
    "<div id=zoom>",
    "</div>",
    "1",
    "规章",
    "<span '",
    ">",
    "\ufdd0",
    "<script>",
    "</script>",
    "<td",
    "<caption>",
    "<form>",
    "<select>",
    "&nbsp;",
    "<!--",
    "-->",
]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(SOUP), max_size=40))
def test_any_soup_is_read_or_refused(parts: list[str]) -> None:
    try:
        content = read("".join(parts).encode(), "a.html")
    except Unreadable:
        return
    for grid in grids(content):
        assert all([*row.columns] == sorted(set(row.columns)) for row in grid.rows)
        assert all(len({*map(len, row)}) == 1 for row in grid.rows)
        assert all(text == " ".join(text.split()) for row in grid.rows for text in row.texts)
    assert all(text == " ".join(text.split()) for text in paragraphs(content))
    assert "\ufdd0" not in repr(content)


def test_hidden_words_never_join_the_figure_beside_them() -> None:
    page = '<table><tr><td>规章</td><td><span style="display: none">9</span>1</td></tr></table>'
    [grid] = read(page.encode(), "page.html").blocks
    assert isinstance(grid, Grid)
    assert grid.rows[0].texts == ("规章", "9 1")
