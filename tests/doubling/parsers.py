"""Everything that reads what a stranger wrote, by name: what is made ready untimed, and the work that is measured."""

import io
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from scrapy.http import TextResponse
from twisted.python.failure import Failure

from crawler.agencies import divisions, names
from crawler.agencies.register_file import read_register
from crawler.crawl import expected_page, named_bodies, reading
from crawler.crawl.records import PageQuestion
from crawler.crawl.spider import seconds as seconds_to_wait
from crawler.crawl.unanswered import verdict_of
from crawler.discovery import sighting
from crawler.families import families, speaking, with_files
from crawler.families.base import Family
from crawler.files import unpack
from crawler.ground import reasons, urls
from crawler.ground.contained import contained
from crawler.ground.hosts import refusal
from crawler.pages import articles, dates, file_names, rosters, signs, sniff, titles, verdicts
from crawler.pages.asks import Ask
from crawler.pages.markup import permitted
from crawler.pages.page import Page, decode, squeeze
from crawler.pages.picture_names import local_name
from crawler.wire import recording
from crawler.wire.robots import rules_of
from extract.content import Content, Grid, plain_row
from extract.indicators.reading import read_indicators
from extract.model import Report, Section
from extract.parse import parse
from extract.readers import Unreadable, _ocr, read
from extract.run import read_report
from extract.saved_page import saved_beside
from monitor.alerts import feed, smtp_words
from monitor.asking.register_list import read_list
from monitor.changes import diff, revisions
from monitor.checking.sources import sources_of
from monitor.claims.grammar import read_claims
from monitor.claims.numbers import quantities
from monitor.claims.sentences import sentences
from monitor.export import cells, sheet_text
from monitor.letter import parts
from monitor.reconcile import rulebook
from monitor.reconcile.engine import check_report
from monitor.reconcile.locate import locate
from monitor.reconcile.outcome import Context
from monitor.samples import make_history
from monitor.words import terminal
from monitor.words.reasons import reason_words
from tests.doubling import books
from tests.extract.pdf_pages import pdf_of
from tests.extract.word_files import of_text

NOW = datetime(2026, 2, 1, tzinfo=UTC)
BASE = "http://www.example.gov.cn/zfxxgknb/"
Work = Callable[[], object]


@dataclass(frozen=True)
class Parser:
    """`ready` makes of a text (untimed) the work that is measured. `largest`: characters, where less than elsewhere."""

    ready: Callable[[str], Work]
    largest: int = 131_072


def plain(function: Callable[[str], object]) -> Parser:
    """A function of one text."""
    return Parser(lambda text: lambda: function(text))


def printed(text: str) -> Work:
    """A PDF of the text, half of each page's lines under rules, is made ready; reading it is measured."""
    body = pdf_of([text[at : at + 40] for at in range(0, len(text), 40)])
    return lambda: _read_twice(body)


def _read_twice(body: bytes) -> object:
    """What a picture shows is no reading of text, and takes seconds a page: its time is bounded by the page."""
    with patch.object(_ocr, "available", lambda: False):
        second = read(body, "a.pdf").second
    return second and second.read()


def encoded(function: Callable[[bytes], object]) -> Parser:
    """A function of bytes."""

    def ready(text: str) -> Work:
        body = text.encode("utf-8", "surrogatepass")
        return lambda: function(body)

    return Parser(ready)


def page_of(text: str, ask: Ask | None = None, *, looked_at: bool = True) -> Page:
    """A fetched page; what every look at it shares is made ready, unless that itself is to be measured."""
    page = Page(ask.url if ask else BASE, text.encode("utf-8", "surrogatepass"), ask or Ask(BASE), NOW.date())
    if looked_at:
        contained(lambda: (page.text, page.tree, page.links))
    return page


def on_page(function: Callable[[Page], object]) -> Parser:
    """A function of a page that was looked at before."""

    def ready(text: str) -> Work:
        page = page_of(text)
        return lambda: function(page)

    return Parser(ready)


def all_of(family: Family, page: Page) -> None:
    """Everything that a family may be asked about a page, each answer to its end."""
    for name in (
        "recognizes",
        "items",
        "more",
        "attachments",
        "fetched",
        "text",
        "broken",
        "short",
        "serves",
        "own_title",
        "denied",
    ):
        method: Callable[[Page], object] = getattr(family, name)
        contained(lambda method=method: exhausted(method(page)))  # type: ignore[misc]  # mypy infers no lambda with a default
    contained(lambda: family.holds(page.url))


def exhausted(answer: object) -> None:
    """An iterator is gone through: it has done nothing before."""
    if isinstance(answer, Iterator):
        for _ in answer:
            pass


def looked_at(text: str) -> Work:
    page = page_of(text, looked_at=False)
    return lambda: (page.text, page.tree, page.links, page.base, page.cut)


def asked(ask: Ask) -> Parser:
    """All that a worker of the crawl does with an answer."""

    def ready(text: str) -> Work:
        answer = verdicts.Answer(ask.url, 200, text.encode("utf-8", "surrogatepass"))
        return lambda: reading.read_answer(PageQuestion(answer, ask, NOW))

    return Parser(ready)


def harvested(page: Page) -> None:
    """What the crawl makes of a page under a report's title, and of a list."""
    own = list(articles.titles(page.text))
    articles.titled("青石市财政局2024年…", own)
    articles.attachments(page.text, page.url)
    articles.pictures(page.text, page.url)
    articles.pictured_parts(page.text, page.url)
    expected_page.shows_report(page, "青石市财政局", own)
    expected_page.own_heading(page)
    expected_page.without_words(page)


def discovered(page: Page) -> None:
    """What discovery makes of a page."""
    sighting.listing(page, families())
    for link in page.links:
        signs.promise(link.label, link.url)
        signs.names_column(link.label)
        _ = link.line


def in_families(text: str) -> Work:
    page = page_of(text)
    return lambda: (speaking(page), with_files(page))


def readable(name: str) -> Parser:
    """Bytes of a format → Content → Report, as `extract` does it, without its limit of time."""

    def whole(body: bytes) -> object:
        try:
            return parse(read(body, name))
        except Unreadable as error:
            return error.problem

    return encoded(whole)


PAGED = 4_096  # characters of what is read as pages: each glyph has its place there, as in a PDF


def in_format(name: str) -> Parser:
    """A text inside a file of a format that holds parts, read whole; made by tests/doubling/books.py."""

    def ready(text: str) -> Work:
        body = books.FORMATS[name](text)

        def work() -> object:
            try:
                content = read(body, f"a.{name}")
                if content.second:
                    contained(content.second.read)
                return parse(content)
            except Unreadable as error:
                return error.problem

        return work

    return Parser(ready, PAGED if name == "ofd" else Parser.largest)


BOOK = rulebook.load()
[SAMPLE, LATER] = [
    read_report(report.text().encode(), "a.txt") for report in make_history(3, "示例县财政局", [2023, 2024])
]
assert isinstance(SAMPLE, Report)
assert isinstance(LATER, Report)
EARLIER: Report = SAMPLE


def with_prose(report: Report, text: str) -> Report:
    """The report with another first section."""
    return replace(report, sections=(Section(1, "一、总体情况", text), *report.sections[1:]))


def verified(text: str) -> Work:
    report = read_report(text.encode("utf-8", "surrogatepass"), "a.html" if "<" in text else "a.txt")
    if not isinstance(report, Report):
        return lambda: None
    return lambda: (check_report(BOOK, report, Context()), locate(BOOK, report))


def compared(text: str) -> Work:
    one, other = with_prose(EARLIER, text[::2]), with_prose(EARLIER, text)
    return lambda: (
        diff.between_versions(one, other),
        revisions.changed(one, other),
        revisions.notes(other),
        revisions.brings_note(one, other),
        revisions.likeness(one, other),
        revisions.disagreeing(one, other),
    )


def imported(text: str) -> Work:
    with tempfile.NamedTemporaryFile(
        "w", suffix=".csv", encoding="utf-8", errors="replace", delete=False, newline=""
    ) as file:
        file.write(text)
    return lambda: contained(lambda: read_register(Path(file.name)))


def listed(text: str) -> Work:
    """A list of bodies as an office keeps it: a heading, then rows."""
    with tempfile.NamedTemporaryFile(
        "w", suffix=".csv", encoding="utf-8", errors="replace", delete=False, newline=""
    ) as file:
        file.write(f"单位名称,类别,联系人,电话,邮箱\n青石市财政局,部门,张三,0558-123,a@example.org\n{text}")
    return lambda: contained(lambda: read_list(Path(file.name), []))


def robots(text: str) -> Work:
    response = TextResponse("http://a.example/robots.txt", body=text.encode("utf-8", "replace"))

    def work() -> None:
        rules = rules_of(response, "gouji")
        if rules is not None:
            rules.can_fetch("http://a.example/" + "x" * 200, "gouji")
            rules.crawl_delay("gouji")

    return work


def packed(text: str) -> Work:
    """A zip with a member for each line, all of one name in many spellings."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as package:
        warnings.simplefilter("ignore", UserWarning)  # two members of one name
        for line in (text.splitlines() or [""])[:2000]:
            package.writestr(line.encode("utf-8", "replace").decode().replace("\0", "0")[:200] or "a", "x")
    return lambda: contained(
        lambda: [list(unpack.members(opened, 1000, unpack.Budget(10_000))) for opened in [unpack.open_zip(file)]]
    )


def given(text: str) -> Work:
    """A zip as a person gives it to be judged, with a page and the picture saved beside it."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as package:
        warnings.simplefilter("ignore", UserWarning)
        package.writestr("a.html", text.encode("utf-8", "replace"))
        for line in (text.splitlines() or [""])[:1000]:
            package.writestr("a_files/" + line.encode("utf-8", "replace").decode().replace("\0", "0")[:200], "x")
    return lambda: list(sources_of("a.zip", file.getvalue()))


def saved(text: str) -> Work:
    """The pictures of a saved page are looked for beside it; where nothing is."""
    read_already = contained(lambda: read(text.encode("utf-8", "replace"), "a.html"))
    return lambda: saved_beside(read_already, Path("/nowhere")) if isinstance(read_already, Content) else None


def in_word(text: str) -> Work:
    bodies = of_text(permitted(text))
    return lambda: [contained(lambda body=body: read_report(body, "a.docx")) for body in bodies]  # type: ignore[misc]  # mypy infers no lambda with a default


def answer(text: str) -> Work:
    answers = [
        verdicts.Answer(BASE, status, text.encode("utf-8", "replace"), location=text[:2000], cookies=text[:8000])
        for status in (200, 302, 404, 503)
    ]
    return lambda: [verdicts.answer_verdict(one) for one in answers]


def statistics(text: str) -> Work:
    """The table that reports had before 2019, in running text, in lines and as a grid."""
    head = ("指标名称", "单位", "2015年度", "历年累计")
    grid = Grid(tuple(plain_row(cells) for cells in (head, *((piece, "条", piece, "0") for piece in text.split()))))
    line, lines = " ".join((*head, text)), (" ".join(head), *text.split("\n"))
    contents = [Content((line,)), Content(lines), Content((grid,))]
    return lambda: [read_indicators(content, 2015) for content in contents]


PARSERS: Mapping[str, Parser] = {
    "statistics before 2019": Parser(statistics),
    "a document": readable("a.html"),  # the bytes decide which reader reads it
    "a Word document": Parser(in_word),
    **{f"a document in {name}": in_format(name) for name in books.FORMATS},
    "a page that was published": encoded(
        lambda body: read_report(body, "a.html", "青石市财政局2024年政府信息公开工作年度报告", published=True)
    ),
    "the verdicts on a report": Parser(verified),
    "two versions": Parser(compared),
    "a PDF": Parser(printed, PAGED),
    "the text of bytes": encoded(decode),
    "a page of the crawl": Parser(looked_at),
    "squeeze": plain(squeeze),
    "the families that speak": Parser(in_families),
    **{f"the family {family.name}": on_page(lambda page, family=family: all_of(family, page)) for family in families()},  # type: ignore[misc]  # mypy infers no lambda with a default
    "an answer in a worker: a list": asked(Ask(BASE)),
    "an answer in a worker: a report": asked(Ask(BASE, "detail", title="青石市财政局2024年政府信息公开工作年度报告")),
    "an answer in a worker: a roster": asked(Ask(BASE, "detail", title="2024年度报告公布情况", roster=True)),
    "an answer in a worker: a file": asked(Ask(BASE + "a.pdf", "attachment")),
    "a report's page": on_page(harvested),
    "discovery": on_page(discovered),
    "a roster": plain(lambda text: rosters.read(text, BASE, "2024年度报告公布情况")),
    "departments": on_page(lambda page: rosters.departments(page, "x")),
    "rosters that a list names": on_page(lambda page: list(named_bodies.named(page, families()))),
    "whether it is a list": on_page(lambda page: expected_page.no_list(page, ())),
    "the date of a page": plain(lambda text: dates.dated(text, BASE, NOW, listed=text[:300])),
    "an answer's verdict": Parser(answer),
    "visible words": plain(verdicts.visible_text),
    "a title": plain(titles.recognize),
    "the name of a body": plain(
        lambda text: (
            names.clean(text),
            names.spellings(text),
            names.classify(text),
            names.places_of(text),
            names.core(text),
        )
    ),
    "the name of a roster": plain(rosters.body),
    "what a cell says": plain(rosters.state),
    "a division": plain(divisions.division_of),
    "signs of a title": plain(
        lambda text: (
            signs.promise(text, BASE),
            signs.decoy(text),
            signs.other_paper(text),
            signs.site_of(text),
            signs.is_roster(text),
            signs.looks_like_a_report(text),
        )
    ),
    "signs of an address": plain(lambda text: (signs.in_column_path(text), signs.is_index(text), signs.tokens(text))),
    "an address": plain(
        lambda text: (
            urls.resolve(BASE, text),
            urls.off_the_web(text),
            contained(lambda: urls.clean(text)),
            contained(lambda: urls.identity(text)),
            contained(lambda: urls.is_attachment(text)),
            contained(lambda: urls.is_home(text)),
            urls.never_followed(text),
        )
    ),
    "whether a host may be asked": plain(lambda text: contained(lambda: refusal(text, BASE))),
    "what a file is": encoded(lambda body: (sniff.media_type(body, "a"), sniff.from_office(body))),
    "the name of a file": encoded(file_names.file_name),
    "robots.txt": Parser(robots),
    "a register": Parser(imported),
    "a list of bodies": Parser(listed),
    "a picture saved with a page": plain(local_name),
    "a cell of a workbook": plain(sheet_text.plain),
    "a recorded head": encoded(lambda body: contained(lambda: recording.fields(body))),
    "evidence in words": plain(lambda text: reason_words(text, reasons.as_json(reasons.quoted(text)), "zh")),
    "claims of prose": plain(lambda text: read_claims([(1, text), (3, text)], 2023)),
    "sentences of prose": plain(lambda text: list(sentences(text))),
    "numbers of a sentence": plain(quantities),
    "inert": plain(terminal.inert),
    "clipped": plain(lambda text: (terminal.clip(text, 40), terminal.width(text))),
    "a table": plain(lambda text: terminal.table([(text, text)])),
    "a letter's markdown": plain(parts.escape),
    "a formula in words": plain(lambda text: parts.in_words(text, "zh")),
    "a cell of an export": plain(lambda text: (cells.guard(text), cells.without_path(text), cells.quoted(text))),
    "a text of the feed": plain(feed._legal),
    "a mail server's reply": plain(smtp_words.clean),
    "why no answer came": plain(lambda text: verdict_of(Failure(ValueError(text)), BASE)),  # type: ignore[no-untyped-call]  # Twisted's
    "when to come again": plain(lambda text: seconds_to_wait(text, NOW)),
    "members of a zip": Parser(packed),
    "a zip to be judged": Parser(given),
    "pictures saved beside a page": Parser(saved),
}
