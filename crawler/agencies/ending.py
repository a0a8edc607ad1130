"""The end of a duty, and the taking back of a slip: a body that owes no more, a row that should never have been."""

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef, in_full
from crawler.ground.errors import Both, UsageError

# What is the body's row itself, and goes with it.
OWN = frozenset({"agency_names", "contacts"})
WORDS = {
    "documents": ("documents", "文件"),
    "reports": ("reports", "报告"),
    "findings": ("findings", "发现"),
    "agency_events": ("events", "变动"),
    "agencies": ("bodies below it", "下级机关"),
}


def end_duty(db: Database, body: AgencyRef, year: int | None) -> int | None:
    """Makes a report year the last one that a body owes (None: it owes to this day); the one it was before.

    UsageError for a year before its first one.
    """
    first, before = db.execute("select first_year, last_year from agencies where code = ?", [body.code]).fetchone()
    if year is not None and first is not None and year < first:
        chinese, english = in_full(body.name, body.code)
        raise UsageError(
            f"{english} owes from report year {first} on: its last year cannot be {year}; a slip is taken back with: "
            f"gouji agencies remove {body.code}",
            f"{chinese}自 {first} 年度起才应报告，末年不能是 {year}；若是录错的：gouji agencies remove {body.code}",
        )
    with db.atomic():
        db.execute("update agencies set last_year = ? where code = ?", [year, body.code])
    return int(before) if before is not None else None


def later_reports(db: Database, code: str, year: int) -> list[int]:
    """The years after this one for which a document of the body is there."""
    found = db.execute(
        "select distinct year from documents where agency = ? and year > ? order by year", [code, year]
    ).fetchall()
    return [int(row[0]) for row in found]


def remove(db: Database, body: AgencyRef) -> None:
    """Takes a body's row out of the register, with its names and contacts; UsageError where anything hangs on it."""
    hanging = _hanging(db, body.code)
    if hanging:
        said = [_said(table, count) for table, count in hanging.items()]
        chinese, english = in_full(body.name, body.code)
        raise UsageError(
            f"{english} has {', '.join(one for one, _ in said)}: it stays. Where it owes no more: gouji agencies end "
            f"{body.code} --year YEAR (its last report year); where this is another spelling of a body: "
            "gouji agencies events (alias)",
            f"{chinese}已有{'、'.join(one for _, one in said)}，不能删除。不再报送的：gouji agencies end {body.code} "
            "--year 年度（应报的最后一个报告年度）；只是另一写法的：gouji agencies events（alias）",
        )
    with db.atomic():
        for table in sorted(OWN):
            db.execute(f"delete from [{table}] where agency = ?", [body.code])
        db.execute("delete from agencies where code = ?", [body.code])


def _hanging(db: Database, code: str) -> dict[str, int]:
    """What names the body, by table, its own rows apart: tables of every stage with a column `agency`, and two more."""
    tables = db.execute(
        "select m.name from sqlite_master m, pragma_table_info(m.name) c "
        "where m.type = 'table' and c.name = 'agency' order by m.name"
    ).fetchall()
    found = {str(name): _count(db, f"[{name}] where agency = ?", code) for (name,) in tables if name not in OWN}
    found["agencies"] = _count(db, "agencies where parent = ?", code)
    found["agency_events"] = found.get("agency_events", 0) + _count(db, "agency_events where successor = ?", code)
    return {table: count for table, count in found.items() if count}


def _count(db: Database, where: str, code: str) -> int:
    return int(db.execute(f"select count(*) from {where}", [code]).fetchone()[0])


def _said(table: str, count: int) -> Both:
    english, chinese = WORDS.get(table, (table, f"“{table}”中的记录"))
    return f"{count} {english}", f"{count} 项{chinese}"
