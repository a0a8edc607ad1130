"""One row of the register, and the asking for it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlite_utils import Database

from crawler.agencies.register_file import COLUMNS

MET = (None, "document", "portal")  # sources of a body that nobody has entered in the register yet


class Agency(NamedTuple):
    """One row of `agencies`."""

    code: str
    name: str
    level: str | None
    kind: str | None
    parent: str | None
    division: str | None
    portal: str | None
    first_year: int | None
    last_year: int | None
    source: str | None

    @property
    def given_division(self) -> str:
        """The division that a person gave; one that the name alone told excludes nothing and is in no code."""
        return "" if self.code == self.name else self.division or ""

    @property
    def registered(self) -> bool:
        """Whether somebody has said that it owes a report."""
        return self.source not in ("document", "portal")


def agency_of(db: Database, code: str) -> Agency | None:
    """The body of this code."""
    return next(iter(bodies_where(db, "a.code = ?", [code])), None)


def bodies_where(db: Database, condition: str, values: Sequence[str]) -> list[Agency]:
    """The bodies (`a`) for which a condition in SQL holds."""
    columns = ", ".join(f"a.{column}" for column in COLUMNS)
    return [Agency(*row) for row in db.execute(f"select {columns} from agencies a where {condition}", list(values))]
