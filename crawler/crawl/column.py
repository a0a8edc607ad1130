"""Which entries of a page may be reports because they stand in a column of reports, whatever they are called; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from crawler.agencies.names import full_name
from crawler.crawl.records import FoundReport
from crawler.ground.urls import host_of, is_attachment
from crawler.pages import articles
from crawler.pages.column_entries import meant, names_paper, one_body
from crawler.pages.markup import between_tags
from crawler.pages.page import ListItem, Page
from crawler.pages.signs import in_column_path, is_index, names_column
from crawler.pages.titles import TitleInfo, recognize

CRUMBS = re.compile("当前位置|所在位置|您的位置|位置")
LONGEST_CRUMBS = 2000
CRUMBS_END = re.compile(r"</(?:div|p|ul|ol|td|section|nav)>|<(?:h[1-4]|table)\b", re.IGNORECASE)
NUMBERED = re.compile(r"\d{5}|(?<=[/_=])[0-9a-f]{8,}$")
# Of the links of a list so many (in percent) must be bodies where no entry says in a word that it is a report.
SHARE = 60
FIRST_HALF = 6  # an entry's day in these months: it is the report of the year before


class Column:
    """What the entries of one page mean, by the page that they stand in and the list of it."""

    def __init__(self, page: Page, items: Iterable[ListItem]) -> None:
        self.page, self.items = page, list(items)

    def meaning(self, item: ListItem) -> TitleInfo | None:
        """The body and the year of an entry that bears no report's title; None where it is no report's."""
        said = meant(item.title)
        if said is None or item.among < 0 or not self._asked_for(item.url):
            return None
        if not ((self.is_one and (names_paper(item.title) or self._is_list(item.among))) or self._beside(item.among)):
            return None
        return said if said.year is not None else said._replace(year=self._year(item))

    @cached_property
    def is_one(self) -> bool:
        """Whether the page is of a column of reports: by its address, names, breadcrumb, or the way that led to it."""
        page = self.page
        return bool(
            page.ask.family
            or page.ask.depth > 0
            or in_column_path(page.url)
            or names_column(page.ask.title, *islice(articles.titles(page.text), 4), *_crumbs(page.text))
        )

    @cached_property
    def _counts(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Of each list: how many links it has, how many are reports, how many say that they are, how many a body's."""
        every, reports, papers, bodies = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
        for item in self.items:
            every[item.among] += 1
            if recognize(item.title) is not None:
                reports[item.among] += 1
            elif self._asked_for(item.url) and meant(item.title) is not None:
                bodies[item.among] += 1
                papers[item.among] += names_paper(item.title)
        return {among: (count, reports[among], papers[among], bodies[among]) for among, count in every.items()}

    def _is_list(self, among: int) -> bool:
        """Whether a list of a column is one of reports; that of a menu has other links as well."""
        every, reports, papers, bodies = self._counts[among]
        return among == 0 or reports + papers > 0 or bodies * 100 >= every * SHARE

    def _beside(self, among: int) -> bool:
        """Whether reports stand in this list: on the page that a portal begins with one, elsewhere several."""
        _, reports, _, _ = self._counts[among]
        return among > 0 and reports >= (1 if self.page.ask.kind == "list" and not self.page.ask.parent else 2)

    def _asked_for(self, url: str) -> bool:
        """Whether an address is that of an article or a file of this site; folders are the families' affair."""
        if is_attachment(url):
            return True
        parts = urlsplit(url)
        numbered = re.search(r"\d", parts.query) or NUMBERED.search(parts.path.rsplit("/", 1)[-1])
        return host_of(url) == host_of(self.page.url) and bool(numbered or not is_index(url))

    def _year(self, item: ListItem) -> int | None:
        if (year := item.year or self.page.ask.source.year) is not None:
            return year
        day = item.date
        in_season = day[:4].isdecimal() and day[5:7].isdecimal() and 1 <= int(day[5:7]) <= FIRST_HALF
        return int(day[:4]) - 1 if in_season else None


def _crumbs(text: str) -> list[str]:
    """The steps of the way to a page, as its breadcrumb names them."""
    found = CRUMBS.search(text)
    if found is None:
        return []
    end = CRUMBS_END.search(text, found.end(), found.end() + LONGEST_CRUMBS)
    if end is None:
        return []
    return ["".join(between_tags(text[found.start() : end.start()], scripts=True)).replace("&gt;", ">")]


def grouped(found: Iterable[FoundReport]) -> list[FoundReport]:
    """The entries, without the name of a body above them that is not theirs.

    What heads the entries of several bodies, or two reports of one year, names the site or its editor.
    """
    found = list(found)
    under: dict[str, list[FoundReport]] = {}
    for one in found:
        if one.item.group and one_body(one.item.group):
            under.setdefault(one.item.group, []).append(one)
    wrong = {group for group, some in under.items() if not _theirs(one_body(group), some)}
    return [replace(one, item=replace(one.item, group="")) if one.item.group in wrong else one for one in found]


def _theirs(name: str, some: Iterable[FoundReport]) -> bool:
    nameless, own = Counter[int | None](), full_name(name)
    for one in some:
        said = one.said
        other = full_name(said.agency_name) if said is not None else ""
        if other and other not in own and own not in other:
            return False
        nameless[said.year if said is not None else None] += not other
    return all(count <= 1 for year, count in nameless.items())
