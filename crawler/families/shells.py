"""Column pages that are shells: the list stands in an `<iframe>` of the same site."""

import re
from collections.abc import Iterator
from typing import ClassVar

from crawler.families.base import Family
from crawler.families.generic import same_host
from crawler.fetching.pages import Ask, Page
from crawler.urls import is_attachment, resolve

# Counters, trees, log-ins, buttons: frames that hold no list. Where words begin: a street is no tree.
OTHER = re.compile(r"(?<![a-z])(?:visitcount|\w*login|z?tree|share|footer|header|search|weather|map|viewer|video|"
                   r"ad[s_])", re.IGNORECASE)
DEEPEST = 3


class Shell(Family):
    """`<iframe src="/…list.html">`."""

    name: ClassVar[str] = "shell"
    order: ClassVar[int] = 40

    def recognizes(self, page: Page) -> bool:
        return "<iframe" in page.text.lower() and any(True for _ in frames(page))

    def more(self, page: Page) -> Iterator[Ask]:
        if page.ask.page == 1 and page.ask.depth < DEEPEST:
            for url in frames(page):
                yield Ask(url=url, kind="list", parent=page.url, referer=page.url, depth=page.ask.depth + 1)


def frames(page: Page) -> Iterator[str]:
    """The frames of a page that may hold its list."""
    for node in page.tree.iter("iframe") if page.tree is not None else ():
        src = node.get("src") or ""
        url = same_host(page, resolve(page.base, src))
        said = f"{src} {node.get('id') or ''} {node.get('name') or ''}"
        if url and url != page.url and not OTHER.search(said) and not is_attachment(url):
            yield url
