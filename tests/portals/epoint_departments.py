"""新点 Epoint with a list for each department; the project's name begins with a slash, the server gives ten rows."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

GUID = "3373428a-5c73-4318-83c9-32cf98fea0d3"
PAGE = "/dynamic/zwgk/govInfoPub.html"
ROWS = 10


def portal(host: str) -> Kind:
    kind = Kind("epoint", Site(host), f"{PAGE}?deptcode=&categorynum=003001003")
    titles: dict[str, list[tuple[str, str]]] = {"": [(DECOYS[1], "/1.html")]}
    for number in range(12):
        for code in ("100", "200"):
            body = number + (50 if code == "200" else 0)
            path = f"/gkgz/{code}/20260123/{body}.html"
            titles.setdefault(code, []).append((kind.publish(body, path), path))

    def listed(seen: Seen) -> Reply:
        asked = json.loads(seen.body)
        rows = titles[asked["deptcode"]] if (asked["siteGuid"], asked["categorynum"]) == (GUID, "003001003") else []
        start = (asked["pageIndex"] - 1) * ROWS
        data = [
            {"title": title, "infourl": path, "infodate": "2026-01-23"} for title, path in rows[start : start + ROWS]
        ]
        return Reply(json.dumps({"custom": {"total": str(len(rows)), "data": data}}), kind="application/json")

    kind.site.pages["/shili-front/rest/lightfrontaction/getgovinfolist"] = listed
    kind.site.pages["/zwgk/js/webBuilderCommon.js"] = Reply(
        f'var siteInfo={{"projectName":"/shili-front","siteGuid":"{GUID}"}};', kind="application/javascript"
    )
    kind.site.pages[PAGE] = listing(
        [],
        (
            f'<a href="{PAGE}?deptcode=100&categorynum=003001003">县教育局</a>'
            f'<a href="{PAGE}?deptcode=200&categorynum=003001003">县公安局</a>'
            f'<a href="{PAGE}?deptcode=200&categorynum=002">县公安局政策文件</a>'
            '<script src="/zwgk/js/webBuilderCommon.js?v=3"></script>'
        ),
    )
    return kind
