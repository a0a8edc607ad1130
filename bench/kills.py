"""Kills commands at random moments and fills disks under them; counts what is lost or doubled.

    python -m bench.kills [KILLS [FULL_DISKS [SEED]]]

Each run works on a copy of a small data directory. Right after the kill, the state must be that of before or that of
after, never something in between; then the command is run to its end, and its result must be the same as
if nothing had happened. A full disk is a file system of its own of a few MB (tmpfs, as root; without root a limit on
the size of files replaces it, and the output says so).
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from bench._kills import FAULT, ROOT, Command, Damage, Rows, between, compare, prepare, rows, run
from monitor.demo.servers import Mailbox, serve_mail

KILLS, DISKS = 60, 24
PATIENCE = 5
ENDS = (0, 1, 2, 3)  # any other status means that gouji did not end in an orderly way


@dataclass
class Tally:
    """What was done, and with what result; `notes` name each loss."""

    runs: int = 0
    kills: int = 0
    disks: int = 0
    full: int = 0
    damage: Damage = field(default_factory=Damage)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, damage: Damage) -> None:
        self.damage += damage
        if damage != Damage():
            self.notes.append(f"{what}: {damage}")


@dataclass(frozen=True, slots=True)
class Course:
    """An undisturbed command: the state before and after it, how long it took, and its last line."""

    command: Command
    before: Rows
    after: Rows
    seconds: float
    last: str


class Trial:
    """Runs of a command on copies of its directory, disturbed and then undisturbed."""

    def __init__(self, folder: Path, mailbox: Mailbox, dice: random.Random, tally: Tally) -> None:
        self.folder, self.mailbox, self.dice, self.tally = folder, mailbox, dice, tally

    def course(self, command: Command) -> Course:
        place = self._copy(command, self.folder / "place")
        before = rows(place, command.name)
        begun = time.monotonic()
        said = run(command.line(place)).stdout
        seconds = time.monotonic() - begun
        return Course(command, before, self._after(place, command.name), seconds, _last(said))

    def kill(self, course: Course) -> None:
        """Ends the command with SIGKILL at a random moment, with all its processes."""
        place = self._copy(course.command, self.folder / "place")
        moment = self.dice.uniform(0.3, 0.9) * course.seconds
        with subprocess.Popen(
            course.command.line(place),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process:
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                self.tally.kills += 1
            said = (process.stdout.read() if process.stdout else b"").decode()
        self._judge(
            f"{course.command.name}, killed after {moment:.2f} s", course, place, done=_last(said) == course.last
        )

    def fill(self, course: Course) -> None:
        """Runs the command on a disk that becomes full meanwhile, and again where there is room."""
        with _disk(self.folder, course.command.base, self.dice) as disk:
            place = self._copy(course.command, disk.path / "place")
            ended = subprocess.run(
                course.command.line(place),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                preexec_fn=disk.bound,
            )
            what = f"{course.command.name}, {disk.kind}"
            assert ended.returncode in ENDS, f"{what} ended with {ended.returncode}: {ended.stdout}"
            assert not FAULT.search(ended.stdout), f"{what}: {ended.stdout}"
            self.tally.disks += 1
            self.tally.full += ended.returncode == 3
            disk.enlarge()
            self._judge(what, course, place, done=ended.returncode == 0)

    def _judge(self, what: str, course: Course, place: Path, *, done: bool) -> None:
        self.tally.runs += 1
        name = course.command.name
        found = rows(place, name)
        if done and name != "alert":
            self.tally.add(f"{what}, which had said that it was done", compare(found, course.after))
        self.tally.add(f"{what}, at once", between(name, found, course.before, course.after))
        run(course.command.line(place))
        self.tally.add(f"{what}, in the end", compare(self._after(place, name), course.after))

    def _after(self, place: Path, name: str) -> Rows:
        """The state after a finished command, including what the mail server received."""
        found = rows(place, name)
        if name == "alert":
            found += Counter(
                {
                    ("mail", *key): 1
                    for key in {
                        (str(letter["To"]), str(letter["Message-ID"]))
                        for letter in map(message_from_bytes, self.mailbox.messages)
                    }
                }
            )
        left = [path for path in place.rglob(".*") if path.name.startswith((".gouji-", ".out."))]
        return found + Counter({("left behind", path.name): 1 for path in left})

    def _copy(self, command: Command, place: Path) -> Path:
        self.mailbox.messages.clear()
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(command.base, place, symlinks=True)
        return place


def _last(said: str) -> str:
    """The last line of what a command printed: with it, it says that it is done."""
    return said.strip().rpartition("\n")[2]


@dataclass
class Disk:
    """A disk that becomes full: a file system of its own, or a limit on the size of each file (`most` bytes)."""

    path: Path
    kind: str
    mounted: bool
    most: int = 0

    def bound(self) -> None:
        if not self.mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most, self.most))

    def enlarge(self) -> None:
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.path)], check=True)


@contextmanager
def _disk(folder: Path, base: Path, dice: random.Random) -> Iterator[Disk]:
    used = sum(-(-path.stat().st_size // 4096) * 4096 for path in base.rglob("*") if path.is_file())
    path = folder / "disk"
    path.mkdir(exist_ok=True)
    size = used + dice.randrange(8192, 300_000, 4096)
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], check=False, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )
    try:
        if mounted:
            yield Disk(path, f"full disk of {size // 1024} KB", mounted=True)
        else:
            most = dice.randrange(4096, 400_000, 4096)
            yield Disk(path, f"no mount here: files of no more than {most // 1024} KB", mounted=False, most=most)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(path)], check=True)


def disturb(kills: int, disks: int, seed: int) -> Tally:
    """Runs this many kills and full disks, the commands taking turns."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="kills-") as name, _mail() as (mailbox, port):
        folder = Path(name)
        trial = Trial(folder, mailbox, random.Random(seed), tally)
        courses = [trial.course(command) for command in prepare(folder, port)]
        for number in range(kills):
            done, tried = tally.kills, 0
            while tally.kills == done and tried < PATIENCE:  # a command may have ended before it was to be killed
                trial.kill(courses[number % len(courses)])
                tried += 1
        for number in range(disks):
            trial.fill(courses[(number + kills) % len(courses)])
    return tally


@contextmanager
def _mail() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    with serve_mail(mailbox) as port:
        yield mailbox, port


def main(arguments: Sequence[str]) -> int:
    kills, disks, seed = [int(one) for one in (*arguments, *("", "", "")[len(arguments) :]) if one] + [KILLS, DISKS, 1][
        len(arguments) :
    ]
    tally = disturb(kills, disks, seed)
    print(
        f"runs {tally.runs}   kills {tally.kills}   full disks {tally.full} of {tally.disks}   "
        f"lost {tally.damage.lost}   doubled {tally.damage.doubled}   (seed {seed})"
    )
    for note in tally.notes:
        print(f"  {note}")
    return 1 if tally.notes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
