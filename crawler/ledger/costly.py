"""Pages on which the work broke off: kept beyond their crawl, so that none is asked to die of the same bytes again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp, stamp

# `crawl_ended`: the crawl itself was ended while the page was worked on, whoever did that.
Cause = Literal["too_slow", "out_of_memory", "killed", "crawl_ended"]
CAUSES: frozenset[str] = frozenset(get_args(Cause))
# Then the same bytes are given another chance: gouji may have learned to read them.
REST = timedelta(days=30)
CARRY = """
insert into costly_pages (portal, key, url, sha256, tries, cause, at)
select portal, key, json_extract(ask, '$.url'), nullif(tried, ''), tries, 'crawl_ended', ? from frontier
where crawl = ? and tries > 0 and state in ('pending', 'in_flight')
on conflict (portal, key) do update set sha256 = excluded.sha256, at = excluded.at, cause = excluded.cause,
  tries = excluded.tries + case when sha256 is null or sha256 = excluded.sha256 then tries else 0 end
"""


@dataclass(frozen=True, slots=True)
class Costly:
    """How often the work on these bytes (their SHA-256; "": not known) broke off, of what at last, and when."""

    sha256: str
    tries: int
    cause: Cause
    at: str


def known(db: Database) -> Mapping[tuple[str, str], Costly]:
    """All of them, by portal and the request's identity."""
    return {
        (str(portal), str(key)): Costly(str(sha256 or ""), int(tries), cause, str(at))
        for portal, key, sha256, tries, cause, at in db.execute(
            "select portal, key, sha256, tries, cause, at from costly_pages"
        )
    }


def before(pages: Mapping[tuple[str, str], Costly], portal: str, key: str, sha256: str, now: datetime) -> int:
    """How often the work on these very bytes broke off in the crawls before.

    A process may also be killed because others leave it no memory: that is not held against a page for longer.
    """
    page = pages.get((portal, key))
    if page is None or page.sha256 not in ("", sha256) or page.cause == "killed" or now - parse_stamp(page.at) >= REST:
        return 0
    return page.tries


def keep(db: Database, portal: str, key: str, url: str, sha256: str, tries: int, cause: Cause, now: datetime) -> None:
    """The work on a page broke off so often."""
    db.execute(
        "insert or replace into costly_pages (portal, key, url, sha256, tries, cause, at) values (?, ?, ?, ?, ?, ?, ?)",
        [portal, key, url, sha256, tries, cause, stamp(now)],
    )


def forget(db: Database, portal: str, key: str) -> None:
    """The page was worked on to the end."""
    db.execute("delete from costly_pages where portal = ? and key = ?", [portal, key])


def carry(db: Database, crawl: int, at: str) -> None:
    """What a crawl that is not taken up again was ended at."""
    db.execute(CARRY, [at, crawl])
