"""`gouji open`: the archived original of a report, with its ending, in the system's viewer."""

import os
import stat
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.archive import open_archive
from monitor.asking.original import ending, original
from monitor.commands.options import command, json_option, session
from monitor.schema import open_database
from monitor.words.terminal import inert

LONGEST_NAME = 60  # characters of a body's name in the name of a file
READ_ONLY, OURS_ALONE = 0o400, 0o700


@command(step=165, example="gouji open 示例县财政局 2024\ngouji open 财政局 2024 --print")
@click.argument("agency")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--print", "only_print", is_flag=True, help="只打印文件的路径 · print the path only")
@json_option
def open(agency: str, year: int, only_print: bool) -> None:
    """用系统的查看器打开存档的原件（一份只读的副本，带扩展名）；没有终端或查看器时只打印路径。

    Opens the archived original (a read-only copy with its ending) in the system's viewer; without one, prints its path.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        found = original(db, body, year)
    content = open_archive(call.data).read(found.sha256)
    path = _copied(content, found.sha256, f"{body.name}{year}", ending(content, found.url))
    opened = not (only_print or call.as_json) and _has_viewer() and click.launch(str(path)) == 0
    call.emit({"path": str(path), "url": found.url, "sha256": found.sha256})
    call.say(str(path))
    if only_print:
        return
    if opened:
        call.say(
            call.text("已交给系统的查看器打开；出处：", "given to the system's viewer; published at: ")
            + inert(found.url)
        )
    else:
        call.say(
            call.text(
                "没有终端或查看器，没有打开：请自己打开上面的文件",
                "no terminal or viewer: open the file above yourself",
            )
        )


def _copied(content: bytes, sha256: str, name: str, suffix: str) -> Path:
    """A copy that nobody changes by accident, one for each document: the archive itself is never handed out."""
    safe = "".join(char if char.isalnum() or char in "（）()-_" else "_" for char in name)[:LONGEST_NAME]
    path = _folder(sha256) / f"{safe}.{suffix}"
    if path.is_symlink() or not path.is_file() or path.read_bytes() != content:
        path.unlink(missing_ok=True)
        path.write_bytes(content)
    path.chmod(READ_ONLY)
    return path


def _folder(sha256: str) -> Path:
    """A folder of ours alone, the same at every call; a new one where somebody else has taken its name."""
    folder = Path(tempfile.gettempdir()) / f"gouji-{sha256[:16]}"
    with suppress(FileExistsError):
        folder.mkdir(mode=OURS_ALONE)
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and (not hasattr(os, "getuid") or found.st_uid == os.getuid())
    if ours and (os.name == "nt" or stat.S_IMODE(found.st_mode) == OURS_ALONE):
        return folder
    return Path(tempfile.mkdtemp(prefix="gouji-"))


def _has_viewer() -> bool:
    """Whether somebody sits there, and a screen to show it on."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
