"""安徽 龙讯 Lonsun: lists are HTML fragments of `/site/label/8888`; `type=3` are reports, one list for each body."""

import html
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.families.base import Family
from crawler.families.generic import listed_date
from crawler.ground import urls
from crawler.ground.urls import host_of
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page
from crawler.pages.rosters import body, owes_one

LABEL = re.compile(r"""['"]([^'"\s]{0,200}/site/label/8888(?:\?[^'"\s]{0,3000})?)['"]""")
COUNT = re.compile(r"""pageCount['"]?\s*[:=]\s*['"]?(\d{1,5})""")
COLUMN = re.compile(r"^(https?://[^/?#]+.{0,300}?/public/column/)(\d{1,20})(?![\w.])")
SITE = re.compile(
    r"""<meta\b(?=[^>]{0,200}\bname\s*=\s*["']?SiteId\b)[^>]{0,200}\bcontent\s*=\s*["']?(\d{1,20})""", re.IGNORECASE
)
CATEGORY = re.compile(r"""\byxCatId\s*=\s*["'](\w{0,40})["']""")
# What a page writes into its call, in the address or as members of an object; variables are ignored.
WRITTEN = re.compile(
    r"""\b(?:(?P<number>siteId|organId|type)['"]?\s*[:=]\s*['"]?(?P<digits>\d{1,20})\b"""
    r"""|(?P<word>labelName|catIds?|cId)['"]?\s*[:=]\s*['"](?P<text>[\w,]{0,200})['"]"""
    r"""|(?P<path>file)['"]?\s*[:=]\s*['"]?(?P<place>/[\w/\-]{1,200}))"""
)
LONGEST_CALL = 3000
OPTION = re.compile(
    r"""<option\b[^<>]{0,200}\bvalue\s*=\s*["']?(\d{2,20})\b[^<>]{0,200}>([^<>]{2,60})<""", re.IGNORECASE
)
REPORTS = "3"


class Lonsun(Family):
    """`labelName=publicInfoList`, one request for each page."""

    name: ClassVar[str] = "lonsun"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return LABEL.search(page.text) is not None

    def items(self, page: Page) -> Iterator[ListItem]:
        if page.ask.family:
            for link in page.links:
                yield ListItem(link.url, link.label, listed_date(link))

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            own = fragment(page)
            yield self.next_page(page, own, number=1, opaque=True)
            if page.ask.depth == 0 and value(own, "type") == REPORTS:
                yield from self.others(page, own)
            return
        if page.ask.page == 1 and "column" in page.ask.state and not any(True for _ in self.items(page)):
            # One body's call does not work for another body: that body's own page has the right one.
            yield Ask(
                url=page.ask.state["column"],
                parent=page.ask.parent,
                referer=page.ask.referer,
                depth=page.ask.depth + 1,
            )
        count = COUNT.search(page.text)
        if count and page.ask.page < int(count[1]):
            yield self.next_page(page, with_query(page.url, {"pageIndex": str(page.ask.page + 1)}), opaque=True)

    def others(self, page: Page, own: str) -> Iterator[Ask]:
        """The lists of the other bodies that the page links to, requested with the page's own call."""
        here, catalogue = value(own, "organId"), {"catId": ""} if value(own, "catId") else {}
        for organ, (column, label) in organs(page).items():
            if organ != here:
                yield self.next_page(
                    page,
                    with_query(own, {"organId": organ, **catalogue}),
                    number=1,
                    opaque=True,
                    state={"column": column},
                    agency=label if owes_one(label) else "",
                )


def organs(page: Page) -> dict[str, tuple[str, str]]:
    """The bodies of the platform by number, each with the address of its annual reports and its name."""
    here = COLUMN.match(page.url)
    found: dict[str, tuple[str, str]] = {}
    for link in page.links:
        match = COLUMN.match(link.url)
        if match and host_of(link.url) == host_of(page.url):
            found.setdefault(match[2], (match[1], link.label))
    for number, label in OPTION.findall(page.text) if here else ():
        if here and body(html.unescape(label)):
            found.setdefault(number, (here[1], html.unescape(label)))
    return {number: (f"{root}{number}?type={REPORTS}&action=list", label) for number, (root, label) in found.items()}


def fragment(page: Page) -> str:
    """The address of the first page of the list, from what the column page says about itself."""
    label = LABEL.search(page.text)
    assert label is not None
    organ, site, category = COLUMN.match(page.url), SITE.search(page.text), CATEGORY.search(page.text)
    said = dict(parse_qsl(urlsplit(page.url).query))
    parameters = {
        "IsAjax": "1",
        "dataType": "html",
        "_": "0.42",
        "labelName": "publicInfoList",
        "siteId": site[1] if site else "",
        "pageSize": "15",
        "pageIndex": "1",
        "action": "list",
        "fuzzySearch": "true",
        "fromCode": "title",
        "keyWords": "",
        "sortType": "0",
        "isDate": "true",
        "dateFormat": "yyyy-MM-dd",
        "length": "80",
        "organId": organ[2] if organ else "",
        "type": said.get("type", REPORTS),
        "catIds": "",
        "cId": "",
        "result": "暂无相关信息",
        "file": "/xxgk/publicInfoList_newest2020",
        "catId": said.get("catId") or (category[1] if category else ""),
    }
    address, _, query = html.unescape(label[1]).partition("?")
    # What the page itself writes into the call has priority over the usual values.
    written = {**called(page.text, label.start()), **dict(parse_qsl(query, keep_blank_values=True))}
    return with_query(urls.address(page.url, address, urls.WRITTEN), {**parameters, **written, "pageIndex": "1"})


def called(text: str, start: int) -> dict[str, str]:
    """The parameters in the script after the address that it calls."""
    end = text.find("</script", start)
    found: dict[str, str] = {}
    for match in WRITTEN.finditer(text, start, min(start + LONGEST_CALL, end if end > 0 else len(text))):
        name = match["number"] or match["word"] or match["path"]
        found.setdefault(name, match["digits"] or match["text"] or match["place"] or "")
    return found


def value(url: str, name: str) -> str:
    """One parameter of an address."""
    return dict(parse_qsl(urlsplit(url).query)).get(name, "")


def with_query(url: str, changed: dict[str, str]) -> str:
    """The address with these parameters set."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **changed}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
