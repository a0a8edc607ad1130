"""The archive: named by hash, verified when read, healed when damaged, never half written."""

import hashlib
import os
from pathlib import Path

import pytest

from crawler.ground.archive import TOKEN, Archive, ArchiveError


def test_what_is_put_is_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    body = "示例县".encode()
    sha256 = archive.put(body)
    assert sha256 == hashlib.sha256(body).hexdigest()
    assert archive.path(sha256).name == sha256
    assert archive.read(sha256) == body
    assert archive.put(body) == sha256
    assert [path.name for path in archive.root.rglob("*") if path.is_file()] == [sha256]
    assert archive.read(archive.put(b"")) == b""


def test_a_damaged_file_is_noticed_and_healed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"body")
    path = archive.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"bodY")
    with pytest.raises(ArchiveError, match="altered"):
        archive.read(sha256)
    archive.put(b"body")
    assert archive.read(sha256) == b"body"
    path.unlink()
    with pytest.raises(ArchiveError, match="missing"):
        archive.read(sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "ab" * 31])
def test_only_hashes_are_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="SHA-256"):
        Archive(tmp_path).path(name)


def test_remains_of_killed_writers_are_swept(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"body")
    folder = archive.path(sha256).parent
    # The last had our number before us: in a container every process has the same.
    dead, mine, namesake = (
        folder / f".part-{name}" for name in ("999999999-abc-0", f"{os.getpid()}-{TOKEN}-9", f"{os.getpid()}-abc-0")
    )
    for path in (dead, mine, namesake):
        path.write_bytes(b"half")
    archive.sweep()
    assert [path.exists() for path in (dead, mine, namesake)] == [False, True, False]
    assert archive.read(sha256) == b"body"


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot write"):
        Archive(tmp_path / "archive").put(b"body")
