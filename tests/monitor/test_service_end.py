"""An end that is asked for in any step comes within seconds; a service that was killed or hangs is known as such."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.ground.clock import now, stamp
from crawler.ground.data import DataDir
from crawler.ground.errors import Stopped
from monitor.cli import main
from monitor.demo.servers import serve_pages
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.service import process
from monitor.service.bell import Bell, listening
from monitor.service.health_page import MOST_HEAD, MOST_OPEN, health_page
from monitor.service.status import BELIEVED, NAME, STALL, Board, Status, StatusSeen, beating, look, trouble
from tests.monitor.mailing import closed_port, put
from tests.monitor.service import ROOT, TERM, Service, Site, environment, gouji, make_data, rows, until, watching
from tests.monitor.smtp_server import Faulty, serving

AT = datetime(2026, 2, 1, 1, tzinfo=UTC)
MOST = 5.0  # seconds from the signal to the end
SLACK = 3.0  # for a machine at work on other tests too


def told(data: DataDir) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data.root / NAME).read_text(encoding="utf-8"))
    return found


def ends_in_order(data: DataDir, service: Service) -> None:
    begun = time.monotonic()
    status = service.end(TERM)
    assert time.monotonic() - begun < MOST + SLACK
    assert status == 0, service.log
    assert service.log[-1].endswith("值守结束")
    assert (told(data)["state"], told(data)["valid_until"]) == ("ended", None)
    assert rows(data, "select outcome from runs order by id desc limit 1") == [("stopped",)]


# --- an end from each step -------------------------------------------------------------------------------------


def test_from_a_crawl_whose_portal_does_not_answer(tmp_path: Path) -> None:
    site = Site()
    site.publish(*make_history(4, "青石市教育局", [2023]))
    site.gate.clear()
    with serve_pages(site) as server:
        data = make_data(tmp_path / "data", base=server.base)
        with watching(data) as service:
            until(site.reached.is_set, "the crawl asks for the report")
            assert told(data)["step"] == "crawl"
            ends_in_order(data, service)
        site.gate.set()


@pytest.mark.parametrize("moment", ["greeting", "end"])
def test_from_an_alert_whose_server_drips(tmp_path: Path, moment: str) -> None:
    with serving(Faulty(lambda talk, now: now == moment and talk.number == 1 and talk.drip(b"250-x\r\n"))) as server:
        data = make_data(tmp_path / "data", mail_port=server.port)
        with closing(open_database(data)) as db:
            put(db)
        with watching(data) as service:
            until(lambda: moment in server.moments(), "the server is asked")
            ends_in_order(data, service)
        ((outcome, tells),) = rows(data, "select outcome, tells from deliveries")
        assert outcome.startswith("failed: ")
        assert (tells is None) is (moment != "end")  # only of a mail handed over it is not known
        with watching(data):
            until(lambda: server.receivers == ["reader@example.org"], "the stopped run is made up")
            until(lambda: rows(data, "select outcome from deliveries order by id")[-1] == ("sent",), "and recorded")
    ids = {text.partition(b"Message-ID: ")[2].split()[0] for _, text in server.taken}
    assert len(ids) == len(server.taken) == 1


def work_until_told_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    until(lambda: False, "an end")


def test_from_work_on_the_database() -> None:
    with listening() as bell:
        with pytest.raises(Stopped), bell.breaking():
            work_until_told_to_end()
        with pytest.raises(Stopped), bell.breaking():
            raise AssertionError("nothing more is begun")
        assert bell.stopped
        os.kill(os.getpid(), signal.SIGTERM)  # outside it only rings
        assert bell.wait(MOST)


def test_from_a_wait_in_native_code(tmp_path: Path) -> None:
    """The database is locked by another program: SQLite waits half a minute, and hears no signal."""
    data = make_data(tmp_path / "data", schedule="every = 1")
    with closing(sqlite3.connect(data.database, isolation_level=None)) as other, watching(data) as service:
        until(lambda: service.said("下一次运行"), "the service is up")
        other.execute("begin immediate")  # waits for a run under way
        due = time.monotonic() + 1.5
        until(lambda: time.monotonic() > due, "a run is due, and waits")
        begun = time.monotonic()
        assert service.end(TERM) == 128 + TERM
        assert time.monotonic() - begun < MOST + SLACK
        other.execute("rollback")
    assert look(data.root / NAME, now()).found == "killed"
    with watching(data) as service:
        until(lambda: service.said("运行结束"), "it works again")
        assert service.end(TERM) == 0


def test_the_last_word_is_no_thread_too_many() -> None:
    before = threading.active_count()
    for _ in range(3):
        with listening() as bell:
            assert isinstance(bell, Bell)
    assert threading.active_count() == before


# --- whom to believe -------------------------------------------------------------------------------------------


def doctor(data: DataDir) -> tuple[bool | None, str, int]:
    result = CliRunner().invoke(main, ["doctor", "--data", str(data.root), "--json"])
    found = {one["name"]: one for one in json.loads(result.stdout)["checks"]}
    return found["service"]["ok"], found["service"]["detail"], result.exit_code


def test_a_killed_service_is_known_by_its_file_and_to_doctor(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 1 1 *"')
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the service is up")
        said = told(data)
        assert (said["process"], said["process_start"]) == (service.process.pid, process.start(service.process.pid))
        assert datetime.fromisoformat(said["valid_until"]) - datetime.fromisoformat(said["at"]) == BELIEVED
        assert doctor(data)[:2] == (True, f"process {service.process.pid} is well")
        service.process.kill()
        service.process.wait()
    assert told(data)["ok"]  # as it was: nobody was there to write another
    assert look(data.root / NAME, now()).found == "killed"
    ok, detail, status = doctor(data)
    assert (ok, status) == (False, 1)
    assert "was killed" in detail
    result = CliRunner().invoke(main, ["doctor", "--data", str(data.root)])
    assert "被终止了" in result.stdout


def test_a_stopped_process_falls_silent(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data", schedule='cron = "30 2 1 1 *"')
    with watching(data) as service:
        until(lambda: service.said("下一次运行"), "the service is up")
        service.process.send_signal(signal.SIGSTOP)
        try:
            said = datetime.fromisoformat(told(data)["valid_until"])
            assert look(data.root / NAME, said).found == "well"
            assert look(data.root / NAME, said + timedelta(seconds=1)).found == "silent"
        finally:
            service.process.send_signal(signal.SIGCONT)


def test_the_heart_beats(tmp_path: Path) -> None:
    moments = iter(AT + timedelta(seconds=number) for number in range(10**6))
    board = Board(tmp_path / NAME, lambda: next(moments), Status("waiting", os.getpid()))
    first = json.loads((tmp_path / NAME).read_text())["at"]
    with beating(board, 0.01):
        until(lambda: bool(json.loads((tmp_path / NAME).read_text())["at"] > first), "it is written again")
    assert list(tmp_path.iterdir()) == [tmp_path / NAME]


FILE: dict[str, Any] = {
    "ok": True,
    "reason": "",
    "at": stamp(AT),
    "valid_until": stamp(AT + BELIEVED),
    "state": "running",
    "process": os.getpid(),
    "process_start": process.start(),
    "process_space": process.space(),
}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "well"),
        ({"ok": False, "reason": "x"}, "unwell"),
        ({"state": "ended", "process": 2**22}, "ended"),
        ({"process_start": (process.start() or 0) + 1}, "killed"),
        ({"process": 2**22 + 1}, "killed"),
        ({"valid_until": stamp(AT - timedelta(seconds=1))}, "silent"),
        ({"valid_until": None}, "silent"),
        # A number of another container means nobody here: only the time tells.
        ({"process": 2**22 + 1, "process_space": "pid:[1]"}, "well"),
        ({"process": "x"}, "silent"),
        ({"process": None}, "silent"),
        ({"at": None, "process": -1}, "well"),
    ],
)
def test_what_the_file_says_holds_while_its_process_is_there(
    tmp_path: Path, changes: dict[str, Any], found: str
) -> None:
    (tmp_path / NAME).write_text(json.dumps({**FILE, **changes}), encoding="utf-8")
    assert look(tmp_path / NAME, AT).found == found


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b"\xff", b'{"process": 1}', b"null"])
def test_a_file_that_is_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / NAME).write_bytes(text)
    assert look(tmp_path / NAME, AT) == StatusSeen("silent", reason="it cannot be read", zh="读不出来")
    assert look(tmp_path / "none", AT).found == "never"


def test_a_process_that_ended_and_that_nobody_asked_about_is_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    try:
        began = process.start(child.pid)
        until(lambda: process.start(child.pid) is None, "it ends")
        assert process.gone(child.pid, began or 1, process.space())
    finally:
        child.wait()


@pytest.mark.parametrize(
    ("step", "still", "said"),
    [
        ("extract", STALL + timedelta(minutes=1), "extract has not moved"),
        ("extract", STALL - timedelta(minutes=1), ""),
        ("alert", STALL + timedelta(minutes=1), "alert has not moved"),
        ("crawl", STALL + timedelta(minutes=1), ""),
        ("crawl", STALL + timedelta(minutes=61), "crawl has not moved"),
    ],
)
def test_a_step_that_does_not_move_is_not_well(step: str, still: timedelta, said: str) -> None:
    status = Status(
        "running",
        1,
        started_at=stamp(AT - timedelta(hours=2)),
        crawl_timeout=3600.0,
        step=step,
        moved_at=stamp(AT - still),
    )
    assert said in (trouble(status, AT) or ("", ""))[0]
    assert (trouble(status, AT) is not None) is bool(said)


def test_a_move_is_one_when_something_moved(tmp_path: Path) -> None:
    moment = AT
    board = Board(tmp_path / NAME, lambda: moment, Status("running", 1))
    board.move("extract", 1, 9)
    moment = AT + timedelta(minutes=5)
    board.move("extract", 1, 9)  # asked, as each second, and no further
    assert board.status.moved_at == stamp(AT)
    board.move("extract", 2, 9)
    assert board.status.moved_at == stamp(moment)


# --- the page --------------------------------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path) -> Iterator[int]:
    with health_page(Board(tmp_path / NAME, lambda: AT, Status("waiting", 7)), closed_port()) as port:
        yield port


def ask(port: int, head: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asking:
        asking.sendall(head)
        return b"".join(iter(lambda: asking.recv(65536), b""))


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:{port}", 200),
        ("localhost", 200),
        ("LOCALHOST:8801", 200),
        ("[::1]:{port}", 200),
        ("[::1]", 200),
        ("rebinding.example", 421),
        ("127.0.0.1.rebinding.example:{port}", 421),
        ("localhost.evil", 421),
        ("rebinding.example:127.0.0.1", 421),
        ("127.0.0.1:80@evil", 421),
        ("0.0.0.0:{port}", 421),
        ("", 421),
        ("[::2]", 421),
        ("127.0.0.1\r\nHost: rebinding.example", 421),
        (None, 400),
    ],
)
def test_the_page_knows_its_own_names(page: int, hosts: str | None, status: int) -> None:
    host = "" if hosts is None else f"Host: {hosts.format(port=page)}\r\n"
    for path in ("/", "/health"):
        answer = ask(page, f"GET {path} HTTP/1.1\r\n{host}\r\n".encode())
        assert answer.split()[1] == str(status).encode()
        assert (b"process" in answer) is (status == 200)


def test_a_question_is_short(page: int) -> None:
    long = b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * MOST_HEAD
    with socket.create_connection(("127.0.0.1", page), timeout=30) as asking:
        with suppress(OSError):
            asking.sendall(long)
        with suppress(ConnectionResetError):
            assert b"200" not in asking.recv(65536)
    assert ask(page, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").split()[1] == b"200"


def test_who_keeps_connections_open_keeps_nobody_out(page: int) -> None:
    idle = []
    try:
        for number in range(4 * MOST_OPEN):
            idle.append(socket.create_connection(("127.0.0.1", page), timeout=30))
            idle[-1].sendall(b"GET /health HTTP/1.1\r\n"[: number % 20])
        begun = time.monotonic()
        assert ask(page, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").split()[1] == b"200"
        assert time.monotonic() - begun < MOST
        until(lambda: threading.active_count() < 2 * MOST_OPEN, "the oldest are put off")
    finally:
        for one in idle:
            one.close()


def test_the_command_line_says_what_doctor_says(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    said = subprocess.run(
        gouji("doctor", data, "--json"), cwd=ROOT, env=environment(), capture_output=True, check=False
    )
    assert "service" not in [one["name"] for one in json.loads(said.stdout)["checks"]]  # it never ran here
