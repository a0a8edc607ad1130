"""A pager in base64, as 云南 has it."""

import base64
from urllib.parse import quote

from tests.portals.kinds import Kind
from tests.portals.pages import entry, listing
from tests.portals.site import Site


def portal(host: str) -> Kind:
    kind = Kind("encoded", Site(host), "/nb/")
    for page in (1, 2, 3):
        title = kind.publish(page, f"/nb/{page}00.html")
        follow = f'<a href="/nb/{page + 1}.html">下一页</a>' if page < 3 else ""
        anchors = f'<a href="/nb/">首页</a>{follow}'
        coded = base64.b64encode(quote(anchors).encode()).decode()
        kind.site.pages["/nb/" if page == 1 else f"/nb/{page}.html"] = listing(
            [entry(f"/nb/{page}00.html", title, "2026-01-20")],
            f'<div id="pages">{coded}</div><script>document.write(window.atob(""))</script>',
        )
    return kind
