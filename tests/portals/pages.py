"""Markup for loopback portals: list pages and report pages of invented bodies."""

from collections.abc import Iterable

TABLE = (
    "<table><tr><td>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td></tr>"
    "<tr><td>行政规范性文件</td><td>{n}</td></tr></table>"
)


def report_title(body: str, year: int) -> str:
    return f"{body}{year}年政府信息公开工作年度报告"


def report(body: str, year: int, *, published: str = "", extra: str = "", n: int = 3, meta: bool = True) -> str:
    """A report's page as an article of a portal."""
    title = report_title(body, year)
    pubdate = f'<meta name="PubDate" content="{published} 10:12">' if published and meta else ""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}_示例县人民政府</title>'
        f'<meta name="ArticleTitle" content="{title}">{pubdate}</head><body><h1>{title}</h1>'
        f'<div class="TRS_Editor"><p>一、总体情况</p><p>二、主动公开政府信息情况</p>{TABLE.format(n=n)}'
        f"<p>三、收到和处理政府信息公开申请情况</p></div>{extra}"
        '<div class="footer">主办单位：示例县</div></body></html>'
    )


def entry(href: str, title: str, date: str = "", *, cut: bool = False) -> str:
    """A line of a list; `cut` shortens the printed text and leaves the whole title to `title=`."""
    shown = title[:14] + "…" if cut else title
    return f'<li><span>{date}</span><a href="{href}" target="_blank" title="{title}">{shown}</a></li>'


def listing(entries: Iterable[str], pager: str = "", title: str = "政府信息公开年报") -> str:
    """A list page of a column."""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title><meta name="ColumnName" content="{title}">'
        f'</head><body><div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a></div>'
        f'<ul class="list">{"".join(entries)}</ul>{pager}</body></html>'
    )
