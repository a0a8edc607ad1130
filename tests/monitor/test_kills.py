"""Kills and full disks: the state is as before or as after, nothing is lost or doubled. `python -m bench.kills`: more."""

import os
from collections import Counter

import pytest

from bench._kills import Damage, between, compare
from bench.kills import disturb


@pytest.mark.parametrize("seed", [int(os.environ.get("GOUJI_SEED", "7"))])
def test_a_kill_and_a_full_disk_lose_and_double_nothing(seed: int) -> None:
    tally = disturb(8, 8, seed)
    assert tally.notes == []
    assert tally.damage == Damage(0, 0)
    assert tally.runs == 16


def test_what_is_lost_or_doubled_is_counted() -> None:
    wanted = Counter({("a", 1): 1, ("b", 2): 1})
    assert compare(wanted, wanted) == Damage()
    assert compare(Counter({("a", 1): 1}), wanted) == Damage(lost=1)
    assert compare(wanted + Counter({("b", 2): 2}), wanted) == Damage(doubled=2)
    assert compare(wanted + Counter({("mail", "second"): 1}), wanted) == Damage(doubled=1)


def test_what_is_between_two_states_is_counted() -> None:
    before, after = Counter({("a", 1): 1, ("b", 1): 1}), Counter({("a", 2): 1, ("b", 2): 1})
    half = Counter({("a", 2): 1, ("b", 1): 1})
    assert between("export", before, before, after) == between("export", after, before, after) == Damage()
    assert between("export", half, before, after) != Damage()
    assert between("extract", half, before, after) == Damage()  # each document by itself
    assert between("extract", Counter({("a", 2): 2}), before, after) == Damage(doubled=1)
    assert between("extract", Counter(), after, after) == Damage(lost=2)
