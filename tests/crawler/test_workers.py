"""What one piece of work does to its worker costs that piece alone."""

import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from crawler.ground.contained import Failed
from crawler.ground.workers import GIVEN_UP, MEBIBYTE, Pending, Workers


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
        bad: list[Pending[object]] = [
            workers.submit(hang, "a" * 60 + "b"),
            workers.submit(die, 3),
            workers.submit(devour, 2 << 30),
            workers.submit(stumble, "why"),
        ]
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


def children() -> list[int]:
    """Our own workers, the processes that wait for work and those that are at it."""
    return [child.pid for child in multiprocessing.active_children() if child.pid]


def kill_one(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
        return True
    return False


def test_what_is_given_up_is_ended_at_once_also_within_native_code() -> None:
    began = time.monotonic()
    with Workers(1, seconds=600) as workers:
        assert workers.submit(double, 1).outcome() == 2
        under_way, behind = workers.submit(hang, "a" * 60 + "b"), workers.submit(double, 2)
        while not under_way.future.running():
            time.sleep(0.01)
        assert not under_way.done(0.01)
        assert under_way.future.cancel()
        assert under_way.outcome() == GIVEN_UP
        assert behind.outcome() == 4
        workers.submit(hang, "a" * 60 + "b")
    assert time.monotonic() - began < 60
    assert children() == []


def test_a_worker_that_is_killed_while_it_waits_costs_nothing() -> None:
    with Workers(1, seconds=30) as workers:
        for number in range(3):
            assert workers.submit(double, number).outcome() == number * 2
            for child in children():
                kill_one(child)


def test_there_are_no_more_workers_than_pieces() -> None:
    with Workers(8, seconds=30) as workers:
        assert workers.submit(double, 1).outcome() == 2
        assert workers.submit(double, 2).outcome() == 4
        assert len(children()) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_each_piece_is_done_or_named(seed: int) -> None:
    """Also in the middle of taking a piece or of telling what came of it: a large answer, so that it often is."""
    chance, over, kills = random.Random(seed), threading.Event(), 0

    def kill() -> None:
        nonlocal kills
        while not over.wait(chance.random() * 0.2):
            for child in chance.sample(found := children(), min(1, len(found))):
                kills += kill_one(child)

    with Workers(2, seconds=30) as workers:
        pieces = [workers.submit(large, number) for number in range(150)]
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            ends = [piece.outcome() for piece in pieces]
        finally:
            over.set()
            killer.join()
    assert kills
    for number, end in enumerate(ends):
        assert end.cause in ("killed", "unavailable") if isinstance(end, Failed) else end == large(number)
    assert sum(isinstance(end, Failed) and end.cause == "killed" for end in ends) <= kills


def large(number: int) -> bytes:
    return number.to_bytes(4, "big") * 500_000


def test_where_each_worker_is_killed_as_it_comes_nothing_is_blamed() -> None:
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.005):
            for child in children():
                kill_one(child)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with Workers(2, seconds=30) as workers:
            ends = [piece.outcome() for piece in [workers.submit(double, number) for number in range(500)]]
    finally:
        over.set()
        killer.join()
    assert {end.cause for end in ends if isinstance(end, Failed)} == {"unavailable"}
    assert not [end for end in ends if not isinstance(end, Failed)]


def test_what_cannot_be_handed_over_is_its_own_failure() -> None:
    with Workers(1, seconds=30) as workers:
        ends = [workers.submit(give_lambda).outcome(), workers.submit(double, 4).outcome()]
    assert isinstance(ends[0], Failed)
    assert (ends[0].cause, ends[1]) == ("error", 8)


def give_lambda() -> object:
    return lambda: None


ORPHANS = """
import os, signal, sys, time
sys.path.insert(0, {root!r})
from crawler.ground.workers import Workers
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


def note(path: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("x")


def test_work_that_gives_nothing_is_done_once(tmp_path: Path) -> None:
    with Workers(1, seconds=30) as workers:
        assert workers.submit(note, str(tmp_path / "done")).outcome() is None
    assert (tmp_path / "done").read_text(encoding="utf-8") == "x"


UNCLOSED = """
import sys
sys.path.insert(0, {root!r})
from crawler.ground.workers import Workers
from tests.crawler.test_workers import own_number
if __name__ == "__main__":
    print(Workers(1, seconds=60).submit(own_number).outcome())
"""


def test_workers_that_nobody_closed_end_with_their_process(tmp_path: Path) -> None:
    script = tmp_path / "unclosed.py"
    script.write_text(UNCLOSED.format(root=str(Path(__file__).resolve().parents[2])), encoding="utf-8")
    subprocess.run([sys.executable, str(script)], capture_output=True, check=True, timeout=30)


LARGE_MAIN = """
import mmap
from crawler.ground.workers import MEBIBYTE, Workers

RESERVED = mmap.mmap(-1, 1024 * MEBIBYTE)

def take(size: int) -> int:
    return len(bytearray(size))

if __name__ == "__main__":
    with Workers(1, seconds=30, memory=512 * MEBIBYTE) as workers:
        print([workers.submit(take, size * MEBIBYTE).outcome() for size in (256, 1024)])
"""


def test_what_the_main_module_maps_is_not_taken_from_the_memory_of_a_worker(tmp_path: Path) -> None:
    script = tmp_path / "large.py"
    script.write_text(LARGE_MAIN, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == f"[{256 * MEBIBYTE}, Failed(cause='out_of_memory', detail='')]\n"
