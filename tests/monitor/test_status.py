"""Whether the service is well, as its file and its page say; portals with times of their own."""

import json
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.ground.clock import SHANGHAI, stamp
from crawler.ground.config import Config, Portal, ScheduleSettings
from crawler.ground.errors import GoujiError, UsageError
from monitor.service.health_page import health_page
from monitor.service.status import NAME, Board, Status, trouble
from monitor.service.timetable import Timetable
from tests.monitor.mailing import closed_port
from tests.monitor.service import TERM, make_data, until, watching

NOW = datetime(2026, 2, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Status(
    "waiting",
    7,
    stamp(NOW - HOUR),
    1,
    stamp(NOW - HOUR),
    stamp(NOW - HOUR),
    stamp(NOW - HOUR),
    "done",
    stamp(NOW + HOUR),
    3600.0,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"outcome": "first start"}, ""),
        ({"outcome": None}, ""),
        ({"outcome": "trouble: crawl"}, ""),
        ({"outcome": "failed: alert", "well": False}, "failed: alert"),
        ({"outcome": "failed: check; trouble: crawl", "well": False}, "failed: check"),
        ({"outcome": "interrupted", "well": False}, "interrupted"),
        ({"state": "ended"}, "ended"),
        ({"next_due": stamp(NOW - timedelta(minutes=14))}, ""),
        ({"next_due": stamp(NOW - timedelta(minutes=16))}, "has not begun"),
        ({"state": "running", "started_at": stamp(NOW - 2 * HOUR)}, ""),
        ({"state": "running", "started_at": stamp(NOW - 4 * HOUR)}, "has been going on"),
    ],
)
def test_well_or_not(changes: dict[str, Any], said: str) -> None:
    why = trouble(replace(WELL, **changes), NOW)
    assert (why is None) is not bool(said)
    assert why is None or said in why[0]


def ask(port: int, path: str = "/health") -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_page_and_the_file(tmp_path: Path) -> None:
    now = NOW
    board = Board(tmp_path / NAME, lambda: now, WELL)
    with health_page(board, closed_port()) as port:
        assert ask(port)[0] == 200
        assert ask(port, "/")[1]["outcome"] == "done"
        now = NOW + 2 * HOUR  # the run that was due did not begin
        status, told = ask(port)
        assert (status, told["ok"]) == (503, False)
        assert "has not begun" in told["reason"]
        board.change(state="running", started_at=stamp(now))
        assert ask(port)[0] == 200
        board.change(state="waiting", outcome="failed: alert", well=False, next_due=stamp(now + HOUR))
        assert ask(port)[0] == 503
        assert ask(port, "/../gouji.db")[0] == 404
    kept = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    assert (kept["ok"], kept["outcome"], kept["process"]) == (False, "failed: alert", 7)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    board = Board(tmp_path / NAME, lambda: NOW, WELL)
    with health_page(board, closed_port()) as port:
        for wrong in (port, 70000):
            with pytest.raises(GoujiError, match="health_port"), health_page(board, wrong):
                pass


def test_a_status_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    board = Board(tmp_path / "gone" / NAME, lambda: NOW, WELL)
    board.change(state="running")
    assert board.status.state == "running"


def test_the_service_tells_how_it_is(tmp_path: Path) -> None:
    port = closed_port()
    data = make_data(tmp_path / "data", schedule=f'cron = "30 2 1 1 *"\nhealth_port = {port}')
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the service is up")
        assert service.said(f"http://127.0.0.1:{port}/health")
        status, told = ask(port)
        assert (status, told["state"], told["process"]) == (200, "waiting", service.process.pid)
        assert service.end(TERM) == 0
    kept = json.loads((data.root / NAME).read_text(encoding="utf-8"))
    assert (kept["state"], kept["ok"]) == ("ended", False)


# --- portals with their own times --------------------------------------------------------------------------------


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def portals(*crons: str) -> Config:
    return Config(
        schedule=ScheduleSettings(cron="30 2 * * 1", season_cron="30 2 * * *"),
        portals=tuple(Portal(f"p{number}", "http://127.0.0.1/", cron=cron) for number, cron in enumerate(crons)),
    )


@pytest.mark.parametrize(
    ("now", "served", "due"),
    [
        ("2026-02-10 02:30", "2026-02-09 12:00", ("p0",)),
        ("2026-02-10 12:00", "2026-02-10 02:30", ("p1",)),
        ("2026-02-10 12:30", "2026-02-09 12:00", ("p0", "p1")),
        ("2026-02-10 12:30", None, ("p0", "p1", "p2")),
        ("2026-02-10 12:30", "2026-02-10 12:00", ()),
    ],
)
def test_a_portal_is_looked_at_in_its_own_time(now: str, served: str | None, due: tuple[str, ...]) -> None:
    config = portals("", "0 12 * * *", "0 6 1 1 *")
    found = Timetable(config)
    assert found.portals_due(config, beijing(now), beijing(served) if served else None) == due


def test_the_service_wakes_for_each() -> None:
    found = Timetable(portals("", "0 12 * * *"))
    assert found.last_due(beijing("2026-02-10 13:00")) == beijing("2026-02-10 12:00")
    assert found.next_due(beijing("2026-02-10 13:00")) == beijing("2026-02-11 02:30")
    assert found.next_due(beijing("2026-06-10 13:00")) == beijing("2026-06-11 12:00")
    assert found.trigger.get_next_fire_time(None, beijing("2026-02-10 03:00")) == beijing("2026-02-10 12:00")
    moment = beijing("2026-02-10 12:00")
    following = found.trigger.get_next_fire_time(moment, moment)
    assert following == beijing("2026-02-11 02:30")  # as the scheduler asks, at the very moment it fired


def test_without_times_of_their_own_all_are_looked_at() -> None:
    config = portals("", "")
    assert Timetable(config).portals_due(config, NOW, None) is None


def test_a_wrong_time_is_named_with_its_portal() -> None:
    with pytest.raises(UsageError, match=r"\[\[portal\]\] p1: cron = \"noon\""):
        Timetable(portals("", "noon"))
