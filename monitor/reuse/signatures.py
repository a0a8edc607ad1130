"""Signatures of section five, kept in the database: only new or changed reports are computed; which may be the same.

Triggers note what changed, as for the index of the prose (extract/store/prose_index.py): a signature is written and its
note taken away in one transaction. The texts of some hundred reports are in memory, never all.
"""

from collections.abc import Sequence
from functools import partial
from struct import pack, unpack

from sqlite_utils import Database

from crawler.ground.contained import Failed, contained
from monitor.reconcile.passages import mask
from monitor.reuse.bodies import names_of_bodies
from monitor.reuse.boilerplate import EVERYWHERE, common_runs, province_of
from monitor.reuse.minhash import BANDS, KIND, bands

SECTION = 5
FEWEST = 100  # runs of its own, below which a text says nothing: the rule's `fewest`
BATCH = 300
MOST = 20  # candidates that one report is held against
PACKED = f"<{BANDS}q"
TEXTS = """
select r.id, r.agency, s.text from current_reports r join sections s on s.report = r.id and s.section = 5
where r.id in ({marks}) order by r.id
"""
ALIKE = """
select b.report from _reuse_bands b join reports r on r.id = b.report
where b.band in ({marks}) and r.superseded_by is null and r.agency <> ? and r.year between ? and ?
group by b.report order by count(*) desc, b.report limit {most}
"""
# Whoever was found to be like a report that is another one now, or may be like a new one, is judged again.
TOLD_OF = """
update reports set checked = null where checked is not null and agency in (
select f.agency from findings f where f.rule = 'reuse.other_body' and f.status <> 'resolved'
and json_extract(case when json_valid(f.evidence) then f.evidence end, '$.facts.other_agency')
in (select agency from reports where id in ({marks})))
"""


def waiting(db: Database) -> bool:
    """Whether there is anything to sign."""
    return db.execute("select 1 from _reuse_pending limit 1").fetchone() is not None


def sign(db: Database) -> int:
    """Signs what is new or changed; how many reports that were. Killed, the next call does the rest."""
    if db.execute("select 1 from _reuse_signed where kind <> ? limit 1", [KIND]).fetchone():
        with db.atomic():
            db.execute("insert or ignore into _reuse_pending (report) select report from _reuse_signed")
    common: dict[str, frozenset[str]] = {}
    done = 0
    while some := [int(row[0]) for row in db.execute(f"select report from _reuse_pending limit {BATCH}")]:
        with db.atomic():
            _sign(db, some, common)
        done += len(some)
    return done


def _sign(db: Database, reports: Sequence[int], common: dict[str, frozenset[str]]) -> None:
    marks = ", ".join("?" * len(reports))
    again = db.execute("select 1 from reports where checked is not null limit 1").fetchone() is not None
    if again:
        db.execute(TOLD_OF.format(marks=marks), list(reports))
    for report, old in db.execute(f"select report, bands from _reuse_signed where report in ({marks})", list(reports)):
        db.conn.executemany(
            "delete from _reuse_bands where band = ? and report = ?", [(band, report) for band in unpack(PACKED, old)]
        )
    db.execute(f"delete from _reuse_signed where report in ({marks})", list(reports))
    db.execute(f"delete from _reuse_pending where report in ({marks})", list(reports))
    found = db.execute(TEXTS.format(marks=marks), list(reports)).fetchall()
    bodies = names_of_bodies(db, sorted({agency for _, agency, _ in found}))
    for report, agency, text in found:
        body = bodies[agency]
        for scope in (EVERYWHERE, province_of(body.division)):
            if scope not in common:
                common[scope] = common_runs(db, scope)
        made = contained(partial(_bands, text, body.masked, common[EVERYWHERE], common[province_of(body.division)]))
        if not made or isinstance(made, Failed):
            continue  # what is damaged is told when its body is judged
        db.execute(
            "insert into _reuse_signed (report, kind, bands) values (?, ?, ?)", [report, KIND, pack(PACKED, *made)]
        )
        db.conn.executemany(
            "insert or ignore into _reuse_bands (band, report) values (?, ?)", [(band, report) for band in made]
        )
        if again:
            _ask_again(db, report)


def _bands(text: str, names: tuple[str, ...], *common: frozenset[str]) -> tuple[int, ...]:
    """The bands of what is a text's own; none where that is too little to tell."""
    own = set(mask(text, names).shingles).difference(*common)
    return bands(own) if len(own) >= FEWEST else ()


def _ask_again(db: Database, report: int) -> None:
    agency, year = db.execute("select agency, year from reports where id = ?", [report]).fetchone()
    others = alike(db, report, agency, (year, year + 1))
    marks = ", ".join("?" * len(others))
    db.execute(f"update reports set checked = null where id in ({marks}) and checked is not null", list(others))


def alike(db: Database, report: int, agency: str, years: tuple[int, int]) -> list[int]:
    """Other bodies' current reports for these years (the first and the last) whose section five may be this one's."""
    row = db.execute("select bands from _reuse_signed where report = ?", [report]).fetchone()
    if row is None:
        return []
    made = unpack(PACKED, row[0])
    query = ALIKE.format(marks=", ".join("?" * len(made)), most=MOST)
    return [int(one[0]) for one in db.execute(query, [*made, agency, *years])]
