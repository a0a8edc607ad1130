"""The state is for its owner, or for a group; children of ours get no secret."""

import grp
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from crawler.ground.errors import UsageError
from crawler.ground.privacy import make_shared, open_to
from crawler.ground.surroundings import needed, secrets, withhold

GROUP = grp.getgrgid(os.getgid()).gr_name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def gouji(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor.cli", *map(str, arguments)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_whatever_the_umask_nobody_else_looks_in(umask: int, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    gouji("init", tmp_path / "数据")
    gouji("add", tmp_path / "a.txt", "--data", tmp_path / "数据")
    gouji("feed", "--data", tmp_path / "数据")
    gouji("feed", tmp_path / "feed.atom", "--data", tmp_path / "数据")
    assert mode(tmp_path / "数据") == 0o700
    assert not [path for path in (tmp_path / "数据").rglob("*") if mode(path) & 0o077]
    assert mode(tmp_path / "feed.atom") == 0o666 & ~umask  # written for others


def test_a_folder_that_somebody_made_keeps_its_mode(tmp_path: Path) -> None:
    root = tmp_path / "数据"
    root.mkdir()
    root.chmod(0o750)
    gouji("init", root)
    assert mode(root) == 0o750
    assert mode(root / "gouji.db") == 0o640
    assert open_to(root) == "group"


def test_a_group_reads_and_works(tmp_path: Path) -> None:
    root = tmp_path / "数据"
    gouji("init", root, "--group", GROUP)
    assert mode(root) == 0o2770
    assert mode(root / "gouji.db") == mode(root / "gouji.toml") == 0o660
    with pytest.raises(UsageError, match="there already"):
        make_shared(root, GROUP)
    with pytest.raises(UsageError, match="no group"):
        make_shared(tmp_path / "b", "kein-solcher")
    assert not (tmp_path / "b").exists()


def test_a_file_that_is_there_is_not_written_through(tmp_path: Path) -> None:
    root = tmp_path / "数据"
    root.mkdir()
    (root / "gouji.toml").symlink_to(tmp_path / "elsewhere")
    create(DataDir(root))
    assert not (tmp_path / "elsewhere").exists()


GIVEN = {
    "PATH": "/bin",
    "HOME": "/h",
    "LC_ALL": "C",
    "PYTHONPATH": "/p",
    "GOUJI_DATA": "d",
    "GOUJI_DEBUG": "1",
    "SSL_CERT_FILE": "c",
    "TZ": "Asia/Shanghai",
    "GOUJI_MAIL_PASSWORD": "s3cret",
    "GOUJI_WECOM": "wecombot://s3cret",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "HTTP_PROXY": "http://u:s3cret@p",
    "ROBOT": "s3cret",
}


def test_a_child_gets_what_it_needs() -> None:
    assert needed(GIVEN) == {
        name: GIVEN[name]
        for name in ("PATH", "HOME", "LC_ALL", "PYTHONPATH", "GOUJI_DATA", "GOUJI_DEBUG", "SSL_CERT_FILE", "TZ")
    }
    # What is preloaded (a clock) has variables of its own; our secrets are no business of it.
    preloaded = needed({**GIVEN, "LD_PRELOAD": "/clock.so", "SHIFT": "-86400"})
    assert preloaded["SHIFT"] == "-86400"
    assert not {"GOUJI_MAIL_PASSWORD", "GOUJI_WECOM"} & set(preloaded)


def test_secrets_are_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "s3cret")
    assert "GOUJI_MAIL_PASSWORD" in secrets(os.environ)
    assert withhold(["GOUJI_MAIL_PASSWORD", "GOUJI_NOTHING"]) == {"GOUJI_MAIL_PASSWORD": "s3cret"}
    said = subprocess.run(
        [sys.executable, "-c", "import os; print('GOUJI_MAIL_PASSWORD' in os.environ)"], capture_output=True, check=True
    )
    assert said.stdout.strip() == b"False"
