"""The table `sweeps`: when each finished crawl looked at each portal, and whether it saw every list of it."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlite_utils import Database

from crawler.ground.database import Waiting

if TYPE_CHECKING:  # who asks the ledger parses no page
    from crawler.pages.verdicts import Word

# Verdicts of the ledger after which a list was seen whole; one that was cut at our bound was not.
SEEN: "frozenset[Word]" = frozenset({"ok", "unchanged", "same", "new", "changed", "restored", "repeated", "redirect"})
# Finished crawls whose ledger was not summed up yet. One that asked for no list leaves nothing, and costs a look.
NEW = (
    "select id from crawls where finished_at is not null and id not in (select crawl from sweeps) "
    "and id in (select crawl from fetches)"
)
SUM_UP = """
insert or ignore into sweeps (portal, at, ended, crawl, state, seen, whole)
select l.portal, min(l.at), c.finished_at, l.crawl,
       (select s.state from portal_states s where s.portal = l.portal and s.since <= c.finished_at
          and (s.until is null or s.until > c.finished_at) order by s.since desc limit 1),
       min(coalesce(l.seen, 0)), min(l.whole)
from (select crawl, portal, url, min(at) as at, max(verdict in ({seen})) as seen,
             max(coalesce(known_ground, 0) = 0) as whole from fetches
      where crawl = ? and coalesce(kind, 'list') = 'list' group by portal, url) l
join crawls c on c.id = l.crawl group by l.portal
"""


class Look(NamedTuple):
    """One sweep in which a portal was healthy: when its first list was asked for, and when the crawl ended."""

    at: str
    ended: str


def settle(db: Database) -> None:
    """Sums up the crawls that have finished since; call it before asking. Who may only read asks without the last."""
    if isinstance(db, Waiting) and not db.writable:
        return
    fresh = [row[0] for row in db.execute(NEW)]
    if not fresh:
        return
    query = SUM_UP.format(seen=", ".join(f"'{word}'" for word in sorted(SEEN)))
    with db.atomic():
        for crawl in fresh:
            db.execute(query, [crawl])


@dataclass(frozen=True, slots=True)
class Looks:
    """The healthy sweeps of a portal in which its lists were read to their ends, in order; when the last other one
    was, "" where there was none.
    """

    whole: tuple[Look, ...] = ()
    other: str = ""

    def since(self, instant: str) -> "Looks":
        """Those from an instant on."""
        first = bisect_left(self.whole, instant, key=lambda one: one.at)
        return Looks(self.whole[first:], self.other if self.other >= instant else "")


def healthy(db: Database, after: str, until: str, portals: Collection[str] = ()) -> Mapping[str, Looks]:
    """The sweeps between two instants in which every list was seen and the portal was found healthy, by portal (these,
    or all where none is named).

    A list that was read only as far as known ground cannot say that something is not there.
    """
    found: dict[str, list[Look]] = {}
    others: dict[str, str] = {}
    of = f"and portal in ({', '.join('?' * len(portals))})" if portals else ""
    for portal, at, ended, whole in db.execute(
        "select portal, at, ended, coalesce(whole, 1) from sweeps where at >= ? and ended <= ? and seen = 1 "
        f"and coalesce(state, 'ok') = 'ok' {of} order by portal, at",
        [after, until, *portals],
    ):
        if whole:
            found.setdefault(portal, []).append(Look(at, ended))
        else:
            others[portal] = at
    return {portal: Looks(tuple(found.get(portal, ())), others.get(portal, "")) for portal in {*found, *others}}


def fewest(looks: Iterable[tuple[Look, ...]]) -> tuple[Look, ...]:
    """With several portals, the one looked at least often decides."""
    return min(looks, key=len, default=())
