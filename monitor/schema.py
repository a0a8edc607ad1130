"""Tables of the judgement: findings over time, what was mailed; and the one way to open the database."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.ground.columns import grow
from crawler.ground.data import DataDir, connect, require
from crawler.ground.database import Waiting
from crawler.ground.schema import migrations as crawler_migrations
from extract.store.schema import migrations as extract_migrations
from monitor.views import migrations as view_migrations
from monitor.views import renew

migrations = Migrations("monitor")


@migrations()
def m001_findings(db: Database) -> None:
    db.table("findings").create(
        {
            "id": int,
            "rule": str,
            "class": str,
            "agency": str,
            "year": int,
            "subject": str,
            "verdict": str,
            "status": str,
            "responsibility": str,
            "message": str,
            "evidence": str,
            "suspect": str,
            "opened_at": str,
            "changed_at": str,
            "resolved_at": str,
            "note": str,
            "message_en": str,
            "report": int,
            "decided_at": str,
            "expires": str,
        },
        pk="id",
        not_null={"rule", "class", "agency", "year", "subject", "status"},
        strict=True,
    )
    db.table("findings").create_index(["agency", "year", "rule", "subject"], unique=True)
    db.table("findings").create_index(["status"])
    db.table("deliveries").create(
        {"id": int, "channel": str, "recipient": str, "at": str, "outcome": str, "message_id": str},
        pk="id",
        strict=True,
    )
    # What a sent digest told: one row per finding and event, so that nothing is told twice.
    db.table("notices").create(
        {"finding": int, "recipient": str, "event": str, "changed_at": str, "delivery": int},
        pk=("finding", "recipient", "event", "changed_at"),
        foreign_keys=[("finding", "findings", "id"), ("delivery", "deliveries", "id")],
        strict=True,
    )
    # The schedule's memory: when a job last began and ended, so that a run missed while down is made up once.
    db.table("runs").create(
        {"id": int, "job": str, "due_at": str, "started_at": str, "finished_at": str, "outcome": str},
        pk="id",
        strict=True,
    )


@migrations()
def m002_indexes(db: Database) -> None:
    # What an incremental check asks for: reports that other rules judged, publications of one year, one rule.
    db.execute("create index idx_reports_checked on reports (checked)")
    db.execute("create index idx_reports_year on reports (year, agency)")
    db.execute("create index idx_documents_year on documents (year, agency)")
    db.execute("create index idx_findings_rule on findings (rule, status)")


@migrations()
def m_sweeps(db: Database) -> None:
    # What each finished crawl saw of each portal: made from the ledger once, for it grows by thousands of lines a day.
    db.table("sweeps").create(
        {"portal": str, "at": str, "ended": str, "crawl": int, "state": str, "seen": int},
        pk=("portal", "at", "crawl"),
        strict=True,
    )
    db.table("sweeps").create_index(["crawl"])


@migrations()
def m_alerts(db: Database) -> None:
    # What kind of message it was (digest, heartbeat, urgent, test): one digest per reader and period.
    db.table("deliveries").add_column("kind", str)
    db.table("deliveries").create_index(["recipient", "at"])
    db.table("notices").add_column("at", str)
    db.execute("update notices set at = (select d.at from deliveries d where d.id = notices.delivery)")
    db.table("notices").create_index(["delivery"])
    # When everything was judged: what two checks saw is settled, what the one before knew has flipped.
    db.execute("create table checks (at text primary key) strict, without rowid")
    db.table("findings").create_index(["changed_at"])


@migrations()
def m_threads(db: Database) -> None:
    # The thread of a body and year that a mail belongs to: mail clients fold its updates.
    db.table("deliveries").add_column("thread", str)


@migrations()
def m_tells(db: Database) -> None:
    # What a mail is about to tell, until it is known whether it was sent: an interrupted run finishes it.
    db.table("deliveries").add_column("tells", str)


@migrations()
def m_whole_sweeps(db: Database) -> None:
    # Whether a sweep read the lists to their ends: only then is what it did not see not there.
    db.table("sweeps").add_column("whole", int)


@migrations()
def m_claims(db: Database) -> None:
    # NUMERIC keeps a count an integer and an amount a decimal. A reading that is made anew loses its claims.
    db.execute(
        "create table claims (id integer primary key, report integer not null references reports(id) "
        "on delete cascade, concept text not null, relation text not null, value numeric, "
        "approximate integer not null, unit text, sentence text not null, section integer not null, "
        "start integer not null, place text, scope text, "
        "limits text, verdict text not null, matched text, reason text)"
    )
    db.execute("create index idx_claims_report on claims (report)")
    db.execute("create index idx_claims_concept on claims (concept, verdict)")


@migrations()
def m_papers(db: Database) -> None:
    # Other papers under a report's title: few among all problems, and asked for by every check.
    db.execute("create index idx_problems_paper on problems (document, url) where code = 'other_paper'")
    db.execute("create index idx_looks_heading on looks (portal, url) where heading is not null")


@migrations()
def m_clock(db: Database) -> None:
    # The last crawl that a check knew of: one that begins after the check and is dated before it had a wrong clock.
    db.table("checks").add_column("crawl", int)


@migrations()
def m_reuse(db: Database) -> None:
    # What many reports have in common, by province, and learned from how many bodies; the signatures of the texts, and
    # which reports are still to be signed: noted in the transaction that changes them (monitor/reuse).
    noted = "begin insert or ignore into _reuse_pending (report) values ({}); end"
    for statement in (
        "create table _reuse_scopes (scope text primary key, bodies integer not null) without rowid",
        "create table _reuse_common (scope text, shingle text, primary key (scope, shingle)) without rowid",
        "create table _reuse_signed (report integer primary key, kind text not null, bands blob not null)",
        "create table _reuse_bands (band integer, report integer, primary key (band, report)) without rowid",
        "create table _reuse_pending (report integer primary key)",
        f"create trigger _reuse_added after insert on sections when new.section = 5 {noted.format('new.report')}",
        f"create trigger _reuse_removed after delete on sections when old.section = 5 {noted.format('old.report')}",
        "create trigger _reuse_settled after update of superseded_by, agency on reports when old.superseded_by is not "
        f"new.superseded_by or old.agency is not new.agency {noted.format('new.id')}",
        "insert into _reuse_pending (report) select distinct report from sections where section = 5",
    ):
        db.execute(statement)


ALL = (crawler_migrations, extract_migrations, migrations, view_migrations)


def open_database(data: DataDir, *, thorough: bool = False) -> Waiting:
    """The data directory's database with every stage's tables; GoujiError when there is none.

    `thorough`: the whole file is looked through, however long that takes (0.9 s per GB).
    """
    db = connect(require(data), ALL, every=True, thorough=thorough)
    renew(db)
    return db


grow(migrations, "monitor")
