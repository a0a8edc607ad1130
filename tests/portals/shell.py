"""A column page that is a shell: the list stands in an iframe, its links in `onclick`; other frames are no lists."""

from tests.portals.kinds import Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Site


def portal(host: str) -> Kind:
    kind = Kind("shell", Site(host), "/zfxxgk/nb.html", forbidden=("/visitcount.html", "/tree.jsp", "/login.html"))
    rows = []
    for number in range(4):
        title = kind.publish(number, f"/zfxxgk/2026/{number}.html")
        call = f"jumpToDetail('./2026/{number}.html')" if number % 2 else f"window.open('2026/{number}.html')"
        target = f'href="javascript:{call}"' if number < 2 else f'href="#" onclick="{call}"'
        rows.append(f'<li><a {target} title="{title}">{title[:9]}…</a><i>2026-01-20</i></li>')
    kind.site.pages["/zfxxgk/nb_list.html"] = listing(rows)
    kind.site.pages["/zfxxgk/nb.html"] = (
        '<html><body><iframe src="/visitcount.html"></iframe><iframe src="/tree.jsp"></iframe><iframe name="login" '
        'src="/login.html"></iframe><IFRAME width="100%" src="nb_list.html"></IFRAME>'
        "<p>政府信息公开年报</p></body></html>"
    )
    for path in kind.forbidden:
        kind.site.pages[path] = Reply("x" * 100)
    return kind
