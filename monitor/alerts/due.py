"""What is due to one reader now: events worth telling that are settled, not held back, and in the reader's period."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp, stamp
from crawler.ground.config import Config
from crawler.ground.contained import Failed, contained
from monitor.alerts.digest import MOST_LISTED, Due, Event, Notice, Pulse, due_event, rests
from monitor.alerts.seasons import span
from monitor.checking.breaker import RULE as SWEEP_RULE
from monitor.checking.breaker import held_scopes, scopes_of
from monitor.checking.debounce import last_checks, settled
from monitor.duty.clock import RULE as CLOCK_RULE
from monitor.findings import Finding, load
from monitor.subscriptions import HEALTH, Recipient, SubscribedBody, Topic, covers, load_bodies, portals_of, wants

MOST_EVENTS = 2000  # in one mail; the rest waits for the next
CHANGED_RULE = "pub.changed"
WEEK = "weekly"

# Everything this reader may have yet to hear of, and what they heard last; monitor.alerts.digest.due_event decides.
# A late report is news even where its absence was never told, but not where the breaker did not believe that absence.
CANDIDATES = """
select f.id, f.agency, f.rule, f.class, f.verdict, f.status, f.changed_at, f.decided_at, n.event, n.changed_at, n.at
from findings f left join notices n on n.rowid =
  (select max(rowid) from notices where finding = f.id and recipient = ?)
where f.class <> 'info' and f.status not in ('shadow', 'false_positive')
  and (n.finding is not null or f.status in ('open', 'regressed')
    or (f.verdict in ('published_late', 'noted_later') and not exists (
      select 1 from findings s, json_each(s.evidence, '$.bodies') b where s.rule = 'pub.sweep' and b.value = f.agency
        and s.opened_at <= f.changed_at and s.changed_at >= f.opened_at)))
  and not (f.status = 'resolved' and coalesce(n.event, '') = 'resolved')
  and (? is null or f.class = 'health' or f.agency in (select value from json_each(?)))
order by f.status = 'resolved', case f.class when 'fatal' then 0 when 'explain' then 1 else 2 end,
  f.agency, f.year desc, f.id
"""
AMONG = "id in (select value from json_each(?))"
SENT = (
    "select count(*) from deliveries where channel = ? and recipient = ? and at >= ? and at < ? "
    "and outcome = 'sent' and coalesce(kind, 'digest') in ('digest', 'heartbeat')"
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is the same for every reader of one alert. `portals` are those of gouji.toml."""

    now: datetime
    bodies: Mapping[str, SubscribedBody]
    held: frozenset[str]
    settle_hours: float
    portals: tuple[str, ...]


def situation(db: Database, config: Config, now: datetime) -> Situation:
    """The situation as the database holds it."""
    return Situation(
        now, load_bodies(db), held_scopes(db), config.mail.settle_hours, tuple(portal.id for portal in config.portals)
    )


class _Candidate(NamedTuple):
    """A finding as far as it decides whether it is told."""

    id: int
    agency: str
    rule: str
    finding_class: str
    verdict: str
    status: str
    changed_at: str
    decided_at: str | None

    @property
    def topic(self) -> Topic:
        return Topic(self.agency, self.rule, self.finding_class, self.verdict)


@dataclass(slots=True)
class Share:
    """One reader's share: what is told now, how many events wait (for the next mail, the next period, a second look,
    the breaker), which findings told before are still open, and which are due and cannot be read."""

    due: list[Due] = field(default_factory=list)
    excess: int = 0
    waiting: int = 0
    settling: int = 0
    on_hold: int = 0
    still_open: list[int] = field(default_factory=list)
    told_in_period: bool = False
    unreadable: list[tuple[int, Failed]] = field(default_factory=list)


def share_of(db: Database, reader: Recipient, here: Situation, *, at_once: bool = False) -> Share:
    """What is due to this reader. `at_once`: by hand, whatever the period."""
    share = Share(told_in_period=_told(db, reader, reader.period, here.now))
    bodies, portals = here.bodies, portals_of(reader, here.bodies.values(), here.portals)
    wanted: dict[Topic, bool | Failed] = {}
    events: dict[int, tuple[Event, int]] = {}
    only_urgent = share.told_in_period and reader.period != "at_once" and not at_once
    covered = covers(reader, bodies.values())
    codes = None if covered is None else json.dumps(sorted(covered))
    for row in db.execute(CANDIDATES, [reader.key, codes, codes]):
        one = _Candidate(*row[:8])
        last = Notice(row[8], row[9], row[10] or "") if row[8] else None
        body = bodies.get(one.agency, SubscribedBody(one.agency))
        if one.topic not in wanted:
            wanted[one.topic] = contained(partial(wants, reader, one.topic, body, portals))
        if isinstance(odd := wanted[one.topic], Failed):
            share.unreadable.append((one.id, odd))
        if odd is not True:
            continue
        event = due_event(one, last, here.now)
        if event is None:
            told = last is not None and not rests(one, last) and one.finding_class != HEALTH
            share.still_open += [one.id] if told and one.status in ("open", "regressed") else []
        elif one.finding_class != HEALTH and not here.held.isdisjoint(scopes_of(body)):
            share.on_hold += 1
        elif event != "reminder" and not settled(
            db, one.id, one.rule, one.finding_class, one.changed_at, here.settle_hours
        ):
            share.settling += 1
        elif only_urgent and not urgent(reader, one, event, body):
            share.waiting += 1
        else:
            events[one.id] = (event, last.reminders if last is not None else 0)
    _fill(db, share, events)
    return share


def _fill(db: Database, share: Share, events: Mapping[int, tuple[Event, int]]) -> None:
    chosen = list(events)[:MOST_EVENTS]
    found, unreadable = readable(db, chosen)
    share.unreadable += unreadable
    share.due = [Due(finding, *events[finding.id or 0]) for finding in found]
    share.excess = len(events) - len(chosen)


def readable(db: Database, ids: Sequence[int]) -> tuple[list[Finding], list[tuple[int, Failed]]]:
    """These findings; where a row cannot be read, all but it."""
    if not ids:
        return [], []
    found = contained(lambda: load(db, AMONG, [json.dumps(ids)], exact=True))
    if not isinstance(found, Failed):
        return found, []
    each = [(one, contained(partial(load, db, AMONG, [json.dumps([one])], exact=True))) for one in ids]
    return (
        [finding for _, read in each if not isinstance(read, Failed) for finding in read],
        [(one, read) for one, read in each if isinstance(read, Failed)],
    )


def urgent(reader: Recipient, one: _Candidate, event: Event, body: SubscribedBody) -> bool:
    """Whether this cannot wait for the next period: what does not add up at a body they named, a report changed
    without a word, and for operators what the breaker holds back and that the clock is in doubt."""
    if event in ("resolved", "reminder"):
        return False
    if one.rule in (SWEEP_RULE, CLOCK_RULE):
        return reader.operator
    return (one.finding_class == "fatal" and reader.watches(body)) or (
        one.rule == CHANGED_RULE and one.finding_class == "explain"
    )


def _told(db: Database, reader: Recipient, period: str, now: datetime) -> bool:
    begin, end = span(period, now)
    row = db.execute(SENT, [reader.channel, reader.recipient, stamp(begin), stamp(end)]).fetchone()
    return bool(row[0])


def listed(db: Database, reader: Recipient, share: Share, now: datetime) -> list[Finding]:
    """What was told before and is still open, once a week; no more of it than a mail lists."""
    if not share.still_open or _told(db, reader, WEEK, now):
        return []
    return readable(db, share.still_open[:MOST_LISTED])[0]


def measure_pulse(db: Database, config: Config, now: datetime) -> Pulse:
    """How recently the portals of gouji.toml were looked at."""
    checked: dict[str, str | None] = dict(db.execute("select id, checked_at from portals").fetchall())
    marks = [checked.get(portal.id) for portal in config.portals]
    known = [parse_stamp(mark) for mark in marks if mark]
    hours = max(int((now - min(known)) / timedelta(hours=1)), 0) if known else None
    judged = next(iter(last_checks(db)), None)
    unjudged = bool(known) and (judged is None or parse_stamp(judged) < max(known))
    return Pulse(len(marks), hours, len(marks) - len(known), unjudged)
