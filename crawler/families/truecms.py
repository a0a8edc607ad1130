"""truecms (南通 area): lists as JSONP with Hanweb-like records; it answers only if the column is the Referer."""

import html
import re
from collections.abc import Iterator
from typing import ClassVar

from crawler.families.answers import left_out, record_items, records, text_of
from crawler.families.base import Family
from crawler.families.lonsun import with_query
from crawler.ground.reasons import Reason
from crawler.ground.urls import WRITTEN, address
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page

CALL = re.compile(r"""['"]([^'"\s]{0,300}messageController/getMessage\.do[^'"\s]{0,2000})['"]""")
COLUMN = re.compile(r"""\bcolumnId['"]?\s*[:=]\s*['"]([\w\-]{1,64})['"]""")
# How many rows the page's own script requests at a time: some servers refuse more.
ROWS = re.compile(r"""\bperPage['"]?\s*[:=]\s*['"]?(\d{1,3})\b""", re.IGNORECASE)
USUAL_ROWS = 20
TOTAL = re.compile(r"<totalrecord>(\d{1,7})", re.IGNORECASE)


class Truecms(Family):
    """`…messageController/getMessage.do?startrecord=1&endrecord=20&perpage=20&columnId=…&callback=cb`."""

    name: ClassVar[str] = "truecms"
    # Asked before jpage, because the records look the same.
    order: ClassVar[int] = 15

    def recognizes(self, page: Page) -> bool:
        return CALL.search(page.text) is not None

    def items(self, page: Page) -> Iterator[ListItem]:
        if page.ask.family:
            yield from record_items(store(page), page.url)

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            call = CALL.search(page.text)
            assert call is not None
            column, rows = COLUMN.search(page.text), ROWS.search(page.text)
            url = with_query(address(page.url, html.unescape(call[1]), WRITTEN), {"callback": "cb"})
            if column and "columnId=" not in url:
                url = with_query(url, {"columnId": column[1]})
            yield self.rows(page, url, 1, 0, int(rows[1]) if rows and int(rows[1]) else USUAL_ROWS)
            return
        total = TOTAL.search(store(page))
        received, rows_asked = sum(1 for _ in self.items(page)), int(page.ask.state["rows"])
        held = int(page.ask.state["held"]) + received
        if received and (held < int(total[1]) if total else received == rows_asked):
            yield self.rows(page, page.url, page.ask.page + 1, held, rows_asked)

    def rows(self, page: Page, url: str, count: int, held: int, rows: int) -> Ask:
        url = with_query(url, {"startrecord": str(held + 1), "endrecord": str(held + rows), "perpage": str(rows)})
        return self.next_page(page, url, number=count, opaque=True, state={"held": str(held), "rows": str(rows)})

    def short(self, page: Page) -> Reason | None:
        return left_out(store(page)) if page.ask.family else None

    def broken(self, page: Page) -> Reason | None:
        return None if not page.ask.family or "<datastore" in store(page) else Reason("answer_without_records")


def store(page: Page) -> str:
    """The records inside the JSONP answer."""
    return next((text_of(row, "result") for row in records(page)), "")
