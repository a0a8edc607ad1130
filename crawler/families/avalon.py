"""TRS lists filled by script (福建 and others): the page holds the newest rows; `/fjdzapp/search` serves the rest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from lxml import etree, html

from crawler.families.answers import day_of, entry, illegible, number, text_of, value_of
from crawler.families.base import Family
from crawler.families.generic import listed_date
from crawler.ground.reasons import Reason
from crawler.pages.asks import Ask
from crawler.pages.days import days
from crawler.pages.page import Link, ListItem, Page

# How the row that the script repeats is marked, and how many rows make a page.
REPEATS = ("ms-repeat", "ms-for", "ms-each")
ADDRESS = re.compile(r"chnldocurl|docpuburl|doctitle", re.IGNORECASE)
MARK = re.compile(r"""\bms-(?:repeat|for|each)\s*=""")
ROWS = re.compile(r"""\$index\s*<\s*(\d{1,4})""")
PER_PAGE = re.compile(r"""\bprepage['"]?\s*[:=]\s*['"]?(\d{1,4})""", re.IGNORECASE)
COUNT = re.compile(r"""\brecordCount['"]?\s*[:=]\s*['"]?(\d{1,7})""", re.IGNORECASE)
SEARCH = re.compile(r"""['"]([^'"\s?]{0,200}/(?:fjdzapp|was5/web)/search)\b""")
# The number written in a script, not the one in the address of a search form.
CHANNEL = re.compile(r"""(?<![?&])\bchannelid['"]?\s*[:=]\s*['"]?(\d{1,12})""", re.IGNORECASE)
CLASS_SQL = re.compile(r"""\bclasssql['"]?\s*[:=]\s*['"]([^'"<>]{1,200})['"]""", re.IGNORECASE)
COLUMN = re.compile(r"""\bchnlid['"]?\s*(?:[:=]|%3D)\s*['"]?(\d{1,12})""", re.IGNORECASE)
USUAL = "/fjdzapp/search"
FORM = "application/x-www-form-urlencoded"
ROWS_ASKED = 75
TITLES = ("doctitle", "title", "title2")
HIGHEST = 3  # levels between the repeated row and the block that holds the rows written by the server
# The older service leaves placeholders instead of values in its answers, which are then not valid JSON.
PLACEHOLDER = re.compile(r"'###[^'\n]{0,100}###'")


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page says of its list: the rows it holds, the total (None: not said), and where the rest is served."""

    rows: int
    total: int | None
    per_page: int | None
    address: str
    channel: str
    column: str

    @property
    def whole(self) -> bool:
        """Whether the page itself holds every row: as many as the total, or fewer than fill a page."""
        if self.total is not None:
            return self.rows >= self.total
        return self.per_page is not None and self.rows < self.per_page


class Avalon(Family):
    """`<dl ms-repeat="list"><a ms-attr-href="el.chnldocurl">` beside rows that the server wrote."""

    name: ClassVar[str] = "avalon"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return template(page) is not None

    def items(self, page: Page) -> Iterator[ListItem]:
        for link in () if page.ask.family else held(page):
            yield ListItem(link.url, link.label, listed_date(link))
        for row in rows(page) if page.ask.family else ():
            yield entry(page, row, ("chnldocurl", "docpuburl", "url"), TITLES, published(row))

    def more(self, page: Page) -> Iterator[Ask]:
        if page.ask.family:
            received = int(page.ask.state["held"]) + len(rows(page))
            value = answer(page)
            pages, total = number(value, "pageCount"), number(value, "count") or int(page.ask.state["total"])
            if rows(page) and (int(page.ask.state["number"]) < pages if pages else received < total):
                yield self.search(page, {**page.ask.state, "held": str(received)})
            return
        said = listing(page)
        if not said.whole and said.channel and said.column:
            yield self.search(
                page,
                {
                    "address": said.address,
                    "channelid": said.channel,
                    "classsql": said.column,
                    "held": "0",
                    "number": "0",
                    "total": str(said.total or 0),
                },
            )

    def search(self, page: Page, state: Mapping[str, str]) -> Ask:
        following = int(state["number"]) + 1
        fields = urlencode(
            {
                "channelid": state["channelid"],
                "sortfield": "-docorderpri,-docreltime",
                "classsql": state["classsql"],
                "classcol": "publishyear",
                "classnum": "100",
                "classsort": "0",
                "cache": "true",
                "page": following,
                "prepage": ROWS_ASKED,
            }
        )
        state = {**state, "number": str(following)}
        if "/was5/" in state["address"]:
            return self.next_page(page, f"{state['address']}?{fields}", opaque=True, state=state)
        return self.next_page(
            page, state["address"], opaque=True, method="POST", body=fields, content_type=FORM, state=state
        )

    def broken(self, page: Page) -> Reason | None:
        return None if not page.ask.family or rows(page) else Reason("answer_without_rows")

    def short(self, page: Page) -> Reason | None:
        if page.ask.family:
            return illegible(entries(page), *TITLES)
        said = listing(page)
        if said.whole or (said.channel and said.column):
            return None
        if said.total is None:
            return Reason("scripted_list_open", rows=said.rows)
        return Reason("scripted_list", rows=said.rows, total=said.total)


def template(page: Page) -> html.HtmlElement | None:
    """The row that the script repeats for each entry; None when the page has none."""
    if page.tree is None or not MARK.search(page.text) or not ADDRESS.search(page.text):
        return None
    walk = etree.iterwalk(page.tree, events=("start",))
    for _, node in walk:
        if isinstance(node.tag, str) and any(node.get(name) for name in REPEATS):
            if ADDRESS.search(html.tostring(node, encoding="unicode")):
                return node
            walk.skip_subtree()  # nothing inside it fills an address either
    return None


def listing(page: Page) -> Listing:
    """What a page with a template says of its list."""
    row = template(page)
    assert row is not None
    per_page = ROWS.search(html.tostring(row, encoding="unicode").replace("&lt;", "<")) or PER_PAGE.search(page.text)
    total, search, channel = (pattern.search(page.text) for pattern in (COUNT, SEARCH, CHANNEL))
    classes, column = CLASS_SQL.search(page.text), COLUMN.search(page.text)
    return Listing(
        rows=len({link.url for link in held(page)}),
        total=int(total[1]) if total else None,
        per_page=int(per_page[1]) if per_page else None,
        address=page.resolve(search[1] if search else USUAL, page.url) or "",
        channel=channel[1] if channel else "",
        column=classes[1] if classes else f"chnlid={column[1]}" if column else "",
    )


def held(page: Page) -> list[Link]:
    """The rows that the server wrote: the anchors of the block that the script controls."""
    row = template(page)
    for level, block in enumerate(row.iterancestors() if row is not None else ()):
        inside = set(block.iter("a"))
        found = [link for link in page.links if link.node in inside]
        if found or block.get("ms-controller") or level == HIGHEST:
            return found
    return []


def answer(page: Page) -> Mapping[str, object]:
    """The object that the search interface sent; empty when there is none."""
    value = value_of(PLACEHOLDER.sub('""', page.text), strict=False)
    return value if isinstance(value, dict) else {}


def entries(page: Page) -> list[object]:
    """The entries of an answer, under any of the names that the interface has used over the years."""
    value = answer(page)
    return next((found for key in ("data", "docs", "datas") if isinstance(found := value.get(key), list)), [])


def rows(page: Page) -> list[Mapping[str, object]]:
    """Those entries of an answer that are objects."""
    return [row for row in entries(page) if isinstance(row, dict)]


def published(row: Mapping[str, object]) -> str:
    """The printed date of an entry, or else the date of its Unix time."""
    for key in ("docreltime", "pubdate", "time"):
        found = days(text_of(row, key))
        if found:
            return found[0].isoformat()
        if day := day_of(row, key):
            return day
    return ""
