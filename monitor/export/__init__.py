"""Exports the database as files for others: CSV, Parquet, a data package with codebook; and frozen releases."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.codebook import Table, exported
from monitor.export import changes as log
from monitor.export import parquet
from monitor.export.csv_file import Written, write_rows, write_table
from monitor.export.described import MADE, code_rows, codebook_page, codebook_rows, package, rule_rows
from monitor.export.folder import PACKAGE, check_target, is_export, replacing
from monitor.export.rule_set import rule_set
from monitor.export.standing import SUMS
from monitor.reconcile.rulebook import load

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written: rows by table, whether also as Parquet, the size; for a release, what changed."""

    target: Path
    tables: Mapping[str, int]
    parquet: bool
    size: int
    release: str = ""
    before: str = ""
    changes: Mapping[str, int] = field(default_factory=dict)


def export(
    db: Database,
    data: DataDir,
    target: Path,
    now: datetime,
    *,
    with_parquet: bool,
    by_year: bool = False,
    release: str = "",
    force: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Writes the state of the database at one instant. The folder is replaced completely, or stays as it was.

    Other people's files in it are kept; if one of ours was changed, the export is refused, unless `force`.

    `by_year` lays Parquet apart by the year of the report. A release is a folder with its name below `target`, written
    once and never again.
    """
    if with_parquet:
        parquet.require()
    target = Path(os.path.abspath(target))  # noqa: PTH100  # the path may be . or ..
    place = _release_place(target, release) if release else target
    if not release:
        _no_releases(target)
    check_target(place, data)
    with replacing(place, force=force) as folder, _snapshot(db):
        run = _Run(db, folder, exported(db), with_parquet, progress)
        run.tables()
        if with_parquet and by_year:
            run.stored = parquet.by_year(folder, {table.name: table.public for table in run.chosen})
        run.described()
        before, changes = run.changes(target, release) if release else ("", [])
        run.finish(now, release)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    counts = {name: one.rows for name, one in run.written.items()}
    kinds = [one.change for one in changes]
    return ExportResult(
        place, counts, with_parquet, size, release, before, {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    )


def _release_place(target: Path, release: str) -> Path:
    log.parse_release(release)
    if is_export(target):
        raise UsageError(
            f"{target} is itself an export; keep releases in a folder of their own",
            f"{target} 本身就是一份导出；定稿请另放一个文件夹",
        )
    place = target / release
    if place.exists():
        raise UsageError(
            f"the release {place} is there and stays as it is; a second one of the year is {release}.1",
            f"定稿 {place} 已经在了，不会改动；同一年的第二份写 {release}.1",
        )
    return place


def _no_releases(target: Path) -> None:
    if target.is_dir() and any(is_export(path) for path in target.iterdir() if path.is_dir()):
        raise UsageError(
            f"{target} holds releases, which are never replaced; name another folder, or --release YEAR",
            f"{target} 里是定稿，从不替换；请另写一个文件夹，或用 --release YEAR",
        )


@contextmanager
def _snapshot(db: Database) -> Iterator[None]:
    """Within the block, the database is read as it is now, whatever others write meanwhile."""
    db.conn.execute("begin")
    try:
        yield
    finally:
        db.conn.rollback()


@dataclass(slots=True)
class _Run:
    db: Database
    folder: Path
    chosen: Sequence[Table]
    with_parquet: bool
    progress: Progress | None
    written: dict[str, Written] = field(default_factory=dict)
    stored: dict[str, parquet.Stored] = field(default_factory=dict)

    def tables(self) -> None:
        for done, table in enumerate(self.chosen, 1):
            self.written[table.name] = write_table(self.db, table, self.folder)
            if self.with_parquet:
                self.stored[table.name] = parquet.convert(
                    self.folder, table.name, table.public, self.written[table.name]
                )
            if self.progress:
                self.progress(done, len(self.chosen))

    def made(self, name: str, rows: Iterable[Sequence[object]]) -> None:
        self.written[name] = write_rows(self.folder, f"csv/{name}.csv", MADE[name][2], rows)

    def described(self) -> None:
        book = load()
        self.made("codebook", codebook_rows(self.chosen))
        self.made("codes", code_rows(self.chosen))
        self.made("rules", rule_rows(book))
        text = json.dumps(rule_set(book), ensure_ascii=False, indent=1, default=str)
        (self.folder / "rules.json").write_text(text + "\n", encoding="utf-8")
        (self.folder / "codebook.md").write_text(codebook_page(self.chosen, book), encoding="utf-8")

    def changes(self, target: Path, release: str) -> tuple[str, Sequence[log.ReleaseChange]]:
        earlier = log.previous(target, release)
        self.made("manifest", log.manifest(self.db))
        found = log.compare(log.read_manifest(earlier), log.read_entries(self.folder)) if earlier else []
        self.made("changes", found)
        text = log.page(release, earlier.name if earlier else None, found, self.written["manifest"].rows)
        (self.folder / "CHANGES.md").write_text(text, encoding="utf-8")
        return earlier.name if earlier else "", found

    def finish(self, now: datetime, release: str) -> None:
        described = package(self.db, self.chosen, self.written, self.stored, now, release, version("gouji"))
        (self.folder / PACKAGE).write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        lines = []
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {path.relative_to(self.folder).as_posix()}\n")
        (self.folder / SUMS).write_text("".join(lines), encoding="utf-8")
