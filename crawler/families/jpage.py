"""大汉 Hanweb JCMS "jpage": records as XML in a script, the rest from `dataproxy.jsp` in groups."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar
from urllib.parse import urlencode

from crawler.families.answers import left_out, record_items
from crawler.families.base import Family
from crawler.ground.reasons import Reason
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page

PROXY = re.compile(r"""proxyUrl['"]?\s*[:=]\s*['"]([^'"]{1,300})['"]""")
# The parameters are written as a string, as an object, or as a variable that is set to one of them elsewhere.
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
LONGEST_OBJECT = 5_000
# The most lists that are read from one page: each one costs a search of the whole page. Real pages have at most four.
MOST_UNITS = 20


class Jpage(Family):
    """`<script type="text/xml"><datastore>…` and `/module/web/jpage/dataproxy.jsp`."""

    name: ClassVar[str] = "jpage"
    order: ClassVar[int] = 20
    articles: ClassVar[tuple[str, ...]] = ("#ivs_content",)

    def recognizes(self, page: Page) -> bool:
        if "messageController/getMessage.do" in page.text:
            return False  # truecms: the same records, but requested in another way
        return "<datastore>" in page.text or ("dataproxy.jsp" in page.text and "proxyUrl" in page.text)

    def items(self, page: Page) -> Iterator[ListItem]:
        yield from record_items(page.text, page.url)

    def more(self, page: Page) -> Iterator[Ask]:
        rows = [item.url for item in self.items(page)]
        if page.ask.method == "POST" and page.ask.family:
            yield from self.following(page, rows, taken(page, rows, whole(page)))
            return
        found = units(page) if not page.ask.family else []
        for unit in found:
            # A page may hold several lists; their records tell which one has the reports.
            own = rows if len(found) == 1 else [item.url for item in record_items(unit.store, page.url)]
            total = TOTAL.search(unit.script)
            yield from self.following(
                page,
                own,
                {
                    **taken(page, own, int(total[1]) if total else whole(page)),
                    "proxy": unit.proxy,
                    "parameters": unit.parameters,
                    "per_page": unit.per_page,
                },
            )
        if found:
            return
        groups = [
            url for group in GROUP.finditer(page.text) if (url := page.resolve(html.unescape(group[1]), page.url))
        ]
        state = taken(page, rows, whole(page))
        for url in groups:
            # Exactly as the page gives it: `webname` is encoded twice and must stay so.
            yield self.next_page(page, url, opaque=True, state=state)
        if page.ask.family and not groups:
            yield from self.counted(page, rows, state)

    def following(self, page: Page, rows: list[str], state: dict[str, str]) -> Iterator[Ask]:
        """The next group by record numbers, counted from what was received: some servers send fewer than requested."""
        if page.ask.method == "POST" and rows and rows[0] == state["first"]:
            yield self.by_number(page, rows, state)
            return
        held, per_page = int(state["held"]), int(state["per_page"])
        if not state["proxy"] or not rows or held >= int(state["total"]):
            return
        address = (
            f"{state['proxy']}?startrecord={held + 1}&endrecord={held + per_page * PAGES_PER_GROUP}&perpage={per_page}"
        )
        yield self.next_page(
            page, address, opaque=True, method="POST", body=state["parameters"], content_type=FORM, state=state
        )

    def by_number(self, page: Page, rows: list[str], state: dict[str, str]) -> Ask:
        """The records from the start again: this server ignores record numbers and must be asked by page number."""
        return self.next_page(
            page,
            f"{state['proxy']}?page=2&{state['parameters']}",
            opaque=True,
            state={**state, "held": str(len(rows))},
        )

    def counted(self, page: Page, rows: list[str], state: Mapping[str, str]) -> Iterator[Ask]:
        """The next group by page number, when the answer says how many records there are but not their address."""
        pages, current = TOTAL_PAGES.search(page.text), PAGE_NUMBER.search(page.url)
        if pages is None or current is None or not rows:
            return
        if int(current[2]) < int(pages[1]):
            url = page.url.replace(current[0], f"{current[1]}{int(current[2]) + 1}", 1)
            yield self.next_page(page, url, opaque=True, state=state)

    def short(self, page: Page) -> Reason | None:
        if sum(1 for _ in islice(PROXY.finditer(page.text), MOST_UNITS + 1)) > MOST_UNITS:
            return Reason("many_lists", most=MOST_UNITS)
        more = left_out(page.text)
        if more or len(units(page)) > 1:
            return more
        held = int(page.ask.state.get("held", "0")) + sum(1 for _ in self.items(page))
        if held >= whole(page) or any(True for _ in self.more(page)):
            return None
        return Reason("records_elsewhere", count=held, total=whole(page))

    def broken(self, page: Page) -> Reason | None:
        if not page.ask.family or any(True for _ in self.items(page)):
            return None
        if 0 < whole(page) <= int(page.ask.state.get("held", "0")):
            return None  # one group too many was requested: all records had already come
        return Reason("group_empty", bytes=len(page.body))


@dataclass(frozen=True, slots=True)
class Unit:
    """One list of a page: what its script says, and the records that are on the page itself."""

    script: str
    store: str
    proxy: str
    parameters: str
    per_page: str


def units(page: Page) -> list[Unit]:
    """The lists of a page that are requested by record numbers; records and scripts are in the same order."""
    scripts = [around(page.text, match.start()) for match in islice(PROXY.finditer(page.text), MOST_UNITS)]
    stores = [store.partition("</datastore>")[0] for store in page.text.split("<datastore>")[1:]]
    several = len(scripts) > 1 and len(scripts) == len(stores)
    found = []
    for number, script in enumerate(scripts if several else scripts[:1]):
        where = script if several else page.text
        proxy, per_page = PROXY.search(script), PER_PAGE.search(script) or PER_PAGE.search(where)
        said = parameters(script, page.text) or parameters(where, page.text)
        if proxy and said:
            found.append(
                Unit(
                    script,
                    stores[number] if several else "",
                    page.resolve(proxy[1], page.url) or "",
                    said,
                    per_page[1] if per_page else "15",
                )
            )
    return found


def around(text: str, position: int) -> str:
    """The whole object, from brace to brace, that a member is part of."""
    depth = 0
    for start in range(position - 1, max(-1, position - LONGEST_OBJECT), -1):
        if text[start] == "{" and not depth:
            break
        depth += (text[start] == "}") - (text[start] == "{")
    else:
        return text[max(0, position - LONGEST_OBJECT) : position + LONGEST_OBJECT]
    for end in range(start, min(len(text), start + 2 * LONGEST_OBJECT)):
        depth += (text[end] == "{") - (text[end] == "}")
        if not depth:
            return text[start : end + 1]
    return text[start : start + 2 * LONGEST_OBJECT]


def taken(page: Page, rows: list[str], total: int) -> dict[str, str]:
    """The state for the next group: the first record of all, how many were received, how many there are."""
    before = page.ask.state
    return {
        **before,
        "first": before.get("first") or next(iter(rows), ""),
        "held": str(int(before.get("held", "0")) + len(rows)),
        "total": str(total),
    }


def whole(page: Page) -> int:
    """How many records the page says the list has; 0 if it does not say."""
    total = TOTAL.search(page.text)
    return int(total[1]) if total else int(page.ask.state.get("total", "0"))


def parameters(script: str, text: str) -> str:
    """The body of the requests for further groups; unchanged if the page writes it as a string."""
    found = PARAMETERS.search(script)
    if found and found[4]:
        found = re.search(rf"(?<![\w$.]){re.escape(found[4])}" + WRITTEN % "", text)
    if found is None:
        return ""
    if found[3]:
        return urlencode(
            [(name, single or double or bare) for name, single, double, bare in MEMBER.findall(html.unescape(found[3]))]
        )
    return html.unescape(found[1] or found[2])
