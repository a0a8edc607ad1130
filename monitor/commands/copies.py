"""Copies of archived originals beside a file for people: named after the body, with the ending a viewer needs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from crawler.ground.archive import Archive, ArchiveError
from crawler.ground.errors import GoujiError, reason
from crawler.ground.writing import Sums, sum_of, write
from monitor.asking.original import ending

LONGEST_NAME = 40  # characters of a body's name in the name of a file
OF_HASH = 8
AT_ONCE = 50  # copies in memory


class Wanted(NamedTuple):
    """A document of the archive, and what its copy is named after."""

    sha256: str
    url: str
    name: str


def keep_copies(
    archive: Archive, sums: Sums, beside: Path, wanted: Iterable[Wanted], *, force: bool = False
) -> Mapping[str, str]:
    """Writes them into a folder beside a file and named like it; the path of each from there, by hash.

    What is missing in the archive or damaged has none. UsageError where something of somebody else's is in the way.
    """
    folder = beside.parent / f"{_safe(beside.stem)}-原件"
    paths: dict[str, str] = {}
    batch: dict[Path, bytes] = {}
    for one in wanted:
        if one.sha256 in paths:
            continue
        try:
            body = archive.read(one.sha256)
        except ArchiveError:
            continue
        name = f"{_safe(one.name)}-{one.sha256[:OF_HASH]}.{ending(body, one.url)}"
        paths[one.sha256] = f"{folder.name}/{name}"
        if not _there(folder / name, one.sha256):
            batch[folder / name] = body
        if len(batch) >= AT_ONCE:
            _write(folder, batch, sums, force=force)
            batch = {}
    _write(folder, batch, sums, force=force)
    return paths


def _there(path: Path, sha256: str) -> bool:
    try:
        return sum_of(path) == sha256
    except OSError:
        return False


def _write(folder: Path, batch: Mapping[Path, bytes], sums: Sums, *, force: bool) -> None:
    if not batch:
        return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GoujiError(
            f"cannot make the folder {folder}: {error.strerror}", f"建不了文件夹 {folder}：{reason(error)[1]}"
        ) from error
    write(batch, sums, force=force)


def _safe(name: str) -> str:
    return "".join(char if char.isalnum() or char in "（）()-_" else "_" for char in name)[:LONGEST_NAME] or "_"
