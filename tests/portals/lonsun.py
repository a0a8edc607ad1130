"""龙讯 Lonsun: HTML fragments of `/site/label/8888`, `pageCount` in a script, files on FastDFS paths."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

START = "/public/column/21731?type=3&action=list&nav=&sub=&catId=6718"
ROWS, TOTAL = 15, 31


def portal(host: str) -> Kind:
    kind = Kind("lonsun", Site(host), START)
    titles = [
        kind.publish(
            number, f"/public/21731/{number}.html", extra=(f'<a href="/group6/M00/05/{number}.pdf">年度报告</a>')
        )
        for number in range(TOTAL - 1)
    ]
    for number in range(TOTAL - 1):
        kind.attach(f"/group6/M00/05/{number}.pdf", number)
    titles.append(DECOYS[4])

    def label(seen: Seen) -> Reply:
        query = seen.query
        wanted = {
            "labelName": "publicInfoList",
            "organId": "21731",
            "type": "3",
            "siteId": "6788721",
            "catId": "6718",
            "file": "/ahxxgk/xxgk/publicInfoList_new_ah",
            "IsAjax": "1",
        }
        if any(query.get(name) != value for name, value in wanted.items()):
            return Reply("<ul><li>暂无相关信息</li></ul>")
        page = int(query["pageIndex"])
        rows = "".join(
            f'<div class="xxgk_navli"><ul><li class="mc"><div><a href="/public/21731/{at}.html" title="{titles[at]}" '
            f'target="_blank">{titles[at][:9]}…</a></div></li><li><span class="date">2026-01-22</span></li></ul></div>'
            for at in range((page - 1) * ROWS, min(page * ROWS, TOTAL))
        )
        return Reply(rows + "<script>$('#page').pagination({pageIndex:1,pageCount:3})</script>")

    kind.site.pages["/zwgk/site/label/8888"] = label
    kind.site.pages["/public/column/21731"] = listing(
        [],
        (
            '<meta name="SiteId" content="6788721"><script>var yxCatId = "6718"; $.ajax({url:"/zwgk/site/label/8888", '
            'data:{labelName:"publicInfoList", file:"/ahxxgk/xxgk/publicInfoList_new_ah"}})</script>'
        ),
    )
    return kind
