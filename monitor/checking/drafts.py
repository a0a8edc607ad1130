"""Judges files that are not stored: read, parse, every rule, the suspected cells. No database."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from crawler.agencies.names import classify
from crawler.ground.contained import Failed, contained
from crawler.ground.workers import Pending, Workers
from extract.model import Problem, Report
from extract.reading import SECONDS, harmless, read_body, read_file, unread
from monitor.checking.ledger import newest
from monitor.checking.sources import Source
from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.locate import Suspect, locate, remedy_rivals
from monitor.reconcile.outcome import Context, Outcome, Outcomes
from monitor.reconcile.rule import CLASSES
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.sheet import single

AHEAD = 32  # files handed to the workers ahead of the one that is judged next
# Classes whose failure means that something is wrong; the others only ask or note.
BINDING = frozenset({"fatal", "explain"})

Lack = Literal["", "unread", "no_agency", "no_year", "unknown_body", "several", "nothing_earlier"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file and the result of reading it."""

    path: Path
    sha256: str
    result: Report | Problem


@dataclass(frozen=True, slots=True)
class Beside:
    """What one draft is held against. `lack` says why there is nothing; `years` are those of the earlier reports."""

    lack: Lack = ""
    agency: str = ""
    name: str = ""
    history: Mapping[int, Report] = field(default_factory=dict)
    context: Context = field(default_factory=Context)

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted(self.history))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A file with every rule's verdict: the outcomes that are not passes, and each rule's number of passes.

    `claims` are the statements of its prose with their verdicts; `beside` is what it was held against, where that was
    asked for.
    """

    draft: Draft
    others: tuple[Outcome, ...] = ()
    passed: Mapping[str, int] | None = None
    suspects: tuple[Suspect, ...] = ()
    claims: tuple[JudgedClaim, ...] = ()
    beside: Beside | None = None

    @property
    def report(self) -> Report | None:
        return self.draft.result if isinstance(self.draft.result, Report) else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        result = self.draft.result
        return (result,) if isinstance(result, Problem) else result.problems

    def failed(self, book: Rulebook, classes: frozenset[str]) -> list[Outcome]:
        """The outcomes that would open a finding: of active rules of these classes, the most serious first."""
        order = {name: (CLASSES.index(rule.rule_class), at) for at, (name, rule) in enumerate(book.rules.items())}
        found = [
            one
            for one in self.others
            if one.verdict in book[one.rule].opens
            and not book[one.rule].shadow
            and book[one.rule].rule_class in classes
        ]
        return sorted(found, key=lambda one: order[one.rule])

    def holds(self, book: Rulebook) -> bool:
        """Whether everything was read and every binding rule holds.

        A row with a surplus figure that its own sum decides counts as read: it is shown, but not held against the file.
        """
        unread = [problem for problem in self.problems if not problem.facts.get("settled")]
        return not unread and not self.failed(book, BINDING)


def read_drafts(found: Iterable[Source]) -> Iterator[Draft]:
    """Reads files, in order, in processes with limited time and memory; an unreadable one becomes a Problem."""
    waiting: deque[tuple[Source, Pending[tuple[str, Report | Problem]] | None]] = deque()
    coming = iter(found)
    with Workers(os.cpu_count() or 1, seconds=SECONDS) as pool:
        while True:
            for source in islice(coming, AHEAD - len(waiting)):
                waiting.append((source, _submitted(pool, source)))
            if not waiting:
                return
            source, pending = waiting.popleft()
            outcome = pending.outcome() if pending else ("", source.problem or Problem("empty_file", "文件是空的。"))
            yield Draft(source.path, *(("", unread(outcome)) if isinstance(outcome, Failed) else outcome))


def _submitted(pool: Workers, source: Source) -> Pending[tuple[str, Report | Problem]] | None:
    if source.problem:
        return None
    if source.body is None:
        return pool.submit(read_file, source.path)
    return pool.submit(read_body, source.body, source.path.name)


def judge_drafts(drafts: Sequence[Draft], book: Rulebook, beside: Sequence[Beside] = ()) -> list[Judgement]:
    """Applies every single-report rule to each; if there are several years of one agency, the cross-year rules, too.

    `beside`, where it is given, has for each draft what else there is of its body.
    """
    histories = _histories(drafts)
    known: Sequence[Beside | None] = beside or [None] * len(drafts)
    return [_judged(draft, book, histories, one) for draft, one in zip(drafts, known, strict=True)]


def _judged(
    draft: Draft, book: Rulebook, histories: Mapping[str, Mapping[int, Report]], beside: Beside | None
) -> Judgement:
    done = contained(lambda: _judge(draft, book, histories, beside))
    return not_judged(draft, done) if isinstance(done, Failed) else done


def not_judged(draft: Draft, failed: Failed) -> Judgement:
    """The judgement for a file that was read but on which our rules crashed: it says so, and the others are judged."""
    return Judgement(
        replace(
            draft, result=Problem("internal_error", f"核对时 gouji 自身出错，这份没有核对：{harmless(failed.detail)}")
        )
    )


def _histories(drafts: Sequence[Draft]) -> dict[str, dict[int, Report]]:
    found: dict[str, dict[int, Report]] = {}
    for draft in drafts:
        report = draft.result
        if isinstance(report, Report) and report.agency_name and report.year is not None:
            found.setdefault(report.agency_name, {})[report.year] = report
    return found


def _judge(
    draft: Draft, book: Rulebook, histories: Mapping[str, Mapping[int, Report]], beside: Beside | None
) -> Judgement:
    report = draft.result
    if isinstance(report, Problem):
        return Judgement(draft, beside=beside)
    context = beside.context if beside and beside.agency else _context(report)
    outcomes = check_report(book, report, context)
    claims = outcomes.claims
    # A draft of an earlier year stands for what is stored of it.
    history = {**(beside.history if beside else {}), **histories.get(report.agency_name, {})}
    if report.year is not None and len(history) > 1:
        # If two files are for the same year, each is judged with its own content.
        years = check_years(book, {**history, report.year: report}, report.year, context)
        claims = newest(outcomes, years)
        outcomes = _joined(outcomes, years)
    return Judgement(draft, outcomes.others, outcomes.passed, _suspects(book, report, outcomes), claims, beside)


def _context(report: Report) -> Context:
    if not report.agency_name:
        return Context()
    kind, level = classify(report.agency_name)
    return replace(Context(), kind=kind, level=level, name=report.agency_name)


def _joined(one: Outcomes, two: Outcomes) -> Outcomes:
    return Outcomes({**one.passed, **two.passed}, (*one.others, *two.others))


def _suspects(book: Rulebook, report: Report, outcomes: Outcomes) -> tuple[Suspect, ...]:
    found = [locate(book, report)]
    tracks = [one.subject for one in outcomes.failed if one.rule == "t4.sum"]
    if tracks:
        sheet = single(book, report, Context())
        found += [remedy_rivals(sheet, track) for track in tracks]
    return tuple(suspect for suspect in found if suspect is not None)
