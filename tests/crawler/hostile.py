"""Pages, answers and titles that cost a careless reader more than themselves; and all that the crawl does with a page."""

import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from crawler.crawl import expected_page, named_bodies
from crawler.discovery import sighting
from crawler.families import speaking, with_files
from crawler.ground.hosts import barred, refusal
from crawler.ground.urls import identity, is_attachment
from crawler.pages import articles, dates, rosters
from crawler.pages.asks import Ask
from crawler.pages.page import Page
from crawler.pages.sniff import media_type
from crawler.pages.titles import recognize
from crawler.pages.verdicts import Answer, answer_verdict

HOME = "http://127.0.6.99/zfxxgknb/"
TODAY = date(2026, 2, 1)
NOW = datetime(2026, 2, 1, tzinfo=UTC)
NAME = "青石市教育局2024年政府信息公开工作年度报告"
# What an interface that one of the families asked is given along.
STATE = {
    "held": "0",
    "rows": "20",
    "number": "1",
    "total": "9",
    "first": "",
    "proxy": f"{HOME}p",
    "parameters": "a=b",
    "per_page": "15",
    "category": "003",
    "dept": "",
    "guid": "g",
    "project": "EWB-FRONT",
    "wanted": "[]",
    "address": f"{HOME}s",
    "posted": "",
    "webId": "1",
    "pageId": "2",
    "column": f"{HOME}c",
    "channelid": "1",
    "classsql": "c",
}
# The families whose interfaces answer with something that only they read.
OPAQUE = ("avalon", "epoint", "gkmlpt", "jpaas", "jpage", "lonsun", "page_div", "truecms")


def page_of(body: bytes, family: str = "", *, kind: str = "list", method: str = "GET", url: str = HOME) -> Page:
    """A page as a crawl would have fetched it; with a family, the answer of that one's interface."""
    ask = Ask(
        url,
        kind="detail" if kind == "detail" else "list",
        family=family,
        method=method,
        title=NAME,
        state=STATE if family else {},
    )
    return Page(url, body, ask, TODAY)


def read_whole(page: Page) -> tuple[list[str], list[str]]:
    """Does with a page all that the crawl may do with it; the addresses and the other texts that it would keep of it."""
    addresses, texts = list[str](), list[str]()
    understood = speaking(page)
    for family in understood:
        for item in family.items(page):
            addresses.append(item.url)
            texts += [item.title, item.date]
        for ask in (*family.more(page), family.fetched(page)):
            if ask is not None:
                addresses.append(ask.url)
                texts.append(ask.packed())
        texts += [str(family.broken(page)), str(family.short(page)), family.text(page)]
        if family.serves(page):
            texts += [family.own_title(page), str(family.denied(page))]
    files = [*articles.attachments(page.text, page.url), *articles.pictures(page.text, page.url)]
    files += [file for family in with_files(page) for file in family.attachments(page)]
    addresses += [file.url for file in files]
    texts += [
        *(file.title for file in files),
        *articles.titles(page.text),
        dates.dated(page.text, page.url, NOW).packed,
    ]
    texts += [
        str(expected_page.no_list(page, understood)),
        expected_page.own_heading(page),
        media_type(page.body, page.url),
    ]
    expected_page.shows_report(page, NAME, [])
    addresses += [item.url for item in named_bodies.named(page, understood)]
    texts += [one.name for one in rosters.on_page(page, "2024年年度报告公布情况", articles.titles(page.text)).entries]
    rosters.departments(page, NAME)
    addresses += [one.url for one in sighting.listing(page, understood)[0]]
    texts.append(answer_verdict(Answer(page.url, 200, page.body)).detail)
    return addresses, texts


def kept_well(kept: tuple[list[str], list[str]]) -> None:
    """Whether all of it can be kept: as UTF-8, and addresses as such, without a password."""
    for address in kept[0]:
        refusal(address, HOME)
        barred(address, HOME)
        identity(address)
        is_attachment(address)
        assert urlsplit(address).username is None
    for text in (*kept[0], *kept[1]):
        text.encode()
        recognize(text)


def nested(opening: str, inside: str, closing: str) -> Callable[[int], str]:
    return lambda n: opening * n + inside + closing * n


def row(before: str, again: str, after: str = "") -> Callable[[int], str]:
    return lambda n: before + again * n + after


LINK = f'<a href="1.html">{NAME}</a>'
PAGES: Mapping[str, Callable[[int], str]] = {
    # Elements in elements, and in a row.
    "tables": nested("<table><tr><td>单位名称</td><td>是否公布</td><td>", "财政局 " * 200, "</td></tr></table>"),
    "tables of lists": nested(
        "<table><tr><td>单位</td><td>是否</td></tr><tr><td>", "", "青石市财政局</td><td>是</td></tr></table>"
    ),
    "deep": nested("<div>", LINK, "</div>"),
    "deep with an anchor on each level": nested("<div><a href=1>1</a>", LINK, "</div>"),
    "deep buttons": nested("<div onclick=\"open('2.html')\">下", "一页", "</div>"),
    "deep menus": nested("<select name=area><option value=1>青石市财政局", "", "</select>"),
    "anchors in anchors": nested('<a/href="1.html"><b>', "年报", ""),
    "one crowd": row("<p>x" * 3000, f"<p>{LINK}"),
    "many anchors of years": row(
        '<a href="/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2021">',
        '<a href="/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2022">2022</a>',
    ),
    "menus of bodies and years": lambda n: (
        "<select name=area>"
        + "".join(f"<option value={at}>青石市第{at}局" for at in range(n))
        + "</select><select>"
        + "".join(f"<option>{year}" for year in range(1990, 2025))
        + "</select>"
        + '<a href="/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2024">x</a><a href="/xxgkAnnualReport.jsp?area=2">x</a>'
    ),
    "years of folders": row("", '<a href="2024/">2024年</a><a href="/c/">部门年报</a>'),
    "numbers of pages": row("<div>", '<a href="2.html">2</a> ', "</div>"),
    "one long class": lambda n: f"<div class='vsb_content {'a ' * n}'>" + "<a href=1>x</a>" * n + "</div>",
    "scripts in a row": row("", "<script>x</script>公布率100%"),
    "comments": row("", "<!---->"),
    "comments of one kind": row("", "<!--->-- --"),
    "anchors without end": row("", "<a x>"),
    "titles without end": row("", "<h1>x<h2><title>"),
    "tags without end": row("<h1>", "<", "</h1>"),
    "attributes of images": row("", "<img src='x' alt=\"<img src="),
    # What families look for.
    "pagers": row("<script>", "createPageHTML(1, 0, 'index', 'html');"),
    "pagers in comments": row("<script>", "//<!--createPageHTML(1, 0, 'index', 'html');"),
    "options of pagers": row("<script>", "Pager({size:1,prefix:'a',"),
    "joined addresses": row("countPage = 3", 'a_"+x+"."+'),
    "proxies": row("<datastore></datastore>dataproxy.jsp", "{proxyUrl:'/a',ajaxParam:{a:'b'}}"),
    "records": row("<datastore>", "<record><![CDATA[<li><a href=1>x</a>2024-01-02]]></record>"),
    "records without end": row("<datastore>", "<record><![CDATA[<li>"),
    "groups": row("<datastore>", "<nextgroup><![CDATA[<a href='1'>"),
    "queries": lambda n: "".join(f"<div queryData=\"{{'webId':'{at}','pageId':'1'}}\">" for at in range(n)),
    "templates": nested("<dl ms-repeat='x'>", "chnldocurl", "</dl>"),
    "base64": row("", '<p id="pages">QUJDREVGR0g='),
    "frames": row("", "<iframe src='/list.html' id='"),
    "names of frames": lambda n: f"<iframe src='/a' id='{'1' * n}'></iframe>",
    "labels": row("'/site/label/8888' <option value=", "1234567 value= "),
    "calls": row("'/x/messageController/getMessage.do'", " columnId = "),
    "addresses": row("", "'/common/search/a' xxgkAnnualReport.jsp?"),
    "forms": row("tr_main_value '/module/xxgk/search.jsp' ", "共 1 页 jdid = 'x"),
    "tree": lambda n: (
        "_CONFIG={SID:'1',TREE:"
        + json.dumps([{"id": at, "name": "政府信息公开年报", "children": []} for at in range(n)])
        + "}"
    ),
    # What dates, words and rosters are looked for in.
    "times": row("", "时间<"),
    "times and tags": row("", "时间 <b> <i> &nbsp;"),
    "digits": lambda n: f"名单：{'1' * n}",
    "lists of bodies": row("未按时公布的单位：", "青石市财政局、"),
    "clauses": row("", "未公布：1"),
    "spaces": row("<title>x</title>公布率", " "),
    "meta": row("", '<meta name="ArticleTitle" content="x '),
    "many words": row("", "乡镇街道"),
    "quotation marks": row("<script>", "'a.pdf' \"b"),
    "spaces behind names": row("<meta http-equiv=refresh content=", " \n"),
}
ANSWERS: Mapping[str, Callable[[int], str]] = {
    "blanks behind a call": lambda n: "a(x)" + " " * n + "x",
    "calls that end many times": lambda n: "a(x" + ") " * n + "x",
    "brackets": lambda n: "[" * n,
    "numbers": lambda n: f'{{"articles":[{{"id":{"1" * n},"title":"x","url":"a"}}],"total":{"9" * n}}}',
    "entries": lambda n: json.dumps(
        {name: [{"title": NAME, "url": f"{at}.html"} for at in range(n)] for name in ("articles", "data", "docs")}
    ),
    "what is no entry": lambda n: json.dumps({"articles": [None, 1, {}, []] * n}),
    "placeholders": lambda n: '{"docs":[' + "'###" * n + "]}",
    "text in text": lambda n: json.dumps({"data": {"html": "<a href=1>x</a>" * n}, "result": "<record>" * n}),
}

# Pieces of pages and answers, to be put together by chance.
PIECES = (
    "<",
    "</",
    "<a href='",
    '<a href="http://u:s3cret@h/',
    "'>",
    "<!--",
    "-->",
    "&#xD800;",
    "&#11;",
    "\x0b",
    "\ufffe",
    "\0",
    "<select>",
    '<option value="',
    "<table><tr><td>",
    "</table>",
    "<iframe src=",
    "http://[",
    "//[x",
    NAME,
    "²",
    "\u0660",
    "<record>",
    "<![CDATA[",
    "<datastore>",
    "'http://[/site/label/8888?a=1'",
    "'http://[x/xxgkAnnualReport.jsp?area=1&fbtime=2024'",
    "createPageHTML(²,0,'a','b')",
    "proxyUrl:'http://[x',ajaxParam:{a:'b'}",
    "Pager({size:²,prefix:'i',suffix:'h'})",
    'siteInfo={"siteGuid":"\\udfff"}',
    "categorynum='003001'webBuilderCommon.js",
    "_CONFIG SID:'12' TREE:[",
    "<base href>",
    "queryData=\"{'webId':'1','pageId':'2'}\"",
    '"/common/search/a"',
    "'http://[/messageController/getMessage.do'",
    "ms-repeat=x chnldocurl",
    " id=pages>",
    '<a href title=""><img></a>',
    "<h1>",
    "<title>",
    "onclick=\"open('",
    "javascript:",
)
KEYS = (
    "articles",
    "title",
    "url",
    "post_url",
    "total",
    "data",
    "custom",
    "results",
    "rows",
    "html",
    "result",
    "docs",
    "doctitle",
    "chnldocurl",
    "docreltime",
    "count",
    "pageCount",
    "infourl",
    "realtitle",
    "infodate",
    "first_publish_time",
    "attachment",
)
VALUES: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "\udfff",
    "\ud83d",
    "http://[x",
    "http://u:s3cret@h/a",
    NAME,
    "青石市\udfff局2024年政府信息公开工作年度报告",
    [],
    {},
    "\0",
    "<a href=x>",
    "\ufffe",
    "2024年",
)


def some_value(chance: random.Random, depth: int = 0) -> object:
    """A JSON value of any shape."""
    if depth > 3 or chance.random() < 0.55:
        return chance.choice(VALUES)
    if chance.random() < 0.5:
        return [some_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return {chance.choice(KEYS): some_value(chance, depth + 1) for _ in range(chance.randint(0, 6))}
