"""Dressings of the page: what stands around a report in a portal, and speaks of other bodies and years."""

import re
from html import escape

from tests.monitor.dressings import Sheet, around, content_of, on_page

OTHERS = ("青石市财政局", "青石市教育局", "白河县水务局")


def _links(*years: int) -> str:
    return "".join(
        f'<li><a href="./t{year + 1}0126_{at}.html" title="{body}{year}年政府信息公开工作年度报告">'
        f"{body}{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-26</span></li>"
        for at, body in enumerate(OTHERS)
        for year in years
    )


@on_page
def date_and_counters(sheet: Sheet, html: str) -> str:
    """Date, source, counters and the size of letters below the title."""
    line = (
        f'<div class="info">发布时间：{sheet.day} 09:30 来源：青石市财政局 作者：办公室 浏览次数：<span id="hits">1286</span> 次 '
        '字体：[ <a href="javascript:f(18)">大</a> <a href="javascript:f(16)">中</a> <a href="javascript:f(14)">小</a> ]</div>'
    )
    return around(html, line, close=True)


@on_page
def neighbours_below(sheet: Sheet, html: str) -> str:
    """上一篇 and 下一篇 with reports of other bodies."""
    year = sheet.sample.year
    links = (
        f'<p>上一篇：<a href="1.html">青石市财政局{year}年政府信息公开工作年度报告</a></p>'
        f'<p>下一篇：<a href="2.html">青石市水务局{year - 1}年政府信息公开工作年度报告</a></p>'
    )
    return around(html, "", links, close=True)


@on_page
def sidebar(sheet: Sheet, html: str) -> str:
    """A list of other reports on the left, before the title."""
    year = sheet.sample.year
    return around(html, f'<div class="left"><h3>政府信息公开年报</h3><ul>{_links(year, year - 1)}</ul></div>')


@on_page
def dates_before_entries(sheet: Sheet, html: str) -> str:
    """A list beside the article whose entries have their dates in front."""
    year = sheet.sample.year
    rows = "".join(
        f'<p>· [{year + 1}年1月26日] <a href="{at}.html">{body}{year - 1}年政府信息公开工作年度报告</a></p>'
        for at, body in enumerate(OTHERS)
    )
    return around(html, f'<div class="left">{rows}</div>')


@on_page
def entries_in_a_table(sheet: Sheet, html: str) -> str:
    """A list of other reports as a table above the article."""
    year = sheet.sample.year
    rows = "".join(
        f'<tr><td>{at + 1}</td><td><a href="{at}.html">{body}{year - 1}年政府信息公开工作年度报告</a></td>'
        f"<td>{year}-01-26</td></tr>"
        for at, body in enumerate(OTHERS)
    )
    return around(html, f"<table>{rows}</table>")


@on_page
def entries_by_script(sheet: Sheet, html: str) -> str:
    """A list beside the article whose entries lead on by script."""
    year = sheet.sample.year
    rows = "".join(
        f'<li><a href="javascript:void(0)" onclick="jumpToDetail(\'./{at}.html\')">{body}{year - 1}年政府信息公开工作年度报告</a></li>'
        for at, body in enumerate((*OTHERS, sheet.sample.agency))
    )
    return around(html, f'<div class="left"><ul>{rows}</ul></div>')


@on_page
def list_below(sheet: Sheet, html: str) -> str:
    """A list of other reports below the article, without a word on what it is."""
    return around(html, "", f"<ul>{_links(sheet.sample.year - 1)}</ul>", close=True)


@on_page
def crumb_with_a_year(sheet: Sheet, html: str) -> str:
    """A crumb in one piece that ends with another year's folder."""
    return around(html, f"<p>您所在的位置：首页 &gt; 政务公开 &gt; 政府信息公开年报 &gt; {sheet.sample.year - 2}年</p>")


@on_page
def crumb_with_the_title(sheet: Sheet, html: str) -> str:
    """A crumb that ends with the title, cut off."""
    return around(
        html, f"<p>当前位置：<a href='/'>首页</a>&gt;<a href='/nb'>政府信息公开年报</a>&gt;{sheet.title[:-4]}…</p>"
    )


@on_page
def years_as_tabs(sheet: Sheet, html: str) -> str:
    """Tabs for the years, the wrong one marked."""
    year = sheet.sample.year
    tabs = "".join(
        f'<a href="{one}n/" class="{"on" if one == year + 1 else ""}">{one}年</a>' for one in range(2018, year + 2)
    )
    return around(html, f'<div class="tabs">{tabs}</div>')


@on_page
def related_reports(sheet: Sheet, html: str) -> str:
    """Related articles below, with the tables' words in their summaries."""
    words = "".join(f"<dd>{body}2019年：新收政府信息公开申请35件，办理结果予以公开12件。</dd>" for body in OTHERS)
    return around(html, "", f'<div class="related"><h3>相关阅读</h3><ul>{_links(2019)}</ul><dl>{words}</dl></div>')


@on_page
def last_year_in_the_prose(sheet: Sheet, html: str) -> str:
    """The prose names last year's report and another body's."""
    year = sheet.sample.year
    more = (
        f"<p>《{sheet.sample.agency}{year - 1}年政府信息公开工作年度报告》公布后，对照《青石市财政局{year - 1}年政府信息公开工作"
        "年度报告》进行了学习。</p>"
    )
    return html.replace("<p>（三）政府信息管理方面</p>", f"{more}<p>（三）政府信息管理方面</p>")


@on_page
def navigation_and_foot(sheet: Sheet, html: str) -> str:
    """Head and foot of the portal, which is another body's."""
    head = (
        '<div class="top"><a href="/">青石市人民政府</a> | <a>长者模式</a> | <a>登录</a></div><div class="crumb">当前位置：'
        "<a>首页</a> &gt; <a>政务公开</a> &gt; <a>政府信息公开年报</a> &gt; <a>2021年</a> &gt; 正文</div>"
    )
    foot = (
        '<div class="foot"><p>主办单位：青石市人民政府办公室　承办单位：青石市数据局</p><p>网站标识码：3607990001　'
        "备案号：蜀ICP备05000001号　川公网安备 51000002000001号</p><p>联系电话：028-12345678　地址：青石市人民路1号</p></div>"
    )
    return around(html, head, foot)


@on_page
def buttons(sheet: Sheet, html: str) -> str:
    """Buttons to print, to share and to hear the page."""
    row = '<div class="share">【<a>打印本页</a>】【<a>关闭窗口</a>】 分享到：<a>微信</a> <a>微博</a> <input type="button" value="语音播报"></div>'
    return around(html, row, row, close=True)


@on_page
def attachments(sheet: Sheet, html: str) -> str:
    """A list of attachments below: the report in other formats, other papers."""
    links = (
        f'<div class="fj"><p>附件：</p><p>1.<a href="1.docx">{sheet.title}.docx</a></p><p>2.<a href="2.pdf">青石市财政局'
        f'{sheet.sample.year}年政府信息公开工作年度报告.pdf</a></p><p>3.<a href="3.jpg">一图读懂</a></p></div>'
    )
    return around(html, "", links, close=True)


@on_page
def table_of_contacts(sheet: Sheet, html: str) -> str:
    """A table of contacts above the text, one of signatures below."""
    contacts = (
        "<table border=1><tr><td>单位</td><td>联系人</td><td>电话</td><td>邮编</td></tr><tr><td>"
        f"{sheet.sample.agency}</td><td>王某</td><td>5123456</td><td>629000</td></tr></table>"
    )
    signed = "<table><tr><td>单位负责人：李某</td><td>审核人：张某</td><td>填报人：王某</td><td>填报日期：1月15日</td></tr></table>"
    return around(html, contacts, signed, close=True)


@on_page
def signature(sheet: Sheet, html: str) -> str:
    """Body and day signed below the text."""
    day = f"{sheet.sample.published_on.year}年{sheet.sample.published_on.month}月{sheet.sample.published_on.day}日"
    return around(html, "", f'<p align="right">{sheet.sample.agency}</p><p align="right">{day}</p>', close=True)


@on_page
def hidden_boxes(sheet: Sheet, html: str) -> str:
    """Hidden dialogues, templates and a page for browsers without scripts."""
    more = (
        '<div style="display:none"><h1>用户登录</h1><table><tr><td>用户名</td><td>1</td></tr></table></div><noscript>请开启脚本'
        "</noscript><template><h1>青石市财政局2020年政府信息公开工作年度报告</h1></template>"
    )
    return around(html, more, more)


@on_page
def scripts_and_styles(sheet: Sheet, html: str) -> str:
    """Scripts and styles that hold markup and titles, in the text too."""
    script = (
        '<script>var t="青石市财政局2020年政府信息公开工作年度报告";document.write("<table><tr><td>规章</td><td>7</td></tr></table>");'
        "</script><style>.note:before{content:'9'} .a{color:red}</style>"
    )
    return around(around(html, script, script), script, script, close=True)


@on_page
def digits_from_a_sheet(sheet: Sheet, html: str) -> str:
    """A style sheet that shows a digit before what stands in each cell."""
    return around(html, "<style>td:before{content:'9'}</style>", "")


@on_page
def speech_copy(sheet: Sheet, html: str) -> str:
    """A hidden copy of the text, to be read aloud."""
    text = escape(re.sub(r"<[^<>]*>", " ", content_of(html)))
    return around(html, "", f'<textarea id="tts" style="display:none">{text}</textarea>')
