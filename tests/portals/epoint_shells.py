"""新点 Epoint whose report pages are shells: list and text alike come by POST."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import TABLE, listing
from tests.portals.site import Reply, Seen, Site

GUID = "befc62b3-fa6f-4ce8-829f-16d7d567773a"
START = "/dynamic/zwgk/govInfoPub.html?deptcode=&categorynum=003001003"
SHELL = (
    '<html><head><title>信息详情</title><script src="/js/webBuilderCommon.js"></script></head><body><h3 id="title">'
    '</h3><div id="text"></div><script>$.ajax({url: siteInfo.projectName + "/rest/zwgkaction/getGovInfoDetail"})'
    "</script></body></html>"
)
TOTAL = 3


def portal(host: str) -> Kind:
    kind = Kind("epoint", Site(host), START)
    texts, rows = {}, []
    for number in range(TOTAL):
        info = f"55a5dbc5-878d-4288-8986-cf25128b1b{number:02}"
        path = f"/zwgk/20260123/{info}.html"
        title = kind.publish(number, path, page=SHELL)
        file = f"/files/{number}.pdf"
        kind.attach(file, number)
        texts[info] = f'<p>一、总体情况</p>{TABLE.format(n=number)}<p><a href="{file}">附件</a></p>'
        rows.append({"title": title, "infourl": path, "infodate": "2026-01-23"})
    rows.append({"title": DECOYS[0], "infourl": "/1.html", "infodate": "2026-01-23"})

    def detail(seen: Seen) -> Reply:
        asked = json.loads(seen.body)
        assert asked["siteGuid"] == GUID
        assert seen.headers["referer"].endswith(f"{asked['infoid']}.html")
        return Reply(json.dumps({"custom": {"data": {"infocontent": texts[asked["infoid"]]}}}), kind="application/json")

    kind.site.pages["/shili/rest/lightfrontaction/getgovinfolist"] = Reply(
        json.dumps({"custom": {"total": str(len(rows)), "data": rows}}), kind="application/json"
    )
    kind.site.pages["/shili/rest/zwgkaction/getGovInfoDetail"] = detail
    kind.site.pages["/js/webBuilderCommon.js"] = Reply(
        f'var siteInfo={{"projectName":"/shili","siteGuid":"{GUID}"}};', kind="application/javascript"
    )
    kind.site.pages["/dynamic/zwgk/govInfoPub.html"] = listing([], '<script src="/js/webBuilderCommon.js"></script>')
    return kind
