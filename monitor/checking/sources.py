"""What people give to be judged: files, folders, ZIP archives, standard input → the single files to read, in order."""

import io
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from crawler.files.intake import DEEP, DEPTH, LITTER
from crawler.files.unpack import Budget, Cause, UnpackError, kind_of, member_name, members, open_zip
from crawler.ground.errors import UsageError
from crawler.pages.picture_names import is_saved_with, saved_folders
from crawler.pages.sniff import ZIP, media_type
from extract.model import Problem
from extract.reading import LARGEST

STDIN = Path("-")
UNPACKED = 300 << 20  # bytes of one archive, archives inside it included: they wait in memory
CODES: dict[Cause, str] = {"encrypted": "encrypted", "too_large": "too_large", "damaged": "damaged_file"}
BEGINS = (b"PK\x03\x04", b"PK\x05\x06")


class Source(NamedTuple):
    """One file: its name as it is told; its bytes where it lies in no folder, or why there are none."""

    path: Path
    body: bytes | None = None
    problem: Problem | None = None


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files at these paths, and all files below folders; no links below a folder, no pipes or devices anywhere.

    The folder that a browser saved with a page belongs to the page.
    """
    found: list[Path] = []
    for path in paths:
        if path == STDIN:
            found.append(path)
            continue
        try:
            mode = path.stat().st_mode
        except FileNotFoundError as error:
            raise UsageError(f"there is no file or folder {path}", f"没有文件或文件夹 {path}") from error
        if stat.S_ISDIR(mode):
            found.extend(_below(path))
        elif stat.S_ISREG(mode):
            found.append(path)
        else:
            raise UsageError(f"{path} is no regular file", f"{path} 不是普通文件")
    if not found:
        raise UsageError(
            f"there is no file in {', '.join(map(str, paths))}", f"{'、'.join(map(str, paths))} 里没有文件"
        )
    return list(dict.fromkeys(found))


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=_raise):
        pages = saved_folders(names)
        folders[:] = sorted(name for name in folders if not is_saved_with(f"{name}/", pages))
        for name in sorted(names):
            path = Path(place, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def _raise(error: OSError) -> None:
    raise error


def sources_of(name: str, body: bytes) -> Iterator[Source]:
    """A file that lies in no folder, under the name that somebody gave it: itself or, of an archive, its members."""
    path = Path(name.replace("\\", "/").rpartition("/")[2] or "-")
    if len(body) > LARGEST:
        yield Source(path, problem=Problem("too_large", f"输入大于 {LARGEST // 1024**2} MB，未读取"))
    elif body.startswith(BEGINS):
        yield from _opened(path, io.BytesIO(body)) or (Source(path, body),)
    else:
        yield Source(path, body)


def sources(paths: Iterable[Path], stdin: IO[bytes]) -> Iterator[Source]:
    """The files one by one: `-` by the bytes of `stdin`, archives by their members, within bounds."""
    for path in paths:
        if path == STDIN:
            yield from sources_of(str(path), stdin.read(LARGEST + 1))
            continue
        try:
            with path.open("rb") as file:
                inside = _opened(path, file) if file.read(4) in BEGINS else ()
        except OSError:
            inside = ()  # whoever reads it says why it cannot be
        yield from inside or (Source(path),)


def _opened(path: Path, file: IO[bytes]) -> list[Source]:
    """What is in an archive; nothing where it is a document that happens to be a ZIP, or cannot be opened."""
    try:
        with open_zip(file) as package:
            if kind_of(package) != ZIP:
                return []
            return list(_members(path, file, 1, Budget(UNPACKED)))
    except UnpackError:
        return []  # read as a file, it gets its problem


def _members(path: Path, file: IO[bytes], depth: int, budget: Budget) -> Iterator[Source]:
    pages: list[tuple[Path, str, bytes]] = []
    saved: list[tuple[str, bytes]] = []
    with open_zip(file) as package:
        names = [member_name(one) for one in package.infolist()]
        folders = saved_folders(names)
        for member in members(package, LARGEST, budget):
            parts = [part for part in member.name.split("/") if part not in ("", ".", "..")]
            if any(map(LITTER.match, parts)):
                continue
            place = Path(f"{path}!") / "/".join(parts)
            if member.body is None:
                if member.cause in CODES and member.reason:
                    yield Source(
                        place, problem=Problem(CODES[member.cause], f"压缩包里的文件没有解开：{member.reason[1]}")
                    )
            elif is_saved_with(member.name, folders):
                saved.append((member.name, member.body))
            elif _has_folder(member.name, names):
                pages.append((place, member.name, member.body))
            elif media_type(member.body, member.name) != ZIP:
                yield Source(place, member.body)
            elif depth < DEPTH:
                try:
                    yield from _members(place, io.BytesIO(member.body), depth + 1, budget)
                except UnpackError as error:
                    yield Source(place, problem=Problem("damaged_file", f"压缩包打不开：{error.reason[1]}"))
            else:
                yield Source(place, problem=Problem("too_deep", DEEP[1]))
    for place, name, body in pages:
        yield Source(place, _packed(name, body, saved))


def _has_folder(page: str, names: Iterable[str]) -> bool:
    folders = saved_folders([page])
    return bool(folders) and any(is_saved_with(name, folders) for name in names)


def _packed(page: str, body: bytes, saved: Iterable[tuple[str, bytes]]) -> bytes:
    """A page and what lies in the folder that was saved with it, as one file again."""
    folders = saved_folders([page])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(zipfile.ZipInfo(page), body)
        for name, inside in saved:
            if is_saved_with(name, folders):
                package.writestr(zipfile.ZipInfo(name), inside)
    return target.getvalue()
