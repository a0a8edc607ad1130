"""TRS WCM (拓尔思): static pages whose page count stands only in a script call; page k ≥ 2 is `index_{k-1}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.families.base import Family
from crawler.fetching.pages import Ask, Page
from crawler.urls import resolve

# Four arguments with the count first; `page_div` has a quoted name first and counts from 1.
CALL = re.compile(r"""\bcreatePage(?:HTML)?\s*\(\s*['"]?(\d{1,5})['"]?\s*,\s*['"]?(\d{1,5})['"]?\s*,"""
                  r"""\s*['"]([\w\-]+)['"]\s*,\s*['"](\w{2,6})['"]""")
COUNT = re.compile(r"\bcountPage\s*=\s*['\"]?(\d{1,5})['\"]?")
CURRENT = re.compile(r"\bcurrentPage\s*=\s*['\"]?(\d{1,5})['\"]?")
FILE = re.compile(r"(index(?:_\d{4,})?|[A-Za-z][\w\-]*?)(?:_(\d{1,4}))?\.(s?html?|jhtml)")


@dataclass(frozen=True, slots=True)
class Pager:
    """The pager's arguments: how many pages, which one this is (from 0), and how they are named."""

    count: int
    current: int
    name: str
    extension: str


class Trs(Family):
    """`createPageHTML(21, 0, "index", "html")` and its variants."""

    name: ClassVar[str] = "trs"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return pager(page) is not None

    def more(self, page: Page) -> Iterator[Ask]:
        found = pager(page)
        if found is None or found.current + 1 >= found.count:
            return
        following = found.current + 1
        url = resolve(page.base, f"{found.name}_{following}.{found.extension}")
        if url:
            # Pages are counted from 1 here, as people do; the system's own number is one less.
            yield self.next_page(page, url, number=following + 1)


def pager(page: Page) -> Pager | None:
    """The pager of a page; which page this is, its own address knows better than a copied script."""
    call = CALL.search(page.text)
    if call:
        count, current, name, extension = int(call[1]), int(call[2]), call[3], call[4]
    else:
        counted = COUNT.search(page.text)
        if not counted:
            return None
        said = CURRENT.search(page.text)
        count, current, name, extension = int(counted[1]), int(said[1]) if said else 0, "index", "html"
    file = FILE.fullmatch(urlsplit(page.url).path.rsplit("/", 1)[-1])
    if file and not call:
        name, extension = file[1], file[3]
    if file and file[1] == name and file[2]:
        current = int(file[2])
    return Pager(count, current, name, extension)
