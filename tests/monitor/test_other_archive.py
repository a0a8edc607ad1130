"""The whole road on an archive that has no folder: nothing but the archive knows how its bytes are kept."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.ground import archive
from monitor.cli import main
from monitor.samples import make_history
from tests.archives import PackedArchive, through
from tests.crawler.crawling import ROOT, Bench
from tests.portals.pages import entry, listing
from tests.portals.site import Site

START = "/zfxxgknb/"
GRANTED = "T3[granted,natural_person]"
CRAWL = 'contact = "mailto:test@example.org"\ndelay = 0.0'
EVENING = "2026-02-01T20:00:00+08:00"


@pytest.fixture
def site() -> Site:
    portal = Site("127.0.4.11")
    *sound, last = make_history(8, "青石市教育局", [2022, 2023, 2024])
    reports = [*sound, last.with_cell(GRANTED, last.count(GRANTED) + 10)]
    lines = [entry(f"{report.year}.html", report.title, f"{report.published_on:%Y-%m-%d}") for report in reports]

    portal.pages = {f"{START}{report.year}.html": report.html() for report in reports}
    portal.pages[START] = listing(lines)
    return portal


def crawl(bench: Bench, *arguments: str) -> dict[str, object]:
    command = through(PackedArchive, bench.command("--quiet", *arguments))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    outcome: dict[str, object] = json.loads(done.stdout)
    return outcome


def gouji(bench: Bench, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, [*arguments, "--data", str(bench.data.root)])
    assert result.exit_code == status, result.output
    return result.stdout


def test_the_road_on_an_archive_without_a_folder(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FolderArchive", PackedArchive)
    bench = Bench(tmp_path, CRAWL)
    with site:
        bench.watch({"shi": site.url + START})
        assert crawl(bench, "--now", "2026-02-01T08:00:00+08:00")["new_documents"] == 3
        # Everything is asked for again, without conditions, and is what the archive holds.
        assert crawl(bench, "--all", "--now", EVENING)["new_documents"] == 0
    assert bench.rows("select distinct verdict from fetches where crawl = 2 and kind = 'detail'") == [("same",)]
    (tmp_path / "旧文件.html").write_text(make_history(3, "青石市水利局", [2024])[0].html(), encoding="utf-8")
    gouji(bench, "add", str(tmp_path / "旧文件.html"))
    assert json.loads(gouji(bench, "extract", "--json"))["reports"] == 4
    gouji(bench, "check")
    shown = json.loads(gouji(bench, "show", "青石市教育局", "2024", "--json"))
    assert GRANTED in json.dumps([one["suspect"] for one in shown["findings"]])
    assert shown["source"]["archived"] == f"packed:{shown['source']['document']}"
    assert f"packed:{shown['source']['document']}" in gouji(bench, "alert", "--dry-run")
    told = json.loads(gouji(bench, "doctor", "--full", "--json"))
    assert next(one for one in told["checks"] if one["name"] == "archive")["ok"] is True
    gouji(bench, "export", str(tmp_path / "出"))
    copy = Bench(tmp_path / "again")
    copy.watch({"shi": site.url + START})
    [recorded] = sorted(bench.data.warc.glob("1-*"))
    assert crawl(copy, "--replay", str(recorded))["new_documents"] == 3
    for one in (bench, copy):
        assert not list(one.data.archive.iterdir()), "there is nothing in the folder"


def test_what_is_gone_from_it_is_told_as_elsewhere(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FolderArchive", PackedArchive)
    bench = Bench(tmp_path)
    with site:
        bench.watch({"shi": site.url + START})
        crawl(bench, "--now", EVENING)
    (tmp_path / "packed.db").unlink()
    gouji(bench, "extract")
    assert bench.rows("select distinct code from problems") == [("archive_damaged",)]
    assert "missing" in gouji(bench, "doctor", "--full", status=1)
