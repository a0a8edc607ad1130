"""大汉 Hanweb xxgk module: rows of `tr_main_value_odd` and `_even`; each further page by POST to `search.jsp`."""

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.families.base import Family
from crawler.families.jpage import FORM
from crawler.pages.asks import Ask
from crawler.pages.page import Page

SCRIPT = "/module/xxgk/search.jsp"
ADDRESS = re.compile(r"""["']([^"'\s<>]{0,200}/module/xxgk/search\.jsp[^"'\s<>]{0,1000})["']""")
PAGES = re.compile(r"共\s*(\d{1,5})\s*页")
# The fields that the form sends; each value is in the address, in a hidden field or in the script.
FIELDS = (
    "infotypeId",
    "jdid",
    "area",
    "divid",
    "vc_title",
    "vc_number",
    "vc_filenumber",
    "vc_all",
    "texttype",
    "fbtime",
    "sortfield",
    "keyword",
)
DIV = re.compile(r"""\bid\s*=\s*["'](div\d{1,10})["']""")
NUMBER = "currpage"


class Xxgk(Family):
    """`POST /module/xxgk/search.jsp?infotypeId=&area=…` with `currpage=2`."""

    name: ClassVar[str] = "xxgk"
    order: ClassVar[int] = 20
    articles: ClassVar[tuple[str, ...]] = ("#xxgk_content", ".xxgk_content")

    def recognizes(self, page: Page) -> bool:
        return answered(page) or ADDRESS.search(page.text) is not None

    def more(self, page: Page) -> Iterator[Ask]:
        fields = dict(parse_qsl(page.ask.body, keep_blank_values=True)) if answered(page) else form(page)
        address = page.url if answered(page) else address_of(page)
        if not answered(page) and "tr_main_value" not in page.text:
            yield self.rows(page, address, fields, 1)
            return
        text = " ".join(page.tree.itertext()) if page.tree is not None else ""
        count = PAGES.search(re.sub(r"[\s\xa0]+", "", text))
        if count and page.ask.page < int(count[1]):
            yield self.rows(page, address, fields, page.ask.page + 1)

    def rows(self, page: Page, address: str, fields: dict[str, str], number: int) -> Ask:
        return self.next_page(
            page,
            address,
            number=number,
            method="POST",
            content_type=FORM,
            body=urlencode({**fields, NUMBER: str(number)}),
        )


def answered(page: Page) -> bool:
    """Whether the page is an answer from the search interface."""
    return SCRIPT in page.url


def address_of(page: Page) -> str:
    match = ADDRESS.search(page.text)
    assert match is not None
    return page.resolve(match[1].replace("&amp;", "&"), page.url) or page.url


def form(page: Page) -> dict[str, str]:
    """The fields that the page would send, as far as their values are found."""
    said = dict(parse_qsl(urlsplit(address_of(page)).query, keep_blank_values=True))
    for name in FIELDS:
        written = re.search(rf"""\b{name}['"]?\s*[:=]\s*['"]([^'"<>]{{0,200}})['"]""", page.text)
        if written and not said.get(name):
            said[name] = written[1]
    for node in page.tree.iter("input") if page.tree is not None else ():
        if node.get("name") in FIELDS:
            said[str(node.get("name"))] = node.get("value") or ""
    div = DIV.search(page.text)
    if div and not said.get("divid"):
        said["divid"] = div[1]
    return said
