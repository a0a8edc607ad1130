"""Text of any length that a stranger may serve: simple shapes over and over, and real pages with a piece of them multiplied."""

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

Maker = Callable[[int], str]


def _times(piece: str, before: str = "", after: str = "") -> Maker:
    return lambda size: before + piece * max(1, size // len(piece)) + after


def _each(piece: str, before: str = "", after: str = "") -> Maker:
    """Pieces that differ: `{}` is the number of each."""
    return lambda size: (
        before + "".join(piece.format(number) for number in range(max(1, size // (len(piece) + 2)))) + after
    )


DEEP = 60  # no deeper, or the parsers refuse it as too deep: nothing would be measured


def _deep(begin: str, end: str, inside: str = "1") -> Maker:
    """One within the other, and as much text within the innermost."""

    def make(size: int) -> str:
        depth = max(1, min(DEEP, size // (2 * len(begin + end))))
        return begin * depth + inside * max(1, (size - depth * len(begin + end)) // len(inside)) + end * depth

    return make


TITLE = "青石市财政局2024年政府信息公开工作年度报告"
HEAD = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
SHAPES: Mapping[str, Maker] = {
    **{
        f"one character: {char!a}": _times(char)
        for char in " \n\t0a中<>&\"'（）(){}[]/\\|-.,:;，。：；、=#*+_年一　１\u0301\u200b\0\x0b"
    },
    **{f"one character behind a title: {char!a}": _times(char, HEAD) for char in ' \n0中<&"（|'},
    "tags": _times("<p>", HEAD),
    "closed tags": _times("<p>1</p>", HEAD),
    "ends": _times("</p>", HEAD),
    "ends of the page": _times("</body></html>", HEAD),
    "anchors": _each('<a href="t{}.html">青石市第{}局2024年政府信息公开工作年度报告</a>'.replace("第{}", ""), HEAD),
    "anchors without an end": _each('<a href="t{}.html">财政局', HEAD),
    "anchors at one address": _times('<a href="a.html" title="">x</a>', HEAD),
    "anchors in one paragraph": _each('<a href="/t{}.html">下一页</a> ', HEAD + "<p>"),
    "numbered anchors": _each('<a href="index_{0}.html">{0}</a>', HEAD + "<div>"),
    "folders": _each('<li><a href="/{}/">2024年年报</a></li>', HEAD),
    "images": _each('<img src="a{}.jpg">', HEAD),
    "frames": _each('<iframe src="list{}.html"></iframe>', HEAD),
    "options": _each('<option value="list_{}.html">财政局</option>', HEAD + "<select>"),
    "meta": _each('<meta name="a{}" content="2024-01-01">'),
    "titles": _times("<title>x", ""),
    "headings": _times("<h1>青石市</h1>"),
    "heads without an end": _times("<h1>"),
    "attributes": _each(" a{}", HEAD + "<p", ">x</p>"),
    "attributes with values": _each(" a{}=1", HEAD + "<a", ' href="x">x</a>'),
    "attributes behind a quotation mark": _each(" a{}", HEAD + '<p x"data:', ">x</p>"),
    "attributes behind an apostrophe": _each(" a{}", HEAD + "<p x'data:", ">x</p>"),
    "attributes of a cell": _each(" a{}='b'", HEAD + "<table><tr><td", ">1</td></tr></table>"),
    "attributes without an end": _each(' a{}="', HEAD + "<td"),
    "attributes of a closing tag": _each(" a{}", HEAD + "</p", ">"),
    "slashes in a tag": _times("/ ", HEAD + "<p", ">"),
    "classes": _each("c{} ", HEAD + '<p class="', '">x</p>'),
    "comments": _times("<!--x-->"),
    "comments without an end": _times("<!--"),
    "declarations": _times("<!x>"),
    "sections of data": _times("<![CDATA["),
    "instructions": _times("<?x ?>"),
    "scripts": _times("<script>x</script>", HEAD),
    "scripts without an end": _times("<script>", HEAD),
    "styles without an end": _times("<style>", HEAD),
    "literals": _times('"a"+', HEAD + "<script>var a=", "</script>"),
    "escapes": _times("\\u4e2d", HEAD + '<script>var a="', '"</script>'),
    "quotation marks in a script": _times("\"'", HEAD + "<script>", "</script>"),
    "markup in a script": _times("<td>1</td>", HEAD + '<script>var a="', '"</script>'),
    "words of a script": _times("var a = 1;", HEAD + "<script>", "</script>"),
    "comments of a script": _times("//x ", HEAD + "<script>", "</script>"),
    "entities": _times("&amp;", HEAD),
    "references": _each("&#{};", HEAD),
    "no references": _times("&#", HEAD),
    "tables in tables": _deep("<table><tr><td>单位名称</td><td>是否公布</td><td>", "</td></tr></table>", "财政局 "),
    "tables in tables without an end": _deep("<table><tr><td>", "", "财政局 "),
    "divisions in each other": _deep("<div>", "</div>"),
    "fonts in each other": _deep("<font><b>", "</b></font>"),
    "lists in each other": _deep("<ul><li><a href='x'>", "</a></li></ul>", "年报"),
    "values in each other": _deep('{"a":[', "]}", "1,"),
    "brackets in each other": _deep("（", "）"),
    "rows": _times("<tr><td>1</td><td>2</td></tr>", HEAD + "<table>", "</table>"),
    "cells": _times("<td>1</td>", HEAD + "<table><tr>", "</table>"),
    "cells that reach down": _times('<td rowspan="900">1</td>', HEAD + "<table><tr>", "</table>"),
    "rows that reach down": _times('<tr><td rowspan="900">1</td></tr>', HEAD + "<table>", "</table>"),
    "cells that reach across": _times('<td colspan="9">1</td>', HEAD + "<table><tr>", "</table>"),
    "tables": _times("<table><tr><td>1</td></tr></table>", HEAD),
    "rows of the form": _times('<tr><td colspan="3">（三）不予公开</td><td>1</td></tr>', HEAD + "<table>", "</table>"),
    "labels of the form": _times(
        "<tr><td>1.属于国家秘密</td><td>1</td><td>1</td><td>1</td><td>1</td><td>1</td><td>1</td><td>7</td></tr>",
        HEAD + "<table><tr><td>自然人</td><td>总计</td></tr>",
        "</table>",
    ),
    "headings of the report": _times("一、总体情况\n", TITLE + "\n"),
    "headings in one line": _times("一、总体情况", TITLE + "\n"),
    "headings in markdown": _times("# 二、主动公开政府信息情况\n", TITLE + "\n"),
    "paragraphs of headings": _times("<p>六、其他需要报告的事项</p>", HEAD),
    "sentences": _times("好。", TITLE + "\n一、总体情况\n"),
    "sentences that differ": _each("坏{}。", TITLE + "\n一、总体情况\n"),
    "titles of other reports": _each("青石市第{}局2023年政府信息公开工作年度报告\n"),
    "quoted titles": _times("《青石市财政局2023年政府信息公开工作年度报告》", HEAD),
    "quoted without an end": _times("《青石市财政局2023年报告", HEAD),
    "lines with tabs": _times("1\t2\t3\n", TITLE + "\n"),
    "lines with bars": _times("| 1 | 2 |\n", TITLE + "\n"),
    "a cell a line": _times("1 |\n", TITLE + "\n"),
    "lines of spaces": _times("1    2    3\n", TITLE + "\n"),
    "figures a line": _times("12\n", TITLE + "\n"),
    "figures run together": _times("0123", TITLE + "\n一、本年新收政府信息公开申请数量"),
    "figures apart": _times("12 ", TITLE + "\n一、本年新收政府信息公开申请数量"),
    "labels in prose": _times("一、本年新收政府信息公开申请数量 1 ", TITLE + "\n"),
    "labels of table 2 in prose": _times("第二十条第（一）项 规章 1 ", TITLE + "\n"),
    "totals": _times("总计 1 ", TITLE + "\n复议后起诉"),
    "dates": _times("2024-01-01 "),
    "dates in words": _times("2024年1月1日"),
    "words of dates": _times("发布时间："),
    "years": _times("2024年"),
    "clauses": _times("未公布：财政局、教育局。"),
    "names": _each("第{}局、", "下列单位未公布："),
    "names of bodies": _times("青石市财政局"),
    "places": _times("青石市青山县"),
    "brackets": _times("（x）"),
    "marks": _times("[置顶]"),
    "numbers of papers": _times("〔2024〕3号"),
    "records": _times(
        "<record><![CDATA[<li><a href='a.html'>财政局2024年政府信息公开年报</a></li>]]></record>",
        "<datastore><nextgroup></nextgroup><recordset>",
    ),
    "records without an end": _times("<record>"),
    "stores": _times("<datastore>"),
    "groups": _times("<nextgroup><![CDATA[<a href='x'></a>]]></nextgroup>", "<datastore>"),
    "calls of the pager": _times("createPageHTML(1, 0, 'index', 'html');", HEAD + "<script>", "</script>"),
    "calls of the pager in lines": _times("createPageHTML(1, 0, 'index', 'html');\n", HEAD + "<script>", "</script>"),
    "calls out of force": _times("//createPageHTML(1, 0, 'index', 'html');", HEAD + "<script>", "</script>"),
    "calls that count": _times("var countPage = 9;var currentPage = 1;", HEAD + "<script>", "</script>"),
    "jsonp and blanks": _times(" ", "a(x)", "x"),
    "jsonp and lines": _times("\n", "a(", "x"),
    "jsonp ends": _times(")", "a(", "x"),
    "a list of objects": _times('{"title":"x","url":"y"},', '{"data":{"results":[', "{}]}}"),
    "a list of titles": _each(
        '{{"title":"青石市第{0}局2024年政府信息公开年报","url":"/a{0}.html"}},', '{"articles":[', '{}],"total":9}'
    ),
    "members": _each('"a{}":1,', "{", '"z":1}'),
    "digits of JSON": _times("9", "[", "]"),
    "a text of JSON": _times("\\u003c", '{"content":"', '"}'),
    "configurations": _times("TREE:[", HEAD + "<script>var _CONFIG={", "</script>"),
    "a tree": _times(
        '{"id":1,"name":"年报","children":[]},', HEAD + "<script>var _CONFIG={SID:'1',TREE:[", "{}]}</script>"
    ),
    "assignments": _times("id=", HEAD + "<script>", "</script>"),
    "queries": _times("&a=1", "http://a.example/?"),
    "paths": _times("/a", "http://a.example"),
    "dots of a path": _times("/..", "http://a.example"),
    "points of a host": _times("a.", "http://"),
    "escapes of an address": _times("%E4", "http://a.example/"),
    "rules of robots": _each("Disallow: /{}\n", "User-agent: *\n"),
    "stars of robots": _times("*", "User-agent: *\nDisallow: /", "x\n"),
    "agents of robots": _each("User-agent: a{}\n"),
    "lines of a header": _times('filename="a";', "attachment; "),
    "escapes of a header": _times('\\"', 'attachment; filename="'),
    "words of a header": _times("=?utf-8?b?5Lit?= ", "attachment; filename="),
    "lines of a register": _each(
        ",第{}局,county,department,,,,,,\n", "code,name,level,kind,parent,division,portal,first_year,last_year,source\n"
    ),
    "quotes of a register": _times('""', 'code,name\n"', '"\n'),
    "cells of a register": _times(",", "code,name\n"),
    "steps of a redirect": _times("<meta http-equiv=refresh content='0;url=a'>"),
    "forms": _times("<input type=password>", HEAD),
    "words of trouble": _times("系统繁忙", HEAD),
    "words before a trouble": _times("w", "<title>", "Exception</title>"),
    "links in script": _times("location.href='a.html';", HEAD + "<script>", "</script>"),
    "calls on a click": _times("<a onclick=\"open('a.html')\">x</a>", HEAD),
}


def amplified(page: str, dice: random.Random) -> tuple[str, Maker]:
    """A page with a piece of it over and over at its place, however long: what, and its maker."""
    try:
        value = json.loads(page)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict | list) and dice.random() < 0.6:
        return _json(page, dice)
    marks = [at for at, char in enumerate(page) if char in "<\n,;("] if dice.random() < 0.6 else []
    start = dice.choice(marks) if marks else dice.randrange(len(page))
    end = min(len(page), start + dice.choice((1, 2, 5, 20, 60, 200, 600)))
    if marks:
        end = next((at for at in marks if at >= end), len(page))
    piece = page[start:end] or page[:1]
    return f"{piece[:80]!a} * n in place", _times(piece, page[:end], page[end:])


def _json(page: str, dice: random.Random) -> tuple[str, Maker]:
    """One list of the answer with many entries, or one text of it long."""
    chosen = dice.randrange(1 << 30)

    def make(size: int) -> str:
        pick = random.Random(chosen)
        value = json.loads(page)
        places = [(above, key) for above, key in _places(value) if isinstance(above[key], list | str) and above[key]]
        if not places:
            return page
        above, key = pick.choice(places)
        above[key] *= max(1, size // max(1, len(json.dumps(above[key]))))
        return json.dumps(value, ensure_ascii=False)

    return f"a member of the answer, number {chosen}, multiplied", make


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a value: what it stands in, and its key or number there."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inner for place in ((value, key), *_places(one))]
