"""What a page that was read means: list entries become requests, reports and their files become documents."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.crawl.lists import body_of
from crawler.crawl.records import (
    Document,
    File,
    FoundReport,
    ListPage,
    NoFile,
    NoReport,
    OwnReport,
    ReportPage,
    RosterPage,
    ScriptPage,
)
from crawler.ground.clock import local_date
from crawler.ground.config import Portal
from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError
from crawler.ground.hosts import refusal
from crawler.ground.reasons import Detail, Reason, quoted
from crawler.ground.urls import clean, is_attachment
from crawler.ledger import documents, fetches, looks
from crawler.ledger.fetches import Fetch
from crawler.ledger.frontier import INDEX, Frontier, FrontierEntry
from crawler.ledger.rosters import store, unread
from crawler.pages import rosters
from crawler.pages.asks import Ask, Detour, Owner, Source
from crawler.pages.titles import TitleInfo

MOST_LIST_PAGES = 1000  # per portal and crawl
LONGEST_LIST = 500  # pages of one list


@dataclass(frozen=True, slots=True)
class Harvest:
    """The acting half of one crawl; everything happens inside the caller's transaction."""

    db: Database
    frontier: Frontier
    portals: Mapping[str, Portal]
    year: int | None
    clock: Callable[[], datetime]
    # The portals whose lists are read to their ends; those of others only as far as something new is found.
    whole: frozenset[str]

    def listing(self, entry: FrontierEntry, line: Fetch, page: ListPage) -> Fetch:
        """A list page: its reports and further pages are asked for."""
        if page.broken:
            return replace(line, verdict="unreadable", sha256=None, said=(page.broken,))
        chain = entry.ask.chain
        signature = f"{chain} {entry.ask.page} {page.content}"
        if entry.ask.page > 1 and self.frontier.saw(entry.portal, f"{chain} {entry.ask.page - 1} {page.content}"):
            self.frontier.content(entry, 0, signature)
            return replace(
                line, verdict="repeated", said=(Reason("page_again", page=entry.ask.page, before=entry.ask.page - 1),)
            )
        self._registers(entry, line, page)
        known = self._enter(entry, line, [one for one in page.found if self._wanted(one.info)])
        resting = [self._rests(entry, ask) for ask in page.asks]
        for ask, standing in zip(page.asks, resting, strict=True):
            if not standing and not (known and ask.page > entry.ask.page):
                first = chain if ask.page > 1 else ask.address
                line = self._turn(entry, replace(ask, source=replace(ask.source, first_page=first)), line)
        if page.short:
            line = replace(line, verdict="partial", said=page.short)
        count = len(page.found) + sum(resting)
        if page.own is not None:
            line, count = self._own_report(entry, line, page.own), count + 1
        self.frontier.content(entry, count, signature, chain if known else None)
        if not count and not page.asks and self.frontier.barren(entry):
            self.probe(entry.portal)
        self._learn_family(entry, page.families)
        told = line.said or (Reason("list_read", count=count, families=", ".join(page.families)),)
        # What stands further down was not seen: this look cannot say that something is not there.
        further = known and any(ask.page > entry.ask.page for ask in page.asks)
        return (
            replace(line, said=(*told, Reason("known_ground")), known_ground=True)
            if further
            else replace(line, said=told)
        )

    def probe(self, portal: str) -> None:
        """The column is not to be had: do the reports it used to name still stand?"""
        for ask in looks.probes(self.db, portal):
            self.ask(portal, ask)

    def document(self, entry: FrontierEntry, line: Fetch, shown: Document) -> Fetch:
        """A report's page, or a file: kept as a version; its files are asked for."""
        if entry.ask.shell:
            # The page as its script would show it; the bytes kept are those of the answer.
            line = replace(line, url=entry.ask.shell, etag="", last_modified="")
        match shown:
            case RosterPage():
                return self._roster(line, shown)
            case NoFile():
                return replace(line, verdict="soft_404", sha256=None, said=(Reason("file_is_page"),))
            case File():
                parent = entry.ask.parent if entry.ask.kind == "attachment" else None
                return self._record(line, entry, shown, parent)
            case ScriptPage():
                self.ask(
                    entry.portal,
                    replace(
                        shown.ask,
                        shell=clean(line.url),
                        detour=replace(entry.ask.detour, mark="shell"),
                        known_as=looks.look_key(entry.ask),
                    ),
                )
                return replace(line, said=(Reason("shell"),))
            case NoReport():
                return self._no_report(entry, line, shown)
            case ReportPage():
                return self._report(entry, line, shown)

    def _report(self, entry: FrontierEntry, line: Fetch, page: ReportPage) -> Fetch:
        self._neighbours(entry, line, page.neighbours)
        for file in page.files:
            self.ask(
                entry.portal,
                Ask(
                    url=file.url,
                    kind="attachment",
                    title=file.title,
                    parent=clean(line.url),
                    referer=line.url,
                    date=page.dated.day or "",
                    source=Source(family=entry.ask.source.family),
                    owner=Owner(looks.look_key(entry.ask), page.info.agency_name, page.info.year),
                ),
            )
        return self._record(line, entry, page, None)

    def _no_report(self, entry: FrontierEntry, line: Fetch, page: NoReport) -> Fetch:
        self._neighbours(entry, line, page.neighbours)
        if page.denied:
            return replace(line, verdict="not_report", said=(page.denied,))
        looks.headed(self.db, entry.portal, entry.ask, page.heading)
        if page.folder:
            self.ask(
                entry.portal,
                replace(
                    entry.ask.bare(),
                    kind="list",
                    title="",
                    depth=entry.ask.depth + 1,
                    detour=Detour(afresh=True),
                ),
            )
            return replace(line, verdict="ok", said=(Reason("folder"),))
        return replace(
            line,
            verdict="unreadable" if page.empty else "not_report",
            sha256=None if page.empty else line.sha256,
            said=(page.empty or Reason("no_report"),),
        )

    def _roster(self, line: Fetch, page: RosterPage) -> Fetch:
        if page.roster is None:
            return replace(line, verdict="not_report", said=(Reason("roster_no_page"),))
        store(self.db, line.portal, [replace(page.roster, document=line.sha256 or "")], self.clock())
        count = len(page.roster.entries)
        return replace(line, said=(Reason("roster_cut" if count == rosters.MOST else "roster", count=count),))

    def ask(self, portal: str, ask: Ask) -> None:
        """One more request, unless its host is none of the portal's; that is said once per crawl."""
        refused = self.refusal(portal, ask)
        if refused is None:
            self.frontier.push(portal, ask)
        elif not fetches.noted(self.db, self.frontier.crawl, portal, clean(ask.url), "refused"):
            fetches.enter(
                self.db,
                self.frontier.crawl,
                Fetch(portal, clean(ask.url), ask.kind, "refused", said=(refused,)),
                self.clock(),
            )

    def refusal(self, portal: str, ask: Ask) -> Reason | None:
        """Why a request must not be made for a portal; only its files may stand on the other sites it names."""
        configured = self.portals[portal]
        file = ask.kind == "attachment" or is_attachment(ask.url)
        return refusal(ask.url, configured.start_url, configured.allow_hosts, file=file)

    def _registers(self, entry: FrontierEntry, line: Fetch, page: ListPage) -> None:
        """What a list says of who must publish; known pages are read again with the whole lists."""
        whole = entry.portal in self.whole
        for item in page.rosters:
            ask = replace(self._asked(entry, line, FoundReport(item, None, "")), roster=True)
            if whole or unread(self.db, entry.portal, looks.look_key(ask)):
                self.ask(entry.portal, ask)
        if page.departments is not None:
            store(self.db, entry.portal, [replace(page.departments, document=line.sha256 or "")], self.clock())

    def _neighbours(self, entry: FrontierEntry, line: Fetch, found: Sequence[FoundReport]) -> None:
        """Asks for the reports that a report's page leads to, where no list names them."""
        for one in found:
            ask = self._asked(entry, line, one)
            if (
                not one.broken
                and self._wanted(one.info)
                and looks.neighbour(
                    self.db,
                    self.frontier.crawl,
                    entry.portal,
                    looks.look_key(entry.ask),
                    ask,
                    one.family,
                    one.info.year if one.info else None,
                )
            ):
                self.ask(entry.portal, replace(ask, first_look=True))

    def _wanted(self, info: TitleInfo | None) -> bool:
        return self.year is None or info is None or info.year in (None, self.year)

    def _enter(self, entry: FrontierEntry, line: Fetch, found: Sequence[FoundReport]) -> bool:
        """Asks for what is new among the entries of a list; whether the list goes on over known ground only."""
        place, fresh = looks.ListPlace(self.frontier.crawl, entry.portal, entry.ask.chain, entry.ask.page), False
        for ask, one in self._once(entry, line, found, place):
            known = contained(
                lambda ask=ask, one=one: self._enter_one(entry, place, ask, one),  # type: ignore[misc]
                beyond=(sqlite3.Error, GoujiError),
            )
            if isinstance(known, Failed):
                self._unreadable(entry, ask, quoted(known.detail))
            fresh = fresh or known is False
        return bool(found) and not fresh and self.year is None and entry.portal not in self.whole

    def _once(
        self, entry: FrontierEntry, line: Fetch, found: Sequence[FoundReport], place: looks.ListPlace
    ) -> Iterable[tuple[Ask, FoundReport]]:
        """Twins are one report, and the first of them speaks; another body's at its address is unread."""
        once: dict[str, tuple[Ask, FoundReport]] = {}
        for one in found:
            ask = self._asked(entry, line, one)
            key = looks.look_key(ask)
            if key in once and one.info is not None and body_of(one) not in ("", body_of(once[key][1])):
                ask = replace(ask, known_as=f"{key} {body_of(one)}")
                looks.listed(self.db, place, ask, one.family, one.info.year)
                looks.unreadable(self.db, entry.portal, ask)
            once.setdefault(key, (ask, one))
        return once.values()

    def _enter_one(self, entry: FrontierEntry, place: looks.ListPlace, ask: Ask, one: FoundReport) -> bool:
        seen = looks.listed(self.db, place, ask, one.family, one.info.year if one.info else None)
        if one.broken:
            self._unreadable(entry, ask, (one.broken,))
        elif seen.verdict == "ok":
            self.ask(entry.portal, replace(ask, kind="list", title="", depth=ask.depth + 1))
        elif seen.wanted or self._awaited(seen, one.info):
            self.ask(entry.portal, ask if seen.known else replace(ask, first_look=True))
        return seen.known

    def _unreadable(self, entry: FrontierEntry, ask: Ask, why: Detail) -> None:
        """An entry that nobody can ask for: said, and known as a report that stands there and was not read."""
        looks.unreadable(self.db, entry.portal, ask)
        if self.frontier.push(entry.portal, ask, "unreadable"):
            fetches.enter(
                self.db,
                self.frontier.crawl,
                Fetch(
                    entry.portal,
                    clean(ask.url),
                    ask.kind,
                    "unreadable",
                    said=(*why, Reason("listed_as", title=ask.title)),
                ),
                self.clock(),
            )

    def _rests(self, entry: FrontierEntry, ask: Ask) -> int:
        """How many reports stand in a list that can wait: of years long past, or of a body that has published."""
        today = local_date(self.clock())
        waits = (
            ask.page == 1
            and self.year is None
            and entry.portal not in self.whole
            and (
                looks.long_past(ask.title, today)
                or (ask.source.agency and looks.reported(self.db, entry.portal, ask.address, today.year - 1))
            )
        )
        return looks.stands(self.db, self.frontier.crawl, entry.portal, INDEX.sub("/", ask.address)) if waits else 0

    def _awaited(self, seen: looks.ListedEntry, info: TitleInfo | None) -> bool:
        """Whether a page that holds no report yet may hold one any day: that of the past year, in the season."""
        today = local_date(self.clock())
        return (
            seen.verdict == "not_report"
            and info is not None
            and info.year == today.year - 1
            and today.month in looks.SEASON
        )

    def _asked(self, entry: FrontierEntry, line: Fetch, found: FoundReport) -> Ask:
        ask, item = entry.ask, found.item
        # An opaque answer is fetched behind the column page; that is where a visitor comes from.
        return Ask(
            url=item.url,
            kind="detail",
            title=item.title,
            date=item.date,
            parent=ask.parent or line.url,
            referer=ask.referer if ask.family else line.url,
            depth=ask.depth,
            source=Source(family=found.family),
            state=item.state,
        )

    def _turn(self, entry: FrontierEntry, ask: Ask, line: Fetch) -> Fetch:
        if ask.page > LONGEST_LIST or self.frontier.lists(entry.portal) >= MOST_LIST_PAGES:
            return replace(line, verdict="bound", said=(Reason("list_bound", page=ask.page - 1),))
        self.ask(entry.portal, ask)
        if ask.page > 1 and (elsewhere := self.refusal(entry.portal, ask)):
            line = replace(line, verdict="partial", said=(Reason("list_elsewhere", why=elsewhere),))
        return line

    def _own_report(self, entry: FrontierEntry, line: Fetch, own: OwnReport) -> Fetch:
        # A column whose index is the report itself.
        line = self.document(replace(entry, ask=own.ask), line, own.shown)
        # It is read with its list, in every crawl.
        looks.learned(
            self.db,
            entry.portal,
            own.ask,
            line.url,
            line.verdict,
            self.clock(),
            kind="own",
            year=own.year,
            crawl=self.frontier.crawl,
            family=own.ask.source.family,
        )
        return line

    def _learn_family(self, entry: FrontierEntry, families: tuple[str, ...]) -> None:
        if entry.ask.page == 1 and entry.ask.depth == 0 and families:
            self.db.execute(
                "update portals set family = ? where id = ? and coalesce(family, '') = ''", [families[0], entry.portal]
            )

    def _record(self, line: Fetch, entry: FrontierEntry, shown: ReportPage | File, parent: str | None) -> Fetch:
        assert line.sha256 is not None
        url, info, dated = clean(line.url), shown.info, shown.dated
        before = self.db.execute(
            "select sha256 from documents where url = ? order by last_seen desc, first_seen desc limit 1", [url]
        ).fetchone()
        fresh = documents.record(
            self.db,
            sha256=line.sha256,
            url=url,
            now=self.clock(),
            portal=entry.portal,
            title=shown.title,
            agency_name=info.agency_name,
            year=info.year,
            media_type=shown.media_type,
            attachment_of=parent,
            published_on=dated.day,
            dated_by=dated.rule,
            dates=dated.packed,
        )
        if not fresh and before and before[0] != line.sha256:
            return replace(line, verdict="restored", said=(Reason("restored"),))
        if not fresh:
            return line if line.verdict == "unchanged" else replace(line, verdict="same")
        said = Reason("dated", rule=dated.rule) if dated.rule else Reason("undated")
        return replace(line, verdict="changed" if before else "new", said=(said,))
