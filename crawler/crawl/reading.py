"""An answer → its verdict and what its body shows: pure, and done where whatever the body does ends with it."""

import hashlib
from dataclasses import replace
from pathlib import PurePosixPath

from crawler.crawl import named_bodies, script_pages
from crawler.crawl.expected_page import is_supposed, own_heading, shows_report, without_words
from crawler.crawl.lists import body_of, list_page, own_title, reports
from crawler.crawl.records import (
    Document,
    File,
    ListPage,
    NoFile,
    NoReport,
    OwnReport,
    PageQuestion,
    PageSeen,
    ReportPage,
    RosterPage,
    ScriptPage,
)
from crawler.families import by_name, families, speaking, with_files
from crawler.ground.characters import is_whole, whole
from crawler.ground.clock import local_date
from crawler.ground.reasons import wordings
from crawler.pages import articles, dates
from crawler.pages.articles import Attachment
from crawler.pages.asks import Ask
from crawler.pages.page import Page
from crawler.pages.sniff import from_office, media_type
from crawler.pages.titles import TitleInfo, recognize
from crawler.pages.verdicts import Verdict, answer_verdict, fingerprints

HTML = "text/html"
DEEPEST = 3  # folders in folders


def prepare() -> None:
    """Loads what every page asks for, while none is there yet."""
    families()
    fingerprints()
    wordings()


def read_answer(question: PageQuestion) -> PageSeen:
    """What an answer amounts to, and what its body shows."""
    ask = question.ask
    verdict = Verdict("unchanged") if question.held else answer_verdict(question.answer)
    if verdict.word not in ("ok", "unchanged"):
        return PageSeen(verdict)
    page = Page(question.answer.url, question.answer.body, ask, local_date(question.now))
    sha256 = hashlib.sha256(page.body).hexdigest()
    if ask.kind == "list":
        shown = list_page(page, question.family, register=question.register)
        return PageSeen(verdict, _with_own(page, shown, question), sha256)
    return PageSeen(verdict, document(page, question), sha256, _is_titled(ask))


def _is_titled(ask: Ask) -> bool:
    info = recognize(ask.title) if ask.kind == "detail" else None
    # Where a family's reports stand at addresses of their own, its lists are reports.
    return (
        info is not None
        and info.year is not None
        and not any(family.holds(ask.url) for family in by_name(ask.source.family))
    )


def _with_own(page: Page, shown: ListPage, question: PageQuestion) -> ListPage:
    """The list, with the report that its page is itself: a column whose index is one."""
    speakers = tuple(family for family in families() if family.name in shown.families)
    if (
        shown.broken
        or page.ask.family
        or page.ask.page != 1
        or (shown.found and not any(family.serves(page) for family in speakers))
    ):
        return shown
    named = own_title(page, speakers)
    title, year = page.ask.title, page.ask.source.year
    if named is not None and named[1].year is not None:
        title, year = named[0], named[1].year
    elif not page.ask.source.agency or shown.found or not is_supposed(page, ()):
        return shown
    source = replace(page.ask.source, family=next(iter(shown.families), "generic"), first_page="")
    ask = replace(page.ask.bare(), kind="detail", title=title, source=source)
    return replace(shown, own=OwnReport(ask, year, document(replace(page, ask=ask), question)))


def document(page: Page, question: PageQuestion) -> Document:
    """A report's page, or a file (which the server has a name for)."""
    ask, url, body = page.ask, page.url, page.body
    kind = media_type(body, url)
    if ask.roster:
        return RosterPage(named_bodies.roster(page, kind))
    if ask.shell:
        page, kind = script_pages.filled(page), script_pages.ANSWER
    elif ask.kind == "attachment" or kind != HTML:
        return _file(page, kind, question) if kind != HTML or from_office(body) else NoFile()
    elif fetched := script_pages.fetched(page):
        return ScriptPage(fetched)
    return _report(page, kind, question)


def _report(page: Page, kind: str, question: PageQuestion) -> ReportPage | NoReport:
    ask = page.ask
    serving = [family for family in by_name(ask.source.family) if family.serves(page)]
    neighbours = tuple(reports(page, serving)) if serving else ()
    if denied := next((reason for family in serving if (reason := family.denied(page))), None):
        return NoReport(denied, neighbours=neighbours)
    own = [*articles.titles(page.text), *(family.own_title(page) for family in serving)]
    named = articles.titled(ask.title, own)
    files = _files(page)
    if (
        named is None
        and is_supposed(page, files)
        and (articles.REPORT_WORDS.search(page.text) or not reports(page, speaking(page)))
    ):
        named = ask.title, TitleInfo("", None)  # a report, of whom and when its list or its text may say
    elif named is None or (
        not files
        and not articles.REPORT_WORDS.search(page.text)
        and (named[1].year is None or _is_folder(page, named[1].agency_name) or not shows_report(page, ask.title, own))
    ):
        # A title without a name may be that of a list, whose entries bear nothing but names.
        column = (info := recognize(ask.title)) is not None and not info.agency_name
        leads_on = ask.depth < DEEPEST and bool(reports(page, speaking(page), column=column))
        return NoReport(
            heading="" if files else own_heading(page),
            folder=leads_on,
            empty=None if leads_on else without_words(page),
            neighbours=neighbours,
        )
    dated = dates.dated(page.text, page.url, question.now, listed=ask.date)
    pictures = articles.pictured_parts(page.text, page.url, page.charset)
    return ReportPage(page.url, kind, named[0], _grouped(named[1], ask), dated, _sound((*files, *pictures)), neighbours)


def _grouped(info: TitleInfo, ask: Ask) -> TitleInfo:
    """A title without a name or a year takes it from where it stands: the list of one body, the folder of a year."""
    year = info.year if info.year is not None else ask.source.year
    return TitleInfo(info.agency_name or ask.source.agency, year)


def _file(page: Page, kind: str, question: PageQuestion) -> File:
    ask, name = page.ask, question.answer.name
    # A frame and a button 下载 give no title; the server may.
    title = whole(ask.title if recognize(ask.title) or not name else name)
    info = recognize(title) or recognize(PurePosixPath(title).stem) or TitleInfo(ask.owner.agency, ask.owner.year)
    dated = dates.dated("", page.url, question.now, **{"page" if ask.kind == "attachment" else "listed": ask.date})
    return File(kind, title, _grouped(info, ask), dated)


def _is_folder(page: Page, agency: str) -> bool:
    """Whether a page that says nothing itself leads to the reports of several bodies (2025年政府信息公开年报)."""
    others = {body_of(one) for one in reports(page, speaking(page), column=not agency)} - {"", agency}
    return len(others) > 1


def _files(page: Page) -> list[Attachment]:
    particular: list[Attachment] = [one for family in with_files(page) for one in family.attachments(page)]
    return [*articles.attachments(page.text, page.url, page.charset), *particular]


def _sound(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    return tuple(replace(one, title=whole(one.title)) for one in files if is_whole(one.url))
