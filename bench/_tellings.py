"""Compares the mails of bench/years.py with what was true: reported, missed, false, double, for each kind."""

import email
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import default as default_policy

from sqlite_utils import Database

from bench._machine import Machine
from bench._truth import Event, Key, truth
from crawler.ground.clock import SHANGHAI, local_date
from monitor.alerts.digest_item import words
from monitor.alerts.seasons import span

TITLES = {title: kind for kind, title in words("zh")["section"].items()}
SECTION = re.compile(r"^■ (.+)（\d+）$")
NUMBERS = re.compile(r"^\s+编号  ([\d ]+)（")
ITEM = re.compile(r"^\[\d+\] (.*)")
REMINDED = timedelta(days=7)  # the same news about a portal after this time is a reminder, not a double
WAS = "此前："
MISSING, LATE = re.compile("未见公布"), re.compile(r"公布，(?:至多)?迟 \d+ 天")


@dataclass(frozen=True, slots=True)
class Telling:
    """One numbered item of one mail: on which day, to whom, under which heading, with which sentence."""

    day: date
    reader: str
    section: str
    finding: int
    sentence: str

    @property
    def ends(self) -> bool:
        return self.section == "resolved" or (self.section in ("health", "source") and WAS in self.sentence)


@dataclass(slots=True)
class Letters:
    """What each reader was sent: the days of their digests, and every item in them."""

    days: dict[str, list[date]] = field(default_factory=dict)
    told: list[Telling] = field(default_factory=list)
    mails: int = 0
    again: int = 0
    # Mails by reader and period, without the urgent ones and what is told before a deadline.
    periods: Counter[tuple[str, datetime]] = field(default_factory=Counter)


def read(db: Database, raw: Sequence[bytes], at: Sequence[datetime]) -> Letters:
    """Reads all mails in order. A repeated Message-ID is the same mail: a mail client shows it once."""
    found, met = Letters(), set[tuple[str, str]]()
    apart = {row[0] for row in db.execute("select message_id from deliveries where kind in ('urgent', 'reminder')")}
    for one, instant in zip(raw, at, strict=True):
        letter = email.message_from_bytes(one, policy=default_policy)
        assert isinstance(letter, EmailMessage)
        reader, name = str(letter["To"]), str(letter["Message-ID"])
        if (reader, name) in met:
            found.again += 1
            continue
        met.add((reader, name))
        if name not in apart:
            # Items that are not urgent wait for one of these.
            found.periods[reader, _period(reader, instant)] += 1
            found.days.setdefault(reader, []).append(local_date(instant))
        found.mails += 1
        body = letter.get_body(("plain",))
        assert body is not None
        found.told += _items(str(body.get_content()), local_date(instant), reader)
    return found


def _period(reader: str, instant: datetime) -> datetime:
    return span("weekly" if reader.startswith("week") else "season", instant)[0]


def _items(text: str, day: date, reader: str) -> Iterator[Telling]:
    section = sentence = ""
    for line in text.splitlines():
        if match := SECTION.match(line):
            section = TITLES[match[1]]
        elif match := ITEM.match(line):
            sentence = match[1]
        elif match := NUMBERS.match(line):
            for number in match[1].split():
                yield Telling(day, reader, section, int(number), sentence)


# --- mails against truth ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One line of the table."""

    events: int = 0
    reported: int = 0
    missed: int = 0
    false: int = 0
    double: int = 0

    def count(self, expected: int, possible: int, told: int) -> None:
        """`possible`: true events that ended before this reader's next mail; they may be told, but need not."""
        self.events += expected
        self.reported += min(told, expected + possible)
        self.missed += max(expected - told, 0)
        extra = max(told - expected - possible, 0)
        if expected + possible:
            self.double += extra
        else:
            self.false += extra


@dataclass(slots=True)
class Judgement:
    """The table, and one line of explanation for each fault."""

    lines: dict[str, Line] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(line.missed + line.false + line.double for line in self.lines.values())

    def take(self, name: str, expected: int, possible: int, told: int, remark: str) -> None:
        line = self.lines.setdefault(name, Line())
        before = (line.missed, line.false, line.double)
        line.count(expected, possible, told)
        if before != (line.missed, line.false, line.double):
            self.remarks.append(f"{name}: {remark}: expected {expected} (+{possible}), told {told}")


KINDS = {
    "pub.state": "overdue",
    "pub.changed": "changed",
    "pub.vanished": "vanished",
    "pub.source": "portal",
    "pub.sweep": "mass",
}
ENDS = {
    "overdue": "came late",
    "arithmetic": "corrected",
    "vanished": "back",
    "portal": "portal well again",
    "mass": "released",
    "slow": "quick again",
}


def judge(machine: Machine, db: Database, letters: Letters, readers: Mapping[str, frozenset[str] | None]) -> Judgement:
    """`readers`: the portals whose bodies each of them hears about (None: all); operators' names begin with op."""
    about = {
        number: (_kind(rule, bool(slow)), who or agency, 0 if rule in ("pub.source", "pub.sweep") else year)
        for number, rule, agency, year, who, slow in db.execute(
            "select f.id, f.rule, f.agency, f.year, a.name, f.rule = 'pub.sweep' and "
            "json_extract(f.evidence, '$.then') is not null from findings f "
            "left join agencies a on a.code = f.agency"
        )
    }
    portal_of = {body.name: body.portal for body in machine.world.bodies}
    events: dict[Key, list[Event]] = {}
    for event in truth(machine):
        events.setdefault(event.key, []).append(event)
    result = Judgement()
    for reader, portals in readers.items():
        told = [one for one in letters.told if one.reader == reader]
        for one in told:
            if not one.ends and MISSING.search(one.sentence) and not _absent(events, about[one.finding], one.day):
                result.take("missing", 0, 0, 1, f"{reader} {about[one.finding]} was not surely missing on {one.day}")
        starts, ends = _counted(told, about)
        days = letters.days.get(reader, [])
        for key in sorted({*events, *starts, *ends}):
            kind, who, year = key
            if not _wants(reader, portals, kind, portal_of.get(who, who)):
                result.take(kind, 0, 0, starts[key], f"{reader} {who} {year} is none of theirs")
                continue
            known = [event for event in events.get(key, []) if reader.startswith("op") or not event.odd]
            _judge(result, reader, key, known, (starts[key], ends[key]), days)
    # Each reader gets exactly one mail in each period, or none where the server was down in all runs of the period.
    noons = [datetime.combine(day, time(12), SHANGHAI) for day in machine.runs if day not in machine.mails_down]
    for reader in readers:
        for period in sorted({_period(reader, noon) for noon in noons}):
            result.take("one digest a period", 1, 0, letters.periods[reader, period], f"{reader} {period}")
    return result


def _kind(rule: str, slow: bool) -> str:
    if slow:
        return "slow"
    return KINDS.get(rule, "arithmetic" if rule.startswith(("t3.", "t4.", "t2.")) else rule)


def _absent(events: Mapping[Key, Sequence[Event]], key: Key, day: date) -> bool:
    """Whether the report really was missing on the day on which it was called missing, for the first time or again."""
    return any(
        event.first <= day and (event.end is None or day < event.end) for event in events.get(("missing", *key[1:]), ())
    )


def _wants(reader: str, portals: frozenset[str] | None, kind: str, portal: str) -> bool:
    operator = reader.startswith("op")
    if kind in ("mass", "slow"):
        return operator
    return (operator and kind == "portal") or (not operator and (portals is None or portal in portals))


def _counted(told: Iterable[Telling], about: Mapping[int, Key]) -> tuple[Counter[Key], Counter[Key]]:
    """How often each event's beginning and end were told; several items about one event count once each time."""
    starts: dict[Key, Counter[int]] = {}
    ends: dict[Key, Counter[int]] = {}
    last: dict[int, Telling] = {}
    for one in told:
        key = about[one.finding]
        sort, before = one.section, last.get(one.finding)
        if key[0] in ("portal", "mass", "slow"):
            again = before is not None and before.sentence == one.sentence and one.day - before.day >= REMINDED
            sort = "reminder" if again else "new"
        last[one.finding] = one
        if one.ends:
            ends.setdefault(key, Counter())[one.finding] += 1
        elif key[0] == "overdue" and LATE.search(one.sentence) and sort == "new":
            starts.setdefault(("late at first sight", *key[1:]), Counter())[one.finding] += 1
        elif sort in ("new", "regressed") or (sort == "changed" and key[0] != "overdue"):
            starts.setdefault(key, Counter())[one.finding] += 1
        if key[0] == "overdue" and not one.ends and MISSING.search(one.sentence) and sort != "reminder":
            starts.setdefault(("missing", *key[1:]), Counter())[one.finding] += 1
    return _summed(starts), _summed(ends)


def _summed(found: Mapping[Key, Counter[int]]) -> Counter[Key]:
    # A wrong figure breaks several rules, which are told together; a portal has one item for each year.
    return Counter(
        {key: max(counts.values()) if key[0] == "arithmetic" else counts.total() for key, counts in found.items()}
    )


def _judge(
    result: Judgement, reader: str, key: Key, events: Sequence[Event], told: tuple[int, int], days: Sequence[date]
) -> None:
    kind, who, year = key
    due = [event for event in events if _mailed(days, event.first, event.end)]
    result.take(kind, len(due), len(events) - len(due), told[0], f"{reader} {who} {year}")
    if kind not in ENDS:
        return
    over = [event for event in events if event.end is not None and event.recovers]
    # If a report comes late, and before this reader was told it is late, then its arrival is told.
    certain = [
        event for event in over if event.end and _mailed(days, event.end, None) and (event in due or kind == "overdue")
    ]
    result.take(ENDS[kind], len(certain), len(over) - len(certain), told[1], f"{reader} {who} {year}")


def _mailed(days: Sequence[date], first: date, end: date | None) -> bool:
    at = bisect_left(days, first)
    return at < len(days) and (end is None or days[at] < end)


def table(result: Judgement) -> Iterator[str]:
    """The lines to print."""
    yield f"{'':20} {'events':>8} {'reported':>8} {'missed':>8} {'false':>8} {'double':>8}"
    for name, one in result.lines.items():
        yield f"{name:20} {one.events:8} {one.reported:8} {one.missed:8} {one.false:8} {one.double:8}"
