"""Compares a release with the previous one: which reports were added, changed, read differently, withdrawn."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from crawler.ground.errors import GoujiError, UsageError
from monitor.export.cells import exact, unguard, without_path
from monitor.export.folder import is_export
from monitor.export.standing import SUMS

RELEASE = re.compile(r"(\d{4})(?:\.(\d{1,3}))?")
MANIFEST = "csv/manifest.csv"
LONGEST = 10**8
LISTED = 200  # the most changes of one kind that CHANGES.md names; changes.csv has all
REPORTS = "select id, agency, year, agency_name, template, document, url from current_reports order by agency, year, id"
FIGURES = tuple(
    f"select {columns} from {table} where report = ? order by 1, 2"
    for columns, table in (
        ("item, measure, value, raw, unit", "disclosure"),
        ("disposition, natural_person, business, research, social, legal_services, other, total", "applications"),
        ("disposition, natural_person, business, research, social, legal_services, other, total", "subtotals"),
        ("track, upheld, corrected, other, pending, total", "remedies"),
        ('"table", row, member, raw, state', "cells"),
    )
)
HEADINGS: Mapping[str, tuple[str, str]] = {
    "added": ("新增", "added"),
    "changed": ("换了文件", "changed: another document"),
    "reread": ("文件未变，读数有变", "reread: the same document, other figures"),
    "withdrawn": ("撤下", "withdrawn"),
    "recoded": ("机构代码改变", "recoded: the body has another code"),
}

KINDS = tuple(HEADINGS)


class ReleaseEntry(NamedTuple):
    """One current report of a release, with the columns of manifest.csv."""

    agency: str
    year: int
    agency_name: str
    template: str
    document: str
    url: str
    figures: str


class ReleaseChange(NamedTuple):
    """One line of changes.csv."""

    change: str
    agency: str
    year: int
    agency_name: str
    document_before: str | None
    document: str | None
    url: str


def parse_release(name: str) -> tuple[int, int]:
    """A release's name as a sortable pair; UsageError if the name is not valid."""
    match = RELEASE.fullmatch(name)
    if match is None:
        raise UsageError(
            f"'{name}' is no name of a release: write a year, 2025, or 2025.1 for a second one",
            f"'{name}' 不能作定稿的名字：写年份，如 2025；同一年的第二份写 2025.1",
        )
    return int(match[1]), int(match[2] or 0)


def manifest(db: Database) -> Iterator[ReleaseEntry]:
    """Every current report with the digest of its figures, by agency and year."""
    for number, agency, year, name, template, document, url in db.conn.execute(REPORTS):
        yield ReleaseEntry(
            agency, year, name or "", template or "", document, without_path(url or ""), _figures(db, number)
        )


def _figures(db: Database, report: int) -> str:
    digest = sha256()
    for query in FIGURES:
        rows = [
            [exact(value) if isinstance(value, float) else value for value in row]
            for row in db.conn.execute(query, (report,))
        ]
        digest.update(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())
    return digest.hexdigest()


def previous(folder: Path, release: str) -> Path | None:
    """The newest release below `folder` that is older than this one."""
    if not folder.is_dir():
        return None
    older = [
        (parse_release(path.name), path)
        for path in folder.iterdir()
        if RELEASE.fullmatch(path.name) and is_export(path) and parse_release(path.name) < parse_release(release)
    ]
    return max(older)[1] if older else None


def read_manifest(release: Path) -> Iterator[ReleaseEntry]:
    """The current reports of a release, in order; GoujiError if the file was changed after the release."""
    with (release / MANIFEST).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if f"{digest}  {MANIFEST}" not in (release / SUMS).read_text(encoding="utf-8").splitlines():
        raise GoujiError(
            f"{release / MANIFEST} is not as it was released ({SUMS}); restore it, or move this release "
            "out of the folder",
            f"{release / MANIFEST} 与定稿时不同（{SUMS}）；请恢复它，或把这份定稿移出文件夹",
        )
    yield from read_entries(release)


def read_entries(folder: Path) -> Iterator[ReleaseEntry]:
    """The rows of a manifest."""
    csv.field_size_limit(LONGEST)  # fields are as long as the printed texts
    with (folder / MANIFEST).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for agency, year, *rest in rows:
            name, template, document, url, figures = map(unguard, rest)
            yield ReleaseEntry(unguard(agency), int(year), name, template, document, url, figures)


def compare(before: Iterable[ReleaseEntry], after: Iterable[ReleaseEntry]) -> list[ReleaseChange]:
    """What changed; both inputs are sorted by agency and year. A body with a new code has not lost its reports."""
    found: list[ReleaseChange] = []
    for was, now in _pairs(iter(before), iter(after)):
        if now is None:
            found.append(_change("withdrawn", was, None))
        elif was is None:
            found.append(_change("added", None, now))
        elif was.document != now.document:
            found.append(_change("changed", was, now))
        elif was.figures != now.figures:
            found.append(_change("reread", was, now))
    return sorted(_recoded(found), key=lambda one: (KINDS.index(one.change), one.agency, one.year))


def _pairs(
    before: Iterator[ReleaseEntry], after: Iterator[ReleaseEntry]
) -> Iterator[tuple[ReleaseEntry | None, ReleaseEntry | None]]:
    was, now = next(before, None), next(after, None)
    while was is not None or now is not None:
        if now is None or (was is not None and was[:2] < now[:2]):
            yield was, None
            was = next(before, None)
        elif was is None or now[:2] < was[:2]:
            yield None, now
            now = next(after, None)
        else:
            yield was, now
            was, now = next(before, None), next(after, None)


def _recoded(found: Sequence[ReleaseChange]) -> Iterator[ReleaseChange]:
    """Merges two changes into one if a document moved from one agency code to another."""
    gone: dict[tuple[str | None, int], ReleaseChange] = {
        (one.document_before, one.year): one for one in found if one.change == "withdrawn"
    }
    for one in found:
        key = (one.document, one.year)
        if one.change == "added" and key in gone:
            del gone[key]
            yield one._replace(change="recoded", document_before=one.document)
        elif one.change != "withdrawn":
            yield one
    yield from gone.values()


def _change(kind: str, was: ReleaseEntry | None, now: ReleaseEntry | None) -> ReleaseChange:
    known = now or was
    if known is None:
        raise ValueError("a change needs a report before or after it")
    return ReleaseChange(
        kind,
        known.agency,
        known.year,
        known.agency_name,
        was.document if was else None,
        now.document if now else None,
        known.url,
    )


def page(release: str, before: str | None, changes: Sequence[ReleaseChange], reports: int) -> str:
    """CHANGES.md: counts, and the changes with names."""
    counts = Counter(one.change for one in changes)
    against = (
        f"与 {before} 相比 · compared with {before}"
        if before
        else "第一次发布，没有可比的 · the first release, nothing to compare with"
    )
    lines = [
        f"# {release}",
        "",
        f"{reports} 份现行报告 · current reports; {against}",
        "",
        "| | 份数 reports |",
        "|---|---|",
        *(f"| {zh} · {en} | {counts[kind]} |" for kind, (zh, en) in HEADINGS.items()),
        "",
    ]
    for kind, (zh, en) in HEADINGS.items():
        named = [one for one in changes if one.change == kind] if before else []
        if named:
            lines += [f"## {zh} · {en}", "", *(f"- {_line(one)}" for one in named[:LISTED])]
            if len(named) > LISTED:
                lines.append(f"- … {len(named) - LISTED} 份见 csv/changes.csv · more in csv/changes.csv")
            lines.append("")
    return "\n".join(lines)


def _line(one: ReleaseChange) -> str:
    name = " ".join((one.agency_name or one.agency).split()).replace("<", "&lt;").replace("[", "\\[")
    versions = " → ".join(f"`{document[:12]}`" for document in (one.document_before, one.document) if document)
    return f"{name} {one.year}: {versions}"
