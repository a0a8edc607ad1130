"""TRS WCM (拓尔思): static pages whose page count stands only in a script call; page k ≥ 2 is `index_{k-1}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.families.base import Family
from crawler.fetching.pages import Ask, Page
from crawler.urls import resolve

# The function bears many names (createPageHTML, createPage, createPageHTML1, showPage); what tells it is what it is
# given: the count, the number of this page, the name and the ending of the files. `page_div` has a name of a div first.
CALL = re.compile(r"""[pP]ag(?:e|ing|ination)\w{0,30}\s*\(\s*['"]?(\d{1,10})['"]?\s*,\s*['"]?(\d{1,5})['"]?"""
                  r"""\s*,\s*['"]([\w\-]+)['"]\s*,\s*['"]\.?(\w{2,6})['"]""")
OPTIONS = re.compile(r"Pager\s*\(\s*\{([^{}]{1,400})\}")
OPTION = re.compile(r"""\b(size|current|prefix|suffix)['"]?\s*:\s*['"]?\.?([\w\-]{1,40})""")
COUNT = re.compile(r"countPage\s*=\s*['\"]?(\d{1,10})['\"]?")
CURRENT = re.compile(r"currentPage\s*=\s*['\"]?(\d{1,10})['\"]?")
# How such a script puts an address together: "index_"+nextPage+".shtml", "index"+"_"+nextPage+"."+"htm".
JOINED = re.compile(r"""([A-Za-z][\w\-]{0,40}?)(?:\\?["']\s*\+\s*\\?["'])?_\\?["']\s*\+\s*\w{1,30}\s*\+\s*\\?["']\."""
                    r"""(?:\\?["']\s*\+\s*\\?["'])?(s?html?|jhtml)\b""")
FILE = re.compile(r"(index(?:_\d{4,})?|[A-Za-z][\w\-]*?)(?:_(\d{1,4}))?\.(s?html?|jhtml)")
LONGEST_SCRIPT = 5000
OUT_OF_FORCE = re.compile(r"(?:^|[^:\"'\w])//")


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
    found = called(page.text) or optioned(page.text) or counted(page)
    if found is None:
        return None
    file = FILE.fullmatch(urlsplit(page.url).path.rsplit("/", 1)[-1])
    if file and file[1] == found.name and file[2]:
        return Pager(found.count, int(file[2]), found.name, found.extension)
    return found


def called(text: str) -> Pager | None:
    """The call of the pager's function; one that is commented out only where there is no other."""
    calls = [(in_force(text, match.start()), int(match[1]), match) for match in CALL.finditer(text)]
    if not calls:
        return None
    _, count, match = max(calls, key=lambda call: call[:2])
    return Pager(count, int(match[2]), match[3], match[4])


def in_force(text: str, position: int) -> bool:
    """Whether no comment holds what stands here; a script that is one whole comment for old browsers is in force."""
    line = text.rfind("\n", 0, position) + 1
    opened, closed = text.rfind("<!--", 0, position), text.rfind("-->", 0, position)
    return (not OUT_OF_FORCE.search(text, line, position)
            and (opened <= closed or text.find("<script", opened, position) < 0))


def optioned(text: str) -> Pager | None:
    """`Pager({size:17, current:0, prefix:'index', suffix:'html'})`."""
    options = OPTIONS.search(text)
    said = dict(OPTION.findall(options[1])) if options else {}
    if not said.keys() >= {"size", "prefix", "suffix"} or not said["size"].isdigit():
        return None
    current = said.get("current", "0")
    return Pager(int(said["size"]), int(current) if current.isdigit() else 0, said["prefix"], said["suffix"])


def counted(page: Page) -> Pager | None:
    """`var countPage = 3; var currentPage = 0;`, the addresses put together by the script around it."""
    count = COUNT.search(page.text)
    if count is None:
        return None
    said, joined = CURRENT.search(page.text), JOINED.search(page.text, count.start(), count.end() + LONGEST_SCRIPT)
    file = FILE.fullmatch(urlsplit(page.url).path.rsplit("/", 1)[-1])
    name, extension = (joined or file or ("", "index", "html"))[1], "html"
    if joined or file:
        extension = joined[2] if joined else file[3] if file else extension
    return Pager(int(count[1]), int(said[1]) if said else 0, name, extension)
