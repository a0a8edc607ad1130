"""博达 VSB: pages numbered downwards, files by `wbfileid`, a click counter that must not be followed."""

from tests.portals.kinds import DECOYS, Kind
from tests.portals.pages import entry, listing, report_title
from tests.portals.site import Reply, Site

DOWNLOAD = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1164291239&wbfileid="


def portal(host: str) -> Kind:
    kind = Kind("vsb", Site(host), "/zwgk/ndbg.htm", forbidden=("/system/resource/code/news/click/dynclicks.jsp",))
    for page in range(3):
        entries = []
        for number in (page * 2, page * 2 + 1):
            title = report_title(kind.body(number), 2025)
            kind.publish(
                number,
                f"/info/19402/{number}.htm",
                page=(
                    f'<html><title>{title}-示例县</title><form name="_newscontent_fromname"><h1>{title}</h1>'
                    f'<div>时间：2026-01-16 &nbsp;点击：[<script>_showDynClicks("wbnews", 1, {number})</script>]'
                    '<a href="/system/resource/code/news/click/dynclicks.jsp">点击</a></div>'
                    f'<div id="vsb_content"><div class="v_news_content">一、总体情况</div></div>'
                    f'<ul><li>附件【<a href="{DOWNLOAD}{number}">年报.docx</a>】已下载<span></span>次</li></ul>'
                    "</form></html>"
                ),
            )
            kind.attach(f"{DOWNLOAD}{number}", number)
            entries.append(entry(f"{'' if page == 0 else '../'}../info/19402/{number}.htm", title, "2026-01-16"))
        entries.append(entry("#", DECOYS[page]))
        follow = {0: "ndbg/2.htm", 1: "1.htm"}.get(page, "")
        pager = f'<span class="p_next p_fun"><a href="{follow}"><img alt=""></a></span>' if follow else ""
        name = "/zwgk/ndbg.htm" if page == 0 else f"/zwgk/ndbg/{3 - page}.htm"
        kind.site.pages[name] = listing(entries, f'<script src="/system/resource/js/x.js"></script>{pager}')
    kind.site.pages["/system/resource/code/news/click/dynclicks.jsp"] = Reply("1")
    return kind
