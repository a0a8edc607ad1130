"""What the register knows of the bodies that are judged."""

from collections.abc import Sequence

from sqlite_utils import Database

from monitor.changes.body_changes import changed_years
from monitor.reconcile.outcome import Context


def contexts(db: Database, codes: Sequence[str]) -> dict[str, Context]:
    """The register's data on these bodies."""
    marks = ", ".join("?" * len(codes))
    changed = changed_years(db, codes)
    return {
        code: Context(kind or "", level or "", name, None, changed.get(code, frozenset()))
        for code, kind, level, name in db.execute(
            f"select code, kind, level, name from agencies where code in ({marks})", list(codes)
        )
    }
