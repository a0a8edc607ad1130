"""Whether a document was read whole: what may have stayed unread is our problem, what is plainly not there is told."""

import re
from dataclasses import replace

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import OURS, Context
from monitor.reconcile.rulebook import load
from monitor.samples import make_history

PAGE = make_history(0, "青石市教育局", [2024])[0].html()
TABLE = re.compile(r"<table.*?</table>", re.S)
SECOND, THIRD, FOURTH = TABLE.findall(PAGE)
FILES = ("docx", "doc", "wps", "pdf", "xls", "xlsx", "et", "ofd", "rtf", "zip")
END = "<!--/TRS_Editor-->"


def without(*tables: str) -> str:
    page = PAGE
    for table in tables:
        assert table in page
        page = page.replace(table, "")
    return page


def inside(page: str, more: str) -> str:
    """More at the end of the article."""
    return page.replace(END, more + END)


def beside(page: str, more: str) -> str:
    """More in the frame of the page, outside the article."""
    return page.replace('<div class="footer">', f'<div class="side">{more}</div><div class="footer">')


def reading(page: str) -> Report:
    found = read_report(page.encode(), "a.html")
    assert isinstance(found, Report)
    return found


def told(report: Report) -> dict[str, set[str]]:
    """The subjects of every rule that opens something about an absence."""
    book = load()
    found: dict[str, set[str]] = {}
    for one in check_report(book, report, Context("department", "county", "青石市教育局")).others:
        if book[one.rule].absence and one.verdict in book[one.rule].opens and one.reason not in OURS:
            found.setdefault(one.rule, set()).add(one.subject)
    return found


def parts(page: str) -> list[str]:
    report = reading(page)
    assert report.doubt
    assert told(report) == {}
    return [part for one in report.problems for part in one.facts.get("parts", ())]


# --- plainly not there -----------------------------------------------------------------------------------------


def test_a_plain_page_is_whole_and_what_it_lacks_is_told() -> None:
    assert told(reading(PAGE)) == {}
    assert told(reading(without(FOURTH)))["form.table_missing"] == {"T4"}
    assert told(reading(without(SECOND, THIRD, FOURTH)))["form.table_missing"] == {"T2", "T3", "T4"}


@pytest.mark.parametrize(
    "more",
    [
        '<a href="/files/readers.exe">阅读器</a>',
        '<a href="/xxgk/sqb.doc">政府信息公开申请表</a>',
        '<a href="/zn.pdf">政府信息公开指南</a>',
        '<img src="/logo.png"><iframe src="/share.html"></iframe>',
        '<form><input name="q"><select><option>本站</option></select></form>',
        "<script>var site = '青石市教育局'; share();</script>",
    ],
)
def test_the_frame_of_a_page_is_no_doubt(more: str) -> None:
    assert told(reading(beside(without(FOURTH), more)))["form.table_missing"] == {"T4"}


@pytest.mark.parametrize(
    "more",
    [
        '<p><img src="/chart.png"></p>',
        '<p><a href="/nb/2024.pdf">下载本页PDF版</a></p>',
        "<p>附件：青石市教育局2024年年度报告.docx</p>",
        '<iframe src="/video.html" width="600"></iframe>',
    ],
)
def test_where_the_three_tables_were_read_a_picture_or_a_file_is_no_doubt(more: str) -> None:
    blank = re.sub(r">\d+<", "><", THIRD, count=1)
    page = inside(PAGE.replace(THIRD, blank), more)
    assert reading(page).doubt == ""
    assert told(reading(page))["t3.unstated"] == {"report"}
    lacking = re.sub(r"<p[^>]*>(?:<span[^>]*>)?六、.*(?=<!--/TRS)", "", page, flags=re.S)
    assert told(reading(lacking))["form.sections"] == {"report"}


# --- may be there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FILES)
def test_a_link_in_the_article_to_a_file_is_an_unread_attachment(ending: str) -> None:
    assert parts(inside(without(FOURTH), f'<a href="/upload/tj.{ending}">统计表</a>')) == ["attachment"]


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/download.jsp?wbfileid=77A", "点此"),
        ("/system/_content/download.jsp?id=3", "表"),
        ("/down.aspx?f=tj.XLS", "2024"),
        ("TJ.DOCX", ""),
    ],
)
def test_a_file_behind_a_program_is_one_too(href: str, words: str) -> None:
    assert parts(inside(without(SECOND, THIRD, FOURTH), f'<a href="{href}">{words}</a>')) == ["attachment"]


@pytest.mark.parametrize("words", ["附件：统计表.docx", "2024年政府信息公开工作年度报告", "附表下载", "报告全文"])
def test_a_file_outside_the_article_counts_where_its_words_say_that_it_is_of_the_report(words: str) -> None:
    assert parts(beside(without(FOURTH), f'<a href="/f/a.pdf">{words}</a>')) == ["attachment"]


@pytest.mark.parametrize(
    "words",
    [
        "详见附件。",
        "具体数据见附表。",
        "见附件1",
        "附件下载",
        "附表：",
        "统计表请点击下载附件",
        "表格如下图：",
        "（见下表附图）",
    ],
)
def test_words_that_lead_elsewhere_make_an_absence_ours(words: str) -> None:
    assert "elsewhere" in parts(inside(without(SECOND, THIRD, FOURTH), f"<p>{words}</p>"))


def test_a_picture_may_be_the_table() -> None:
    page = inside(without(FOURTH), '<img src="/t4.png">')
    assert reading(page).doubt == "image"
    assert parts(page) == ["image"]


@pytest.mark.parametrize(
    "frame",
    ['<iframe src="/t4.html" width="100%"></iframe>', '<embed src="/a.pdf">', '<object data="/a.pdf"></object>'],
)
def test_what_is_framed_in_the_article_may_be_the_table(frame: str) -> None:
    assert parts(inside(without(FOURTH), frame)) == ["frame"]


@pytest.mark.parametrize(
    "script",
    [
        "var t4 = {'结果维持': 1, '尚未审结': 0};",
        'var t4 = {"\\u7ed3\\u679c\\u7ef4\\u6301": 1, "\\u5c1a\\u672a\\u5ba1\\u7ed3": 0};',
    ],
)
def test_a_script_may_draw_the_table(script: str) -> None:
    assert parts(beside(without(FOURTH), f"<script>{script}</script>")) == ["script"]


@pytest.mark.parametrize(
    "field", ['<input value="">', "<select><option>1</option><option>2</option></select>", "<textarea></textarea>"]
)
def test_blank_cells_with_fields_are_ours(field: str) -> None:
    page = PAGE.replace(THIRD, re.sub(r">\d+<", f">{field}<", THIRD))
    assert "t3.unstated" not in told(reading(page))
    assert reading(page).doubt


def test_blank_cells_with_pictures_are_ours() -> None:
    page = PAGE.replace(THIRD, re.sub(r">\d+<", '><img src="1.gif"><', THIRD, count=3))
    assert "cell_image" in parts(page)
    assert "t3.unstated" not in told(reading(page))


def test_a_page_that_goes_on_elsewhere_lacks_nothing() -> None:
    cut = PAGE[: PAGE.index(FOURTH)]
    assert parts(cut) == ["cut_off"]
    assert parts(f'{cut}<p><a href="/nb/1_2.html">下一页</a></p>{END}</div></div></body></html>') == ["further_page"]


def test_a_text_that_ends_in_the_middle_of_a_sentence_was_cut_off() -> None:
    text = make_history(0, "青石市教育局", [2024])[0].text()
    five = text.index("五、")
    whole, torn = text[:five] + "五、存在的主要问题\n栏目维护还不够及时，群众需要的信息查找不便。", text[: five + 40]
    cut = read_report(f"{torn}\n主动公开的信息还不够全面，栏目的维护也不够及时，群众需要".encode(), "a.txt")
    assert isinstance(cut, Report)
    assert cut.doubt
    assert "form.sections" not in told(cut)
    found = read_report(whole.encode(), "a.txt")
    assert isinstance(found, Report)
    assert told(found)["form.sections"] == {"report"}


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ("<p>未经复议直接起诉</p><p>复议后起诉</p><p>本年均未发生。</p>", "labels"),
        ("<p>6 3 1 2 12 3 1 2 0 6 1 2 2 3 8</p>", "figures"),
        ("<p>6</p><p>3</p><p>1</p><p>2</p><p>12</p>", "figures"),
        ("<table><tr><td>1</td><td>2</td><td>3</td><td>4</td></tr><tr><td>5</td><td>6</td></tr></table>", "figures"),
    ],
)
def test_pieces_of_a_table_found_elsewhere_in_the_text_make_its_absence_ours(more: str, part: str) -> None:
    assert part in parts(inside(without(FOURTH), more))


def test_a_row_without_a_place_keeps_every_rule_about_an_absence_silent() -> None:
    rows = "<table><tr><td>撤回申请</td>" + "<td>1</td>" * 7 + "</tr></table>"
    report = reading(inside(without(FOURTH), rows))
    assert report.doubt == "not_whole"
    assert told(report) == {}


def test_a_doubt_withholds_what_rests_on_an_absence_and_nothing_else() -> None:
    report = reading(inside(without(FOURTH), '<a href="/a.docx">附件</a>'))
    wrong = replace(
        report,
        rows=tuple(
            row._replace(values=(row.values[0], *row.values[1:6], 999), raws=(*row.raws[:6], "999"))
            if row.code == "granted"
            else row
            for row in report.rows
        ),
    )
    book = load()
    failed = {one.rule for one in check_report(book, wrong, Context()).failed}
    assert "t3.row_sum" in failed
    assert not any(book[rule].absence for rule in failed)


@pytest.mark.parametrize(
    "more",
    [
        "<svg><text>表三</text></svg>",
        "<canvas></canvas>",
        "<picture><source srcset='t.webp'></picture>",
        '<div style="background-image:url(t.png)"></div>',
        '<table background="t.png"><tr><td></td></tr></table>',
        "<video src='t.mp4'></video>",
        '<span onclick="down(12)">点击查看统计表</span>',
        '<div id="t"></div><script>render("t", [[1, 2, 3], [4, 5, 6]])</script>',
    ],
)
def test_a_table_may_be_drawn(more: str) -> None:
    report = reading(inside(without(THIRD), more))
    assert report.doubt
    assert "form.table_missing" not in told(report)
    assert reading(inside(PAGE, more)).doubt == ""
