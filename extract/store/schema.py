"""Tables of the reading: one row per report and per line of the form, as wide as the form."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.ground.columns import grow
from extract.place import split_sql
from extract.store.prose_index import SCHEMA as PROSE_INDEX

migrations = Migrations("extract")

MEMBER_COLUMNS = {
    "natural_person": int,
    "business": int,
    "research": int,
    "social": int,
    "legal_services": int,
    "other": int,
    "total": int,
}
TRACK_COLUMNS = {"upheld": int, "corrected": int, "other": int, "pending": int, "total": int}
REPORT = [("report", "reports", "id")]
CURRENT = "select * from reports where superseded_by is null and agency is not null and year is not null"


@migrations()
def m001_reports(db: Database) -> None:
    db.table("reports").create(
        {
            "id": int,
            "agency": str,
            "agency_name": str,
            "year": int,
            "template": str,
            "status": str,
            "document": str,
            "published_on": str,
            "first_seen": str,
            "parser": str,
            "superseded_by": int,
            "url": str,
            "title": str,
            "form_t2": str,
            "form_t3": str,
            "form_t4": str,
            "period_from": str,
            "period_to": str,
            "spent": str,
            "checked": str,
        },
        pk="id",
        not_null={"document", "status", "parser"},
        foreign_keys=[("agency", "agencies", "code"), ("superseded_by", "reports", "id")],
        strict=True,
    )
    db.table("reports").create_index(["agency", "year"])
    db.table("reports").create_index(["document"])
    db.execute("create index idx_reports_unchecked on reports (agency) where checked is null")
    # NUMERIC keeps a count an integer and an amount a decimal; `raw` keeps the printed decimals.
    db.execute(
        "create table disclosure (report integer not null references reports(id), item text not null, "
        "measure text not null, value numeric, raw text, unit text, place text, "
        "primary key (report, item, measure)) without rowid"
    )
    db.table("applications").create(
        {"report": int, "disposition": str, **MEMBER_COLUMNS, "place": str},
        pk=("report", "disposition"),
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("subtotals").create(
        {"report": int, "disposition": str, **MEMBER_COLUMNS, "place": str},
        pk=("report", "disposition"),
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("remedies").create(
        {"report": int, "track": str, **TRACK_COLUMNS, "place": str},
        pk=("report", "track"),
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("cells").create(
        {"report": int, "table": str, "row": str, "member": str, "raw": str, "state": str, "place": str},
        pk=("report", "table", "row", "member"),
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("sections").create(
        {"report": int, "section": int, "heading": str, "text": str},
        pk=("report", "section"),
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("problems").create(
        {"id": int, "document": str, "report": int, "code": str, "detail": str, "where": str, "url": str},
        pk="id",
        foreign_keys=REPORT,
        strict=True,
    )
    db.table("problems").create_index(["document"])
    db.table("problems").create_index(["report"])
    db.table("readings").create(
        {"document": str, "url": str, "parser": str, "at": str, "outcome": str}, pk=("document", "url"), strict=True
    )


@migrations()
def m002_views(db: Database) -> None:
    db.create_view("current_reports", CURRENT)
    members = [
        f"select report, 'T3.' || disposition as concept, '{name}' as member, {name} as value from applications"
        for name in MEMBER_COLUMNS
    ]
    tracks = [
        f"select report, 'T4.' || track as concept, '{name}' as member, {name} as value from remedies"
        for name in TRACK_COLUMNS
    ]
    items = ["select report, 'T2.' || item as concept, measure as member, value from disclosure"]
    db.create_view("facts", " union all ".join([*items, *members, *tracks]))


@migrations()
def m003_wording(db: Database) -> None:
    db.execute("alter table reports add column titled integer not null default 1")
    db.execute("alter table reports add column altered text not null default '[]'")
    db.create_view("current_reports", CURRENT, replace=True)


@migrations()
def m004_failures(db: Database) -> None:
    db.table("failures").create(
        {"document": str, "url": str, "parser": str, "code": str, "tries": int, "at": str},
        pk=("document", "url"),
        not_null={"parser", "code", "tries"},
        strict=True,
    )


def _placed_figures() -> list[str]:
    wide = [("T3", "disposition", "applications", MEMBER_COLUMNS), ("T4", "track", "remedies", TRACK_COLUMNS)]
    figures = ["select report, 'T2.' || item as concept, measure as member, value, place from disclosure"]
    return figures + [
        f"select report, '{name}.' || {line}, '{member}', {member}, {split_sql('place', at)} from {table}"
        for name, line, table, members in wide
        for at, member in enumerate(members)
    ]


@migrations()
def m005_places(db: Database) -> None:
    db.create_view("facts", " union all ".join(_placed_figures()), replace=True)


grow(migrations, "extract.store")


@migrations()
def m006_facts_of_problems(db: Database) -> None:
    # Earlier readings said this only in a sentence: it is extracted once here; this version reads them again anyway.
    db.execute(
        "update problems set \"table\" = case when substr(\"where\", 1, 2) in ('T2', 'T3', 'T4') "
        "then substr(\"where\", 1, 2) else '' end"
    )
    db.execute(
        "update problems set facts = "
        "json_object('images', cast(substr(detail, instr(detail, '正文有 ') + 4) as integer)) "
        "where code = 'table_missing' and instr(detail, '正文有 ') > 0"
    )
    db.execute(
        "update problems set facts = json_object('heading', substr(detail, 1, instr(detail, '：') - 1), "
        "'sentence', substr(detail, instr(detail, '：') + 1)) where code = 'other_paper' and instr(detail, '：') > 0"
    )


@migrations()
def m007_indicators(db: Database) -> None:
    # NUMERIC keeps a count an integer and an amount a decimal; `raw` keeps what is printed.
    db.execute(
        "create table indicators (report integer not null references reports(id), line integer not null, "
        "indicator text not null, label text not null, period text not null, value numeric, unit text, raw text, "
        "state text not null, place text, primary key (report, line, period)) without rowid"
    )
    lines = "select report, 'I.' || coalesce(nullif(indicator, ''), label), period, value, place from indicators"
    db.create_view("facts", " union all ".join([*_placed_figures(), lines]), replace=True)


@migrations()
def m_prose_index(db: Database) -> None:
    for statement in PROSE_INDEX:
        db.execute(statement)
