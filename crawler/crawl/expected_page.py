"""Whether a page is what was asked for: a list where one should stand, a report under a report's title."""

import re
from collections.abc import Iterable, Sequence

from crawler.families.base import Family
from crawler.ground.reasons import Reason
from crawler.pages import articles
from crawler.pages.column_entries import meant, names_paper
from crawler.pages.markup import between_tags
from crawler.pages.page import Page, lowered, squeeze
from crawler.pages.signs import may_be_a_report, other_paper
from crawler.pages.sniff import BINARY, media_type
from crawler.pages.titles import recognize
from crawler.pages.verdicts import visible_text

# What is shown without words, or leads on.
SHOWN = re.compile(r"<(?:i?frame|img|embed|object|svg|form)\b|http-equiv", re.IGNORECASE)
IMAGE = re.compile(r"<img\b", re.IGNORECASE)
# Between a page's title and the name of its site.
PIECES = re.compile(r"[_|]|--|\s[-—–]\s")
LEAST_WORDS = 2
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


def no_list(page: Page, families: Sequence[Family]) -> Reason | None:
    """Why a page can be no list: it is not to be parsed, or no system of its own serves it; None when it can."""
    if page.refused:
        return page.refused
    if page.ask.family or any(family.name != "generic" for family in families):
        return None
    kind = media_type(page.body[:0x10000], page.url)
    textual = kind.startswith("text/") or kind.endswith("xml") or (kind == BINARY and "<" in page.text)
    if not textual and page.body:
        return Reason("no_page", media_type=kind)
    return without_words(page)


def without_words(page: Page) -> Reason | None:
    """What to say of a page that shows nothing unless its scripts are run; None for all others."""
    if SCRIPT.search(page.text) and not page.links and not SHOWN.search(page.text) and not visible_text(page.text):
        return Reason("needs_scripts")
    return None


def own_heading(page: Page) -> str:
    """The title of a page that by it is certainly another paper than a report; "" for all others."""
    first = next(articles.titles(page.text), "")
    heading = next(iter(PIECES.split(first)), "").strip()
    shown = articles.pictures(page.text, page.url) or ("<table" in lowered(page.text) and IMAGE.search(page.text))
    return heading if other_paper(heading) and not shown else ""


def is_supposed(page: Page, files: Sequence[articles.Attachment]) -> bool:
    """Whether a page whose titles say nothing is a report, as its list supposes.

    An entry that calls itself one needs the words of the form; a body's bare name several of them, or a paper to open.
    """
    title = page.ask.title
    said = {match[0] for match in articles.REPORT_WORDS.finditer(page.text)}
    if may_be_a_report(title):
        return bool(said)
    if meant(title) is None or own_heading(page):
        return False
    return (
        len(said) >= LEAST_WORDS
        or (bool(said) and names_paper(title))
        or bool(files or articles.pictures(page.text, page.url))
    )


def shows_report(page: Page, listed: str, own: Iterable[str]) -> bool:
    """Whether anything on a page says that it is a report: its titles, the words of one, or pictures of one."""
    if articles.REPORT_WORDS.search(page.text) or any(recognize(title) for title in own):
        return True
    # A title that leads elsewhere is none of the page's own.
    unlinked = squeeze("".join(between_tags(articles.ANCHOR.sub("", page.text), scripts=True)))
    return bool(listed and squeeze(listed) in unlinked) or bool(articles.pictures(page.text, page.url))
