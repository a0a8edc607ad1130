"""Dressings of the markup of the tables: what editors, word processors and calculation sheets write around cells and rows."""

import re

from tests.monitor.dressings import CELL, FIGURE, on_tables

TABLE_HEAD = re.compile(r"<thead>\n<tr>.*?</tr>")


@on_tables
def upper_case(html: str) -> str:
    """Elements and attributes in upper case."""
    return re.sub(r"</?[a-z1-6]+", lambda found: found[0].upper(), html).replace("colspan", "COLSPAN")


@on_tables
def unquoted(html: str) -> str:
    """Attributes without quotes."""
    return re.sub(r'="(\d+)"', r"=\1", html)


@on_tables
def no_end_tags(html: str) -> str:
    """No end tags of cells, rows and paragraphs."""
    return re.sub(r"</(?:td|tr|p|tbody)>", "", html)


@on_tables
def comments_between(html: str) -> str:
    """Comments between cells and rows."""
    return html.replace("</td><td", "</td><!-- td --><td").replace("</tr>", "</tr><!-- </tr> -->")


@on_tables
def heads_and_groups(html: str) -> str:
    """Caption, columns and a head of the table, its first row in cells of a head."""
    html = html.replace("<tbody>", "<caption>附表</caption><colgroup><col width=60><col></colgroup><thead>")
    return TABLE_HEAD.sub(
        lambda found: found[0].replace("<td", "<th").replace("/td>", "/th>") + "</thead><tbody>", html
    )


@on_tables
def labels_as_heads(html: str) -> str:
    """Every label is a cell of a head."""

    def one(found: re.Match[str]) -> str:
        spans, text = found.groups()
        return found[0] if not text or FIGURE.fullmatch(text) else f"<th{spans}>{text}</th>"

    return CELL.sub(one, html)


@on_tables
def spans_of_one(html: str) -> str:
    """Every span is written down."""

    def one(found: re.Match[str]) -> str:
        more = "".join(f' {name}="1"' for name in ("colspan", "rowspan") if name not in found[1])
        return f"<td{found[1]}{more}>"

    return re.sub(r"<td([^<>]*)>", one, html)


@on_tables
def framed_tables(html: str) -> str:
    """Each table in two tables that only frame it."""
    outer = "<table width=100%><tr><td><table class=frame><tr><td>"
    html = html.replace("<table border=1>", f"{outer}<table border=1>")
    return html.replace("</tbody></table>", "</tbody></table></td></tr></table></td></tr></table>")


@on_tables
def in_boxes(html: str) -> str:
    """Each table in boxes that scroll."""
    html = html.replace("<table", '<div class="table-wrap"><div style="overflow-x:auto"><center><table')
    return html.replace("</table>", "</table></center></div></div>")


@on_tables
def row_of_no_height(html: str) -> str:
    """Word's last row of no height, which only holds the widths."""
    row = "<![if !supportMisalignedColumns]><tr height=0>" + "<td width=60></td>" * 10 + "</tr><![endif]>"
    return html.replace("\n</tbody>", f"\n{row}\n</tbody>")


@on_tables
def spacer_rows(html: str) -> str:
    """An empty row at the top and at the bottom."""
    row = '<tr><td colspan="4">&nbsp;</td></tr>'
    return html.replace("<tbody>\n", f"<tbody>\n{row}\n").replace("\n</tbody>", f"\n{row}\n</tbody>")


@on_tables
def spare_cells(html: str) -> str:
    """An empty cell at the end of each row."""
    return html.replace("</tr>", "<td></td></tr>")


@on_tables
def several_bodies(html: str) -> str:
    """A body for the head of 表三 and each block of 表二, as calculation sheets write them."""
    starts = re.compile(r"<tr>(?=<td[^<>]*>(?:一、本年新收|四、结转|第二十条))")
    return starts.sub("</tbody><tbody><tr>", html)


@on_tables
def unit_above(html: str) -> str:
    """A line with the unit above each table, a note below."""
    html = html.replace("<table border=1>", '<p align="right">单位：件</p><table border=1>')
    return html.replace("</tbody></table>", "</tbody></table><p>注：以上数据由各科室填报。</p>")


@on_tables
def span_too_long(html: str) -> str:
    """The cell 三、本年度办理结果 spans one row too many, and pushes 四 to the right."""
    return re.sub(r'rowspan="(2\d)"', lambda found: f'rowspan="{int(found[1]) + 1}"', html)


@on_tables
def divisions(html: str) -> str:
    """Tables drawn with boxes only."""
    html = re.sub(r"<table[^<>]*><tbody>", '<div class="table">', html).replace("</tbody></table>", "</div>")
    html = re.sub(r"<(/?)tr>", lambda found: "</div>" if found[1] else '<div class="tr">', html)
    return re.sub(r"<td[^<>]*>", '<div class="td">', html).replace("</td>", "</div>")


@on_tables
def broken_by_a_page(html: str) -> str:
    """A table in two, as a page break leaves it, without a second head."""
    group = '<tr><td rowspan="5">（五）不予处理'
    return html.replace(group, f"</tbody></table><p>&nbsp;</p><table border=1><tbody>\n{group}")
