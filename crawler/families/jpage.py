"""大汉 Hanweb JCMS "jpage": records as XML in a script, the rest from `dataproxy.jsp` in groups."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlencode

from crawler.families.answers import record_items
from crawler.families.base import Family
from crawler.fetching.pages import Ask, Item, Page
from crawler.urls import resolve

PROXY = re.compile(r"""proxyUrl['"]?\s*[:=]\s*['"]([^'"]{1,300})['"]""")
# The parameters stand there as a text, as an object, or under a name that is given one of them elsewhere.
WRITTEN = r"""\s*[:=]\s*(?:'([^'{}]{1,2000})'|"([^"{}]{1,2000})"|\{([^{}]{1,2000})\}%s)"""
PARAMETERS = re.compile(r"""ajaxParam['"]?""" + WRITTEN % r"|([A-Za-z_$][\w$]{0,40})\b")
MEMBER = re.compile(r"""['"]?\b(\w{1,40})['"]?\s*:\s*(?:'([^']{0,500})'|"([^"]{0,500})"|([\w.\-]{1,100}))""")
TOTAL = re.compile(r"(?:totalRecord['\"]?\s*[:=]\s*['\"]?|<totalrecord>)(\d{1,7})", re.IGNORECASE)
PER_PAGE = re.compile(r"perPage['\"]?\s*[:=]\s*['\"]?(\d{1,4})", re.IGNORECASE)
TOTAL_PAGES = re.compile(r"<totalpage>(\d{1,6})", re.IGNORECASE)
GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a\b[^>]{0,200}href\s*=\s*[\"']([^\"']{1,4000})", re.IGNORECASE)
PAGE_NUMBER = re.compile(r"([?&]page=)(\d{1,6})")
FORM = "application/x-www-form-urlencoded"
PAGES_PER_GROUP = 3


class Jpage(Family):
    """`<script type="text/xml"><datastore>…` and `/module/web/jpage/dataproxy.jsp`."""

    name: ClassVar[str] = "jpage"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        if "messageController/getMessage.do" in page.text:
            return False  # truecms: the same records, another way to ask
        return "<datastore>" in page.text or ("dataproxy.jsp" in page.text and "proxyUrl" in page.text)

    def items(self, page: Page) -> Iterator[Item]:
        yield from record_items(page.text, page.url)

    def more(self, page: Page) -> Iterator[Ask]:
        rows = [item.url for item in self.items(page)]
        context = {**page.ask.context, "first": page.ask.context.get("first") or next(iter(rows), ""),
                   "held": str(int(page.ask.context.get("held", "0")) + len(rows)), "total": str(whole(page))}
        group = GROUP.search(page.text)
        if page.ask.method == "POST" or (not page.ask.family and PROXY.search(page.text) and parameters(page.text)):
            yield from self.following(page, rows, context)
        elif group:
            # As the page gives it: `webname` is encoded twice and must stay so.
            url = resolve(page.url, html.unescape(group[1]))
            if url:
                yield self.next_page(page, url, opaque=True, context=context)
        elif page.ask.family:
            yield from self.counted(page, rows, context)

    def following(self, page: Page, rows: list[str], context: dict[str, str]) -> Iterator[Ask]:
        """The next group by record numbers; what was received counts, some servers give less than asked for."""
        if page.ask.method != "POST":
            proxy, per_page = PROXY.search(page.text), PER_PAGE.search(page.text)
            assert proxy is not None
            context |= {"proxy": resolve(page.url, proxy[1]) or "", "parameters": parameters(page.text),
                        "per_page": per_page[1] if per_page else "15"}
        elif rows and rows[0] == context["first"]:
            yield self.by_number(page, rows, context)
            return
        held, per_page_count = int(context["held"]), int(context["per_page"])
        if not context["proxy"] or not rows or held >= int(context["total"]):
            return
        address = (f"{context['proxy']}?startrecord={held + 1}&endrecord={held + per_page_count * PAGES_PER_GROUP}"
                   f"&perpage={per_page_count}")
        yield self.next_page(page, address, opaque=True, method="POST", body=context["parameters"], content_type=FORM,
                             context=context)

    def by_number(self, page: Page, rows: list[str], context: dict[str, str]) -> Ask:
        """The records from the first again: this server does not heed record numbers and wants to be asked by page."""
        return self.next_page(page, f"{context['proxy']}?page=2&{context['parameters']}", opaque=True,
                              context={**context, "held": str(len(rows))})

    def counted(self, page: Page, rows: list[str], context: Mapping[str, str]) -> Iterator[Ask]:
        """The next group by number, where the answer says how many there are but not where."""
        pages, current = TOTAL_PAGES.search(page.text), PAGE_NUMBER.search(page.url)
        if pages is None or current is None or not rows:
            return
        if int(current[2]) < int(pages[1]):
            url = page.url.replace(current[0], f"{current[1]}{int(current[2]) + 1}", 1)
            yield self.next_page(page, url, opaque=True, context=context)

    def short(self, page: Page) -> str:
        held = int(page.ask.context.get("held", "0")) + sum(1 for _ in self.items(page))
        if held >= whole(page) or any(True for _ in self.more(page)):
            return ""
        return f"{held} of {whole(page)} records could be read, and nothing says where the others are"

    def broken(self, page: Page) -> str:
        if not page.ask.family or any(True for _ in self.items(page)):
            return ""
        if 0 < whole(page) <= int(page.ask.context.get("held", "0")):
            return ""  # a group too many was asked for: all records had come before it
        return f"the group came back empty ({len(page.body)} bytes)"


def whole(page: Page) -> int:
    """How many records the list is said to have; 0 where nothing says it."""
    total = TOTAL.search(page.text)
    return int(total[1]) if total else int(page.ask.context.get("total", "0"))


def parameters(text: str) -> str:
    """The body of the requests for further groups, letter for letter where the page writes it as a text."""
    found = PARAMETERS.search(text)
    if found and found[4]:
        found = re.search(rf"(?<![\w$.]){re.escape(found[4])}" + WRITTEN % "", text)
    if found is None:
        return ""
    if found[3]:
        return urlencode([(name, single or double or bare)
                          for name, single, double, bare in MEMBER.findall(html.unescape(found[3]))])
    return html.unescape(found[1] or found[2])
