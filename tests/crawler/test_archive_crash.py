"""Whatever happens while bodies are put into storage: the state before or after, nothing lost, nothing doubled."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.ground import archive_s3
from crawler.ground.archive import ArchiveError
from crawler.ground.archive_s3 import S3Archive
from tests.crawler.crawling import ROOT, Bench
from tests.portals.pages import entry, listing, report, report_title
from tests.portals.site import Site
from tests.proxies import Proxy
from tests.storage import Storage, answering, named

BODIES = [f"报告{number}".encode() * 40_000 for number in range(8)]
NAMES = sorted(hashlib.sha256(body).hexdigest() for body in BODIES)
WRITER = """
import sys
from crawler.ground.archive_s3 import S3Archive
archive = S3Archive(*sys.argv[1:])
for number in range(8):
    print(archive.put(f"报告{number}".encode() * 40_000), flush=True)
"""
START = "/zfxxgknb/"


class Wire(Proxy):
    """The way to the storage; when so many pieces of `method` have gone there, `then` happens."""

    method, after = b"PUT ", 1
    then: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, target: int) -> None:
        super().__init__(target, self._see)
        self.seen = 0
        self.within = False

    def _see(self, piece: bytes) -> None:
        # What follows the head of a request belongs to its body.
        self.within = piece.startswith(self.method) or (self.within and not piece.startswith((b"GET ", b"PUT ")))
        self.seen += self.within
        if self.seen == self.after and self.within:
            self.then()


@pytest.fixture
def wire(storage: Storage) -> Iterator[Wire]:
    with Wire(storage.port) as one:
        yield one


@pytest.fixture
def archive(storage: Storage, wire: Wire, tmp_path: Path) -> S3Archive:
    """An empty one behind the wire."""
    return S3Archive(storage.bucket(tmp_path).url, f"http://127.0.0.1:{wire.port}")


def sound(archive: S3Archive) -> list[str]:
    """What is kept; every body of it is whole."""
    kept = list(archive.hashes())
    for name in kept:
        archive.read(name)
    return kept


@pytest.mark.parametrize("after", [1, 2, 9, 17, 30])
def test_a_writer_that_is_killed_leaves_whole_bodies_and_those_it_told_of(
    storage: Storage, tmp_path: Path, archive: S3Archive, wire: Wire, after: int
) -> None:
    line = [sys.executable, "-c", WRITER, archive.url, archive.endpoint]
    running = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    wire.after, wire.then = after, lambda: os.kill(running.pid, signal.SIGKILL)
    told = running.communicate(timeout=60)[0].split()
    assert running.returncode == -signal.SIGKILL
    kept = sound(archive)
    assert {*told} <= {*kept} < {*NAMES}
    wire.then = lambda: None
    again = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert sorted(again.stdout.split()) == sound(archive) == NAMES


def mended(wire: Wire, archive: S3Archive, harm: Callable[[], None]) -> None:
    """Storage that harms the third body costs it alone, in a sentence; put again, all is there."""
    kept = [archive.put(body) for body in BODIES[:2]]
    wire.seen, wire.after, wire.then = 0, 2, harm
    with pytest.raises(ArchiveError, match=r"cannot write to the archive at s3://.*does not answer") as told:
        archive.put(BODIES[2])
    assert "写不进存档" in told.value.zh
    wire.then = lambda: None
    wire.slow.clear()
    if wire.listener is None:
        wire.mend()
    assert {*kept} <= {*sound(archive)} <= {*NAMES}
    for body in BODIES:
        archive.put(body)
    assert sound(archive) == NAMES


def test_a_network_that_is_cut_in_the_middle_of_a_body(archive: S3Archive, wire: Wire) -> None:
    mended(wire, archive, wire.cut)


def test_storage_that_takes_too_long(archive: S3Archive, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_s3, "ANSWER", 1.0)
    monkeypatch.setattr(archive_s3, "TRIES", 0)
    mended(wire, archive, wire.slow.set)


@pytest.mark.parametrize(
    ("status", "why"), [(403, "refuses these credentials"), (503, "does not answer"), (507, "does not answer")]
)
def test_storage_that_refuses_or_is_full(
    archive: S3Archive, wire: Wire, monkeypatch: pytest.MonkeyPatch, status: int, why: str
) -> None:
    monkeypatch.setattr(archive_s3, "TRIES", 0)
    true = wire.target
    with answering(status) as endpoint:

        def refuse() -> None:
            wire.target = int(endpoint.rpartition(":")[2])
            wire.cut()
            wire.mend()

        def accept() -> None:
            wire.target = true
            wire.cut()
            wire.mend()

        kept = [archive.put(body) for body in BODIES[:2]]
        refuse()
        with pytest.raises(ArchiveError, match=rf"cannot write to the archive at s3://.*{why}"):
            archive.put(BODIES[2])
        accept()
    assert {*kept} == {*sound(archive)}
    for body in BODIES:
        archive.put(body)
    assert sound(archive) == NAMES


def test_wrong_bytes_are_found_when_they_are_read_and_healed_when_they_are_put(
    storage: Storage, tmp_path: Path, archive: S3Archive
) -> None:
    names = [archive.put(body) for body in BODIES]
    storage.ask("PUT", tmp_path, names[0], BODIES[1])
    with pytest.raises(ArchiveError, match="altered"):
        archive.read(names[0])
    assert [archive.put(body) for body in BODIES] == names
    assert sound(archive) == NAMES


def test_a_crawl_whose_storage_goes_away_goes_on_where_it_was(storage: Storage, tmp_path: Path, wire: Wire) -> None:
    site = Site("127.0.8.1")
    lines = []
    for at in range(6):
        body = f"第{at}县财政局"
        site.pages[f"{START}{at}.html"] = report(body, 2025, published="2026-01-20", n=at)
        lines.append(entry(f"{at}.html", report_title(body, 2025), "2026-01-20"))
    site.pages[START] = listing(lines)
    bench = Bench(tmp_path)
    storage.bucket(tmp_path)
    bench.crawl_section += (
        f'\n[archive]\nurl = "s3://{named(tmp_path)}/gouji"\nendpoint = "http://127.0.0.1:{wire.port}"'
    )
    wire.after, wire.then = 4, wire.cut
    with site:
        bench.watch({"shi": site.url + START})
        line = bench.command("--now", "2026-02-01T08:00:00+08:00", "--quiet")
        ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 3, ended.stderr
        assert "Traceback" not in ended.stderr
        assert "does not answer as it should" in ended.stderr or "没有照常回答" in ended.stderr
        wire.mend()
        bodies = bench.rows("select sha256 from documents")
        assert {name for (name,) in bodies} <= {*S3Archive(f"s3://{named(tmp_path)}/gouji", storage.endpoint).hashes()}
        again = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert (again.returncode, again.stderr) == (0, "")
    assert bench.rows("select count(*), count(distinct url), count(distinct sha256) from documents") == [(6, 6, 6)]
    assert len(bodies) < 6
    kept = sound(S3Archive(f"s3://{named(tmp_path)}/gouji", storage.endpoint))
    assert {name for (name,) in bench.rows("select sha256 from documents")} <= {*kept}
