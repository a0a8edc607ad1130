"""What a crawl keeps for the register: rosters that lists name, departments that a column leads to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from crawler.agencies.titles import recognize
from crawler.discovery import rosters, signs
from crawler.evidence.fetches import Fetch
from crawler.families.base import Family
from crawler.fetching import articles
from crawler.fetching.pages import Item, Page


def named(page: Page, families: Iterable[Family]) -> Iterator[Item]:
    """The entries of a list that are rosters."""
    # An opaque answer may write its words in escapes.
    if page.ask.family or any(name in page.text for name in signs.words("roster").names):
        for item in (item for family in families for item in family.items(page)):
            if signs.is_roster(item.title) and recognize(item.title) is None:
                yield item


def keep_departments(db: Database, portal: str, page: Page, sha256: str | None, now: datetime) -> None:
    """Keeps the departments and townships that the first page of a list leads to."""
    found = rosters.departments(page, next(articles.titles(page.text), "")) if (
        page.ask.page == 1 and not page.ask.family) else None
    if found is not None:
        rosters.store(db, portal, [replace(found, document=sha256 or "")], now)


def keep_roster(db: Database, line: Fetch, page: Page, kind: str, now: datetime) -> Fetch:
    """A page that a list named as a roster was fetched."""
    if kind != "text/html":
        return replace(line, verdict="not_report", detail="a roster that is no page is not read")
    found = rosters.on_page(page, page.ask.title, articles.titles(page.text))
    rosters.store(db, line.portal, [replace(found, document=line.sha256 or "")], now)
    more = ", and more that are not kept" if len(found.entries) == rosters.MOST else ""
    return replace(line, detail=f"a roster of {len(found.entries)} bodies{more}")
