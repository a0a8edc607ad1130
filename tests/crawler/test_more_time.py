"""Work that says in time that it needs longer is waited for; what does not say so, or says it without end, is not."""

import time

import pytest

from crawler.ground import workers
from crawler.ground.contained import Failed
from crawler.ground.workers import Workers, more_time


def slow(pages: int, each: float, asked: float) -> int:
    for _ in range(pages):
        more_time(asked)
        time.sleep(each)
    return pages


def test_each_page_is_given_its_time() -> None:
    with Workers(1, seconds=1.0) as pool:
        assert pool.submit(slow, 4, 0.5, 20.0).outcome() == 4


def test_a_page_that_takes_longer_than_it_said_is_ended() -> None:
    with Workers(1, seconds=0.5) as pool:
        assert pool.submit(slow, 1, 30.0, 0.5).outcome() == Failed("too_slow")


def test_what_is_granted_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_MORE", 0.5)
    with Workers(1, seconds=0.5) as pool:
        assert pool.submit(slow, 30, 1.0, 1000.0).outcome() == Failed("too_slow")


def test_outside_of_a_worker_asking_does_nothing() -> None:
    assert slow(2, 0.0, 5.0) == 2
