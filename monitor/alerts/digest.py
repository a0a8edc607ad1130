"""What a digest tells one reader: which events are due, grouped and in order, as inert text for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol

from crawler.ground.clock import local_date, parse_stamp
from monitor.alerts.digest_item import DigestItem as DigestItem
from monitor.alerts.digest_item import clean as clean
from monitor.alerts.digest_item import make_item, sentence_of, words
from monitor.duty.coverage import Coverage
from monitor.findings import DECISIONS, Finding, to_json
from monitor.words.terminal import cut

Event = Literal["new", "regressed", "changed", "reminder", "resolved"]
SECTIONS = ("new", "regressed", "changed", "reminder", "resolved", "health")
RANK: Mapping[str, int] = {"fatal": 0, "explain": 1, "confirm": 2, "health": 3}
INTERVALS = (7, 14, 30)  # days until what is still open is told again; the last one repeats
FACTS = ("published_late", "changed")  # nothing undoes them: they are told again at each interval once, then they rest
SETTLED_NEWS = ("published_late", "noted_later")  # settled, and news also to who never heard of the trouble,
NEWS_DAYS = 45  # for so long
REMINDER = "reminder "  # how a notice names it, with its number
MOST_LISTED = 200  # lines of what was told before and is still open
MOST_UNREAD = 20  # lines of what could not be read
LONGEST_LINE = 160


class Notice(NamedTuple):
    """The last thing this reader was told about a finding, and when."""

    event: str
    changed_at: str
    at: str = ""

    @property
    def reminders(self) -> int:
        """How often it was told again since it last changed."""
        return int(self.event.removeprefix(REMINDER)) if self.event.startswith(REMINDER) else 0


class Told(Protocol):
    """What of a finding decides whether there is something to tell."""

    @property
    def finding_class(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def changed_at(self) -> str: ...
    @property
    def decided_at(self) -> str | None: ...


class Due(NamedTuple):
    """A finding and what there is to tell about it; `reminders` counts those of it told already."""

    finding: Finding
    event: Event
    reminders: int = 0

    @property
    def noted(self) -> str:
        """The event as a notice names it."""
        return f"{REMINDER}{self.reminders + 1}" if self.event == "reminder" else self.event


@dataclass(frozen=True, slots=True)
class DigestSection:
    """Items under one heading, which counts them."""

    kind: str
    title: str
    heading: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a quiet digest says: portals watched, hours since the one longest unseen was looked at, never looked at.

    `unjudged`: what the last looks brought was not checked, so nobody can say that there is nothing new.
    """

    sources: int
    hours: int | None = None
    never: int = 0
    unjudged: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """One mail's content. `quiet` stands where there is nothing new, `listed` are lines on what is still open, `unread`
    those on what could not be read, for operators."""

    language: str
    day: date
    subject: str
    sections: tuple[DigestSection, ...]
    still_open: int
    held: int
    coverage: str
    words: Mapping[str, str]
    events: tuple[Due, ...]
    listed: tuple[str, ...] = ()
    quiet: str = ""
    unread: tuple[str, ...] = ()
    unread_count: int = 0


def due_event(finding: Told, last: Notice | None, now: datetime | None = None) -> Event | None:
    """What this reader has yet to be told about a finding; None when there is nothing, or never will be.

    With `now`, what was told and is still open is told again at growing intervals.
    """
    if finding.finding_class == "info" or finding.status in ("shadow", "false_positive"):
        return None
    if finding.status == "resolved":
        # Recovery is told once, and only to those who were told of the trouble.
        return "resolved" if (last.event != "resolved" if last is not None else _news(finding, now)) else None
    if last is not None and last.changed_at == finding.changed_at:
        return "reminder" if now is not None and _again(finding, last, now) else None
    if finding.status in DECISIONS:
        # A decision keeps quiet until the numbers it was made on are others.
        later = last is not None and finding.changed_at > (finding.decided_at or "")
        return "changed" if later else None
    if last is None:
        return "new"
    return "regressed" if last.event == "resolved" else "changed"


def _news(finding: Told, now: datetime | None) -> bool:
    """Whether a report came late, or a silent change got its note, before this reader's next mail: news to them."""
    return (
        finding.verdict in SETTLED_NEWS
        and now is not None
        and now - parse_stamp(finding.changed_at) <= timedelta(days=NEWS_DAYS)
    )


def rests(finding: Told, last: Notice) -> bool:
    """Whether this reader has heard enough of something that nothing can undo; it stays in the list of findings."""
    return finding.verdict in FACTS and last.reminders >= len(INTERVALS)


def _again(finding: Told, last: Notice, now: datetime) -> bool:
    if finding.status not in ("open", "regressed") or not last.at or rests(finding, last):
        return False
    waited = (local_date(now) - local_date(parse_stamp(last.at))).days
    return waited >= INTERVALS[min(last.reminders, len(INTERVALS) - 1)]


def compose(
    due: Sequence[Due],
    *,
    language: str,
    day: date,
    names: Mapping[str, str],
    still_open: int,
    held: int,
    coverage: Coverage,
    operator: bool = True,
    listed: Sequence[Finding] = (),
    pulse: Pulse | None = None,
    unread: Sequence[str] = (),
) -> Digest:
    """The digest of these events. `names` are the agencies' by code, `held` counts what waits for the next.

    `listed` are the first of those told before and still open, one line each. With no event at all it is a
    heartbeat, which needs the `pulse`. `unread` are lines on what could not be read, told to operators alone.
    """
    told = _ordered(due)
    texts = words(language)
    sections = []
    for kind in SECTIONS:
        groups = _groups(one for one in told if _section(one) == kind)
        if groups:
            items = tuple(make_item(group, language) for group in groups)
            title = texts["section"]["source" if kind == "health" and not operator else kind]
            heading = texts["heading"].format(title=title, count=len(items))
            sections.append(DigestSection(kind, title, heading, items))
    quiet = "" if sections or pulse is None else _quiet(pulse, texts)
    subject = _subject(sections, told, day, names, language)
    if quiet and pulse is not None:
        kind = "subject_unjudged" if pulse.unjudged else "subject_quiet"
        subject = texts[kind].format(day=day.isoformat(), sources=pulse.sources)
    return Digest(
        language,
        day,
        subject,
        tuple(sections),
        still_open,
        held,
        _coverage(coverage, texts),
        texts,
        tuple(told),
        _lines(listed, still_open, language),
        quiet,
        tuple(cut(clean(line), LONGEST_LINE) for line in unread[:MOST_UNREAD]) if operator else (),
        len(unread) if operator else 0,
    )


def _quiet(pulse: Pulse, texts: Mapping[str, Any]) -> str:
    parts = [texts["unjudged" if pulse.unjudged else "quiet"].format(sources=pulse.sources)]
    if pulse.hours is not None:
        parts.append(texts["oldest" if pulse.hours else "recent"].format(hours=pulse.hours))
    if pulse.never:
        parts.append(texts["never"].format(count=pulse.never))
    return str(texts["separator"]).join(parts) + str(texts["stop"])


def _lines(listed: Sequence[Finding], still_open: int, language: str) -> tuple[str, ...]:
    texts = words(language)
    lines = []
    for finding in listed[:MOST_LISTED]:
        lines.append(f"{finding.id}  {cut(sentence_of(finding, texts, language), LONGEST_LINE)}")
    if lines and still_open > len(lines):
        lines.append(texts["more"].format(count=still_open - len(lines)))
    return tuple(lines)


def items(findings: Sequence[Finding], language: str) -> tuple[tuple[DigestItem, tuple[str, ...]], ...]:
    """Findings as a digest tells them, those of one wrong cell together; each item with its rules."""
    groups = _groups(_ordered([Due(finding, "new") for finding in findings]))
    return tuple(
        (make_item(group, language), tuple(dict.fromkeys(finding.key.rule for finding in group))) for group in groups
    )


def _section(due: Due) -> str:
    return "health" if due.finding.finding_class == "health" else due.event


def _ordered(due: Sequence[Due]) -> list[Due]:
    """By section; in it the bodies with the gravest trouble first, each body's newest year first."""
    worst: dict[tuple[str, str], int] = {}
    for one in due:
        place = (_section(one), one.finding.key.agency)
        worst[place] = min(worst.get(place, len(RANK)), RANK[one.finding.finding_class])
    return sorted(
        due,
        key=lambda one: (
            SECTIONS.index(_section(one)),
            worst[_section(one), one.finding.key.agency],
            one.finding.key.agency,
            RANK[one.finding.finding_class],
            -one.finding.key.year,
            one.finding.key.rule,
            one.finding.id or 0,
        ),
    )


def _groups(due: Iterable[Due]) -> list[list[Finding]]:
    """Findings of one report that point at one wrong cell (or the same rivals), or break one rule, are one item."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in due:
        finding = one.finding
        suspect = finding.suspect or {}
        known = suspect.get("cell") or suspect.get("rivals")
        by = ("suspect", to_json(known)) if known else ("rule", finding.key.rule)
        groups.setdefault((_section(one), finding.key.agency, finding.key.year, *by), []).append(finding)
    return list(groups.values())


def _coverage(coverage: Coverage, texts: Mapping[str, Any]) -> str:
    line = str(texts["coverage" if coverage.due else "coverage_none"])
    stray = str(texts["coverage_unwatched"]) if coverage.due and coverage.unwatched else ""
    return (line + stray).format(**asdict(coverage))


def _subject(
    sections: Sequence[DigestSection], told: Sequence[Due], day: date, names: Mapping[str, str], language: str
) -> str:
    texts = words(language)
    counts = [
        f"{section.title if section.kind != 'health' else texts['health_short']} {len(section.items)}"
        for section in sections
    ]
    bodies = {one.finding.key.agency for one in told if one.finding.finding_class != "health"}
    if len(bodies) == 1:
        code = min(bodies)
        counts.append(clean(names.get(code, code))[:40])
    return str(texts["subject"].format(day=day.isoformat(), what=texts["separator"].join(counts)))
