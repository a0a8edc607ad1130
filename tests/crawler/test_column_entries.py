"""Entries of a report column that bear no report's title: fetched there and nowhere else; their pages decide."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from crawler.crawl.reading import read_answer
from crawler.crawl.records import ListPage, NoReport, PageQuestion, ReportPage
from crawler.pages.asks import Ask, Source
from crawler.pages.column_entries import meant, one_body
from crawler.pages.signs import group_kinds
from crawler.pages.titles import TitleInfo
from crawler.pages.verdicts import Answer

NOW = datetime(2026, 2, 1, tzinfo=UTC)
URL = "http://127.0.0.1/zfxxgknb/"
HOME = "http://127.0.0.1/"
PLAIN = "2025年政府信息公开工作年度报告"
FORM = "<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"


def shown(url: str, text: str, ask: Ask) -> object:
    return read_answer(PageQuestion(Answer(url, 200, f'<meta charset="utf-8">{text}'.encode()), ask, NOW)).shown


def rows(titles: Iterable[str], first: int = 1, day: str = "") -> str:
    inside = "".join(
        f'<li><a href="{number}.html">{title}</a><span>{day}</span></li>' for number, title in enumerate(titles, first)
    )
    return f"<ul>{inside}</ul>"


def listed(url: str, text: str, ask: Ask | None = None) -> list[tuple[str, TitleInfo | None]]:
    page = shown(url, f"<html><body>{text}</body></html>", ask or Ask(url))
    assert isinstance(page, ListPage)
    return [(one.item.title, one.said) for one in page.found]


@pytest.mark.parametrize(
    ("title", "body", "year"),
    [
        ("县教育局", "县教育局", None),
        ("望溪县财政局（2025年）", "望溪县财政局", 2025),
        ("2025年望溪县审计局", "望溪县审计局", 2025),
        ("二〇二五年县统计局", "县统计局", 2025),
        ("教育局年报", "教育局", None),
        ("望溪县环境保护局2025年年报", "望溪县环境保护局", 2025),
        ("年报（教育局）", "教育局", None),
        ("2025年年报—教育局", "教育局", 2025),
        ("望溪县教育局2025年政府信息公开情况", "望溪县教育局", 2025),
        ("望溪县教育局政务公开工作情况", "望溪县教育局", None),
        ("关于印发望溪县教育局2025年政府信息公开工作年度报告的通知", "望溪县教育局", 2025),
        ("望溪县教育局关于公布《2025年政府信息公开工作年度报告》的公告", "望溪县教育局", 2025),
        ("望溪县教育局关于报送2025年政府信息公开工作年度报告的函", "望溪县教育局", 2025),
        ("望溪县教育局2025年工作报告", "望溪县教育局", 2025),
        ("望溪县人民政府信息公开年报", "望溪县人民政府", None),
        ("人社局", "人社局", None),
        ("府办", "府办", None),
        ("残联", "残联", None),
        ("城关镇", "城关镇", None),
        ("灵溪镇2025", "灵溪镇", 2025),
        ("[置顶]县教育局", "县教育局", None),
        ("12. 县教育局PDF", "县教育局", None),
        ("县教育局（图） 2026-01-20", "县教育局", None),
        ("2025年年报", "", 2025),
    ],
)
def test_an_entry_of_a_column_means_a_body(title: str, body: str, year: int | None) -> None:
    assert meant(title) == TitleInfo(body, year)


@pytest.mark.parametrize(
    "title",
    [
        "望溪县教育局2025年政府信息公开工作年度报告",  # it is a report's own
        "关于报送2025年政府信息公开工作年度报告的通知",
        "关于做好2025年政府信息公开工作年度报告编制工作的通知",
        "望溪县2025年政府工作报告",
        "望溪县政府信息公开年报",
        "2025年政府信息公开年度报告公布情况",
        "一图读懂望溪县教育局年报",
        "望溪县教育局2025年部门决算公开",
        "望溪县教育局2025年第三季度公开情况",
        "望溪县教育局2019-2024年年报",
        "望溪县教育局权责清单",
        "县直部门",
        "各镇街道",
        "2025年部门年报",
        "2025年",
        "新闻中心",
        "办事大厅",
        "政府网站",
        "交通",
        "依申请公开",
    ],
)
def test_what_names_no_body_means_none(title: str) -> None:
    assert meant(title) is None
    assert not one_body(title)


BARE = ("县教育局", "县财政局", "城关镇", "人社局", "望溪县审计局")


def test_bare_names_are_fetched_where_the_page_is_a_column_of_reports() -> None:
    right = [(name, TitleInfo(name, 2025)) for name in BARE]
    text = rows(BARE, day="2026-01-20")
    assert listed(URL, text) == right, "by its address"
    assert listed(f"{HOME}c105/", f"<h1>政府信息公开年报</h1>{text}") == right, "by its title"
    crumbs = '<div>当前位置：<a href="/">首页</a>&gt;<a href="/c/">政府信息公开年报</a></div>'
    assert listed(f"{HOME}c105/", crumbs + text) == right, "by its breadcrumb"
    assert listed(f"{HOME}c105/", text, Ask(f"{HOME}c105/", depth=1, parent=URL)) == right, "by what led to it"
    year = Ask(f"{HOME}c105/", depth=1, parent=URL, title="2024年", source=Source(year=2024))
    assert listed(f"{HOME}c105/", rows(BARE), year) == [(name, TitleInfo(name, 2024)) for name in BARE]


def test_bare_names_are_fetched_beside_reports_and_not_in_menus() -> None:
    report = "县公安局" + PLAIN
    assert [title for title, _ in listed(HOME, rows([report, *BARE]))] == [report, *BARE]
    menu = f'<div class="nav">{rows(BARE, 20)}</div>'
    links = "".join(
        f'<a href="/bm/{number}.html">{name}</a>' for number, name in enumerate(("领导之窗", *BARE[:2], "网站地图"))
    )
    assert listed(HOME, rows(BARE)) == [], "a home page leads to its departments"
    assert [title for title, _ in listed(URL, rows([report]) + menu)] == [report]
    assert [title for title, _ in listed(URL, rows([report]) + f"<div>{links}</div>")] == [report]
    other = "".join(f'<li><a href="http://127.0.0.9/{number}.html">{name}</a></li>' for number, name in enumerate(BARE))
    assert listed(URL, f"<ul>{other}</ul>") == [], "the departments' own sites"
    folders = "".join(f'<li><a href="/bm{number}/">{name}</a></li>' for number, name in enumerate(BARE))
    assert listed(URL, f"<ul>{folders}</ul>") == [], "folders are opened as such, or not"


def test_an_entry_that_says_that_it_is_a_paper_is_fetched_wherever_it_stands_in_a_column() -> None:
    titles = (
        "教育局年报",
        "望溪县财政局2025年政府信息公开情况",
        "关于印发望溪县审计局2025年政府信息公开工作年度报告的通知",
    )
    assert [title for title, _ in listed(URL, rows(["通知公告", *titles, "更多"]))] == list(titles)
    assert listed(HOME, rows(["通知公告", *titles, "更多"])) == []


def test_the_page_of_a_bare_name_decides_what_it_is() -> None:
    ask = Ask(f"{URL}1.html", "detail", title="县教育局", source=Source("generic", agency="县教育局", year=2025))
    page = shown(f"{URL}1.html", f"<h1>县教育局</h1>{FORM}", ask)
    assert isinstance(page, ReportPage)
    assert (page.title, page.info) == ("县教育局", TitleInfo("县教育局", 2025))
    own = "县水利局2024年政府信息公开工作年度报告"
    page = shown(f"{URL}1.html", f"<h1>{own}</h1>{FORM}", ask)
    assert isinstance(page, ReportPage)
    assert page.info == TitleInfo("县水利局", 2024), "what the page says of itself is stronger"
    duties = "<h1>县教育局</h1><p>负责全县教育工作，承担行政复议、行政应诉等。</p>"
    assert isinstance(shown(f"{URL}1.html", duties, ask), NoReport)
    work = '<h1>县教育局2025年工作报告</h1><p><a href="a.pdf">附件</a></p>'
    assert isinstance(shown(f"{URL}1.html", work, ask), NoReport)
    file = '<h1>县教育局</h1><p><a href="a.pdf">附件</a></p>'
    page = shown(f"{URL}1.html", file, ask)
    assert isinstance(page, ReportPage)
    assert [one.url for one in page.files] == [f"{URL}a.pdf"]


def test_a_body_whose_folder_is_its_report() -> None:
    ask = Ask(f"{URL}jyj/", depth=1, title="县教育局", parent=URL, source=Source(agency="县教育局", year=2025))
    page = shown(ask.url, f"<h1>县教育局</h1>{FORM}", ask)
    assert isinstance(page, ListPage)
    assert page.own is not None
    assert isinstance(page.own.shown, ReportPage)
    assert page.own.shown.info == TitleInfo("县教育局", 2025)


def test_a_report_without_a_name_that_is_a_list_of_names_is_opened() -> None:
    ask = Ask(f"{URL}9.html", "detail", title="2025年政府信息公开年报")
    page = shown(ask.url, f"<h1>2025年政府信息公开年报</h1>{rows(BARE)}", ask)
    assert isinstance(page, NoReport)
    assert page.folder


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("县直部门", {"department", "office", "vertical", "institution", "zone"}),
        ("2025年乡镇（街道）年报", {"township", "street"}),
        ("街道", {"street"}),
        ("部门和镇街年报", {"department", "office", "vertical", "institution", "zone", "township", "street"}),
        ("各县区", {"government", "office", "zone"}),
        ("政府信息公开年报", set()),
        ("教育局", set()),
        ("部门文件", set()),
    ],
)
def test_the_name_of_a_group_says_which_bodies_it_holds(name: str, kinds: set[str]) -> None:
    assert group_kinds(name) == kinds


GROUPED = {
    "a heading above": f"<h2>县教育局</h2>{rows([PLAIN])}",
    "a bold line above": f"<div><strong>【县教育局】</strong></div><div>{rows([PLAIN])}</div>",
    "a paragraph above": f"<p>县教育局</p>{rows([PLAIN])}",
    "a term": f'<dl><dt>县教育局</dt><dd><a href="1.html">{PLAIN}</a></dd></dl>',
    "a cell before": f'<table><tr><td>1</td><td>县教育局</td><td><a href="1.html">{PLAIN}</a></td></tr></table>',
    "a cell behind": f'<table><tr><td><a href="1.html">{PLAIN}</a></td><td>县教育局</td><td>2026-01-20</td></tr></table>',
    "a cell over rows": (
        '<table><tr><td rowspan="2">县教育局</td><td><a href="0.html">2024年政府信息公开工作年度报告</a></td></tr>'
        f'<tr><td><a href="1.html">{PLAIN}</a></td></tr></table>'
    ),
    "a label in the row": f'<ul><li><a href="1.html">{PLAIN}</a><span>发布机构：县教育局</span></li></ul>',
    "a mark in the row": f'<ul><li><span>[县教育局]</span><a href="1.html">{PLAIN}</a></li></ul>',
}


def group_of(text: str, ask: Ask | None = None) -> str:
    page = shown(URL, f"<html><body>{text}</body></html>", ask or Ask(URL))
    assert isinstance(page, ListPage)
    return next(one.item.group for one in page.found if one.item.title == PLAIN)


@pytest.mark.parametrize("where", GROUPED)
def test_the_body_that_a_list_names_beside_its_entry_is_kept(where: str) -> None:
    assert group_of(GROUPED[where]) == "县教育局"
    assert group_of(f"{GROUPED[where]}<h2>县财政局</h2>{rows([PLAIN], 30)}") == "县教育局"


def test_a_heading_over_several_bodies_is_of_none() -> None:
    assert group_of(f"<h1>望溪县人民政府</h1>{rows([PLAIN, '县财政局' + PLAIN])}") == ""
    assert group_of(f"<h1>望溪县人民政府</h1>{rows([PLAIN, PLAIN])}") == "", "one body has one report a year"
    assert group_of(f"<h2>县教育局</h2><h3>其他文件</h3>{rows([PLAIN])}") == ""
    assert group_of(f"<h2>乡镇街道</h2>{rows([PLAIN, '县财政局' + PLAIN])}") == "乡镇街道"
