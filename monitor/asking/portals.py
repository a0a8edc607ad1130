"""The watched portals, each as it was when last looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

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
    said: Sequence[Mapping[str, Any]]


COLUMNS = tuple(column.name for column in fields(PortalEntry))


def watched(db: Database) -> list[PortalEntry]:
    """The portals of gouji.toml, by id."""
    rows = db.execute(f"select {', '.join(COLUMNS)} from portals where active = 1 order by id").fetchall()
    known = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return [PortalEntry(**{**one, "said": json.loads(one["said"] or "[]")}) for one in known]
