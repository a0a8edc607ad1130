"""Judges some bodies at a time: reads them at one instant, judges without a transaction, writes all or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from statistics import median_low
from typing import NamedTuple

from sqlite_utils import Database

from crawler.ground.contained import Failed, contained
from extract.store.load import StoredReport, iter_reports
from monitor.changes.publication import Publications
from monitor.checking.bodies import contexts
from monitor.checking.judgement import Ledger, judge_agency
from monitor.checking.ledger import write
from monitor.checking.transitions import observe
from monitor.failures import Failures
from monitor.findings import Finding, Key, Observation, load, save
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.shared_text import Reuse
from monitor.reuse.known import SharedTexts

FEWEST_PEERS = 5  # with fewer bodies of a kind and level, a median means nothing
Change = tuple[Finding | None, Finding]  # before and after
Seen = tuple[Finding | None, Observation]
# The data behind some bodies' verdicts: if another process stores a reading meanwhile, they are judged again.
READINGS = (
    "select agency, id, document, url, parser, year, superseded_by, checked from reports "
    "where agency in ({marks}) order by id"
)


@dataclass(frozen=True, slots=True)
class Judge:
    """What all bodies of one check are judged with. `fingerprint` names the rules; `now` is the stored time."""

    db: Database
    book: Rulebook
    fingerprint: str
    now: datetime
    everything: bool
    medians: dict[tuple[str, str, int], int | None]
    texts: SharedTexts


@dataclass(frozen=True, slots=True)
class _Material:
    """All data of some bodies, read at one instant."""

    version: int
    readings: tuple[tuple[object, ...], ...]
    kept: Mapping[str, Mapping[Key, Finding]]
    contexts: Mapping[str, Context]
    published: Publications
    histories: Mapping[str, Sequence[StoredReport]]


class _Judged(NamedTuple):
    """The observations on one body, the resulting changes of its findings, and the claims of its reports."""

    seen: Sequence[Seen]
    changed: Sequence[Change]
    ledger: Ledger


def judge_bodies(
    judge: Judge, codes: Sequence[str], failures: Failures, done: Callable[[int, Sequence[Change]], None]
) -> None:
    """Judges these bodies and stores the results; a body on which that fails keeps its findings and stays unjudged.

    `done` is called with the number of judged reports and the changed findings, once they are stored.
    """
    material = contained(lambda: _read(judge, codes))
    if isinstance(material, Failed):
        _one_by_one(judge, codes, failures, done, material)
        return
    judged: dict[str, _Judged] = {}
    for code in codes:
        found = failures.of(code, partial(_seen, judge, material, code))
        if found is not None:
            judged[code] = found
    if not judged:
        return
    written = contained(lambda: _write(judge, material, judged))
    if isinstance(written, Failed):
        _one_by_one(judge, list(judged), failures, done, written)
    elif written is None:
        judge_bodies(judge, list(judged), failures, done)  # new reports of these bodies were stored meanwhile
    else:
        done(sum(len(material.histories.get(code, ())) for code in judged), written)


def _one_by_one(
    judge: Judge,
    codes: Sequence[str],
    failures: Failures,
    done: Callable[[int, Sequence[Change]], None],
    failed: Failed,
) -> None:
    if len(codes) == 1:
        failures.bodies.setdefault(codes[0], failed)
        return
    for code in codes:
        failures.between()
        judge_bodies(judge, [code], failures, done)


def data_version(db: Database) -> int:
    """A number that changes when another connection has written."""
    return int(db.execute("pragma data_version").fetchone()[0])


def _read(judge: Judge, codes: Sequence[str]) -> _Material:
    db = judge.db
    marks = ", ".join("?" * len(codes))
    db.conn.execute("begin")  # reads a single instant, without a lock that keeps others from writing
    try:
        readings = tuple(db.execute(READINGS.format(marks=marks), codes))
        version = data_version(db)
        kept: dict[str, dict[Key, Finding]] = {}
        for finding in load(
            db, f"agency in ({marks}) and rule not like 'pub.%' and rule not like 'check.%'", codes, exact=True
        ):
            kept.setdefault(finding.key.agency, {})[finding.key] = finding
        known = contexts(db, codes)
        published = Publications(db, codes, "" if judge.everything else judge.fingerprint)
        histories = {
            agency: list(reports)
            for agency, reports in groupby(iter_reports(db, codes), key=lambda stored: stored.agency)
        }
        reuse = judge.texts.of(histories)
        contexts_of = {
            code: replace(_with_peers(judge, known[code], history), reuse=reuse.get(code, Reuse()))
            for code, history in histories.items()
        }
        return _Material(version, readings, kept, contexts_of, published, histories)
    finally:
        db.conn.rollback()


def _seen(judge: Judge, material: _Material, code: str) -> _Judged:
    """Judges one body (pure)."""
    if code not in material.histories:  # none of its reports has a year
        return _Judged((), (), {})
    history, known, context = material.histories[code], material.kept.get(code, {}), material.contexts[code]
    ledger: Ledger = {}
    observed = judge_agency(judge.book, context, code, history, known, ledger)
    seen: list[Seen] = [(known.get(one.key), one) for one in observed]
    seen += material.published.observe(code, context.name or code, history)
    return _Judged(seen, changes(seen, judge.now, known), ledger)


def _write(judge: Judge, material: _Material, judged: Mapping[str, _Judged]) -> list[Change] | None:
    """Stores all of it, or nothing; None if the reports have changed meanwhile."""
    db, codes = judge.db, list(judged)
    marks = ", ".join("?" * len(codes))
    with db.atomic():
        changed = [change for one in judged.values() for change in one.changed]
        if data_version(db) != material.version:
            if db.execute(READINGS.format(marks=marks), codes).fetchall() != [
                row for row in material.readings if row[0] in judged
            ]:
                return None
            # Decisions that people made meanwhile are kept.
            kept = {one.key: one for one in load(db, f"agency in ({marks})", codes, exact=True)}
            seen = [(kept.get(one.key), one) for some in judged.values() for _, one in some.seen]
            changed = changes(seen, judge.now, kept)
        save(db, (after for _, after in changed))
        write(db, {report: rows for one in judged.values() for report, rows in one.ledger.items()})
        db.execute(
            f"update reports set checked = ? where agency in ({marks}) and checked is not ?",
            [judge.fingerprint, *codes, judge.fingerprint],
        )
    return changed


def changes(seen: Sequence[Seen], now: datetime, known: Mapping[Key, Finding] | None = None) -> list[Change]:
    """The changes that these observations make to their findings (pure); `known` are findings of earlier years."""
    found: list[Change] = []
    for before, observation in seen:
        key = observation.key
        after = observe(before, observation, now, (known or {}).get(key._replace(year=key.year - 1)))
        if after is not None:
            found.append((before, after))
    return found


def _with_peers(judge: Judge, context: Context, history: Sequence[StoredReport]) -> Context:
    """The context with the peers' median, which is looked up only for a body without any application."""
    newest = history[-1]
    idle = any(row.code == "received" and row.values[-1] == 0 for row in newest.report.rows if row.table == "T3")
    if not idle or not context.kind or not context.level:
        return context
    group = (context.kind, context.level, newest.year)
    if group not in judge.medians:
        judge.medians[group] = _median_received(judge.db, *group)
    return replace(context, peers_median=judge.medians[group])


def _median_received(db: Database, kind: str, level: str, year: int) -> int | None:
    values = [
        row[0]
        for row in db.execute(
            "select t.total from current_reports r join agencies a on a.code = r.agency "
            "join applications t on t.report = r.id and t.disposition = 'received' "
            "where r.year = ? and a.kind = ? and a.level = ? and t.total is not null",
            [year, kind, level],
        )
    ]
    return median_low(values) if len(values) >= FEWEST_PEERS else None
