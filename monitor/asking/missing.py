"""Who had published what by a given day, each with the ledger behind it: the answer of `gouji missing`."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Literal, NamedTuple

from sqlite_utils import Database

from crawler.ground.clock import SHANGHAI, local_date, parse_stamp, stamp
from crawler.ground.config import Config
from crawler.ground.errors import UsageError
from extract.collector import collector_paused
from monitor.duty.absence import LOCAL_RULE, RULE
from monitor.duty.deadlines import Duty
from monitor.duty.debtor import Debtor, Doubt, Published, Watch
from monitor.duty.ledger import Ledger
from monitor.duty.standing import ABSENT, Standing, State, stand
from monitor.findings import DECISIONS, Finding, load

EARLIEST = 2008  # the first report year there is
# In the order in which a supervisor wants to read them.
ORDER: tuple[State, ...] = (
    "overdue_confirmed",
    "overdue",
    "published_late",
    "not_assessable",
    "due_soon",
    "not_due",
    "published",
    "no_duty",
)
MISSED: frozenset[str] = ABSENT | {"published_late"}
SAID: frozenset[str] = MISSED | {"not_assessable"}  # where what people decided about it is said beside it


@dataclass(frozen=True, slots=True)
class CoverageEntry:
    """One body. `looks` are the healthy looks after the due day that did not find the report; days are Shanghai's.

    `local` is how it stands against the local day where the law sets another one ("" where there is one day only).
    """

    agency: str
    name: str
    kind: str
    level: str
    division: str
    state: State
    layer: str
    due: str | None
    due_legal: str | None
    due_local: str | None
    local: str
    day: str | None
    by: str
    days_late: int | None
    portals: tuple[Mapping[str, str | None], ...]
    looks: int
    first_look: str | None
    last_look: str | None
    last_healthy: str | None
    first_seen: str | None
    published_on: str | None
    url: str | None
    document: str | None
    reason: str
    reason_en: str
    since: str | None
    decision: str = ""
    note: str = ""
    decided_on: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every registered body on one day. `due` counts those that owe a report for the year, their day past or not.

    `entries` are those asked for; `counts` are of all; `unasked` published though nothing sets a day for them.
    `looked_on`: whether anybody looked at a portal on that day; `last_look` is the day of the last look up to it and
    `first_look` that of the first one ever, None where there is none.
    """

    year: int
    on: str
    at: str
    counts: Mapping[str, int]
    due: int
    unasked: int
    entries: tuple[CoverageEntry, ...]
    looked_on: bool = True
    last_look: str | None = None
    first_look: str | None = None


def answer(
    db: Database,
    config: Config,
    now: datetime,
    *,
    year: int | None = None,
    on: date | None = None,
    division: str = "",
    kind: str = "",
    states: Collection[State] = ORDER,
) -> Coverage:
    """How every registered body stood at the end of a day (today: now), by the register and deadlines of today.

    Entries are made of the bodies in these states, and of those that missed a local day before the law's.
    Raises UsageError for a day to come and for a year without reports.
    """
    today = local_date(now)
    day = on or today
    if day > today:
        raise UsageError(
            f"{day} is still to come; the ledger knows the days up to {today}", f"{day} 还没有到；记录只到 {today}"
        )
    year = year if year is not None else day.year - 1
    if not EARLIEST <= year < day.year:
        raise UsageError(
            f"on {day} no report for {year} could be due; choose a year from {EARLIEST} to {day.year - 1}",
            f"{day} 时还不会有 {year} 年度的报告；请选 {EARLIEST} 到 {day.year - 1} 年",
        )
    past = day < today
    # The last instant of the day: a report that comes by midnight is in time.
    at = datetime.combine(day, time.max, SHANGHAI) if past else now
    with collector_paused():
        chosen = _Chosen(division, kind, frozenset(states))
        counts, unasked, entries = _entries(Ledger(db, config, at, past=past), year, at, chosen)
        first, last = _looks(db, at)
    return Coverage(
        year,
        day.isoformat(),
        at.isoformat(),
        {state: counts[state] for state in ORDER},
        counts.total() - counts["no_duty"] - unasked,
        unasked,
        tuple(entries),
        last == day.isoformat(),
        last or None,
        first or None,
    )


def standings_of(
    db: Database,
    config: Config,
    now: datetime,
    code: str,
    years: Collection[int],
    known: Mapping[int, CoverageEntry] = MappingProxyType({}),
) -> Mapping[int, CoverageEntry]:
    """How one registered body stands for each of these years: what `answer` says of it, where that is not `known`.

    Where its report is there, nothing else is asked; what may speak against an absence is asked of the whole register.
    """
    with collector_paused():
        own, every = Ledger(db, config, now, body=code), None
        found = dict(known)
        for debtor in own.debtors:
            for year in years:
                if year in found or not EARLIEST <= year < local_date(now).year:
                    continue
                duty = debtor.duty(year, config.deadlines, config.duty.grace_days)
                watch, published = own.watch(debtor, year), own.first_version(code, year)
                published = own.known(published, watch)
                doubt: Doubt = ""
                if published is None and duty.deciding is not None and now >= duty.deciding.over(year):
                    every = every or Ledger(db, config, now)
                    doubt = every.found(year).doubts.get(code, "")
                standing, local = _stands(duty, year, published, watch, now, doubt)
                entry = _entry(debtor, year, duty, published, watch, standing, local)
                found[year] = _with_decision(entry, _decided(db, year, code)) if _is_said(standing, local) else entry
        return found


def _stands(
    duty: Duty, year: int, published: Published | None, watch: Watch, at: datetime, doubt: Doubt
) -> tuple[Standing, State | Literal[""]]:
    """How a body stands by the day that decides, and by a local day before it ("" where there is none)."""
    local: State | Literal[""] = stand(duty.first, year, published, watch, at, doubt).state if duty.first else ""
    return stand(duty.deciding, year, published, watch, at, doubt), local


def _is_said(found: Standing, local: State | Literal[""]) -> bool:
    """Whether it is told of a body, so that people may have decided about it."""
    return found.state in SAID or local in MISSED


def _looks(db: Database, at: datetime) -> tuple[str, str]:
    """The days of the first look at a portal that there ever was, and of the last one up to an instant; "" for none."""
    first, last = db.execute("select min(at), max(case when at <= ? then at end) from sweeps", [stamp(at)]).fetchone()
    return local_day(first), local_day(last)


class _Chosen(NamedTuple):
    """Which bodies: of divisions that begin so, of this kind; of which states there is to be an entry."""

    division: str
    kind: str
    states: frozenset[State]

    def holds(self, debtor: Debtor) -> bool:
        return debtor.division.startswith(self.division) and self.kind in ("", debtor.kind)


def _entries(
    ledger: Ledger, year: int, at: datetime, chosen: _Chosen
) -> tuple[Counter[State], int, list[CoverageEntry]]:
    """How many bodies are in each state, how many published unasked, and what there is to say of those asked for."""
    held, config = ledger.found(year), ledger.config
    decided = _decided(ledger.db, year)
    counts: Counter[State] = Counter()
    unasked = 0
    entries: list[CoverageEntry] = []
    for debtor in ledger.debtors:
        if not chosen.holds(debtor):
            continue
        duty, watch = debtor.duty(year, config.deadlines, config.duty.grace_days), ledger.watch(debtor, year)
        published, doubt = ledger.known(held.by_code.get(debtor.code), watch), held.doubts.get(debtor.code, "")
        found, local = _stands(duty, year, published, watch, at, doubt)
        counts[found.state] += 1
        unasked += duty.deciding is None and found.state == "published"
        if found.state in chosen.states or local in MISSED:
            entry = _entry(debtor, year, duty, published, watch, found, local)
            entries.append(_with_decision(entry, decided) if _is_said(found, local) else entry)
    place = {state: at for at, state in enumerate(ORDER)}
    entries.sort(key=lambda entry: place[entry.state])  # in each the register's order
    return counts, unasked, entries


def _entry(
    debtor: Debtor, year: int, duty: Duty, published: Published | None, watch: Watch, found: Standing, local: str
) -> CoverageEntry:
    deadline = found.deadline
    due = deadline.due(year) if deadline else None
    late = (found.day - due).days if due and found.day and found.state == "published_late" else None
    return CoverageEntry(
        agency=debtor.code,
        name=debtor.name,
        kind=debtor.kind,
        level=debtor.level,
        division=debtor.division,
        state=found.state,
        layer=deadline.layer if deadline else "",
        due=_iso(due),
        due_legal=_iso(duty.legal.due(year) if duty.legal else None),
        due_local=_iso(duty.local.due(year) if duty.local else None),
        local=local,
        day=_iso(found.day),
        by=found.by,
        days_late=late,
        portals=tuple(asdict(source) for source in watch.sources),
        looks=len(found.sweeps),
        first_look=found.sweeps[0] if found.sweeps else None,
        last_look=found.sweeps[-1] if found.sweeps else None,
        last_healthy=found.looked,
        first_seen=published.first_seen if published else None,
        published_on=published.published_on if published else None,
        url=published.url if published else None,
        document=published.document if published else None,
        reason=found.reason.zh if found.reason else "",
        reason_en=found.reason.en if found.reason else "",
        since=found.since,
    )


def _decided(db: Database, year: int, code: str = "") -> Mapping[str, Finding]:
    """What people decided about absences and lateness, by body (this, or all); about the law's day before the local."""
    marks = ", ".join("?" * len(DECISIONS))
    found = load(
        db,
        f"year = ? and rule in (?, ?) and status in ({marks}) {'and agency = ?' if code else ''}",
        [year, RULE, LOCAL_RULE, *sorted(DECISIONS), *([code] if code else [])],
    )
    return {one.key.agency: one for one in sorted(found, key=lambda one: one.key.rule == RULE)}


def _with_decision(entry: CoverageEntry, decided: Mapping[str, Finding]) -> CoverageEntry:
    """With what a person decided, and the reason: an explained absence is still one, and says why."""
    found = decided.get(entry.agency)
    if found is None:
        return entry
    return replace(
        entry, decision=found.status, note=found.note or "", decided_on=local_day(found.decided_at or "") or None
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def local_day(stamped: str | None) -> str:
    """The day of a stored instant in Asia/Shanghai; "" where there is none."""
    return local_date(parse_stamp(stamped)).isoformat() if stamped else ""
