"""The rows of one table, ours and theirs, become one table: SQL as `tables.toml` says."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from monitor.merge.plan import Taken


class Counts(NamedTuple):
    """How many rows came in, and how many of ours were changed by what theirs say."""

    added: int
    changed: int


def join(db: Database, table: str, how: Taken) -> Counts:
    """Takes the rows of `other.table` in. The second time it changes nothing."""
    changed = sum(db.execute(statement).rowcount for statement in _combining(db, table, how))
    return Counts(db.execute(_adding(db, table, how)).rowcount, changed)


def differing(db: Database, table: str, how: Taken) -> list[tuple[str, str, str, str]]:
    """Where both sides say something, and not the same: key, column, ours, theirs."""
    found: list[tuple[str, str, str, str]] = []
    for column in how.differ:
        rows = db.execute(
            f'select {_name("m", how.key[0])}, {_name("m", column)}, {_name("o", column)} from main."{table}" m '
            f'join other."{table}" o on {_same(how.key)} '
            f"where {_name('m', column)} <> {_name('o', column)} order by 1"
        )
        found += [(str(key), column, str(ours), str(theirs)) for key, ours, theirs in rows]
    return found


def columns_of(db: Database, table: str) -> list[str]:
    return [str(row[1]) for row in db.execute(f'pragma main.table_info("{table}")')]


def _adding(db: Database, table: str, how: Taken) -> str:
    names = [name for name in columns_of(db, table) if name != how.numbered]
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        f'insert into main."{table}" ({listed}) select {listed} from other."{table}" o '
        f'where not exists (select 1 from main."{table}" m where {_same(how.key)}) order by o.rowid'
    )


def _combining(db: Database, table: str, how: Taken) -> Iterator[str]:
    if how.newest:
        mine = [*how.key, *how.keep]
        rest = [name for name in columns_of(db, table) if name not in mine]
        later = f"coalesce({_name('o', how.newest)}, '') > coalesce({_name('m', how.newest)}, '')"
        yield _update(table, how, [(name, _name("o", name)) for name in rest], later)
    for names, smaller in ((how.least, ">"), (how.most, "<")):
        for name in names:
            ours, theirs = _name("m", name), _name("o", name)
            yield _update(table, how, [(name, theirs)], f"{ours} {smaller} {theirs}")
    for name in how.fill:
        ours, theirs = _name("m", name), _name("o", name)
        yield _update(table, how, [(name, theirs)], f"{ours} is null and {theirs} is not null")


def _update(table: str, how: Taken, sets: Sequence[tuple[str, str]], where: str) -> str:
    assigned = ", ".join(f'"{name}" = {value}' for name, value in sets)
    return f'update main."{table}" as m set {assigned} from other."{table}" o where {_same(how.key)} and {where}'


def _same(key: Sequence[str]) -> str:
    return " and ".join(f"{_name('m', name)} is {_name('o', name)}" for name in key)


def _name(side: str, column: str) -> str:
    return f'{side}."{column}"'
