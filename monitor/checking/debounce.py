"""When a finding is certain enough to be reported: arithmetic after a second look, others as their rule decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.ground.clock import parse_stamp, stamp
from crawler.ledger.looks import look_soon

PUBLICATION = "pub."
KEPT_DAYS = 400  # how long the times of checks are kept
# When the page of a finding was last seen unchanged; a resolution may come from a later version of the page.
LAST = (
    "case when f.status = 'resolved' then (select max(o.last_seen) from documents o where o.url = d.url) "
    "else d.last_seen end"
)
READ = """findings f join reports r on r.id = f.report
join documents d on d.sha256 = r.document and d.url = r.url and d.portal is not null"""
UNSETTLED = f"""
select distinct d.portal, coalesce(d.attachment_of, d.url) from {READ}
where f.status in ('open', 'regressed', 'resolved') and f.class in ('fatal', 'explain', 'confirm')
  and f.rule not like 'pub.%' and julianday({LAST}) - julianday(f.changed_at) < ?
"""


def settled(db: Database, finding: int, rule: str, finding_class: str, changed_at: str, hours: float) -> bool:
    """Whether a second look, at least `hours` after the first one, saw the page of the finding unchanged.

    Absences, changes and portals are found only when their own sweeps confirm them, so they do not wait here.
    """
    if hours <= 0 or finding_class == "health" or rule.startswith(PUBLICATION):
        return True
    looked = _last_look(db, finding)
    return looked is not None and parse_stamp(looked) - parse_stamp(changed_at) >= timedelta(hours=hours)


def _last_look(db: Database, finding: int) -> str | None:
    # A file that the user gave us counts as seen at every check.
    row = db.execute(f"select {LAST} from {READ} where f.id = ?", [finding]).fetchone()
    return str(row[0]) if row else next(iter(last_checks(db)), None)


def ask_again(db: Database, hours: float) -> None:
    """Makes the next crawl look at the pages of findings that wait for it; call it inside `db.atomic()`."""
    if hours > 0:
        look_soon(db, db.execute(UNSETTLED, [hours / 24]).fetchall())


def note_check(db: Database, now: datetime) -> None:
    """Records that everything stored was judged now; call it inside `db.atomic()`, at the end of a check."""
    db.execute("insert or ignore into checks (at, crawl) select ?, coalesce(max(id), 0) from crawls", [stamp(now)])
    db.execute("delete from checks where at < ?", [stamp(now - timedelta(days=KEPT_DAYS))])


def last_checks(db: Database, before: datetime | None = None, count: int = 1) -> Sequence[str]:
    """The times of the latest checks, the latest first; with `before`, only earlier ones."""
    where, values = ("where at < ?", [stamp(before)]) if before is not None else ("", [])
    return [
        str(row[0]) for row in db.execute(f"select at from checks {where} order by at desc limit ?", [*values, count])
    ]
