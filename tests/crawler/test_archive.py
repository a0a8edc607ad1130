"""The archive: what every backend promises, tried on each; and what is the folder's own."""

import hashlib
import os
import pickle
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.ground import archive_s3
from crawler.ground.archive import TOKEN, Archive, ArchiveError, FolderArchive, open_archive
from crawler.ground.archive_s3 import S3Archive
from crawler.ground.data import DataDir, create
from crawler.ground.errors import UsageError
from tests.archives import PackedArchive
from tests.storage import Storage, storage_of

BODY = "示例县".encode()
SHA = hashlib.sha256(BODY).hexdigest()


@dataclass(frozen=True)
class Backend:
    """An archive, and how its bytes come to harm. One more backend is one more line in `BACKENDS`."""

    make: Callable[[Path], Archive]
    lose: Callable[[Path, str], None]
    alter: Callable[[Path, str, bytes], None]
    block: Callable[[Path], None]


def file_of(root: Path, sha256: str) -> Path:
    return Path(FolderArchive(root).where(sha256))


def lose_file(root: Path, sha256: str) -> None:
    file_of(root, sha256).unlink()


def alter_file(root: Path, sha256: str, body: bytes) -> None:
    file_of(root, sha256).chmod(0o644)
    file_of(root, sha256).write_bytes(body)


def block_folder(root: Path) -> None:
    root.write_text("in the way")


def alter_row(root: Path, sha256: str, body: bytes) -> None:
    with closing(PackedArchive(root).opened()) as db, db:
        db.execute("update bodies set body = ? where sha256 = ?", [body, sha256])


def block_file(root: Path) -> None:
    root.parent.with_name("packed.db").mkdir()


def lose_row(root: Path, sha256: str) -> None:
    with closing(PackedArchive(root).opened()) as db, db:
        db.execute("delete from bodies where sha256 = ?", [sha256])


def stored(root: Path) -> Archive:
    return storage_of().bucket(root)


def lose_object(root: Path, sha256: str) -> None:
    storage_of().ask("DELETE", root, sha256)


def alter_object(root: Path, sha256: str, body: bytes) -> None:
    storage_of().ask("PUT", root, sha256, body)


def block_bucket(root: Path) -> None:
    storage_of().ask("DELETE", root)


BACKENDS = {
    "folder": Backend(FolderArchive, lose_file, alter_file, block_folder),
    "packed": Backend(PackedArchive, lose_row, alter_row, block_file),
    "s3": Backend(stored, lose_object, alter_object, block_bucket),
}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "s3":
        request.getfixturevalue("storage")
    return BACKENDS[request.param]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "archive"


@pytest.fixture
def archive(backend: Backend, root: Path) -> Archive:
    return backend.make(root)


def test_what_is_put_is_read_under_its_hash(archive: Archive) -> None:
    assert archive.put(BODY) == SHA
    assert archive.put(BODY, SHA) == SHA, "twice is once"
    assert archive.read(SHA) == BODY
    assert archive.read(archive.put(b"")) == b""
    assert list(archive.hashes()) == sorted([SHA, hashlib.sha256(b"").hexdigest()])


def test_an_archive_in_which_nothing_was_put_is_empty(archive: Archive) -> None:
    archive.sweep()
    assert list(archive.hashes()) == []
    with pytest.raises(ArchiveError, match="missing"):
        archive.read(SHA)


@pytest.mark.parametrize("altered", [b"bodY", b"", BODY + b"x", BODY[:-1]])
def test_altered_bytes_are_never_given_out_and_are_healed(
    backend: Backend, root: Path, archive: Archive, altered: bytes
) -> None:
    archive.put(BODY)
    backend.alter(root, SHA, altered)
    with pytest.raises(ArchiveError, match="altered"):
        archive.read(SHA)
    archive.put(BODY)
    assert archive.read(SHA) == BODY


def test_lost_bytes_are_told_and_can_be_put_again(backend: Backend, root: Path, archive: Archive) -> None:
    archive.put(BODY)
    backend.lose(root, SHA)
    with pytest.raises(ArchiveError, match="missing"):
        archive.read(SHA)
    assert list(archive.hashes()) == []
    archive.put(BODY)
    assert archive.read(SHA) == BODY


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "ab" * 31, f"{SHA}\n"])
def test_only_hashes_are_names(archive: Archive, name: str) -> None:
    for asked in (archive.read, archive.where):
        with pytest.raises(ArchiveError, match="SHA-256"):
            asked(name)


def test_where_bytes_are_is_told_whether_they_are_there_or_not(archive: Archive) -> None:
    before = archive.where(SHA)
    assert SHA in before
    archive.put(BODY)
    assert archive.where(SHA) == before


def test_an_archive_that_cannot_be_written_is_a_clear_error(backend: Backend, root: Path, archive: Archive) -> None:
    backend.block(root)
    with pytest.raises(ArchiveError, match="cannot write"):
        archive.put(BODY)


def test_it_goes_with_the_work_to_another_process(archive: Archive) -> None:
    archive.put(BODY)
    there: Archive = pickle.loads(pickle.dumps(archive))
    assert there.read(SHA) == BODY


def test_many_threads_put_the_same_and_other_bytes(archive: Archive) -> None:
    bodies = [f"报告{number}".encode() for number in range(20)]
    threads = [threading.Thread(target=lambda: [archive.put(body) for body in bodies]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [archive.read(sha256) for sha256 in archive.hashes()] == sorted(
        bodies, key=lambda body: hashlib.sha256(body).hexdigest()
    )


def test_a_data_directory_has_its_archive(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    assert open_archive(data).read(open_archive(data).put(BODY)) == BODY
    assert open_archive(data).where(SHA) == f"{tmp_path}/data/archive/{SHA[:2]}/{SHA}"
    assert open_archive(DataDir(Path())).where(SHA) == f"archive/{SHA[:2]}/{SHA}", "no path of this machine"


def test_remains_of_killed_writers_are_swept(root: Path) -> None:
    archive = FolderArchive(root)
    archive.put(BODY)
    folder = file_of(root, SHA).parent
    # The last had our number before us: in a container every process has the same.
    dead, mine, namesake = (
        folder / f".part-{name}" for name in ("999999999-abc-0", f"{os.getpid()}-{TOKEN}-9", f"{os.getpid()}-abc-0")
    )
    for path in (dead, mine, namesake):
        path.write_bytes(b"half")
    archive.sweep()
    assert [path.exists() for path in (dead, mine, namesake)] == [False, True, False]
    assert archive.read(SHA) == BODY
    assert list(archive.hashes()) == [SHA], "what is half-written is not kept"


def make_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as one:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            one.bind("s")
        finally:
            os.chdir(here)
        path.with_name("s").rename(path)


STAND_INS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "socket": make_socket,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", STAND_INS)
def test_what_is_no_file_keeps_nobody_waiting(root: Path, kind: str) -> None:
    archive = FolderArchive(root)
    path = file_of(root, archive.put(BODY))
    path.unlink()
    STAND_INS[kind](path)
    with pytest.raises(ArchiveError, match="archived file"):
        archive.read(SHA)
    with suppress(ArchiveError):  # a folder cannot be replaced by a file
        archive.put(BODY)
    assert kind == "folder" or archive.read(SHA) == BODY


def test_storage_is_chosen_in_the_configuration(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    data.config_path.write_text('[archive]\nurl = "s3://gongkai/年报"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="names no storage"):
        open_archive(data)
    data.config_path.write_text(
        '[archive]\nurl = "s3://gongkai/a"\nendpoint = "http://127.0.0.1:9"\n', encoding="utf-8"
    )
    assert open_archive(data).where(SHA) == f"s3://gongkai/a/{SHA[:2]}/{SHA}"


def test_without_credentials_it_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(ArchiveError, match=r"credentials in the environment: AWS_ACCESS_KEY_ID$"):
        S3Archive("s3://gongkai/a").read(SHA)


@pytest.mark.parametrize("ask", [lambda one: one.read(SHA), lambda one: one.put(BODY), lambda one: list(one.hashes())])
def test_storage_that_does_not_answer_is_neither_empty_nor_lacking(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[Archive], object]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "us")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(archive_s3, "TRIES", 0)
    with pytest.raises(ArchiveError, match="does not answer as it should"):
        ask(S3Archive("s3://gongkai/a", "http://127.0.0.1:9"))


def test_a_bucket_that_is_missing_is_told_from_a_body_that_is(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "us")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with pytest.raises(ArchiveError, match="no such bucket"):
        S3Archive("s3://nobody-made-this/a", storage.endpoint).read(SHA)
    with pytest.raises(ArchiveError, match="is missing"):
        storage.bucket(tmp_path).read(SHA)
