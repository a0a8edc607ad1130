"""`gouji check`: judges again what changed since the last check; findings open, change, resolve, regress.

An error on one body, or in one part of the check, does not affect the others; what depends on
the date waits while the clock is implausible.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from sqlite_utils import Database

from crawler.agencies.lookup import names_of
from crawler.ground.config import Config, ReuseSettings
from crawler.ground.contained import Failed, contained
from extract.collector import collector_paused
from extract.fingerprint import forms_told, name_of
from monitor.changes.misfiled import observe_misfiled
from monitor.changes.other_portal import observe_columns
from monitor.changes.vanished import observe_vanished
from monitor.checking.batch import Change, Judge, Seen, changes, data_version, judge_bodies
from monitor.checking.breaker import observe_flips
from monitor.checking.debounce import ask_again, note_check
from monitor.duty.absence import observe_absences
from monitor.duty.clock import Clock, clock_observation, mend, read_clock
from monitor.duty.sources import observe_sources
from monitor.failures import Failures, failure_observations
from monitor.findings import load, reopen_expired, save
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.reuse.known import SharedTexts, prepare

# The modules that determine a verdict, with everything that they import.
JUDGED_BY = ("monitor.checking.judgement", "monitor.changes.publication", "monitor.reuse.known", "monitor.rules")
BATCH = 50  # agencies per transaction, and in memory
TIMELESS = frozenset({"sources", "misfiled"})  # parts that do not depend on the clock
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class CheckResult:
    """Counts of one run: reports judged, findings by what happened to them, and how many are open now.

    `failed` are the bodies that could not be judged (code → name), `undone` the parts of the check that could not be
    done, `clock` is `back` or `ahead` if whatever depends on the date waits.
    """

    checked: int = 0
    opened: int = 0
    updated: int = 0
    resolved: int = 0
    regressed: int = 0
    open: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    undone: Sequence[str] = ()
    clock: str = ""

    @property
    def whole(self) -> bool:
        """Whether every body was judged, with a plausible clock."""
        return not (self.failed or self.undone or self.clock)


@dataclass(frozen=True, slots=True)
class _Run:
    db: Database
    config: Config
    clock: Clock
    failures: Failures
    result: CheckResult = field(default_factory=CheckResult)

    def count(self, checked: int, changed: Sequence[Change]) -> None:
        """Adds the stored results to the counts."""
        result = self.result
        result.checked += checked
        for before, after in changed:
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


def check(
    db: Database,
    config: Config,
    now: datetime,
    *,
    everything: bool = False,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
    between: Callable[[], None] = lambda: None,
    trust_clock: bool = False,
) -> CheckResult:
    """Judges every agency with a report that these rules have not judged (or all), and those that published nothing.

    `years` are report years whose absences are judged in addition to last year's. `progress` is called with (done,
    total) agencies, `between` between two bodies: it may raise Stopped. A killed check is completed by the next run.
    `trust_clock`: a person says that the clock is right, even if stored times contradict it.
    """
    run = _Run(db, config, read_clock(db, now, trusted=trust_clock), Failures(between))
    mended = None
    if not run.clock.kind:
        with db.atomic():
            mended = mend(db, run.clock) if run.clock.jumbled else None
        run.result.updated += reopen_expired(db, run.clock.sure)
    prepared = contained(lambda: prepare(db, config.reuse, everything=everything))
    if isinstance(prepared, Failed):
        run.failures.parts["reuse"] = prepared
    texts = SharedTexts(db, config.reuse, signed=not isinstance(prepared, Failed))
    rules = judged_by(config)
    codes = _pending(db, rules, everything)
    judge = Judge(db, load_rulebook(), rules, run.clock.sure, everything, {}, texts)
    for start in range(0, len(codes), BATCH):
        with collector_paused():  # a batch makes many objects but no reference cycles
            judge_bodies(judge, codes[start : start + BATCH], run.failures, run.count)
        if progress:
            progress(min(start + BATCH, len(codes)), len(codes))
    _judge_all(run, years or (), mended)
    run.result.open = int(
        db.execute(
            "select count(*) from findings where status in ('open', 'regressed') and class <> 'info'"
        ).fetchone()[0]
    )
    return run.result


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A hash of the present rules, their code and the forms: if it changes, every report is judged again."""
    return name_of(JUDGED_BY, forms_told())


def judged_by(config: Config) -> str:
    """What a report is judged by: the fingerprint, and the bounds where they are other ones than ours."""
    bounds = config.reuse
    return fingerprint() if bounds == ReuseSettings() else f"{fingerprint()} {' '.join(map(str, astuple(bounds)))}"


def _pending(db: Database, fingerprint: str, everything: bool) -> list[str]:
    if everything:
        rows = db.execute("select distinct agency from reports where agency is not null order by agency")
    else:
        # Three index searches: new reports, and reports judged by other rules.
        rows = db.execute(
            "select agency from reports where checked is null and agency is not null "
            "union select agency from reports where checked < ? and agency is not null "
            "union select agency from reports where checked > ? and agency is not null order by agency",
            [fingerprint, fingerprint],
        )
    return [str(row[0]) for row in rows]


def _judge_all(run: _Run, years: Collection[int], mended: datetime | None) -> None:
    """Judges what needs the whole database: each part separately, stored in one transaction with what guards it."""
    db, config, failures, now = run.db, run.config, run.failures, run.clock.sure
    parts: dict[str, Callable[[], Iterable[Seen]]] = {
        "sources": partial(observe_sources, db, config, now, failures),
        "absences": partial(observe_absences, db, config, now, years, failures),
        "vanished": partial(observe_vanished, db, config, now, failures),
        "misfiled": partial(observe_misfiled, db, failures),
        "columns": partial(observe_columns, db, config, now, failures),
    }
    version = data_version(db)
    observed: dict[str, list[Seen]] = {}
    for name, observe in parts.items():
        if run.clock.kind and name not in TIMELESS:
            continue
        found = contained(partial(_listed, observe))
        if isinstance(found, Failed):
            failures.parts[name] = found
        else:
            observed[name] = failures.spared(found)
    counted: list[Change] = []
    with db.atomic():
        fresh = data_version(db) != version
        for seen in observed.values():
            counted += _stored(run, _decided(db, seen) if fresh else seen)
        if not run.clock.kind:
            flips = contained(lambda: observe_flips(db, config, now))
            if isinstance(flips, Failed):
                failures.parts["flips"] = flips
            else:
                counted += _stored(run, flips)
            ask_again(db, config.mail.settle_hours)
            note_check(db, now)
        counted += _of_ourselves(run, mended)
    run.count(0, counted)


def _listed(observe: Callable[[], Iterable[Seen]]) -> list[Seen]:
    return list(observe())


def _decided(db: Database, seen: Sequence[Seen]) -> list[Seen]:
    """The same observations with the present findings, so that decisions made by people meanwhile are kept."""
    now = {one.key: one for one in load(db, "rule like 'pub.%'", exact=True)}
    return [(now.get(observation.key), observation) for _, observation in seen]


def _stored(run: _Run, seen: Sequence[Seen]) -> list[Change]:
    """Stores the observations of a part; if that fails, body by body."""

    def store(some: Sequence[Seen]) -> list[Change]:
        with run.db.atomic():
            changed = changes(some, run.clock.sure)
            save(run.db, (after for _, after in changed))
        return changed

    found = contained(partial(store, seen))
    if not isinstance(found, Failed):
        return found
    counted: list[Change] = []
    for code in dict.fromkeys(one.key.agency for _, one in seen):
        counted += run.failures.of(code, partial(store, [one for one in seen if one[1].key.agency == code])) or []
    return counted


def _of_ourselves(run: _Run, mended: datetime | None) -> list[Change]:
    """What the operator must know about this check: what could not be judged, and whether the clock is wrong."""
    failures, result = run.failures, run.result
    result.undone, result.clock = tuple(failures.parts), run.clock.kind
    result.failed = {code: names_of(run.db, [code]).get(code, code) for code in failures.bodies}
    seen = failure_observations(run.db, failures, run.clock.sure, whole=not (failures.parts or run.clock.kind))
    clock = clock_observation(run.db, run.clock, mended)
    changed = changes([*seen, *([clock] if clock else ())], run.clock.sure)
    save(run.db, (after for _, after in changed))
    return changed
