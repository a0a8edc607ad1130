"""The many skins of a system: whatever a pager's script is called and however it is written, the same page follows."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.families import families, speaking
from crawler.pages.asks import Ask
from crawler.pages.page import Page
from tests.portals.pages import entry, listing, report_title

BASE = "http://127.0.12.1/zfxxgk/nb/"
CALLS = [
    f"<script>{call}</script>"
    for call in (
        'createPageHTML(3, 0, "index", "shtml");',
        "createPage('3','0','index','shtml')",
        'createPageHTML ( 3 ,\n 0 , "index" , ".shtml" , "page", 55 ) ;',
        'createPageHTML1(3,0,"index","shtml","fy")',
        "Pager({size:3, current:0, prefix:'index', suffix:'shtml'});",
        '<!--\ncreatePageHTML(3, 0, "index", "shtml");\n//-->',
        '//createPageHTML(9, 0, "index", "html");\ncreatePageHTML(3, 0, "index", "shtml");',
        'var countPage = 3;//共多少页\nvar currentPage = 0;\ndocument.write("<a href=\\"index_"+nextPage+".shtml\\">下一页</a>");',
        'var currentPage = 0;var countPage = "3"; s="index"+"_"+nextPage+"."+"shtml";',
    )
]
COMMENTED = (
    '<!-- <script>createPageHTML(9, 0, "index", "html");</script> -->'
    '<script>createPageHTML(3, 0, "index", "shtml");</script>'
)
DIVS = [
    f"<script>{call}</script>"
    for call in (
        "createPageHTML('page_div',3, 1,'list','shtml',35);",
        '{createPageHTML("pg-1",3,1,"list","shtml",35);}',
        "$(function(){\n createPageHTML(\n '#page_div',\n '3',\n '1',\n 'list',\n 'shtml',\n '35'\n )})",
    )
]
PARAMETERS = "col=1&webid=3096&columnid=77&unitid=38&webname=%25E7%25A4%25BA&permissiontype=0"
MEMBERS = "col:'1',\"webid\":3096,'columnid':\"77\",unitid : '38',webname:'%E7%A4%BA',permissiontype:0"
JPAGES = (
    f"$('#a').jpage({{proxyUrl:'/p/dataproxy.jsp',totalRecord:9,perPage:1,ajaxParam:'{PARAMETERS}'}})",
    f'x.jpage({{"proxyUrl" : "/p/dataproxy.jsp", "totalRecord" : "9", "perPage" : "1", "ajaxParam" : "{PARAMETERS}"}})',
    f"var params = '{PARAMETERS}';x.jpage({{ajaxParam : params, totalRecord:9, perPage:1, proxyUrl:'/p/dataproxy.jsp'}})",
    f"x.jpage({{proxyUrl:'/p/dataproxy.jsp',totalRecord:9,perPage:1,ajaxParam:{{{MEMBERS}}}}})",
)
STORE = (
    "<script type='text/xml'><datastore><recordset><record><![CDATA[<li><a href='/art/1.html' title='x'>x</a></li>]]>"
    "</record></recordset></datastore></script>"
)


def page(text: str, url: str = BASE, **ask: object) -> Page:
    return Page(url, text.encode(), Ask(url, **ask), date(2026, 2, 1))  # type: ignore[arg-type]  # of the test's making


def following(one: Page) -> list[Ask]:
    return [ask for family in speaking(one) for ask in family.more(one)]


def shortness(one: Page) -> str:
    return "; ".join(str(short) for family in speaking(one) if (short := family.short(one)))


@pytest.mark.parametrize("call", [*CALLS, COMMENTED])
def test_trs_counts_from_nought_however_its_script_is_written(call: str) -> None:
    for end in ("", "index.shtml"):
        assert [ask.url for ask in following(page(listing([], call), BASE + end))] == [f"{BASE}index_1.shtml"]
    assert [ask.url for ask in following(page(listing([], call), f"{BASE}index_1.shtml"))] == [f"{BASE}index_2.shtml"]
    assert following(page(listing([], call), f"{BASE}index_2.shtml")) == []


@pytest.mark.parametrize("call", DIVS)
def test_page_div_counts_from_one_however_its_script_is_written(call: str) -> None:
    assert [ask.url for ask in following(page(listing([], call), f"{BASE}list.shtml"))] == [f"{BASE}list_2.shtml"]
    assert [ask.url for ask in following(page(listing([], call), f"{BASE}list_2.shtml"))] == [f"{BASE}list_3.shtml"]


@pytest.mark.parametrize(
    ("call", "method", "address"),
    [
        ("$.ajax({url: '/common/search/0f', type: 'get'})", "GET", "/common/search/0f"),
        ("$.get('/searchList/0f?_isJson=true&page=1', show)", "GET", "/searchList/0f"),
        ("$.ajax({ type : 'POST', url : '/search/common/search/0f', data: {} })", "POST", "/search/common/search/0f"),
    ],
)
def test_lists_served_as_json_are_asked_for_as_the_page_does_it(call: str, method: str, address: str) -> None:
    (ask,) = following(page(listing([], f"<script>{call}</script>")))
    sent = ask.body or urlsplit(ask.url).query
    assert (ask.method, urlsplit(ask.url).path, parse_qs(sent)["page"]) == (method, address, ["1"])


def test_what_only_looks_like_a_pager_is_none() -> None:
    function = "<script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){return;}</script>"
    assert following(page(listing([], function))) == []


@pytest.mark.parametrize("script", JPAGES)
def test_jpage_finds_its_parameters_in_every_writing(script: str) -> None:
    (ask,) = following(page(listing([], STORE + f"<script>{script}</script>")))
    assert (ask.method, urlsplit(ask.url).path, parse_qs(urlsplit(ask.url).query)["startrecord"]) == (
        "POST",
        "/p/dataproxy.jsp",
        ["2"],
    )
    assert parse_qs(ask.body) == parse_qs(PARAMETERS)


def test_a_jpage_server_that_heeds_no_record_numbers_is_asked_by_page() -> None:
    (ask,) = following(page(listing([], STORE + f"<script>{JPAGES[0]}</script>")))
    again = Page(ask.url, STORE.encode(), ask)
    (by_page,) = following(again)
    assert (by_page.method, by_page.url) == ("GET", f"http://127.0.12.1/p/dataproxy.jsp?page=2&{PARAMETERS}")


def test_records_that_nothing_says_how_to_ask_for_are_said_to_be_missing() -> None:
    one = page(listing([], STORE + "<script>x.jpage({totalRecord:9,perPage:1})</script>"))
    assert following(one) == []
    assert "1 of 9 records" in shortness(one)


def test_of_several_lists_on_a_page_each_is_asked_for_with_its_own_parameters() -> None:
    def unit(number: int, total: int) -> str:
        said = f"totalRecord:{total},perPage:1,proxyUrl:'/p/dataproxy.jsp',ajaxParam:'unitid={number}&webid=1'"
        return STORE.replace("1.html", f"{number}.html") + f"<script>$('#u').jpage({{{said}}})</script>"

    asks = following(page(listing([], unit(11, 1) + unit(22, 9) + unit(33, 4))))
    assert [(ask.body, urlsplit(ask.url).query) for ask in asks] == [
        (f"unitid={number}&webid=1", "startrecord=2&endrecord=4&perpage=1") for number in (22, 33)
    ]


@pytest.mark.parametrize(
    ("rows", "count", "short"),
    [(3, "", False), (4, "", True), (4, "recordCount: '4'", False), (4, "recordCount: '9'", True)],
)
def test_a_list_filled_by_script_is_whole_or_says_that_it_is_not(rows: int, count: str, *, short: bool) -> None:
    entries = [entry(f"./{n}.htm", report_title(f"青石市第{n}局", 2025), "2026-01-20") for n in range(rows)]
    template = '<li ms-repeat="list" ms-if-loop="$index<4"><a ms-attr-href="el.chnldocurl"></a></li>'
    one = page(
        listing(
            [], f'<div ms-controller="list">{"".join(entries)}{template}</div><script>model({{ {count} }})</script>'
        )
    )
    assert following(one) == []
    assert bool(shortness(one)) is short


def test_the_rows_beside_the_repeated_one_are_found_where_no_controller_is_named() -> None:
    entries = "".join(
        f"<dl><dd>{entry(f'./{n}.htm', report_title(f'青石市第{n}局', 2025))}</dd></dl>" for n in range(10)
    )
    template = '<dl ms-repeat="list" ms-if-loop="$index<10"><dd><a ms-attr-href="el.chnldocurl"></a></dd></dl>'
    one = page(
        listing(
            [], f'<div><div ms-visible="showStatic">{entries}</div><div ms-visible="!showStatic">{template}</div></div>'
        )
    )
    assert "10 rows stand on the page" in shortness(one)


@pytest.mark.parametrize("quote", ["&quot;", "'"])
def test_jpaas_asks_for_every_list_of_a_page(quote: str) -> None:
    def unit(tag: str) -> str:
        said = {"webId": "3185", "pageId": "12", "tagId": tag, "tplSetId": "o0"}
        members = ",".join(f"{quote}{key}{quote}:{quote}{value}{quote}" for key, value in said.items())
        return f'<div class="pagination" queryData="{{{members}}}"></div>'

    asks = following(page(listing([], unit("热点新闻") + unit("信息列表") + unit("信息列表"))))
    assert [parse_qs(urlsplit(ask.url).query)["tagId"] for ask in asks] == [["热点新闻"], ["信息列表"]]


ANNUAL = "http://127.0.12.1/module/xxgk/xxgkAnnualReport.jsp"


def items(one: Page) -> dict[str, tuple[str, bool]]:
    return {
        item.url.removeprefix(ANNUAL): (item.title, item.supposed)
        for family in speaking(one)
        if family.name == "annual"
        for item in family.items(one)
    }


def test_annual_pages_of_all_bodies_are_told_from_menus_links_and_rows() -> None:
    years = "".join(f"<option value='{year}'>{year}年</option>" for year in (2025, 2024))
    menus = (
        f"<select name='area'><option value='A1'>青石市教育局</option><option value='B2'>青石市财政局</option></select>"
        f"<select id='fbtime'>{years}</select>"
    )
    said = {
        f"?area={area}&fbtime={year}": (f"青石市{name}局{year}年政府信息公开年度报告", False)
        for area, name in (("A1", "教育"), ("B2", "财政"))
        for year in (2025, 2024)
    }
    assert items(page(listing([], menus), f"{ANNUAL}?area=A1")) == said
    rows = "".join(
        f"<tr><td>青石市{name}局</td>"
        + "".join(f"<td><a href='{ANNUAL}?area={area}&fbtime={year}'>{year}</a></td>" for year in (2025, 2024))
        + "</tr>"
        for area, name in (("A1", "教育"), ("B2", "财政"))
    )
    assert items(page(listing([], f"<table>{rows}</table>"))) == said


def test_where_nothing_tells_the_years_the_last_ones_are_tried() -> None:
    links = "".join(
        f"<a href='{ANNUAL}?area={area}'>青石市{name}局</a>" for area, name in (("A1", "教育"), ("B2", "财政"))
    )
    found = items(page(listing([], links)))
    assert found == {
        f"?area={area}&fbtime={year}": (f"青石市{name}局{year}年政府信息公开年度报告", True)
        for area, name in (("A1", "教育"), ("B2", "财政"))
        for year in (2025, 2024, 2023)
    }


def test_an_annual_page_without_report_or_with_that_of_another_year_is_none() -> None:
    annual = next(family for family in families() if family.name == "annual")
    body = "<h1>{title}</h1><p>一、总体情况</p>"
    for text, denied in (
        (body.format(title="青石市教育局2024年政府信息公开年度报告"), False),
        ("<p>暂无数据</p>", True),
        (body.format(title="青石市教育局2025年政府信息公开年度报告"), True),
    ):
        assert bool(annual.denied(page(text, f"{ANNUAL}?area=A1&fbtime=2024"))) is denied


def opened(one: Page) -> list[tuple[str, str]]:
    return [(urlsplit(ask.url).path, ask.title) for ask in following(one) if ask.page == 1]


def test_groups_that_stand_among_folders_of_the_column_are_folders_whatever_their_addresses() -> None:
    menu = '<ul><li><a href="/qt/bm/">政府部门</a></li><li><a href="/qt/gw/">国务院</a></li></ul>'
    groups = (
        '<ul><li><a href="xzf/">县政府</a></li><li><a href="/col/col7701/index.html">县直部门</a></li>'
        '<li><a href="/xzjd/jd.htm">乡镇街道</a></li><li><a href="/zfgb/2025n/">政府公报</a></li></ul>'
    )
    assert opened(page(menu + groups)) == [
        ("/zfxxgk/nb/xzf/", "县政府"),
        ("/col/col7701/index.html", "县直部门"),
        ("/xzjd/jd.htm", "乡镇街道"),
    ]


def test_years_that_all_stand_elsewhere_are_those_of_the_column_where_several_stand_together() -> None:
    years = '<ul><li><a href="/lm/9/">2025年</a></li><li><a href="/nb25/2024.htm">2024年</a></li></ul>'
    assert opened(page(years)) == [("/lm/9/", "2025年"), ("/nb25/2024.htm", "2024年")]
    assert opened(page(years, "http://127.0.12.1/tjnj/")) == []
    assert opened(page('<ul><li><a href="2025n/">2025年</a></li></ul>' + years)) == [("/zfxxgk/nb/2025n/", "2025年")]
    assert opened(page('<ul><li><a href="/tjnj/2024/">2024年</a></li><li><a href="/">首页</a></li></ul>')) == []


def test_the_groups_of_a_year_without_a_list_of_its_own_may_all_stand_elsewhere() -> None:
    groups = (
        '<ul><li><a href="/col/col7701/index.html">县直部门</a></li><li><a href="/xzjd/jd.htm">乡镇街道</a></li></ul>'
    )
    assert opened(page(groups, BASE + "2024n/", title="2024年", depth=1)) == [
        ("/col/col7701/index.html", "2024年县直部门"),
        ("/xzjd/jd.htm", "2024年乡镇街道"),
    ]
    listed = entry("./1.html", report_title("青石市教育局", 2024))
    assert opened(page(groups + listed, BASE + "2024n/", title="2024年", depth=1)) == []


def test_folders_elsewhere_are_not_gone_into_without_end() -> None:
    groups = '<ul><li><a href="xzf/">县政府</a></li><li><a href="/xzjd/jd.htm">乡镇街道</a></li></ul>'
    assert [ask.depth for ask in following(page(groups))] == [1, 2]
    menu = groups.replace("xzf/", "/xzf/")
    assert {ask.depth for ask in following(page(menu, BASE + "2024n/", title="2024年", depth=1))} == {3}
    assert following(page(menu + entry("./1.html", report_title("青石市教育局", 2025)))) == []
