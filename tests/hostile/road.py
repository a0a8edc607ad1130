"""The road in this process: the real command line without a process for each call, good reports and what is known of them."""

import io
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from crawler.ground.data import DataDir, create
from monitor.cli import main
from monitor.samples import SampleReport, make_history

FAULT = ("自身的错误", "a fault of gouji itself", "Traceback")
Finding = tuple[Any, ...]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    line: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def faulty(self) -> bool:
        """Whether it ended in an error of our own."""
        return any(words in self.out + self.err for words in FAULT)

    @property
    def value(self) -> Any:
        return json.loads(self.out)

    def __str__(self) -> str:
        return f"gouji {' '.join(self.line)}: exit {self.status}\n{self.out[-600:]}\n{self.err[-600:]}"


def gouji(data: DataDir, *line: str) -> Ended:
    """One command upon a data directory, as the console script runs it; with what its processes say as errors."""
    out, err = io.StringIO(), io.StringIO()
    with TemporaryFile() as theirs:
        with redirect_stdout(out), redirect_stderr(err), _processes_say(theirs.fileno()):
            try:
                main(args=[*line, "--data", str(data.root)])
                status: object = 0
            except SystemExit as end:
                status = end.code
        theirs.seek(0)
        said = err.getvalue() + theirs.read().decode("utf-8", "replace")
    return Ended(line, status if isinstance(status, int) else 1 if status else 0, out.getvalue(), said)


@contextmanager
def _processes_say(file: int) -> Iterator[None]:
    """The standard error that processes inherit is that file."""
    before = os.dup(2)
    os.dup2(file, 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def walk(data: DataDir, lines: Iterable[Sequence[str]]) -> list[Ended]:
    """Commands one after another; none may end in an error of our own."""
    done = [gouji(data, *line) for line in lines]
    for ended in done:
        assert not ended.faulty, str(ended)
    return done


@cache
def innocents() -> tuple[SampleReport, ...]:
    """Good reports of several bodies over several years; some with an error planted, so that there is something to find."""
    found: list[SampleReport] = []
    for number, name in enumerate(("示例县财政局", "示例县教育局", "示例县水利局", "示例县民政局", "示例县人民政府")):
        history = make_history(number, name, [2019, 2020, 2023, 2024])
        found += history[number % 2 :]
    broken = found[1]
    found[1] = broken.with_cell("T3[granted,total]", broken.count("T3[granted,total]") + 3)
    found[4] = found[4].with_broken_carry()
    return tuple(found)


def write_innocents(folder: Path) -> None:
    """The good reports as files, some as text."""
    folder.mkdir()
    for number, report in enumerate(innocents()):
        style = ("word", "plain", "text")[number % 3]
        text = report.text() if style == "text" else report.html("word" if style == "word" else "plain")
        (folder / f"good-{number}.{'txt' if style == 'text' else 'html'}").write_text(text, encoding="utf-8")


def query(data: DataDir, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What another reader of the database sees."""
    connection = sqlite3.connect(data.database, timeout=30)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def figures_of(data: DataDir, agency: str, year: int) -> Mapping[str, object]:
    """Every figure of the current report of a body and year, by cell name."""
    found: dict[str, object] = {}
    reports = [
        row[0] for row in query(data, "select id from current_reports where agency_name = ? and year = ?", agency, year)
    ]
    assert len(reports) == 1, f"{agency} {year} has {len(reports)} current reports"
    found |= {
        f"T2[{item},{measure}]": value
        for item, measure, value in query(
            data, "select item, measure, value from disclosure where report = ?", *reports
        )
    }
    for table, name, rows in (("applications", "T3", "disposition"), ("remedies", "T4", "track")):
        connection = sqlite3.connect(data.database)
        connection.row_factory = sqlite3.Row
        try:
            for row in connection.execute(f"select * from {table} where report = ?", reports):
                columns = row.keys()
                found |= {
                    f"{name}[{row[rows]},{key}]": row[key] for key in columns if key not in ("report", rows, "place")
                }
        finally:
            connection.close()
    return found


def assert_read(data: DataDir, reports: Iterable[SampleReport] = ()) -> None:
    """Every good report is read with exactly its figures."""
    for report in reports or innocents():
        found = figures_of(data, report.agency, report.year)
        wrong = {
            name: (found.get(name), report.figures[name])
            for name in report.cells
            if plain(found.get(name)) != plain(report.figures[name])
        }
        assert not wrong, f"{report.agency} {report.year}: as read and as printed: {wrong}"


def plain(value: object) -> object:
    """A figure whatever way it is kept: 12.50 is 12.5, an empty text nothing."""
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return value or None


def judged(data: DataDir, names: Iterable[str] = ()) -> list[Finding]:
    """What stands against bodies by name: rule, year, subject, class, verdict, status, whose fault, and the sentence."""
    wanted = set(names) or {report.agency for report in innocents()}
    rows = query(
        data,
        "select a.name, f.rule, f.year, f.subject, f.class, f.verdict, f.status, f.responsibility, f.message "
        "from findings f join agencies a on a.code = f.agency order by 1, 2, 3, 4",
    )
    return [row for row in rows if row[0] in wanted]


def control(folder: Path) -> DataDir:
    """A data directory that knows the good reports alone, read and judged."""
    data = create(DataDir(folder / "control"))
    write_innocents(folder / "in")
    walk(data, [["add", str(folder / "in")], ["extract"], ["check"]])
    assert_read(data)
    assert judged(data), "the good reports have findings to compare"
    return data


def copy_of(data: DataDir, to: Path) -> DataDir:
    """The same data directory elsewhere."""
    shutil.copytree(data.root, to)
    return DataDir(to)
