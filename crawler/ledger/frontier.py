"""The requests that a crawl has still to make, in SQLite: a killed crawl goes on where it was, and repeats nothing."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.ground.urls import host_of
from crawler.ledger import costly
from crawler.pages.asks import Ask, Kind, unpacked
from crawler.pages.verdicts import Word

PRIORITY: dict[Kind, int] = {"list": 0, "detail": 1, "attachment": 2}
RECHECK = 3  # known pages come after new ones
LATER = 5  # a retry waits until the host's other requests are done
LAST = 6  # a page on which the work once failed waits for all hosts, and is requested alone
MOST_ATTEMPTS = 3
MOST_TRIES = 2  # how often the work on an answer may be begun without being finished
INDEX = re.compile(r"/(index|default)\.\w{3,5}$", re.IGNORECASE)

TAKE = """
update frontier set state = 'in_flight', attempts = attempts + 1 where id = (
  select id from frontier where crawl = ? and host = ? and state = 'pending' and priority <= ?
  order by priority, tries, id limit 1)
returning id, portal, ask, attempts, tries
"""
NEXT_LAST = "select host from frontier where crawl = ? and state = 'pending' order by tries, id limit 1"


@dataclass(frozen=True, slots=True)
class FrontierEntry:
    """One request that was taken out of the frontier to be made."""

    id: int
    portal: str
    ask: Ask
    attempts: int
    # How often the work on its answer was begun and failed.
    tries: int = 0

    @property
    def key(self) -> str:
        return key_of(self.ask)

    @property
    def last_attempt(self) -> bool:
        return self.attempts >= MOST_ATTEMPTS


def key_of(ask: Ask) -> str:
    """The identity of a request: twins of a report have the same one; a list's is its exact address and form data."""
    mark = ask.detour.mark
    if ask.kind == "list":
        return f"list {mark} {ask.method} {INDEX.sub('/', ask.url)} {ask.body}"
    return f"document {mark} {ask.method} {ask.known_by} {ask.body}"


class Frontier:
    """The frontier of one crawl. At most one request per host is in flight at a time."""

    def __init__(self, db: Database, crawl: int) -> None:
        self.db = db
        self.crawl = crawl
        # How many requests a host may get in a day (0: any number), and how many it got today.
        self.cap = 0
        self.spent: Counter[str] = Counter()
        # Pages on which the work failed in earlier crawls.
        self.costly = costly.known(db)
        # What was dropped since this list was last read: portal, host and how many requests.
        self.spared: list[tuple[str, str, int]] = []
        db.execute("update frontier set state = 'pending' where crawl = ? and state = 'in_flight'", [crawl])
        # A request that was in flight each time the process died is not tried for ever.
        db.execute(
            "update frontier set state = 'dropped' where crawl = ? and state = 'pending' and attempts > ?",
            [crawl, MOST_ATTEMPTS],
        )
        db.execute(
            "update frontier set priority = ? where crawl = ? and state = 'pending' and tries > 0", [LAST, crawl]
        )
        rows = db.execute(
            "select host, count(*) from frontier where crawl = ? and state = 'pending' group by host order by min(id)",
            [crawl],
        ).fetchall()
        self.waiting: deque[str] = deque(str(row[0]) for row in rows)
        self.busy: set[str] = set()
        self.pending = sum(int(row[1]) for row in rows)

    def push(self, portal: str, ask: Ask, verdict: Word | None = None) -> bool:
        """Adds a request (with a verdict: one that is already done); False if the crawl knows it already."""
        host, key = host_of(ask.url), key_of(ask)
        priority = RECHECK if ask.recheck else PRIORITY[ask.kind]
        cursor = self.db.execute(
            "insert or ignore into frontier (crawl, portal, host, kind, key, ask, priority, state, attempts, verdict) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            [
                self.crawl,
                portal,
                host,
                ask.kind,
                key,
                ask.packed(),
                LAST if (portal, key) in self.costly else priority,
                "done" if verdict else "pending",
                verdict,
            ],
        )
        if cursor.rowcount != 1:
            return False
        if verdict is None:
            self.pending += 1
            self._wait(host)
        return True

    def take(self) -> FrontierEntry | None:
        """The next request to make, from a host that is not busy; lists before reports before files.

        A page on which the work once failed is requested alone, when nothing else is left or in flight.
        """
        while self.waiting:
            host = self.waiting.popleft()
            if not self.exhausted(host) and (entry := self._taken(host, LATER)) is not None:
                return entry
        while self.pending and not self.busy:
            row = self.db.execute(NEXT_LAST, [self.crawl]).fetchone()
            if row is None or not self.exhausted(str(row[0])):
                return None if row is None else self._taken(str(row[0]), LAST)
        return None

    def _taken(self, host: str, priority: int) -> FrontierEntry | None:
        row = self.db.execute(TAKE, [self.crawl, host, priority]).fetchone()
        if row is None:
            return None
        self.busy.add(host)
        self.pending -= 1
        self.spent[host] += 1
        return FrontierEntry(int(row[0]), str(row[1]), unpacked(row[2]), int(row[3]), int(row[4]))

    def exhausted(self, host: str) -> bool:
        """Whether a host has had all its requests for today; the rest is then dropped until another day."""
        if not self.cap or self.spent[host] < self.cap:
            return False
        self.spare("host = ?", [host])
        return True

    def spare(self, where: str = "1", values: Sequence[str] = ()) -> None:
        """Drops the pending requests that match (by default all), and records for whom."""
        rows = self.db.execute(
            f"select portal, host, count(*) from frontier where {where} and crawl = ? and state = 'pending' "
            "group by portal, host",
            [*values, self.crawl],
        ).fetchall()
        cursor = self.db.execute(
            f"update frontier set state = 'dropped' where {where} and crawl = ? and state = 'pending'",
            [*values, self.crawl],
        )
        self.pending -= cursor.rowcount
        self.spared += [(str(portal), str(host), int(count)) for portal, host, count in rows]

    def content(self, entry: FrontierEntry, found: int, signature: str, known: str | None = None) -> None:
        """Stores what a list page held: how many reports, and a signature to recognize it when it is served again.

        `known` names the list if it was not read further because everything that the page named was known.
        """
        self.db.execute(
            "update frontier set found = ?, signature = ?, known = ? where id = ?", [found, signature, known, entry.id]
        )

    def done(self, entry: FrontierEntry, verdict: Word) -> None:
        """The request is finished, with this verdict."""
        self.db.execute("update frontier set state = 'done', verdict = ? where id = ?", [verdict, entry.id])

    def retry(self, entry: FrontierEntry) -> None:
        """The request will be made again after the others of its host."""
        self.db.execute("update frontier set state = 'pending', priority = ? where id = ?", [LATER, entry.id])
        self.pending += 1

    def defer(self, entry: FrontierEntry, sha256: str = "") -> None:
        """The request will be made again after all others; if the work on its bytes failed (`sha256`), counts a try."""
        self.db.execute(
            "update frontier set state = 'pending', priority = ?, tries = tries + (? <> ''), "
            "tried = coalesce(nullif(?, ''), tried) where id = ?",
            [LAST, sha256, sha256, entry.id],
        )
        self.pending += 1

    def hopeless(self) -> list[tuple[FrontierEntry, str]]:
        """The requests whose answers have used up their tries by ending the crawl, and the hashes of the bytes."""
        rows = self.db.execute(
            "select id, portal, ask, attempts, tries, tried from frontier where crawl = ? "
            "and state = 'pending' and tries >= ?",
            [self.crawl, MOST_TRIES],
        ).fetchall()
        return [
            (FrontierEntry(int(id_), str(portal), unpacked(ask), int(attempts), int(tries)), str(tried or ""))
            for id_, portal, ask, attempts, tries, tried in rows
        ]

    def put_back(self) -> None:
        """The crawl is stopped: requests in flight count as not made."""
        self.db.execute(
            "update frontier set state = 'pending', attempts = attempts - 1 where crawl = ? and state = 'in_flight'",
            [self.crawl],
        )

    def release(self, entry: FrontierEntry) -> None:
        """The host may get its next request."""
        host = host_of(entry.ask.url)
        self.busy.discard(host)
        self._wait(host)

    def give_up(self, portal: str, host: str, word: Word) -> int:
        """Drops the pending requests to a host for a portal; returns how many requests that saves.

        Requests that were tried and wait for a retry have met that trouble themselves: they are done with this verdict.
        """
        before = self.pending
        self.pending -= self.db.execute(
            "update frontier set state = 'done', verdict = ? where crawl = ? and portal = ? and host = ? "
            "and state = 'pending' and attempts > 0",
            [word, self.crawl, portal, host],
        ).rowcount
        self.spare("portal = ? and host = ?", [portal, host])
        self.spared.clear()
        return before - self.pending

    def lists(self, portal: str) -> int:
        """How many list pages of a portal are in the frontier so far."""
        row = self.db.execute(
            "select count(*) from frontier where crawl = ? and portal = ? and kind = 'list'", [self.crawl, portal]
        ).fetchone()
        return int(row[0])

    def barren(self, entry: FrontierEntry) -> bool:
        """Whether this was the last list of the portal to be read, and none of them named a report."""
        return (
            self.db.execute(
                "select 1 from frontier where crawl = ? and portal = ? and kind = 'list' and id <> ? "
                "and (found > 0 or state in ('pending', 'in_flight')) limit 1",
                [self.crawl, entry.portal, entry.id],
            ).fetchone()
            is None
        )

    def saw(self, portal: str, signature: str) -> bool:
        """Whether a list page of the portal with this content was already read."""
        return (
            self.db.execute(
                "select 1 from frontier where crawl = ? and signature = ? and portal = ? limit 1",
                [self.crawl, signature, portal],
            ).fetchone()
            is not None
        )

    def progress(self) -> tuple[int, int, int]:
        """The number of portals, how many of them are done, and how many reports their lists have named."""
        row = self.db.execute(
            "select count(*), sum(waiting = 0), sum(found) from ("
            "select sum(state in ('pending', 'in_flight')) as waiting, sum(coalesce(found, 0)) as found "
            "from frontier where crawl = ? group by portal)",
            [self.crawl],
        ).fetchone()
        return int(row[0]), int(row[1] or 0), int(row[2] or 0)

    def unfinished(self) -> bool:
        """Whether the crawl stopped before all requests were made."""
        return (
            self.db.execute(
                "select 1 from frontier where crawl = ? and state in ('pending', 'in_flight') limit 1", [self.crawl]
            ).fetchone()
            is not None
        )

    def clear(self) -> None:
        """The crawl is over: its requests are deleted; the ledger keeps what happened."""
        self.db.execute("delete from frontier where crawl = ?", [self.crawl])

    def _wait(self, host: str) -> None:
        if host not in self.busy and host not in self.waiting:
            self.waiting.append(host)
