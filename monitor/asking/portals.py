"""The watched portals, each as it was when last looked at."""

from dataclasses import dataclass, fields

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class PortalEntry:
    """One portal, in the columns of `portals`."""

    id: str
    name: str | None
    start_url: str
    family: str | None
    state: str | None
    state_since: str | None
    checked_at: str | None
    last_ok: str | None
    detail: str | None


COLUMNS = ", ".join(column.name for column in fields(PortalEntry))


def watched(db: Database) -> list[PortalEntry]:
    """The portals of gouji.toml, by id."""
    return [PortalEntry(*row) for row in db.execute(f"select {COLUMNS} from portals where active = 1 order by id")]
