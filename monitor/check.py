"""`gouji check`: what changed since the last check is judged again; findings open, change, resolve, regress."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from statistics import median_low

from sqlite_utils import Database

from crawler.config import Config
from extract.fingerprint import forms_told, name_of
from extract.load import StoredReport, iter_reports
from monitor.alerts.breaker import observe_flips
from monitor.alerts.debounce import ask_again, note_check
from monitor.changes.column import observe_columns
from monitor.changes.misfiled import observe_misfiled
from monitor.changes.publication import Publications
from monitor.changes.vanished import observe_vanished
from monitor.duty.absence import observe_absences
from monitor.findings import Finding, Key, Observation, load, observe, reopen_expired, save
from monitor.reconcile.body_changes import changed_years
from monitor.reconcile.judgement import judge_agency
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.rulebook import load as load_rulebook

# What a verdict comes from; what these import is taken in with them.
JUDGED_BY = ("monitor.reconcile.judgement", "monitor.changes.publication", "monitor.rules")
BATCH = 50  # agencies in one transaction and in memory
FEWEST_PEERS = 5  # fewer bodies of a kind and level have no median worth the name
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class CheckResult:
    """Counts of one run: reports judged, findings by what happened to them, and how many are open now."""

    checked: int = 0
    opened: int = 0
    updated: int = 0
    resolved: int = 0
    regressed: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    db: Database
    book: Rulebook
    now: datetime
    fingerprint: str
    result: CheckResult
    everything: bool = False
    medians: dict[tuple[str, str, int], int | None] = field(default_factory=dict)


def check(db: Database, config: Config, now: datetime, *, everything: bool = False,
          years: Collection[int] | None = None, progress: Progress | None = None) -> CheckResult:
    """Judges every agency with a report that these rules have not judged (or all), and who has published nothing.

    `years` are report years whose absences are judged besides last year's. `progress` is called with (done,
    total) agencies. Killed at any moment, the next run goes on.
    """
    result = CheckResult(updated=reopen_expired(db, now))
    codes = _pending(db, fingerprint(), everything)
    run = _Run(db, load_rulebook(), now, fingerprint(), result, everything)
    for start in range(0, len(codes), BATCH):
        _check_batch(run, codes[start:start + BATCH])
        if progress:
            progress(min(start + BATCH, len(codes)), len(codes))
    with db.atomic():
        _settle(run, observe_absences(db, config, now, years or ()))
        _settle(run, observe_vanished(db, config, now))
        _settle(run, observe_misfiled(db))
        _settle(run, observe_columns(db, config, now))
        _settle(run, observe_flips(db, config, now))
        ask_again(db, config.mail.settle_hours)
        note_check(db, now)
    run.result.open = int(db.execute(
        "select count(*) from findings where status in ('open', 'regressed') and class <> 'info'").fetchone()[0])
    return run.result


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A name for the rules as they are, their code and the forms too: another one, and every report is judged again."""
    return name_of(JUDGED_BY, forms_told())


def _pending(db: Database, fingerprint: str, everything: bool) -> list[str]:
    if everything:
        rows = db.execute("select distinct agency from reports where agency is not null order by agency")
    else:
        # Three searches of an index each: what is new, and what other rules judged.
        rows = db.execute(
            "select agency from reports where checked is null and agency is not null "
            "union select agency from reports where checked < ? and agency is not null "
            "union select agency from reports where checked > ? and agency is not null order by agency",
            [fingerprint, fingerprint])
    return [str(row[0]) for row in rows]


def _check_batch(run: _Run, codes: Sequence[str]) -> None:
    db = run.db
    marks = ", ".join("?" * len(codes))
    with db.atomic():
        kept: dict[str, dict[Key, Finding]] = {}
        for finding in load(db, f"agency in ({marks}) and rule not like 'pub.%'", codes):
            kept.setdefault(finding.key.agency, {})[finding.key] = finding
        known_contexts = contexts(db, codes)
        published = Publications(db, codes, "" if run.everything else run.fingerprint)
        for agency, reports in groupby(iter_reports(db, codes), key=lambda stored: stored.agency):
            history = list(reports)
            run.result.checked += len(history)
            known = kept.get(agency, {})
            context = _with_peers(run, known_contexts[agency], history)
            seen = judge_agency(run.book, context, agency, history, known)
            _settle(run, ((known.get(one.key), one) for one in seen), known)
            _settle(run, published.observe(agency, context.name or agency, history))
        db.execute(f"update reports set checked = ? where agency in ({marks}) and checked is not ?",
                   [run.fingerprint, *codes, run.fingerprint])


def contexts(db: Database, codes: Sequence[str]) -> dict[str, Context]:
    """What the register knows about these bodies."""
    marks = ", ".join("?" * len(codes))
    changed = changed_years(db, codes)
    return {code: Context(kind or "", level or "", name, None, changed.get(code, frozenset()))
            for code, kind, level, name in db.execute(
                f"select code, kind, level, name from agencies where code in ({marks})", list(codes))}


def _with_peers(run: _Run, context: Context, history: Sequence[StoredReport]) -> Context:
    """The context with the median of the peers, looked up only for who states no application at all."""
    newest = history[-1]
    idle = any(row.code == "received" and row.values[-1] == 0 for row in newest.report.rows if row.table == "T3")
    if not idle or not context.kind or not context.level:
        return context
    group = (context.kind, context.level, newest.year)
    if group not in run.medians:
        run.medians[group] = _median_received(run.db, *group)
    return replace(context, peers_median=run.medians[group])


def _median_received(db: Database, kind: str, level: str, year: int) -> int | None:
    values = [row[0] for row in db.execute(
        "select t.total from current_reports r join agencies a on a.code = r.agency "
        "join applications t on t.report = r.id and t.disposition = 'received' "
        "where r.year = ? and a.kind = ? and a.level = ? and t.total is not null", [year, kind, level])]
    return median_low(values) if len(values) >= FEWEST_PEERS else None


def _settle(run: _Run, seen: Iterable[tuple[Finding | None, Observation]],
            known: Mapping[Key, Finding] | None = None) -> None:
    """Writes what the observations make of the findings they meet, and counts it."""
    changes = list(_changes(run, seen, known or {}))
    save(run.db, (after for _, after in changes))
    result = run.result
    for before, after in changes:
        if before is None:
            result.opened += 1
        elif after.status == before.status:
            result.updated += after.changed_at != before.changed_at
        elif after.status == "resolved":
            result.resolved += 1
        elif after.status == "regressed":
            result.regressed += 1
        else:
            result.updated += 1


def _changes(run: _Run, seen: Iterable[tuple[Finding | None, Observation]], known: Mapping[Key, Finding]
             ) -> Iterator[tuple[Finding | None, Finding]]:
    for before, observation in seen:
        key = observation.key
        after = observe(before, observation, run.now, known.get(key._replace(year=key.year - 1)))
        if after is not None:
            yield before, after
