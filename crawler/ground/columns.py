"""Columns added to a table later: each is one entry of a stage's columns.toml, and exists after the next opening.

A new column needs nothing but its entry: table and name, meaning in both languages, and kind of values.

    [fetches.said]
    type = "TEXT"                    # INTEGER, REAL or TEXT
    zh = "依据的代码（JSON）"
    en = "the codes of what it rests on (JSON)"
    json = true                      # or: codes = "list of codes", dates, instants, numbers, addresses, private = true
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler.ground.errors import GoujiError

FILE = "columns.toml"
TYPES: Mapping[str, type] = {"INTEGER": int, "REAL": float, "TEXT": str}
REQUIRED = frozenset({"type", "zh", "en"})
MARKS = frozenset({"codes", "json", "dates", "instants", "numbers", "addresses", "private"})


@dataclass(frozen=True, slots=True)
class LaterColumn:
    """One entry; `marks` are its other statements about the values."""

    table: str
    name: str
    type: str
    zh: str
    en: str
    marks: Mapping[str, Any]


def columns_of(package: str) -> tuple[LaterColumn, ...]:
    """The entries of the columns.toml in this package; GoujiError if one is not valid."""
    data = tomllib.loads((files(package) / FILE).read_text(encoding="utf-8"))
    return tuple(
        _column(f"{package} {FILE}: [{table}.{name}]", table, name, entry)
        for table, entries in data.items()
        for name, entry in entries.items()
    )


def _column(where: str, table: str, name: str, entry: Mapping[str, Any]) -> LaterColumn:
    if missing := REQUIRED - entry.keys():
        raise GoujiError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown := entry.keys() - REQUIRED - MARKS:
        raise GoujiError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    if entry["type"] not in TYPES:
        raise GoujiError(f"{where}: the type is one of {', '.join(TYPES)}")
    marks = {key: entry[key] for key in entry.keys() & MARKS}
    return LaterColumn(table, name, entry["type"], entry["zh"], entry["en"], marks)


def grow(migrations: Migrations, package: str) -> None:
    """Makes each entry a step of these migrations, after the steps written in code. Entries are never removed."""
    for column in columns_of(package):
        migrations(name=f"column_{column.table}_{column.name}")(_step(column))


def _step(column: LaterColumn) -> Any:
    def add(db: Database) -> None:
        db.table(column.table).add_column(column.name, TYPES[column.type])

    return add
