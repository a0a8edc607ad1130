"""The meaning of every table, column and code of the database, in both languages: from the TOML here and the schema."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from sqlite_utils import Database

from crawler.ground.columns import LaterColumn, columns_of
from crawler.ground.errors import GoujiError
from crawler.ground.vocabulary import Bilingual
from extract.form.labels import KINDS, labels
from extract.indicators.catalogue import catalogue
from monitor.indicators.catalogue import rate_catalogue

Type = Literal["integer", "number", "string", "date", "datetime", "json"]
TYPES: Mapping[str, Type] = {"INTEGER": "integer", "NUMERIC": "number", "TEXT": "string"}
CODES = "codes.toml"
GROWN = ("crawler.ground", "extract.store", "monitor")  # packages with a columns.toml
OURS = "_"  # names of sqlite-utils' own tables begin with this; those of SQLite begin with sqlite_
MARKS = ("dates", "instants", "json", "numbers", "addresses", "private")
TABLE_KEYS = frozenset({"zh", "en", "export", "key", "like", "codes", "withheld", "columns", *MARKS})


@dataclass(frozen=True, slots=True)
class DatabaseColumn:
    """One column. `codes` names the list of its codes; `address`: it may contain a path of this machine.

    `withheld`: entries of its JSON objects that are not exported.
    """

    name: str
    words: Bilingual
    type: Type
    required: bool = False
    codes: str = ""
    address: bool = False
    private: bool = False
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that refers to a row of another table."""

    column: str
    table: str
    other_column: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view of the database, with its description."""

    name: str
    words: Bilingual
    columns: tuple[DatabaseColumn, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    exported: bool
    view: bool

    @property
    def public(self) -> tuple[DatabaseColumn, ...]:
        """The columns that are exported."""
        return tuple(column for column in self.columns if not column.private)


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(files("monitor.codebook").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml") and path.name != CODES:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            for name, entry in data.items():
                if name in found or entry.keys() - TABLE_KEYS:
                    raise GoujiError(f"{path.name}: [{name}] stands twice or has an unknown key")
                found[name] = entry
    for package in GROWN:
        for column in columns_of(package):
            _describe(found, column)
    return found


def _describe(found: Mapping[str, Any], column: LaterColumn) -> None:
    """Adds a later column to the description of its table."""
    entry = found[column.table]
    entry["columns"][column.name] = [column.zh, column.en]
    for mark, said in column.marks.items():
        if mark == "codes":
            entry.setdefault("codes", {})[column.name] = said
        else:
            entry.setdefault(mark, []).append(column.name)


@cache
def code_lists() -> Mapping[str, Mapping[str, Bilingual]]:
    """Every list of codes: those in codes.toml, the words of the forms and of the indicators before them, the rates."""
    path = files("monitor.codebook") / CODES
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found = {kind: {code: Bilingual(entry.zh, entry.en) for code, entry in labels()[kind].items()} for kind in KINDS}
    found["indicator"] = {code: Bilingual(words.zh, words.en) for code, words in catalogue().words.items()}
    rates = rate_catalogue()
    found["rate_state"] = dict(rates.states)
    found["rate"] = {
        code: Bilingual(f"{one.name.zh}：{one.formula.zh}", f"{one.name.en}: {one.formula.en}")
        for code, one in rates.rates.items()
    }
    for name, entries in data.items():
        if name in found:
            raise GoujiError(f"{CODES}: [{name}] is a kind of label already")
        found[name] = {code: Bilingual(*words) for code, words in entries.items()}
    return found


def tables(db: Database) -> tuple[Table, ...]:
    """Every described table and view, in the order of the codebook, as it is in the database now."""
    there = {
        str(name): str(kind)
        for name, kind in db.execute("select name, type from sqlite_master where type in ('table', 'view')")
    }
    return tuple(_table(db, name, entry, there[name] == "view") for name, entry in _written().items() if name in there)


def exported(db: Database) -> tuple[Table, ...]:
    """The tables that are exported."""
    return tuple(table for table in tables(db) if table.exported)


def undescribed(db: Database) -> list[str]:
    """Tables and columns that the codebook does not describe, and entries for tables or columns that do not exist."""
    found: list[str] = []
    known: dict[str, list[str]] = {}
    for (name,) in db.execute("select name from sqlite_master where type in ('table', 'view') order by name"):
        if not str(name).startswith((OURS, "sqlite_")):
            known[str(name)] = [column for column, *_ in _schema(db, str(name))]
    for name, columns in known.items():
        entry = _written().get(name)
        if entry is None:
            found.append(name)
            continue
        found += [f"{name}.{column}" for column in columns if _find_words(name, column) is None]
        named = {
            *entry.get("columns", {}),
            *entry.get("codes", {}),
            *entry.get("withheld", {}),
            *(column for key in MARKS for column in entry.get(key, ())),
        }
        found += [f"{name}.{column}: no such column" for column in sorted(named - {*columns})]
    return found + [f"{name}: no such table" for name in _written() if name not in known]


def _schema(db: Database, table: str) -> list[tuple[str, str, bool, int]]:
    """For each column: name, declared type, whether it is required, position in the primary key."""
    return [
        (str(name), str(kind).upper(), bool(required), int(place))
        for _, name, kind, required, _, place in db.execute(f'pragma table_info("{table}")')
    ]


def _find_words(table: str, column: str) -> Bilingual | None:
    for name in (table, *_written()[table].get("like", ())):
        entry = _written()[name].get("columns", {})
        if column in entry:
            return Bilingual(*entry[column])
        if name != table and (inherited := _find_words(name, column)) is not None:
            return inherited
    return None


def _property(table: str, key: str, column: str) -> Any:
    """What an entry (or the one it refers to by `like`) says about a column under `codes`, `dates` …"""
    for name in (table, *_written()[table].get("like", ())):
        said = _written()[name].get(key, {})
        if column in said:
            return said[column] if isinstance(said, dict) else True
    return None


def _table(db: Database, name: str, entry: Mapping[str, Any], view: bool) -> Table:
    schema = _schema(db, name)
    described = ((column, _find_words(name, column[0])) for column in schema)
    columns = tuple(_column(name, column, words) for column, words in described if words is not None)
    key = tuple(column for column, _, _, place in sorted(schema, key=lambda one: one[3]) if place)
    key = key or tuple(entry.get("key", ()))  # a view declares none
    references = tuple(
        Reference(str(row[3]), str(row[2]), str(row[4])) for row in db.execute(f'pragma foreign_key_list("{name}")')
    )
    return Table(
        name,
        Bilingual(entry["zh"], entry["en"]),
        columns,
        key,
        tuple(reversed(references)),
        bool(entry.get("export", False)),
        view,
    )


def _column(table: str, schema: tuple[str, str, bool, int], words: Bilingual) -> DatabaseColumn:
    name, declared, required, place = schema
    return DatabaseColumn(
        name,
        words,
        _type(table, name, declared),
        required or bool(place),
        _property(table, "codes", name) or "",
        bool(_property(table, "addresses", name)),
        bool(_property(table, "private", name)),
        tuple(_property(table, "withheld", name) or ()),
    )


def _type(table: str, column: str, declared: str) -> Type:
    special: Sequence[tuple[str, Type]] = (
        ("dates", "date"),
        ("instants", "datetime"),
        ("json", "json"),
        ("numbers", "number"),
    )
    for key, kind in special:
        if _property(table, key, column):
            return kind
    # A computed column of a view has no declared type.
    return TYPES.get(declared, "string")


def codes_of(column: DatabaseColumn) -> Mapping[str, Bilingual]:
    """The codes of a column; empty if it has none."""
    return code_lists()[column.codes] if column.codes else {}


def used_lists(chosen: Sequence[Table]) -> Iterator[str]:
    """The code lists that columns of these tables use, each once, in order."""
    yield from dict.fromkeys(column.codes for table in chosen for column in table.columns if column.codes)
