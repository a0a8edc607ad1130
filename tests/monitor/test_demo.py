"""The demo from end to end: the whole road with real HTTP and SMTP finds what was planted and nothing else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.demo.site import BROKEN_CARRY, DECOYS, MISSING, PLACES, SLIP, WRONG_CELL, pages, register
from monitor.demo.walk import place
from tests.monitor.service import ROOT, environment, rows

CELL = "T3[granted,natural_person]"


def gouji(*arguments: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**environment(), "TMPDIR": str(temporary)},
        timeout=120,
        check=False,
    )


def test_the_demo_tells_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    told = gouji("demo", "--keep", temporary=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    [root] = tmp_path.iterdir()
    assert str(root) in told.stdout
    data = DataDir(root)
    found = rows(data, "select agency, year, rule, subject from findings where class <> 'info' order by 1, 2, 3, 4")
    assert {(agency, year) for agency, year, *_ in found} == {MISSING, WRONG_CELL, BROKEN_CARRY, SLIP}
    assert {rule for _, _, rule, _ in found} == {"pub.state", "t3.column_sum", "t3.row_sum", "year.carry", "claim.cell"}
    assert rows(data, "select count(*) from current_reports") == [(59,)]
    assert rows(data, "select template, count(*) from current_reports group by 1") == [("2019", 20), ("2021", 39)]
    assert rows(data, "select count(*) from reports where status <> 'complete'") == [(0,)]
    assert rows(data, "select count(*) from deliveries where outcome = 'sent'") == [(1,)]
    assert len(list(data.outbox.iterdir())) == 1
    digest = told.stdout.partition("─" * 72)[2]
    for agency, year in (MISSING, WRONG_CELL, BROKEN_CARRY, SLIP):
        assert f"{agency}{year}年度" in digest
    assert "（一）予以公开·自然人 印 " in digest
    assert CELL not in digest
    assert not any(title in digest for title, _ in DECOYS)


def test_the_next_steps_work_as_they_are_printed(tmp_path: Path) -> None:
    told = gouji("demo", "--lang", "en", "--data", str(tmp_path / "kept"), temporary=tmp_path)
    assert told.returncode == 0, told.stderr
    printed = [line.split()[1:] for line in told.stdout.splitlines() if re.match(r"    gouji .*--data .*kept", line)]
    assert [command for command, *_ in printed] == ["findings", "show", "diff"]
    for arguments in printed:
        again = gouji(*arguments, temporary=tmp_path)
        assert (again.returncode, again.stderr) in ((0, ""), (1, "")), (arguments, again.stderr)
    refused = gouji("demo", "--data", str(tmp_path / "kept"), temporary=tmp_path)
    assert refused.returncode == 2
    assert "不是空的" in refused.stderr


def test_the_place_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    # What the environment names is somebody's real data: the demo never touches it.
    monkeypatch.setitem(os.environ, "GOUJI_DATA", str(tmp_path / "real"))
    with place(None, keep=False) as data:
        assert data.root.parent == tmp_path
        (data.root / "gouji.db").touch()
    assert not list(tmp_path.iterdir())
    with place(None, keep=True) as data:
        pass
    assert data.root.is_dir()
    (tmp_path / "file").touch()
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(UsageError, match="not empty"), place(str(taken), keep=False):
            pass


def test_the_site_is_what_the_register_says() -> None:
    site = pages()
    assert len(register().splitlines()) == 11
    assert b'createPageHTML(5, 0, "index", "html")' in site[PLACES[0].column][1]
    assert PLACES[0].column + "index_4.html" in site
    assert PLACES[0].column + "index_5.html" not in site
    folder = site[PLACES[1].column + "2024n/index.html"][1]
    assert "云溪县".encode("gbk") in folder
    assert "下一页".encode("gbk") in folder
