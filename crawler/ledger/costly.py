"""Pages on which the work failed (killed, too slow): kept after the crawl, so that the same bytes do no harm twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp, stamp

# `crawl_ended`: the crawl itself ended or was killed during the work on the page.
Cause = Literal["too_slow", "out_of_memory", "killed", "crawl_ended"]
CAUSES: frozenset[str] = frozenset(get_args(Cause))
# After this time the same bytes get another chance: a newer gouji may be able to read them.
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
    """How often the work on these bytes (their SHA-256; "": unknown) failed, the last cause, and when."""

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
    """How often the work on exactly these bytes failed in earlier crawls.

    A process may also be killed because others use up the memory: that does not count against a page later.
    """
    page = pages.get((portal, key))
    if page is None or page.sha256 not in ("", sha256) or page.cause == "killed" or now - parse_stamp(page.at) >= REST:
        return 0
    return page.tries


def keep(db: Database, portal: str, key: str, url: str, sha256: str, tries: int, cause: Cause, now: datetime) -> None:
    """Stores how often the work on a page failed."""
    db.execute(
        "insert or replace into costly_pages (portal, key, url, sha256, tries, cause, at) values (?, ?, ?, ?, ?, ?, ?)",
        [portal, key, url, sha256, tries, cause, stamp(now)],
    )


def forget(db: Database, portal: str, key: str) -> None:
    """The work on the page was finished."""
    db.execute("delete from costly_pages where portal = ? and key = ?", [portal, key])


def carry(db: Database, crawl: int, at: str) -> None:
    """Stores the pages that a crawl was working on when it ended, if it is not continued."""
    db.execute(CARRY, [at, crawl])
