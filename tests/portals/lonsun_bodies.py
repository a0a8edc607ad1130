"""龙讯 Lonsun with a list for each body: one call serves them all but one, whose own page names another file."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

GOVERNMENT, OTHERS, OWN = "100", ("110", "120", "130"), "130"
FILE = {True: "/c2/hsxxgk/publicInfoList_own", False: "/c2/hsxxgk/publicInfoList_newest_hs"}
ROWS = 2


def portal(host: str) -> Kind:
    kind = Kind("lonsun", Site(host), f"/public/column/{GOVERNMENT}?type=3&action=list")
    titles: dict[str, list[tuple[str, str]]] = {}
    for number, organ in enumerate((GOVERNMENT, *OTHERS)):
        for year in (2023, 2024, 2025):
            path = f"/public/{organ}/{year}.html"
            titles.setdefault(organ, []).append((kind.publish(number, path, year=year), path))
    titles[GOVERNMENT].append((DECOYS[0], "/public/100/1.html"))

    def label(seen: Seen) -> Reply:
        query = seen.query
        organ = query["organId"]
        if (query["type"], query["siteId"], query["file"]) != ("3", "6788", FILE[organ == OWN]):
            return Reply('<div class="noinfo">暂无相关信息</div>')
        page = int(query["pageIndex"])
        rows = "".join(
            f'<div class="gk_list"><li><a class="title" href="{path}">{title}</a></li></div>'
            for title, path in titles[organ][(page - 1) * ROWS : page * ROWS]
        )
        return Reply(f"{rows}<script>var page = {{pageIndex: {page}, pageCount: 2}}</script>")

    def column(organ: str) -> str:
        call = (
            f'<script>$.ajax({{url: "/site/label/8888?IsAjax=1&dataType=html", type: "POST", data: {{labelName: '
            f'"publicInfoList", siteId: "6788", organId: "{organ}", type: "3", file: "{FILE[organ == OWN]}"}}}})'
            "</script>"
        )
        # One by its column, one by its catalogue, one in a select: however the page names the bodies.
        bodies = (
            '<a href="/public/column/110?type=3&action=list">县教育局</a><a href="/public/column/120?type=4&'
            'action=list">县公安局</a><select><option value="130">县民政局</option></select>'
        )
        return listing([], bodies + call)

    kind.site.pages["/site/label/8888"] = label
    for organ in titles:
        kind.site.pages[f"/public/column/{organ}"] = column(organ)
    return kind
