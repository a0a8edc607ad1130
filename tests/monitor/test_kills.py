"""Kills and full disks: the state is as before or as after, nothing is lost or doubled. `python -m bench.kills`: more."""

import os
from collections import Counter

import pytest

from bench._kills import Damage, Rows, between, compare
from bench.kills import disturb


@pytest.mark.parametrize("seed", [int(os.environ.get("GOUJI_SEED", "7"))])
def test_a_kill_and_a_full_disk_lose_and_double_nothing(seed: int) -> None:
    tally = disturb(6, 4, seed)  # each of the commands once or twice
    assert tally.notes == []
    assert tally.damage == Damage(0, 0)
    assert tally.runs >= tally.kills + tally.disks >= 9


def test_what_is_lost_or_doubled_is_counted() -> None:
    wanted: Rows = Counter({("a", 1): 1, ("b", 2): 1})
    assert compare(wanted, wanted) == Damage()
    assert compare(Rows({("a", 1): 1}), wanted) == Damage(lost=1)
    assert compare(wanted + Rows({("b", 2): 2}), wanted) == Damage(doubled=2)
    assert compare(wanted + Rows({("mail", "second"): 1}), wanted) == Damage(doubled=1)


def test_what_is_between_two_states_is_counted() -> None:
    before: Rows = Counter({("a", 1): 1, ("b", 1): 1})
    after: Rows = Counter({("a", 2): 1, ("b", 2): 1})
    half: Rows = Counter({("a", 2): 1, ("b", 1): 1})
    assert between("export", before, before, after) == between("export", after, before, after) == Damage()
    assert between("export", half, before, after) != Damage()
    assert between("extract", half, before, after) == Damage()  # each document by itself
    assert between("extract", Rows({("a", 2): 2}), before, after) == Damage(doubled=1)
    assert between("extract", Rows(), after, after) == Damage(lost=2)
