"""What differs between two years of one body, and between the versions of one year."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, in_full
from crawler.ground.errors import GoujiError
from extract.store.load import StoredReport
from monitor.asking.report import current, readings_of
from monitor.changes.diff import Difference, between_versions, between_years
from monitor.changes.versions import Version, load_papers, load_standing
from monitor.checking.bodies import contexts
from monitor.failures import readable
from monitor.reconcile.engine import check_years
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class YearsCompared:
    """Two years of one body. `relations` are the verdicts of the rules over years, none where a year lies between."""

    body: AgencyRef
    earlier: StoredReport
    later: StoredReport
    difference: Difference
    relations: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class VersionStep:
    """From one version of a report to the next."""

    earlier: Version
    later: Version
    difference: Difference


@dataclass(frozen=True, slots=True)
class VersionsCompared:
    """The versions of one year's report, oldest first, and what each changed."""

    body: AgencyRef
    year: int
    versions: tuple[Version, ...]
    steps: tuple[VersionStep, ...]


def compare_years(db: Database, book: Rulebook, body: AgencyRef, years: Sequence[int] = ()) -> YearsCompared:
    """Two years of one body: those given, the one given and the one before it, or the newest two.

    GoujiError, which names the years there are, where these cannot be compared.
    """
    reports = {one.year: one for one in current(db, body)}
    earlier, later = pair_of_years(body, sorted(reports), years)
    relations: tuple[Outcome, ...] = ()
    if later - earlier == 1:
        history = {year: one.report for year, one in reports.items()}
        told = check_years(book, history, later, contexts(db, [body.code])[body.code], detail=True)
        relations = tuple(one for one in (*told.others, *told.passes) if one.rule.startswith("year."))
    difference = between_years(reports[earlier].report, reports[later].report)
    return YearsCompared(body, reports[earlier], reports[later], difference, relations)


def compare_versions(db: Database, body: AgencyRef, year: int | None = None) -> VersionsCompared:
    """The versions of one year, or of the newest; GoujiError where none was read."""
    wanted = year or max((known for known, _ in readings_of(db, body.code)), default=0)
    versions = _distinct(
        readable(
            in_full(body.name, body.code), lambda: load_standing(db, body.code, wanted, load_papers(db, body.code))
        )
    )
    if not versions:
        raise GoujiError(
            f"no report of {body.name} {wanted or ''} has been read", f"没有读到{body.name} {wanted or ''} 的报告"
        )
    steps = [
        VersionStep(one, two, between_versions(one.stored.report, two.stored.report)) for one, two in pairwise(versions)
    ]
    return VersionsCompared(body, wanted, tuple(versions), tuple(steps))


def pair_of_years(body: AgencyRef, known: Sequence[int], years: Sequence[int]) -> tuple[int, int]:
    """Which two of the years that are known are compared; GoujiError where these cannot be."""
    there = ", ".join(map(str, known))
    for year in years:
        if year not in known:
            raise GoujiError(
                f"no report of {body.name} for {year} has been read; there are: {there or 'none'}",
                f"没有读到{body.name} {year} 年的报告；已有：{there or '没有'}",
            )
    later = max(years) if years else max(known, default=0)
    earlier = min(years) if len(years) == 2 else max((year for year in known if year < later), default=0)
    if not earlier or earlier == later:
        raise GoujiError(
            f"two years are needed to compare; {body.name} has: {there or 'none'}",
            f"要有两个年度的报告才能相比；{body.name} 已有：{there or '没有'}",
        )
    return earlier, later


def _distinct(versions: Sequence[Version]) -> list[Version]:
    """Each document once, at whatever address; once more where it came back after another."""
    documents: set[str] = set()
    found: list[Version] = []
    for one in versions:
        if one.stored.document not in documents or one.since != one.stored.first_seen:
            found.append(one)
        documents.add(one.stored.document)
    return found
