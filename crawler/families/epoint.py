"""新点 Epoint EWB: a shell page, the site's key in a separate script, the list by POST."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.families.answers import at, entry, illegible, loaded, number, printed_day, records, text_of, value_of
from crawler.families.base import Family
from crawler.ground.reasons import Reason
from crawler.ground.urls import address, host_of
from crawler.pages.asks import Ask
from crawler.pages.page import ListItem, Page
from crawler.pages.rosters import owes_one

SITE_INFO = re.compile(r"siteInfo\s*=\s*(\{[^{}]{1,2000}\})")
CATEGORY = re.compile(r"""\bcategorynum['"]?\s*[:=]\s*['"](\d{3,30})['"]""", re.IGNORECASE)
DEPARTMENT = re.compile(r"""\bdeptcode['"]?\s*[:=]\s*['"](\w{1,40})['"]""", re.IGNORECASE)
DETAIL = re.compile(r"""/?rest/([\w/]{1,100}/getgovinfodetail)\b""", re.IGNORECASE)
GUID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
COMMON = "/js/webBuilderCommon.js"
SCRIPT = re.compile(r"""['"]([^'"<>\s]{0,300}webBuilderCommon\.js[^'"<>\s]{0,100})['"]""")
ROWS = 20
TITLES = ("realtitle", "title")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an installation differs: the number of the first page, and whether the request body is wrapped."""

    first: int = 1
    wrapped: bool = False


# By the name of the project; all other installations use the plain dialect.
DIALECTS: Mapping[str, Dialect] = {"EWB_YK_Mid": Dialect(first=0, wrapped=True)}


class Epoint(Family):
    """`POST /EWB-FRONT/rest/lightfrontaction/getgovinfolist`."""

    name: ClassVar[str] = "epoint"
    order: ClassVar[int] = 20

    def recognizes(self, page: Page) -> bool:
        return "webBuilderCommon.js" in page.text and bool(category(page))

    def items(self, page: Page) -> Iterator[ListItem]:
        if page.ask.method == "POST":
            for row in records(page, "custom", "data"):
                # The text of a shell is requested from the address that served its list.
                state = {"via": page.ask.url, "guid": page.ask.state.get("guid", "")}
                yield replace(entry(page, row, ("infourl",), TITLES, printed_day(row, "infodate")), state=state)

    def more(self, page: Page) -> Iterator[Ask]:
        if not page.ask.family:
            script = SCRIPT.search(page.text)
            yield self.next_page(
                page,
                address(page.base, script[1] if script else COMMON),
                number=1,
                opaque=True,
                state={"wanted": json.dumps(wanted(page), ensure_ascii=False)},
            )
        elif page.ask.method != "POST":
            info = SITE_INFO.search(page.text)
            said = json_object(info[1]) if info else {}
            lists = json.loads(page.ask.state["wanted"]) if text_of(said, "siteGuid") else ()
            for category, department, label in lists:
                yield self.listed(
                    page,
                    1,
                    {
                        "category": category,
                        "dept": department,
                        "guid": text_of(said, "siteGuid"),
                        "held": "0",
                        "project": text_of(said, "projectName").strip("/") or "EWB-FRONT",
                    },
                    label if owes_one(label) else "",
                )
        else:
            # The total is a text. Count what was received: some servers send fewer records than requested.
            total = next((number(row, "total") for row in records(page, "custom")), 0)
            received = sum(1 for _ in records(page, "custom", "data"))
            held = int(page.ask.state["held"]) + received
            if received and held < total:
                yield self.listed(page, page.ask.page + 1, {**page.ask.state, "held": str(held)})

    def listed(self, page: Page, count: int, state: Mapping[str, str], agency: str = "") -> Ask:
        dialect = DIALECTS.get(state["project"], Dialect())
        asked = {
            "deptcode": state["dept"],
            "categorynum": state["category"],
            "pageIndex": count - 1 + dialect.first,
            "pageSize": ROWS,
            "siteGuid": state["guid"],
        }
        url = address(page.url, f"/{state['project']}/rest/lightfrontaction/getgovinfolist")
        body = json.dumps({"params": asked} if dialect.wrapped else asked, ensure_ascii=False)
        return self.next_page(
            page,
            url,
            number=count,
            opaque=True,
            method="POST",
            body=body,
            content_type="application/json",
            state=state,
            agency=agency,
        )

    def short(self, page: Page) -> Reason | None:
        return illegible(at(loaded(page.text), "custom", "data"), *TITLES) if page.ask.method == "POST" else None

    def fetched(self, page: Page) -> Ask | None:
        """The text of a page that a script fills (`getgovinfodetail`), by POST as for the list."""
        listed, guid = page.ask.state.get("via", ""), GUID.search(page.url)
        said = DETAIL.search(page.text) if listed else None
        if not listed or guid is None or not (said or "webBuilderCommon.js" in page.text):
            return None
        project = listed.partition("/rest/")[0]
        asked = {"infoid": guid[1], "siteGuid": page.ask.state.get("guid", "")}
        wrapped = DIALECTS.get(urlsplit(project).path.strip("/"), Dialect()).wrapped
        return replace(
            page.ask,
            url=f"{project}/rest/{said[1] if said else 'lightfrontaction/getgovinfodetail'}",
            referer=page.url,
            method="POST",
            content_type="application/json",
            body=json.dumps({"params": asked} if wrapped else asked, ensure_ascii=False),
        )

    def text(self, page: Page) -> str:
        return next((text_of(row, "infocontent", "content") for row in records(page, "custom", "data")), "")

    def broken(self, page: Page) -> Reason | None:
        if page.ask.family and page.ask.method != "POST":
            return None if SITE_INFO.search(page.text) else Reason("site_unnamed", script=COMMON)
        return None if not page.ask.family or any(records(page, "custom")) else Reason("answer_no_list")


def wanted(page: Page) -> list[tuple[str, str, str]]:
    """The lists to request: the page's own, and those of the departments and years that it links to, with names."""
    own = category(page)
    department = DEPARTMENT.search(page.text)
    found = {(own, value(page.url, "deptcode") or (department[1] if department else "")): ""}
    for link in page.links:
        number, code = value(link.url, "categorynum"), value(link.url, "deptcode")
        # A department's own list of this column, or a column below this one (003001003 has 003001003001).
        if host_of(link.url) == host_of(page.url) and (
            (number == own and code) or (number != own and number.startswith(own))
        ):
            found.setdefault((number, code), link.label)
    return sorted((number, code, label) for (number, code), label in found.items())


def value(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[0]


def category(page: Page) -> str:
    """The number of the column: from the address, else from a script."""
    said = value(page.url, "categorynum")
    written = CATEGORY.search(page.text)
    return said or (written[1] if written else "")


def json_object(text: str) -> Mapping[str, object]:
    value = value_of(text)
    return value if isinstance(value, dict) else {}
