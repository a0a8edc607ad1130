"""The claim ledger: what each report's prose states, with the verdicts, as rows of the table `claims`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlite_utils import Database

from extract.model import Report
from extract.store.load import StoredReport
from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.outcome import Context, Outcomes
from monitor.reconcile.rulebook import Rulebook


class ClaimRow(NamedTuple):
    """One row, its fields named as its columns."""

    report: int
    concept: str
    relation: str
    value: int | float | None
    approximate: int
    unit: str
    sentence: str
    section: int
    start: int
    place: str
    scope: str
    limits: str | None
    verdict: str
    matched: str
    reason: str
    page: int | None


INSERT = f"insert into claims ({', '.join(ClaimRow._fields)}) values ({', '.join('?' * len(ClaimRow._fields))})"


def rows_of(stored: StoredReport, judged: Iterable[JudgedClaim]) -> list[ClaimRow]:
    """The rows of one report."""
    sections = {one.number: one for one in stored.report.sections}
    found = []
    for one in judged:
        claim = one.claim
        section = sections[claim.section]
        value = float(claim.value) if isinstance(claim.value, Decimal) else claim.value
        found.append(
            ClaimRow(
                stored.id,
                claim.concept,
                claim.relation,
                value,
                int(claim.approximate),
                claim.unit,
                claim.clause,
                claim.section,
                claim.start,
                section.place(claim.start, claim.start + len(claim.clause)),
                claim.scope,
                json.dumps(claim.limits, ensure_ascii=False) if claim.limits else None,
                one.verdict,
                one.matched,
                one.reason,
                one.page,
            )
        )
    return found


def newest(alone: Outcomes, between: Outcomes) -> tuple[JudgedClaim, ...]:
    """The claims as judged by the report alone; a change against last year as judged beside that."""
    if len(between.claims) != len(alone.claims):
        return alone.claims
    pairs = zip(alone.claims, between.claims, strict=True)
    return tuple(two if one.claim.concept == "year_change" else one for one, two in pairs)


def claims_of(book: Rulebook, context: Context, history: Mapping[int, Report], year: int) -> tuple[JudgedClaim, ...]:
    """The claims of one year's report, judged by its tables and by those of the year before."""
    return newest(check_report(book, history[year], context), check_years(book, history, year, context))


def write(db: Database, ledger: Mapping[int, Sequence[ClaimRow]]) -> None:
    """Replaces the claims of these reports. Call it inside `db.atomic()`."""
    db.conn.executemany("delete from claims where report = ?", [(report,) for report in ledger])
    db.conn.executemany(INSERT, [row for rows in ledger.values() for row in rows])
