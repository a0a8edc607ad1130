"""TRS WCM: 0-based pages, cut titles, day without year, attachments beside the article, twins and junk parameters."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import entry, listing, report
from tests.portals.site import Site

ROOT = "/zfxxgk/zfxxgknb/"


def portal(host: str) -> Kind:
    kind = Kind("trs", Site(host), ROOT, forbidden=(f"{ROOT}index_3.html", f"{ROOT}index_0.html"))
    for page in range(3):
        entries = []
        for number in (page * 2, page * 2 + 1):
            path = f"202601/t202601{20 + number}_{397100 + number}.html"
            file = f"202601/P02026012{number}345678901.pdf"
            title = kind.publish(
                number,
                ROOT + path,
                published=f"2026-01-{20 + number}",
                extra=f'<p>附件：<a href="./{file.split("/")[1]}">{number}.pdf</a></p>',
            )
            kind.attach(ROOT + file, number)
            entries.append(entry(f"./{path}", title, f"01-{20 + number}", cut=True))
            twin = path.replace(".html", "_app.html")
            kind.site.pages[ROOT + twin] = report(kind.body(number), 2025)
            entries.append(entry(f"./{twin}", title))
            entries.append(entry(f"./{path}?ivk_sa=1024320u", title))
        entries.append(entry(f"./202601/t20260101_{page}.html", DECOYS[page]))
        name = ROOT if page == 0 else f"{ROOT}index_{page}.html"
        kind.site.pages[name] = listing(entries, f'<script>createPageHTML(3, {page}, "index", "html");</script>')
    return kind
