"""Converts an export's CSV to Parquet with DuckDB, the lightest library for it (extra `export`), used only here."""

import shutil
from collections.abc import Mapping, Sequence
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
    import duckdb  # an extra: imported where it is used

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
        "(format parquet, compression zstd)"
    )
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
    if rows != written.rows:
        raise GoujiError(
            f"cannot write Parquet for the table {name}: {rows} of its {written.rows} rows came through "
            "(--no-parquet leaves it out)",
            f"表 {name} 写不成 Parquet：{written.rows} 行只通过 {rows} 行（--no-parquet 不写它）",
        )
    with target.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Stored(f"parquet/{name}.parquet", target.stat().st_size, digest)


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
