"""What a crawl has still to ask, in SQLite: a killed crawl goes on where it was and asks nothing twice."""

import json
import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.evidence.verdicts import Word
from crawler.fetching.pages import Ask, Kind
from crawler.urls import host_of, identity

PRIORITY: dict[Kind, int] = {"list": 0, "detail": 1, "attachment": 2}
RECHECK = 3         # what is known already comes after what is new
LATER = 5           # a retry waits until the host's other requests were made
MOST_ATTEMPTS = 3
INDEX = re.compile(r"/(index|default)\.\w{3,5}$", re.IGNORECASE)

TAKE = """
update frontier set state = 'in_flight', attempts = attempts + 1 where id = (
  select id from frontier where crawl = ? and host = ? and state = 'pending' order by priority, id limit 1)
returning id, portal, ask, attempts
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that was taken out to be made."""

    id: int
    portal: str
    ask: Ask
    attempts: int

    @property
    def last_attempt(self) -> bool:
        return self.attempts >= MOST_ATTEMPTS


def key_of(ask: Ask) -> str:
    """What makes two requests the same: twins of a report are one, a list is its exact address and form."""
    hop = ask.context.get("hop", "")
    if ask.kind == "list":
        return f"list {hop} {ask.method} {INDEX.sub('/', ask.url)} {ask.body}"
    return f"document {hop} {ask.method} {identity(ask.url)} {ask.body}"


class Frontier:
    """The frontier of one crawl. At most one request per host is out at a time."""

    def __init__(self, db: Database, crawl: int) -> None:
        self.db = db
        self.crawl = crawl
        # How many requests a host may be sent in a day (0: any number), and how many it was sent today.
        self.cap = 0
        self.spent: Counter[str] = Counter()
        # What was dropped since somebody last looked: portal, host and how many requests.
        self.spared: list[tuple[str, str, int]] = []
        db.execute("update frontier set state = 'pending' where crawl = ? and state = 'in_flight'", [crawl])
        # A request that was out each time the process died is not tried for ever.
        db.execute("update frontier set state = 'dropped' where crawl = ? and state = 'pending' "
                   "and attempts > ?", [crawl, MOST_ATTEMPTS])
        rows = db.execute("select host, count(*) from frontier where crawl = ? and state = 'pending' "
                          "group by host order by min(id)", [crawl]).fetchall()
        self.waiting: deque[str] = deque(str(row[0]) for row in rows)
        self.busy: set[str] = set()
        self.pending = sum(int(row[1]) for row in rows)

    def push(self, portal: str, ask: Ask) -> bool:
        """Adds a request; False when the crawl knows it already."""
        host = host_of(ask.url)
        cursor = self.db.execute(
            "insert or ignore into frontier (crawl, portal, host, kind, key, ask, priority, state, attempts) "
            "values (?, ?, ?, ?, ?, ?, ?, 'pending', 0)",
            [self.crawl, portal, host, ask.kind, key_of(ask), ask.packed(),
             RECHECK if "recheck" in ask.context else PRIORITY[ask.kind]])
        if cursor.rowcount != 1:
            return False
        self.pending += 1
        self._wait(host)
        return True

    def take(self) -> Entry | None:
        """The next request to make, from a host that is not busy; lists before reports before files."""
        while self.waiting:
            host = self.waiting.popleft()
            if self.exhausted(host):
                continue
            row = self.db.execute(TAKE, [self.crawl, host]).fetchone()
            if row is not None:
                self.busy.add(host)
                self.pending -= 1
                self.spent[host] += 1
                return Entry(int(row[0]), str(row[1]), Ask(**json.loads(row[2])), int(row[3]))
        return None

    def exhausted(self, host: str) -> bool:
        """Whether a host was asked as often as it may be today; what is left is then left for another day."""
        if not self.cap or self.spent[host] < self.cap:
            return False
        self.spare("host = ?", [host])
        return True

    def spare(self, where: str = "1", values: Sequence[str] = ()) -> None:
        """Drops what is still to be asked and fits (all of it by default), and remembers for whom."""
        rows = self.db.execute(
            f"select portal, host, count(*) from frontier where {where} and crawl = ? and state = 'pending' "
            "group by portal, host", [*values, self.crawl]).fetchall()
        cursor = self.db.execute(f"update frontier set state = 'dropped' where {where} and crawl = ? "
                                 "and state = 'pending'", [*values, self.crawl])
        self.pending -= cursor.rowcount
        self.spared += [(str(portal), str(host), int(count)) for portal, host, count in rows]

    def content(self, entry: Entry, found: int, signature: str, known: str | None = None) -> None:
        """What a list page held: how many reports, and a mark to know it by when it is served again.

        `known` names the list where it was read no further, as all that the page named was known.
        """
        self.db.execute("update frontier set found = ?, signature = ?, known = ? where id = ?",
                        [found, signature, known, entry.id])

    def done(self, entry: Entry, verdict: Word) -> None:
        """The request was answered, for better or worse."""
        self.db.execute("update frontier set state = 'done', verdict = ? where id = ?", [verdict, entry.id])

    def retry(self, entry: Entry) -> None:
        """The request is made again after the others of its host."""
        self.db.execute("update frontier set state = 'pending', priority = ? where id = ?", [LATER, entry.id])
        self.pending += 1

    def release(self, entry: Entry) -> None:
        """The host may be asked again."""
        host = host_of(entry.ask.url)
        self.busy.discard(host)
        self._wait(host)

    def give_up(self, portal: str, host: str, word: Word) -> int:
        """Drops what is still to be asked of a host for a portal; how many requests that spares.

        What was tried before, and waits to be tried again, has met that trouble and is done with it.
        """
        before = self.pending
        self.pending -= self.db.execute(
            "update frontier set state = 'done', verdict = ? where crawl = ? and portal = ? and host = ? "
            "and state = 'pending' and attempts > 0", [word, self.crawl, portal, host]).rowcount
        self.spare("portal = ? and host = ?", [portal, host])
        self.spared.clear()
        return before - self.pending

    def lists(self, portal: str) -> int:
        """How many list pages a portal has brought so far."""
        row = self.db.execute("select count(*) from frontier where crawl = ? and portal = ? and kind = 'list'",
                              [self.crawl, portal]).fetchone()
        return int(row[0])

    def barren(self, entry: Entry) -> bool:
        """Whether no list of the portal named any report, and this one was the last to be read."""
        return self.db.execute("select 1 from frontier where crawl = ? and portal = ? and kind = 'list' and id <> ? "
                               "and (found > 0 or state in ('pending', 'in_flight')) limit 1",
                               [self.crawl, entry.portal, entry.id]).fetchone() is None

    def saw(self, portal: str, signature: str) -> bool:
        """Whether a list page with this content was read before."""
        return self.db.execute("select 1 from frontier where crawl = ? and signature = ? and portal = ? limit 1",
                               [self.crawl, signature, portal]).fetchone() is not None

    def progress(self) -> tuple[int, int, int]:
        """Of how many portals, how many are done, and how many reports their lists have named."""
        row = self.db.execute(
            "select count(*), sum(waiting = 0), sum(found) from ("
            "select sum(state in ('pending', 'in_flight')) as waiting, sum(coalesce(found, 0)) as found "
            "from frontier where crawl = ? group by portal)", [self.crawl]).fetchone()
        return int(row[0]), int(row[1] or 0), int(row[2] or 0)

    def unfinished(self) -> bool:
        """Whether the crawl stopped before everything was asked."""
        return self.db.execute("select 1 from frontier where crawl = ? and state in ('pending', 'in_flight') limit 1",
                               [self.crawl]).fetchone() is not None

    def clear(self) -> None:
        """The crawl is over: the ledger keeps what happened."""
        self.db.execute("delete from frontier where crawl = ?", [self.crawl])

    def _wait(self, host: str) -> None:
        if host not in self.busy and host not in self.waiting:
            self.waiting.append(host)
