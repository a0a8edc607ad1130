"""What one piece of work does to its worker costs that piece alone."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.contained import Failed
from crawler.workers import MEBIBYTE, Pending, Workers


def double(number: int) -> int:
    return number * 2


def hang(text: str) -> object:
    return re.match(r"(a+)+$", text)  # within native code: no signal is seen


def die(status: int) -> int:
    os._exit(status)


def devour(size: int) -> int:
    return len(bytearray(size))


def stumble(text: str) -> int:
    raise ValueError(text)


def test_each_end_is_told_apart_and_the_others_are_done() -> None:
    with Workers(2, seconds=3, memory=512 * MEBIBYTE) as workers:
        good = [workers.submit(double, number) for number in range(3)]
        bad: list[Pending[object]] = [workers.submit(hang, "a" * 60 + "b"), workers.submit(die, 3), workers.submit(devour, 2 << 30),
               workers.submit(stumble, "why")]
        good += [workers.submit(double, number) for number in range(3, 6)]
        assert [one.outcome() for one in good] == [0, 2, 4, 6, 8, 10]
        ends = [one.outcome() for one in bad]
    causes = [end.cause if isinstance(end, Failed) else end for end in ends]
    assert causes == ["too_slow", "killed", "out_of_memory", "error"]
    assert isinstance(ends[3], Failed)
    assert ends[3].detail == "ValueError: why"


def test_where_no_worker_lives_it_is_no_fault_of_the_input() -> None:
    with Workers(1, seconds=30, prepare=_die_at_once) as workers:
        end = workers.submit(double, 1).outcome()
    assert isinstance(end, Failed)
    assert end.cause in ("unavailable", "killed")


def _die_at_once() -> None:
    os._exit(9)


ORPHANS = """
import os, signal, sys, time
sys.path.insert(0, {root!r})
from crawler.workers import Workers
from tests.crawler.test_workers import own_number, wait
if __name__ == "__main__":
    with Workers(1, seconds=60) as workers:
        print(workers.submit(own_number).outcome(), flush=True)
        workers.submit(wait, 60.0)
        os.kill(os.getpid(), signal.SIGKILL)
"""


def own_number() -> int:
    return os.getpid()


def wait(seconds: float) -> None:
    time.sleep(seconds)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_worker_does_not_outlive_its_writer(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS.format(root=str(Path(__file__).resolve().parents[2])), encoding="utf-8")
    number = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False).stdout.strip()
    assert number.isdigit()
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{number}").exists()
