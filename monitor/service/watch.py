"""The service: runs the pipeline on its schedule, repeats a missed run once, ends in order on SIGTERM."""

import logging
import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from crawler.ground.clock import SHANGHAI, stamp
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.schema import open_database
from monitor.service import process, runs
from monitor.service.bell import Bell, listening
from monitor.service.health_page import health_page
from monitor.service.lock import exclusive
from monitor.service.pipeline import IN_WINDOW, Stopped, run_once
from monitor.service.pipeline_words import Wording, in_chinese
from monitor.service.runs import End
from monitor.service.status import NAME, Board, Status, beating
from monitor.service.steps import Clock, Settings, Step
from monitor.service.timetable import Timetable

log = logging.getLogger(__name__)

# The scheduler counts only seconds while the machine is awake: after a sleep or a clock change it would be late.
TICK = 30.0


def watch(
    data: DataDir, clock: Clock, wording: Wording, password: str = "", environment: Mapping[str, str] | None = None
) -> None:
    """Runs the schedule until SIGTERM or SIGINT. GoujiError if another gouji holds the lock of the directory."""
    timetable = Timetable(data.config())
    with exclusive(data), listening() as bell:
        _remember_start(data, clock(), wording)
        board = Board(
            data.root / NAME,
            clock,
            Status(
                "starting",
                os.getpid(),
                stamp(clock()),
                crawl_timeout=timetable.schedule.crawl_timeout,
                process_start=process.start(),
                process_space=process.space(),
            ),
        )
        scheduler = BackgroundScheduler(timezone=SHANGHAI)
        scheduler.add_job(
            bell.ring, timetable.trigger, id="road", coalesce=True, max_instances=1, misfire_grace_time=None
        )
        try:
            with beating(board), health_page(board, timetable.schedule.health_port) as port:
                if port:
                    log.info(wording.health(port))
                scheduler.start()
                try:
                    settings = Settings(
                        lambda: bell.stopped,
                        lambda step: log.info(wording.step(step)),
                        board.move,
                        bell.breaking,
                        password,
                        crawl_arguments=(IN_WINDOW,),
                        lang="en" if wording.english else "zh",
                        environment=environment,
                    )
                    Service(data, clock, wording, timetable, settings, board).serve(bell)
                finally:
                    scheduler.shutdown(wait=True)
        finally:
            board.change(state="ended", next_due=None)
    log.info(wording.ended())


class Service:
    """Does the due runs in the main thread, one after the other."""

    def __init__(
        self,
        data: DataDir,
        clock: Clock,
        wording: Wording,
        timetable: Timetable,
        settings: Settings,
        board: Board,
        tick: float = TICK,
    ) -> None:
        self.data, self.clock, self.wording, self.timetable, self.settings, self.board = (
            data,
            clock,
            wording,
            timetable,
            settings,
            board,
        )
        self.tick = tick

    def serve(self, bell: Bell) -> None:
        """Works until the bell says stop: first a missed run, then each run when it is due."""
        while not bell.stopped:
            now = self.clock()
            try:
                self.run_due(now)
            except (GoujiError, sqlite3.Error, OSError) as error:
                # Locked database, full disk, broken gouji.toml: reported, and tried again when the next run is due.
                log.error(self.wording.cannot_run(error))
                self._ended(End(error=str(error)))
            if not bell.stopped:
                self._await(bell, now, self._announce_next(now))

    def _await(self, bell: Bell, now: datetime, due: datetime | None) -> None:
        """Waits until the bell rings, the wall clock reaches `due`, or the wall clock was set back."""
        while not bell.wait(self.tick):
            before, now = now, self.clock()
            if now < before or (due is not None and now >= due):
                return

    def run_due(self, now: datetime) -> None:
        """Does one run if the last due one has not been done."""
        db = open_database(self.data)
        try:
            due, served = self.timetable.last_due(now), runs.served(db, now)
            if due is None or (served is not None and due <= served):
                return
            db.look_through()
            run = runs.begin(db, runs.WATCH, due, now)
            log.info(self.wording.begun(run, due))
            self.board.change(
                state="running",
                run=run,
                due_at=stamp(due),
                started_at=stamp(now),
                finished_at=None,
                next_due=None,
                step="",
                done=0,
                total=0,
                moved_at=stamp(now),
            )
            end = End(stopped=True)
            try:
                settings = replace(self.settings, portals=self.timetable.portals_due(self.data.config(), now, served))
                end = run_once(self.data, self.clock, settings).end
            except Stopped:
                pass
            except (GoujiError, sqlite3.Error, OSError) as error:
                log.error(self.wording.cannot_run(error))
                end = End(error=str(error))
            runs.finish(db, run, end.outcome, self.clock())
            log.info(self.wording.finished(run, end))
            self._ended(end, finished_at=stamp(self.clock()))
        finally:
            db.close()

    def _ended(self, end: End, **changes: str) -> None:
        self.board.change(outcome=end.outcome, outcome_zh=in_chinese(end), well=end.well, **changes)

    def _announce_next(self, now: datetime) -> datetime | None:
        due = self.timetable.next_due(now)
        self.board.change(state="waiting", next_due=stamp(due) if due is not None else None)
        if due is not None:
            log.info(self.wording.next_run(due))
        return due


def _remember_start(data: DataDir, now: datetime, wording: Wording) -> None:
    db = open_database(data)
    try:
        log.info(wording.started(data.root, os.getpid()))
        cut_off = runs.close_interrupted(db, now)
        if cut_off:
            log.warning(wording.interrupted(cut_off))
        if runs.served(db, now) is None:
            runs.baseline(db, now)
    finally:
        db.close()


def once(
    data: DataDir,
    clock: Clock,
    on_step: Callable[[Step], None],
    password: str = "",
    lang: str = "zh",
    environment: Mapping[str, str] | None = None,
) -> int:
    """`gouji run`: runs the pipeline once by hand, recorded; ends in order on SIGTERM or SIGINT. The exit status."""
    with exclusive(data), listening() as bell:
        db = open_database(data, thorough=True)
        try:
            runs.close_interrupted(db, clock())
            run, outcome = runs.begin(db, runs.ONCE, clock(), clock()), runs.STOPPED
            try:
                result = run_once(
                    data,
                    clock,
                    Settings(
                        lambda: bell.stopped,
                        on_step,
                        breaking=bell.breaking,
                        password=password,
                        by_hand=True,
                        lang=lang,
                        environment=environment,
                    ),
                )
                outcome = result.outcome
            finally:
                runs.finish(db, run, outcome, clock())
        finally:
            db.close()
    return result.exit_status
