"""One report as it was read, with what stands against it and the documents that may be a newer one, unread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, in_full
from crawler.ground.errors import Both, GoujiError
from extract.store.failures import Failure, failures_of
from extract.store.load import StoredReport, load_reports
from monitor.asking.findings import STANDING, about
from monitor.asking.unread import reason_words, unread
from monitor.checking.bodies import contexts
from monitor.checking.ledger import newest
from monitor.failures import readable
from monitor.findings import Finding
from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.outcome import Context, Outcome
from monitor.reconcile.rulebook import load as load_rulebook

CLAIMED = frozenset({"claims", "year_changes"})  # what judges the prose by the tables
CURRENT = "select year, id from current_reports where agency = ? order by year, id"


@dataclass(frozen=True, slots=True)
class ReportOnFile:
    """The current report of a body for one year."""

    body: AgencyRef
    stored: StoredReport
    findings: Sequence[Finding]
    claims: Sequence[JudgedClaim]
    unread: Sequence[Failure]


def report(db: Database, body: AgencyRef, now: datetime, year: int | None = None) -> ReportOnFile:
    """The report for a year, or the newest; GoujiError, which names what there is, where none was read."""
    reports = current(db, body)
    if not reports:
        raise GoujiError(
            f"no report of {body.name} has been read; gouji add or gouji crawl, then gouji extract",
            f"还没有读到{body.name}的报告；先 gouji add 或 gouji crawl，再 gouji extract",
            _there(db, body, now, year),
        )
    chosen = reports[-1] if year is None else next((one for one in reports if one.year == year), None)
    if chosen is None:
        years = ", ".join(str(one.year) for one in reports)
        raise GoujiError(
            f"no report of {body.name} for {year} has been read; there are: {years}",
            f"没有读到{body.name} {year} 年度的报告；有：{years}",
            _there(db, body, now, year),
        )
    judged = judge(reports, chosen, contexts(db, [body.code])[body.code])
    return with_standing(db, body, chosen, judged.claims)


@dataclass(frozen=True, slots=True)
class Judged:
    """One report as the rules of the check judge it: its claims, and what the formulas say of its cells."""

    claims: Sequence[JudgedClaim]
    outcomes: Sequence[Outcome]


def judge(reports: Sequence[StoredReport], chosen: StoredReport, context: Context) -> Judged:
    """Judges one report beside the others of its body: by what they hold alone, whatever else is stored."""
    history = {one.year: one.report for one in reports}
    book = load_rulebook()
    alone = check_report(book, chosen.report, context, detail=True, methods=CLAIMED)
    years = check_years(book, history, chosen.year, context, detail=True, methods=CLAIMED)
    return Judged(newest(alone, years), (*alone.others, *alone.passes, *years.others, *years.passes))


def with_standing(db: Database, body: AgencyRef, stored: StoredReport, claims: Sequence[JudgedClaim]) -> ReportOnFile:
    """A report with what stands against it now."""
    standing = about(db, body.code, stored.year, STANDING)
    return ReportOnFile(body, stored, standing, claims, failures_of(db, body.code, stored.year))


def _there(db: Database, body: AgencyRef, now: datetime, year: int | None) -> list[Both]:
    """What there is of a body and could not be read, a line for each."""
    failed = failures_of(db, body.code, year)
    lines = [
        (f"could not be read: {one.url} ({one.problem.code})", f"没能读：{one.url}（{one.problem.code}）")
        for one in failed
    ]
    known = {one.url for one in failed}
    for one in unread(db, now, body.code, year):
        if one.url not in known:
            zh, en = (reason_words(one, lang) for lang in ("zh", "en"))
            lines.append((f"could not be read: {one.url} ({en})", f"没能读：{one.url}（{zh}）"))
    return lines


def readings_of(db: Database, code: str) -> tuple[tuple[int, int], ...]:
    """Which readings are current: their numbers by year. A reading never changes; another one has another number."""
    return tuple((int(year), int(id_)) for year, id_ in db.execute(CURRENT, [code]))


def current(db: Database, body: AgencyRef, years: Sequence[int] | None = None) -> list[StoredReport]:
    """The current reports of a body (of these years) by year; GoujiError where what is stored of them is damaged."""
    return readable(in_full(body.name, body.code), lambda: load_reports(db, body.code, years))
