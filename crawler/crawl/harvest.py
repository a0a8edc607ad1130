"""What a page that was read means: list entries become requests, reports and their files become documents."""

from dataclasses import dataclass, replace

from crawler.crawl.entries import Entries
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
from crawler.ground.reasons import Reason
from crawler.ground.urls import clean
from crawler.ledger import documents, looks
from crawler.ledger.fetches import Fetch
from crawler.ledger.frontier import FrontierEntry
from crawler.ledger.rosters import store, unread
from crawler.ledger.tokens import Whose, kept_at
from crawler.pages import rosters
from crawler.pages.asks import Ask, Detour, Owner, Source

MOST_LIST_PAGES = 1000  # per portal and crawl
LONGEST_LIST = 500  # pages of one list


@dataclass(frozen=True, slots=True)
class Harvest(Entries):
    """The acting half of one crawl; everything happens inside the caller's transaction."""

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
        known = self._enter(entry, line, [one for one in page.found if self._wanted(one.said)])
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
                return self._record(line, entry, shown, self._kept_at(line, entry, shown), parent)
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
        url = self._kept_at(line, entry, page)
        for file in page.files:
            self.ask(
                entry.portal,
                Ask(
                    url=file.url,
                    kind="attachment",
                    title=file.title,
                    parent=url,
                    referer=line.url,
                    date=page.dated.day or "",
                    source=Source(family=entry.ask.source.family, group=entry.ask.source.group),
                    owner=Owner(looks.look_key(entry.ask), page.info.agency_name, page.info.year),
                ),
            )
        return self._record(line, entry, page, url, None)

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
                    source=replace(entry.ask.source, family=""),
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

    def _registers(self, entry: FrontierEntry, line: Fetch, page: ListPage) -> None:
        """What a list says of who must publish; known pages are read again with the whole lists."""
        whole = entry.portal in self.whole
        for item in page.rosters:
            ask = replace(self._asked(entry, line, FoundReport(item, None, "")), roster=True)
            if whole or unread(self.db, entry.portal, looks.look_key(ask)):
                self.ask(entry.portal, ask)
        if page.departments is not None:
            store(self.db, entry.portal, [replace(page.departments, document=line.sha256 or "")], self.clock())

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

    def _kept_at(self, line: Fetch, entry: FrontierEntry, shown: ReportPage | File) -> str:
        """The address that the document is known by, whatever token this look had to bear."""
        whose = Whose(shown.info.agency_name, shown.info.year)
        url = entry.ask.kept(line.url)
        return kept_at(self.db, self.frontier.crawl, entry.portal, url, line.sha256 or "", whose)

    def _record(
        self, line: Fetch, entry: FrontierEntry, shown: ReportPage | File, url: str, parent: str | None
    ) -> Fetch:
        assert line.sha256 is not None
        info, dated = shown.info, shown.dated
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
            listed_under=entry.ask.source.group,
        )
        if not fresh and before and before[0] != line.sha256:
            return replace(line, verdict="restored", said=(Reason("restored"),))
        if not fresh:
            return line if line.verdict == "unchanged" else replace(line, verdict="same")
        said = Reason("dated", rule=dated.rule) if dated.rule else Reason("undated")
        return replace(line, verdict="changed" if before else "new", said=(said,))
