"""Whether far fewer reports of a province were found than by this day last year: then it is probably our fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import local_date, parse_stamp, stamp
from monitor.subscriptions import SubscribedBody

# When each registered body's reports of two years were first seen. Unhealthy portals have findings of their own.
FIRST = """
select d.agency, d.year, coalesce(a.division, ''), min(d.first_seen)
from documents d join agencies a on a.code = d.agency
join portals p on p.id = a.portal and p.state = 'ok'
where d.year in (:year, :year - 1) and d.portal is not null and coalesce(a.source, '') not in ('document', 'portal')
  and coalesce(a.first_year, 0) < :year and coalesce(a.last_year, :year) >= :year
group by d.agency, d.year
"""


@dataclass(frozen=True, slots=True)
class Slow:
    """A province (its code): reports found now and by the same day last year, and the bodies that are now missing."""

    province: str
    found: int
    then: int
    bodies: tuple[str, ...]


def slow_provinces(db: Database, now: datetime, before: str, share: float, fewest: int) -> Iterator[Slow]:
    """The provinces that fell below `share` since the last check; only with at least `fewest` reports last year."""
    year = local_date(now).year - 1
    firsts: dict[str, dict[int, dict[str, str]]] = {}
    for agency, of, division, seen in db.execute(FIRST, {"year": year}).fetchall():
        if province := SubscribedBody(agency, division=division).province:
            firsts.setdefault(province, {year: {}, year - 1: {}})[of][agency] = seen
    for province, by_year in sorted(firsts.items()):
        this, last = by_year[year], by_year[year - 1]
        found, then = _by(this, stamp(now)), _by(last, _year_ago(now))
        earlier, earlier_then = _by(this, before), _by(last, _year_ago(parse_stamp(before)))
        if _is_slow(len(found), len(then), share, fewest) and not _is_slow(
            len(earlier), len(earlier_then), share, fewest
        ):
            yield Slow(province, len(found), len(then), tuple(sorted(then - found)))


def _by(firsts: Mapping[str, str], instant: str) -> frozenset[str]:
    return frozenset(agency for agency, seen in firsts.items() if seen <= instant)


def _is_slow(found: int, then: int, share: float, fewest: int) -> bool:
    return then >= fewest and found * 100 < share * then


def _year_ago(instant: datetime) -> str:
    day = 28 if (instant.month, instant.day) == (2, 29) else instant.day
    return stamp(instant.replace(year=instant.year - 1, day=day))
