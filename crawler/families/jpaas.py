"""大汉 Hanweb jpaas (JCMS5): the column page holds only a pagination div; lists come from the unit interface."""

import html
import json
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlencode, urljoin

from crawler.families.answers import records, text_of
from crawler.families.base import Family
from crawler.families.generic import listed_date
from crawler.ground.reasons import Reason
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page, links, parse

QUERY_DATA = re.compile(r"""queryData\s*=\s*(?:"([^"]{1,3000})"|'([^']{1,3000})')""", re.IGNORECASE)
MEMBER = re.compile(r"""['"](\w{1,30})['"]\s*:\s*['"]([^'"]{0,300})['"]""")
COUNTS = re.compile(r"""\b(rows|count)\s*=\s*\\?["']?(\d{1,7})""")
ROWS = 15
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


class Jpaas(Family):
    """`<div class="pagination" queryData="{'webId':…,'parseType':'bulidstatic',…}">`."""

    name: ClassVar[str] = "jpaas"
    order: ClassVar[int] = 10

    def recognizes(self, page: Page) -> bool:
        return bool(queries(page))

    def items(self, page: Page) -> Iterator[ListItem]:
        tree = parse(inner(page)) if page.ask.family else None
        for link in links(tree, page.url, page.charset) if tree is not None else ():
            yield ListItem(link.url, link.label, listed_date(link))

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            for query in queries(page):
                yield self.unit(page, query, 1)
            return
        counts = {name: int(value) for name, value in COUNTS.findall(inner(page))}
        if {"rows", "count"} <= counts.keys():
            goes_on = page.ask.page * counts["rows"] < counts["count"]
        else:
            goes_on = sum(1 for _ in self.items(page)) >= ROWS
        if goes_on:
            yield self.unit(page, dict(page.ask.state), page.ask.page + 1)

    def unit(self, page: Page, data: dict[str, str], number: int) -> Ask:
        parameters = {
            "parseType": data.get("parseType", "bulidstatic"),
            "webId": data["webId"],
            "tplSetId": data.get("tplSetId", ""),
            "pageType": data.get("pageType", "column"),
            "tagId": data.get("tagId", ""),
            "editType": "null",
            "pageId": data["pageId"],
            "paramJson": json.dumps({"pageNo": number, "pageSize": ROWS}, separators=(",", ":")),
        }
        url = urljoin(page.url, f"{UNIT}?{urlencode(parameters)}")
        return self.next_page(
            page, url, number=number, opaque=True, state={name: data[name] for name in data if name in parameters}
        )

    def broken(self, page: Page) -> Reason | None:
        return None if not page.ask.family or inner(page) else Reason("answer_without_list")


def queries(page: Page) -> list[dict[str, str]]:
    """What the pagination divs say; a page may hold several lists, and nothing tells which one has the reports."""
    found = (dict(MEMBER.findall(html.unescape(match[1] or match[2]))) for match in QUERY_DATA.finditer(page.text))
    return list(
        {frozenset(members.items()): members for members in found if {"webId", "pageId"} <= members.keys()}.values()
    )


def inner(page: Page) -> str:
    """The HTML inside the JSON answer."""
    return next((text_of(row, "html") for row in records(page, "data")), "")
