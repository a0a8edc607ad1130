"""Years in seconds: a small world with every kind of trouble, and each event told once to each reader, nothing else.

The full size is `python -m bench.years`.
"""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bench._tellings import KINDS, Line
from bench._world import FATES, TROUBLES, make_world
from bench.years import live

KILLED = {"crawl", "read", "check", "alert", "posted"}


def test_every_event_is_told_once_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sender that dies leaves its connection open; the server says so.
    monkeypatch.setattr(logging.getLogger("mail.log"), "level", logging.CRITICAL)
    world = make_world(60, 6, 1, seed=1, eventful=4)
    lived = live(world, tmp_path, seed=1)
    assert not lived.result.remarks
    assert not lived.result.faults
    lines = lived.result.lines
    assert all(line.events and line.reported for name, line in lines.items() if name != "late at first sight")
    assert {*KINDS.values(), "missing", "arithmetic", "corrected", "came late", "back", "released"} <= {*lines}
    assert {*KILLED, "disk", "outbox", "mail", "clock"} <= {*lived.faults}
    assert lived.letters.again  # killed between the server's answer and the record of it: the same mail once more


def test_a_world_has_all_that_can_happen() -> None:
    world = make_world(600, 20, 3, seed=1)
    assert {page.fate for page in world.pages.values()} == {*FATES, "plain"}
    assert {outage.state for outage in world.outages} == {*TROUBLES}
    assert world.rebuilt
    assert len(world.pages) < 600 * 3  # some are never published
    assert any(page.published > page.body.due(page.year) >= page.printed for page in world.pages.values())
    assert world == make_world(600, 20, 3, seed=1)
    assert replace(world.bodies[0], number=1) != world.bodies[0]


@pytest.mark.parametrize(
    ("counted", "line"),
    [
        ((1, 0, 1), Line(1, 1, 0, 0, 0)),
        ((1, 0, 0), Line(1, 0, 1, 0, 0)),
        ((1, 0, 3), Line(1, 1, 0, 0, 2)),
        ((0, 1, 0), Line()),
        ((0, 1, 1), Line(0, 1, 0, 0, 0)),
        ((0, 0, 2), Line(0, 0, 0, 2, 0)),
    ],
)
def test_what_is_missed_false_and_double(counted: tuple[int, int, int], line: Line) -> None:
    found = Line()
    found.count(*counted)
    assert found == line
