"""UCAP with a list by JSON: protocol-relative addresses, the total beside the rows."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

CHANNEL = "4f0a2c7be1d94c8a9b3f5d6e7a8b9c0d"
ROWS, TOTAL = 15, 32


def portal(host: str) -> Kind:
    kind = Kind("page_div", Site(host), "/c1001/list.shtml")
    titles = [kind.publish(number, f"/shili/gknb/202601/{number:032x}.shtml") for number in range(TOTAL - 2)]
    titles += [DECOYS[0], DECOYS[1]]

    def search(seen: Seen) -> Reply:
        page = int(seen.query["page"])
        rows = [
            {
                "title": titles[number],
                "publishedTimeStr": "2026-01-20 08:00:00",
                "url": f"//{host}:{kind.site.port}/shili/gknb/202601/{number:032x}.shtml",
            }
            for number in range((page - 1) * ROWS, min(page * ROWS, TOTAL))
        ]
        return Reply(
            json.dumps({"data": {"page": page, "rows": ROWS, "total": TOTAL, "results": rows}}), kind="application/json"
        )

    kind.site.pages["/c1001/list.shtml"] = listing(
        [], f'<meta name="channelId" content="{CHANNEL}"><script>$.get("/common/search/"+channelId)</script>'
    )
    kind.site.pages[f"/common/search/{CHANNEL}"] = search
    return kind
