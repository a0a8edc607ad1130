"""博达 VSB: pages numbered downwards (`xstz/23.htm` follows `xstz.htm`), so only the pager's own link leads on."""

from collections.abc import Iterator
from typing import ClassVar

from crawler.families.base import Family
from crawler.ground.urls import host_of
from crawler.pages.asks import Ask
from crawler.pages.page import Page

# Classes of the "next" link itself and of the span around it.
NEXT_CLASSES = frozenset({"Next", "p_next"})
LONGEST_CLASS = 300


class Vsb(Family):
    """Recognized by its scripts; files are at `/system/_content/download.jsp?…wbfileid=`."""

    name: ClassVar[str] = "vsb"
    order: ClassVar[int] = 30
    articles: ClassVar[tuple[str, ...]] = ("#vsb_content", "#vsb_content_*", ".v_news_content")

    def recognizes(self, page: Page) -> bool:
        return any(mark in page.text for mark in ("/system/resource/js/", "_showDynClicks", "vsb_content", "p_next"))

    def more(self, page: Page) -> Iterator[Ask]:
        for link in page.links:
            parent = link.node.getparent()
            classes = set((link.node.get("class") or "")[:LONGEST_CLASS].split())
            # One parent with a very long class would otherwise be split again for each of its anchors.
            classes |= set((parent.get("class") or "")[:LONGEST_CLASS].split()) if parent is not None else set()
            if classes & NEXT_CLASSES and host_of(link.url) == host_of(page.url) and link.url != page.url:
                yield self.next_page(page, link.url)
                return
