"""Reports whose pages are shells that a script fills: the text is asked for as the script would ask."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from crawler.families import by_name
from crawler.ground.characters import whole
from crawler.pages import articles
from crawler.pages.page import Ask, Page

ANSWER = "application/json"


def carried(ask: Ask) -> Mapping[str, str]:
    """What an entry of an interface's list takes along: whom to ask for its text."""
    if not ask.family or ask.method != "POST":
        return {}
    return {"via": ask.url, **({"guid": ask.context["guid"]} if "guid" in ask.context else {})}


def fetched(page: Page) -> Ask | None:
    """The request for the text of a report's page that holds none."""
    if "via" not in page.ask.context or articles.REPORT_WORDS.search(page.text):
        return None
    return next((ask for family in by_name(page.ask.context.get("by", "")) if (ask := family.fetched(page))), None)


def filled(page: Page) -> Page:
    """The page as its script would show it, under its own address."""
    ask = page.ask
    text = next((text for family in by_name(ask.context.get("by", "")) if (text := family.text(page))), "")
    shown = f"<h1>{escape(ask.title)}</h1>{text}" if text else ""
    return replace(page, url=ask.context["shell"], body=whole(shown).encode())
