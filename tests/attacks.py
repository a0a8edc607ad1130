"""The attacks beside the project (../shared/attacks), acted out in place with the real command: what was said, and what is left."""

import os
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ATTACKS = Path(__file__).parents[2] / "shared" / "attacks"
NEEDED = pytest.mark.skipif(
    not ATTACKS.is_dir() and os.environ.get("CI") != "true",
    reason="the attacks (../shared/attacks) are not on this machine",
)
GOUJI = Path(sys.executable).with_name("gouji")
PLAY = "import sys, pathlib, scenes; scenes.GOUJI, scenes.DIR = sys.argv[1], pathlib.Path(sys.argv[2]); scenes.SCENES[sys.argv[3]](int(sys.argv[4]))"
COMMAND = re.compile(
    r"\$ gouji (?P<line>.*)\n  exit (?P<status>-?\d+)(?P<ended>, ended after \d+ s)?, (?P<seconds>[\d.]+) s: (?P<said>.*)"
)
FAULT = ("自身的错误", "a fault of gouji itself", "Traceback")


@dataclass(frozen=True)
class Command:
    """One command of a scene, and the last two lines that it said."""

    line: str
    status: int
    seconds: float
    said: str
    stopped: bool


@dataclass(frozen=True)
class Scene:
    """A scene that was acted out: what it printed, its commands, its folder, the processor time of everybody in it."""

    out: str
    folder: Path
    seconds: float

    @property
    def commands(self) -> list[Command]:
        return [
            Command(found["line"], int(found["status"]), float(found["seconds"]), found["said"], bool(found["ended"]))
            for found in COMMAND.finditer(self.out)
        ]

    @property
    def data(self) -> Path:
        return self.folder / "data"


def play(name: str, folder: Path, size: int = 0, *, within: float = 240) -> Scene:
    """Acts out one scene; no command may end in an error of our own or be ended for its time."""
    folder.mkdir(parents=True, exist_ok=True)
    before = spent()
    done = subprocess.run(
        # No bytecode beside the scenes; that of the house is kept, or each command would compile it anew.
        [sys.executable, "-B", "-c", PLAY, str(GOUJI), str(folder), name, str(size)],
        cwd=ATTACKS,
        capture_output=True,
        timeout=within,
        check=False,
    )
    scene = Scene(done.stdout.decode("utf-8", "replace"), folder, spent() - before)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert not any(words in scene.out for words in FAULT), scene.out
    assert not any(command.stopped for command in scene.commands), scene.out
    return scene


def spent() -> float:
    """The processor time of all processes that have ended under this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
