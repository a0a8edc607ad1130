"""A fetched page as the families see it: decoded text, tree, links, entries."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice

from lxml import etree, html

from crawler.ground.reasons import Reason
from crawler.ground.urls import off_the_web, resolve
from crawler.pages.asks import Ask
from crawler.pages.charsets import Decoded, decoded
from crawler.pages.elements import apart, beginning, shared
from crawler.pages.markup import MIN_GUARDED, too_many_attributes

SCRIPTED = re.compile(r"""(?:open|href|location|jumpToDetail|assign|replace)\s*[=(]\s*['"]([^'"]+)['"]""")
ACTING = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
# Halves of characters and non-characters: in their place was something that cannot be read.
BROKEN = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
SPACE = re.compile(r"\s+")
# No real page is longer (without its inline pictures), or has more links.
LONGEST = 8 * 1024 * 1024
MOST_LINKS = 20_000
LONGEST_CHARACTER = 4  # bytes
INLINE = re.compile(rb"data:[\w/+.;=-]{1,100};base64,[A-Za-z0-9+/=\s]+")
# A pasted part or a banner may contain end tags in the middle of a page; the parser would split the page there.
ENDS = r"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>"
ENDING = re.compile(ENDS)
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
DEEP = 2000  # nested tags; a little beyond this depth the parser drops the rest of the page
ANCHOR = re.compile(r"<(/?)[aA](?=[\s/>])")
LINE_LIMIT = 300


@dataclass(frozen=True)
class ListItem:
    """One entry of a list: the fullest title available, the printed date if there is one."""

    url: str
    title: str
    date: str = ""
    # Nothing names this report: its address is only a guess that is worth a try.
    supposed: bool = False
    # What it stands under or beside: the heading of its list, a cell of its row; "" where that says nothing.
    group: str = ""
    # The year whose heading it stands under.
    year: int | None = None
    # Which of the page's lists it stands in, from 1; 0 where that is not known, less in a menu.
    among: int = 0
    # Data that its family gets back together with the page: see `Ask.state`.
    state: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Link:
    """An anchor: absolute address, printed text and `title=`."""

    url: str
    text: str
    title: str
    node: html.HtmlElement = field(repr=False, compare=False)
    # The elements of the page that contain more than one anchor.
    crowded: Collection[html.HtmlElement] = field(default=(), repr=False, compare=False)

    @property
    def label(self) -> str:
        """The fuller of the two wordings: the printed one is often cut, and `title=` may be an unrelated word."""
        fuller = self.title and (is_cut(self.text) or len(self.title) >= len(self.text))
        return self.title if fuller else self.text

    @property
    def line(self) -> str:
        """The text of the anchor's row: its highest ancestor with no other anchor, if short."""
        if self.node in self.crowded:
            return self.text if len(self.text) <= LINE_LIMIT else ""
        best = self.node
        for parent in self.node.iterancestors():
            if parent.tag in ("body", "html") or parent in self.crowded:
                break
            best = parent
        # No two anchors share a row, so all rows together are no longer than the page.
        text = squeeze(words(best)[: LINE_LIMIT + 1])
        return text if len(text) <= LINE_LIMIT else ""

    @property
    def group(self) -> html.HtmlElement:
        """The nearest element that contains this and other anchors: the list, the table, the line."""
        return next((parent for parent in self.node.iterancestors() if parent in self.crowded), self.node)


def decode(body: bytes) -> str:
    """The text of bytes in whatever charset; what cannot be read is U+FFFD."""
    return decoded(body).text


@lru_cache(maxsize=2)
def lowered(text: str) -> str:
    """The text in lower case, cached: a page is searched for many things one after the other."""
    return text.lower()


def is_cut(text: str) -> bool:
    """Whether a printed title was shortened to fit its line, or has an unreadable character."""
    return text.rstrip().endswith(("…", "...", "．．．")) or "\ufffd" in text


def squeeze(text: str) -> str:
    """Runs of white space become one space; characters that control a terminal or the text direction are removed."""
    if ACTING.search(text):  # hardly ever
        text = ACTING.sub("", legible(text))
    return SPACE.sub(" ", text).strip()


def legible(text: str) -> str:
    """The text with U+FFFD for each invalid character, which XML, UTF-8 and the database would refuse."""
    return BROKEN.sub("\ufffd", text)


@dataclass(frozen=True)
class Page:
    """A page that was fetched for an Ask; `today` is set if a crawl fetched it."""

    url: str
    body: bytes
    ask: Ask
    today: date | None = None

    @cached_property
    def read(self) -> bytes:
        """The bytes that are looked at: the whole page, or the beginning of one that is too long for a real page."""
        return self.body if len(self.body) <= LONGEST else INLINE.sub(b"data:,", self.body)[:LONGEST]

    @cached_property
    def _decoded(self) -> Decoded:
        return decoded(self.read)

    @property
    def text(self) -> str:
        return self._decoded.text

    @property
    def charset(self) -> str:
        """In which the letters of a query are asked for."""
        return self._decoded.charset

    def resolve(self, href: str, base: str = "") -> str | None:
        """The absolute address of a link on this page, as a browser would request it."""
        return resolve(base or self.base, href, charset=self.charset)

    @property
    def refused(self) -> Reason | None:
        """Why the page was not parsed at all; None for a normal page."""
        return Reason("many_attributes") if self.tree is None and has_too_many_attributes(self.text) else None

    @property
    def cut(self) -> Reason | None:
        """Which part of the page was not looked at; None for a normal page."""
        if len(self.read) == LONGEST:
            return Reason("page_long", bytes=LONGEST)
        if self.parsed[1]:
            return Reason("page_deep")
        return Reason("many_links", most=MOST_LINKS) if len(self.links) >= MOST_LINKS else None

    @cached_property
    def parsed(self) -> tuple[html.HtmlElement | None, bool]:
        return parsed(self.text)

    @property
    def tree(self) -> html.HtmlElement | None:
        """The parsed page; None if there is nothing to parse."""
        return self.parsed[0]

    @cached_property
    def base(self) -> str:
        if self.tree is None:
            return self.url
        hrefs = [node.get("href") for node in self.tree.iter("base")]
        return (resolve(self.url, hrefs[0]) or self.url) if hrefs and hrefs[0] else self.url

    @cached_property
    def links(self) -> tuple[Link, ...]:
        return () if self.tree is None else tuple(islice(links(self.tree, self.base, self.charset), MOST_LINKS))


def parse(text: str) -> html.HtmlElement | None:
    """Text → tree, tolerant of all errors; None if nothing is left to parse."""
    return parsed(text)[0]


def parsed(text: str) -> tuple[html.HtmlElement | None, bool]:
    """The tree of a text, and whether the tree ends before the text does, because elements are nested too deeply."""
    # The parser refuses a string that declares an encoding, and takes NUL for the end of the document.
    text = ENDING.sub("", text[:LONGEST].replace("\0", ""))
    declared = DECLARATION.match(text)
    text = closed(text[declared.end() :] if declared else text)
    if not text.strip() or has_too_many_attributes(text):
        return None, False
    # By default the parser silently drops what is deeper than 256 levels; with `huge_tree` the limit is 2,048.
    parser = html.HTMLParser(recover=True, huge_tree=True)
    try:
        tree = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, False
    return tree, text.count("<") > DEEP and any(
        error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log
    )


def has_too_many_attributes(text: str) -> bool:
    """Whether parsing a page would take minutes; such a page is not parsed."""
    return len(text) >= MIN_GUARDED // LONGEST_CHARACTER and too_many_attributes(text.encode("utf-8", "replace"))


def closed(text: str) -> str:
    """Each anchor ends where the next one begins, as in a browser; else it would contain all later titles, too."""
    parts, position, is_open = [], 0, False
    for mark in ANCHOR.finditer(text):
        if is_open and not mark[1]:
            parts += [text[position : mark.start()], "</a>"]
            position = mark.start()
        is_open = not mark[1]
    return "".join([*parts, text[position:]])


def links(tree: html.HtmlElement, base: str, charset: str = "utf-8") -> Iterator[Link]:
    """Every anchor with an address, also if the address is only in `onclick`, in document order."""
    crowded = shared(tree)
    for node in tree.iter("a"):
        href = node.get("href") or ""
        url = None if href.lower().startswith("javascript:") else resolve(base, href, charset=charset)
        if url is None or href.strip() in ("#", ""):
            scripted = SCRIPTED.search(href) or SCRIPTED.search(node.get("onclick") or "")
            meant = scripted[1] if scripted else href
            url = (resolve(base, meant, charset=charset) if scripted else None) or off_the_web(
                meant, beginning(node, LINE_LIMIT)
            )
        if url is None:
            continue
        text = apart(node) if node in crowded else words(node)
        yield Link(url, squeeze(text), squeeze(node.get("title") or ""), node, crowded)


def words(node: html.HtmlElement) -> str:
    """The text of an element, comments left out."""
    return str(node.xpath("string()")) if len(node) else node.text or ""
