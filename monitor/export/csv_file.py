"""Writes a table as CSV, row by row, and computes its size, number of rows and SHA-256 while writing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.vocabulary import Bilingual
from monitor.codebook import DatabaseColumn, Table, Type
from monitor.export.cells import quoted, writer

BOM = "\ufeff"
BREAK = "\r\n"
ROWS = 500  # joined into one write


@dataclass(frozen=True, slots=True)
class Written:
    """One file of an export. `longest` is its longest row in bytes."""

    path: str
    rows: int
    size: int
    sha256: str
    longest: int = 0


def write_table(db: Database, table: Table, folder: Path) -> Written:
    """Writes one table of the database in the order of its key, with a few hundred rows in memory."""
    names = ", ".join(f'"{column.name}"' for column in table.public)
    # A view has neither key nor row ids; the first column says of what a row is, and its rows come as they are made.
    order = ", ".join(f'"{name}"' for name in table.key) or ("1" if table.view else "rowid")
    rows = db.conn.execute(f'select {names} from "{table.name}" order by {order}')
    return write_rows(folder, f"csv/{table.name}.csv", table.public, rows)


def write_rows(folder: Path, name: str, columns: Sequence[DatabaseColumn], rows: Iterable[Sequence[object]]) -> Written:
    """Writes rows with these columns as one CSV file below `folder`."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    writers = [writer(column) for column in columns]
    digest = sha256()
    count = size = longest = 0
    with path.open("wb") as file:
        head = (BOM + ",".join(quoted(column.name) for column in columns) + BREAK).encode()
        for number, lines in _chunks(
            head, (",".join([write(value) for write, value in zip(writers, row, strict=True)]) for row in rows)
        ):
            chunk = b"".join(lines)
            digest.update(chunk)
            file.write(chunk)
            count, size, longest = count + number, size + len(chunk), max(longest, *map(len, lines))
    return Written(name, count, size, digest.hexdigest(), longest)


def _chunks(head: bytes, lines: Iterator[str]) -> Iterator[tuple[int, list[bytes]]]:
    yield 0, [head]
    while chunk := [(line + BREAK).encode() for line in islice(lines, ROWS)]:
        yield len(chunk), chunk


def column(name: str, zh: str, en: str, kind: Type = "string") -> DatabaseColumn:
    """A column of a table that exists only in the export."""
    return DatabaseColumn(name, Bilingual(zh, en), kind, required=True)
