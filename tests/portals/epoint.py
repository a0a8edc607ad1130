"""新点 Epoint: shell page, the site's key in a script of its own, lists by POST, the total a text."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
TOTAL = 42
PROJECT, FIRST, WRAPPED = "EWB-FRONT", 1, False


def portal(host: str, project: str = PROJECT, first: int = FIRST, wrapped: bool = WRAPPED) -> Kind:
    kind = Kind("epoint", Site(host), "/dynamic/zwgk/govInfoPub.html?deptcode=&categorynum=003001003")
    titles = [kind.publish(number, f"/gkgz/002001/20260123/{number}.html") for number in range(TOTAL - 1)]
    titles.append(DECOYS[5])

    def listed(seen: Seen) -> Reply:
        assert seen.method == "POST"
        assert seen.headers["content-type"] == "application/json"
        asked = json.loads(seen.body)
        asked = asked["params"] if wrapped else asked
        if (asked["siteGuid"], asked["categorynum"], asked["deptcode"]) != (GUID, "003001003", ""):
            return Reply("{}", 500)
        start = (asked["pageIndex"] - first) * asked["pageSize"]
        end = min(start + asked["pageSize"], TOTAL)
        rows = [
            {
                "title": titles[at][:8] + "...",
                "realtitle": titles[at],
                "infodate": "2026-01-23",
                "infourl": f"/gkgz/002001/20260123/{at}.html",
            }
            for at in range(start, end)
        ]
        return Reply(json.dumps({"custom": {"total": str(TOTAL), "data": rows}}), kind="application/json")

    kind.site.pages[f"/{project}/rest/lightfrontaction/getgovinfolist"] = listed
    kind.site.pages["/js/webBuilderCommon.js"] = Reply(
        f'var siteInfo={{"projectName":"{project}","siteGuid":"{GUID}"}};', kind="application/javascript"
    )
    kind.site.pages["/dynamic/zwgk/govInfoPub.html"] = listing([], '<script src="/js/webBuilderCommon.js"></script>')
    return kind
