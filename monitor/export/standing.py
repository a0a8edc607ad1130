"""What is in the folder of an earlier export: our unchanged files, our changed files, and other people's files."""

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler.ground.errors import UsageError
from crawler.ground.writing import Mark, mark, sum_of

SUMS, PACKAGE = "SHA256SUMS", "datapackage.json"
# The files of an export that its package does not name.
WHOLE = frozenset({PACKAGE, "codebook.md", "rules.json", "CHANGES.md", "csv/changes.csv", "csv/manifest.csv"})
MOST_OTHERS = 10_000  # other people's files that are kept from one export to the next
NAMED = 5


@dataclass(slots=True)
class FolderStanding:
    """The entries of a folder, by relative path. `special`: entries that can be neither kept nor replaced."""

    ours: dict[str, Mark] = field(default_factory=dict)
    changed: dict[str, Mark] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)


def survey(folder: Path, known: Mapping[str, Mark] | None = None) -> FolderStanding:
    """Examines the folder. A file is ours if its sum is in the folder's own list, unless `known`
    says which were ours when they were last read.
    """
    found, sums = FolderStanding(), _sums(folder)
    for path, status in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if stat.S_ISDIR(status.st_mode):
            found.folders.append(name)
        elif stat.S_ISLNK(status.st_mode):
            (found.special if name in sums else found.links).append(name)
        elif not stat.S_ISREG(status.st_mode):
            found.special.append(name)
        elif name not in sums and not (name == SUMS and sums):
            found.others.append(name)
        else:
            same = mark(status) == known.get(name) if known is not None else name == SUMS or sum_of(path) == sums[name]
            (found.ours if same else found.changed)[name] = mark(status)
    return found


def insist(target: Path, found: FolderStanding, *, force: bool) -> None:
    """UsageError if there is something that must not be replaced and cannot be kept."""
    if found.special:
        raise UsageError(
            f"{target} holds what is no file of ours: {_named(found.special)} (a link in place of a file, "
            "a device, a pipe); take it away or name another folder",
            f"{target} 里有不是 gouji 文件的东西：{_named(found.special)}（顶替文件的链接、设备、管道）；"
            "请移走，或另写一个文件夹",
        )
    if found.changed and not force:
        raise UsageError(
            f"in {target} these were changed since gouji wrote them: {_named(found.changed)}; nothing was "
            "replaced. Move them away, name another folder, or --force",
            f"{target} 里这些文件在 gouji 写出之后改过：{_named(found.changed)}；没有替换任何文件。"
            "请移走它们、另写一个文件夹，或加 --force",
        )
    if len(found.others) + len(found.links) > MOST_OTHERS:
        raise UsageError(
            f"{target} holds {len(found.others) + len(found.links)} other files: too many to keep them "
            "in their places; name another folder",
            f"{target} 里另有 {len(found.others) + len(found.links)} 个别的文件，太多了；请另写一个文件夹",
        )


def carry(target: Path, new: Path, found: FolderStanding, *, force: bool) -> dict[str, Mark]:
    """Puts files that are not ours into the new folder, too (the same files, no copies). Returns what is to be removed
    with the old folder.

    UsageError if a new file has the name of one that is not ours; with `force` it replaces a regular file.
    """
    going = dict(found.ours)
    for name in (*found.others, *found.links, *found.changed):
        place = new / name
        if not os.path.lexists(place):
            for folder in reversed(Path(name).parents):
                (new / folder).mkdir(exist_ok=True)
            os.link(target / name, place, follow_symlinks=False)
        elif force and name not in found.links and not place.is_dir():
            going[name] = mark((target / name).lstat())
        else:
            raise UsageError(
                f"{target / name} is not gouji's, and the export has a file of this name; nothing was "
                "replaced. Move it away or name another folder",
                f"{target / name} 不是 gouji 写的，而导出要写同名的文件；没有替换任何文件。请移走它，或另写一个文件夹",
            )
    for name in found.folders:
        if not any(other.startswith(f"{name}/") for other in going) and not (new / name).exists():
            (new / name).mkdir(parents=True)
        if (new / name).is_dir():
            shutil.copystat(target / name, new / name)
    return going


def discard(old: Path, new: Path, going: Mapping[str, Mark]) -> None:
    """Removes the old folder after the swap: the files in `going`, and the names of files that are also in the new one.

    A file that was added to the old one at the last moment is moved to the new one, or stays.
    """
    folders = [old]
    for path, status in _walk(old):
        name = path.relative_to(old)
        if stat.S_ISDIR(status.st_mode):
            folders.append(path)
        elif going.get(name.as_posix()) == mark(status) or _same(status, new / name):
            path.unlink()
        elif not os.path.lexists(new / name) and new.is_dir():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            path.rename(new / name)
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):
            folder.rmdir()


def _same(status: os.stat_result, other: Path) -> bool:
    try:
        return os.path.samestat(status, other.lstat())
    except OSError:
        return False


def _sums(folder: Path) -> Mapping[str, str]:
    """The sums of the files that an export wrote; a list remade by somebody else may name files that are not ours."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        listed = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["resources"]
        ours = {*WHOLE, *(one["path"] for one in listed)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: sum_ for sum_, _, name in (line.partition("  ") for line in lines) if name in ours}


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything below the folder; links are not followed."""
    with os.scandir(folder) as entries:
        found = sorted((Path(entry.path), entry.stat(follow_symlinks=False)) for entry in entries)
    for path, status in found:
        yield path, status
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(path)


def _named(names: Collection[str]) -> str:
    listed: Sequence[str] = sorted(names)
    return ", ".join(listed[:NAMED]) + (f" … ({len(listed)})" if len(listed) > NAMED else "")
