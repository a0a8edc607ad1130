"""Applies the rule book to one agency's reports: outcomes, suspects and evidence → observations for its findings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.model import Report, Row
from extract.store.load import StoredReport
from monitor.checking.ledger import ClaimRow, newest, rows_of
from monitor.findings import Effect, Finding, Key, Observation
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.locate import PARITY, locate, remedy_rivals
from monitor.reconcile.outcome import OURS, Context, Operand, Outcome
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.sheet import single
from monitor.words.cells import row_words
from monitor.words.verdicts import message

HOLDS = ("pass", "holds_if_blanks_zero")
UNSTATED_RAW = "—"


Ledger = dict[int, list[ClaimRow]]  # the claims of each report


def judge_agency(
    book: Rulebook,
    context: Context,
    code: str,
    history: Sequence[StoredReport],
    known: Mapping[Key, Finding],
    ledger: Ledger | None = None,
) -> list[Observation]:
    """What every rule says about every year of one agency, as far as it opens or concerns a finding.

    `ledger`, where it is given, gets the claims of each report with their verdicts.
    """
    by_year = {stored.year: stored for stored in history}
    reports = {year: stored.report for year, stored in by_year.items()}
    return [
        seen
        for year, stored in by_year.items()
        for seen in _Year(book, context, code, stored, by_year, reports, known).observations(
            ledger if ledger is not None else {}
        )
    ]


@dataclass(frozen=True, slots=True)
class _Year:
    book: Rulebook
    context: Context
    code: str
    stored: StoredReport
    by_year: Mapping[int, StoredReport]
    reports: Mapping[int, Report]
    known: Mapping[Key, Finding]
    suspects: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def observations(self, ledger: Ledger) -> Iterator[Observation]:
        alone = check_report(self.book, self.stored.report, self.context)
        between = check_years(self.book, self.reports, self.stored.year, self.context)
        ledger[self.stored.id] = rows_of(self.stored, newest(alone, between))
        outcomes = (*alone.others, *between.others)
        for outcome in outcomes:
            rule = self.book[outcome.rule]
            key = Key(self.code, self.stored.year, rule.id, outcome.subject)
            if outcome.verdict in rule.opens and outcome.reason not in OURS:
                yield self._broken(key, rule, outcome)
            elif key in self.known:
                yield self._quiet(
                    key, "holds" if outcome.verdict in HOLDS else "unknown", outcome.verdict, outcome.reason
                )
        met = {(outcome.rule, outcome.subject) for outcome in outcomes}
        # Findings that no outcome mentions any more: the rule passed, or could not be evaluated at all.
        blocked = {
            outcome.rule: outcome.reason
            for outcome in outcomes
            if outcome.subject == "report" and outcome.verdict == "not_assessable"
        }
        for key in self.known:
            if key.year == self.stored.year and (key.rule, key.subject) not in met:
                yield self._unmet(key, blocked, {*alone.passed, *between.passed})

    def _unmet(self, key: Key, blocked: Mapping[str, str], asked: set[str]) -> Observation:
        if key.rule in blocked:
            return self._quiet(key, "unknown", "not_assessable", blocked[key.rule])
        if key.rule in asked:
            return self._quiet(key, "holds", "pass", "")
        if key.rule not in self.book.rules:
            return self._quiet(key, "holds", "pass", "", "规则已撤销")
        return self._quiet(key, "unknown", "not_assessable", "not_for_body")

    def _quiet(self, key: Key, effect: Effect, verdict: str, reason: str, note: str = "") -> Observation:
        evidence = self._source()
        if reason in OURS:  # what was told before rested on our reading
            said = self.book.reasons[reason]
            effect, note, evidence = "holds", said["zh"], evidence | {"message": said["zh"], "message_en": said["en"]}
        words = self.book.reasons.get(reason, {}).get("zh", reason) if effect == "unknown" else note
        return Observation(
            key,
            effect,
            verdict,
            self.known[key].finding_class,
            "",
            evidence=evidence,
            report=self.stored.id,
            version=self.stored.document,
            reason=words,
        )

    def _broken(self, key: Key, rule: Rule, outcome: Outcome) -> Observation:
        zh, en = (f"{self._who(language)}{message(self.book, outcome, language)}" for language in ("zh", "en"))
        return Observation(
            key,
            "broken",
            outcome.verdict,
            rule.rule_class,
            zh,
            en,
            self._evidence(rule, outcome),
            self._suspect(outcome),
            outcome.responsibility or rule.responsibility,
            self.stored.id,
            rule.shadow,
            self.stored.document,
        )

    def _who(self, language: str) -> str:
        name, year = self.context.name or self.stored.agency_name, self.stored.year
        if language == "en":
            return f"{name} ({self.code}), {year}: " if name != self.code else f"{name}, {year}: "
        return f"{name}（{self.code}）{year}年度：" if name != self.code else f"{name}{year}年度："

    def _source(self) -> dict[str, Any]:
        stored = self.stored
        return {
            "document": stored.document,
            "url": stored.url,
            "published_on": stored.published_on,
            "first_seen": stored.first_seen,
        }

    def _evidence(self, rule: Rule, outcome: Outcome) -> dict[str, Any]:
        return {
            **self._source(),
            "rule_version": rule.version,
            "basis": rule.basis,
            "exceptions": rule.exceptions,
            "formula": _bound(rule.formula(outcome.case), outcome.binding),
            "left": outcome.left,
            "right": outcome.right,
            "delta": outcome.delta,
            "unstated": list(outcome.unstated),
            "operands": [self._operand(part) for part in outcome.operands],
            "rows": self._rows(outcome),
            "facts": dict(outcome.facts),
            "reason": outcome.reason,
            **({"read_twice": True} if self.stored.report.ways and outcome.operands else {}),
        }

    def _operand(self, part: Operand) -> dict[str, Any]:
        found = {
            "cell": part.name,
            "value": part.value,
            "raw": part.raw,
            "state": part.state,
            "place": part.place,
            "side": part.side,
        }
        earlier = self.by_year.get(self.stored.year - part.years_back)
        if part.years_back and earlier is not None:
            found |= {"year": earlier.year, "document": earlier.document, "url": earlier.url}
        return found

    def _rows(self, outcome: Outcome) -> list[str]:
        """The rows of the table as printed, if the relation is within one or two rows."""
        wanted = list(dict.fromkeys((part.table, part.row) for part in outcome.operands if not part.years_back))
        if len(wanted) > 2:
            return []
        report = self.stored.report
        return [_printed(row, report.forms[row.table]) for row in report.rows if (row.table, row.code) in wanted]

    def _suspect(self, outcome: Outcome) -> Mapping[str, Any] | None:
        if outcome.verdict != "fail":
            return None
        if outcome.rule in PARITY:
            if "T3" not in self.suspects:
                found = locate(self.book, self.stored.report)
                self.suspects["T3"] = found.as_json() if found else None
            return self.suspects["T3"]
        if outcome.rule == "t4.sum":
            sheet = single(self.book, self.stored.report, self.context)
            found = remedy_rivals(sheet, outcome.subject)
            return found.as_json() if found else None
        return None


def _bound(formula: str, binding: Mapping[str, str]) -> str:
    """The formula for this subject: `T3[r, total]` with r = granted is `T3[granted, total]`."""
    for letter, code in binding.items():
        formula = re.sub(rf"\b{re.escape(letter)}\b(?! in\b)", code, formula)
    return formula


def _printed(row: Row, form: str) -> str:
    cells = " | ".join(raw if raw else UNSTATED_RAW for raw in row.raws)
    return f"{row_words(row.table, row.code, form=form)}：{cells}"
