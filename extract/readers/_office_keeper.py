"""The keeper of a LibreOffice: a process of its own that starts it once, has it convert files, and ends it.

It is run as a program, by the path of this file, and imports nothing of ours. A line on standard input gives the
seconds that it may take, what is to come of it and the name of a file of the folder `in`; a line on standard output
says how it went. When standard input ends, as it does when whoever asked was killed, the programs are killed by their
groups and the folder is removed.
"""

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

OK, FAILED, SLOW = "ok", "failed", "slow"
FILTERS = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export"}
MEMORY = 4096 * 1024 * 1024  # bytes of address space: it maps its libraries, and a reader's own bound is too small
LARGEST = 256 * 1024 * 1024  # bytes of a file that it writes
MOST = 200  # documents after which it is started anew, for it gathers what it does not give back
OPENED = 10.0  # seconds in which the document that keeps it alive is surely open
LOOK = 0.02  # seconds between two looks
SHORT = 512  # bytes of a request
PIPES = "/tmp"  # noqa: S108 - where LibreOffice itself puts its socket, whatever TMPDIR says
# No macros, nothing from the network, no links brought up to date, nothing of its own kept.
SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    ("/org.openoffice.Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
NOWHERE = "http://127.0.0.1:9"


class Ended(Exception):  # noqa: N818 - no error
    """Nobody is there any more who asks."""


class Office:
    """One LibreOffice with a profile of its own. An open document keeps it alive; a second start hands over to it."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.profile = (folder / "profile").as_uri()
        self.running: subprocess.Popen[bytes] | None = None
        self.done = 0
        for name in ("in", "out", "profile/user", "home"):
            (folder / name).mkdir(parents=True)
        (folder / "keep.txt").write_text("-")
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_settings())

    def convert(self, name: str, wanted: str, seconds: float) -> str:
        """Has it write out/<stem>.<wanted> for in/<name>."""
        end = time.monotonic() + seconds
        if self.running is None or self.running.poll() is not None or self.done >= MOST:
            self.kill()
            if not self._start(end):
                self.kill()
                return SLOW if time.monotonic() >= end else FAILED
        self.done += 1
        source = self.folder / "in" / name
        asked = self._begin(["--convert-to", FILTERS[wanted], "--outdir", str(self.folder / "out"), str(source)])
        whole = False
        try:
            whole = _ends(asked, end)
        finally:
            _kill(asked)
            if not whole:
                self.kill()
        written = self.folder / "out" / f"{source.stem}.{wanted}"
        return SLOW if not whole else OK if written.exists() else FAILED

    def kill(self) -> None:
        """Ends it at once, with all that it started, and takes away the socket that it leaves."""
        if self.running is not None:
            _kill(self.running)
        self.running, self.done = None, 0
        with suppress(OSError):
            self._socket().unlink()

    def _start(self, end: float) -> bool:
        lock = self.folder / ".~lock.keep.txt#"
        lock.unlink(missing_ok=True)
        self.running = self._begin([str(self.folder / "keep.txt")])
        settled = 0.0  # since when there is a socket: where no lock is ever made, the document is open some time after
        while not lock.exists():
            now = time.monotonic()
            settled = settled or (now if self._socket().exists() else 0.0)
            if self.running.poll() is not None or now >= end:
                return False
            if settled and now >= settled + OPENED:
                break
            _pause()
        return True

    def _begin(self, asks: Sequence[str]) -> "subprocess.Popen[bytes]":
        home = str(self.folder / "home")
        quiet = ["--headless", "--norestore", "--nologo"]
        return subprocess.Popen(  # noqa: S603 - the program that the user installed, with files of ours
            [self.program, f"-env:UserInstallation={self.profile}", *quiet, *asks],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            process_group=0,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": home,
                "TMPDIR": home,
                "LANG": "C.UTF-8",
                "SAL_USE_VCLPLUGIN": "svp",
                **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), NOWHERE),
            },
        )

    def _socket(self) -> Path:
        digest = hashlib.md5(self.profile.encode("utf-16-le"), usedforsecurity=False).digest()
        name = "".join(f"{byte:x}" for byte in digest)
        return Path(PIPES, f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}")


def _settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def _ends(program: "subprocess.Popen[bytes]", end: float) -> bool:
    """Whether a program ends in time."""
    while program.poll() is None:
        if time.monotonic() >= end:
            return False
        _pause()
    return True


def _pause() -> None:
    """Waits a moment. Whoever asks says nothing meanwhile: what there is to read is the end."""
    if select.select([0], [], [], LOOK)[0]:
        raise Ended


def _kill(program: "subprocess.Popen[bytes]") -> None:
    with suppress(OSError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def main(program: str, folder: Path) -> None:
    """Answers until standard input ends."""
    import resource  # not on every system, and this module is looked at on all

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most < 0 else min(MEMORY, most), most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    office: Office | None = None
    try:
        office = Office(program, folder)
        while request := os.read(0, SHORT):
            seconds, wanted, name = request.decode().strip().split(" ", 2)
            os.write(1, f"{office.convert(name, wanted, float(seconds))}\n".encode())
    except (Ended, BrokenPipeError):
        pass
    finally:
        if office is not None:
            office.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
