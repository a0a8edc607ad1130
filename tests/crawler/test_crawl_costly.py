"""A page whose work does not come to its end costs itself alone: counted, tried once more, given up; the others go on."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations
from crawler.ledger import marks
from crawler.ledger.frontier import Frontier
from crawler.pages.asks import Ask
from tests.crawler.crawling import ROOT, Bench, only
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

START = "/zfxxgknb/"
# Within every bound of bytes and links, and seconds of work all the same.
HUGE = listing(
    [entry(f"{number}.html", report_title(f"青石市第{number}局", 2025), "2026-01-20") for number in range(19_000)]
)
TITLE = report_title("青石市水利局", 2025)
QUICK = "delay = 0.0\ntimeout = 20.0\npage_seconds = {seconds}"
FIRST, LATER, NEXT_DAY = "2026-02-01T08:00:00+08:00", "2026-02-01T09:00:00+08:00", "2026-02-02T08:00:00+08:00"
PATIENCE = 60.0

linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


def sound(host: str) -> Site:
    return Site(
        host, {START: listing([entry("1.html", TITLE, "2026-01-20")]), f"{START}1.html": report("青石市水利局", 2025)}
    )


def hog(host: str, kind: str) -> Site:
    """A portal whose list, or whose one report, costs seconds."""
    if kind == "list":
        return Site(host, {START: HUGE}, etags=False)
    return Site(host, {START: listing([entry("1.html", TITLE, "2026-01-20")]), f"{START}1.html": HUGE}, etags=False)


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def tries(bench: Bench, crawl: int = 1) -> int:
    """Which try it is at the costly page that is worked on; 0 where that is none."""
    found = 0
    for mark in marks.standing(bench.data.root):
        rows = bench.rows("select 1 from frontier where id = ? and portal = 'hog'", mark["entry"])
        found = max([found, *(mark["tries"] + 1 for _ in rows if mark["crawl"] == crawl)])
    return found


@contextmanager
def crawling(bench: Bench, now: str = FIRST) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(bench.command("--quiet", "--now", now), cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def states(bench: Bench) -> dict[str, str | None]:
    return dict(bench.rows("select id, state from portals"))


@pytest.mark.parametrize("kind", ["list", "report"])
def test_a_page_that_outlasts_its_time_is_given_up_and_keeps_nobody_waiting(tmp_path: Path, kind: str) -> None:
    bench = Bench(tmp_path, QUICK.format(seconds=1.0 if kind == "list" else 0.3))
    with hog("127.0.21.1", kind) as costly, sound("127.0.21.2") as other:
        path = START if kind == "list" else f"{START}1.html"
        bench.watch({"hog": only(costly), "other": only(other)})
        ran = bench.crawl(now=FIRST)
        assert states(bench) == {"hog": "failing", "other": "ok"}
        assert ran.portal("other")["new_documents"] == 1
        assert len(costly.asked(path)) == 2, "tried once more, then given up"
        assert all(seen.ended < costly.asked(path)[1].began for seen in other.log), "once more when all else is done"
        said = [
            detail
            for (detail,) in bench.rows(
                "select detail from fetches where portal = 'hog' and verdict = 'unreadable' order by id"
            )
        ]
        assert [one.split(":")[0] for one in said] == ["too_slow", "too_slow"]
        assert said[1].endswith("given up after 2 tries")
        assert "too_slow" in ran.portal("hog")["detail"] or "unreadable" in ran.portal("hog")["detail"]
        assert bench.rows("select portal, tries, cause from costly_pages") == [("hog", 2, "too_slow")]
        assert bench.rows("select count(*) from frontier") == [(0,)]

        # The same bytes are not worked on again, not even by the crawl of the next day.
        costly.log.clear()
        other.log.clear()
        ran = bench.crawl(now=NEXT_DAY)
        assert states(bench) == {"hog": "failing", "other": "ok"}
        assert len(costly.asked(path)) == 1
        assert all(seen.ended < costly.asked(path)[0].began for seen in other.log), "the others come first"
        assert bench.rows("select tries from costly_pages") == [(2,)]

        # Other bytes are another page.
        costly.pages[path] = sound("").pages[path]
        costly.pages[f"{START}1.html"] = report("青石市水利局", 2025)
        assert bench.crawl(now="2026-02-03T08:00:00+08:00").status == 0
        assert states(bench) == {"hog": "ok", "other": "ok"}
        assert bench.rows("select count(*) from costly_pages") == [(0,)]


def test_a_crawl_that_is_killed_at_a_page_does_not_die_of_it_for_ever(tmp_path: Path) -> None:
    """Twice with kill -9, while the page is worked on; what stands beside it is fetched in between."""
    bench = Bench(tmp_path, QUICK.format(seconds=PATIENCE))
    with hog("127.0.21.3", "list") as costly, sound("127.0.21.4") as other:
        other.pages[START] = once_answered(costly, START, other.pages[START])
        bench.watch({"hog": only(costly), "other": only(other)})
        for count in (1, 2):
            with crawling(bench) as process:
                until(lambda count=count: tries(bench) == count)  # type: ignore[misc]  # mypy infers no lambda with a default
                process.send_signal(signal.SIGKILL)
                assert process.wait(PATIENCE) == -signal.SIGKILL
        assert bench.rows("select count(*) from documents") == [(1,)], "the others came first"
        ran = bench.crawl(now=LATER)
        assert (ran.outcome["crawl"], ran.outcome["finished"]) == (1, True)
        assert len(costly.asked(START)) == 2, "given up without another look"
        assert states(bench) == {"hog": "failing", "other": "ok"}
        assert "crawl_ended" in ran.portal("hog")["detail"]
        assert bench.rows("select tries, cause from costly_pages") == [(2, "crawl_ended")]


def once_answered(first: Site, path: str, page: object) -> Callable[[Seen], Reply]:
    """The page, not before another site was asked for that path: so the other comes first."""

    def answer(_: Seen) -> Reply:
        until(lambda: first.asked(path))
        assert isinstance(page, str)
        return Reply(page)

    return answer


def test_a_crawl_that_is_not_taken_up_again_hands_on_what_it_died_of(tmp_path: Path) -> None:
    bench = Bench(tmp_path, QUICK.format(seconds=PATIENCE))
    with hog("127.0.21.5", "list") as costly, sound("127.0.21.6") as other:
        bench.watch({"hog": only(costly), "other": only(other)})
        for crawl, now in ((1, FIRST), (2, NEXT_DAY)):
            with crawling(bench, now) as process:
                until(lambda crawl=crawl: tries(bench, crawl) == 1)  # type: ignore[misc]  # mypy infers no lambda with a default
                process.send_signal(signal.SIGKILL)
                assert process.wait(PATIENCE) == -signal.SIGKILL
        assert bench.rows("select outcome from crawls order by id") == [("abandoned",), (None,)]
        assert bench.rows("select tries, cause from costly_pages") == [(1, "crawl_ended")]
        assert bench.rows("select count(*) from documents") == [(1,)], "the others came first"
        began = time.monotonic()
        ran = bench.crawl(now="2026-02-02T09:00:00+08:00")
        assert time.monotonic() - began < PATIENCE / 2
        assert (ran.outcome["crawl"], ran.outcome["finished"]) == (2, True)
        assert states(bench) == {"hog": "failing", "other": "ok"}


@linux
def test_told_to_end_it_ends_within_seconds_and_settles_what_is_done(tmp_path: Path) -> None:
    """At the work on a page, with an answer under way that does not come."""
    release = threading.Event()

    def silent(_: Seen) -> Reply:
        release.wait(PATIENCE)
        return Reply(listing([]))

    bench = Bench(tmp_path, QUICK.format(seconds=PATIENCE))
    slow = Site("127.0.21.9", {START: silent})
    with hog("127.0.21.7", "list") as costly, sound("127.0.21.8") as other, slow:
        bench.watch({"hog": only(costly), "other": only(other), "slow": only(slow)})
        with crawling(bench) as process:
            until(lambda: bench.rows("select count(*) from documents") == [(1,)])
            until(lambda: tries(bench) == 1)
            signal_workers(process.pid, signal.SIGSTOP)  # however fast the machine: this page never ends
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 3
            assert time.monotonic() - began < 12
            assert process.stdout is not None
            assert json.loads(process.stdout.read())["finished"] is False
        release.set()
        assert states(bench) == {"hog": None, "other": "ok", "slow": None}
        assert bench.rows("select portal, state, attempts, tries from frontier where state <> 'done' order by 1") == [
            ("hog", "pending", 0, 1),
            ("slow", "pending", 0, 0),
        ], "what was not answered was not asked for"
        slow.pages[START] = listing([])
        costly.pages[START] = listing([])
        assert bench.crawl(now=LATER).outcome["finished"] is True
        assert states(bench) == {"hog": "empty", "other": "ok", "slow": "empty"}


def workers(process: int) -> list[int]:
    """The processes that read pages for a crawl."""
    found = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        for child in thread.read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except OSError:
                continue
            if b"spawn_main" in command:
                found.append(int(child))
    return found


def signal_workers(process: int, number: signal.Signals) -> None:
    for worker in workers(process):
        with suppress(ProcessLookupError):
            os.kill(worker, number)


def is_at_work(process: int) -> bool:
    """Whether a worker is busy for longer than its start takes."""
    seconds = []
    for worker in workers(process):
        with suppress(OSError):
            seconds.append(int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[11]) / 100)
    return max(seconds, default=0) > 1.0


@linux
def test_a_page_whose_process_is_killed_each_time_is_given_up_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path, QUICK.format(seconds=PATIENCE))
    with hog("127.0.21.10", "list") as costly, sound("127.0.21.11") as other:
        bench.watch({"hog": only(costly), "other": only(other)})
        with crawling(bench) as process:
            for count in (1, 2):
                until(lambda count=count: tries(bench) == count and len(costly.asked(START)) == count)  # type: ignore[misc]  # mypy infers no lambda with a default
                if count == 1:
                    until(lambda: bench.rows("select count(*) from documents") == [(1,)])
                until(lambda: is_at_work(process.pid))
                signal_workers(process.pid, signal.SIGKILL)
            assert process.wait(PATIENCE) == 3
        assert states(bench) == {"hog": "failing", "other": "ok"}
        assert bench.rows("select tries, cause from costly_pages") == [(2, "killed")]
        # Somebody else may have taken the memory: it is tried again by the next crawl, after the others.
        costly.pages[START] = listing([])
        assert bench.crawl(now=NEXT_DAY).status == 0
        assert bench.rows("select count(*) from costly_pages") == [(0,)]


@linux
def test_processes_that_are_killed_while_they_wait_condemn_no_page(tmp_path: Path) -> None:
    """As the kernel does it where memory is short: all of them, again and again."""
    bench = Bench(tmp_path, QUICK.format(seconds=PATIENCE))
    with sound("127.0.21.12") as site, crawling_killed(bench, site):
        assert states(bench) == {"site": "ok"}
        assert bench.rows("select count(*) from documents") == [(1,)]
        assert bench.rows("select count(*) from costly_pages") == [(0,)]


@contextmanager
def crawling_killed(bench: Bench, site: Site) -> Iterator[None]:
    pages, pid, killed = dict(site.pages), [0], list[str]()

    def answer(seen: Seen) -> Reply:
        if seen.path not in killed:
            killed.append(seen.path)
            until(lambda: pid[0] and workers(pid[0]))
            signal_workers(pid[0], signal.SIGKILL)
        page = pages[seen.path]
        assert isinstance(page, str)
        return Reply(page)

    site.pages = dict.fromkeys(pages, answer)
    bench.watch({"site": only(site)})
    with crawling(bench) as process:
        pid[0] = process.pid
        assert process.wait(PATIENCE) == 0
    yield


def test_a_look_at_portals_is_bounded_too(tmp_path: Path) -> None:
    bench = Bench(tmp_path, QUICK.format(seconds=1.0))
    with hog("127.0.21.13", "list") as costly, sound("127.0.21.14") as other:
        bench.watch({"hog": only(costly), "other": only(other)})
        assert bench.look() == {"hog": "failing", "other": "ok"}


def test_a_mark_is_counted_once_however_often_its_counting_is_cut_short(tmp_path: Path) -> None:
    """Between the database and the file lies a moment in which a crawl can die."""
    db = connect(create(DataDir(tmp_path / "data")), [migrations])
    db.execute("insert into crawls (id, started_at, selection) values (1, '2026-02-01T00:00:00+00:00', '[[], null]')")
    db.execute("insert into portals (id, name, start_url) values ('hog', 'hog', 'http://127.0.21.9/')")
    frontier = Frontier(db, crawl=1)
    assert frontier.push("hog", Ask("http://127.0.21.9/", "list"))
    entry = frontier.take()
    assert entry is not None
    with marks.Marks(tmp_path, 1) as marked:
        marked.of(entry.id, entry.tries, "ab" * 32).begin(0)
    left = (tmp_path / marks.NAME).read_bytes()
    for _ in range(2):
        (tmp_path / marks.NAME).write_bytes(left)
        marks.count(db, tmp_path)
        assert db.execute("select tries, tried from frontier").fetchall() == [(1, "ab" * 32)]
