"""`kill -9` at any moment, start again: nothing is lost, nothing doubled, nothing fetched twice without need."""

import contextlib
import random
import signal
import subprocess
import threading
from collections import Counter
from pathlib import Path

from crawler.ground.archive import open_archive
from tests.crawler.crawling import ROOT, Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Reply, Seen, Site

START = "/zfxxgknb/"
LISTS, PER_LIST = 6, 8


class Tripwire:
    """Tells when the n-th request has arrived, so that a crawl can be killed there."""

    def __init__(self) -> None:
        self.count = 0
        self.at = 0
        self.tripped = threading.Event()
        self.lock = threading.Lock()

    def arm(self, at: int) -> None:
        with self.lock:
            self.count, self.at = 0, at
            self.tripped.clear()

    def step(self) -> None:
        with self.lock:
            self.count += 1
            if self.count == self.at:
                self.tripped.set()


def site(host: str, wire: Tripwire) -> Site:
    portal = Site(host)
    pages: dict[str, str] = {}
    for page in range(LISTS):
        entries = []
        for row in range(PER_LIST):
            number = page * PER_LIST + row
            body = f"青石市第{number}局"
            entries.append(entry(f"{number}.html", report_title(body, 2025), "2026-01-20"))
            pages[f"{START}{number}.html"] = report(body, 2025, extra=f'<a href="f{number}.pdf">附件</a>')
            pages[f"{START}f{number}.pdf"] = f"%PDF-1.4 the file number {number}"
        name = START if page == 0 else f"{START}index_{page}.html"
        pages[name] = listing(entries, f'<script>createPageHTML({LISTS}, {page}, "index", "html");</script>')

    def answer(seen: Seen) -> Reply:
        wire.step()
        return Reply(pages[seen.path])

    portal.pages = dict.fromkeys(pages, answer)
    return portal


def content(bench: Bench) -> tuple[object, ...]:
    documents = bench.rows(
        "select sha256, url, portal, year, title, media_type, published_on, attachment_of, "
        "agency_name from documents order by url, sha256"
    )
    for sha256, *_ in documents:
        open_archive(bench.data).read(sha256)
    files = list(open_archive(bench.data).hashes())
    verdicts = Counter(bench.rows("select url, verdict from fetches where crawl = 1"))
    return documents, files, verdicts


def kill_at(bench: Bench, wire: Tripwire, request: int, later: float = 0.0) -> bool:
    """Starts a crawl and kills it so long after its n-th request has arrived; False when it ended before."""
    wire.arm(request)
    with bench.begin() as process:
        while process.poll() is None and not wire.tripped.wait(0.02):
            pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(later)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def test_killed_at_twenty_moments_equals_the_uninterrupted_crawl(tmp_path: Path) -> None:
    """At its n-th request and some milliseconds later: between requests, while it writes, commits, ends."""
    wire = Tripwire()
    chance = random.Random(20260201)
    with site("127.0.4.1", wire) as portal:
        whole = Bench(tmp_path / "whole")
        whole.watch({"shi": portal.url + START})
        assert whole.crawl().status == 0
        expected = content(whole)
        once = len(portal.asked())
        portal.log.clear()
        torn = Bench(tmp_path / "torn")
        torn.watch({"shi": portal.url + START})
        kills = sum(kill_at(torn, wire, chance.randint(1, 8), chance.uniform(0.0, 0.02)) for _ in range(20))
        ran = torn.crawl(now="2026-02-01T09:00:00+08:00")
        assert ran.status == 0
        assert kills >= 15
        assert ran.outcome["crawl"] == 1
        assert content(torn) == expected
        assert len(portal.asked()) <= once + kills, "only what was in flight is asked again"
        assert not list(torn.data.archive.rglob(".part*"))
        assert torn.rows("select count(*) from frontier") == [(0,)]
        assert torn.rows("select outcome, requests, new_documents, reports_found from crawls") == whole.rows(
            "select outcome, requests, new_documents, reports_found from crawls"
        )


def test_sigterm_stops_cleanly_and_the_next_crawl_goes_on(tmp_path: Path) -> None:
    wire = Tripwire()
    with site("127.0.4.2", wire) as portal:
        bench = Bench(tmp_path)
        bench.watch({"shi": portal.url + START})
        wire.arm(10)
        process = subprocess.Popen(
            bench.command("--quiet", "--now", "2026-02-01T08:00:00+08:00"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert wire.tripped.wait(30)
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 3
        assert '"finished": false' in out
        assert errors == ""
        assert bench.rows("select finished_at, outcome from crawls") == [(None, "stopped")]
        assert bench.rows("select state from portals") == [(None,)], "an unfinished look judges no portal"
        ran = bench.crawl(now="2026-02-01T09:00:00+08:00")
        assert (ran.status, ran.outcome["crawl"], ran.portal("shi")["reports_found"]) == (0, 1, LISTS * PER_LIST)


def test_a_stale_unfinished_crawl_is_abandoned(tmp_path: Path) -> None:
    wire = Tripwire()
    with site("127.0.4.3", wire) as portal:
        bench = Bench(tmp_path)
        bench.watch({"shi": portal.url + START})
        assert kill_at(bench, wire, 5)
        ran = bench.crawl(now="2026-02-03T08:00:00+08:00")
        assert (ran.status, ran.outcome["crawl"]) == (0, 2)
        assert bench.rows("select outcome from crawls order by id") == [("abandoned",), ("done",)]


def test_two_crawls_at_once_are_refused(tmp_path: Path) -> None:
    release = threading.Event()
    arrived = threading.Event()

    def hold(_: Seen) -> Reply:
        arrived.set()
        release.wait(30)
        return Reply(listing([]))

    with Site("127.0.4.4", {START: hold}) as portal:
        bench = Bench(tmp_path)
        bench.watch({"shi": portal.url + START})
        first = subprocess.Popen(bench.command("--quiet"), cwd=ROOT, stdout=subprocess.DEVNULL)
        assert arrived.wait(30)
        second = bench.crawl()
        release.set()
        assert first.wait(30) == 0
    assert second.status == 3
    assert "another crawl" in second.errors


def test_an_archive_that_cannot_be_written_is_a_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    wire = Tripwire()
    with site("127.0.4.5", wire) as portal:
        bench = Bench(tmp_path)
        bench.watch({"shi": portal.url + START})
        bench.data.archive.rmdir()
        bench.data.archive.write_text("in the way")
        ran = bench.crawl()
        assert ran.status == 3
        assert "archive" in ran.errors
        bench.data.archive.unlink()
        ran = bench.crawl(now="2026-02-01T09:00:00+08:00")
        assert (ran.status, ran.outcome["crawl"], ran.outcome["new_documents"]) == (0, 1, LISTS * PER_LIST * 2)


def test_a_crawl_that_is_cut_off_leaves_the_portals_it_saw_judged(tmp_path: Path) -> None:
    """Stopped, and never taken up again: what was seen counts, and what was not is no healthy look."""
    wire, seen, go = Tripwire(), threading.Event(), threading.Event()
    sound = Site("127.0.4.7", {START: listing([entry("1.html", report_title("青石市水利局", 2025), "2026-01-20")])})

    def last(_: Seen) -> Reply:
        seen.set()
        return Reply(report("青石市水利局", 2025))

    def slow(_: Seen) -> Reply:
        go.wait(30)
        return Reply(report("青石市第0局", 2025))

    sound.pages[f"{START}1.html"] = last
    with site("127.0.4.6", wire) as endless, sound:
        endless.pages[f"{START}0.html"] = slow
        bench = Bench(tmp_path)
        bench.watch({"endless": endless.url + START, "sound": sound.url + START})
        process = subprocess.Popen(
            bench.command("--quiet", "--now", "2026-02-01T08:00:00+08:00"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert seen.wait(30)
        process.send_signal(signal.SIGTERM)
        go.set()
        assert process.wait(30) == 3
        assert bench.rows("select id, state from portals order by id") == [("endless", None), ("sound", "ok")]
        assert bench.crawl("--portal", "sound", now="2026-02-02T08:00:00+08:00").status == 0
    assert bench.rows("select outcome from crawls") == [("abandoned",), ("done",)]
    assert bench.rows("select id, state from portals order by id") == [("endless", "failing"), ("sound", "ok")]
    [(detail,)] = bench.rows("select detail from portals where id = 'endless'")
    assert "were not asked for" in detail
    [(verdict, detail)] = bench.rows(
        "select verdict, detail from fetches where portal = 'endless' and kind = 'list' order by id desc limit 1"
    )
    assert verdict == "bound", "the sweep is not taken for a healthy look"
    assert "cut off" in detail
