"""What the entries of a list mean: each is asked for, waits for its time, or is known as one that cannot be read."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from crawler.crawl.lists import body_of
from crawler.crawl.records import (
    FoundReport,
)
from crawler.ground.clock import local_date
from crawler.ground.config import Portal
from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError
from crawler.ground.hosts import refusal
from crawler.ground.reasons import Detail, Reason, quoted
from crawler.ground.urls import clean, identity, is_attachment
from crawler.ledger import fetches, looks, tokens
from crawler.ledger.fetches import Fetch
from crawler.ledger.frontier import INDEX, Frontier, FrontierEntry
from crawler.pages.asks import Ask, Source
from crawler.pages.titles import TitleInfo


def _is_another(one: FoundReport, first: FoundReport) -> bool:
    """Whether two entries are of two bodies or two years."""
    years = {said.year for said in (one.said, first.said) if said is not None and said.year is not None}
    return body_of(one) not in ("", body_of(first)) or (len(years) > 1 and body_of(one) == body_of(first))


def _exact(ask: Ask) -> Ask:
    return replace(ask, known_as="", source=replace(ask.source, exact=True))


def _junk_apart(one: Ask, two: Ask) -> bool:
    """Whether two addresses that are one without their junk name the same page, and differ in the junk."""
    (path, _, query), (other, _, more) = (ask.url.partition(":")[2].partition("?") for ask in (one, two))
    return path == other and query != more


@dataclass(frozen=True, slots=True)
class Entries:
    """What one crawl asks for; everything happens inside the caller's transaction."""

    db: Database
    frontier: Frontier
    portals: Mapping[str, Portal]
    year: int | None
    clock: Callable[[], datetime]
    # The portals whose lists are read to their ends; those of others only as far as something new is found.
    whole: frozenset[str]

    def probe(self, portal: str) -> None:
        """The column is not to be had: do the reports it used to name still stand?"""
        for ask in looks.probes(self.db, portal):
            self.ask(portal, ask)

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

    def _neighbours(self, entry: FrontierEntry, line: Fetch, found: Sequence[FoundReport]) -> None:
        """Asks for the reports that a report's page leads to, where no list names them."""
        for one in found:
            ask = self._asked(entry, line, one)
            if (
                not one.broken
                and self._wanted(one.said)
                and looks.neighbour(
                    self.db,
                    self.frontier.crawl,
                    entry.portal,
                    looks.look_key(entry.ask),
                    ask,
                    one.family,
                    one.said.year if one.said else None,
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
                lambda ask=ask, one=one: self._enter_one(entry, place, ask, one),  # type: ignore[misc]  # bound as it is now
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
            first = once.get(ask.known_as)
            if first is not None and identity(first[0].url) != identity(ask.url):
                tokens.side_by_side(self.db, entry.portal, first[0].url, ask.url)
                ask = replace(ask, known_as="")
            key = looks.look_key(ask)
            if key in once and one.said is not None and _is_another(one, once[key][1]):
                other, its = once[key]
                if _junk_apart(other, ask):
                    # What they differ in is junk on every other site; here it chooses.
                    ask = _exact(ask)
                    once[key] = _exact(other), its
                    key = looks.look_key(ask)
                else:
                    ask = replace(ask, known_as=" ".join([key, body_of(one), str(one.said.year or "")]).strip())
                    looks.listed(self.db, place, ask, one.family, one.said.year)
                    looks.unreadable(self.db, entry.portal, ask)
            once.setdefault(key, (ask, one))
        return once.values()

    def _enter_one(self, entry: FrontierEntry, place: looks.ListPlace, ask: Ask, one: FoundReport) -> bool:
        seen = looks.listed(self.db, place, ask, one.family, one.said.year if one.said else None)
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
        # What such an entry is called is all that is known of its body.
        meant = found.meant.agency_name if found.meant else ""
        year = found.meant.year if found.meant else item.year
        # An opaque answer is fetched behind the column page; that is where a visitor comes from.
        return Ask(
            url=item.url,
            kind="detail",
            title=item.title,
            date=item.date,
            parent=ask.parent or line.url,
            referer=ask.referer if ask.family else line.url,
            depth=ask.depth,
            source=Source(
                found.family,
                agency=meant or ask.source.agency,
                group=item.group or ask.source.group,
                year=year or ask.source.year,
            ),
            state=item.state,
            known_as=tokens.known_as(self.db, self.frontier.crawl, entry.portal, item.url, item.title),
        )
