"""The archive is looked through and copied, folder and storage alike; stopped at any moment, the same command goes on."""

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.ground import archive_s3
from crawler.ground.archive import Archive, ArchiveError, FolderArchive
from crawler.ground.archive_care import copy
from crawler.ground.archive_s3 import S3Archive
from crawler.ground.data import DataDir, create
from monitor.cli import main
from monitor.schema import open_database
from tests.storage import answering, storage_of

BODIES = [f"报告{number}".encode() for number in range(12)]
NAMES = [hashlib.sha256(body).hexdigest() for body in BODIES]


@pytest.fixture(params=["folder", "s3"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    """An empty archive elsewhere."""
    if request.param == "folder":
        return FolderArchive(tmp_path / "副本")
    request.getfixturevalue("storage")
    return storage_of().bucket(tmp_path / "s3")


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    """A data directory whose database names all bodies but the last."""
    made = create(DataDir(tmp_path / "data"))
    for body in BODIES:
        FolderArchive(made.archive).put(body)
    with closing(open_database(made)) as db:
        seen = "2026-02-01T00:00:00Z"
        db.table("documents").insert_all(
            {"sha256": name, "url": f"http://a.example/{at}.html", "first_seen": seen, "last_seen": seen}
            for at, name in enumerate(NAMES[:-1])
        )
    return made


def gouji(data: DataDir, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["archive", *arguments, "--data", str(data.root)])
    assert result.exit_code == status, result.output
    return result.stdout


def place(other: Archive) -> list[str]:
    if isinstance(other, S3Archive):
        return [other.url, "--endpoint", other.endpoint]
    assert isinstance(other, FolderArchive)
    return [str(other.root)]


def alter(other: Archive, tmp_path: Path, sha256: str, body: bytes) -> None:
    if isinstance(other, S3Archive):
        storage_of().ask("PUT", tmp_path / "s3", sha256, body)
    else:
        path = Path(other.where(sha256))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(body)


def unfollowed(done: int, total: int) -> None:
    """Nobody looks on."""


def test_a_copy_is_whole_and_a_second_one_changes_nothing(data: DataDir, other: Archive) -> None:
    first = json.loads(gouji(data, "copy", *place(other), "--json"))
    assert first == {"copied": 12, "there": 0, "lost": [], "other": []}
    assert [other.read(name) for name in NAMES] == BODIES
    assert json.loads(gouji(data, "copy", *place(other), "--json")) == {**first, "copied": 0, "there": 12}
    told = json.loads(gouji(data, "check", *place(other), "--json"))
    assert told == {"named": 11, "kept": 12, "whole": 12, "missing": [], "damaged": [], "orphans": [NAMES[-1]]}


def test_what_is_missing_or_damaged_is_named_with_its_address(data: DataDir, other: Archive, tmp_path: Path) -> None:
    for body in BODIES[1:]:
        other.put(body)
    alter(other, tmp_path, NAMES[3], b"x")
    told = json.loads(gouji(data, "check", *place(other), "--json", status=1))
    assert [one["sha256"] for one in told["missing"]] == [NAMES[0]]
    assert [(one["sha256"], one["url"]) for one in told["damaged"]] == [(NAMES[3], "http://a.example/3.html")]
    said = gouji(data, "check", *place(other), status=1)
    assert "缺失 1 份，损坏 1 份" in said
    assert "来自 http://a.example/3.html" in said


def test_something_else_is_never_overwritten(data: DataDir, other: Archive, tmp_path: Path) -> None:
    alter(other, tmp_path, NAMES[2], b"theirs")
    told = json.loads(gouji(data, "copy", *place(other), "--json", status=1))
    assert (told["copied"], [one["sha256"] for one in told["other"]]) == (11, [NAMES[2]])
    with pytest.raises(ArchiveError, match="altered"):
        other.read(NAMES[2])


def test_what_is_lost_here_costs_itself_alone(data: DataDir, other: Archive) -> None:
    Path(FolderArchive(data.archive).where(NAMES[5])).unlink()
    alter(FolderArchive(data.archive), data.root, NAMES[6], b"x")
    told = json.loads(gouji(data, "copy", *place(other), "--json", status=1))
    assert (told["copied"], [one["sha256"] for one in told["lost"]]) == (10, [NAMES[6]])
    assert json.loads(gouji(data, "check", "--json", status=1))["missing"][0]["sha256"] == NAMES[5]


def test_a_copy_that_is_broken_off_goes_on(data: DataDir, other: Archive) -> None:
    class EndedError(Exception):
        """As when the process ends."""

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise EndedError

    with pytest.raises(EndedError):
        copy(FolderArchive(data.archive), other, stop)
    told = copy(FolderArchive(data.archive), other, unfollowed)
    assert told.copied + told.there == 12
    assert told.there >= 5
    assert list(other.hashes()) == sorted(NAMES)


@pytest.mark.parametrize(("status", "words"), [(403, "不认这份凭据"), (503, "没有照常回答"), (507, "没有照常回答")])
def test_storage_that_refuses_or_is_full_is_told_in_a_sentence(
    data: DataDir, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_s3, "TRIES", 0)
    with answering(status) as endpoint:
        for what in ("check", "copy"):
            line = ["archive", what, "s3://gongkai/a", "--endpoint", endpoint, "--data", str(data.root)]
            result = CliRunner().invoke(main, line)
            assert result.exit_code == 3, result.output
            assert words in result.stderr


def test_neither_the_archive_itself_nor_a_folder_of_other_things_is_copied_to(data: DataDir, tmp_path: Path) -> None:
    gouji(data, "copy", str(data.archive), status=2)
    gouji(data, "copy", str(data.root), status=2)
    (tmp_path / "桌面").mkdir()
    (tmp_path / "桌面" / "信.txt").write_text("x", encoding="utf-8")
    gouji(data, "copy", str(tmp_path / "桌面"), status=2)
    gouji(data, "copy", "s3://x/年报", status=2)
