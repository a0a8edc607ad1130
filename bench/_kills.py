"""A small data directory for each command, the result of the undisturbed command, and what is lost or doubled."""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from crawler.ground.archive import ArchiveError, open_archive
from crawler.ground.data import DataDir, create
from monitor.samples import SampleReport, make_history

ROOT = Path(__file__).parent.parent
BODIES, YEARS, REGISTER = 6, range(2022, 2025), 1500
GOUJI = (sys.executable, "-m", "monitor.cli")
FAULT = re.compile(r"Traceback|gouji 自身的错误|a fault of gouji itself")

Rows = Counter[tuple[object, ...]]

# What a command leaves in the database, without what differs from run to run.
KEPT: Mapping[str, Sequence[str]] = {
    "add": ("select sha256, url from documents",),
    "extract": (
        "select document, url, outcome from readings",
        "select r.agency, r.year, f.concept, f.member, f.value from facts f join reports r on r.id = f.report",
        "select document, code, detail from problems",
    ),
    "check": ("select rule, agency, year, subject, verdict, status, message from findings",),
    "alert": (
        "select f.rule, f.agency, f.year, f.subject, n.recipient, n.event from notices n "
        "join findings f on f.id = n.finding",
        "select recipient, kind, outcome from deliveries where outcome = 'sent'",
    ),
    "agencies": ("select name, kind, level from agencies", "select agency, name from agency_names"),
    "export": (),
    "letter": (),
    "feed": (),
}
WHOLE = ("agencies", "export", "feed")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the data directory it is started on, its arguments, and which table says what it has done."""

    name: str
    base: Path
    arguments: tuple[str, ...]

    def line(self, place: Path) -> list[str]:
        return [*GOUJI, *(one.replace("{place}", str(place)) for one in self.arguments), "--data", str(place / "data")]


def prepare(folder: Path, mail_port: int) -> list[Command]:
    """The commands, each with a data directory in the state that the command normally starts from."""
    first = folder / "added"
    data = create(DataDir(first / "data"))
    data.config_path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {mail_port}\nsender = "gouji@example.org"\n'
        'recipients = ["one@example.org", "two@example.org"]\n',
        encoding="utf-8",
    )
    pages = folder / "pages"
    pages.mkdir()
    for number, report in enumerate(_reports()):
        (pages / f"{number}.html").write_text(report.html(), encoding="utf-8")
    register = folder / "register.csv"
    register.write_text(
        "name,kind,level\n" + "".join(f"示例县第{number}中学,institution,county\n" for number in range(REGISTER)),
        encoding="utf-8",
    )
    run([*GOUJI, "init", str(first / "data")])
    commands = [Command("add", _copy(first, folder / "empty"), ("add", str(pages)))]
    run([*GOUJI, "add", str(pages), "--data", str(first / "data")])
    commands.append(Command("extract", first, ("extract",)))
    read = _copy(first, folder / "read")
    run([*GOUJI, "extract", "--data", str(read / "data")])
    commands.append(Command("check", read, ("check",)))
    checked = _copy(read, folder / "checked")
    run([*GOUJI, "check", "--data", str(checked / "data")])
    commands.append(Command("alert", _copy(checked, folder / "telling"), ("alert",)))
    for line in (["export", "{}/out", "--no-parquet"], ["feed", "{}/feed.atom"]):
        run([*GOUJI, *(one.format(checked) for one in line), "--data", str(checked / "data")])
    (checked / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    return [
        *commands,
        Command("agencies", checked, ("agencies", "import", str(register))),
        Command("export", checked, ("export", "{place}/out", "--no-parquet")),
        Command("feed", checked, ("feed", "{place}/feed.atom")),
        Command("letter", checked, ("letter", "示例0市人民政府", "2023", "--output", "{place}/letters")),
    ]


def _reports() -> Iterator[SampleReport]:
    for number in range(BODIES):
        for report in make_history(number, f"示例{number}市人民政府", YEARS):
            yield report.with_cell("T3[granted,total]", report.count("T3[granted,total]") + 1)


def _copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, symlinks=True)
    return target


def run(line: Sequence[str], *, status: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end. AssertionError for another exit status, or for an error in gouji itself."""
    done = subprocess.run(
        line,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert not FAULT.search(done.stdout), f"{line}: {done.stdout}"
    assert status is None or done.returncode == status, f"{line} ended with {done.returncode}: {done.stdout}"
    return done


def rows(place: Path, name: str) -> Rows:
    """What this command has done so far; sqlite3.Error where the database is not whole."""
    found: Rows = Counter()
    with closing(sqlite3.connect(place / "data" / "gouji.db", timeout=30)) as db:
        sound = db.execute("pragma integrity_check(1)").fetchone()[0]
        if sound != "ok":
            raise sqlite3.DatabaseError(sound)
        for query in KEPT[name]:
            found.update(tuple(row) for row in db.execute(query))
    return found + _files(place, name)


def _files(place: Path, name: str) -> Rows:
    """What a command wrote beside the database, file by file; a file that is not whole is a row of its own."""
    found: Rows = Counter()
    if name == "add":
        archive = open_archive(DataDir(place / "data"))
        for kept in archive.hashes():
            try:
                archive.read(kept)
            except ArchiveError:
                found["broken", kept] += 1
            else:
                found["archived", kept] += 1
    if name == "export":
        found.update(_exported(place / "out"))
    if name == "feed":
        whole = (place / "feed.atom").read_bytes().rstrip().endswith(b"</feed>")
        found["feed" if whole else "broken", "feed.atom"] += 1
    if name == "letter" and (place / "letters").is_dir():
        for file in (place / "letters").iterdir():
            if file.suffix in (".md", ".docx"):
                whole = len(file.read_bytes()) > 500
                found["letter" if whole else "broken", file.name] += 1
    return found


def _exported(folder: Path) -> Iterator[tuple[object, ...]]:
    yield "kept", (folder / "notes.txt").read_text(encoding="utf-8")
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        sum_, _, name = line.partition("  ")
        file = folder / name
        whole = file.is_file() and sha256(file.read_bytes()).hexdigest() == sum_
        yield "file" if whole else "broken", name
        if whole and name.startswith("csv/") and name != "csv/codebook.csv":
            with file.open(encoding="utf-8-sig", newline="") as opened:
                for row in list(csv.reader(opened))[1:]:
                    yield name, *row
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    yield "package", described["name"]


@dataclass(frozen=True, slots=True)
class Damage:
    """How many rows are missing, and how many are there more often than they should be."""

    lost: int = 0
    doubled: int = 0

    def __add__(self, other: "Damage") -> "Damage":
        return Damage(self.lost + other.lost, self.doubled + other.doubled)


def compare(found: Rows, wanted: Rows) -> Damage:
    """Compares what is there with what should be there."""
    lost = sum((wanted - found).values())
    doubled = sum(count - 1 for count in found.values() if count > 1) - sum(
        count - 1 for count in wanted.values() if count > 1
    )
    return Damage(lost, max(doubled, sum((found - wanted).values())))


def between(name: str, found: Rows, before: Rows, after: Rows) -> Damage:
    """Right after the kill: every row that is both in `before` and in `after` is there, and none that is in neither.

    A single whole (an export, a register, a feed) must be either the old one or the new one.
    """
    if name in WHOLE:
        return min((compare(found, state) for state in (before, after)), key=lambda one: one.lost + one.doubled)
    return Damage(sum(((before & after) - found).values()), sum((found - (before | after)).values()))
