"""Hanweb xxgk module: rows in tables, the date in a cell of its own, further pages by POST with the form's fields."""

from urllib.parse import parse_qs

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import listing
from tests.portals.site import Reply, Seen, Site

START, SEARCH, AREA = "/col/col92/index.html", "/module/xxgk/search.jsp", "002276772"
ROWS, PAGES = 3, 3


def portal(host: str) -> Kind:
    kind = Kind("xxgk", Site(host), START, forbidden=(f"{SEARCH}?infotypeId=0&area={AREA}&currpage=4",))
    titles = [
        kind.publish(number, f"/art/2026/1/20/art_92_{number}.html") if number % 4 else DECOYS[number // 4]
        for number in range(ROWS * PAGES)
    ]

    def table(page: int) -> str:
        rows = "".join(
            f'<tr class="tr_main_value_{"odd" if number % 2 else "even"}"><td><a href="/art/2026/1/20/art_92_{number}.html" '
            f'title="{titles[number]}">{titles[number][:12]}…</a></td><td width="120">2026-01-20</td></tr>'
            for number in range((page - 1) * ROWS, page * ROWS)
        )
        return (
            f"<table>{rows}</table><p>共&nbsp;<b>{PAGES}</b>&nbsp;页 "
            f'<a href="javascript:void(0)" onclick="turn({page + 1})">下一页</a></p>'
        )

    def search(seen: Seen) -> Reply:
        sent = {name: values[0] for name, values in parse_qs(seen.body.decode(), keep_blank_values=True).items()}
        known = (sent.get("area"), sent.get("divid"), sent.get("jdid")) == (AREA, "div11565", "2")
        return Reply(table(int(sent["currpage"])) if known else "<table></table><p>共 0 页</p>")

    kind.site.pages[SEARCH] = search
    kind.site.pages[START] = listing(
        [],
        (
            f'<input type="hidden" name="jdid" value="2"><div id="div11565">{table(1)}</div><script>function turn(page) {{'
            f"$.post('{SEARCH}?infotypeId=0&area={AREA}', {{infotypeId: '0', area: '{AREA}', divid: 'div11565', "
            "currpage: page, sortfield: ''})}</script>"
        ),
    )
    return kind
