"""truecms: JSONP with XML inside; 404 without Referer."""

import json

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

CALL = "/hasrmzf/messageController/getMessage.do"
TOTAL = 45


def portal(host: str) -> Kind:
    kind = Kind("truecms", Site(host), "/hasrmzf/bmnb/list.html")
    titles = [kind.publish(number, f"/hasrmzf/bmnb23/content/{number}.html") for number in range(TOTAL - 1)]
    titles.append(DECOYS[6])

    def message(seen: Seen) -> Reply:
        if not seen.headers.get("referer", "").endswith("/hasrmzf/bmnb/list.html"):
            return Reply("no", 404)
        assert seen.query["columnId"] == "bmnb23"
        start, end = int(seen.query["startrecord"]) - 1, int(seen.query["endrecord"])
        rows = "".join(
            f'<record><![CDATA[<li><a href="/hasrmzf/bmnb23/content/{at}.html" title="{titles[at]}">'
            f"{titles[at][:8]}</a><span>2026-01-20</span></li>]]></record>"
            for at in range(start, min(end, TOTAL))
        )
        store = f"<datastore><totalrecord>{TOTAL}</totalrecord><recordset>{rows}</recordset></datastore>"
        return Reply(f"{seen.query['callback']}({json.dumps({'result': store})})", kind="application/javascript")

    kind.site.pages[CALL] = message
    kind.site.pages["/hasrmzf/bmnb/list.html"] = listing(
        [], f'<script>load("{CALL}?startrecord=1&endrecord=20&perpage=20&columnId=bmnb23&callback=cb")</script>'
    )
    return kind
