"""Files taken in from disk: folders, zips, and everything on a disk that is no report or means harm."""

import hashlib
import io
import os
import socket
import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.files import intake, unpack
from crawler.files.intake import IntakeResult, add, shown
from crawler.ground import schema
from crawler.ground.archive import ArchiveError, open_archive
from crawler.ground.data import DataDir, connect, create

NOW = datetime(2024, 2, 1, tzinfo=UTC)
LATER = datetime(2024, 3, 1, tzinfo=UTC)
REPORT = "示例县教育局2023年政府信息公开工作年度报告\n一、总体情况\n".encode()


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return create(DataDir(tmp_path / "gouji-data"))


@pytest.fixture
def db(data: DataDir) -> Database:
    return connect(data, [schema.migrations])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "年报"
    path.mkdir()
    return path


def documents(db: Database) -> list[tuple[str, str]]:
    return [tuple(row) for row in db.execute("select url, media_type from documents order by url").fetchall()]


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return buffer.getvalue()


def reasons(result: IntakeResult) -> str:
    return "\n".join(f"{name}: {reason}" for name, reason, _ in result.refused)


def test_a_file_becomes_a_document(db: Database, data: DataDir, folder: Path) -> None:
    file = folder / "教育局 2023.txt"
    file.write_bytes(REPORT)
    assert add(db, data, [file], NOW) == IntakeResult(1, 0, [])
    [row] = db.query("select * from documents")
    assert row["url"] == file.as_uri()
    assert (row["media_type"], row["title"], row["portal"], row["year"]) == ("text/plain", None, None, None)
    assert open_archive(data).read(row["sha256"]) == REPORT


def test_again_is_known_and_another_name_is_another_row(db: Database, data: DataDir, folder: Path) -> None:
    (folder / "a.txt").write_bytes(REPORT)
    add(db, data, [folder], NOW)
    (folder / "b.txt").write_bytes(REPORT)
    assert add(db, data, [folder], LATER) == IntakeResult(1, 1, [])
    assert db.execute("select count(*), count(distinct sha256) from documents").fetchone() == (2, 1)
    assert db.execute("select first_seen < last_seen from documents where url like '%/a.txt'").fetchone() == (1,)
    (folder / "a.txt").write_bytes(REPORT + b"2")
    assert add(db, data, [folder], LATER) == IntakeResult(1, 1, [])
    assert db.execute("select count(*) from documents where url like '%/a.txt'").fetchone() == (2,)


def test_the_same_file_by_another_path_is_known(
    db: Database, data: DataDir, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_bytes(REPORT)
    monkeypatch.chdir(folder)
    assert add(db, data, ["a.txt", folder / ".." / "年报" / "a.txt", "./a.txt"], NOW) == IntakeResult(1, 2, [])


def test_folders_recursively_without_litter(db: Database, data: DataDir, folder: Path) -> None:
    (folder / "乡镇" / "龙山").mkdir(parents=True)
    for name in ("乡镇/龙山/a.html", "b.html", ".DS_Store", "Thumbs.db", "~$b.docx", ".git/config", "乡镇/.隐藏.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"<html><body>" + name.encode())
    assert add(db, data, [folder], NOW) == IntakeResult(2, 0, [])
    assert {url.rsplit("/", 1)[1] for url, _ in documents(db)} == {"a.html", "b.html"}
    assert add(db, data, [folder / ".DS_Store"], NOW).added == 1, "named by hand, it is meant"


def test_our_own_data_is_not_taken(db: Database, data: DataDir, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(REPORT)
    add(db, data, [tmp_path], NOW)
    add(db, data, [tmp_path], NOW)
    assert len(documents(db)) == 1
    assert "own data directory" in reasons(add(db, data, [data.archive], NOW))
    (data.root / "b.txt").write_bytes(REPORT)
    add(db, data, [data.root], NOW)
    assert len(documents(db)) == 2, "only what is ours is passed over"


def test_links_pipes_sockets_and_what_is_not_there(
    db: Database, data: DataDir, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"secret")
    (folder / "link.txt").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        (folder / "z.txt").write_bytes(REPORT)
        given: list[Path | str] = [
            folder,
            folder / "link.txt",
            folder / "pipe",
            "/dev/zero",
            folder / "absent",
            "nul\0",
        ]
        result = add(db, data, given, NOW)
    assert (result.added, result.known) == (1, 0)
    assert [(Path(name).name, reason.split(";")[0]) for name, reason, _ in result.refused] == [
        ("link.txt", "a link"),
        ("loop", "a link"),
        ("pipe", "no file (a pipe, socket or device)"),
        ("socket", "no file (a pipe, socket or device)"),
        ("link.txt", "a link"),
        ("pipe", "no file (a pipe, socket or device)"),
        ("zero", "no file (a pipe, socket or device)"),
        ("absent", "cannot be read: No such file or directory"),
        ("nul\\x00", "cannot be read: embedded null byte"),
    ]
    assert not data.archive.joinpath(hashlib.sha256(b"secret").hexdigest()[:2]).exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable(db: Database, data: DataDir, folder: Path) -> None:
    (folder / "a.txt").write_bytes(REPORT)
    (folder / "b.txt").write_bytes(REPORT)
    (folder / "a.txt").chmod(0)
    result = add(db, data, [folder], NOW)
    assert (result.added, len(result.refused)) == (1, 1)


def test_too_large(db: Database, data: DataDir, folder: Path) -> None:
    with (folder / "a.html").open("wb") as file:
        file.truncate(intake.LARGEST + 1)
    (folder / "b.txt").write_bytes(REPORT)
    result = add(db, data, [folder], NOW)
    assert result.added == 1
    assert "a.html: larger than 60 MB" in reasons(result)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"MZ\x90\0" + b"\0" * 100, "a program"),
        (b"\x7fELF" + b"\0" * 100, "a program"),
        (b"\0\0\0\x18ftypmp42", "a recording"),
        (b"Rar!\x1a\x07\0", "unpack it first"),
        (b"SQLite format 3\0", "a database"),
    ],
)
def test_what_can_never_be_a_report(db: Database, data: DataDir, folder: Path, body: bytes, told: str) -> None:
    (folder / "年报.docx").write_bytes(body)
    result = add(db, data, [folder], NOW)
    assert (result.added, documents(db)) == (0, [])
    assert told in reasons(result)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\1\2\3" * 100,
        b"not a report",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        packed({"[Content_Types].xml": b"x", "word/document.xml": b"x"})[:-30],
    ],
    ids=["empty", "noise", "text", "pdf", "png", "torn"],
)
def test_what_extract_must_judge_is_kept(db: Database, data: DataDir, folder: Path, body: bytes) -> None:
    (folder / "a.bin").write_bytes(body)
    assert add(db, data, [folder], NOW) == IntakeResult(1, 0, [])


@pytest.mark.parametrize(
    "name", ["a\nb.txt", "\x1b[31mred.txt", "a..\\..\\x.txt", "a#b?c%20.txt", "=cmd().txt", "<b>.txt", "a!b.zip!.txt"]
)
def test_names_that_would_break_a_line(db: Database, data: DataDir, folder: Path, name: str) -> None:
    (folder / name).write_bytes(REPORT)
    (folder / ("x" + name)).symlink_to(folder / name)
    result = add(db, data, [folder], NOW)
    assert result.added == 1
    [(url, _)] = documents(db)
    assert url == (folder / name).as_uri()
    assert url.isprintable()
    assert "!/" not in url
    assert all(part.isprintable() for pair in result.refused for part in pair)


def test_a_name_of_broken_bytes(db: Database, data: DataDir, folder: Path) -> None:
    name = os.fsdecode("年报.txt".encode("gbk"))
    (folder / name).write_bytes(REPORT)
    (folder / (name + "2")).symlink_to("x")
    result = add(db, data, [folder], NOW)
    assert result.added == 1
    assert "%C4%EA%B1%A8.txt" in documents(db)[0][0]
    assert "\\udcc4" in reasons(result)


@given(st.text())
def test_shown(name: str) -> None:
    assert shown(name).isprintable()


# --- zips -------------------------------------------------------------------------------------------------


def test_members_of_a_zip(db: Database, data: DataDir, folder: Path) -> None:
    inner = packed({"龙山镇.html": b"<html>1"})
    file = folder / "全县.zip"
    file.write_bytes(
        packed({"部门/教育局.txt": REPORT, "部门/": b"", "乡镇.zip": inner, "__MACOSX/._x": b"x", ".DS_Store": b"x"})
    )
    assert add(db, data, [file], NOW) == IntakeResult(2, 0, [])
    root = file.as_uri()
    assert documents(db) == sorted(
        [
            (f"{root}!/%E9%83%A8%E9%97%A8/%E6%95%99%E8%82%B2%E5%B1%80.txt", "text/plain"),
            (f"{root}!/%E4%B9%A1%E9%95%87.zip!/%E9%BE%99%E5%B1%B1%E9%95%87.html", "text/html"),
        ]
    )
    assert add(db, data, [file], NOW) == IntakeResult(0, 2, [])


def test_a_third_zip_is_refused(db: Database, data: DataDir, folder: Path) -> None:
    body = packed({"a.txt": REPORT})
    for level in range(3):
        body = packed({f"{level}.zip": body, f"{level}.txt": REPORT + bytes([level])})
    (folder / "x.zip").write_bytes(body)
    result = add(db, data, [folder], NOW)
    assert result.added == 2
    assert "2.zip!/1.zip!/" not in reasons(result)
    assert "a zip within a zip within a zip" in reasons(result)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_member_names_without_a_declared_charset(db: Database, data: DataDir, folder: Path, encoding: str) -> None:
    # The second byte of 乗 in GBK is a backslash.
    name = "部门/示例县乗教育局.txt"
    raw = name.encode(encoding)
    body = packed({"x" * len(raw): REPORT}).replace(b"x" * len(raw), raw)
    (folder / "a.zip").write_bytes(body)
    add(db, data, [folder], NOW)
    [(url, _)] = documents(db)
    assert url.endswith("!/%E9%83%A8%E9%97%A8/%E7%A4%BA%E4%BE%8B%E5%8E%BF%E4%B9%97%E6%95%99%E8%82%B2%E5%B1%80.txt")


def test_hostile_member_names_are_inert(db: Database, data: DataDir, folder: Path, tmp_path: Path) -> None:
    names = ["../../evil.txt", "/etc/passwd", "C:\\x\\y.txt", "a\nb\x1b[31m.txt", "a/../b.txt", "x/./y.txt", "!/z.txt"]
    before = sorted(path for path in tmp_path.rglob("*") if data.root not in path.parents)
    (folder / "a.zip").write_bytes(packed({name: name.encode() for name in names}))
    assert add(db, data, [folder], NOW).added == len(names)
    after = sorted(path for path in tmp_path.rglob("*") if data.root not in path.parents)
    assert set(after) == {*before, folder / "a.zip"}
    urls = [url for url, _ in documents(db)]
    assert all(
        url.isprintable() and "/../" not in url and url.startswith((folder / "a.zip").as_uri() + "!/") for url in urls
    )
    assert (folder / "a.zip").as_uri() + "!/%2E%2E/%2E%2E/evil.txt" in urls


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(db: Database, data: DataDir, folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w") as package:
        package.writestr("a.txt", REPORT)
        package.writestr("a.txt", REPORT + b"2")
    assert add(db, data, [folder], NOW).added == 2
    assert len({url for url, _ in documents(db)}) == 2


def test_a_word_file_is_one_document(db: Database, data: DataDir, folder: Path) -> None:
    docx = packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    (folder / "a.zip").write_bytes(docx)
    (folder / "b.zip").write_bytes(packed({"b.docx": docx, "c.ofd": packed({"OFD.xml": b"<x/>"})}))
    assert add(db, data, [folder], NOW).added == 3
    assert sorted(kind.rsplit(".", 1)[-1] for _, kind in documents(db)) == ["application/ofd", "document", "document"]


def test_bombs(db: Database, data: DataDir, folder: Path) -> None:
    (folder / "a.zip").write_bytes(
        packed({"bomb.html": b"\0" * (30 << 20), "huge.html": b"\0" * (intake.LARGEST + 1), "a.txt": REPORT})
    )
    result = add(db, data, [folder], NOW)
    assert result.added == 1
    assert "bomb.html: a decompression bomb" in reasons(result)
    assert "huge.html: larger than 60 MB" in reasons(result)


def test_the_sum_of_an_archive_is_bounded(
    db: Database, data: DataDir, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "UNPACKED", 100)
    inner = packed({f"{n}.txt": bytes([65 + n]) * 30 for n in range(5)})
    (folder / "a.zip").write_bytes(packed({"a.zip": inner, "b.txt": b"b"}))
    result = add(db, data, [folder], NOW)
    assert result.added <= 2
    assert "holds more than is unpacked at once" in reasons(result)


def test_too_many_members(db: Database, data: DataDir, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MEMBERS", 3)
    (folder / "a.zip").write_bytes(packed({f"{n}.txt": b"x" for n in range(4)}))
    (folder / "b.txt").write_bytes(REPORT)
    result = add(db, data, [folder], NOW)
    assert (result.added, len(result.refused)) == (1, 1)
    (folder / "c.zip").write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 60_000 + b"PK\x05\x06" + b"\0" * 18)
    assert "more than 50000 entries" in reasons(add(db, data, [folder / "c.zip"], NOW))


def test_encrypted_links_and_strange_methods(db: Database, data: DataDir, folder: Path) -> None:
    body = bytearray(packed({"secret.txt": REPORT, "plain.txt": REPORT, "odd.txt": REPORT}))
    flags = {"secret.txt": (6, 1), "odd.txt": (8, 99)}
    for name, (offset, value) in flags.items():
        for magic, shift, header in ((b"PK\x03\x04", 0, 30), (b"PK\x01\x02", 2, 46)):
            at = body.find(magic)
            while body[at + header : at + header + len(name)] != name.encode():
                at = body.find(magic, at + 1)
            struct.pack_into("<H", body, at + offset + shift, value)
    (folder / "a.zip").write_bytes(bytes(body))
    with zipfile.ZipFile(folder / "b.zip", "w") as package:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    result = add(db, data, [folder], NOW)
    assert result.added == 1
    told = reasons(result)
    assert "secret.txt: encrypted" in told
    assert "odd.txt: packed by a method" in told
    assert "link.txt: a link" in told


def test_damaged_and_empty_zips(db: Database, data: DataDir, folder: Path) -> None:
    good = packed({"a.txt": REPORT * 100, "b.txt": REPORT})
    (folder / "1.zip").write_bytes(good[:-30])
    (folder / "2.zip").write_bytes(packed({}))
    (folder / "3.zip").write_bytes(good[:60] + bytes([good[60] ^ 255]) + good[61:])
    (folder / "4.zip").write_bytes(packed({"folder/": b""}))
    result = add(db, data, [folder], NOW)
    told = reasons(result)
    assert "1.zip: a damaged zip" in told
    assert "2.zip: an empty zip" in told
    assert "3.zip!/a.txt: damaged inside the zip" in told
    assert "4.zip: an empty zip" in told
    assert result.added == 1


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 600), at=st.integers(0, 600), byte=st.integers(0, 255))
def test_any_damage_to_a_zip(db: Database, data: DataDir, folder: Path, cut: int, at: int, byte: int) -> None:
    body = bytearray(packed({"部门/a.txt": REPORT, "b.zip": packed({"c.txt": REPORT}), "d.html": b"<html>" + REPORT}))
    body[at % len(body)] = byte
    (folder / "a.zip").write_bytes(bytes(body[: len(body) - cut % len(body)] if cut % 3 == 0 else body))
    result = add(db, data, [folder], NOW)
    assert result.added + result.known + len(result.refused) >= 1
    assert all(part.isprintable() for pair in result.refused for part in pair)


# --- faults -----------------------------------------------------------------------------------------------


def test_an_archive_that_cannot_be_written(db: Database, data: DataDir, folder: Path) -> None:
    (folder / "a.txt").write_bytes(REPORT)
    data.archive.rmdir()
    data.archive.write_bytes(b"a file stands in its place")
    with pytest.raises(ArchiveError):
        add(db, data, [folder], NOW)
    assert documents(db) == [], "no row without its bytes"


def test_memory_does_not_grow_with_a_zip(db: Database, data: DataDir, folder: Path) -> None:
    member = os.urandom(8 << 20)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_STORED) as package:
        for number in range(12):
            package.writestr(f"{number}.bin", member[number:])
    tracemalloc.start()
    try:
        assert add(db, data, [folder], NOW).added == 12
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40 << 20, "a few members' worth, not all of the 96 MB"
