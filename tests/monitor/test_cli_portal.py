"""`gouji portal` as a person uses it: find, show, ask, add, check; and the replay of what was crawled."""

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.ground.data import DataDir
from tests.hostile import road
from tests.monitor.service import ROOT, environment, rows
from tests.portals.county import COLUMN, county
from tests.portals.kinds import Kind
from tests.portals.site import Reply, Site

CONFIG = "# 我的注释\n[crawl]\ndelay = 0.0   # 一样要留下\n\n[mail]\nport = 25"


def gouji(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    ended = road.gouji(DataDir(place), *arguments)
    assert not ended.faulty, str(ended)
    return subprocess.CompletedProcess(ended.line, ended.status, ended.out, ended.err)


def at_a_terminal(place: Path, *arguments: str, stdin: int) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments, "--data", str(place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=stdin,
        env=environment(),
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def place(tmp_path: Path) -> Path:
    root = tmp_path / "数据"
    root.mkdir()
    (root / "gouji.toml").write_text(CONFIG, encoding="utf-8")
    return root


@pytest.fixture
def kind() -> Kind:
    return county("127.0.12.1")


def portals(place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((place / "gouji.toml").read_text(encoding="utf-8")).get("portal", [])
    return found


def test_add_shows_what_it_found_and_keeps_the_comments(place: Path, kind: Kind) -> None:
    with kind.site:
        done = gouji(place, "portal", "add", kind.site.url, "--yes")
    assert done.returncode == 0, done.stderr
    for words in (
        "政府信息公开年报",
        kind.site.url + COLUMN,
        "年报 5 份，2024、2025",
        "分目录：2025年、2024年、乡镇街道",
        "工作要点",
        "解读、图解",
        "4 个机关，未公布 1",
        "已加入：127-0-12-1  示例县人民政府",
    ):
        assert words in done.stdout
    text = (place / "gouji.toml").read_text(encoding="utf-8")
    assert text.startswith(CONFIG + "\n\n[[portal]]\n")
    assert portals(place) == [{"id": "127-0-12-1", "name": "示例县人民政府", "start_url": kind.site.url + COLUMN}]
    data = DataDir(place)
    assert rows(data, "select id, family, active from portals") == [("127-0-12-1", "generic", 1)]
    assert rows(data, "select agency_name, year, published from rosters order by id") == [
        ("示例县第0局", 2025, 1),
        ("示例县第1局", 2025, 1),
        ("示例县林业局", 2025, 0),
        ("灵溪镇人民政府", 2025, None),
    ]
    [(document,)] = rows(data, "select distinct document from rosters")
    assert (data.archive / document[:2] / document).is_file()


def test_what_was_added_is_crawled_checked_and_replayed(place: Path, kind: Kind, tmp_path: Path) -> None:
    documents = "select sha256, url, title, agency_name, year, published_on from documents order by url"
    with kind.site:
        gouji(place, "portal", "add", kind.site.url, "--yes", "--id", "shili", "--name", "示例县")
        assert gouji(place, "crawl").returncode == 0
        checked = gouji(place, "portal", "check")
        assert checked.returncode == 0
        assert "shili  示例县  正常" in checked.stdout
        assert "列出年报 5 份，其中新的 0 份；已存 5 份" in checked.stdout
    live = rows(DataDir(place), documents)
    assert {row[3:5] for row in live} == kind.reports
    gouji(place, "crawl")
    listed = gouji(place, "portal", "list").stdout
    for words in ("最近正常", "shili：连不上", "依据：列表 http://", "怎么办：等等再看"):
        assert words in listed
    down = gouji(place, "portal", "check", "shili", "--lang", "en")
    assert "what to do: wait; if it lasts" in down.stdout
    assert down.returncode == 3
    assert "unreachable" in down.stdout
    assert "5 held" in down.stdout
    fresh = tmp_path / "fresh"
    assert gouji(fresh, "init").returncode == 0
    recording = min((place / "warc").glob("*.warc.gz"))
    replayed = gouji(fresh, "crawl", "--replay", str(recording), "--json")
    assert replayed.returncode == 0, replayed.stderr
    assert json.loads(replayed.stdout)["new_documents"] == len(live)
    assert rows(DataDir(fresh), documents) == live
    assert gouji(fresh, "crawl", "--replay", str(place / "没有.warc.gz")).returncode == 2


def test_nothing_is_added_without_a_yes(place: Path, kind: Kind) -> None:
    with kind.site:
        done = gouji(place, "portal", "add", kind.site.url)
        assert (done.returncode, portals(place)) == (2, [])
        assert "--yes" in done.stderr
        assert "年报 5 份" in done.stdout
        as_json = gouji(place, "portal", "add", kind.site.url, "--json")
        assert as_json.returncode == 2
        assert json.loads(as_json.stdout)["added"] == []
    assert (place / "gouji.toml").read_text(encoding="utf-8") == CONFIG


@pytest.mark.parametrize(("answer", "count"), [("y", 1), ("n", 0)])
def test_a_person_at_a_terminal_is_asked(place: Path, kind: Kind, answer: str, count: int) -> None:
    ours, theirs = pty.openpty()
    with kind.site:
        os.write(ours, f"{answer}\n".encode())
        done = at_a_terminal(place, "portal", "add", kind.site.url, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert "加入 gouji.toml" in done.stderr
    assert len(portals(place)) == count


def test_a_column_is_added_once_and_ids_differ(place: Path, kind: Kind) -> None:
    other = county("127.0.12.2")
    with kind.site, other.site:
        gouji(place, "portal", "add", kind.site.url, "--yes", "--id", "shili")
        again = gouji(place, "portal", "add", kind.site.url + COLUMN + "?ivk_sa=1", "--yes", "--json")
        assert again.returncode == 0
        assert json.loads(again.stdout)["added"] == []
        assert gouji(place, "portal", "add", other.site.url, "--yes", "--id", "shili").returncode == 2
        assert gouji(place, "portal", "add", other.site.url, "--yes", "--id", "a b/c").returncode == 2
        assert len(portals(place)) == 1
        assert gouji(place, "portal", "add", other.site.url, "--yes").returncode == 0
    assert [one["id"] for one in portals(place)] == ["shili", "127-0-12-2"]
    listed = gouji(place, "portal", "list", "--json")
    assert [one["id"] for one in json.loads(listed.stdout)] == ["127-0-12-2", "shili"]


def test_add_makes_the_data_directory(tmp_path: Path, kind: Kind) -> None:
    with kind.site:
        assert gouji(tmp_path / "new", "portal", "add", kind.site.url + COLUMN, "--yes").returncode == 0
    assert len(portals(tmp_path / "new")) == 1


def test_a_moved_column_is_proposed_and_never_switched(place: Path, kind: Kind) -> None:
    with kind.site:
        gouji(place, "portal", "add", kind.site.url, "--yes", "--id", "shili")
        pages = kind.site.pages
        pages["/new/zfxxgknb/"] = pages.pop(COLUMN)
        pages["/zfxxgk/"] = '<html><body><a href="/new/zfxxgknb/">政府信息公开年报</a></body></html>'
        pages[COLUMN] = Reply("", 302, {"Location": "/"})
        before = (place / "gouji.toml").read_text(encoding="utf-8")
        done = gouji(place, "portal", "check")
        assert done.returncode == 3
        assert "shili  示例县人民政府  转到首页或别处" in done.stdout
        assert "redirected" not in done.stdout
        assert json.loads(gouji(place, "portal", "check", "--json").stdout)[0]["state"] == "redirected"
        assert f"栏目可能在 {kind.site.url}/new/zfxxgknb/" in done.stdout
        added = gouji(place, "portal", "add", kind.site.url + COLUMN)
        assert "不在原处" in added.stdout
    assert (place / "gouji.toml").read_text(encoding="utf-8") == before


def test_nothing_found_is_said_with_the_evidence(place: Path) -> None:
    site = Site("127.0.12.3", {"/": "<html><title>某某商店</title><body><a href='/a/'>商品</a></body></html>"})
    with site:
        done = gouji(place, "portal", "add", site.url, "--yes")
    assert (done.returncode, portals(place)) == (3, [])
    assert "没有找到年报栏目" in done.stdout
    gone = gouji(place, "portal", "add", "127.0.12.4:9", "--yes")
    assert gone.returncode == 3
    assert "连不上" in gone.stdout


def test_names_off_a_page_cannot_act(place: Path, kind: Kind) -> None:
    page = kind.site.pages["/"]
    assert isinstance(page, str)
    kind.site.pages["/"] = page.replace('content="示例县人民政府"', 'content="坏\x1b[2J]]\u202e\'&#10;[crawl]"')
    with kind.site:
        done = gouji(place, "portal", "add", kind.site.url, "--yes")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    [one] = portals(place)
    assert one["name"].isprintable()


@pytest.mark.parametrize("broken", ["[crawl\n", "nonsense = 1\n"])
def test_a_broken_configuration_is_left_as_it_is(place: Path, kind: Kind, broken: str) -> None:
    (place / "gouji.toml").write_text(broken, encoding="utf-8")
    with kind.site:
        assert gouji(place, "portal", "add", kind.site.url, "--yes").returncode == 2
    assert (place / "gouji.toml").read_text(encoding="utf-8") == broken


def test_a_real_site_needs_a_contact(tmp_path: Path) -> None:
    done = gouji(tmp_path / "new", "portal", "add", "www.example.gov.cn", "--yes")
    assert done.returncode == 2
    assert "contact" in done.stderr
    assert gouji(tmp_path / "new", "portal", "check").returncode == 2
    assert gouji(tmp_path / "new", "portal", "add", "ftp://127.0.0.1/", "--yes", "--json").returncode == 2
