"""Dressings of the page: the containers of content systems, what word processors and browsers save, answers and scripts."""

import json

from tests.monitor.dressings import Sheet, around, content_of, in_file, on_page, page


@on_page
def trs_editor(sheet: Sheet, html: str) -> str:
    """拓尔思: metadata, crumb, editor, attachment, script of the seal."""
    meta = (
        f'<meta name="SiteName" content="青石市人民政府"><meta name="ColumnName" content="政府信息公开年报">'
        f'<meta name="ArticleTitle" content="{sheet.title}"><meta name="PubDate" content="{sheet.day} 10:12">'
        f'<meta name="ContentSource" content="{sheet.sample.agency}">'
    )
    text = (
        f'<div class="TRS_Editor"><!--TRS_Editor-->{content_of(html)}<!--/TRS_Editor--></div>'
        f'<p>附件：<a href="./P020240126412345678901.pdf">{sheet.title}.pdf</a></p>'
        "<script src=\"/js/jiucuo.js\" sitecode='3607990001'></script>"
    )
    return page(sheet, text, head=meta)


@on_page
def ucap_content(sheet: Sheet, html: str) -> str:
    """开普: the table of the information's head, elements of its own, metadata of the page's frame in the body."""
    head = (
        '<div class="head"><meta name="SiteIDCode" content="3213220037"><meta name="ColumnName" content="头部"></div>'
        '<div class="xxgkArticle"><div class="article-tb"><table class="table_content"><tbody><tr><td class="c1">名称</td>'
        f'<td class="c4" colspan="3">{sheet.title}</td></tr><tr><td class="c1">索引号</td><td class="c2">014314799/2024-00002'
        "</td><td>分类</td><td>信息公开年报&nbsp;&nbsp;其他&nbsp;&nbsp;报告</td></tr><tr><td>发布机构</td>"
        f"<td>{sheet.sample.agency}</td><td>公开日期</td><td><publishtime>{sheet.day}</publishtime></td></tr>"
        "<tr><td>文号</td><td></td><td>关键词</td><td></td></tr></tbody></table></div>"
        f'<h1 class="article-title"><ucaptitle>{sheet.title}</ucaptitle></h1>'
        '<div class="article-content" id="zoomcon"><ucapcontent>'
    )
    return page(sheet, content_of(html) + "</ucapcontent></div></div>", h1=head)


@on_page
def vsb_content(sheet: Sheet, html: str) -> str:
    """博达: a form around the article, counters by script, a list of attachments with their downloads."""
    head = (
        '<form name="_newscontent_fromname"><div><h1 align="center">'
        f'{sheet.title}</h1><div align="center">时间：{sheet.day} &nbsp;点击：[<script>_showDynClicks("wbnews", 1164291239, '
        '7471)</script>]</div><hr/><div id="vsb_content_2"><div class="v_news_content">'
    )
    foot = (
        '</div></div><div id="div_vote_id"></div><ul style="list-style-type:none;"><li>附件【<a href="/system/_content/'
        f'download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=3B2C">{sheet.title}.docx</a>】已下载<span>12</span>次'
        "</li></ul></div></form>"
    )
    return page(sheet, content_of(html) + foot, h1=head)


@on_page
def lonsun_table(sheet: Sheet, html: str) -> str:
    """龙讯: the head of the information as a list, the text below."""
    head = (
        f'<ul class="xxgk_head"><li>索引号：</li><li>FZ0010/2024-00490</li><li>组配分类：信息公开年报</li><li>发布机构：'
        f"{sheet.sample.agency}</li><li>成文日期：{sheet.day}</li><li>信息名称：{sheet.title}</li><li>文号：</li></ul>"
        f'<div class="wzcon j-fontContent"><h1 class="newstitle">{sheet.title}</h1>'
    )
    return page(sheet, content_of(html) + "</div>", h1=head)


@on_page
def zoom_in_old_tables(sheet: Sheet, html: str) -> str:
    """A page laid out with tables: the text in a cell `zoom`."""
    head = f'<table width="980" align="center"><tr><td>{sheet.title}</td></tr><tr><td id="zoom">'
    return page(sheet, content_of(html) + "</td></tr></table>", h1=head)


@on_page
def marks_of_a_feed(sheet: Sheet, html: str) -> str:
    """The text between comments of a feed, in boxes with names that say nothing."""
    text = f"<div class=main><div id=c1><!--ZJEG_RSS.content.begin-->{content_of(html)}<!--ZJEG_RSS.content.end--></div></div>"
    return page(sheet, text)


@on_page
def soup(sheet: Sheet, html: str) -> str:
    """Paragraphs as boxes, deep in boxes that are not all closed."""
    text = content_of(html).replace("<p>", "<div><div>").replace("</p>", "</div>")
    return page(sheet, f"<div><div class=x><div><span>{text}</div>", h1=f"<div class=t><div>{sheet.title}</div></div>")


@on_page
def saved_by_word(sheet: Sheet, html: str) -> str:
    """A page that Word has saved: namespaces, XML in comments, sections, no title in its head."""
    body = content_of(html).replace(
        "<p>", '<p class=MsoNormal style="text-indent:32pt"><span lang=EN-US><o:p></o:p></span>'
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" '
        'xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8">'
        '<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15"><title>附件1</title>'
        "<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>财政局</o:Author></o:DocumentProperties></xml><![endif]-->"
        "<style><!-- @page WordSection1 {size:595.3pt 841.9pt;} p.MsoNormal {margin:0cm;} --></style></head>"
        "<body lang=ZH-CN style='tab-interval:21.0pt'><div class=WordSection1 style='layout-grid:15.6pt'>"
        f"<p class=MsoNormal align=center><b><span style='font-family:方正小标宋简体'>{sheet.title}<o:p></o:p></span></b></p>"
        f"\n<!--text-->\n{body}\n<!--/text-->\n</div></body></html>"
    )


@on_page
def saved_from_the_web(sheet: Sheet, html: str) -> str:
    """A page saved by a browser."""
    return html.replace("<html>", "<!-- saved from url=(0040)http://www.example.gov.cn/art/12.html -->\n<html>")


@on_page
def xhtml(sheet: Sheet, html: str) -> str:
    """XHTML with its prolog."""
    prolog = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
    )
    return html.replace("<!DOCTYPE html>\n", prolog).replace("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">')


@on_page
def junk_behind(sheet: Sheet, html: str) -> str:
    """Markup behind the end of the page, as gateways add it."""
    return (
        html + '<script src="//10.0.0.1/x.js"></script><div id="float">青石市财政局2020年政府信息公开工作年度报告</div>'
    )


@on_page
def late_text_in_a_script(sheet: Sheet, html: str) -> str:
    """The text stands in a script that writes it into the page."""
    text = json.dumps(content_of(html), ensure_ascii=False).replace("</", "<\\/")
    return page(
        sheet,
        f'<div id="con"></div><script>let content = {text}; document.getElementById("con").innerHTML = content;</script>',
    )


@on_page
def gkmlpt_detail(sheet: Sheet, html: str) -> str:
    """南方新媒体: the article in the configuration of the page."""
    detail = {"id": 9, "title": sheet.title, "content": content_of(html), "publisher": sheet.sample.agency}
    text = json.dumps(detail, ensure_ascii=False).replace("<", "\\u003C").replace(">", "\\u003E")
    return page(sheet, f"<script>window._CONFIG = {{ SID: '755041', DETAIL: {text}, TREE: [] }}</script>", h1="")


@in_file("answer.json")
def answer_of_ucap(sheet: Sheet, html: str) -> str:
    """The answer of an interface that carries the page."""
    one = {
        "title": sheet.title,
        "contentHtml": content_of(html),
        "publishedTimeStr": f"{sheet.day} 08:00:00",
        "resList": [],
    }
    return json.dumps({"data": {"page": 1, "total": 1, "results": [one]}}, ensure_ascii=False)


@in_file("answer.json")
def answer_with_html(sheet: Sheet, html: str) -> str:
    """The answer of an interface whose `data.html` is the article."""
    text = f"<h1>{sheet.title}</h1>{content_of(html)}"
    return json.dumps({"success": True, "message": "", "data": {"html": text}})


@in_file("report.doc")
def page_called_doc(sheet: Sheet, html: str) -> str:
    """A page under the name of a document of Word."""
    return saved_by_word(sheet, html)


@in_file("content.shtml")
def page_of_parts(sheet: Sheet, html: str) -> str:
    """A page put together by the server: its remarks are left in it."""
    return around(html, "<!--#include virtual='/head.html'-->", "<!--#include virtual='/foot.html'-->")


@in_file("20240126")
def page_without_ending(sheet: Sheet, html: str) -> str:
    """A page whose file has no ending."""
    return html
