"""开普 UCAP and similar systems: like TRS, but counts from 1 (page k ≥ 2 is `list_{k}`); also lists served as JSON."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.families.answers import at, day_of, entry, illegible, loaded, number, printed_day, records
from crawler.families.base import Family
from crawler.ground.reasons import Reason
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page

# The call names a div first, and the count of records last.
CALL = re.compile(
    r"""[pP]ag(?:e|ing|ination)\w{0,30}\s*\(\s*['"]#?[\w\-]+['"]\s*,"""
    r"""\s*['"]?(\d{1,10})['"]?\s*,\s*['"]?(\d{1,5})['"]?\s*,\s*['"]([\w\-]+)['"]\s*,\s*['"]\.?(\w{2,6})['"]"""
)
CHANNEL = re.compile(
    r"""<meta\b[^>]{0,300}\bname\s*=\s*["']channelId["']"""
    r"""[^>]{0,300}\bcontent\s*=\s*["'](\w{1,64})["']""",
    re.IGNORECASE,
)
SEARCH = re.compile(r"""["']([^"'\s<>]{0,200}/(?:common/search|searchList)/)(\w{0,64})""")
POSTED = re.compile(r"""\b(?:type|method)\s*:\s*["']post["']""", re.IGNORECASE)
WORDS = ("/common/search/", "/searchList/")
NEAR = 400  # characters of one call
FORM = "application/x-www-form-urlencoded"
QUERY = "page={page}&_pageSize=15&_isAgg=true&_isJson=true&_template=index&_rangeTimeGte=&_channelName="


class PageDiv(Family):
    """`createPageHTML('page_div', 11, 1, 'list', 'shtml', 154)`, and `/common/search/{channelId}`."""

    name: ClassVar[str] = "page_div"
    order: ClassVar[int] = 20
    articles: ClassVar[tuple[str, ...]] = ("ucapcontent", "#UCAP-CONTENT")

    def recognizes(self, page: Page) -> bool:
        return CALL.search(page.text) is not None or channel(page) is not None

    def items(self, page: Page) -> Iterator[ListItem]:
        if page.ask.family:
            for row in records(page, "data", "results"):
                yield entry(
                    page,
                    row,
                    ("url",),
                    ("title",),
                    printed_day(row, "publishedTimeStr") or day_of(row, "publishedTime"),
                )

    def more(self, page: Page) -> Iterator[Ask]:
        if page.ask.family:
            yield from self.further(page)
            return
        call = CALL.search(page.text)
        if call is None:
            address = channel(page)
            if address:
                search = SEARCH.search(page.text)
                posted = search and POSTED.search(page.text, max(0, search.start() - NEAR), search.end() + NEAR)
                yield self.search(page, 1, {"address": address, "posted": "1" if posted else ""})
            return
        count, current, name, extension = int(call[1]), int(call[2]), call[3], call[4]
        here = re.fullmatch(re.escape(name) + rf"_(\d+)\.{extension}", urlsplit(page.url).path.rsplit("/", 1)[-1])
        current = int(here[1]) if here else current
        if current < count:
            url = page.resolve(f"{name}_{current + 1}.{extension}")
            if url:
                yield self.next_page(page, url, number=current + 1)

    def further(self, page: Page) -> Iterator[Ask]:
        data: Mapping[str, object] = next(iter(records(page, "data")), {})
        total, rows = number(data, "total"), number(data, "rows") or sum(1 for _ in self.items(page))
        if rows and page.ask.page * rows < total:
            yield self.search(page, page.ask.page + 1, page.ask.state)

    def search(self, page: Page, number: int, state: Mapping[str, str]) -> Ask:
        address, query = state["address"], QUERY.format(page=number)
        if state["posted"]:
            return self.next_page(
                page, address, number=number, opaque=True, method="POST", body=query, content_type=FORM, state=state
            )
        return self.next_page(page, f"{address}?{query}", number=number, opaque=True, state=state)

    def short(self, page: Page) -> Reason | None:
        return illegible(at(loaded(page.text), "data", "results"), "title") if page.ask.family else None

    def broken(self, page: Page) -> Reason | None:
        return None if not page.ask.family or any(records(page, "data")) else Reason("answer_no_list")


def channel(page: Page) -> str | None:
    """Where the JSON list of a page is served; None when the page does not fetch one."""
    # Most pages have none, and a search for the words costs a hundredth of the search for the address.
    search = SEARCH.search(page.text) if any(word in page.text for word in WORDS) else None
    if search is None:
        return None
    named = CHANNEL.search(page.text)
    key = search[2] or (named[1] if named else "")
    return page.resolve(search[1] + key, page.url) if key else None
