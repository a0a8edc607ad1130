"""Views for people who ask the database: figures by body and year, one line per report, what is open."""

from collections.abc import Sequence

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.ground.database import Waiting
from extract.place import split_sql
from extract.store.schema import MEMBER_COLUMNS, TRACK_COLUMNS
from monitor.indicators.view import VIEW, rates_sql

migrations = Migrations("views")

BODY = "r.agency, a.name as agency_name, a.level, a.kind, a.division, a.parent, r.year"
JOINED = "from current_reports r join agencies a on a.code = r.agency"
ROWS = ("received", "brought_forward", "granted", "granted_in_part", "processed", "carried_forward")
GROUPS = ("refused", "unavailable", "not_processed", "other")
STANDING = "f.status in ('open', 'regressed')"


def _row(code: str) -> str:
    return f"(select total from applications where report = r.id and disposition = '{code}') as {code}"


def _group(code: str) -> str:
    # A sum with an unstated cell in it is unstated; that of no line at all too. Another form may have one line instead.
    chosen = f"(disposition = '{code}' or disposition between '{code}.' and '{code}/')"
    return (
        f"(select case when count(*) = count(total) then sum(total) end from applications "
        f"where report = r.id and {chosen}) as {code}"
    )


def current_facts_sql() -> str:
    """Every figure of every current report; a union of joins, so that a body or a year is looked up in each."""
    items = [
        f"select r.id as report, {BODY}, 'T2.' || t.item as concept, t.measure as member, t.value, t.place "
        f"{JOINED} join disclosure t on t.report = r.id"
    ]
    members = [
        f"select r.id, {BODY}, 'T3.' || t.disposition, '{name}', t.{name}, {split_sql('t.place', at)} {JOINED} "
        "join applications t on t.report = r.id"
        for at, name in enumerate(MEMBER_COLUMNS)
    ]
    tracks = [
        f"select r.id, {BODY}, 'T4.' || t.track, '{name}', t.{name}, {split_sql('t.place', at)} {JOINED} "
        "join remedies t on t.report = r.id"
        for at, name in enumerate(TRACK_COLUMNS)
    ]
    return " union all ".join([*items, *members, *tracks])


def totals_sql() -> str:
    """The total column of 表三, one line per current report."""
    columns = [*map(_row, ROWS[:4]), *map(_group, GROUPS), *map(_row, ROWS[4:])]
    return (
        f"select r.id as report, {BODY}, r.template, r.status, r.published_on, r.first_seen, r.document, r.url, "
        f"{', '.join(columns)} {JOINED}"
    )


LISTED_FINDINGS = """
select f.id, f.class, f.rule, f.agency, coalesce(a.name, f.agency) as agency_name, a.level, a.kind, a.division,
       f.year, f.subject, f.verdict, f.status, f.responsibility, f.message, f.message_en,
       json_extract(f.suspect, '$.cell') as suspected_cell, json_extract(f.suspect, '$.value') as proposed,
       json_extract(f.evidence, '$.delta') as delta, json_extract(f.evidence, '$.url') as url,
       json_extract(f.evidence, '$.document') as document, f.report, f.opened_at, f.changed_at
from findings f left join agencies a on a.code = f.agency
"""
# One row that is damaged must not keep the others from who takes all of them elsewhere.
NAMED_FINDINGS = LISTED_FINDINGS
for _column in ("suspect", "evidence"):
    _sound = f"case when json_valid(f.{_column}) then f.{_column} end"
    NAMED_FINDINGS = NAMED_FINDINGS.replace(f"json_extract(f.{_column},", f"json_extract({_sound},")
OPEN_FINDINGS = f"{LISTED_FINDINGS.rstrip()} where {STANDING}\n"


# Problems of a reading that leave something unread; the list is part of the migration: a new code needs a new one.
UNREAD_CODES = (
    "cell_illegible",
    "conflicting_rows",
    "header_order",
    "no_agency",
    "no_year",
    "other_measure",
    "part_unread",
    "readings_differ",
    "row_of_other_form",
    "row_of_other_year",
    "row_width",
    "row_without_label",
    "run_together",
    "t3.alignment",
    "t4.width",
    "table_unread",
    "unknown_row",
)
# What a document that gave no report is by itself, and no fault of our reading.
NO_REPORTS = ("blank_form", "not_a_report", "other_paper")


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


# Problems of what stands now: the reading of this version, of the report that is current or nobody's. And documents
# without a report; one that is an attachment or a twin of a report that was read whole lacks nothing.
UNREAD = f"""
select r.agency, coalesce(a.name, nullif(r.agency_name, '')) as agency_name, r.year, r.title, r.url, r.document,
       r.id as report, p.id as problem, p.code, p.detail, p."where", p.facts
from problems p join reports r on r.id = p.report
join readings g on g.document = r.document and g.url = r.url and g.parser = r.parser
left join agencies a on a.code = r.agency
where r.superseded_by is null and (
  (p.code in ({_listed(UNREAD_CODES)}) and json_extract(nullif(p.facts, ''), '$.settled') is null)
  or (p.code = 'table_missing' and json_extract(nullif(p.facts, ''), '$.images') > 0)
  or json_extract(nullif(p.facts, ''), '$.parts[0]') is not null
  or json_extract(nullif(p.facts, ''), '$.printed') is not null)
union all
select d.agency, coalesce(a.name, nullif(d.agency_name, '')), d.year, d.title, d.url, d.sha256,
       null, p.id, p.code, p.detail, p."where", p.facts
from problems p join documents d on d.sha256 = p.document and d.url = p.url
left join agencies a on a.code = d.agency
where p.report is null and p.code not in ({_listed(NO_REPORTS)})
  and not exists (select 1 from current_reports c
    where c.agency = d.agency and c.year = d.year and c.status = 'complete')
"""


@migrations()
def m001_cookbook(db: Database) -> None:
    db.create_view("current_facts", current_facts_sql())
    db.create_view("totals", totals_sql())
    db.create_view("open_findings", OPEN_FINDINGS)


@migrations()
def m002_lines(db: Database) -> None:
    # One line of 表三 over all reports (all that was received, by year) is read from the index alone.
    db.execute("create index idx_applications_line on applications (disposition, report, total)")


@migrations()
def m003_groups(db: Database) -> None:
    # Any group may be a line of its own in another generation of the form.
    db.create_view("totals", totals_sql(), replace=True)


@migrations()
def m004_places(db: Database) -> None:
    # Where each figure stands in its document.
    db.create_view("current_facts", current_facts_sql(), replace=True)


@migrations()
def m005_unread(db: Database) -> None:
    # What the command `unread` lists of documents.
    db.create_view("unread", UNREAD)


@migrations()
def m006_named_findings(db: Database) -> None:
    # Findings of every state for those who take the data elsewhere.
    db.create_view("named_findings", NAMED_FINDINGS)


def renew(db: Waiting) -> None:
    """Makes the view of the rates anew where the catalogue is another than when it was made; no migration can tell."""
    wanted = f"CREATE VIEW {VIEW} AS {rates_sql()}"
    if not db.writable or _stands(db, wanted):
        return
    with db.atomic():
        if not _stands(db, wanted):
            db.execute(f"drop view if exists {VIEW}")
            db.execute(wanted)


def _stands(db: Database, wanted: str) -> bool:
    found = db.execute("select sql from sqlite_master where name = ?", [VIEW]).fetchone()
    return found is not None and found[0] == wanted
