"""Hanweb jpage: XML in a script, groups by record number, 403 without Referer, at most 10 records an answer."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

PROXY = "/module/web/jpage/dataproxy.jsp"
PARAMETERS = (
    "col=1&appid=1&appid=1&webid=3096&path=/&columnid=12377&sourceContentType=1&unitid=38486"
    "&webname=%25E7%25A4%25BA%25E4%25BE%258B&permissiontype=0"
)
EMBEDDED, TOTAL, MOST = 6, 33, 10


def records(titles: list[str], start: int, end: int) -> str:
    return "".join(
        f'<record><![CDATA[\n<li class="clearfix"> <a target="_blank" href="/art/2026/1/20/art_12377_{number}.html" '
        f'title="{titles[number]}">{titles[number][:12]}…</a> <b>2026-01-\n20</b></li><li style=<br/>]]></record>'
        for number in range(start, min(end, len(titles)))
    )


def portal(host: str) -> Kind:
    kind = Kind("jpage", Site(host), "/col/col12377/index.html")
    titles = [kind.publish(number, f"/art/2026/1/20/art_12377_{number}.html") for number in range(TOTAL - 1)]
    titles.append(DECOYS[2])

    def proxy(seen: Seen) -> Reply:
        if not seen.headers.get("referer", "").endswith("/col/col12377/index.html"):
            return Reply("no", 403)
        assert seen.body.decode() == PARAMETERS, "the page's own parameters, letter for letter"
        start = int(seen.query["startrecord"]) - 1
        end = min(int(seen.query["endrecord"]), start + MOST)
        return Reply(
            f"<datastore><totalrecord>{TOTAL}</totalrecord><totalpage>3</totalpage><nextgroup/><recordset>"
            f"{records(titles, start, end)}</recordset></datastore>",
            kind="text/xml",
        )

    kind.site.pages[PROXY] = proxy
    kind.site.pages["/col/col12377/index.html"] = listing(
        [],
        (
            '<div id="764752"><script type="text/xml"><datastore><nextgroup></nextgroup><recordset>'
            f"{records(titles, 0, EMBEDDED)}</recordset></datastore></script></div>"
            f"<script>$('#764752').jpage({{proxyUrl:'{PROXY}',totalRecord:{TOTAL},perPage:5,ajaxParam:'{PARAMETERS}'}});"
            "</script>"
        ),
    )
    return kind
