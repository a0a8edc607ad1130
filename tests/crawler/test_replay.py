"""What crossed the wire, as WARC: sound by warcio's own judgement, and enough to run the crawl again offline."""

import contextlib
import gzip
import json
import subprocess
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.wire.recording import Recording
from tests.crawler.crawling import ROOT, Bench
from tests.portals import gkmlpt, jpage, trs
from tests.portals.kinds import Kind
from tests.portals.pages import entry, report
from tests.portals.site import Reply, Seen, serving

PRESSED = "/zfxxgk/zfxxgknb/202601/t20260130_9.html"
NAME = 'inline; filename="年报.html"'

DOCUMENTS = (
    "select sha256, url, portal, title, agency_name, year, published_on, media_type, attachment_of, "
    "substr(first_seen, 1, 10) from documents order by url, sha256"
)


@pytest.fixture
def kinds() -> dict[str, Kind]:
    return {"trs": trs.portal("127.0.8.1"), "jpage": jpage.portal("127.0.8.2"), "gkmlpt": gkmlpt.portal("127.0.8.3")}


def recorded(bench: Bench, crawl: int) -> list[Path]:
    return sorted(bench.data.warc.glob(f"{crawl}-*.warc.gz"))


def checked(path: Path) -> str:
    """What `warcio check` says of a file."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("warcio")), "check", "-v", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_a_replay_gives_the_same_documents_with_no_network(tmp_path: Path, kinds: dict[str, Kind]) -> None:
    bench = Bench(tmp_path / "live")
    with serving(*(kind.site for kind in kinds.values())):
        bench.watch({name: kind.site.url + kind.start for name, kind in kinds.items()})
        live = bench.crawl()
    documents = bench.rows(DOCUMENTS)
    assert len(documents) > 100
    [file] = recorded(bench, 1)
    fresh = Bench(tmp_path / "fresh")
    again = fresh.crawl("--replay", str(file))
    assert fresh.rows(DOCUMENTS) == documents
    assert again.status == 0, again
    assert {one["id"]: one for one in again.outcome["portals"]} == {one["id"]: one for one in live.outcome["portals"]}


def test_warcio_finds_the_files_sound_and_the_records_complete(tmp_path: Path, kinds: dict[str, Kind]) -> None:
    bench = Bench(tmp_path)
    site = kinds["trs"].site
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /private/\n", kind="text/plain")
    pressed = gzip.compress(report("示例县档案局", 2025).encode())
    site.pages[PRESSED] = Reply(
        pressed, headers={"Content-Encoding": "gzip", "Content-Disposition": NAME.encode("gb18030").decode("latin-1")}
    )
    listing = site.pages[kinds["trs"].start]
    assert isinstance(listing, str)
    site.pages[kinds["trs"].start] = listing.replace(
        "</ul>", entry("./202601/t20260130_9.html", "示例县档案局2025年政府信息公开工作年度报告") + "</ul>"
    )
    with serving(site):
        bench.watch({"trs": site.url + kinds["trs"].start})
        bench.crawl()
        bench.crawl(now="2026-02-08T08:00:00+08:00")
        asked = len(site.log)
    first, second = recorded(bench, 1)[0], recorded(bench, 2)[0]
    assert checked(first).startswith("0\n"), checked(first)
    assert checked(second).startswith("0\n"), checked(second)
    records = [*all_records(first), *all_records(second)]
    kinds_of = Counter(record.rec_type for record in records)
    assert kinds_of["request"] == asked == kinds_of["response"] + kinds_of["revisit"]
    assert kinds_of["revisit"] > 10, "the second look was answered with 304"
    assert kinds_of["warcinfo"] == 2
    robots = [
        record
        for record in records
        if (record.rec_headers.get_header("WARC-Target-URI") or "").endswith("/robots.txt")
        and record.rec_type == "response"
    ]
    assert robots
    assert robots[0].rec_headers.get_header("WARC-IP-Address") == "127.0.8.1"
    assert robots[0].rec_headers.get_header("WARC-Payload-Digest").startswith("sha1:")
    information = records[0].content.decode()
    assert "software: gouji/" in information
    assert "gouji-crawl: {" in information
    found = Recording([first]).answer("GET", f"{site.url}{PRESSED}", b"", conditional=False)
    assert found is not None
    assert found.body == pressed, "as it came over the wire"
    assert (b"Content-Disposition", NAME.encode("gb18030")) in found.headers


def test_a_long_crawl_has_several_files_and_any_of_them_brings_the_others_along(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.14")
    bench, fresh = Bench(tmp_path / "live", "delay = 0.0\nwarc_size = 0.003"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        for day in (1, 2):
            bench.crawl("--all", now=f"2026-02-0{day}T08:00:00+08:00")
    files = recorded(bench, 1)
    assert len(files) > 3
    assert max(file.stat().st_size for file in files) < 20_000
    assert all(checked(file).startswith("0") for file in files)
    # Another crawl of that number, from elsewhere, is not taken along.
    stray = bench.data.warc / "1-20270101T000000-00001.warc.gz"
    stray.write_bytes(recorded(bench, 2)[0].read_bytes())
    assert fresh.crawl("--replay", str(files[2]), now="").status == 0
    assert [row[0] for row in fresh.rows("select selection from crawls")] == [json.dumps([one.name for one in files])]
    documents = [row for row in bench.rows(DOCUMENTS) if row[-1] == "2026-02-01"]
    assert fresh.rows(DOCUMENTS) == documents
    assert len(documents) == len(kind.reports) + len(kind.files)


def test_two_crawls_are_replayed_one_after_the_other_unchanged_answers_included(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.4")
    bench, fresh = Bench(tmp_path / "live"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        bench.crawl()
        path = next(path for path in kind.site.pages if path.endswith("_397100.html"))
        page = kind.site.pages[path]
        assert isinstance(page, str)
        kind.site.pages[path] = page.replace("<td>3</td>", "<td>4</td>")
        bench.crawl(now="2026-02-09T08:00:00+08:00")
    documents = bench.rows(DOCUMENTS)
    assert len(documents) == len(kind.reports) + len(kind.files) + 1, "the changed page is a second version"
    for crawl in (1, 2):
        assert fresh.crawl("--replay", str(recorded(bench, crawl)[0]), now="").status == 0
    assert fresh.rows(DOCUMENTS) == documents
    assert fresh.rows("select outcome, substr(started_at, 1, 10) from crawls") == [
        ("replayed", "2026-02-01"),
        ("replayed", "2026-02-09"),
    ]
    assert fresh.rows("select id, active, state from portals") == [("trs", 0, "ok")]
    # Where the documents are, a replay brings nothing, and says nothing of how the portal is today.
    before = bench.rows("select state, checked_at from portals")
    assert bench.crawl("--replay", str(recorded(bench, 1)[0])).outcome["new_documents"] == 0
    assert bench.rows(DOCUMENTS) == documents
    assert bench.rows("select state, checked_at from portals") == before


def test_a_torn_file_is_read_up_to_its_end(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.5")
    bench, fresh = Bench(tmp_path / "live"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        bench.crawl()
    [file] = recorded(bench, 1)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(file.read_bytes()[:-40])
    assert len(all_records(torn)) > 20
    ran = fresh.crawl("--replay", str(torn), now="")
    assert ran.status in (0, 3)
    assert len(fresh.rows(DOCUMENTS)) == len(bench.rows(DOCUMENTS)) - 1
    assert set(fresh.rows(DOCUMENTS)) < set(bench.rows(DOCUMENTS))


def test_an_altered_record_is_not_taken_for_what_was_served(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.10")
    bench, fresh = Bench(tmp_path / "live"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        bench.crawl()
    [file] = recorded(bench, 1)
    altered = tmp_path / "altered.warc.gz"
    altered.write_bytes(
        b"".join(gzip.compress(member.replace(b"<td>3</td>", b"<td>9</td>")) for member in members(file.read_bytes()))
    )
    ran = fresh.crawl("--replay", str(altered))
    assert ran.status == 3
    assert "altered" in ran.errors


def members(data: bytes) -> Iterator[bytes]:
    """The records of a file, one gzip member each."""
    while data:
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        yield member.decompress(data) + member.flush()
        data = member.unused_data


def test_failures_are_recorded_and_fail_again(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.6")
    path = next(path for path in kind.site.pages if path.endswith("_397101.html"))
    page = kind.site.pages[path]
    assert isinstance(page, str)
    kind.site.pages[path] = Reply(page, cut=40)
    bench, fresh = Bench(tmp_path / "live"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start, "gone": "http://127.0.8.7:9/zfxxgknb/"})
        live = bench.crawl()
    again = fresh.crawl("--replay", str(recorded(bench, 1)[0]))
    assert again.status == live.status == 3
    for name in ("trs", "gone"):
        assert again.portal(name)["state"] == live.portal(name)["state"]
    assert fresh.rows(DOCUMENTS) == bench.rows(DOCUMENTS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no warc",
        gzip.compress(b"no warc either", mtime=0),
        b"\x1f\x8b\x08\x00broken",
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, body: bytes) -> None:
    bench = Bench(tmp_path)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(body)
    ran = bench.crawl("--replay", str(path))
    assert ran.status == 2
    assert str(path) in ran.errors
    assert bench.rows("select count(*) from crawls") == [(0,)]


def test_an_interrupted_crawl_is_replayed_from_its_two_files(tmp_path: Path) -> None:
    """Killed behind a gate, gone on with: two files of one crawl; neither loses what the other has."""
    kind = trs.portal("127.0.8.8")
    reached, gate = threading.Event(), threading.Event()
    path = next(path for path in kind.site.pages if path.endswith("_397103.html"))
    page = kind.site.pages[path]
    assert isinstance(page, str)

    def waits(_seen: Seen) -> Reply:
        reached.set()
        gate.wait(60)
        return Reply(page)

    kind.site.pages[path] = waits
    bench, fresh = Bench(tmp_path / "live"), Bench(tmp_path / "fresh")
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        process = subprocess.Popen(
            bench.command("--quiet", "--now", "2026-02-01T08:00:00+08:00"), cwd=ROOT, stdout=subprocess.DEVNULL
        )
        assert reached.wait(60)
        process.kill()
        process.wait()
        gate.set()
        assert bench.crawl(now="2026-02-01T08:30:00+08:00").status == 0
    files = recorded(bench, 1)
    assert len(files) == 2
    assert all(checked(file).startswith("0\n") for file in files)
    arguments = [part for file in files for part in ("--replay", str(file))]
    assert fresh.crawl(*arguments, now="").status == 0
    assert fresh.rows(DOCUMENTS) == bench.rows(DOCUMENTS)


def test_a_body_over_the_limit_is_not_written(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.9")
    path = next(path for path in kind.site.pages if path.endswith("345678901.pdf"))
    kind.site.pages[path] = Reply(b"%PDF-1.4 " + b"x" * (65 * 1024 * 1024), kind="application/pdf")
    bench = Bench(tmp_path)
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        bench.crawl()
    [file] = recorded(bench, 1)
    refused = [record for record in all_records(file) if record.rec_type == "metadata"]
    assert [record.rec_headers.get_header("WARC-Target-URI") for record in refused] == [kind.site.url + path]
    assert b"failure: DownloadCancelledError" in refused[0].content
    assert sum(len(record.content) for record in all_records(file)) < 1024 * 1024


@dataclass(frozen=True)
class Record:
    """A record of a file, by warcio's own reading."""

    rec_type: str
    rec_headers: Any
    content: bytes


def all_records(path: Path) -> list[Record]:
    found = []
    with path.open("rb") as file, contextlib.suppress(EOFError, ArchiveLoadFailed, zlib.error):
        for record in ArchiveIterator(file):
            found.append(Record(record.rec_type, record.rec_headers, record.content_stream().read()))
    return found


def test_a_crawl_whose_evidence_cannot_be_written_stops(tmp_path: Path) -> None:
    kind = trs.portal("127.0.8.11")
    bench = Bench(tmp_path)
    with serving(kind.site):
        bench.watch({"trs": kind.site.url + kind.start})
        bench.data.warc.write_text("in the way")
        ran = bench.crawl()
        assert ran.status == 3
        assert str(bench.data.warc) in ran.errors
        assert not kind.site.log
        bench.data.warc.unlink()
        assert bench.crawl().status == 0
    assert len(bench.rows(DOCUMENTS)) == len(kind.reports) + len(kind.files)
