"""What a page says for the register: rosters that a list names, departments that a column leads to; pure."""

from collections.abc import Iterable, Iterator

from crawler.families.base import Family
from crawler.pages import articles, rosters, signs
from crawler.pages.page import ListItem, Page
from crawler.pages.rosters import Roster
from crawler.pages.titles import recognize


def named(page: Page, families: Iterable[Family]) -> Iterator[ListItem]:
    """The entries of a list that are rosters."""
    # An opaque answer may write its words in escapes.
    if page.ask.family or any(name in page.text for name in signs.words("roster").names):
        for item in (item for family in families for item in family.items(page)):
            if signs.is_roster(item.title) and recognize(item.title) is None:
                yield item


def departments(page: Page) -> Roster | None:
    """The departments and townships that the first page of a list leads to."""
    return (
        rosters.departments(page, next(articles.titles(page.text), ""))
        if (page.ask.page == 1 and not page.ask.family)
        else None
    )


def roster(page: Page, kind: str) -> Roster | None:
    """The roster on a page that a list named as one; None for a file, which is not read."""
    return rosters.on_page(page, page.ask.title, articles.titles(page.text)) if kind == "text/html" else None
