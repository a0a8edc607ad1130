"""What many bodies' reports have in common, learned from the stored ones: for all of them, and for each province.

A sample of bodies (the same one for the same database) is read, one at a time, and their runs of letters are counted.
It is learned anew when there are a quarter more bodies than it was learned from; of many, when there are twice as many.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlite_utils import Database

from crawler.ground.contained import Failed, contained
from monitor.reconcile.passages import mask
from monitor.reuse.bodies import names_of_bodies

SECTIONS = (1, 5)
SAMPLE = 300  # bodies
FEWEST = 5  # bodies that say it: what two or three have in common may be a copy
EVERYWHERE = ""
BODIES = """
select substr(coalesce(division, ''), 1, 2), count(*) from agencies
where code in (select agency from reports where superseded_by is null) group by 1
"""
# One report of each body; which one, and which bodies are chosen, is as the hashes of the documents fall.
CHOSEN = """
select r.agency, r.id, min(r.document) from current_reports r join agencies a on a.code = r.agency
where ? in ('', substr(coalesce(a.division, ''), 1, 2)) group by r.agency order by min(r.document) limit ?
"""
TEXTS = "select text from sections where report = ? and section in (1, 5)"


def province_of(division: str | None) -> str:
    """The scope of a body by its division; "" where that is not known."""
    return (division or "")[:2]


def to_learn(db: Database, *, anew: bool = False) -> list[str]:
    """The scopes that are to be learned: for the first time, where they grew, or all of them `anew`."""
    learned: Mapping[str, int] = dict(db.execute("select scope, bodies from _reuse_scopes").fetchall())
    before = {} if anew else learned
    return [scope for scope, number in sorted(_counted(db).items()) if _outgrown(number, before.get(scope))]


def _outgrown(bodies: int, learned: int | None) -> bool:
    if bodies < FEWEST:
        return False
    if learned is None:
        return True
    return bodies >= 2 * learned if learned >= SAMPLE else 4 * bodies >= 5 * learned + 4


def learn(db: Database, scope: str, share: float) -> None:
    """Learns what more than this share of the bodies of a scope say."""
    chosen = [(str(agency), int(report)) for agency, report, _ in db.execute(CHOSEN, [scope, SAMPLE]).fetchall()]
    counts: Counter[str] = Counter()
    for runs in _runs(db, chosen):
        counts.update(runs)
    least = max(FEWEST, int(share * len(chosen)) + 1)
    found = [(scope, run) for run, number in counts.items() if number >= least]
    bodies = _counted(db).get(scope, 0)
    with db.atomic():
        db.execute("delete from _reuse_common where scope = ?", [scope])
        db.conn.executemany("insert into _reuse_common (scope, shingle) values (?, ?)", found)
        db.execute("insert or replace into _reuse_scopes (scope, bodies) values (?, ?)", [scope, bodies])
        db.execute(
            "insert or ignore into _reuse_pending (report) select r.id from current_reports r join agencies a "
            "on a.code = r.agency where ? in ('', substr(coalesce(a.division, ''), 1, 2))",
            [scope],
        )
        # What was told before rests on what was learned before.
        db.execute(
            "update reports set checked = null where agency in (select agency from findings "
            "where rule in ('reuse.last_year', 'reuse.other_body') and status <> 'resolved')"
        )


def _counted(db: Database) -> Mapping[str, int]:
    """How many bodies with a report there are in each scope."""
    found = {str(scope): int(number) for scope, number in db.execute(BODIES)}
    return found | {EVERYWHERE: sum(found.values())}


def _runs(db: Database, chosen: Sequence[tuple[str, int]]) -> Iterator[set[str]]:
    names = names_of_bodies(db, [agency for agency, _ in chosen])
    for agency, report in chosen:
        texts = [text for (text,) in db.execute(TEXTS, [report])]
        runs = contained(partial(_all_runs, texts, names[agency].masked))
        if not isinstance(runs, Failed):  # what is damaged is told when its body is judged
            yield runs


def _all_runs(texts: Sequence[str], names: tuple[str, ...]) -> set[str]:
    return {run for text in texts for run in mask(text, names).shingles}


def common_runs(db: Database, scope: str) -> frozenset[str]:
    """What the reports of a scope have in common, as it was learned."""
    return frozenset(row[0] for row in db.execute("select shingle from _reuse_common where scope = ?", [scope]))
