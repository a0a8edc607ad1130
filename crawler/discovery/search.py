"""Finds the annual-report columns of a portal from any of its pages, the most promising links first, within a limit."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from crawler.discovery.leads import FIRST, HOME, ORDER, PLATFORM, REST, WALK, Lead, Leads, home_of
from crawler.discovery.sighting import Look, SearchResult, Sight, SiteSection, Sought, View, Why, proposed
from crawler.ground.hosts import refusal
from crawler.ground.reasons import Detail, Reason
from crawler.ground.urls import clean, identity, is_home, resolve
from crawler.ledger.frontier import key_of
from crawler.pages.asks import Ask
from crawler.pages.rosters import Roster
from crawler.pages.signs import PIECES, Promise, in_column_path, names_column, promise
from crawler.pages.verdicts import Word

MOST_REQUESTS = 40
MOST_HOPS = 5
SEVERAL = 3  # a page with this many reports is a list, whatever its name
AGAIN: frozenset[Word] = frozenset({"server_error", "throttled", "unreachable"})


class Discovery:
    """One search, from one address. `wander`: look further even when that address is already a column."""

    def __init__(
        self,
        start_url: str,
        look: Look,
        *,
        limit: int = MOST_REQUESTS,
        family: str = "",
        wander: bool = True,
        today: date | None = None,
        allowed: Collection[str] = (),
    ) -> None:
        self.start = resolve(start_url, start_url) or start_url
        self.look, self.limit, self.family, self.wander, self.today = look, limit, family, wander, today
        self.refusal = partial(refusal, start_url=self.start, allowed=allowed, file=False)
        self.leads = Leads(self.refusal)
        # Pages that the crawl of a column reaches anyway; one of them that was taken for a column is part of it.
        self.covered: dict[str, SiteSection] = {}
        self.starts: dict[int, set[str]] = {}
        self.sights: list[Sight] = []
        self.columns: list[SiteSection] = []
        self.rosters: list[Roster] = []
        self.roster_pages: dict[str, bytes] = {}
        self.site_name = self.titled = ""
        self.moved: Detail = ()
        # The given address is a column: the rest of the site was not asked about.
        self.settled = False
        # Pages that list reports, or may, but have another name (a front page lists reports in January). Judged last.
        self.undecided: list[tuple[Lead, View]] = []
        self.reached = False
        self.result = self._found((Reason("look_ended"),))

    async def run(self, seconds: float) -> None:
        """Looks until the limit is reached or nothing promising is left, and no longer than `seconds`."""
        search = asyncio.ensure_future(self._search())
        if not (await asyncio.wait({search}, timeout=seconds))[0]:
            search.cancel()
            self.result = self._found((Reason("look_ended_after", seconds=f"{seconds:g}"),))
        else:
            error = search.exception()
            self.result = self._found(
                (Reason("look_failed", error=f"{type(error).__name__}: {error}"),) if error else ()
            )

    async def _search(self) -> None:
        self.reached = await self._arrive()
        await self._follow()
        for lead, page in self.undecided:
            if not any(column.named and column.reports for column in self.columns):
                self._column(lead, page, "", [])
                await self._follow()
        if self.settled and not any(column.reports for column in self.columns) and not is_home(self.start):
            # A column that lists nothing: perhaps the reports have moved elsewhere.
            self.settled = False
            self.leads.push(HOME, Ask(url=home_of(self.start)), Why("home"))
            await self._follow()

    async def _follow(self) -> None:
        while self.leads.waiting and len(self.sights) < self.limit:
            lead = self.leads.pop()
            if self._idle(lead):
                continue
            sight = await self._visit(lead.ask, roster=lead.promise == "roster")
            if sight.view is not None:
                self._take(lead, sight.view, sight.body)
            elif lead.column is not None:
                lead.column.trouble.append(sight.failure)

    async def _arrive(self) -> bool:
        """Tries the address itself, then the same with plain HTTP, then the front page of its site."""
        sight = await self._visit(Ask(url=self.start))
        parts = urlsplit(self.start)
        if sight.verdict in ("tls", "unreachable") and parts.scheme == "https" and parts.port is None:
            sight = await self._visit(Ask(url=parts._replace(scheme="http").geturl()))
        home = home_of(self.start)
        if sight.view is not None:
            if identity(sight.url) != identity(self.start) and not is_home(self.start):
                self.moved = (Reason("sent_to", url=sight.url),)
            self._take(Lead(FIRST, 0, Ask(url=sight.url), Why("given")), sight.view, sight.body)
            if not self.settled and not is_home(sight.url):
                self.leads.push(HOME, Ask(url=home), Why("home"))
        elif not is_home(self.start):
            self.moved = (sight.answer,)
            if sight.verdict not in ("robots", "refused"):
                self.leads.push(HOME, Ask(url=home), Why("home"))
        return sight.sound

    async def _visit(self, ask: Ask, *, roster: bool = False) -> Sight:
        """One look; follows redirects within the portal, tries once more after a temporary failure."""
        sought = Sought(ask, self.family, self.today, roster)
        self.leads.seen.add(key_of(ask))
        for hop in range(MOST_HOPS + 1):
            sight = await self._look(ask, sought)
            if sight.verdict != "redirect":
                return sight
            target = resolve(ask.url, sight.location) or sight.location
            reason = self.refusal(target) or (Reason("many_hops") if hop == MOST_HOPS else None)
            if reason is not None:
                self.sights[-1] = replace(
                    sight, verdict="redirected", said=(Reason("sent_but", url=target, why=reason),)
                )
                return self.sights[-1]
            ask = replace(ask, url=target, referer=ask.url)
            self.leads.seen.add(key_of(ask))
        raise AssertionError("the loop returns")

    async def _look(self, ask: Ask, sought: Sought) -> Sight:
        sight = await self.look(ask, sought)
        self.sights.append(replace(sight, body=b"", view=None))
        if sight.verdict in AGAIN:
            sight = await self.look(ask, sought)
            self.sights.append(replace(sight, body=b"", view=None))
        return sight

    def _idle(self, lead: Lead) -> bool:
        """Whether a look would no longer tell anything new."""
        return (
            lead.column is None
            and lead.priority in (PLATFORM, HOME)
            and any(column.named and column.reports for column in self.columns)
        )

    def _take(self, lead: Lead, page: View, body: bytes) -> None:
        self.site_name = self.site_name or page.site_name
        self.titled = self.titled or page.site_titled
        if lead.column is not None:
            self._read(lead.column, page)
            return
        if page.roster is not None:
            self.rosters.append(page.roster)
            self.roster_pages[page.roster.url] = body
            return
        column = self._judge(lead, page)
        if self.wander or not self.settled:
            self._links(page, column)
            self._frames(page, column)

    def _judge(self, lead: Lead, page: View) -> SiteSection | None:
        """The column that a page is, if its name, its address or what it lists says so."""
        label = lead.ask.title if lead.promise == "column" else ""
        name, token = names_column(label, *page.named), in_column_path(page.url)
        reports, served = page.reports, page.served
        first, front = (
            lead.priority == FIRST,
            is_home(page.url)
            or any(promise(piece, page.url) == "platform" for title in page.named for piece in PIECES.split(title)),
        )
        if page.own is not None and not reports and not (served or lead.promise == "column"):
            return None  # a report's own page, whatever its breadcrumb says
        if (
            name
            or token
            or served
            or (reports and (lead.promise == "group" or (first and not front and len(reports) >= SEVERAL)))
        ):
            self.settled = self.settled or (first and not is_home(page.url))
            return self._column(lead, page, name, [token] if token else [])
        if reports or any(ask.family for ask in page.asks):
            self.undecided.append((lead, page))
        return None

    def _column(self, lead: Lead, page: View, name: str, path: list[str]) -> SiteSection:
        why = [
            lead.why,
            *([Why("name", name)] if name else []),
            *(Why("path", token) for token in path),
            *([Why("lists", str(len(page.reports)))] if page.reports else []),
        ]
        title = name or lead.ask.title or page.title
        column = SiteSection(clean(page.url), title, bool(name or path or page.served), why)
        self.columns.append(column)
        self.starts[id(column)] = {key_of(lead.ask), key_of(Ask(url=page.url))}
        self._read(column, page)
        return column

    def _read(self, column: SiteSection, page: View) -> None:
        """Takes the reports from one page of a column; further pages become leads."""
        if page.broken:
            column.trouble.append(Reason("page", url=page.url, why=page.broken))
            return
        column.pages += 1
        column.trouble += [Reason("page", url=page.url, why=reason) for reason in page.short]
        if not column.families:
            column.families = list(page.families)
        reports = list(page.reports)
        own = page.own if not page.ask.family and page.ask.page == 1 else None
        if own is not None and (not reports or page.served):
            reports.append(own)
        fresh = column.add(reports, page.refused)
        if page.ask.page > 1 and reports and not fresh:
            column.trouble.append(Reason("page", url=page.url, why=Reason("page_repeats", page=page.ask.page)))
            return
        if not column.named and page.ask.family and not column.reports:
            return  # a different list from the one we look for
        for ask in page.asks:
            self._further(column, page, ask)
        for url in page.supposed:
            self._further(column, page, Ask(url=url, depth=page.ask.depth, referer=page.url))

    def _further(self, column: SiteSection, page: View, ask: Ask) -> None:
        self.covered.setdefault(key_of(ask), column)
        if ask.depth > page.ask.depth and ask.title and key_of(ask) not in self.leads.seen:
            column.folders.append(ask.title)
        self.leads.push(REST if ask.page > 1 else WALK, ask, Why("page"), column=column)

    def _links(self, page: View, column: SiteSection | None) -> None:
        # Groups matter only on a page of a column; platforms only elsewhere.
        wanted: set[Promise] = {"roster", "column", "platform"} if column is None else {"roster", "group"}
        if not self.settled:
            wanted.add("column")
        for link in page.links:
            # for example 部门年报 on the page of 政府信息公开年报
            kind = "group" if link.promise == "column" and column is not None and link.grouped else link.promise
            if kind in wanted and not (link.held and column is not None):
                self.leads.push(
                    ORDER[kind],
                    Ask(url=link.url, title=link.label, referer=page.url),
                    Why("link", f"{link.label} ({page.url})"),
                    kind,
                )

    def _frames(self, page: View, column: SiteSection | None) -> None:
        # A request that goes deeper and has no title is a frame of this page.
        for ask in page.asks if column is None else ():
            if ask.depth > page.ask.depth and not ask.title:
                self.leads.push(PLATFORM, ask, Why("frame", page.url), "platform")

    def _found(self, broken: Detail) -> SearchResult:
        for lead in self.leads.waiting:
            if lead.column is not None:
                lead.column.unread += 1
        return SearchResult(
            self.start,
            self.reached,
            self.moved,
            self.site_name or self.titled,
            tuple(proposed(self.columns, self._whole)),
            tuple(self.rosters),
            tuple(self.sights),
            bool(broken) or (len(self.sights) >= self.limit and bool(self.leads.waiting)),
            broken,
        )

    def _whole(self, column: SiteSection) -> SiteSection:
        """The column whose crawl also reaches this one; else the column itself."""
        return next((self.covered[key] for key in self.starts[id(column)] if key in self.covered), column)
