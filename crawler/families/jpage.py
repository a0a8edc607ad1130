"""大汉 Hanweb JCMS "jpage": records as XML in a script, the rest from `dataproxy.jsp` in groups."""

import html
import re
from collections.abc import Iterator
from typing import ClassVar

from crawler.families.answers import record_items
from crawler.families.base import Family
from crawler.fetching.pages import Ask, Item, Page
from crawler.urls import resolve

PROXY = re.compile(r"""proxyUrl\s*[:=]\s*['"]([^'"]{1,300})['"]""")
PARAMETERS = re.compile(r"""ajaxParam\s*[:=]\s*['"]([^'"]{1,2000})['"]""")
TOTAL = re.compile(r"(?:totalRecord['\"]?\s*[:=]\s*['\"]?|<totalrecord>)(\d{1,7})", re.IGNORECASE)
PER_PAGE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,4})", re.IGNORECASE)
TOTAL_PAGES = re.compile(r"<totalpage>(\d{1,6})", re.IGNORECASE)
GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a\b[^>]{0,200}href\s*=\s*[\"']([^\"']{1,4000})", re.IGNORECASE)
FORM = "application/x-www-form-urlencoded"
PAGES_PER_GROUP = 3


class Jpage(Family):
    """`<script type="text/xml"><datastore>…` and `/module/web/jpage/dataproxy.jsp`."""

    name: ClassVar[str] = "jpage"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return "<datastore>" in page.text or ("dataproxy.jsp" in page.text and "proxyUrl" in page.text)

    def items(self, page: Page) -> Iterator[Item]:
        yield from record_items(page.text, page.url)

    def more(self, page: Page) -> Iterator[Ask]:
        held = int(page.ask.context.get("held", "0")) + sum(1 for _ in self.items(page))
        group = GROUP.search(page.text)
        if page.ask.method == "POST" or (not page.ask.family and self.by_range(page)):
            yield from self.following(page, held)
        elif group:
            # As the page gives it: `webname` is encoded twice and must stay so.
            url = resolve(page.url, html.unescape(group[1]))
            if url:
                yield self.next_page(page, url, opaque=True, context={"held": str(held)})
        elif page.ask.family:
            yield from self.counted(page, held)

    def by_range(self, page: Page) -> bool:
        return bool(PROXY.search(page.text) and PARAMETERS.search(page.text) and TOTAL.search(page.text))

    def following(self, page: Page, held: int) -> Iterator[Ask]:
        """The next group by record numbers; what was received counts, some servers give less than asked for."""
        context = dict(page.ask.context)
        if page.ask.method != "POST":
            proxy, parameters, per_page = (pattern.search(page.text) for pattern in (PROXY, PARAMETERS, PER_PAGE))
            assert proxy is not None
            assert parameters is not None
            context = {"proxy": resolve(page.url, proxy[1]) or "", "parameters": html.unescape(parameters[1]),
                       "per_page": per_page[1] if per_page else "15"}
        total, per_page_count = TOTAL.search(page.text), int(context["per_page"])
        received = held - int(context.get("held", "0"))
        whole = int(total[1]) if total else int(context.get("total", "0"))
        if not context["proxy"] or not received or held >= whole:
            return
        address = (f"{context['proxy']}?startrecord={held + 1}&endrecord={held + per_page_count * PAGES_PER_GROUP}"
                   f"&perpage={per_page_count}")
        yield self.next_page(page, address, opaque=True, method="POST", body=context["parameters"], content_type=FORM,
                             context={**context, "held": str(held), "total": str(whole)})

    def counted(self, page: Page, held: int) -> Iterator[Ask]:
        """The next group by number, where the answer says how many there are but not where."""
        pages = TOTAL_PAGES.search(page.text)
        current = re.search(r"([?&]page=)(\d{1,6})", page.url)
        if pages and current and int(current[2]) < int(pages[1]):
            url = page.url.replace(current[0], f"{current[1]}{int(current[2]) + 1}", 1)
            yield self.next_page(page, url, opaque=True, context={"held": str(held)})

    def broken(self, page: Page) -> str:
        if page.ask.family and not any(True for _ in self.items(page)):
            return f"the group came back empty ({len(page.body)} bytes)"
        return ""
