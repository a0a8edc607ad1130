"""TRS WCM (拓尔思): static pages whose page count is only in a script call; page k ≥ 2 is `index_{k-1}`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.families.base import Family
from crawler.pages.asks import Ask
from crawler.pages.page import Page

# The function has many names (createPageHTML, createPage, createPageHTML1, showPage); it is recognized by its
# arguments: page count, number of this page, name and ending of the files. In `page_div` the name of a div is first.
CALL = re.compile(
    r"""[pP]ag(?:e|ing|ination)\w{0,30}\s*\(\s*['"]?(\d{1,10})['"]?\s*,\s*['"]?(\d{1,5})['"]?"""
    r"""\s*,\s*['"]([\w\-]+)['"]\s*,\s*['"]\.?(\w{2,6})['"]"""
)
OPTIONS = re.compile(r"Pager\s*\(\s*\{([^{}]{1,400})\}")
OPTION = re.compile(r"""\b(size|current|prefix|suffix)['"]?\s*:\s*['"]?\.?([\w\-]{1,40})""")
COUNT = re.compile(r"countPage\s*=\s*['\"]?(\d{1,10})['\"]?")
CURRENT = re.compile(r"currentPage\s*=\s*['\"]?(\d{1,10})['\"]?")
# How such a script builds an address: "index_"+nextPage+".shtml", "index"+"_"+nextPage+"."+"htm".
JOINED = re.compile(
    r"""([A-Za-z][\w\-]{0,40}?)(?:\\?["']\s*\+\s*\\?["'])?_\\?["']\s*\+\s*\w{1,30}\s*\+\s*\\?["']\."""
    r"""(?:\\?["']\s*\+\s*\\?["'])?(s?html?|jhtml)\b"""
)
FILE = re.compile(r"(index(?:_\d{4,})?|[A-Za-z][\w\-]*?)(?:_(\d{1,4}))?\.(s?html?|jhtml)")
LONGEST_SCRIPT = 5000
# The marks that decide whether a call is active or commented out: the end of a line, a comment of a
# script or of the page, the start of a script.
MARK = re.compile(r"(?P<line>\n)|(?P<out>(?<![:\"'\w])//)|(?P<opened><!(?=--))|(?P<closed>-->)|(?P<script><script)")


@dataclass(frozen=True, slots=True)
class Pager:
    """The pager's arguments: how many pages, which page this is (from 0), and how their files are named."""

    count: int
    current: int
    name: str
    extension: str


class Trs(Family):
    """`createPageHTML(21, 0, "index", "html")` and its variants."""

    name: ClassVar[str] = "trs"
    order: ClassVar[int] = 20
    articles: ClassVar[tuple[str, ...]] = (".trs_editor_view", ".trs_ueditor", ".trs_editor")

    def recognizes(self, page: Page) -> bool:
        return pager(page) is not None

    def more(self, page: Page) -> Iterator[Ask]:
        found = pager(page)
        if found is None or found.current + 1 >= found.count:
            return
        following = found.current + 1
        url = page.resolve(f"{found.name}_{following}.{found.extension}")
        if url:
            # We count pages from 1; the system counts from 0.
            yield self.next_page(page, url, number=following + 1)


def pager(page: Page) -> Pager | None:
    """The pager of a page. The number of this page comes from its address: the script may be a copy."""
    found = called(page.text) or optioned(page.text) or counted(page)
    if found is None:
        return None
    file = FILE.fullmatch(urlsplit(page.url).path.rsplit("/", 1)[-1])
    if file and file[1] == found.name and file[2]:
        return Pager(found.count, int(file[2]), found.name, found.extension)
    return found


def called(text: str) -> Pager | None:
    """The call of the pager's function; a call in a comment is used only if there is no other."""
    matches = list(CALL.finditer(text))
    if not matches:
        return None
    force = in_force(text, [match.start() for match in matches])
    _, count, match = max(
        ((here, int(match[1]), match) for here, match in zip(force, matches, strict=True)), key=lambda call: call[:2]
    )
    return Pager(count, int(match[2]), match[3], match[4])


def in_force(text: str, places: list[int]) -> list[bool]:
    """For each of these places (in order): whether it is outside all comments. One pass over the text.

    A script that is wrapped in a comment for old browsers is active.
    """
    found, out, comment, scripted = list[bool](), False, False, False
    marks = chain(MARK.finditer(text, 0, places[-1]), [None])
    mark = next(marks)
    for place in places:
        while mark is not None and mark.end() <= place:
            if mark["line"]:
                out = False
            elif mark["out"]:
                out = True
            elif mark["script"]:
                scripted = scripted or comment
            else:
                comment, scripted = mark["opened"] is not None, False
            mark = next(marks)
        found.append(not out and not (comment and scripted))
    return found


def optioned(text: str) -> Pager | None:
    """`Pager({size:17, current:0, prefix:'index', suffix:'html'})`."""
    options = OPTIONS.search(text)
    said = dict(OPTION.findall(options[1])) if options else {}
    if not said.keys() >= {"size", "prefix", "suffix"} or not said["size"].isdecimal():
        return None
    current = said.get("current", "0")
    return Pager(int(said["size"]), int(current) if current.isdecimal() else 0, said["prefix"], said["suffix"])


def counted(page: Page) -> Pager | None:
    """`var countPage = 3; var currentPage = 0;`, with addresses built by the script around it."""
    count = COUNT.search(page.text)
    if count is None:
        return None
    said, joined = CURRENT.search(page.text), JOINED.search(page.text, count.start(), count.end() + LONGEST_SCRIPT)
    file = FILE.fullmatch(urlsplit(page.url).path.rsplit("/", 1)[-1])
    name, extension = (joined or file or ("", "index", "html"))[1], "html"
    if joined or file:
        extension = joined[2] if joined else file[3] if file else extension
    return Pager(int(count[1]), int(said[1]) if said else 0, name, extension)
