"""Hanweb jpage with groups by number: the address in `<nextgroup>`, table rows, old dates in brackets."""

from tests.portals.kinds import Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

PROXY = "/module/jslib/jquery/jpage/dataproxy.jsp"
QUERY = "appid=1&amp;appid=1&amp;webid=110&amp;path=/&amp;columnid=9&amp;unitid=8&amp;webname=%25E5%25AE%259A"
GROUP, GROUPS = 4, 3


def group(kind: Kind, number: int) -> str:
    rows = "".join(
        f"<record><![CDATA[\n<tr><td width=15><IMG src=\"/x.gif\"></td><td><a href='/art/2017/4/24/art_9_{at}.html' "
        f"title='{kind.body(at)}2016年政府信息公开年度报告' target='_blank'>{kind.body(at)}...</a></td>"
        f"<td width='100'>[2017-04-24]</td></tr>]]></record>"
        for at in range(number * GROUP, (number + 1) * GROUP)
    )
    following = f'<![CDATA[<a href="{PROXY}?page={number + 1}&{QUERY}"></a>]]>' if number + 1 < GROUPS else ""
    return (
        f"<datastore><nextgroup>{following}</nextgroup><recordset><table cellpadding='0'></table>{rows}"
        "</recordset></datastore>"
    )


def portal(host: str) -> Kind:
    kind = Kind("jpage", Site(host), "/col/col9/index.html")
    for at in range(GROUP * GROUPS):
        kind.publish(at, f"/art/2017/4/24/art_9_{at}.html", year=2016, published="2017-04-24")

    def proxy(seen: Seen) -> Reply:
        assert "webname=%25E5%25AE%259A" in seen.path, "encoded twice, and left so"
        return Reply(group(kind, int(seen.query["page"])), kind="text/html;charset=UTF-8")

    kind.site.pages[PROXY] = proxy
    kind.site.pages["/col/col9/index.html"] = listing([], f'<script type="text/xml">{group(kind, 0)}</script>')
    return kind
