"""Finds the annual-report columns of a portal from any of its pages, the likeliest links first, within a bound."""

import heapq
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import count, islice
from urllib.parse import urlsplit

from crawler.discovery import rosters, signs
from crawler.discovery.rosters import Roster
from crawler.discovery.sighting import Column, Found, Listed, Look, Sight, Why, listing
from crawler.discovery.signs import PIECES, Promise, bare, in_column_path, is_roster, names_column, promise, words
from crawler.evidence.verdicts import Word
from crawler.families import speaking
from crawler.families.base import Family
from crawler.fetching import articles
from crawler.fetching.frontier import key_of
from crawler.fetching.hosts import refusal
from crawler.fetching.pages import Ask, Page
from crawler.urls import clean, identity, is_home, resolve

MOST_REQUESTS = 40
MOST_HOPS = 5
MOST_LINKS = 3000       # of one page
SEVERAL = 3             # so many reports make a list of a page whatever its name
AGAIN: frozenset[Word] = frozenset({"server_error", "throttled", "unreachable"})
META = re.compile(r"""<meta\b(?=[^>]{0,300}\bname\s*=\s*["']?(SiteName|ColumnName)\b)"""
                  r"""[^>]{0,300}\bcontent\s*=\s*["']([^"'<>]{1,100})""", re.IGNORECASE)
# What is looked at first: a named column, its first pages, rosters, platforms, the rest of a list, at last the home.
FIRST, COLUMN, WALK, ROSTER, PLATFORM, REST, HOME = range(7)
ORDER: dict[Promise, int] = {"column": COLUMN, "group": WALK, "platform": PLATFORM, "roster": ROSTER}


@dataclass(order=True, slots=True)
class Lead:
    """An address worth a look, and why; with a column, it is one of that column's pages."""

    priority: int
    order: int
    ask: Ask = field(compare=False)
    why: Why = field(compare=False)
    promise: Promise | None = field(default=None, compare=False)
    column: Column | None = field(default=None, compare=False)


class Discovery:
    """One search, from one address. `wander`: look beyond the address when it is a column already."""

    def __init__(self, start_url: str, look: Look, *, limit: int = MOST_REQUESTS, family: str = "",
                 wander: bool = True, today: date | None = None, allowed: Collection[str] = ()) -> None:
        self.start = resolve(start_url, start_url) or start_url
        self.look, self.limit, self.family, self.wander, self.today = look, limit, family, wander, today
        self.refusal = partial(refusal, start_url=self.start, allowed=allowed, file=False)
        self.leads: list[Lead] = []
        self.numbers = count()
        self.seen: set[str] = set()
        # Pages that a crawl of a column comes to by itself; where one of them was taken for a column, it is part of it.
        self.covered: dict[str, Column] = {}
        self.starts: dict[int, set[str]] = {}
        self.sights: list[Sight] = []
        self.columns: list[Column] = []
        self.rosters: list[Roster] = []
        self.roster_pages: dict[str, bytes] = {}
        self.site_name = self.titled = ""
        self.moved = ""
        # The address that was given is a column: the rest of the site is somebody else's matter.
        self.settled = False
        # Pages that list reports, or may, but bear no such name: a front page does so in January. Looked at last.
        self.undecided: list[tuple[Lead, Page]] = []
        self.result: Found

    async def run(self) -> Found:
        """Looks until the bound is reached or nothing promising is left."""
        reached = await self._arrive()
        await self._follow()
        for lead, page in self.undecided:
            if not any(column.named and column.reports for column in self.columns):
                self._column(lead, page, speaking(page, self.family), "", [])
                await self._follow()
        if self.settled and not any(column.reports for column in self.columns) and not is_home(self.start):
            # A column that lists nothing: perhaps the reports stand elsewhere by now.
            self.settled = False
            self._push(HOME, Ask(url=home_of(self.start)), Why("home"))
            await self._follow()
        return self._found(reached)

    async def _follow(self) -> None:
        while self.leads and len(self.sights) < self.limit:
            lead = heapq.heappop(self.leads)
            if self._idle(lead):
                continue
            sight = await self._visit(lead.ask)
            if sight.sound:
                self._take(lead, Page(sight.url, sight.body, lead.ask, self.today))
            elif lead.column is not None:
                lead.column.trouble.append(f"{sight.url}: {sight.verdict} {sight.detail}".strip())

    async def _arrive(self) -> bool:
        """The address itself, else its plain-HTTP twin, else the front page of its site."""
        sight = await self._visit(Ask(url=self.start))
        parts = urlsplit(self.start)
        if sight.verdict in ("tls", "unreachable") and parts.scheme == "https" and parts.port is None:
            sight = await self._visit(Ask(url=parts._replace(scheme="http").geturl()))
        home = home_of(self.start)
        if sight.sound:
            if identity(sight.url) != identity(self.start) and not is_home(self.start):
                self.moved = f"sent to {sight.url}"
            self._take(Lead(FIRST, 0, Ask(url=sight.url), Why("given")),
                       Page(sight.url, sight.body, Ask(url=sight.url), self.today))
            if not self.settled and not is_home(sight.url):
                self._push(HOME, Ask(url=home), Why("home"))
        elif not is_home(self.start):
            self.moved = f"{sight.verdict}: {sight.detail}".strip(": ")
            if sight.verdict not in ("robots", "refused"):
                self._push(HOME, Ask(url=home), Why("home"))
        return sight.sound

    async def _visit(self, ask: Ask) -> Sight:
        """One look, redirects followed within the portal, passing troubles tried once more."""
        self.seen.add(key_of(ask))
        for hop in range(MOST_HOPS + 1):
            sight = await self._look(ask)
            if sight.verdict != "redirect":
                return sight
            target = resolve(ask.url, sight.location) or sight.location
            reason = self.refusal(target) or ("too many hops" if hop == MOST_HOPS else None)
            if reason is not None:
                self.sights[-1] = replace(sight, verdict="redirected", detail=f"sent to {target}: {reason}")
                return self.sights[-1]
            ask = replace(ask, url=target, referer=ask.url)
            self.seen.add(key_of(ask))
        raise AssertionError("the loop returns")

    async def _look(self, ask: Ask) -> Sight:
        sight = await self.look(ask)
        self.sights.append(replace(sight, body=b""))
        if sight.verdict in AGAIN:
            sight = await self.look(ask)
            self.sights.append(replace(sight, body=b""))
        return sight

    def _idle(self, lead: Lead) -> bool:
        """Whether a look would tell nothing new by now."""
        return lead.column is None and lead.priority in (PLATFORM, HOME) and any(
            column.named and column.reports for column in self.columns)

    def _take(self, lead: Lead, page: Page) -> None:
        said = {match[1].lower(): match[2].strip() for match in META.finditer(page.text[:200_000])}
        self.site_name = self.site_name or said.get("sitename", "")
        self.titled = self.titled or signs.site_of(next(articles.titles(page.text), ""))
        families = speaking(page, self.family)
        if lead.column is not None:
            self._read(lead.column, page, families)
            return
        titles = [title for title in (said.get("columnname", ""), *islice(articles.titles(page.text), 4)) if title]
        if lead.promise == "roster" or any(is_roster(title) for title in titles):
            self._roster(page, titles, lead)
            return
        column = self._judge(lead, page, families, titles)
        if self.wander or not self.settled:
            self._links(page, column)
            self._frames(page, families, column)

    def _judge(self, lead: Lead, page: Page, families: tuple[Family, ...], titles: list[str]) -> Column | None:
        """A column, when the page's name, its address or what it lists says so."""
        label = lead.ask.title if lead.promise == "column" else ""
        name, token = names_column(label, *titles), in_column_path(page.url)
        reports, _ = listing(page, families)
        served = any(family.serves(page) for family in families)
        own = _own_report(page, families)
        first, front = lead.priority == FIRST, is_home(page.url) or any(
            promise(piece, page.url) == "platform" for title in titles for piece in PIECES.split(title))
        if own is not None and not reports and not (served or lead.promise == "column"):
            return None  # a report's own page, whatever its breadcrumb says
        if name or token or served or (reports and (lead.promise == "group" or (
                first and not front and len(reports) >= SEVERAL))):
            self.settled = self.settled or (first and not is_home(page.url))
            return self._column(lead, page, families, name, [token] if token else [])
        if reports or any(ask.family for family in families for ask in family.more(page)):
            self.undecided.append((lead, page))
        return None

    def _column(self, lead: Lead, page: Page, families: tuple[Family, ...], name: str, path: list[str]) -> Column:
        reports, _ = listing(page, families)
        why = [lead.why, *([Why("name", name)] if name else []), *(Why("path", token) for token in path),
               *([Why("lists", str(len(reports)))] if reports else [])]
        served = any(family.serves(page) for family in families)
        title = name or lead.ask.title or next(articles.titles(page.text), "")
        column = Column(clean(page.url), title, bool(name or path or served), why)
        self.columns.append(column)
        self.starts[id(column)] = {key_of(lead.ask), key_of(Ask(url=page.url))}
        self._read(column, page, families)
        return column

    def _read(self, column: Column, page: Page, families: tuple[Family, ...]) -> None:
        """One page of a column: its reports; its further pages become leads."""
        broken = next((reason for family in families if (reason := family.broken(page))), "")
        if broken:
            column.trouble.append(f"{page.url}: {broken}")
            return
        column.pages += 1
        column.trouble += [f"{page.url}: {reason}" for family in families if (reason := family.short(page))]
        if not column.families:
            column.families = [family.name for family in families]
        reports, refused = listing(page, families)
        own = _own_report(page, families) if not page.ask.family and page.ask.page == 1 else None
        if own is not None and (not reports or any(family.serves(page) for family in families)):
            reports.append(own)
        fresh = column.add(reports, refused)
        if page.ask.page > 1 and reports and not fresh:
            column.trouble.append(f"{page.url}: page {page.ask.page} repeats what was listed before")
            return
        if not column.named and page.ask.family and not column.reports:
            return  # another list than the one we look for
        for ask in (ask for family in families for ask in family.more(page)):
            self._further(column, page, ask)
        for item in (item for family in families for item in family.items(page) if item.supposed):
            self._further(column, page, Ask(url=item.url, depth=page.ask.depth, referer=page.url))

    def _further(self, column: Column, page: Page, ask: Ask) -> None:
        self.covered.setdefault(key_of(ask), column)
        if ask.depth > page.ask.depth and ask.title and key_of(ask) not in self.seen:
            column.folders.append(ask.title)
        self._push(REST if ask.page > 1 else WALK, ask, Why("page"), column=column)

    def _links(self, page: Page, column: Column | None) -> None:
        # Groups mean something only beside a column; beside one, platforms do not.
        wanted: set[Promise | None] = {"roster", "column", "platform"} if column is None else {"roster", "group"}
        if not self.settled:
            wanted.add("column")
        held = speaking(page, self.family) if column is not None else ()
        for link in islice(page.links, MOST_LINKS):
            kind = promise(link.label, link.url) or promise(link.text, link.url)
            if kind == "column" and column is not None and words("group").named(bare(link.label)):
                kind = "group"  # 部门年报 beside 政府信息公开年报
            if kind in wanted and kind is not None and not any(family.holds(link.url) for family in held):
                self._push(ORDER[kind], Ask(url=link.url, title=link.label, referer=page.url),
                           Why("link", f"{link.label} ({page.url})"), kind)

    def _frames(self, page: Page, families: tuple[Family, ...], column: Column | None) -> None:
        # What goes deeper and has no name of its own is a frame of this page.
        asks = (ask for family in families for ask in family.more(page)) if column is None else iter(())
        for ask in asks:
            if ask.depth > page.ask.depth and not ask.title:
                self._push(PLATFORM, ask, Why("frame", page.url), "platform")

    def _push(self, priority: int, ask: Ask, why: Why, kind: Promise | None = None,
              column: Column | None = None) -> None:
        key = key_of(ask)
        if key not in self.seen and self.refusal(ask.url) is None:
            self.seen.add(key)
            heapq.heappush(self.leads, Lead(priority, next(self.numbers), ask, why, kind, column))

    def _roster(self, page: Page, titles: list[str], lead: Lead) -> None:
        roster = rosters.on_page(page, lead.ask.title, titles)
        self.rosters.append(roster)
        self.roster_pages[roster.url] = page.body

    def _found(self, reached: bool) -> Found:
        for lead in self.leads:
            if lead.column is not None:
                lead.column.unread += 1
        return Found(self.start, reached, self.moved, self.site_name or self.titled, tuple(self._kept()),
                     tuple(self.rosters), tuple(self.sights), len(self.sights) >= self.limit and bool(self.leads))

    def _kept(self) -> Iterator[Column]:
        """The columns to propose: those with reports before empty ones, none that another one holds entirely."""
        for column in self.columns:
            whole = next((self.covered[key] for key in self.starts[id(column)] if key in self.covered), column)
            if whole is not column and whole.part_of is not column:
                column.part_of = whole
                whole.add(column.reports.values(), column.refused.values())
                whole.unread += column.unread
        columns = [column for column in self.columns if column.part_of is None]
        full = [column for column in columns if column.reports]
        named = [column for column in full if column.named]
        chosen = named or full or [column for column in columns if column.named]
        ordered = sorted(chosen, key=lambda one: (-len(one.reports), len(one.start_url)))
        for at, column in enumerate(ordered):
            if not any(column.reports.keys() <= other.reports.keys() for other in ordered[:at]):
                yield column


def home_of(url: str) -> str:
    """The front page of the site that an address belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _own_report(page: Page, families: tuple[Family, ...]) -> Listed | None:
    """The report that a page itself is."""
    serving = [family for family in families if family.serves(page)]
    named = articles.titled("", [*articles.titles(page.text), *(family.own_title(page) for family in serving)])
    if named is None or named[1].year is None or not articles.REPORT_WORDS.search(page.text) or any(
            family.denied(page) for family in serving):
        return None
    return Listed(named[0], named[1].agency_name, named[1].year, "", clean(page.url))
