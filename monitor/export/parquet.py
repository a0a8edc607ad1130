"""Converts an export's CSV to Parquet with DuckDB, the lightest library for it (extra `export`), used only here."""

import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path

from crawler.ground.errors import GoujiError
from monitor.codebook import DatabaseColumn, Type
from monitor.export.cells import GUARD
from monitor.export.csv_file import Written

SQL_TYPES: Mapping[Type, str] = {
    "integer": "BIGINT",
    "number": "DECIMAL(38,17)",
    "string": "VARCHAR",
    "json": "VARCHAR",
    "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
}
# No downloads; a single thread, so that rows and bytes are always in the same order; little memory.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": 1,
    "memory_limit": "512MB",
}
LEAST_BUFFER = 2 << 20
FORMAT = "format parquet, compression zstd"


@dataclass(frozen=True, slots=True)
class Stored:
    """One Parquet file of an export."""

    path: str
    size: int
    sha256: str


def available() -> bool:
    """Whether the library is installed."""
    return find_spec("duckdb") is not None


def require() -> None:
    """GoujiError that names the extra when the library is not installed."""
    if not available():
        raise GoujiError(
            "Parquet needs the extra 'export': pip install 'gouji[export]'; "
            "without it CSV and the data package are written (--no-parquet)",
            "Parquet 需要附加组件：pip install 'gouji[export]'；没有它也能写 CSV 和数据包（--no-parquet）",
        )


def convert(folder: Path, name: str, columns: Sequence[DatabaseColumn], written: Written) -> Stored:
    """Writes parquet/<name>.parquet from the CSV that was just written."""
    target = folder / "parquet" / f"{name}.parquet"
    target.parent.mkdir(exist_ok=True)
    # The longest row must fit into the buffer; its length is known from writing the CSV.
    buffer = max(LEAST_BUFFER, 2 * written.longest)
    types = ", ".join(f"{_text(one.name)}: {_text(_read_as(one))}" for one in columns)
    query = (
        f"copy (select {', '.join(map(_column, columns))} from read_csv({_text(_literal(folder / written.path))}, "
        "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', new_line='\\r\\n', nullstr='', "
        f"allow_quoted_nulls=false, parallel=false, max_line_size={buffer}, "
        f"buffer_size={buffer * 2}, columns={{{types}}})) to {_text(str(target))} "
        f"({FORMAT})"
    )
    rows = _copied(folder, name, query)
    if rows != written.rows:
        raise GoujiError(
            f"cannot write Parquet for the table {name}: {rows} of its {written.rows} rows came through "
            "(--no-parquet leaves it out)",
            f"表 {name} 写不成 Parquet：{written.rows} 行只通过 {rows} 行（--no-parquet 不写它）",
        )
    return _stored(folder, target)


def by_year(folder: Path, tables: Mapping[str, Sequence[DatabaseColumn]]) -> dict[str, Stored]:
    """Lays every file whose rows have a year, or belong to a report, apart into a folder of its name, a part a year.

    The names are those that Hive, Spark and DuckDB know: <table>/year=2024/data_0.parquet, where no file holds the
    year itself. A table of no year, or without rows, stays one file. All files that there are now, by table and year.
    """
    single = {name: _stored(folder, folder / f"parquet/{name}.parquet") for name in tables}
    found: dict[str, Stored] = {}
    for name, columns in tables.items():
        parts = list(_parts(folder, name, {one.name for one in columns}))
        found |= {f"{name}-{year}": part for year, part in parts} or {name: single[name]}
    for name in {*single} - {*found}:
        (folder / single[name].path).unlink()
    return found


def _parts(folder: Path, name: str, columns: Set[str]) -> Iterator[tuple[str, Stored]]:
    """The parts of a table by year, `none` for rows of no year; none at all where it has no years, or no rows."""
    source = _file(folder, name)
    if "year" not in columns:
        if "report" not in columns:
            return
        years = f"(select id, year from {_file(folder, 'reports')})"
        source = f"(select t.*, r.year from {source} t left join {years} r on r.id = t.report)"
    target = folder / "parquet" / name
    if not _copied(folder, name, f"copy (from {source}) to {_text(str(target))} ({FORMAT}, partition_by (year))"):
        target.rmdir()
    for path in sorted(target.glob("year=*/*.parquet")):
        year = path.parent.name.removeprefix("year=")
        yield year if year.isdigit() else "none", _stored(folder, path)


def _file(folder: Path, name: str) -> str:
    return f"read_parquet({_text(_literal(folder / 'parquet' / f'{name}.parquet'))})"


def _copied(folder: Path, name: str, query: str) -> int:
    """How many rows DuckDB copied."""
    import duckdb  # an extra: imported where it is used

    try:
        with duckdb.connect(":memory:", config=SETTINGS) as connection:
            connection.execute(f"set temp_directory = {_text(str(folder / '.duckdb'))}")
            [[rows]] = connection.execute(query).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise GoujiError(
            f"cannot write Parquet for the table {name}: {reason} (--no-parquet leaves it out)",
            f"表 {name} 写不成 Parquet：{reason}（--no-parquet 不写它）",
        ) from error
    finally:
        shutil.rmtree(folder / ".duckdb", ignore_errors=True)
    return int(rows)


def _stored(folder: Path, path: Path) -> Stored:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Stored(path.relative_to(folder).as_posix(), path.stat().st_size, digest)


def _read_as(column: DatabaseColumn) -> str:
    # Instants are quoted texts in the CSV; they are cast when the Parquet is written.
    return "VARCHAR" if column.type == "datetime" else SQL_TYPES[column.type]


def _column(column: DatabaseColumn) -> str:
    name = '"' + column.name.replace('"', '""') + '"'
    if column.type == "datetime":
        return f"cast({name} as {SQL_TYPES['datetime']}) as {name}"
    if column.type in ("string", "json"):
        # The guard is only for spreadsheets; Parquet gets the original text.
        return f"case when starts_with({name}, {_text(GUARD)}) then substr({name}, 2) else {name} end as {name}"
    return name


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _literal(path: Path) -> str:
    """A path escaped for DuckDB, so that nothing in it is a pattern."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path))
