"""大汉 `xxgkAnnualReport.jsp`: one address per body and year, no list; menus and links name bodies and years."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.families.base import Family
from crawler.families.lonsun import with_query
from crawler.ground.reasons import Reason
from crawler.pages import articles
from crawler.pages.elements import beginning, owned
from crawler.pages.page import MOST_LINKS, Link, ListItem, Page, lowered, squeeze
from crawler.pages.titles import recognize

SCRIPT = "xxgkannualreport.jsp"
YEAR = re.compile(r"((?:19|20)\d{2})(?:年度?)?")
# Addresses written in a script (of a tree or a menu).
WRITTEN = re.compile(r"""["']([^"'\s<>]{0,300}xxgkAnnualReport\.jsp\?[^"'\s<>]{1,300})""", re.IGNORECASE)
PUBLISHER = re.compile(r"(?:发布|公开|编制|责任)(?:机构|机关|单位|部门)[\s|:：]{1,20}([\u3400-\u9fff（）()]{3,40})")
NEWEST_TRIED = 3  # years that are tried for a body whose years nothing names
LONGEST_NAME = 40
HIGHEST_ROW = 4
# Limits for the row of one body: anchors, pieces of text, characters of a piece that could be a year or a name.
MOST_YEARS, MOST_PIECES, LONGEST_PIECE = 60, 400, 200


@dataclass(frozen=True, slots=True)
class Address:
    """One of the pages: its body's code, its year (0: the newest one), its address."""

    area: str
    year: int
    url: str


class Annual(Family):
    """`/module/xxgk/xxgkAnnualReport.jsp?area={机构码}&fbtime=2023`."""

    name: ClassVar[str] = "annual"
    order: ClassVar[int] = 10

    def recognizes(self, page: Page) -> bool:
        return is_annual(page.url) or (SCRIPT in lowered(page.text) and len({one.area for one in addresses(page)}) > 1)

    def serves(self, page: Page) -> bool:
        return is_annual(page.url) and address(page.url).year > 0

    def holds(self, url: str) -> bool:
        return is_annual(url)

    def items(self, page: Page) -> Iterator[ListItem]:
        return islice(self.every(page), MOST_LINKS)

    def short(self, page: Page) -> Reason | None:
        many = next(islice(self.every(page), MOST_LINKS, None), None)
        return Reason("many_reports", most=MOST_LINKS) if many else None

    def every(self, page: Page) -> Iterator[ListItem]:
        """Each body with the years the page names for it; where no years are named, some are tried."""
        own, linked = address(page.url) if is_annual(page.url) else Address("", 0, ""), addresses(page)
        pattern = max((own, *linked), key=lambda one: (one.year > 0, bool(one.url))).url
        names, told = bodies(page, own, linked), years(page, own, linked)
        alone = page.ask.kind == "detail" and own.url  # a report of one body; the other bodies are read from the list
        for area in [own.area] if alone else names:
            sure = told[area] or told[""]
            tried = attempts(page, own, sure, told[own.area] if area != own.area else sure) - sure
            for year in sorted(sure | tried, reverse=True):
                url = with_query(pattern, {"area": area, "fbtime": str(year)} if area else {"fbtime": str(year)})
                yield ListItem(url, f"{names[area]}{year}年政府信息公开年度报告", supposed=year in tried)

    def own_title(self, page: Page) -> str:
        own = address(page.url)
        return f"{bodies(page, own, addresses(page))[own.area]}{own.year}年政府信息公开年度报告"

    def denied(self, page: Page) -> Reason | None:
        if not articles.REPORT_WORDS.search(page.text) and not articles.attachments(page.text, page.url):
            return Reason("no_report_here")
        said = {info.year for title in articles.titles(page.text) if (info := recognize(title)) and info.year}
        year = address(page.url).year
        return Reason("other_year", year=min(said), asked=year) if said and year not in said else None


def is_annual(url: str) -> bool:
    parts = urlsplit(url)
    return SCRIPT in parts.path.lower() and bool(parts.netloc)


def address(url: str) -> Address:
    """The body and year that an address asks for."""
    query = {name.lower(): values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    year = YEAR.fullmatch(query.get("fbtime", ""))
    return Address(query.get("area", ""), int(year[1]) if year else 0, url)


def addresses(page: Page) -> list[Address]:
    """The pages that this one leads to, by links or by its scripts."""
    linked = [address(link.url) for link in page.links if is_annual(link.url)]
    written = [
        address(url)
        for match in WRITTEN.finditer(page.text)
        if (url := page.resolve(match[1].replace("&amp;", "&"), page.url))
    ]
    return list(dict.fromkeys([*linked, *written]))


def attempts(page: Page, own: Address, sure: set[int], others: set[int]) -> set[int]:
    """The years worth a try besides those named for a body; no year that is not over yet."""
    newest = page.today.year - 1 if page.today else 0
    if page.ask.kind == "detail":
        found = set() if sure or not articles.REPORT_WORDS.search(page.text) else {own.year - 1, own.year + 1}
    elif sure or others:
        found = {newest} if sure else others | {newest}
    elif own.year:
        found = {own.year - 1, own.year, own.year + 1, newest}
    else:
        found = set(range(newest - NEWEST_TRIED + 1, newest + 1))
    return {year for year in found if 2000 < year <= newest}


def bodies(page: Page, own: Address, linked: list[Address]) -> Mapping[str, str]:
    """The names of the bodies by their codes; "" where the page does not name a code's body."""
    names: dict[str, str] = {own.area: ""} if own.url else {}
    names |= {one.area: "" for one in linked if one.area}
    said = [
        (address(link.url).area, link.label if not YEAR.fullmatch(squeeze(link.label)) else in_row(link))
        for link in page.links
        if is_annual(link.url)
    ]
    said += [
        (option.get("value") or "", beginning(option, LONGEST_PIECE))
        for options in selects(page, own.area)
        for option in options
    ]
    if page.tree is not None and own.url and (publisher := PUBLISHER.search("|".join(page.tree.itertext()))):
        said.append((own.area, publisher[1]))
    for area, label in said:
        name = squeeze(label).replace(" ", "")
        info = recognize(f"{name}2020年政府信息公开年度报告") if 0 < len(name) <= LONGEST_NAME else None
        if info and info.agency_name and not names.get(area):
            names[area] = info.agency_name
    return names


def years(page: Page, own: Address, linked: list[Address]) -> defaultdict[str, set[int]]:
    """The years that the page offers for each body; under "" those that it offers for all."""
    told: defaultdict[str, set[int]] = defaultdict(set)
    for one in linked:
        if one.year:
            told[one.area or own.area].add(one.year)
    for options in owned(page.tree, "select", "option") if page.tree is not None else ():
        found = [YEAR.fullmatch(squeeze(option.get("value") or beginning(option, LONGEST_PIECE))) for option in options]
        if sum(1 for year in found if year) > len(found) // 2:
            told[""] |= {int(year[1]) for year in found if year}
    return told


def selects(page: Page, own: str) -> Iterator[list[HtmlElement]]:
    """The options of the menus that choose a body: menus that hold this page's own code, or have a name like `area`."""
    for every in owned(page.tree, "select", "option") if page.tree is not None else ():
        options = [option for option in every if option.get("value")]
        select = next(every[0].iterancestors("select")) if every else None
        called = f"{select.get('name') or ''} {select.get('id') or ''}".lower() if select is not None else ""
        if "area" in called or (own and any(option.get("value") == own for option in options)):
            yield options


def in_row(link: Link) -> str:
    """The name at the head of a row of years."""
    for level, parent in enumerate(link.node.iterancestors()):
        anchors = [squeeze(beginning(node, LONGEST_PIECE)) for node in islice(parent.iter("a"), MOST_YEARS + 1)]
        if level > HIGHEST_ROW or len(anchors) > MOST_YEARS or not all(YEAR.fullmatch(text) for text in anchors):
            return ""
        pieces = (text[:LONGEST_PIECE] for text in islice(parent.itertext(), MOST_PIECES))
        rest = squeeze(" ".join(text for text in pieces if squeeze(text) not in anchors))
        if rest:
            return rest
    return ""
