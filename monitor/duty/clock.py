"""Whether the system's clock can be believed: what rests on the day waits while it cannot, and nothing false is told.

What is known of the time beside the clock: the last check that believed it, what was written since, and the dates that
publishers print on their pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from crawler.ground.clock import SHANGHAI, local_date, parse_stamp, stamp
from monitor.duty.sweeps import settle
from monitor.failures import OURSELVES, bounds, told
from monitor.findings import Finding, Key, Observation, load

RULE = "check.clock"
SUBJECT = "clock"
Kind = Literal["", "back", "ahead"]
END = "9999"
# The latest instants that any step wrote, each up to a bound; of the ledger its last line.
WRITTEN = """
select max(at) from (
  select max(started_at) as at from crawls where started_at <= :until
  union all select max(finished_at) from crawls where finished_at <= :until
  union all select at from (select at from fetches order by id desc limit 1) where at <= :until
  union all select max(first_seen) from documents where first_seen <= :until
  union all select max(last_seen) from documents where last_seen <= :until
  union all select max(at) from readings where at <= :until
  union all select max(at) from deliveries where at <= :until
  union all select max(started_at) from runs where started_at <= :until
  union all select max(finished_at) from runs where finished_at <= :until
  union all select max(checked_at) from portals where checked_at <= :until)
"""
# The second body's newest printed date up to a day, and how many bodies' pages bear a later one: one may be a slip.
PRINTED = """
select max(published_on) from documents where published_on <= ? and agency is not null
group by agency order by 1 desc limit 1 offset 1
"""
LATER = "select count(distinct agency) from documents where published_on > ?"


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock says and what may be believed: `sure` is what is judged by and written down.

    `last` is the latest instant beyond doubt, `days` those on which the doubt was met (today included), `jumbled`
    whether a wrong clock has left instants that must not stand.
    """

    now: datetime
    sure: datetime
    kind: Kind = ""
    last: datetime | None = None
    days: tuple[str, ...] = ()
    jumbled: bool = False


def read_clock(db: Database, now: datetime, *, trusted: bool = False) -> Clock:
    """The clock against what the database has seen; reads only. `trusted`: a person says that it is right."""
    limits = bounds()
    slack, gap = timedelta(minutes=limits["tolerance_minutes"]), timedelta(days=limits["gap_days"])
    check = _instant(db.execute("select max(at) from checks").fetchone()[0])
    if local_date(now).year < limits["first_year"]:
        return Clock(now, check or now, "back", check or now)
    if check is None:
        return Clock(now, now)  # nothing has been judged that a wrong clock could undo
    written = _written(db, END) or check
    believed = Clock(now, now, "", check, jumbled=max(written, check) > now + slack or _early(db) != [])
    if trusted:
        return believed
    # What was written far after the last check that believed the clock was written by a wrong one.
    latest = max(check, written if written <= check + gap else _written(db, stamp(check + gap)) or check)
    if latest > now + slack:
        return _doubtful(db, now, latest, "back", believed)
    if latest > now:
        return Clock(now, latest, "", check)
    known = latest if now - latest <= gap else max(latest, _printed(db, now) or latest)
    return _doubtful(db, now, known, "ahead", believed) if now - known > gap else believed


def _doubtful(db: Database, now: datetime, last: datetime, kind: Kind, believed: Clock) -> Clock:
    """In doubt, or right after all: it has gone on for a week of looks, and nothing else speaks against it."""
    limits = bounds()
    days = _days(load(db, "rule = ? and status <> 'resolved'", [RULE]), kind, now)
    lasted = date.fromisoformat(days[-1]) - date.fromisoformat(days[0]) >= timedelta(days=limits["confirm_days"])
    if len(days) >= limits["confirm_looks"] and lasted:
        later = db.execute(LATER, [local_date(now).isoformat()]).fetchone()[0] if kind == "back" else 0
        if later < 2 and now - last <= timedelta(days=limits["most_days"]):
            return believed
    return Clock(now, last, kind, last, days)


def _days(kept: Sequence[Finding], kind: Kind, now: datetime) -> tuple[str, ...]:
    """The days on which this doubt was met, in order; a clock that jumps again begins anew."""
    today = local_date(now)
    before = [str(day) for one in kept if one.verdict == kind for day in one.evidence.get("days", ())]
    gap = timedelta(days=bounds()["gap_days"])
    if before and not timedelta() <= today - date.fromisoformat(before[-1]) <= gap:
        before = []
    return tuple(dict.fromkeys([*before[:1], *before[-bounds()["confirm_looks"] :], today.isoformat()]))


def _written(db: Database, until: str) -> datetime | None:
    return _instant(db.execute(WRITTEN, {"until": until}).fetchone()[0])


def _printed(db: Database, now: datetime) -> datetime | None:
    row = db.execute(PRINTED, [local_date(now).isoformat()]).fetchone()
    return _instant(f"{row[0]}T00:00:00+08:00") if row else None


def _instant(text: str | None) -> datetime | None:
    """A stored instant; None where there is none, or what stands there is none."""
    try:
        found = parse_stamp(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else None


def clock_observation(db: Database, clock: Clock, mended: datetime | None) -> tuple[Finding | None, Observation] | None:
    """`check.clock`: what is to be told of the clock, with the finding it meets; None where there is nothing."""
    known = load(db, "rule = ?", [RULE])
    existing = known[-1] if known else None
    key = existing.key if existing else Key(OURSELVES, local_date(clock.sure).year - 1, RULE, SUBJECT)
    name = clock.kind or ("mended" if mended else "right")
    if name == "right" and (existing is None or existing.status == "resolved"):
        return None
    last = mended or clock.last or clock.sure
    zh, en = said(clock) if clock.kind else told(name, now=_shown(clock.now), last=_shown(last))
    if name == "right":
        return existing, Observation(key, "holds", name, "health", zh, en, {"message": zh, "message_en": en}, reason=zh)
    evidence = {"now": stamp(clock.now), "last": stamp(last), "days": list(clock.days)}
    return existing, Observation(key, "broken", name, "health", zh, en, evidence)


def said(clock: Clock) -> tuple[str, str]:
    """Why the clock is not believed, and what to do; empty where it is."""
    if not clock.kind:
        return "", ""
    limits = bounds()
    return told(
        clock.kind,
        now=_shown(clock.now),
        last=_shown(clock.last or clock.sure),
        days=limits["confirm_days"],
        looks=limits["confirm_looks"],
    )


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


# --- what a wrong clock left behind --------------------------------------------------------------------------------

# Crawls that a clock set back ran: begun after the last check that believed the clock, and dated before it.
EARLY = """
select c.id, c.started_at, c.finished_at, k.at from crawls c
join (select at, crawl from checks order by at desc limit 1) k on c.id > k.crawl
where c.started_at < k.at and coalesce(c.outcome, '') <> 'replayed'
"""
AFTER: dict[str, tuple[str, ...]] = {
    "documents": ("first_seen", "last_seen"),
    "reports": ("first_seen",),
    "readings": ("at",),
    "looks": ("looked_at", "gone_since"),
    "rosters": ("seen_at",),
    "portals": ("checked_at", "last_ok", "state_since", "whole_at"),
    "portal_states": ("since", "until"),
    "findings": ("opened_at", "changed_at", "resolved_at", "decided_at"),
    "notices": ("changed_at", "at"),
    "deliveries": ("at",),
    "runs": ("due_at", "started_at", "finished_at"),
    "crawls": ("started_at", "finished_at"),
}


def _early(db: Database) -> list[tuple[int, str, str | None, str]]:
    slack = timedelta(minutes=bounds()["tolerance_minutes"])
    return [row for row in db.execute(EARLY).fetchall() if parse_stamp(row[3]) - parse_stamp(row[1]) > slack]


def mend(db: Database, clock: Clock) -> datetime:
    """Lets what a wrong clock wrote bear the last instant beyond doubt before it, and lets its looks count for nothing.

    Nobody is late, missing or back by such an instant: what was seen then was seen no earlier. Call it inside
    `db.atomic()`; gives that instant.
    """
    after = stamp(clock.now + timedelta(minutes=bounds()["tolerance_minutes"]))
    row = db.execute("select max(at) from checks where at <= ?", [after]).fetchone()
    anchor = str(row[0] or stamp(clock.now))
    settle(db)  # with the instants that they have: summed up after it, a look would end before it began
    db.execute("update sweeps set seen = 0 where at > ? or ended > ?", [after, after])
    db.execute(
        "update fetches set at = ? where at > ? and crawl in (select id from crawls where started_at > ? "
        "or finished_at > ? or finished_at is null)",
        [anchor, after, after, after],
    )
    for table, columns in AFTER.items():
        for column in columns:
            db.execute(f"update or replace {table} set {column} = ? where {column} > ?", [anchor, after])
    db.execute("delete from checks where at > ?", [after])
    for crawl, begun, ended, at in _early(db):
        pages = "url in (select url from fetches where crawl = ?) and first_seen between ? and ?"
        for table in ("documents", "reports"):
            db.execute(f"update {table} set first_seen = ? where {pages}", [at, crawl, begun, ended or at])
        db.execute("update sweeps set seen = 0 where crawl = ?", [crawl])
        db.execute("update fetches set at = ? where crawl = ? and at < ?", [at, crawl, at])
        db.execute(
            "update crawls set started_at = ?, finished_at = case when finished_at is null then null else ? end "
            "where id = ?",
            [at, at, crawl],
        )
    return parse_stamp(anchor)
