"""The watch as a service: twice on a short schedule, killed and restarted, nothing lost, nothing double."""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.ground.clock import now, stamp
from crawler.ground.config import ScheduleSettings
from crawler.ground.data import DataDir
from monitor.demo.servers import Mailbox, serve_mail, serve_pages
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.service.bell import Bell
from monitor.service.pipeline_words import Wording
from monitor.service.schedule import last_due
from monitor.service.status import NAME, Board, Status
from monitor.service.steps import Settings
from monitor.service.timetable import Timetable
from monitor.service.watch import Service
from tests.monitor.service import (
    INT,
    KILL,
    ROOT,
    TERM,
    Site,
    alive,
    descendants,
    environment,
    gouji,
    make_data,
    rows,
    runs,
    until,
    watching,
)

GRANTED = "T3[granted,natural_person]"


def test_killed_in_mid_crawl_and_restarted_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    first, second, third = make_history(4, "青石市教育局", [2021, 2022, 2023])
    wrong = second.with_cell(GRANTED, second.count(GRANTED) + 10)
    site, mailbox = Site(), Mailbox()
    site.publish(first, wrong)
    with serve_pages(site) as server, serve_mail(mailbox) as port:
        data = make_data(tmp_path / "data", base=server.base, mail_port=port, period="at_once")
        with watching(data) as service:
            until(lambda: service.said("下一次运行") and runs(data, "done") >= 2, "two runs")
            assert len(mailbox.messages) == 1
            # A third report appears; the crawl hangs in it when the service is killed.
            site.gate.clear()
            site.publish(third.with_cell(GRANTED, third.count(GRANTED) + 7))
            until(site.reached.is_set, "the crawl asks for the new report")
            below = descendants(service.process.pid)
            service.end(KILL)
        until(lambda: not any(map(alive, below)), "the crawl ends with the service that began it")
        done = runs(data, "done")
        assert rows(data, "select count(*) from runs where finished_at is null") == [(1,)]
        site.gate.set()
        with watching(data) as service:
            until(lambda: runs(data, "done") >= done + 2, "the run is made up and the next one follows")
            assert service.end(TERM) == 0
    assert runs(data, "interrupted") == 1
    assert rows(data, "select due_at from runs where outcome = 'done' group by due_at having count(*) > 1") == []
    assert rows(data, "select count(*) from runs where finished_at is null") == [(0,)]
    cut_off, made_up = rows(data, "select max(due_at) filter (where outcome = 'interrupted'), max(due_at) from runs")[0]
    assert made_up >= cut_off
    # Three reports, one version and one reading each; each error told in exactly one mail.
    assert rows(data, "select count(*), count(distinct url) from documents where agency_name <> ''") == [(3, 3)]
    assert rows(data, "select year, count(*) from current_reports group by year") == [(2021, 1), (2022, 1), (2023, 1)]
    assert len(mailbox.messages) == 2
    assert rows(data, "select count(*) from deliveries where outcome = 'sent'") == [(2,)]


@pytest.mark.parametrize("number", [TERM, INT], ids=["SIGTERM", "SIGINT"])
def test_asked_to_end_in_mid_crawl_it_ends_in_order_and_makes_up(tmp_path: Path, number: int) -> None:
    site = Site()
    site.publish(*make_history(4, "青石市教育局", [2023]))
    site.gate.clear()
    with serve_pages(site) as server:
        data = make_data(tmp_path / "data", base=server.base)
        with watching(data) as service:
            until(site.reached.is_set, "the crawl asks for the report")
            below = descendants(service.process.pid)
            service.process.send_signal(number)
            site.gate.set()
            assert service.end(number) == 0
            assert service.log[-1].endswith("值守结束")
            assert not any(map(alive, below))
        assert rows(data, "select outcome from runs order by id desc limit 1") == [("stopped",)]
        with watching(data):
            until(lambda: runs(data, "done") >= 1, "the stopped run is made up")
    assert rows(data, "select count(*) from current_reports") == [(1,)]


def test_a_run_missed_while_down_is_made_up_exactly_once(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 * * *"')
    remember(data, days=5)
    due = last_due(ScheduleSettings(cron="30 2 * * *"), now())
    assert due is not None
    for start in (1, 2):
        with watching(data) as service:
            until(lambda service=service: service.said("下一次运行"), f"start {start}")  # type: ignore[misc]  # mypy infers no lambda with a default
            assert service.end(TERM) == 0
        assert rows(data, "select due_at, outcome from runs where outcome <> 'first start'") == [(stamp(due), "done")]


def test_a_first_start_makes_nothing_up(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 * * *"')
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the first start")
        assert service.end(TERM) == 0
    assert rows(data, "select job, outcome from runs") == [("watch", "first start")]


def test_a_moment_that_comes_by_a_jump_of_the_clock_is_served_though_nothing_rings(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 * * *"')
    days = [datetime(2026, 1, 24, 12, tzinfo=UTC)]

    def clock() -> datetime:
        return days[-1]

    remember(data, days=0, at=clock())
    bell = Bell()
    board = Board(data.root / NAME, clock, Status("starting", 0, stamp(clock()), crawl_timeout=60))
    service = Service(data, clock, Wording("zh"), Timetable(data.config()), Settings(), board, tick=0.01)
    thread = threading.Thread(target=service.serve, args=[bell])
    thread.start()
    try:
        # A clock that was set back is served too, and its check says that it does not believe it.
        for jump, outcome, served in (
            (timedelta(days=3), "done", 1),
            (timedelta(days=1), "done", 2),
            (timedelta(days=-2), "trouble: check", 1),
        ):
            days.append(clock() + jump)
            until(lambda outcome=outcome, served=served: runs(data, outcome) == served, f"{jump}")  # type: ignore[misc]  # mypy infers no lambda with a default
    finally:
        bell.stopped = True
        bell.ring()
        thread.join(60)
        bell.close()
    assert rows(data, "select substr(due_at, 1, 16) from runs where outcome <> 'first start' order by id") == [
        ("2026-01-26T18:30",),
        ("2026-01-27T18:30",),
        ("2026-01-25T18:30",),
    ]


def test_a_second_instance_is_refused_and_names_the_first(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 1 1 *"')
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the first instance is up")
        for command in ("watch", "run"):
            second = subprocess.run(
                gouji(command, data),
                cwd=ROOT,
                env=environment(),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert second.returncode == 3
            assert str(service.process.pid) in second.stderr
            assert "Traceback" not in second.stderr
        assert service.end(KILL) == -KILL
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the lock ended with its holder")


def test_a_wrong_schedule_is_named_at_once(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "often"')
    told = subprocess.run(
        gouji("watch", data), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 2
    assert 'cron = "often"' in told.stderr


def remember(data: DataDir, *, days: int, at: datetime | None = None) -> None:
    """As if the service had begun that many days ago and been down since."""
    db = open_database(data)
    try:
        then = stamp((at or now()) - timedelta(days=days))
        with db.atomic():
            db.execute(
                "insert into runs (job, due_at, started_at, finished_at, outcome) "
                "values ('watch', ?, ?, ?, 'first start')",
                [then, then, then],
            )
    finally:
        db.close()
