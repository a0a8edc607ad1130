"""The road once: every step apart, a crawl that cannot outlive its road, one line for each step."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from monitor.demo.servers import Mailbox, serve_mail, serve_pages
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.service.pipeline import Stopped, run_once
from monitor.service.pipeline_words import Wording
from monitor.service.runs import End
from monitor.service.steps import RoadResult, Settings, Step
from tests.monitor.service import ROOT, Site, alive, environment, gouji, make_data, rows, until

GRANTED = "T3[granted,natural_person]"


@pytest.fixture
def site() -> Site:
    found = Site()
    *rest, last = make_history(8, "青石市教育局", [2021, 2022])
    found.publish(*rest, last.with_cell(GRANTED, last.count(GRANTED) + 10))
    return found


def run(data: DataDir, settings: Settings | None = None) -> dict[str, Step]:
    result = run_once(data, now, settings or Settings(crawl_output=subprocess.DEVNULL))
    assert [step.name for step in result.steps] == ["crawl", "extract", "check", "alert"]
    return {step.name: step for step in result.steps}


def test_the_whole_road(tmp_path: Path, site: Site) -> None:
    mailbox = Mailbox()
    with serve_pages(site) as server, serve_mail(mailbox) as port:
        data = make_data(tmp_path, base=server.base, mail_port=port)
        steps = run(data)
        again = run(data)
    assert {step.outcome for step in steps.values()} == {"done"}
    assert (steps["crawl"].counts["new_documents"], steps["extract"].counts["reports"]) == (2, 2)
    assert (steps["check"].counts["opened"] > 0, steps["alert"].counts["sent"]) == (True, 1)
    assert (again["crawl"].counts["new_documents"], again["extract"].counts["read"], again["alert"].counts["sent"]) == (
        0,
        0,
        0,
    )
    assert len(mailbox.messages) == 1


def test_nothing_configured_is_skipped_and_said(tmp_path: Path) -> None:
    steps = run(make_data(tmp_path))
    assert (steps["crawl"].outcome, steps["alert"].outcome) == ("skipped", "skipped")
    assert "[[portal]]" in Wording("zh").step(steps["crawl"])
    assert "names no recipients" in Wording("en").step(steps["alert"])


def test_portals_that_are_not_due_are_not_crawled_and_the_rest_is_done(tmp_path: Path, site: Site) -> None:
    with serve_pages(site) as server:
        data = make_data(tmp_path, base=server.base)
        steps = run(data, Settings(portals=()))
        assert (steps["crawl"].outcome, site.asked) == ("skipped", [])
        assert "未到自己的时间" in Wording("zh").step(steps["crawl"])
        assert steps["check"].outcome == "done"
        assert run(data, Settings(portals=("qingshi",)))["crawl"].counts["new_documents"] == 2
    assert (data.root / "feed.atom").exists()


def test_mail_that_is_down_fails_alone_and_is_sent_next_time(tmp_path: Path, site: Site) -> None:
    mailbox = Mailbox()
    with serve_mail(mailbox) as free:
        pass  # nobody listens on this port now
    with serve_pages(site) as server:
        data = make_data(tmp_path, base=server.base, mail_port=free)
        steps = run(data)
        assert [step.outcome for step in steps.values()] == ["done", "done", "done", "failed"]
        assert str(free) in steps["alert"].detail
        with serve_mail(mailbox) as port:
            text = data.config_path.read_text(encoding="utf-8")
            data.config_path.write_text(text.replace(str(free), str(port)), encoding="utf-8")
            assert run(data)["alert"].counts["sent"] == 1
    assert len(mailbox.messages) == 1


def test_a_portal_that_is_down_is_trouble_and_the_rest_is_done(tmp_path: Path, site: Site) -> None:
    with serve_pages(site) as server:
        gone = server.base
    data = make_data(tmp_path, base=gone)
    result = run_once(data, now, Settings(crawl_output=subprocess.DEVNULL))
    assert result.steps[0].outcome == "trouble"
    assert "qingshi: unreachable" in Wording("zh").step(result.steps[0])
    assert [step.outcome for step in result.steps[1:]] == ["done", "done", "skipped"]
    assert (result.exit_status, result.outcome) == (3, "trouble: crawl")


def test_a_crawl_that_takes_too_long_is_ended_and_the_rest_is_done(tmp_path: Path, site: Site) -> None:
    site.gate.clear()
    with serve_pages(site) as server:
        data = make_data(tmp_path, base=server.base, schedule="crawl_timeout = 3")
        # What is asked to end needs its answer: the gate opens when the limit is reached.
        opener = threading.Timer(4, site.gate.set)
        opener.start()
        steps = run(data)
        opener.join()
    assert (steps["crawl"].outcome, steps["crawl"].reason) == ("failed", "time_limit")
    assert [steps[name].outcome for name in ("extract", "check")] == ["done", "done"]


def test_after_a_failed_extract_nothing_is_checked(tmp_path: Path) -> None:
    data = make_data(tmp_path)
    with closing(open_database(data)) as db:
        db.execute("drop table readings")
    steps = run(data)
    assert (steps["extract"].outcome, steps["check"].outcome) == ("failed", "skipped")
    assert "readings" in steps["extract"].detail
    assert "没能读" in Wording("zh").step(steps["check"])


def test_a_stop_is_obeyed_between_and_inside_the_steps(tmp_path: Path, site: Site) -> None:
    data = make_data(tmp_path / "idle")
    with pytest.raises(Stopped):
        run_once(data, now, Settings(stop=lambda: True))
    site.gate.clear()
    with serve_pages(site) as server:
        data = make_data(tmp_path / "crawling", base=server.base)

        def stop() -> bool:
            if site.reached.is_set():
                site.gate.set()
            return site.reached.is_set()

        with pytest.raises(Stopped):
            run_once(data, now, Settings(stop=stop, crawl_output=subprocess.DEVNULL))


def test_a_stop_is_obeyed_between_two_bodies(tmp_path: Path) -> None:
    data = make_data(tmp_path)
    steps: list[Step] = []
    asked: list[int] = []
    with closing(open_database(data)) as db:
        db.execute(
            "insert into agencies (code, name, kind, level) values ('a', '示例县财政局', 'department', 'county'), "
            "('b', '示例县教育局', 'department', 'county')"
        )

    def stop() -> bool:
        asked.extend([1] * any(step.name == "extract" for step in steps))
        return len(asked) > 1  # once before the check, then between the bodies

    with pytest.raises(Stopped):
        run_once(data, now, Settings(stop=stop, on_step=steps.append))
    assert "check" not in {step.name for step in steps}


def test_a_body_that_cannot_be_judged_is_trouble_that_the_run_names(tmp_path: Path) -> None:
    data = make_data(tmp_path)
    with closing(open_database(data)) as db:
        db.execute("insert into agencies (code, name) values ('a', '示例县财政局')")
        db.execute(
            "insert into reports (agency, agency_name, year, document, status, parser, spent) "
            "values ('a', '示例县财政局', 2024, 'd', 'complete', '1', 'x')"
        )
    step = run(data)["check"]
    assert (step.outcome, step.reason, step.counts["unjudged"]) == ("trouble", "unjudged", 1)
    for lang, words in (("zh", "没有全部核对"), ("en", "not all could be checked")):
        assert words in Wording(lang).step(step)
        assert "示例县财政局" in Wording(lang).step(step)
    told = Wording("zh").finished(1, End(troubled=("crawl", "check")))
    assert told.endswith("有门户不正常（抓取）；没有全部核对（核对）")


def test_no_database_is_an_error_of_the_run(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match="gouji init"):
        run_once(DataDir(tmp_path / "nowhere"), now)


def test_what_is_on_the_leash_dies_with_who_holds_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    sleeper = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid()) + ' '); time.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-m", "monitor.service.leash", sys.executable, "-c", sleeper],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        start_new_session=True,
    ) as leash:
        until(lambda: note.exists() and note.read_text().endswith(" "), "the command runs")
        command = int(note.read_text())
        assert alive(command)
        assert leash.stdin is not None
        leash.stdin.close()
        assert leash.wait(30) == -signal.SIGKILL
        until(lambda: not alive(command), "the command is gone")


def test_the_leash_hands_on_the_exit_status() -> None:
    for code, wanted in (("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)):
        with subprocess.Popen(
            [sys.executable, "-m", "monitor.service.leash", sys.executable, "-c", code],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            start_new_session=True,
        ) as leash:
            assert leash.wait(60) == wanted


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    data = make_data(tmp_path)
    with exclusive(data), pytest.raises(GoujiError, match=rf"process {os.getpid()}\b"), exclusive(data):
        pass
    with exclusive(data):
        pass
    (tmp_path / "gouji.lock").unlink()
    (tmp_path / "gouji.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GoujiError, match="cannot make"), exclusive(data):
        pass


def test_run_by_hand_is_recorded_and_speaks_json(tmp_path: Path, site: Site) -> None:
    with serve_pages(site) as server:
        data = make_data(tmp_path / "data", base=server.base)
        told = subprocess.run(
            gouji("run", data, "--json"),
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("{")
    assert '"name": "crawl"' in told.stdout
    assert rows(data, "select job, outcome, finished_at is not null from runs") == [("run", "done", 1)]


def test_run_by_hand_ends_in_order_on_ctrl_c(tmp_path: Path, site: Site) -> None:
    site.gate.clear()
    with serve_pages(site) as server:
        data = make_data(tmp_path / "data", base=server.base)
        with subprocess.Popen(
            gouji("run", data),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            until(site.reached.is_set, "the crawl asks for a report")
            process.send_signal(signal.SIGINT)
            site.gate.set()
            _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert rows(data, "select job, outcome from runs") == [("run", "stopped")]


def test_lines_are_inert_and_count_what_was_done() -> None:
    step = Step("crawl", "failed", {"requests": 3}, "status", "\x1b[31m7")
    assert Wording("zh").step(step) == "抓取：失败 · 请求 3（抓取程序的退出状态 \\x1b[31m7）"
    assert Wording("en").step(step) == "crawl: failed · requests 3 (the crawler ended with status \\x1b[31m7)"
    assert RoadResult((step,)).exit_status == 3
