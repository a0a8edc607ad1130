"""Of the bodies that owe a report for last year, how many were found: the line at the end of a digest."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import local_date
from crawler.ground.config import Config
from monitor.duty.deadlines import Deadline
from monitor.duty.ledger import Ledger
from monitor.duty.standing import stand


@dataclass(frozen=True, slots=True)
class Coverage:
    """The line at the end of a digest: of the bodies that owe a report for the year, how many were found.

    `unwatched` of those that cannot be judged publish on a portal that nobody watches.
    """

    year: int
    due: int = 0
    found: int = 0
    not_yet: int = 0
    not_assessable: int = 0
    sources: int = 0
    unhealthy: int = 0
    unwatched: int = 0


def measure_coverage(db: Database, config: Config, now: datetime) -> Coverage:
    """Of the bodies that owe a report for last year, how many were found, how many have time left."""
    year = local_date(now).year - 1
    ledger = Ledger(db, config, now)
    found = ledger.found(year)
    due = missing = early = unassessable = unwatched = 0
    for debtor in ledger.debtors:
        deadline: Deadline | None = debtor.duty(year, config.deadlines, config.duty.grace_days).deciding
        absent = debtor.code not in found.by_code
        if deadline is None:
            continue
        due += 1
        missing += absent
        early += absent and now < deadline.over(year)
        if absent and now >= deadline.over(year):
            watch = ledger.watch(debtor, year)
            state = stand(deadline, year, None, watch, now, found.doubts.get(debtor.code, "")).state
            unassessable += state == "not_assessable"
            unwatched += any(source.state == "not_watched" for source in watch.sources)
    watched = [source for source in ledger.sources.values() if source.state != "not_watched"]
    return Coverage(
        year,
        due,
        due - missing,
        early,
        unassessable,
        len(watched),
        sum(source.state != "ok" for source in watched),
        unwatched,
    )
