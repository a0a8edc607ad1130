"""The questions of a desk, at 300 bodies × 6 years: `status`, `compare`, `brief`, `profile`, each against its goal.

`python -m bench.desk [BODIES [DIR]]`; a DIR that already holds such a database is used as it is. Each command runs in a
process of its own, its start included; the conversion of a paper to PDF by LibreOffice is not counted. On a machine
that is busy with other work the seconds of the processor tell more.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.load import YEARS, Ran, build, gouji, name_of
from crawler.ground.data import DataDir
from monitor.commands import find
from monitor.schema import open_database

BODIES = 300
MOST = 5.0  # seconds a command may take
# Where bodies stand: every other column is that of bench.load.
DIVISIONS = ("341201", "341202", "341203", "341204", "341221", "341222")
KINDS = ("department",) * 7 + ("township", "office", "government")


def settle(root: Path) -> None:
    """Gives the bodies divisions and kinds, so that there are groups and peers."""
    with closing(open_database(DataDir(root))) as db, db.atomic():
        rows = db.execute("select code from agencies order by code").fetchall()
        db.conn.executemany(
            "update agencies set division = ?, kind = ? where code = ?",
            [(DIVISIONS[at % len(DIVISIONS)], KINDS[at % len(KINDS)], code) for at, (code,) in enumerate(rows)],
        )


def commands(folder: Path) -> Iterator[tuple[str, ...]]:
    """The lines that are measured."""
    year, body = str(YEARS[-1]), name_of(3)
    yield "status", "--year", year
    yield "compare", body
    yield "compare", body, year
    for ending in ("docx", "html"):
        yield "brief", "--year", year, str(folder / f"brief.{ending}")
        yield "profile", body, str(folder / f"profile.{ending}")


def main() -> None:
    """Prints a line for each command."""
    bodies = int(sys.argv[1]) if len(sys.argv) > 1 else BODIES
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "data"
        if not (root / "gouji.db").exists():
            start = time.perf_counter()
            build(root, bodies * len(YEARS))
            settle(root)
            print(f"{bodies} bodies × {len(YEARS)} years stored in {time.perf_counter() - start:.0f} s", flush=True)
            print(f"first check: {gouji(root, 'check')}", flush=True)
        for line in commands(Path(scratch)):
            if find(line[0]) is not None:
                print(told(line, gouji(root, *line)), flush=True)


def told(line: tuple[str, ...], ran: Ran) -> str:
    """One line of the table."""
    name = " ".join(Path(word).name if "/" in word else word for word in line)
    verdict = "" if ran.seconds <= MOST and not ran.status else "  SLOW" if not ran.status else f"  failed: {ran.said}"
    return f"  {name:40} {ran}   wanted: at most {MOST:.0f} s{verdict}"


if __name__ == "__main__":
    main()
