"""安徽 龙讯 Lonsun: lists are HTML fragments of `/site/label/8888`; annual reports are `type=3`."""

import html
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.families.base import Family
from crawler.families.generic import listed_date
from crawler.fetching.pages import Ask, Item, Page

LABEL = re.compile(r"""['"]([^'"\s]{0,200}/site/label/8888(?:\?[^'"\s]{0,3000})?)['"]""")
COUNT = re.compile(r"""pageCount['"]?\s*[:=]\s*['"]?(\d{1,5})""")
ORGAN = re.compile(r"/public/column/(\d{1,20})")
SITE = re.compile(r"""<meta\b[^>]{0,200}\bname\s*=\s*["']SiteId["'][^>]{0,200}\bcontent\s*=\s*["'](\d{1,20})["']""",
                  re.IGNORECASE)
CATEGORY = re.compile(r"""\b(?:yxCatId|catId)\s*=\s*["'](\w{0,40})["']""")
FILE = re.compile(r"""\bfile['"]?\s*[:=]\s*["'](/[\w/\-]{1,200})["']""")
REPORTS = "3"


class Lonsun(Family):
    """`labelName=publicInfoList`, one request a page."""

    name: ClassVar[str] = "lonsun"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return LABEL.search(page.text) is not None

    def items(self, page: Page) -> Iterator[Item]:
        if page.ask.family:
            for link in page.links:
                yield Item(link.url, link.label, listed_date(link))

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            yield self.next_page(page, fragment(page), number=1, opaque=True)
            return
        count = COUNT.search(page.text)
        if count and page.ask.page < int(count[1]):
            yield self.next_page(page, with_query(page.url, {"pageIndex": str(page.ask.page + 1)}), opaque=True)


def fragment(page: Page) -> str:
    """The address of the first page of the list, from what the column page says of itself."""
    label = LABEL.search(page.text)
    assert label is not None
    organ, site, category, file = (pattern.search(where) for pattern, where in (
        (ORGAN, page.url), (SITE, page.text), (CATEGORY, page.text), (FILE, page.text)))
    said = dict(parse_qsl(urlsplit(page.url).query))
    parameters = {
        "IsAjax": "1", "dataType": "html", "_": "0.42", "labelName": "publicInfoList",
        "siteId": site[1] if site else "", "pageSize": "15", "pageIndex": "1", "action": "list",
        "fuzzySearch": "true", "fromCode": "title", "keyWords": "", "sortType": "0", "isDate": "true",
        "dateFormat": "yyyy-MM-dd", "length": "80", "organId": organ[1] if organ else "",
        "type": said.get("type", REPORTS), "catIds": "", "cId": "", "result": "暂无相关信息",
        "file": file[1] if file else "/xxgk/publicInfoList_newest2020",
        "catId": said.get("catId") or (category[1] if category else "")}
    written = dict(parse_qsl(urlsplit(html.unescape(label[1])).query, keep_blank_values=True))
    address = urljoin(page.url, html.unescape(label[1]).split("?")[0])
    # What the page itself writes into the call goes before what is usual.
    return with_query(address, {**parameters, **written, "pageIndex": "1"})


def with_query(url: str, changed: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changed}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
