"""广东 gkmlpt (南方新媒体): the tree of columns in `_CONFIG`, lists from its interface, bodies in `DETAIL`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from crawler.families.answers import at, day_of, entry, illegible, loaded, number, records, text_of
from crawler.families.base import Family
from crawler.ground.hosts import refusal
from crawler.ground.reasons import Reason
from crawler.pages.articles import Attachment, attachments
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page
from crawler.pages.signs import names_column

SID = re.compile(r"""\bSID['"]?\s*:\s*['"]?(\d{1,12})""")
TREE = re.compile(r"""\bTREE['"]?\s*:\s*(?=\[)""")
DETAIL = re.compile(r"""\bDETAIL['"]?\s*:\s*(?=\{)""")
COLUMN = re.compile(r"信息公开.{0,6}(年报|年度报告)|^(政府)?(年报|年度报告)$")
ROWS = 100
DEEPEST = 8


class Gkmlpt(Family):
    """`/gkmlpt/index` and `/gkmlpt/api/all/{category}`."""

    name: ClassVar[str] = "gkmlpt"
    order: ClassVar[int] = 10

    def recognizes(self, page: Page) -> bool:
        return "_CONFIG" in page.text and bool(SID.search(page.text) or DETAIL.search(page.text))

    def items(self, page: Page) -> Iterator[ListItem]:
        if not page.ask.family:
            return
        for row in records(page, "articles"):
            yield entry(
                page, row, ("url", "post_url"), ("title",), day_of(row, "first_publish_time") or day_of(row, "date")
            )

    def more(self, page: Page) -> Iterator[Ask]:
        if page.ask.family:
            total = next((number(row, "total") for row in records(page)), 0)
            # `total` is what the interface can list; a column's `post_count` also counts links to other places.
            if page.ask.page * ROWS < total:
                following = re.sub(r"([?&]page=)\d+", rf"\g<1>{page.ask.page + 1}", page.url)
                yield self.next_page(page, following, opaque=True)
            return
        sid, root = SID.search(page.text), page.url.partition("/gkmlpt")[0]
        tree = decoded(page.text, TREE)
        for category in columns(tree) if sid else ():
            assert sid is not None
            yield self.next_page(page, f"{root}/gkmlpt/api/all/{category}?page=1&sid={sid[1]}", number=1, opaque=True)
        for jump in jumps(tree):
            # The column is elsewhere; we read it only if it is still part of this portal.
            url = page.resolve(jump)
            if url and url != page.url and refusal(url, page.url) is None:
                yield Ask(url=url, parent=page.url, referer=page.url, depth=page.ask.depth + 1)

    def attachments(self, page: Page) -> Iterator[Attachment]:
        detail = decoded(page.text, DETAIL)
        if isinstance(detail, dict):
            yield from attachments(text_of(detail, "content"), page.url, page.charset)
            for file in detail.get("attachment") or () if isinstance(detail.get("attachment"), list) else ():
                if isinstance(file, dict):
                    named = entry(page, file, ("url",), ("name",), "")
                    yield Attachment(named.url, named.title)

    def short(self, page: Page) -> Reason | None:
        return illegible(at(loaded(page.text), "articles"), "title") if page.ask.family else None

    def broken(self, page: Page) -> Reason | None:
        answered = not page.ask.family or any("articles" in row for row in records(page))
        return None if answered else Reason("answer_no_articles")


def decoded(text: str, mark: re.Pattern[str]) -> object:
    """The JSON value that follows a mark in a script; None when there is none."""
    start = mark.search(text)
    try:
        return json.JSONDecoder().raw_decode(text, start.end())[0] if start else None
    except (ValueError, RecursionError):
        return None


def columns(tree: object) -> Iterator[int]:
    """The nodes of the tree that are annual-report columns, or are below one."""
    for node, fits in nodes(tree):
        if fits and not text_of(node, "jump_url") and number(node, "id"):
            yield number(node, "id")


def jumps(tree: object) -> Iterator[str]:
    """The addresses of annual-report columns that are outside the system."""
    for node, fits in nodes(tree):
        if fits and text_of(node, "jump_url"):
            yield text_of(node, "jump_url")


def nodes(tree: object, inside: bool = False, depth: int = 0) -> Iterator[tuple[Mapping[str, object], bool]]:
    """Every node of the tree, children first, and whether it is an annual-report column or is below one."""
    for node in tree if isinstance(tree, list) and depth < DEEPEST else ():
        if isinstance(node, Mapping):
            name = text_of(node, "name")
            fits = inside or bool(COLUMN.search(name) or names_column(name))
            yield from nodes(node.get("children"), fits, depth + 1)
            yield node, fits
