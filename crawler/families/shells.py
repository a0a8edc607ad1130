"""Column pages that are shells: the list stands in an `<iframe>` or a `<frame>` of the same site."""

import re
from collections.abc import Iterator
from typing import ClassVar

from crawler.families.base import Family
from crawler.families.generic import same_host
from crawler.ground.urls import is_attachment, off_the_web
from crawler.pages.asks import Ask
from crawler.pages.page import Page, lowered
from crawler.pages.titles import recognize

# Frames that hold no list: counters, trees, log-ins, buttons. Only from the start of a word: "street" is no "tree".
OTHER = re.compile(
    r"login|(?<![a-z])(?:visitcount|z?tree|share|footer|header|search|weather|map|viewer|video|"
    r"ad[s_])",
    re.IGNORECASE,
)
DEEPEST = 3


class Shell(Family):
    """`<iframe src="/…list.html">`, and the frames of a frameset."""

    name: ClassVar[str] = "shell"
    order: ClassVar[int] = 40

    def recognizes(self, page: Page) -> bool:
        text = lowered(page.text)
        if "<iframe" not in text and "<frame" not in text:
            return False
        # A page that lists no report itself is a shell, even if its frame leads to another site.
        return any(True for _ in frames(page, anywhere=not any(recognize(link.label) for link in page.links)))

    def more(self, page: Page) -> Iterator[Ask]:
        if page.ask.page == 1 and page.ask.depth < DEEPEST:
            # A frame of another site is not skipped here: it is refused later, and recorded.
            for url in frames(page, anywhere=True):
                yield Ask(url=url, kind="list", parent=page.url, referer=page.url, depth=page.ask.depth + 1)


def frames(page: Page, *, anywhere: bool = False) -> Iterator[str]:
    """The frames of a page that may hold its list."""
    for node in page.tree.iter("iframe", "frame") if page.tree is not None else ():
        src = node.get("src") or ""
        target = page.resolve(src) or off_the_web(src)
        url = target if anywhere else same_host(page, target)
        said = f"{src} {node.get('id') or ''} {node.get('name') or ''}"
        if url and url != page.url and not OTHER.search(said) and not is_attachment(url):
            yield url
