"""Pagers that are written in base64 and inserted by a script (云南)."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import unquote

from crawler.families.base import Family
from crawler.families.generic import same_host, says_next
from crawler.pages.asks import Ask
from crawler.pages.page import Page, links, parse

CALLED = re.compile(r"""\bid\s*=\s*["']?pages\b""")
PAGES = re.compile(r"""<(\w+)\b[^<>]{0,200}\bid\s*=\s*["']?pages\b["']?[^<>]{0,200}>([A-Za-z0-9+/=\s]{8,20000})</\1>""")
BEFORE = 220  # characters of a tag before its id


class Encoded(Family):
    """`<div id="pages">BASE64</div>`: base64 → URL-decoded → anchors."""

    name: ClassVar[str] = "encoded"
    order: ClassVar[int] = 40

    def recognizes(self, page: Page) -> bool:
        return bool(pager(page))

    def more(self, page: Page) -> Iterator[Ask]:
        tree = parse(pager(page))
        for link in links(tree, page.base, page.charset) if tree is not None else ():
            url = same_host(page, link.url)
            if url and url != page.url and says_next(link.text):
                yield self.next_page(page, url)
                return


def pager(page: Page) -> str:
    """The markup of the pager; empty when the page has none of this kind."""
    places = (page.text.rfind("<", max(one.start() - BEFORE, 0), one.start()) for one in CALLED.finditer(page.text))
    match = next((found for at in places if at >= 0 and (found := PAGES.match(page.text, at))), None)
    try:
        text = base64.b64decode(match[2], validate=False).decode("utf-8", "replace") if match else ""
    except (binascii.Error, ValueError):
        return ""
    text = unquote(text)
    return text if "<a" in text else ""
