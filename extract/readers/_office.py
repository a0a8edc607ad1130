"""Documents of older and other text processors → DOCX, a DOCX → PDF, by a LibreOffice started once in each process.

A keeper of its own (`_office_keeper.py`) starts it, bounds it and ends it: also when this process is killed.
"""

import atexit
import os
import select
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path

from extract.readers import _office_keeper
from extract.readers._unreadable import refuse

SECONDS = 45.0  # one document may take so long, the start of LibreOffice with it: a reader itself is given a minute
GRACE = 5.0  # seconds that the keeper may take to tell that time is over
LARGEST = 128 * 1024 * 1024  # bytes of what comes of a document
PROGRAMS = ("soffice", "libreoffice")


def converter() -> str:
    """The path of LibreOffice's program; "" where there is none."""
    if os.name != "posix":
        return ""  # a keeper needs groups of processes
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


class _Keeper:
    """The process that keeps a LibreOffice for this one."""

    def __init__(self, program: str) -> None:
        self.owner = os.getpid()
        self.folder = Path(tempfile.mkdtemp(prefix="gouji-office-"))
        self.numbers = count(1)
        self.process = subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
            [sys.executable, "-I", "-S", _office_keeper.__file__, program, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )

    def usable(self) -> bool:
        """Whether it lives, and is ours: a process that was forked off may not speak to it."""
        return self.owner == os.getpid() and self.process.poll() is None

    def convert(self, body: bytes, ending: str, wanted: str, seconds: float) -> tuple[str, bytes]:
        """How it went, and what came of it (`docx` or `pdf`)."""
        stem = str(next(self.numbers))
        source, written = self.folder / "in" / f"{stem}.{ending}", self.folder / "out" / f"{stem}.{wanted}"
        try:
            self._until_there(source.parent)
            source.write_bytes(body)
            answer = self._asked(f"{seconds:g} {wanted} {source.name}\n".encode(), seconds + GRACE)
            if answer != _office_keeper.OK:
                return answer, b""
            with written.open("rb") as file:
                return answer, file.read(LARGEST)
        except (OSError, ValueError):
            return _office_keeper.FAILED, b""
        finally:
            for path in (source, written):
                with suppress(OSError):
                    path.unlink()

    def _until_there(self, folder: Path) -> None:
        """The keeper makes the folders before it does anything else."""
        for _ in range(int(GRACE / _office_keeper.LOOK)):
            if folder.is_dir() or self.process.poll() is not None:
                return
            select.select([], [], [], _office_keeper.LOOK)

    def _asked(self, request: bytes, seconds: float) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(request)
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        answer = self.process.stdout.readline().decode().strip() if ready else ""
        if not answer:
            self.end()
        return answer or _office_keeper.SLOW

    def end(self) -> None:
        """Ends it, and waits until nothing of it is left."""
        if self.owner != os.getpid():
            return
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_kept: list[_Keeper] = []


def end() -> None:
    """Ends this process's LibreOffice, if it has one."""
    while _kept:
        _kept.pop().end()


atexit.register(end)


def to_docx(body: bytes, ending: str, seconds: float = SECONDS) -> bytes:
    """The document as DOCX; `ending` says what it is. Raises Unreadable where there is no LibreOffice, or it fails."""
    program = converter()
    if not program:
        raise refuse(
            "converter_missing",
            "读这种格式要用 LibreOffice，本机没有：请安装（如 apt install libreoffice-writer）后再读。",
        )
    how, converted = _converted(program, body, ending, "docx", seconds)
    if how == _office_keeper.SLOW:
        raise refuse("too_slow", f"LibreOffice 转换这份文件超过 {seconds:g} 秒，已中止，未采用。")
    if how != _office_keeper.OK or not converted:
        raise refuse("damaged_file", "LibreOffice 打不开这份文件：已损坏或不完整，请打开后重新保存为 DOCX 或 PDF。")
    return converted


def to_pdf(body: bytes, seconds: float) -> bytes:
    """A DOCX of our own as PDF; nothing where there is no LibreOffice, it fails or takes longer."""
    program = converter()
    how, converted = _converted(program, body, "docx", "pdf", seconds) if program else ("", b"")
    return converted if how == _office_keeper.OK else b""


def _converted(program: str, body: bytes, ending: str, wanted: str, seconds: float) -> tuple[str, bytes]:
    """How it went, and what came of it; this process's LibreOffice is started where it has none."""
    if _kept and not _kept[-1].usable():
        end()
    if not _kept:
        _kept.append(_Keeper(program))
    return _kept[-1].convert(body, ending, wanted, seconds)
