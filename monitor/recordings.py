"""Which recordings of crawls (WARC) may go: those that are old, and on which nothing rests that we know or say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.data import DataDir
from crawler.wire.recording import crawl_of
from crawler.wire.warc import SUFFIX

# The crawls that must stay: that in which a version, or a roster, was first seen and that in which it was last seen;
# for every change of a finding, the newest crawl before it of each portal at which its body was met (of every portal,
# where that is none); and that in which a portal came into a state.
RESTED = """
with bodies(sha256) as (select sha256 from documents union select document from rosters where document is not null),
met(agency, portal) as (
  select code, portal from agencies where portal is not null
  union select agency, portal from documents where agency is not null and portal is not null
),
moments(portal, at) as (
  select m.portal, f.at from (
    select agency, opened_at as at from findings union select agency, changed_at from findings
    union select agency, resolved_at from findings union select agency, decided_at from findings
  ) f left join met m on m.agency = f.agency where f.at is not null
  union select portal, since from portal_states
),
ended(crawl, portal, at) as (
  select p.crawl, p.portal, c.finished_at from crawl_portals p join crawls c on c.id = p.crawl
  where c.finished_at is not null
)
select min(f.crawl) from fetches f join bodies using (sha256) group by f.sha256
union select max(f.crawl) from fetches f join bodies using (sha256) group by f.sha256
union select (select max(e.crawl) from ended e where e.portal = m.portal and e.at <= m.at) from moments m
  where m.portal is not null
union select (select max(e.crawl) from ended e where e.portal = p.id and e.at <= m.at) from moments m, portals p
  where m.portal is null
"""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of a crawl that ended before the bound; `rested`: something rests on it, so that it stays."""

    path: Path
    size: int
    rested: bool


def old_recordings(db: Database, data: DataDir, now: datetime) -> Iterator[Recording]:
    """The files whose crawl ended more than `[crawl] warc_days` ago; none where that is 0.

    Neither a file that names no crawl of this database, nor one of a crawl that has not ended.
    """
    days = data.config().crawl.warc_days
    if not days:
        return
    rested = {row[0] for row in db.execute(RESTED)}
    bound = stamp(now - timedelta(days=days))
    begun: dict[str, list[tuple[int, str | None]]] = {}
    for number, started, finished in db.execute("select id, started_at, finished_at from crawls"):
        begun.setdefault(str(started), []).append((int(number), finished))
    for path in sorted(data.warc.glob(f"*{SUFFIX}")):
        said = crawl_of(path)
        # Crawls that are taken in from elsewhere get other numbers: the instant at which one began tells them.
        crawls = begun.get(said[1], []) if said else []
        if crawls and all(finished is not None and finished < bound for _, finished in crawls):
            yield Recording(path, path.stat().st_size, any(number in rested for number, _ in crawls))


def tidied(db: Database, gone: Iterable[Recording]) -> None:
    """Removes these and writes the database anew without its gaps. OSError, sqlite3.Error."""
    for one in gone:
        one.path.unlink()
    db.execute("vacuum")
    db.execute("pragma wal_checkpoint(truncate)")
