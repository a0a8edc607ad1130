"""The bytes of one document → what was read: done in a worker, so that what goes wrong is this document's alone."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from crawler.ground.archive import ArchiveError, Shelf
from crawler.ground.contained import Failed
from crawler.ground.errors import reason
from extract.collector import collector_paused
from extract.model import Problem, Report
from extract.parse import parse
from extract.pictured import held_pictures, with_pictures
from extract.places import with_own_places
from extract.prose.other_paper import find_other_paper
from extract.readers import Unreadable, read
from extract.saved_page import saved_beside
from extract.second_reading import read_again

SECONDS = 60.0  # one document may take this long
LARGEST = 200 * 1024 * 1024  # bytes; nothing larger is opened
DETAIL = 200  # characters that are kept of what an exception says
WELL = "<p>示例县财政局2024年政府信息公开工作年度报告</p>"


class Apart(NamedTuple):
    """The pictures of a page that are kept apart from it: by their addresses what `load` knows them by."""

    parts: Mapping[str, str]
    load: Callable[[str], bytes]


NONE_APART = Apart({}, lambda _: b"")


def read_report(
    body: bytes,
    name: str,
    hint: str = "",
    *,
    published: bool = False,
    apart: Apart = NONE_APART,
    place: Path | None = None,
) -> Report | Problem:
    """Bytes → report; `name` is the file name or address, `hint` a title known from elsewhere; `place` the folder in
    which the file lies, where a page's pictures may lie beside it.

    What was `published` under that title may be another paper. Bounded in time and memory only where a worker calls
    it; an error of ours is raised.
    """
    try:
        with collector_paused():
            content = read(body, name)
            result = parse(content, hint)
            if content.pictures or apart.parts:
                base, parts, load = (name, *apart) if place is None else saved_beside(content, place)
                result, content = with_pictures(result, content, held_pictures(content, base, parts, load), hint)
            if isinstance(result, Report):
                result = with_own_places(read_again(result, content, hint), content)
            return (find_other_paper(result, content, body, name, hint) if published else None) or result
    except Unreadable as error:
        return error.problem


def read_archived(
    archive: Shelf, sha256: str, url: str, title: str, published: bool, parts: Mapping[str, str]
) -> Report | Problem:
    """The same for a document of the archive, with its `parts` (the pictures of a page: address → SHA-256); the
    problem `archive_damaged` where any of that is missing or altered."""
    try:
        body = archive.read(sha256)
        return read_report(body, url, title, published=published, apart=Apart(parts, archive.read))
    except ArchiveError as error:
        return Problem("archive_damaged", error.said("zh"))


def read_file(path: Path) -> tuple[str, Report | Problem]:
    """The SHA-256 of a file ("" where it was not opened) and what was read of it."""
    try:
        if path.stat().st_size > LARGEST:
            return "", Problem("too_large", f"文件大于 {LARGEST // 1024**2} MB，未读取")
        body = path.read_bytes()
    except OSError as error:
        return "", Problem("no_access", f"文件打不开：{reason(error)[1]}")
    return hashlib.sha256(body).hexdigest(), read_report(body, path.name, place=path.parent)


def read_body(body: bytes, name: str) -> tuple[str, Report | Problem]:
    """The same for bytes that come from elsewhere."""
    return hashlib.sha256(body).hexdigest(), read_report(body, name)


def is_well() -> bool:
    """Whether this machine can read a document that does no harm."""
    return isinstance(read_report(WELL.encode(), "well.html"), Report)


def harmless(detail: str) -> str:
    """What an exception says, as it may be kept and printed."""
    return "".join(char if char.isprintable() else "\ufffd" for char in detail[:DETAIL])


def unread(failed: Failed, seconds: float = SECONDS) -> Problem:
    """The problem of a document whose reading failed."""
    if failed.cause == "too_slow":
        return Problem("too_slow", f"读取超过 {seconds:g} 秒，已中止，未采用")
    if failed.cause == "out_of_memory":
        return Problem("too_large", "读取时内存不足，未采用")
    if failed.cause == "killed":
        return Problem("reader_crashed", "读取时进程终止（内存不足或文件损坏），未采用")
    if failed.cause == "error":
        return Problem("internal_error", f"读取时 gouji 自身出错，未采用：{harmless(failed.detail)}")
    return Problem("reader_unavailable", "没有进程可用来读取（系统内存不足？），这份文件还没有读")
