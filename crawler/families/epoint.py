"""新点 Epoint EWB: a shell page, its site's key in a script of its own, the list by POST."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.families.answers import number, records, text_of
from crawler.families.base import Family
from crawler.fetching.pages import Ask, Item, Page
from crawler.urls import resolve

SITE_INFO = re.compile(r"siteInfo\s*=\s*(\{[^{}]{1,2000}\})")
CATEGORY = re.compile(r"""\bcategorynum['"]?\s*[:=]\s*['"](\d{3,30})['"]""", re.IGNORECASE)
COMMON = "/js/webBuilderCommon.js"
ROWS = 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where an installation differs: the number of the first page, and whether the body is wrapped."""

    first: int = 1
    wrapped: bool = False


# By the name of the project; every other installation speaks the plain dialect.
DIALECTS: Mapping[str, Dialect] = {"EWB_YK_Mid": Dialect(first=0, wrapped=True)}


class Epoint(Family):
    """`POST /EWB-FRONT/rest/lightfrontaction/getgovinfolist`."""

    name: ClassVar[str] = "epoint"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return "webBuilderCommon.js" in page.text and bool(category(page))

    def items(self, page: Page) -> Iterator[Item]:
        if page.ask.method == "POST":
            for row in records(page, "custom", "data"):
                url = resolve(page.url, text_of(row, "infourl"))
                if url:
                    yield Item(url, text_of(row, "realtitle", "title"), text_of(row, "infodate")[:10])

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            query = parse_qs(urlsplit(page.url).query)
            yield self.next_page(page, urljoin(page.url, COMMON), number=1, opaque=True, context={
                "category": category(page), "dept": query.get("deptcode", [""])[0]})
        elif page.ask.method != "POST":
            info = SITE_INFO.search(page.text)
            said = json_object(info[1]) if info else {}
            if text_of(said, "siteGuid"):
                yield self.listed(page, 1, {**page.ask.context, "guid": text_of(said, "siteGuid"),
                                            "project": text_of(said, "projectName") or "EWB-FRONT"})
        else:
            # The total is a text.
            total = next((number(row, "total") for row in records(page, "custom")), 0)
            if page.ask.page * ROWS < total:
                yield self.listed(page, page.ask.page + 1, page.ask.context)

    def listed(self, page: Page, count: int, context: Mapping[str, str]) -> Ask:
        dialect = DIALECTS.get(context["project"], Dialect())
        asked = {"deptcode": context["dept"], "categorynum": context["category"],
                 "pageIndex": count - 1 + dialect.first, "pageSize": ROWS, "siteGuid": context["guid"]}
        url = urljoin(page.url, f"/{context['project']}/rest/lightfrontaction/getgovinfolist")
        body = json.dumps({"params": asked} if dialect.wrapped else asked, ensure_ascii=False)
        return self.next_page(page, url, number=count, opaque=True, method="POST", body=body,
                              content_type="application/json", context=context)

    def broken(self, page: Page) -> str:
        if page.ask.family and page.ask.method != "POST":
            return "" if SITE_INFO.search(page.text) else f"{COMMON} does not name the site"
        return "" if not page.ask.family or any(records(page, "custom")) else "the answer is no list"


def category(page: Page) -> str:
    """The number of the column: in the address, else in a script."""
    said = parse_qs(urlsplit(page.url).query).get("categorynum", [""])[0]
    written = CATEGORY.search(page.text)
    return said or (written[1] if written else "")


def json_object(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
