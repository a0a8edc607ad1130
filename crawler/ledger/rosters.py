"""The table of rosters: which bodies must publish, according to the portal itself, and whether they have."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.pages.rosters import Roster


def unread(db: Database, portal: str, key: str) -> bool:
    """Whether a page that a list names as a roster has not been read yet (`key`: its key in `looks`)."""
    return (
        db.execute(
            "select 1 from looks where portal = ? and key = ? and verdict in ('ok', 'unchanged') limit 1", [portal, key]
        ).fetchone()
        is None
    )


def store(db: Database, portal: str, rosters: Iterable[Roster], now: datetime) -> int:
    """Stores what the rosters of a portal say, replacing what a page said before. Returns the number of entries."""
    count = 0
    with db.atomic():
        for roster in rosters:
            db.execute("delete from rosters where url = ?", [roster.url])
            for entry in roster.entries:
                db.execute(
                    "insert into rosters (portal, url, title, agency_name, year, published, document, seen_at, "
                    "kind) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        portal,
                        roster.url,
                        roster.title,
                        entry.name,
                        roster.year,
                        None if entry.published is None else int(entry.published),
                        roster.document or None,
                        stamp(now),
                        roster.kind,
                    ],
                )
                count += 1
    return count
