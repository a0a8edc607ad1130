"""大汉 `xxgkAnnualReport.jsp`: one address per body and year and no list, so the years are walked one by one."""

import re
from collections.abc import Iterator
from typing import ClassVar

from crawler.agencies.titles import recognize
from crawler.families.base import Family
from crawler.families.lonsun import with_query
from crawler.fetching.articles import titles
from crawler.fetching.pages import Ask, Item, Page

YEAR = re.compile(r"[?&]fbtime=((?:19|20)\d{2})\b")
FIRST, LAST = 2008, 2099


class Annual(Family):
    """`/module/xxgk/xxgkAnnualReport.jsp?area={机构码}&fbtime=2023`."""

    name: ClassVar[str] = "annual"
    order: ClassVar[int] = 10
    serves_reports: ClassVar[bool] = True

    def recognizes(self, page: Page) -> bool:
        return "xxgkannualreport.jsp" in page.url.lower() and YEAR.search(page.url) is not None

    def items(self, page: Page) -> Iterator[Item]:
        """The other bodies that the page leads to; a link says the year or the body, never the whole title."""
        for link in page.links:
            year = YEAR.search(link.url)
            if year and "xxgkannualreport.jsp" in link.url.lower() and recognize(link.label) is None:
                yield Item(link.url, f"{year[1]}年政府信息公开年度报告")

    def more(self, page: Page) -> Iterator[Ask]:
        """The years before and after, as long as the page of this one is a report."""
        year = YEAR.search(page.url)
        if year is None or not any(recognize(title) for title in titles(page.text)):
            return
        linked = {found[1] for link in page.links if (found := YEAR.search(link.url))}
        for other in (int(year[1]) - 1, int(year[1]) + 1):
            if FIRST <= other <= LAST and str(other) not in linked:
                yield self.next_page(page, with_query(page.url, {"fbtime": str(other)}), number=1)
