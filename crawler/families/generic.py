"""Static lists of any system: anchors, "next" links, numbered pages, `<option>` pagers, year folders."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import ClassVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.families.base import Family
from crawler.ground.reasons import Reason
from crawler.ground.urls import host_of, is_attachment, never_followed
from crawler.pages.articles import titles
from crawler.pages.asks import Ask, Source
from crawler.pages.column_entries import one_body
from crawler.pages.days import days
from crawler.pages.elements import beginning
from crawler.pages.page import SCRIPTED, Link, ListItem, Page, squeeze
from crawler.pages.rosters import owes_one
from crawler.pages.signs import INDEX, decoy, group_kinds, in_column_path, is_index, names_column, promise
from crawler.pages.standing import standing
from crawler.pages.titles import recognize

NEXT = re.compile(
    r"[\W_]*(?:下一?[页頁]|后一?[页頁]|next(?:page)?)[\W_]*|[\[【(（]*(?:›|»|>{1,2}|＞|→)[\]】)）]*", re.IGNORECASE
)
NUMBER = re.compile(r"[\s\[【(（第]*(\d{1,4})[\s\]】)）页]*(?:/\s*(?:共\s*)?\d{1,4}\s*页?)?")
# A line made only of these is a pager.
PAGER_WORDS = re.compile(r"[\s\d.…·<>«»‹›\[\]()（）【】|/:：,，首末尾上下一前后最页頁共条第到跳转记录至GOgo]*")
FOLDER = re.compile(
    r"((19|20)\d{2}年?度?|各?(省|市|县|区|州|旗)?(级|直|属)*(人民)?"
    r"(政府|部门|委办局|单位|机构|乡镇|街道|镇街|街镇|县区|区县|县市区|开发区|园区|管委会|及|和|、)*)?"
    r"(政府信息公开|信息公开|公开)?(工作)?(年报|年度报告|报告)?(汇总|列表)?"
)
# The lists of single bodies that other families request themselves.
ENUMERATED = re.compile(r"/public/column/\d|/xxgkAnnualReport\.jsp|[?&](?:categorynum|fbtime)=", re.IGNORECASE)
VARIES = re.compile(r"\d+|(?<=[/_=])[0-9a-f]{8,}(?=[/_.&]|$)")
YEAR = re.compile(r"(?:19|20)\d{2}(?!\d)")
LONGEST_LABEL = 40
LONGEST_BUTTON, LONGEST_PAGER = 100, 400  # characters
MOST_IN_PAGER = 200  # elements
DEEPEST = 3


class Generic(Family):
    """Any page that shows its content in plain HTML."""

    name: ClassVar[str] = "generic"
    order: ClassVar[int] = 99
    articles: ClassVar[tuple[str, ...]] = (
        "#zoom",
        "#Zoom",
        "#zoomcon",
        ".zoom",
        ".article-con*",
        ".article_con*",
        "#articlecontent",
        ".articlecontent",
        ".detail-content",
        ".contentxxgk",
        ".gzk-article",
        ".wzzw-article",
        ".con_con",
        ".main-txt",
        ".tyxxy_main",
        ".content-*",
    )

    def recognizes(self, page: Page) -> bool:
        return page.tree is not None

    def items(self, page: Page) -> Iterator[ListItem]:
        for link, where in standing(page):
            if not never_followed(link.url):
                # The list of a body that another family asks for is none of this page's entries.
                among = -abs(where.among) if ENUMERATED.search(link.url) else where.among
                yield ListItem(link.url, link.label, listed_date(link), group=where.group, year=where.year, among=among)

    def more(self, page: Page) -> Iterator[Ask]:
        url = self.next_link(page) or self.numbered(page) or self.option(page)
        if url and url != page.url:
            yield self.next_page(page, url)
        if page.ask.page == 1 and page.ask.depth < DEEPEST:
            yield from self.folders(page)

    def broken(self, page: Page) -> Reason | None:
        if page.ask.page > 1 and not page.ask.family and not page.links:
            return Reason("list_stub", page=page.ask.page, bytes=len(page.body))
        return None

    def short(self, page: Page) -> Reason | None:
        return page.cut

    def next_link(self, page: Page) -> str | None:
        if page.tree is None:
            return None
        for node in page.tree.iter("link"):
            if "next" in (node.get("rel") or "").lower().split():
                return page.resolve(node.get("href") or "")
        for link in page.links:
            rel = (link.node.get("rel") or "").lower().split()
            said = link.text or link.title or pictured(link.node)
            # A link to another site must say "page" in words: then the list goes on where we may not ask.
            if ("next" in rel or says_next(said)) and (same_host(page, link.url) or re.search("[页頁]", said)):
                return link.url
        for node in page.tree.xpath("descendant-or-self::*[@onclick and not(self::a)]"):
            scripted = SCRIPTED.search(node.get("onclick") or "")
            # An element with more text than this is not a button, whatever is inside it.
            if scripted and says_next(node.get("value") or beginning(node, LONGEST_BUTTON)):
                return page.resolve(scripted[1])
        return None

    def numbered(self, page: Page) -> str | None:
        for link in page.links:
            number = NUMBER.fullmatch(link.text)
            if number and int(number[1]) == page.ask.page + 1 and in_pager(link):
                return same_host(page, link.url)
        return None

    def option(self, page: Page) -> str | None:
        if page.tree is None:
            return None
        for node in page.tree.iter("option"):
            number = NUMBER.fullmatch(squeeze(beginning(node, LONGEST_BUTTON)))
            value = node.get("value") or ""
            if number and int(number[1]) == page.ask.page + 1 and re.search(r"[./?]", value):
                return same_host(page, page.resolve(value))
        return None

    def folders(self, page: Page) -> Iterator[Ask]:
        """Folders of years, groups and bodies below this column; also beside it, if their address says so, or
        if the link is among links to folders of the column.

        Systems that number their columns put a folder beside its column: /c205/ belongs to /c109/.
        """
        column = page.ask.depth > 0 or is_column(page)
        links = [(link, re.sub(r"\s+", "", link.label)) for link in page.links]
        links = [(link, label) for link, label in links if may_lead_on(page, link, label)]
        own = {id(link) for link, label in links if belongs(page, link, label, column=column)}
        taken = {label for link, label in links if id(link) in own} | {page.ask.title}
        lists = {link.group for link, _ in links if id(link) in own}
        if not page.ask.depth and not any(map(YEAR.match, taken)):
            # No year folder below the column: several years in one list, wherever they lead, are then its years.
            years = Counter(link.group for link, label in links if YEAR.match(label) and promise(label, "") == "group")
            lists |= {row for row, count in years.items() if count > 1}
        # A year's folder that lists no report itself: all its groups may be in other systems of the site.
        bare = bool(column and YEAR.match(page.ask.title)) and all(recognize(link.label) is None for link in page.links)
        for link, label in links:
            near, listed = id(link) in own, link.group in lists
            if near or (
                column
                and label not in taken
                and promise(label, link.url) == "group"
                and link.url != page.url
                and (listed or (bare and not YEAR.match(label)))
            ):
                # What is in the folder of a year belongs to that year.
                within = page.ask.title if YEAR.match(page.ask.title) and not YEAR.match(label) else ""
                # Away from the column there may be anything: only one more level is opened there, and none if the link
                # may be part of a menu that is on every page.
                depth = page.ask.depth + 1 if near else max(page.ask.depth + 1, DEEPEST - 1 if listed else DEEPEST)
                name = one_body(label)
                yield Ask(
                    url=link.url,
                    kind="list",
                    title=within + label,
                    parent=page.url,
                    referer=page.url,
                    depth=depth,
                    source=Source(
                        agency=name if owes_one(name) else "",
                        group=label if name or group_kinds(label) else "",
                        year=int(label[:4]) if YEAR.match(label) else None,
                    ),
                )


def may_lead_on(page: Page, link: Link, label: str) -> bool:
    """Whether a link can lead to a folder at all."""
    return (
        0 < len(label) <= LONGEST_LABEL
        and not is_attachment(link.url)
        and same_host(page, link.url) is not None
        and not ENUMERATED.search(link.url)
        and (recognize(label) is None or is_index(link.url))
    )


def belongs(page: Page, link: Link, label: str, *, column: bool) -> bool:
    """Whether a link leads to a folder of the column by its own address and label."""
    above, below, own = directory(page.url), directory(link.url), shape(page.url)
    inside = below != above and below.startswith(above)
    beside = (
        column
        and not inside
        and link.url != page.url
        and bool((own and shape(link.url) == own) or (below != above and bool(in_column_path(link.url))))
    )
    return (
        (
            inside
            and (FOLDER.fullmatch(label) is not None or (bool(in_column_path(page.url)) and is_folder(link.url, label)))
        )
        or (beside and promise(label, link.url) == "group")
        or ((inside or beside) and bool(one_body(label)))
    )


def says_next(text: str) -> bool:
    """Whether a link or a button leads to the next page of a list."""
    return NEXT.fullmatch(re.sub(r"\s+", "", text)) is not None


def pictured(node: HtmlElement) -> str:
    """The text of the picture, for a link that is only a picture."""
    return next((image.get("alt") or image.get("title") or "" for image in node.iter("img")), "")


def is_folder(url: str, label: str) -> bool:
    """Whether an address is that of a directory, and its label is no report's or decoy's title."""
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    return INDEX.fullmatch(last) is not None and recognize(label) is None and decoy(label) is None


def shape(url: str) -> str:
    """The address with its numbers replaced by #; "" if it has no number, because then it tells nothing."""
    parts = urlsplit(url)
    folder, _, file = parts.path.rpartition("/")
    text, count = VARIES.subn("#", f"{folder}/{'' if INDEX.fullmatch(file) else file}?{parts.query}")
    return text if count else ""


def is_column(page: Page) -> bool:
    """Whether a page is an annual-report column by its address or its name."""
    return bool(in_column_path(page.url) or names_column(*islice(titles(page.text), 4)))


def listed_date(link: Link) -> str:
    """The full date printed beside an entry; a day without a year is ignored."""
    line = link.line
    if not line:
        return ""
    found = days(line.replace(link.text, " ") if link.text else line)
    return found[-1].isoformat() if found else ""


def in_pager(link: Link) -> bool:
    """Whether an anchor whose text is only a number is part of a pager (not of a calendar or a table)."""
    for level, parent in enumerate(link.node.iterancestors()):
        if len(list(islice(parent.iter(), MOST_IN_PAGER))) == MOST_IN_PAGER:
            return False
        text = beginning(parent, LONGEST_PAGER + 1, MOST_IN_PAGER)
        if len(text) > LONGEST_PAGER or not PAGER_WORDS.fullmatch(text):
            return False
        if len(squeeze(text)) > len(link.text) or level == 3:
            return True
    return False


def same_host(page: Page, url: str | None) -> str | None:
    return url if url and host_of(url) == host_of(page.url) else None


def directory(url: str) -> str:
    path = urlsplit(url).path
    return path[: path.rfind("/") + 1] or "/"
