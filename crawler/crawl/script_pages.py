"""Reports whose pages are shells that a script fills: the text is asked for as the script would ask."""

from dataclasses import replace
from html import escape

from crawler.families import by_name
from crawler.ground.characters import whole
from crawler.pages import articles
from crawler.pages.asks import Ask
from crawler.pages.page import Page

ANSWER = "application/json"


def fetched(page: Page) -> Ask | None:
    """The request for the text of a report's page that holds none."""
    ask = next((ask for family in by_name(page.ask.source.family) if (ask := family.fetched(page))), None)
    return None if ask is None or articles.REPORT_WORDS.search(page.text) else ask


def filled(page: Page) -> Page:
    """The page as its script would show it, under its own address."""
    ask = page.ask
    text = next((text for family in by_name(ask.source.family) if (text := family.text(page))), "")
    shown = f"<h1>{escape(ask.title)}</h1>{text}" if text else ""
    return replace(page, url=ask.shell, body=whole(shown).encode())
