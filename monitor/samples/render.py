"""A sample report's tables as pasted from Word, as plain HTML, or as text with TAB columns."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Literal

from monitor.samples.layout import FormCell, FormTable

Style = Literal["word", "plain"]
Printed = Callable[[str], str]


def table_html(table: FormTable, printed: Printed, style: Style) -> str:
    """One table; `printed` gives the text of a figure by its cell name."""
    cell = _word_cell if style == "word" else _plain_cell
    rows = "\n".join(
        "<tr>" + "".join(cell(c, printed(c.name) if c.name else c.label) for c in row) + "</tr>" for row in table
    )
    head = (
        '<table class="MsoNormalTable" border="1" cellspacing="0" style="border-collapse:collapse;'
        'mso-yfti-tbllook:1184">'
        if style == "word"
        else '<table border="1">'
    )
    return f"{head}<tbody>\n{rows}\n</tbody></table>"


def paragraph_html(text: str, style: Style) -> str:
    """One paragraph, with the markup of the style."""
    if style == "plain":
        return f"<p>{escape(text)}</p>"
    return (
        '<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">'
        f'<span style="font-size:16.0pt;font-family:仿宋_GB2312">{escape(text)}<o:p></o:p></span></p>'
    )


def page_html(*, title: str, site: str, published: str, charset: str, body: str) -> str:
    """A whole portal page around the report, as a static CMS writes it."""
    safe, stem = escape(title, quote=True), escape(site, quote=True)
    return f"""<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{safe}_{stem}</title>
<meta name="SiteName" content="{stem}"><meta name="ColumnName" content="政府信息公开年报">
<meta name="ArticleTitle" content="{safe}"><meta name="PubDate" content="{published} 09:30">
<meta name="ContentSource" content="{stem}"></head><body>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; 政务公开 &gt; 政府信息公开年报</div>
<div class="article"><h1>{safe}</h1><p class="info">发布时间：{published}</p>
<div class="TRS_Editor"><!--TRS_Editor-->
{body}
<!--/TRS_Editor--></div></div>
<div class="footer">主办单位：{stem}</div></body></html>
"""


def table_text(table: FormTable, printed: Printed) -> str:
    """One table with TAB columns: a merged cell is written where it begins, the other places it covers are empty."""
    width = sum(cell.colspan for cell in table[0])
    taken: set[tuple[int, int]] = set()
    lines: list[str] = []
    for number, row in enumerate(table):
        line = [""] * width
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            line[column] = printed(cell.name) if cell.name else cell.label
            taken.update(_covered(cell, number, column))
            column += cell.colspan
        lines.append("\t".join(line))
    return "\n".join(lines)


def _covered(cell: FormCell, row: int, column: int) -> Iterable[tuple[int, int]]:
    return ((row + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan))


def _spans(cell: FormCell) -> str:
    spans = {"colspan": cell.colspan, "rowspan": cell.rowspan}
    return "".join(f' {name}="{value}"' for name, value in spans.items() if value > 1)


def _plain_cell(cell: FormCell, text: str) -> str:
    return f"<td{_spans(cell)}>{escape(text)}</td>"


def _word_cell(cell: FormCell, text: str) -> str:
    return (
        f'<td{_spans(cell)} valign="center" style="padding:0cm 5.4pt;border:solid windowtext 1.0pt">'
        '<p class="MsoNormal" align="center" style="text-align:center">'
        f'<span style="font-size:10.5pt;font-family:宋体">{escape(text) or "&nbsp;"}</span>'
        '<span lang="EN-US"><o:p></o:p></span></p></td>'
    )
