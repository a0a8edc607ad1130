"""What a page that was read means: list entries become requests, reports and their files become documents."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from sqlite_utils import Database

from crawler.agencies.titles import TitleInfo, recognize
from crawler.clock import local_date
from crawler.config import Portal
from crawler.discovery import rosters
from crawler.evidence import documents, fetches, looks
from crawler.evidence.fetches import Fetch
from crawler.families import by_name, speaking, with_files
from crawler.families.base import Family
from crawler.fetching import articles, dates, registers, shells
from crawler.fetching.frontier import INDEX, Entry, Frontier
from crawler.fetching.genuine import no_list, own_heading, shows_report, without_words
from crawler.fetching.hosts import refusal
from crawler.fetching.pages import Ask, Item, Page, is_cut
from crawler.files.sniff import from_office, media_type
from crawler.portals import KNOWN_GROUND
from crawler.urls import clean, identity, is_attachment

HTML = "text/html"
MOST_LIST_PAGES = 1000      # per portal and crawl
LONGEST_LIST = 500          # pages of one list
DEEPEST = 3                 # folders in folders


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that is a report, and the family that found it; `info` is None where its title is cut."""

    item: Item
    info: TitleInfo | None
    family: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """The reading half of one crawl; everything happens inside the caller's transaction."""

    db: Database
    frontier: Frontier
    portals: Mapping[str, Portal]
    year: int | None
    clock: Callable[[], datetime]
    # The portals whose lists are read to their ends; those of others only as far as something new is found.
    whole: frozenset[str]

    def listing(self, entry: Entry, line: Fetch, page: Page) -> Fetch:
        """A list page: its reports and further pages are asked for."""
        families = speaking(page, self.portals[entry.portal].family)
        broken = next((reason for family in families if (reason := family.broken(page))), "") or no_list(page, families)
        if broken:
            return replace(line, verdict="unreadable", sha256=None, detail=broken)
        asks = [ask for family in families for ask in family.more(page)]
        # A folder may bear the name of a report; what it is shows when it is opened.
        folders = {ask.url for ask in asks}
        found = [one for one in self.reports(page, families) if one.item.url not in folders]
        chain = entry.ask.chain
        content = _fingerprint(found, page.body)
        signature = f"{chain} {entry.ask.page} {content}"
        if entry.ask.page > 1 and self.frontier.saw(entry.portal, f"{chain} {entry.ask.page - 1} {content}"):
            self.frontier.content(entry, 0, signature)
            return replace(line, verdict="repeated", detail=f"page {entry.ask.page} is page {entry.ask.page - 1} again")
        self._registers(entry, line, page, families)
        known = self._enter(entry, line, [one for one in found if self._wanted(one.info)])
        resting = [self._rests(entry, ask) for ask in asks]
        for ask, standing in zip(asks, resting, strict=True):
            if not standing and not (known and ask.page > entry.ask.page):
                line = self._turn(entry, replace(
                    ask, context={**ask.context, "chain": chain if ask.page > 1 else ask.address}), line)
        if short := next((reason for family in families if (reason := family.short(page))), ""):
            line = replace(line, verdict="partial", detail=short)
        count = len(found) + sum(resting)
        if (not found or any(family.serves(page) for family in families)) and not entry.ask.family \
                and entry.ask.page == 1 and (own := self._own_report(entry, line, page, families)):
            line, count = own, count + 1
        self.frontier.content(entry, count, signature, chain if known else None)
        if not count and not asks and self.frontier.barren(entry):
            self.probe(entry.portal)
        self._learn_family(entry, families)
        told = line.detail or f"{count} reports; {', '.join(family.name for family in families)}"
        # What stands further down was not seen: this look cannot say that something is not there.
        further = known and any(ask.page > entry.ask.page for ask in asks)
        return replace(line, detail=f"{told}; {KNOWN_GROUND}" if further else told)

    def reports(self, page: Page, families: tuple[Family, ...]) -> list[Found]:
        """The entries that are annual reports, each once; a cut title that may be one is looked at."""
        found: dict[str, Found] = {}
        here = identity(page.url)
        for family in families:
            for item in family.items(page):
                if item.url in found or identity(item.url) == here:
                    continue
                info = recognize(item.title)
                if info is not None or (is_cut(item.title) and "信息公开" in item.title):
                    found[item.url] = Found(item, info, family.name)
        return list(found.values())

    def probe(self, portal: str) -> None:
        """The column is not to be had: do the reports it used to name still stand?"""
        for ask in looks.probes(self.db, portal):
            self.ask(portal, ask)

    def _is_folder(self, page: Page, agency: str) -> bool:
        """Whether a page that says nothing itself leads to the reports of several bodies (2025年政府信息公开年报)."""
        others = {one.info.agency_name for one in self.reports(page, speaking(page)) if one.info} - {"", agency}
        return len(others) > 1

    def page(self, entry: Entry, line: Fetch, body: bytes) -> Page:
        """An answer as the families see it."""
        return Page(line.url, body, entry.ask, local_date(self.clock()))

    def document(self, entry: Entry, line: Fetch, body: bytes, name: str = "") -> Fetch:
        """A report's page, or a file (which the server calls `name`): kept as a version; its files are asked for."""
        kind, page = media_type(body, line.url), self.page(entry, line, body)
        if "roster" in entry.ask.context:
            return registers.keep_roster(self.db, line, page, kind, self.clock())
        if "shell" in entry.ask.context:
            line, page, kind = *shells.filled(line, page), shells.ANSWER
        elif entry.ask.kind == "attachment" or kind != HTML:
            if kind == HTML and not from_office(body):
                return replace(line, verdict="soft_404", sha256=None, detail="a page was served in place of the file")
            return self._file(entry, line, kind, name)
        elif ask := shells.fetched(page, looks.look_key(entry.ask)):
            self.ask(entry.portal, ask)
            return replace(line, detail=shells.ASKED)
        serving = [family for family in by_name(entry.ask.context.get("by", "")) if family.serves(page)]
        if denied := self._neighbours(entry, line, page, serving):
            return replace(line, verdict="not_report", detail=denied)
        own = [*articles.titles(page.text), *(family.own_title(page) for family in serving)]
        named = articles.titled(entry.ask.title, own)
        files = self._files(page)
        if named is None or (not files and not articles.REPORT_WORDS.search(page.text) and (
                named[1].year is None or self._is_folder(page, named[1].agency_name)
                or not shows_report(page, entry.ask.title, own))):
            looks.headed(self.db, entry.portal, entry.ask, "" if files else own_heading(page))
            return self._no_report(entry, line, page)
        title, info = named
        dated = dates.dated(page.text, line.url, self.clock(), listed=entry.ask.date)
        for file in (*files, *articles.pictures(page.text, page.url)):
            self.ask(entry.portal, Ask(
                url=file.url, kind="attachment", title=file.title, parent=clean(line.url), referer=line.url,
                date=dated.day or "",
                context={"agency": info.agency_name, "year": str(info.year or ""), "of": looks.look_key(entry.ask),
                         "by": entry.ask.context.get("by", "")}))
        return self._record(line, entry, title, info, kind, dated, None)

    def ask(self, portal: str, ask: Ask) -> None:
        """One more request, unless its host is none of the portal's; that is said once per crawl."""
        refused = self.refusal(portal, ask)
        if refused is None:
            self.frontier.push(portal, ask)
        elif not fetches.noted(self.db, self.frontier.crawl, portal, clean(ask.url), "refused"):
            fetches.enter(self.db, self.frontier.crawl,
                          Fetch(portal, clean(ask.url), ask.kind, "refused", detail=refused), self.clock())

    def refusal(self, portal: str, ask: Ask) -> str | None:
        """Why a request must not be made for a portal; only its files may stand on the other sites it names."""
        configured = self.portals[portal]
        file = ask.kind == "attachment" or is_attachment(ask.url)
        return refusal(ask.url, configured.start_url, configured.allow_hosts, file=file)

    def _registers(self, entry: Entry, line: Fetch, page: Page, families: tuple[Family, ...]) -> None:
        """What a list says of who must publish; known pages are read again with the whole lists."""
        whole = entry.portal in self.whole
        for item in registers.named(page, families):
            ask = replace(self._report(entry, line, Found(item, None, "")), context={"roster": "1"})
            if whole or rosters.unread(self.db, entry.portal, looks.look_key(ask)):
                self.ask(entry.portal, ask)
        if whole or line.verdict != "unchanged":
            registers.keep_departments(self.db, entry.portal, page, line.sha256, self.clock())

    def _neighbours(self, entry: Entry, line: Fetch, page: Page, serving: Sequence[Family]) -> str:
        """Asks for the reports that a report's page leads to, where no list names them; why the page holds none."""
        for one in self.reports(page, tuple(serving)) if serving else ():
            ask = self._report(entry, line, one)
            if self._wanted(one.info) and looks.neighbour(
                    self.db, self.frontier.crawl, entry.portal, looks.look_key(entry.ask), ask, one.family,
                    one.info.year if one.info else None):
                self.ask(entry.portal, replace(ask, context={**ask.context, "first": "1"}))
        return next((reason for family in serving if (reason := family.denied(page))), "")

    def _wanted(self, info: TitleInfo | None) -> bool:
        return self.year is None or info is None or info.year in (None, self.year)

    def _enter(self, entry: Entry, line: Fetch, found: list[Found]) -> bool:
        """Asks for what is new among the entries of a list; whether the list goes on over known ground only."""
        place, fresh = looks.Place(self.frontier.crawl, entry.portal, entry.ask.chain, entry.ask.page), False
        # Twins are one report; the first of them speaks.
        once = {looks.look_key(ask): (ask, one) for one in reversed(found) for ask in [self._report(entry, line, one)]}
        for ask, one in reversed(once.values()):
            seen = looks.listed(self.db, place, ask, one.family, one.info.year if one.info else None)
            fresh = fresh or not seen.known
            if seen.verdict == "ok":
                self.ask(entry.portal, replace(ask, kind="list", title="", depth=ask.depth + 1))
            elif seen.wanted or self._awaited(seen, one.info):
                self.ask(entry.portal, ask if seen.known else replace(ask, context={**ask.context, "first": "1"}))
        return bool(found) and not fresh and self.year is None and entry.portal not in self.whole

    def _rests(self, entry: Entry, ask: Ask) -> int:
        """How many reports stand in a list that can wait: of years long past, or of a body that has published."""
        today = local_date(self.clock())
        waits = ask.page == 1 and self.year is None and entry.portal not in self.whole and (
            looks.long_past(ask.title, today) or (
                "body" in ask.context and looks.reported(self.db, entry.portal, ask.address, today.year - 1)))
        return looks.stands(self.db, self.frontier.crawl, entry.portal, INDEX.sub("/", ask.address)) if waits else 0

    def _awaited(self, seen: looks.Listed, info: TitleInfo | None) -> bool:
        """Whether a page that holds no report yet may hold one any day: that of the past year, in the season."""
        today = local_date(self.clock())
        return (seen.verdict == "not_report" and info is not None and info.year == today.year - 1
                and today.month in looks.SEASON)

    def _report(self, entry: Entry, line: Fetch, found: Found) -> Ask:
        ask, item = entry.ask, found.item
        # An opaque answer is fetched behind the column page; that is where a visitor comes from.
        return Ask(url=item.url, kind="detail", title=item.title, date=item.date, parent=ask.parent or line.url,
                   referer=ask.referer if ask.family else line.url, depth=ask.depth,
                   context={"by": found.family, **shells.carried(ask)})

    def _turn(self, entry: Entry, ask: Ask, line: Fetch) -> Fetch:
        if ask.page > LONGEST_LIST or self.frontier.lists(entry.portal) >= MOST_LIST_PAGES:
            return replace(line, verdict="bound", detail=f"the list goes on after page {ask.page - 1}; stopped here")
        self.ask(entry.portal, ask)
        if ask.page > 1 and (elsewhere := self.refusal(entry.portal, ask)):
            line = replace(line, verdict="partial", detail=f"the list goes on elsewhere: {elsewhere}")
        return line

    def _own_report(self, entry: Entry, line: Fetch, page: Page, families: tuple[Family, ...]) -> Fetch | None:
        # A column whose index is the report itself.
        serving = [family for family in families if family.serves(page)]
        named = articles.titled("", [*articles.titles(page.text), *(family.own_title(page) for family in serving)])
        if named is None or named[1].year is None or not articles.REPORT_WORDS.search(page.text) or any(
                family.denied(page) for family in serving):
            return None
        by = families[0].name if families else "generic"
        own = replace(entry.ask, kind="detail", title=named[0], context={"by": by})
        line = self.document(replace(entry, ask=own), line, page.body)
        # It is read with its list, in every crawl.
        looks.learned(self.db, entry.portal, own, line.url, line.verdict, self.clock(), kind="own",
                      year=named[1].year, crawl=self.frontier.crawl, family=by)
        return line

    def _learn_family(self, entry: Entry, families: tuple[Family, ...]) -> None:
        if entry.ask.page == 1 and entry.ask.depth == 0 and families:
            self.db.execute("update portals set family = ? where id = ? and coalesce(family, '') = ''",
                            [families[0].name, entry.portal])

    def _files(self, page: Page) -> list[articles.Attachment]:
        particular = [one for family in with_files(page) for one in family.attachments(page)]
        return [*articles.attachments(page.text, page.url), *particular]

    def _file(self, entry: Entry, line: Fetch, kind: str, name: str) -> Fetch:
        ask = entry.ask
        year = ask.context.get("year", "")
        # A frame and a button 下载 give no title; the server may.
        title = ask.title if recognize(ask.title) or not name else name
        info = recognize(title) or recognize(PurePosixPath(title).stem) or TitleInfo(
            ask.context.get("agency", ""), int(year) if year else None)
        attached = ask.kind == "attachment"
        dated = dates.dated("", line.url, self.clock(), **{"page" if attached else "listed": ask.date})
        return self._record(line, entry, title, info, kind, dated, ask.parent if attached else None)

    def _record(self, line: Fetch, entry: Entry, title: str, info: TitleInfo, kind: str,
                dated: dates.Dated, parent: str | None) -> Fetch:
        assert line.sha256 is not None
        url = clean(line.url)
        before = self.db.execute("select sha256 from documents where url = ? order by last_seen desc, first_seen desc "
                                 "limit 1", [url]).fetchone()
        fresh = documents.record(
            self.db, sha256=line.sha256, url=url, now=self.clock(), portal=entry.portal, title=title,
            agency_name=info.agency_name, year=info.year, media_type=kind, attachment_of=parent,
            published_on=dated.day, dated_by=dated.rule, dates=dated.packed)
        if not fresh and before and before[0] != line.sha256:
            return replace(line, verdict="restored", detail="an earlier version stands here again")
        if not fresh:
            return line if line.verdict == "unchanged" else replace(line, verdict="same")
        detail = f"published_on from {dated.rule}" if dated.rule else "no date of publication found"
        return replace(line, verdict="changed" if before else "new", detail=detail)

    def _no_report(self, entry: Entry, line: Fetch, page: Page) -> Fetch:
        if entry.ask.depth < DEEPEST and self.reports(page, speaking(page)):
            self.ask(entry.portal, replace(entry.ask, kind="list", title="", depth=entry.ask.depth + 1,
                                           context={"afresh": "1"}))
            return replace(line, verdict="ok", detail="a folder of reports")
        empty = without_words(page)
        return replace(line, verdict="unreadable" if empty else "not_report", sha256=None if empty else line.sha256,
                       detail=empty or "nothing on the page says that it is an annual report")


def _fingerprint(found: list[Found], body: bytes) -> str:
    text = "\n".join(one.item.url for one in found)
    return hashlib.sha256(text.encode() if text else body).hexdigest()[:32]
