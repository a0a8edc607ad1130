"""A page as a search for columns sees it: bytes → plain data, pure; runs in a worker that a bad page may crash."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.crawl.lists import own_title
from crawler.discovery.sighting import ListedReport, Pointer, Sought, View, listing
from crawler.families import speaking
from crawler.families.base import Family
from crawler.ground.urls import clean
from crawler.pages import articles, rosters, signs
from crawler.pages.page import Page
from crawler.pages.signs import bare, is_roster, promise, words
from crawler.pages.verdicts import Answer, Verdict, answer_verdict

MOST_LINKS = 3000  # from one page
META = re.compile(
    r"""<meta\b(?=[^>]{0,300}\bname\s*=\s*["']?(SiteName|ColumnName)\b)"""
    r"""[^>]{0,300}\bcontent\s*=\s*["']([^"'<>]{1,100})""",
    re.IGNORECASE,
)


def regard(answer: Answer, sought: Sought) -> tuple[Verdict, View | None]:
    """The verdict on an answer, and its page where there is one."""
    verdict = answer_verdict(answer)
    return verdict, _view(answer, sought) if verdict.word == "ok" else None


def _view(answer: Answer, sought: Sought) -> View:
    ask = sought.ask
    page = Page(answer.url, answer.body, ask, sought.today)
    said = {match[1].lower(): match[2].strip() for match in META.finditer(page.text[:200_000])}
    titles = list(islice(articles.titles(page.text), 4))
    named = tuple(filter(None, (said.get("columnname", ""), *titles)))
    families = speaking(page, sought.family)
    roster = rosters.on_page(page, ask.title, named) if sought.roster or any(map(is_roster, named)) else None
    broken = next((reason for family in families if (reason := family.broken(page))), None)
    reports, refused = listing(page, families)
    first = next(iter(titles), "")
    return View(
        page.url,
        ask,
        said.get("sitename", ""),
        signs.site_of(first),
        named,
        first,
        tuple(family.name for family in families),
        broken,
        tuple(reason for family in families if (reason := family.short(page))),
        tuple(reports),
        tuple(refused),
        _own_report(page, families),
        any(family.serves(page) for family in families),
        tuple(one for family in families for one in family.more(page)),
        tuple(item.url for family in families for item in family.items(page) if item.supposed),
        tuple(_links(page, families)),
        roster,
    )


def _links(page: Page, families: Sequence[Family]) -> Iterator[Pointer]:
    for link in islice(page.links, MOST_LINKS):
        kind = promise(link.label, link.url) or promise(link.text, link.url)
        if kind is not None:
            yield Pointer(
                link.url,
                link.label,
                kind,
                words("group").named(bare(link.label)),
                any(family.holds(link.url) for family in families),
            )


def _own_report(page: Page, families: Sequence[Family]) -> ListedReport | None:
    """The report that the page is, if it is a report's own page."""
    named = own_title(page, families)
    return None if named is None else ListedReport(named[0], named[1].agency_name, named[1].year, "", clean(page.url))
