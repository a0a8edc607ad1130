"""The year at a glance: one line per body of the register, with what stands behind it; the answer of `gouji status`.

How a body stands is what `missing` says, which findings there are is what `findings` says: nothing is judged here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlite_utils import Database

from crawler.ground.config import Config
from monitor.asking.missing import Coverage, CoverageEntry, answer
from monitor.asking.unread import Unread, unread
from monitor.duty.absence import LOCAL_RULE, RULE
from monitor.duty.ledger_sql import UNREGISTERED
from monitor.duty.standing import State
from monitor.findings import DECISIONS, Finding, load
from monitor.words.kinds import kind_of

OPEN = ("open", "regressed")
BINDING = ("fatal", "explain")  # something is wrong; the rest asks or notes
TOLD = (*BINDING, "confirm")
FIGURES, PROSE = ("figures", "years"), ("prose",)  # kinds of monitor/words/plain.toml
WHOLE = "complete"
# The current reading of each body: how far it was read, whether these rules judged it, where it came from.
READ = """
select agency, status, checked is not null, document, url from reports
where year = ? and superseded_by is null and agency is not null
"""
NOT_REGISTERED = f"""
select count(distinct r.agency) from reports r join agencies a on a.code = r.agency
where r.year = ? and r.superseded_by is null and coalesce(a.source, '') in {UNREGISTERED}
"""


@dataclass(frozen=True, slots=True)
class BodyYear:
    """One body's report year. `published` is the day (`by`: what tells it), `due` the deciding day.

    `read` is how its report was read (`complete`, `partial`, `unreadable`), "" where there is none. `tied`: whether its
    figures agree; None where that cannot be said: nothing was read, not all was read, or not judged yet. `untied` and
    `contradicted` count open findings on figures and on prose against tables, `open_findings` all that ask for
    something, `decided` those that people decided upon, `unread` what a person has to open. `portal_state` is that of
    the portal in trouble, if one is. `decision` and `note`: what people decided about its absence.
    """

    agency: str
    name: str
    kind: str
    level: str
    division: str
    state: State
    due: str | None
    due_local: str | None
    published: str | None
    by: str
    days_late: int | None
    read: str
    tied: bool | None
    untied: int
    contradicted: int
    open_findings: int
    decided: int
    unread: int
    portal: str
    portal_state: str
    url: str | None
    document: str | None
    reason: str
    reason_en: str
    decision: str
    note: str
    decided_on: str | None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many bodies: reports read whole, with figures that do not agree, prose against tables, something unread.

    `unregistered` published and are in no register; `nobodys` are unread documents of nobody known.
    """

    read_whole: int
    untied: int
    contradicted: int
    to_open: int
    open_findings: int
    unregistered: int
    nobodys: int


@dataclass(frozen=True, slots=True)
class Glance:
    """One report year: the coverage, the sums, a line per body, and the findings and unread things behind the lines."""

    coverage: Coverage
    sums: Sums
    bodies: tuple[BodyYear, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]

    def of_kind(self, kinds: Sequence[str]) -> list[Finding]:
        """The open findings of these kinds that say that something is wrong, by body in the order of the lines."""
        place = {one.agency: at for at, one in enumerate(self.bodies)}
        found = [one for one in self.findings if one.finding_class in BINDING and _kind(one) in kinds]
        return sorted(found, key=lambda one: (place[one.key.agency], BINDING.index(one.finding_class), one.id or 0))


class _Reading(NamedTuple):
    status: str
    judged: bool
    document: str
    url: str | None


def glance(
    db: Database,
    config: Config,
    now: datetime,
    *,
    year: int | None = None,
    on: date | None = None,
    division: str = "",
    kind: str = "",
) -> Glance:
    """How every registered body stands: publication at the end of a day (today: now), the rest as of now.

    Raises UsageError for a day to come and for a year without reports.
    """
    told = answer(db, config, now, year=year, on=on, division=division, kind=kind)
    year = told.year
    bodies = {one.agency for one in told.entries}
    read = {code: _Reading(*rest) for code, *rest in db.execute(READ, [year])}
    found = [one for one in _findings(db, year) if one.key.agency in bodies]
    chosen = bool(division or kind)
    to_open = [one for one in unread(db, now) if one.year == year and (one.agency in bodies or not chosen)]
    lines = tuple(_lines(told.entries, read, found, _decided(db, year), Counter(one.agency for one in to_open)))
    return Glance(
        told,
        Sums(
            read_whole=_count(lines, lambda one: one.read == WHOLE),
            untied=_count(lines, lambda one: one.untied > 0),
            contradicted=_count(lines, lambda one: one.contradicted > 0),
            to_open=_count(lines, lambda one: one.unread > 0),
            open_findings=sum(one.open_findings for one in lines),
            unregistered=0 if chosen else int(db.execute(NOT_REGISTERED, [year]).fetchone()[0]),
            nobodys=sum(one.agency not in bodies for one in to_open),
        ),
        lines,
        tuple(found),
        tuple(to_open),
    )


def _lines(
    entries: Iterable[CoverageEntry],
    read: Mapping[str, _Reading],
    found: Iterable[Finding],
    decided: Mapping[str, int],
    to_open: Mapping[str, int],
) -> Iterable[BodyYear]:
    every: Counter[str] = Counter()
    untied: Counter[str] = Counter()
    against: Counter[str] = Counter()
    for one in found:
        code, binding = one.key.agency, one.finding_class in BINDING
        every[code] += 1
        untied[code] += binding and _kind(one) in FIGURES
        against[code] += binding and _kind(one) in PROSE
    for entry in entries:
        code, reading = entry.agency, read.get(entry.agency)
        troubled = [one for one in entry.portals if one["state"] != "ok"]
        yield BodyYear(
            agency=code,
            name=entry.name,
            kind=entry.kind,
            level=entry.level,
            division=entry.division,
            state=entry.state,
            due=entry.due,
            due_local=entry.due_local,
            published=entry.day or entry.published_on,
            by=entry.by,
            days_late=entry.days_late,
            read=reading.status if reading else "",
            tied=_tied(reading, untied[code], to_open.get(code, 0)),
            untied=untied[code],
            contradicted=against[code],
            open_findings=every[code],
            decided=decided.get(code, 0),
            unread=to_open.get(code, 0),
            portal="、".join(str(one["id"]) for one in entry.portals),
            portal_state=str((troubled or entry.portals)[0]["state"]) if entry.portals else "",
            url=(reading.url if reading else None) or entry.url,
            document=(reading.document if reading else None) or entry.document,
            reason=entry.reason,
            reason_en=entry.reason_en,
            decision=entry.decision,
            note=entry.note,
            decided_on=entry.decided_on,
        )


def _tied(reading: _Reading | None, untied: int, to_open: int) -> bool | None:
    if untied:
        return False
    whole = reading is not None and reading.judged and reading.status == WHOLE and not to_open
    return True if whole else None


def _findings(db: Database, year: int) -> list[Finding]:
    """What is open about the reports of a year; whether they came is told by the ledger, our own doubts to nobody."""
    states, classes = (", ".join("?" * len(each)) for each in (OPEN, TOLD))
    return load(
        db,
        f"year = ? and status in ({states}) and class in ({classes}) and rule not in (?, ?) "
        "and responsibility <> 'parser'",
        [year, *OPEN, *TOLD, RULE, LOCAL_RULE],
    )


def _decided(db: Database, year: int) -> Mapping[str, int]:
    """How many findings about the reports people decided upon, by body."""
    states = ", ".join("?" * len(DECISIONS))
    return dict(
        db.execute(
            f"select agency, count(*) from findings where year = ? and status in ({states}) "
            "and rule not in (?, ?) group by agency",
            [year, *sorted(DECISIONS), RULE, LOCAL_RULE],
        ).fetchall()
    )


def _kind(one: Finding) -> str:
    return kind_of(one.key.rule, one.verdict).id


def _count(lines: Iterable[BodyYear], which: Callable[[BodyYear], bool]) -> int:
    return sum(which(one) for one in lines)
