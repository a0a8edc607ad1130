"""truecms as its own script calls it: the first rows in the page, the column's number beside the address, ten a time."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

CALL = "/TrueCMS/messageController/getMessage.do"
COLUMN = "754f6db5-d294-46d5-b25c-da3a86d102cd"
TOTAL, ROWS = 23, 10


def portal(host: str) -> Kind:
    kind = Kind("truecms", Site(host), "/shili/bmnb/bmnb.html")
    titles = [kind.publish(number, f"/shili/bmnb/content/{number}.html") for number in range(TOTAL - 1)]
    titles.append(DECOYS[2])

    def store(start: int, end: int) -> str:
        rows = "".join(
            f'<record><![CDATA[<li><span><a href="/shili/bmnb/content/{at}.html">{titles[at]}</a></span>'
            "2026-01-20</li>]]></record>"
            for at in range(start, min(end, TOTAL))
        )
        return f"<datastore><totalrecord>{TOTAL}</totalrecord><recordset>{rows}</recordset></datastore>"

    def message(seen: Seen) -> Reply:
        start, end = int(seen.query["startrecord"]) - 1, int(seen.query["endrecord"])
        if seen.query.get("columnId") != COLUMN or "referer" not in seen.headers or end - start > ROWS:
            return Reply("no", 404)
        return Reply(f"{seen.query['callback']}({json.dumps({'result': store(start, end)})})")

    kind.site.pages[CALL] = message
    kind.site.pages["/shili/bmnb/bmnb.html"] = listing(
        [],
        (
            f"<script>$('#content').jpage({{dataStore:'{store(0, ROWS)}', totalRecord:{TOTAL}, proxyUrl:'{CALL}', "
            f"perPage:{ROWS}, ajaxParam:{{columnId:'{COLUMN}'}}}})</script>"
        ),
    )
    return kind
