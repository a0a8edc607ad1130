"""What a digest tells one reader: which events are due, grouped and in order, as inert text for the templates."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from monitor.alerts.digest_item import DigestItem as DigestItem
from monitor.alerts.digest_item import clean as clean
from monitor.alerts.digest_item import make_item, words
from monitor.alerts.events import REMINDER as REMINDER
from monitor.alerts.events import Due as Due
from monitor.alerts.events import Event as Event
from monitor.alerts.events import Notice as Notice
from monitor.alerts.events import due_event as due_event
from monitor.alerts.events import rests as rests
from monitor.alerts.seasons import MONTHS
from monitor.duty.coverage import Coverage
from monitor.findings import Finding
from monitor.words.kinds import kind_of, kinds
from monitor.words.plain import matter_of, plain_line
from monitor.words.terminal import cut

SECTIONS = ("new", "regressed", "changed", "reminder", "resolved", "health")
RANK: Mapping[str, int] = {"fatal": 0, "explain": 1, "confirm": 2, "info": 3, "health": 4}
ABSENT = "missing"  # the kind that comes first while reports are being published
MOST_LISTED = 200  # lines of what was told before and is still open
MOST_UNREAD = 20  # lines of what could not be read
MOST_KINDS = 3  # named in a subject
LONGEST_LINE = 160


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


class DigestLine(NamedTuple):
    """One line below the items, and how many findings (in a reminder: bodies) it tells of."""

    text: str
    tells: int = 1


@dataclass(frozen=True, slots=True)
class Digest:
    """One mail's content. `quiet` stands where there is nothing new, `listed` are lines on what is still open, `unread`
    those on what could not be read, for operators. `summary` counts what there is by kind."""

    language: str
    day: date
    subject: str
    sections: tuple[DigestSection, ...]
    still_open: int
    held: int
    coverage: str
    words: Mapping[str, str]
    events: tuple[Due, ...]
    listed: tuple[DigestLine, ...] = ()
    quiet: str = ""
    unread: tuple[str, ...] = ()
    unread_count: int = 0
    summary: tuple[tuple[str, int], ...] = ()

    @property
    def items(self) -> int:
        return sum(len(section.items) for section in self.sections)


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
    places: Mapping[str, int] | None = None,
) -> Digest:
    """The digest of these events. `names` are the agencies' by code, `held` counts what waits for the next.

    `listed` are the first of those told before and still open, one line each. With no event at all it is a
    heartbeat, which needs the `pulse`. `unread` are lines on what could not be read, told to operators alone.
    `places` are those of the bodies in the register.
    """
    told = _ordered(due, places or {}, in_season=day.month in MONTHS)
    texts = words(language)
    sections = []
    for kind in SECTIONS:
        groups = _groups(one for one in told if _section(one) == kind)
        if groups:
            items = tuple(make_item(group, language, names.get(group[0].key.agency, "")) for group in groups)
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
        _lines(sorted(listed, key=lambda one: _place(one.key.agency, places or {})), names, language),
        quiet,
        tuple(cut(clean(line), LONGEST_LINE) for line in unread[:MOST_UNREAD]) if operator else (),
        len(unread) if operator else 0,
        _by_kind((item for section in sections if section.kind != "resolved" for item in section.items), language),
    )


def _by_kind(items: Iterable[DigestItem], language: str) -> tuple[tuple[str, int], ...]:
    counts = Counter(item.kind.id for item in items)
    return tuple((kind.name(language), counts[name]) for name, kind in kinds().items() if counts[name])


def _quiet(pulse: Pulse, texts: Mapping[str, Any]) -> str:
    parts = [texts["unjudged" if pulse.unjudged else "quiet"].format(sources=pulse.sources)]
    if pulse.hours is not None:
        parts.append(texts["oldest" if pulse.hours else "recent"].format(hours=pulse.hours))
    if pulse.never:
        parts.append(texts["never"].format(count=pulse.never))
    return str(texts["separator"]).join(parts) + str(texts["stop"])


def _lines(listed: Sequence[Finding], names: Mapping[str, str], language: str) -> tuple[DigestLine, ...]:
    """A line for each that is open; what would read the same is one line that counts."""
    texts = words(language)
    told: dict[tuple[str, int, str], list[str]] = {}
    for finding in listed[:MOST_LISTED]:
        about = (finding.key.agency, finding.key.year, plain_line(finding, language))
        told.setdefault(about, []).append(str(finding.id))
    return tuple(
        DigestLine(
            cut(
                texts["line"].format(
                    number=" ".join(numbers),
                    body=clean(names.get(agency, agency))[:40],
                    year=year,
                    said=said + (texts["line_more"].format(count=len(numbers)) if len(numbers) > 1 else ""),
                ),
                LONGEST_LINE,
            ),
            len(numbers),
        )
        for (agency, year, said), numbers in told.items()
    )


def items(findings: Sequence[Finding], language: str) -> tuple[DigestItem, ...]:
    """Findings as a digest tells them, those of one wrong cell together."""
    return tuple(make_item(group, language) for group in _groups(_ordered([Due(one, "new") for one in findings], {})))


def _section(due: Due) -> str:
    return "health" if due.finding.finding_class == "health" else due.event


def _ordered(due: Sequence[Due], places: Mapping[str, int], *, in_season: bool = False) -> list[Due]:
    """By section; in it the bodies in the register's order, each body's newest year and gravest trouble first.

    In season those come first that have not published.
    """

    def place(one: Due) -> tuple[object, ...]:
        finding = one.finding
        key = finding.key
        return (
            SECTIONS.index(_section(one)),
            in_season and kind_of(key.rule, finding.verdict).id != ABSENT,
            _place(key.agency, places),
            key.agency,
            -key.year,
            RANK[finding.finding_class],
            key.rule,
            finding.id or 0,
        )

    return sorted(due, key=place)


def _place(agency: str, places: Mapping[str, int]) -> int:
    return places.get(agency, len(places))


def _groups(due: Iterable[Due]) -> list[list[Finding]]:
    """Findings of one report that point at one wrong cell (or the same rivals), or break one rule, are one item."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in due:
        finding = one.finding
        about = (_section(one), finding.key.agency, finding.key.year, *matter_of(finding))
        groups.setdefault(about, []).append(finding)
    return list(groups.values())


def _coverage(coverage: Coverage, texts: Mapping[str, Any]) -> str:
    line = str(texts["coverage" if coverage.due else "coverage_none"])
    stray = str(texts["coverage_unwatched"]) if coverage.due and coverage.unwatched else ""
    return (line + stray).format(**asdict(coverage))


def _subject(
    sections: Sequence[DigestSection], told: Sequence[Due], day: date, names: Mapping[str, str], language: str
) -> str:
    texts = words(language)
    counts: list[str] = []
    for section in sections:
        title = section.title if section.kind != "health" else texts["health_short"]
        by_kind = _by_kind(section.items, language) if not counts and section.kind not in ("health", "resolved") else ()
        said = [texts["kind"].format(kind=name, count=count) for name, count in by_kind[:MOST_KINDS]]
        more = texts["and_more"] if len(by_kind) > MOST_KINDS else ""
        shown = texts["kinds"].format(kinds=texts["and"].join(said) + more) if said else ""
        counts.append(f"{title} {len(section.items)}{shown}")
    bodies = {one.finding.key.agency for one in told if one.finding.finding_class != "health"}
    if len(bodies) == 1:
        code = min(bodies)
        counts.append(clean(names.get(code, code))[:40])
    return str(texts["subject"].format(day=day.isoformat(), what=texts["separator"].join(counts)))
