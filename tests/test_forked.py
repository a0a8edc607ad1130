"""What is forked is a process like any other: its own arguments, surroundings, streams, loop and end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.forked import LOADED, READING, ROOT, begun, forked

PROBE = """
import os, sys, warnings
sys.stdin.read()
if sys.argv[1] == "warn":
    warnings.warn("a warning is an error here")
if sys.argv[1] == "wait":
    import time
    time.sleep(60)
print(os.getpid(), os.getcwd(), os.environ.get("PROBE"), "twisted.internet.reactor" in sys.modules, __name__)
sys.stderr.write("说\\n")
sys.exit(int(sys.argv[2]))
"""


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    (tmp_path / "crawler_probe.py").write_text(PROBE, encoding="utf-8")
    return tmp_path


def said(folder: Path, *arguments: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
    return forked("crawler_probe", *arguments, folder=folder, timeout=timeout)


def test_each_is_a_process_of_its_own_that_ends_as_it_says(probe: Path) -> None:
    first, second = said(probe, "say", "3"), said(probe, "say", "0")
    assert (first.returncode, second.returncode) == (3, 0)
    one, two = first.stdout.split(), second.stdout.split()
    assert one[1:] == two[1:] == [str(probe), "None", "False", "__main__"]
    assert len({one[0], two[0], str(os.getpid())}) == 3
    assert first.stderr == "说\n"


def test_in_other_surroundings_it_is_begun_anew(probe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(probe, "say", "0")
    monkeypatch.setenv("PROBE", "甲")
    monkeypatch.setenv("PYTHONPATH", str(probe / "mine"))
    (probe / "mine").mkdir()
    (probe / "mine" / "sitecustomize.py").write_text("print('begun')\n", encoding="utf-8")
    done = said(probe, "say", "0")
    assert (done.returncode, done.stdout.split()[0], done.stdout.split()[3]) == (0, "begun", "甲")
    assert said(probe, "warn", "0").returncode == 1


def test_a_warning_is_an_error_and_who_takes_too_long_is_ended(probe: Path) -> None:
    warned = said(probe, "warn", "0")
    assert (warned.returncode, "UserWarning" in warned.stderr) == (1, True)
    with pytest.raises(subprocess.TimeoutExpired):
        said(probe, "wait", "0", timeout=0.3)
    assert said(probe, "say", "0").returncode == 0


def test_what_a_command_says_is_what_it_says_when_it_is_started(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    for arguments in (["--data", str(data.root), "--portal", "没有"], ["--now", "2026-02-01"], ["--help"]):
        started = subprocess.run(
            [sys.executable, "-W", "error", "-m", "crawler", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        done = forked("crawler", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (started.returncode, started.stdout, started.stderr)


def test_one_that_is_killed_is_dead(probe: Path) -> None:
    with Path(os.devnull).open("wb") as nowhere:
        streams = {"out": nowhere.fileno(), "err": nowhere.fileno()}
        with begun("crawler_probe", "wait", "0", folder=probe, **streams) as process:
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == process.poll() == -signal.SIGKILL
        with begun("crawler_probe", "wait", "0", folder=probe, **streams) as left:
            pass
    assert left.returncode == -signal.SIGKILL


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for threads in /proc")
def test_what_is_loaded_before_the_fork_begins_no_thread() -> None:
    """A lock that a thread holds at that moment would be held for ever in what is forked."""
    program = f"import os, {', '.join((*LOADED, *READING))}; print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
