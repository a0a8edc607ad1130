"""A page of a list → what it shows: its reports, where it goes on, whom it names; pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from crawler.crawl import named_bodies
from crawler.crawl.column import Column, grouped
from crawler.crawl.expected_page import no_list
from crawler.crawl.records import FoundReport, ListPage
from crawler.families import speaking
from crawler.families.base import Family
from crawler.ground.characters import is_whole, whole
from crawler.ground.contained import Failed, contained
from crawler.ground.reasons import Reason
from crawler.ground.urls import identity
from crawler.pages import articles
from crawler.pages.asks import Ask, Source
from crawler.pages.page import ListItem, Page, is_cut
from crawler.pages.signs import CUT_REPORT, looks_like_a_report, may_be_a_report
from crawler.pages.titles import TitleInfo, recognize

T = TypeVar("T")


def list_page(page: Page, configured: str, *, register: bool) -> ListPage:
    """What a list shows. What goes wrong within one family or entry is that one's own, and said in `short`."""
    troubles: list[Reason] = []
    families = speaking(page, configured)
    broken = next((reason for family in families if (reason := family.broken(page))), None) or no_list(page, families)
    if broken:
        return ListPage(broken=broken)
    further = gathered(families, lambda family: family.more(page), troubles)
    asks = sound((within(ask, page.ask.source) for ask in further), troubles)
    # A folder may bear the name of a report; what it is shows when it is opened.
    folders = {ask.url for ask in asks}
    found = [one for one in reports(page, families, troubles, column=True) if one.item.url not in folders]
    departments = contained(lambda: named_bodies.departments(page)) if register else None
    short = next((reason for family in families if (reason := family.short(page))), None)
    return ListPage(
        tuple(family.name for family in families),
        found=tuple(found),
        asks=tuple(asks),
        content=_fingerprint(found, page.body),
        rosters=tuple(named_bodies.named(page, families)),
        departments=None if isinstance(departments, Failed) else departments,
        short=(short,) if short else tuple(troubles),
    )


def reports(
    page: Page, families: Sequence[Family], troubles: list[Reason] | None = None, *, column: bool = False
) -> list[FoundReport]:
    """The entries that are annual reports, each once; a cut title that may be one is looked at.

    Two bodies may be given one address. An entry that cannot be asked for and may be a report stays, as what it is.
    `column`: the page is a list, in which other entries may be reports as well.
    """
    found: dict[tuple[str, str], FoundReport] = {}
    troubles = [] if troubles is None else troubles
    here = identity(page.url)
    for family in families:
        items = gathered([family], lambda one: one.items(page), troubles)
        about = Column(page, items) if column else None
        for item in items:
            one = contained(lambda item=item, family=family, about=about: _entry(item, family.name, here, found, about))  # type: ignore[misc]  # bound as it is now
            if isinstance(one, Failed):
                troubles.append(Reason("entry_failed", error=one.detail, title=whole(item.title)[:80]))
            elif one is not None:
                found[_key(item.url, one.said, found)] = one
                if one.broken and (one.said is None or one.said.year is None):
                    troubles.append(
                        Reason("entry", why=one.broken, title=one.item.title[:80])
                    )  # nobody can say whose it is
    return grouped(found.values())


def may_be_one(title: str) -> bool:
    """Whether an entry that cannot be told to be a report is fetched all the same: its page may say what it is."""
    return (is_cut(title) and CUT_REPORT.search(title) is not None) or may_be_a_report(title)


def body_of(one: FoundReport) -> str:
    """Whose report an entry says it is; "" where it does not."""
    return one.said.agency_name if one.said is not None else ""


def _key(url: str, said: TitleInfo | None, found: Mapping[tuple[str, str], FoundReport]) -> tuple[str, str]:
    """What tells the entries of one address apart: the body; and the year, where two of one body's stand there."""
    body = said.agency_name if said is not None else ""
    first = found.get((url, body))
    year = said.year if said is not None else None
    other = first.said.year if first is not None and first.said is not None else None
    return (url, body if year is None or other in (None, year) else f"{body} {year}")


def _entry(
    item: ListItem,
    family: str,
    here: str,
    found: Mapping[tuple[str, str], FoundReport],
    column: Column | None,
) -> FoundReport | None:
    title = whole(item.title)
    item = item if title is item.title and is_whole(item.group) else replace(item, title=title, group=whole(item.group))
    info = recognize(title)
    meant = column.meaning(item) if info is None and column is not None else None
    said = info or meant
    if _key(item.url, said, found) in found:
        return None
    if not is_whole(item.url):
        # Whether half a title was a report's is not certain; that the address is none, is.
        wanted = said is not None or looks_like_a_report(title) or is_cut(title)
        broken = ListItem(whole(item.url), title, whole(item.date))
        return FoundReport(broken, info, family, Reason("half_character"), meant) if wanted else None
    if identity(item.url) == here or (said is None and not may_be_one(title)):
        return None
    return FoundReport(item, info, family, meant=meant)


def gathered(families: Iterable[Family], of: Callable[[Family], Iterable[T]], troubles: list[Reason]) -> list[T]:
    """What the families give, one after the other; one that stumbles has given what came before."""
    found: list[T] = []
    for family in families:
        failed = contained(lambda family=family: found.extend(of(family)))  # type: ignore[misc]  # bound as it is now
        if isinstance(failed, Failed):
            if failed.cause == "out_of_memory":
                raise MemoryError
            troubles.append(Reason("family_failed", family=family.name, error=failed.detail))
    return found


def sound(asks: Iterable[Ask], troubles: list[Reason]) -> list[Ask]:
    """The requests that can be made; of the others it is said that the list goes on where it cannot be followed."""
    found: list[Ask] = []
    for ask in asks:
        ask = replace(ask, title=whole(ask.title))
        if all(map(is_whole, ask.texts())):
            found.append(ask)
        else:
            troubles.append(Reason("further_half_character"))
    return found


def within(ask: Ask, source: Source) -> Ask:
    """A list below another one, or its next page: whose it is and of when, unless it says so itself."""
    own = ask.source
    agency = own.agency if own.agency or own.group else source.agency
    return replace(
        ask,
        source=replace(
            own,
            agency=agency,
            group=own.group or source.group,
            year=own.year if own.year is not None else source.year,
        ),
    )


def _fingerprint(found: list[FoundReport], body: bytes) -> str:
    text = "\n".join(one.item.url for one in found)
    return hashlib.sha256(text.encode() if text else body).hexdigest()[:32]


def own_title(page: Page, families: Sequence[Family]) -> tuple[str, TitleInfo] | None:
    """The title of the report that a list's page is itself, with its year; None for all others."""
    serving = [family for family in families if family.serves(page)]
    named = articles.titled("", [*articles.titles(page.text), *(family.own_title(page) for family in serving)])
    if (
        named is None
        or named[1].year is None
        or not articles.REPORT_WORDS.search(page.text)
        or any(family.denied(page) for family in serving)
    ):
        return None
    return named
