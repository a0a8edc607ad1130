"""Hanweb jpaas: the column page holds a pagination div; the unit interface answers only to its Referer."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
ROWS, COUNT = 15, 34


def portal(host: str) -> Kind:
    kind = Kind("jpaas", Site(host), "/col/col1229565788/index.html")
    titles = [kind.publish(number, f"/art/2026/1/20/art_1229565788_{number}.html") for number in range(COUNT - 1)]
    titles.append(DECOYS[3])

    def unit(seen: Seen) -> Reply:
        if not seen.headers.get("referer", "").endswith("/col/col1229565788/index.html"):
            return Reply("no", 403)
        query = seen.query
        assert (query["parseType"], query["tagId"], query["webId"]) == ("bulidstatic", "信息列表", "3185")
        page = json.loads(query["paramJson"])["pageNo"]
        rows = "".join(
            f"<li class='clearfix'><a class='bt-left' title='{titles[at]}' "
            f"href='//{host}:{kind.site.port}/art/2026/1/20/art_1229565788_{at}.html'>{titles[at][:10]}...</a>"
            f"<span class='bt-right'>2026-01-20</span></li>"
            for at in range((page - 1) * ROWS, min(page * ROWS, COUNT))
        )
        pager = f'<div class="pagination" rows="{ROWS}" count="{COUNT}"></div>'
        markup = f"<ul class='page-content'>{rows}</ul>{pager}"
        return Reply(json.dumps({"success": True, "data": {"html": markup}}), kind="application/json")

    kind.site.pages[UNIT] = unit
    kind.site.pages["/col/col1229565788/index.html"] = listing(
        [],
        (
            "<div class=\"pagination\" id=\"p\" queryData=\"{'webId':'3185','pageId':'1229565788',"
            "'parseType':'bulidstatic','pageType':'column','tagId':'信息列表','tplSetId':'o0YcVHHq5vWtr3uiCp4SY'}\"></div>"
        ),
    )
    return kind
