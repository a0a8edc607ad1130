"""UCAP: looks like TRS, counts from 1, wraps the call in braces, titles in `<UCAPTITLE>`."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import entry, listing, report_title
from tests.portals.site import Site

ROOT = "/shili/gknb/"


def portal(host: str) -> Kind:
    kind = Kind("page_div", Site(host), f"{ROOT}list.shtml", forbidden=(f"{ROOT}list_1.shtml", f"{ROOT}list_4.shtml"))
    for page in (1, 2, 3):
        entries = [f'<li class="texto">{DECOYS[page]}</li>']
        for number in (page * 2, page * 2 + 1):
            path = f"{ROOT}202601/{number:032x}.shtml"
            title = report_title(kind.body(number), 2025)
            kind.publish(
                number,
                path,
                page=(
                    '<div class="xxgkArticle"><table><tr><td>公开日期</td><td><publishtime>2026-01-17</publishtime>'
                    f"</td></tr></table></div><h1><UCAPTITLE>{title}</UCAPTITLE></h1>"
                    '<div id="zoomcon"><UCAPCONTENT>一、总体情况'
                    "<table><tr><td>1</td></tr></table></UCAPCONTENT></div>"
                ),
            )
            entries.append(entry(path, title, "2026-01-20"))
        name = f"{ROOT}list.shtml" if page == 1 else f"{ROOT}list_{page}.shtml"
        kind.site.pages[name] = listing(
            entries,
            f"<div id=\"page_div\"></div><script>{{createPageHTML('page_div',3, {page},'list','shtml',6);}}</script>",
        )
    return kind
