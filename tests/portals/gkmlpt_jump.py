"""广东 gkmlpt whose column of annual reports is a link to a plain list of the same site."""

from tests.portals.gkmlpt_quoted import START, index
from tests.portals.kinds import Kind
from tests.portals.pages import entry, listing
from tests.portals.site import Reply, Site


def portal(host: str) -> Kind:
    kind = Kind("gkmlpt", Site(host), START)
    kind.site.pages["/zwgk/ndbg/"] = listing(
        entry(f"/zwgk/ndbg/{number}.html", kind.publish(number, f"/zwgk/ndbg/{number}.html"), "2026-01-20")
        for number in range(3)
    )
    kind.site.pages[START] = lambda _: Reply(
        index(
            [
                {"id": 5, "name": "政府信息公开年报", "children": [], "jump_url": f"{kind.site.url}/zwgk/ndbg/"},
                {"id": 6, "name": "政府信息公开年报", "children": [], "jump_url": "https://www.example.com/nb/"},
            ]
        )
    )
    return kind
