"""Gives a body another code, or makes two rows of one body one, in every table at once."""

from collections.abc import Iterator

from sqlite_utils import Database

from crawler.ground.errors import GoujiError


def rename_code(db: Database, old: str, new: str) -> None:
    """Replaces a body's code in every table that names bodies, in one transaction.

    When `new` is a body already, `old` is merged into it: the names, documents, reports and findings of both
    are then one body's, and what the row of `new` leaves open is taken from the row of `old`.
    """
    if old == new:
        return
    with db.atomic():
        # Children point at the old code until the end of the transaction.
        db.execute("pragma defer_foreign_keys = on")
        if not _exists(db, old):
            raise GoujiError(f"there is no body with the code '{old}' in the register")
        if _exists(db, new):
            _fill(db, old, new)
            for table in _tables(db):
                _move(db, table, old, new)
            db.execute("delete from agencies where code = ?", [old])
        else:
            db.execute("update agencies set code = ? where code = ?", [new, old])
            for table in _tables(db):
                _move(db, table, old, new)
        db.execute("update agencies set parent = ? where parent = ? and code <> ?", [new, old, new])
        db.execute("update agency_events set successor = ? where successor = ?", [new, old])


def _exists(db: Database, code: str) -> bool:
    return bool(db.execute("select 1 from agencies where code = ?", [code]).fetchone())


def _tables(db: Database) -> Iterator[str]:
    """Every table with a column `agency`; later stages have theirs, and they may not be there yet."""
    rows = db.execute(
        "select m.name from sqlite_master m, pragma_table_info(m.name) c "
        "where m.type = 'table' and c.name = 'agency' order by m.name"
    ).fetchall()
    yield from (str(row[0]) for row in rows)


def _fill(db: Database, old: str, new: str) -> None:
    columns = [str(row[1]) for row in db.execute("pragma table_info(agencies)").fetchall() if row[1] != "code"]
    filled = ", ".join(f"[{name}] = coalesce(agencies.[{name}], other.[{name}])" for name in columns)
    db.execute(
        f"update agencies set {filled} from (select * from agencies where code = ?) as other where agencies.code = ?",
        [old, new],
    )
    db.execute("update agencies set parent = null where code = ? and parent in (?, ?)", [new, old, new])


def _move(db: Database, table: str, old: str, new: str) -> None:
    columns = {str(row[1]) for row in db.execute(f"pragma table_info([{table}])").fetchall()}
    # What was checked under the old code must be looked at again: two bodies' years may have become one's.
    forget = ", checked = null" if "checked" in columns else ""
    db.execute(f"update or ignore [{table}] set agency = ?{forget} where agency = ?", [new, old])
    if table == "findings":
        _join_findings(db, old, new)
        _name_anew(db, columns, old, new)
    elif table == "agency_names":
        db.execute("delete from agency_names where agency = ?", [old])  # names that the new row has already


def _name_anew(db: Database, columns: set[str], old: str, new: str) -> None:
    """Sentences name a body by its code in brackets: what is shown before the next check has the new one, too."""
    for text in sorted({"message", "message_en", "evidence"} & columns):
        db.execute(
            f"update findings set [{text}] = replace(replace([{text}], ?, ?), ?, ?) where agency = ? "
            f"and instr([{text}], ?) > 0",
            [f"（{old}）", f"（{new}）", f"({old})", f"({new})", new, old],
        )


def _join_findings(db: Database, old: str, new: str) -> None:
    """Both bodies had the same finding: the one a person decided on stays, else the new body's."""
    twins = db.execute(
        "select o.id, n.id, o.decided_at is not null and n.decided_at is null from findings o join findings n "
        "on n.agency = ? and n.year = o.year and n.rule = o.rule and n.subject = o.subject where o.agency = ?",
        [new, old],
    ).fetchall()
    for of_old, of_new, old_stays in twins:
        stays, goes = (of_old, of_new) if old_stays else (of_new, of_old)
        # What was told about either was told; nothing is mailed twice.
        db.execute("update or ignore notices set finding = ? where finding = ?", [stays, goes])
        db.execute("delete from notices where finding = ?", [goes])
        db.execute("delete from findings where id = ?", [goes])
        db.execute("update findings set agency = ? where id = ?", [new, stays])
