"""Data of discovery: looks at addresses, columns with their reports, refused titles with reasons."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from crawler.crawl.column import Column
from crawler.crawl.lists import may_be_one
from crawler.families.base import Family
from crawler.ground.reasons import Detail, Reason, every
from crawler.ground.urls import identity
from crawler.pages.asks import Ask
from crawler.pages.dates import from_url
from crawler.pages.page import Page
from crawler.pages.rosters import Roster
from crawler.pages.signs import Promise, decoy, looks_like_a_report, promise
from crawler.pages.titles import recognize
from crawler.pages.verdicts import Word

UNNAMED = "unnamed"  # the title names neither a body nor a year


@dataclass(frozen=True, slots=True)
class Sought:
    """What a look is for: the request that the page answers, and how the page is to be read.

    If `family` is set, only it and plain anchors are read; `roster`: a link has called the page a roster.
    """

    ask: Ask
    family: str = ""
    today: date | None = None
    roster: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """A promising link. `grouped`: its words also fit a group; `held`: a family reads that address by itself."""

    url: str
    label: str
    promise: Promise
    grouped: bool
    held: bool


@dataclass(frozen=True, slots=True)
class View:
    """A page as a search sees it. `named` are the names that the page gives itself, that of its column first."""

    url: str
    ask: Ask
    site_name: str
    site_titled: str
    named: tuple[str, ...]
    title: str
    families: tuple[str, ...]
    broken: Reason | None
    short: Detail
    reports: tuple["ListedReport", ...]
    refused: tuple["Refused", ...]
    own: "ListedReport | None"
    served: bool
    asks: tuple[Ask, ...]
    supposed: tuple[str, ...]
    links: tuple[Pointer, ...]
    roster: Roster | None


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at an address: the evidence. `url` is the address that answered."""

    url: str
    kind: str
    verdict: Word
    status: int | None = None
    said: Detail = ()
    location: str = ""
    body: bytes = field(default=b"", repr=False)
    view: View | None = field(default=None, repr=False)

    @property
    def sound(self) -> bool:
        return self.verdict == "ok" and self.view is not None

    @property
    def answer(self) -> Reason:
        """What the address answered instead of what was looked for."""
        if not self.said:
            return Reason("answered", word=self.verdict)
        return Reason("answered_as", word=self.verdict, why=self.said)

    @property
    def failure(self) -> Reason:
        """The same for one address among several, with the status of its answer."""
        told = any("status" in one.fields for one in every(self.said))
        why = self.said if told or not self.status else (Reason("status", status=self.status), *self.said)
        if not why:
            return Reason("page_failed", url=self.url, word=self.verdict)
        return Reason("page_failed_as", url=self.url, word=self.verdict, why=why)


# Makes one request; returns what the answer shows for this purpose.
Look = Callable[[Ask, Sought], Awaitable[Sight]]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a page was looked at or taken for a column: a code, and the words or address behind it."""

    code: Literal["given", "home", "link", "frame", "page", "name", "path", "lists"]
    what: str = ""


@dataclass(frozen=True, slots=True)
class ListedReport:
    """A report that a crawl of this column would fetch."""

    title: str
    agency: str
    year: int | None
    date: str
    url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A title that is not an annual report, and why (a word from signs.toml)."""

    title: str
    url: str
    reason: str


@dataclass(slots=True, eq=False)
class SiteSection:
    """A list of annual reports that was found, as far as it was looked at."""

    start_url: str
    name: str
    named: bool
    why: list[Why] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    trouble: list[Reason] = field(default_factory=list)
    reports: dict[str, ListedReport] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    pages: int = 0
    unread: int = 0
    part_of: "SiteSection | None" = None

    @property
    def family(self) -> str:
        return self.families[0] if self.families else ""

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({one.year for one in self.reports.values() if one.year is not None}))

    def add(self, reports: Iterable[ListedReport], refused: Iterable[Refused]) -> int:
        """Adds what a page lists; returns how many of the reports are new here."""
        before = len(self.reports)
        for one in reports:
            self.reports.setdefault(identity(one.url), one)
        for other in refused:
            self.refused.setdefault(identity(other.url), other)
        return len(self.reports) - before


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result: `moved` says why the given address is not where the reports are, `broken` why the look
    did not finish.
    """

    asked: str
    reached: bool
    moved: Detail
    site_name: str
    columns: tuple[SiteSection, ...]
    rosters: tuple[Roster, ...]
    sights: tuple[Sight, ...]
    exhausted: bool
    broken: Detail = ()


def proposed(columns: Sequence[SiteSection], whole_of: Callable[[SiteSection], SiteSection]) -> Iterator[SiteSection]:
    """The columns to propose: those with reports before empty ones, without those that another one fully contains."""
    for column in columns:
        whole = whole_of(column)
        if whole is not column and whole.part_of is not column:
            column.part_of = whole
            whole.add(column.reports.values(), column.refused.values())
            whole.unread += column.unread
    alone = [column for column in columns if column.part_of is None]
    full = [column for column in alone if column.reports]
    named = [column for column in full if column.named]
    chosen = named or full or [column for column in alone if column.named]
    ordered = sorted(chosen, key=lambda one: (-len(one.reports), len(one.start_url)))
    for at, column in enumerate(ordered):
        if not any(column.reports.keys() <= other.reports.keys() for other in ordered[:at]):
            yield column


def listing(page: Page, families: Iterable[Family]) -> tuple[list[ListedReport], list[Refused]]:
    """The reports among the entries of a page, and the other entries that a person might take for reports."""
    reports: dict[str, ListedReport] = {}
    refused: dict[str, Refused] = {}
    here = identity(page.url)
    found = [list(family.items(page)) for family in families]
    for item, column in ((item, column) for items in found for column in [Column(page, items)] for item in items):
        key = identity(item.url)
        if key == here or key in reports or item.supposed:
            continue
        info = recognize(item.title) or column.meaning(item)
        if info is not None or may_be_one(item.title):
            day = item.date or next((day.isoformat() for day in from_url(item.url)), "")
            reports[key] = ListedReport(
                item.title, info.agency_name if info else "", info.year if info else None, day, item.url
            )
        elif (
            key not in refused and looks_like_a_report(item.title) and promise(item.title, item.url) in (None, "roster")
        ):
            refused[key] = Refused(item.title, item.url, decoy(item.title) or UNNAMED)
    return list(reports.values()), [one for key, one in refused.items() if key not in reports]
