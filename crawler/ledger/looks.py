"""What we know about each report's page, and on which day it is looked at again."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zlib import crc32

from sqlite_utils import Database

from crawler.ground.clock import local_date, stamp
from crawler.ground.config import CrawlSettings
from crawler.pages.asks import Ask, unpacked
from crawler.pages.verdicts import Word

SEASON = range(1, 5)  # the months in which reports are published and corrected
IN_SEASON, OFF_SEASON = 7, 30
# Folders older than this many years are not opened each day; a folder 2025年 holds reports on 2024, or misplaced ones.
RECENT = 2
YEARS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
# A page that is gone is probed every day for this long: a temporary fault must not look like a removal.
PROBED = timedelta(days=30)
PROBES = 3  # known reports that are looked at when their column cannot be reached

STANDING: frozenset[Word] = frozenset({"new", "changed", "restored", "same", "unchanged"})
BESIDE = 0  # the page number of entries found beside a list
GONE: frozenset[Word] = frozenset({"not_found", "soft_404", "redirected"})
# Verdicts that stay valid until the next look is due; `ok` is a folder of reports.
LEARNED: frozenset[Word] = STANDING | GONE | {"not_report", "ok"}

# Days until the next look: the first time 2 to :days, spread by the page's own number; later always :days.
WAIT = "case when looks > 1 or :days < 3 then :days else 2 + spread % (:days - 1) end"
DUE = f"""
select key, url, ask from looks where portal = :portal and kind = 'detail'
  and coalesce(verdict, '') not in ('ok', 'unreadable') and (:year is null or year is null or year = :year)
  and (:everything or looked_at is null
       or julianday(:today) - julianday(date(looked_at, '+8 hours')) >=
          case when gone_since > :probed then 1 else {WAIT} end)
order by looked_at, key
"""
LEARN = """
insert into looks (portal, key, url, kind, year, verdict, looked_at, looks, spread, listed_in, family)
values (:portal, :key, :url, :kind, :year, :verdict, :at, 1, :spread, :listed, :family)
on conflict (portal, key) do update set url = :url, verdict = :verdict, looked_at = :at, looks = looks + 1,
  year = coalesce(:year, year), listed_in = coalesce(:listed, listed_in), family = coalesce(family, :family),
  gone_since = case when :gone = 0 then null
                    when gone_since is null and verdict in ('new', 'changed', 'restored', 'same', 'unchanged')
                      then :at
                    else gone_since end
"""


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An entry of a list, compared with what we know: whether it is known already, and whether to request it now."""

    verdict: Word | None
    moved: bool

    @property
    def known(self) -> bool:
        return self.verdict is not None

    @property
    def wanted(self) -> bool:
        return self.verdict is None or self.verdict in GONE or self.moved


def recheck_days(settings: CrawlSettings, now: datetime) -> int:
    """After how many days at most a known page is looked at again."""
    if settings.recheck_days is not None:
        return settings.recheck_days
    return IN_SEASON if local_date(now).month in SEASON else OFF_SEASON


def look_key(ask: Ask) -> str:
    """The key of a page: the address that a list gave it, wherever that led; twins have the same key."""
    return ask.known_as or ask.known_by


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where an entry is listed: the list (the address of its first page) and the page number, in this crawl."""

    crawl: int
    portal: str
    chain: str
    page: int


def listed(db: Database, place: ListPlace, ask: Ask, family: str, year: int | None) -> ListedEntry:
    """Records that a list names this page, and compares it with what we know."""
    portal, crawl, chain, page = place.portal, place.crawl, place.chain, place.page
    key, text = look_key(ask), ask.packed()
    row = db.execute("select verdict, ask, chain from looks where portal = ? and key = ?", [portal, key]).fetchone()
    if row is None:
        db.execute(
            "insert into looks (portal, key, url, kind, ask, family, year, spread, listed_in, chain, page) "
            "values (?, ?, ?, 'detail', ?, ?, ?, ?, ?, ?, ?)",
            [portal, key, ask.kept(ask.url), text, family, year, spread(key), crawl, chain, page],
        )
        return ListedEntry(None, False)
    before = json.loads(row[1]) if row[1] else {}
    # The same list gives it another date: the page was published anew.
    moved = row[2] == chain and bool(ask.date) and before.get("date") not in ("", None, ask.date)
    db.execute(
        "update looks set ask = ?, family = ?, year = coalesce(?, year), listed_in = ?, chain = ?, page = ?, "
        "kind = 'detail' where portal = ? and key = ?",
        [text, family, year, crawl, chain, page, portal, key],
    )
    return ListedEntry(row[0], moved)


def unreadable(db: Database, portal: str, ask: Ask) -> None:
    """Records that an entry's address cannot be requested: as long as it is listed, it is an unread report."""
    db.execute("update looks set verdict = 'unreadable' where portal = ? and key = ?", [portal, look_key(ask)])


def neighbour(db: Database, crawl: int, portal: str, of: str, ask: Ask, family: str, year: int | None) -> bool:
    """Records that a report's page links to another one that no list names; True if that was not known before.

    It counts as listed as long as the list that names the report, as if on a page 0 of that list.
    """
    row = db.execute("select chain from looks where portal = ? and key = ?", [portal, of]).fetchone()
    if db.execute("select 1 from looks where portal = ? and key = ?", [portal, look_key(ask)]).fetchone():
        return False
    listed(db, ListPlace(crawl, portal, str(row[0]) if row and row[0] else "", BESIDE), ask, family, year)
    return True


def long_past(title: str, today: date) -> bool:
    """Whether a folder is named after a year for which no more reports are expected."""
    years = [int(year) for year in YEARS.findall(title)]
    return bool(years) and max(years) < today.year - RECENT


def reported(db: Database, portal: str, folder: str, year: int) -> bool:
    """Whether the list of one body already has its report for a year, as far as we know."""
    marks = ", ".join("?" * len(STANDING))
    row = db.execute(
        "select 1 from looks where portal = ? and chain = ? and year = ? and gone_since is null "
        f"and verdict in ({marks}) limit 1",
        [portal, folder, year, *sorted(STANDING)],
    ).fetchone()
    return row is not None


def stands(db: Database, crawl: int, portal: str, folder: str) -> int:
    """Records that a folder was not opened, so the pages its lists named still count as listed; how many they are."""
    below = folder if folder.endswith("/") else ""
    return db.execute(
        "update looks set listed_in = ? where portal = ? and (chain = ? or (? <> '' and substr(chain, 1, ?) = ?))",
        [crawl, portal, folder, below, len(below), below],
    ).rowcount


def learned(
    db: Database,
    portal: str,
    ask: Ask,
    url: str,
    verdict: Word,
    now: datetime,
    *,
    kind: str = "",
    year: int | None = None,
    crawl: int | None = None,
    family: str | None = None,
) -> None:
    """Records the result of a look at a page; with `crawl` the page counts as named by a list of that crawl."""
    if verdict in LEARNED:
        key = look_key(ask)
        db.execute(
            LEARN,
            {
                "portal": portal,
                "key": key,
                "url": ask.kept(url),
                "kind": kind or ask.kind,
                "year": year,
                "verdict": verdict,
                "at": stamp(now),
                "spread": spread(key),
                "listed": crawl,
                "family": family,
                "gone": int(verdict in GONE),
            },
        )


def headed(db: Database, portal: str, ask: Ask, heading: str) -> None:
    """Records what a page that is not a report calls itself; "" if that is not certain."""
    db.execute(
        "update looks set heading = nullif(?, '') where portal = ? and key = ?", [heading, portal, look_key(ask)]
    )


def due(
    db: Database, portal: str, now: datetime, days: int, year: int | None, *, everything: bool = False
) -> Iterator[Ask]:
    """The known reports of a portal whose next look is due, those not seen for longest first."""
    rows = db.execute(
        DUE,
        {
            "portal": portal,
            "year": year,
            "everything": int(everything),
            "today": local_date(now).isoformat(),
            "probed": stamp(now - PROBED),
            "days": days,
        },
    ).fetchall()
    for key, url, text in rows:
        yield again(str(key), str(url), text)


def again(key: str, url: str, text: str | None) -> Ask:
    """The request for another look at a known page: at the address where it was last found, with its list's data."""
    ask = unpacked(text) if text else Ask(url, kind="detail")
    return replace(ask, url=url, recheck=True, known_as=key)


def probes(db: Database, portal: str) -> list[Ask]:
    """A few known reports, to see whether they are still online although their column is not."""
    rows = db.execute(
        "select key, url, ask from looks where portal = ? and kind = 'detail' and verdict in "
        "('new', 'changed', 'restored', 'same', 'unchanged') order by looked_at desc, key limit ?",
        [portal, PROBES],
    ).fetchall()
    return [again(str(key), str(url), text) for key, url, text in rows]


def look_soon(db: Database, pages: Iterable[tuple[str, str]]) -> None:
    """Makes the next crawl look at these pages (portal, address) again, if they were online."""
    db.execute(
        f"update looks set looked_at = null where kind = 'detail' and verdict in ({', '.join('?' * len(STANDING))}) "
        "and (portal, url) in (select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?))",
        [*sorted(STANDING), json.dumps(list(pages))],
    )


def whole_due(db: Database, portal: str, now: datetime, days: int) -> bool:
    """Whether it is time to read every page of the portal's lists, even if all entries are known."""
    row = db.execute(
        f"select whole_at is null or julianday(:today) - julianday(date(whole_at, '+8 hours')) >= {WAIT} from "
        "(select whole_at, coalesce(whole_looks, 0) as looks, :spread as spread from portals where id = :portal)",
        {"portal": portal, "today": local_date(now).isoformat(), "days": days, "spread": spread(portal)},
    ).fetchone()
    return row is None or bool(row[0])


def was_whole(db: Database, portal: str, now: datetime) -> None:
    """Records that every page of the portal's lists was read."""
    db.execute(
        "update portals set whole_at = ?, whole_looks = coalesce(whole_looks, 0) + 1 where id = ?", [stamp(now), portal]
    )


def unfinished_files(db: Database, crawl: int) -> None:
    """Makes the next crawl look again at pages whose files could not all be fetched."""
    db.execute(
        "update looks set looked_at = null where (portal, key) in (select portal, json_extract(ask, '$.owner.page') "
        f"from frontier where crawl = ? and kind = 'attachment' and (verdict is null or verdict not in "
        f"({', '.join('?' * len(SETTLED_FILE))})))",
        [crawl, *sorted(SETTLED_FILE)],
    )


# After these verdicts a file is not tried again soon; a redirect is followed by a separate request.
SETTLED_FILE: frozenset[Word] = LEARNED | {"redirect", "refused", "robots", "too_large", "forbidden"}


def spread(key: str) -> int:
    """A number computed from the page's key, to spread the looks over the days."""
    return crc32(key.encode()) & 0x7FFFFFFF
