"""A system that numbers its columns: years, groups and bodies stand beside the column, pages are turned by a select,
a button, or a picture."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import entry, listing
from tests.portals.site import Site

SELECT = '<select><option value="?page=1">1/2</option><option value="?page=2">2/2</option></select>'
BUTTON = '<input type="button" value="下一页" onclick="window.location.href=\'list2.htm\'">'
PICTURE = '<a href="/c2041/more.html"><img src="/next.gif" alt="下一页"></a>'


def portal(host: str) -> Kind:
    kind = Kind("generic", Site(host), "/c109/index.html", forbidden=("/c1/index.html", "/jg/jyj/"))
    pages = kind.site.pages

    def reports(year: int, first: int, count: int) -> list[str]:
        return [
            entry(f"/{year}/{at}.html", kind.publish(at, f"/{year}/{at}.html", year=year), "2026-01-20")
            for at in range(first, first + count)
        ]

    side = '<a href="/c1/index.html">新闻中心</a><a href="/jg/jyj/">县教育局</a><a href="/c109/index.html">政府信息公开年报</a>'
    pages["/c109/index.html"] = listing(
        [entry("/9.html", DECOYS[0])],
        (f'{side}<a href="/c205/index.html">2025年</a><a href="/c204/index.html">2024年</a>'),
    )
    pages["/c205/index.html"] = listing(
        [], (f'{side}<a href="/c2051/list.htm">县政府部门</a><a href="/c2052/index.html">乡镇街道</a>'), title="2025年"
    )
    pages["/c2051/list.htm"] = listing(reports(2025, 0, 2), BUTTON, title="列表")
    pages["/c2051/list2.htm"] = listing(reports(2025, 2, 2), title="列表")
    pages["/c2052/index.html"] = listing([], '<a href="/c20521/index.html">灵溪镇</a>', title="乡镇街道")
    pages["/c20521/index.html"] = listing(reports(2025, 4, 1), SELECT, title="灵溪镇")
    pages["/c20521/index.html?page=2"] = listing(reports(2025, 5, 1), SELECT, title="灵溪镇")
    pages["/c204/index.html"] = listing(reports(2024, 0, 1), PICTURE, title="2024年")
    pages["/c2041/more.html"] = listing(reports(2024, 1, 1), title="2024年")
    return kind
