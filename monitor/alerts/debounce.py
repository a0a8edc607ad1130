"""When what was found is settled enough to be told: arithmetic after a second look, the rest as its rule decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.clock import parse_stamp, stamp

PUBLICATION = "pub."
KEPT_DAYS = 400  # of the times of checks


def settled(rule: str, finding_class: str, changed_at: str, last_check: str | None, hours: float) -> bool:
    """Whether two checks at least so many hours apart saw the finding as it is (pure).

    Absences, changes and portals decide by their own sweeps when they are found at all, so they wait for nothing here.
    """
    if hours <= 0 or finding_class == "health" or rule.startswith(PUBLICATION):
        return True
    return last_check is not None and (
        parse_stamp(last_check) - parse_stamp(changed_at) >= timedelta(hours=hours))


def note_check(db: Database, now: datetime) -> None:
    """Remembers that everything stored was judged now; call it inside `db.atomic()`, at the end of a check."""
    db.execute("insert or ignore into checks (at) values (?)", [stamp(now)])
    db.execute("delete from checks where at < ?", [stamp(now - timedelta(days=KEPT_DAYS))])


def last_checks(db: Database, before: datetime | None = None, count: int = 1) -> Sequence[str]:
    """When the latest checks were, the latest first; with `before`, only earlier ones."""
    where, values = ("where at < ?", [stamp(before)]) if before is not None else ("", [])
    return [str(row[0]) for row in db.execute(
        f"select at from checks {where} order by at desc limit ?", [*values, count])]
