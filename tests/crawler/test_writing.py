"""Files for people: only ours are replaced, whole or not at all; never through a link, never onto a device."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from crawler.ground.errors import GoujiError, UsageError
from crawler.ground.writing import Sums, exchange, regular, sum_of, write
from crawler.ground.writing import create as create_file

MINE, OURS = b"mine", "勾稽".encode()


@pytest.fixture
def sums(tmp_path: Path) -> Sums:
    return create(DataDir(tmp_path / "数据")).sums


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_what_we_wrote_is_replaced_and_what_was_changed_is_not(sums: Sums, tmp_path: Path) -> None:
    file = tmp_path / "feed.atom"
    for body in (b"1", b"2", b"2", b"3"):
        write({file: body}, sums)
        assert file.read_bytes() == body
    file.write_bytes(b"3 edited")
    with pytest.raises(UsageError, match="not as gouji wrote it"):
        write({file: b"4"}, sums)
    assert file.read_bytes() == b"3 edited"
    write({file: b"4"}, sums, force=True)
    write({file: b"5"}, sums)
    assert file.read_bytes() == b"5"
    assert not left_behind(tmp_path)


def test_a_file_of_others_stays_and_so_does_all_that_goes_with_it(sums: Sums, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(MINE)
    with pytest.raises(UsageError, match=r"b\.md"):
        write({tmp_path / "a.docx": OURS, tmp_path / "b.md": OURS}, sums)
    assert not (tmp_path / "a.docx").exists()
    assert (tmp_path / "b.md").read_bytes() == MINE


def test_a_file_that_says_the_same_already_is_no_hindrance(sums: Sums, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OURS)
    write({tmp_path / "a": OURS}, sums)


def link(place: Path) -> None:
    place.symlink_to(place.with_name("diary"))


def dangling(place: Path) -> None:
    place.symlink_to(place.with_name("nowhere"))


def device(place: Path) -> None:
    try:
        os.mknod(place, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("a device needs root")


def socketed(place: Path) -> None:
    here = Path.cwd()
    os.chdir(place.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(place.name)
    finally:
        os.chdir(here)


KINDS: dict[str, Callable[[Path], None]] = {
    "link": link,
    "dangling": dangling,
    "device": device,
    "socket": socketed,
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_what_is_no_file_is_left_alone(kind: str, force: bool, own: bool, sums: Sums, tmp_path: Path) -> None:
    place = tmp_path / "feed"
    (tmp_path / "diary").write_bytes(MINE)
    KINDS[kind](place)
    before = place.lstat()
    with pytest.raises(UsageError, match=str(place)) as told:
        write({place: OURS}, sums, force=force, own=own)
    assert str(place) in told.value.zh
    after = place.lstat()
    assert (after.st_mode, after.st_ino, after.st_rdev) == (before.st_mode, before.st_ino, before.st_rdev)
    assert (tmp_path / "diary").read_bytes() == MINE
    assert not (tmp_path / "nowhere").exists()
    assert not left_behind(tmp_path)


def test_a_folder_that_is_a_link_is_a_folder(sums: Sums, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "www").symlink_to(tmp_path / "real")
    write({tmp_path / "www" / "a": b"1"}, sums)
    write({tmp_path / "real" / "a": b"2"}, sums)  # the same file by its other name
    assert (tmp_path / "real" / "a").read_bytes() == b"2"


def test_another_name_of_the_same_file_keeps_its_content(sums: Sums, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(MINE)
    (tmp_path / "feed").hardlink_to(tmp_path / "mine")
    write({tmp_path / "feed": OURS}, sums, force=True)
    assert (tmp_path / "mine").read_bytes() == MINE


def test_a_killed_writer_is_known_by_both_sums(sums: Sums, tmp_path: Path) -> None:
    file = tmp_path / "feed"
    write({file: b"1"}, sums)
    sums.add({file: "0" * 64})  # noted, and killed before the new content took its place
    write({file: b"2"}, sums)
    assert file.read_bytes() == b"2"
    assert len((sums.path).read_text().splitlines()) == 2


def test_what_a_killed_writer_left_is_swept_away_and_nothing_else(sums: Sums, tmp_path: Path) -> None:
    gone = f".gouji-{2**22 + 1}-0123abcd.part"  # beyond the numbers of processes
    for name in (gone, f".gouji-{os.getpid()}-0123abcd.part", ".gouji-notes.part", "gouji.part"):
        (tmp_path / name).write_bytes(b"x")
    write({tmp_path / "feed": OURS}, sums)
    assert not (tmp_path / gone).exists()
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "feed",
        f".gouji-{os.getpid()}-0123abcd.part",
        ".gouji-notes.part",
        "gouji.part",
    }


@pytest.mark.parametrize("writer", [lambda file: create_file(file, OURS), lambda file: exchange(file, OURS), None])
def test_each_way_of_writing_sweeps_its_folder(
    writer: Callable[[Path], object] | None, sums: Sums, tmp_path: Path
) -> None:
    """The list of sums in the data directory, a new file, a file that is changed: a killed writer left each."""
    folder = tmp_path if writer else sums.path.parent
    gone = folder / f".gouji-{2**22 + 1}-0123abcd.part"
    gone.write_bytes(b"x")
    if writer:
        writer(tmp_path / "file")
    else:
        write({tmp_path / "feed": OURS}, sums)
    assert not gone.exists()


def test_the_mode_is_the_users_and_stays(sums: Sums, tmp_path: Path) -> None:
    write({tmp_path / "feed": b"1"}, sums)
    (tmp_path / "feed").chmod(0o604)
    write({tmp_path / "feed": b"2"}, sums)
    assert stat.S_IMODE((tmp_path / "feed").stat().st_mode) == 0o604


def test_names_in_any_bytes_are_remembered(sums: Sums, tmp_path: Path) -> None:
    for name in (b"\xb8\xe6.atom".decode("utf-8", "surrogateescape"), "一 行\n二行", "a%41#?", "x" * 255):
        for body in (b"1", b"2"):
            write({tmp_path / name: body}, sums)
        assert sums.of(tmp_path / name) >= {sum_of(tmp_path / name)}


def test_a_folder_that_is_not_there_or_no_folder_is_said(sums: Sums, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(MINE)
    for place in (tmp_path / "nowhere" / "a", tmp_path / "file" / "a"):
        with pytest.raises(GoujiError, match="cannot write"):
            write({place: OURS}, sums)


def test_a_list_that_cannot_be_read_makes_nothing_ours(sums: Sums, tmp_path: Path) -> None:
    write({tmp_path / "feed": b"1"}, sums)
    sums.path.write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(UsageError):
        write({tmp_path / "feed": b"2"}, sums)


def test_settings_are_exchanged_whole_and_not_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(MINE)
    (tmp_path / "gouji.toml").symlink_to(tmp_path / "mine")
    with pytest.raises(UsageError, match="is a link"):
        exchange(tmp_path / "gouji.toml", OURS)
    exchange(tmp_path / "mine", OURS)
    assert (tmp_path / "mine").read_bytes() == OURS
    assert regular(tmp_path / "nothing") is None


@pytest.mark.parametrize(
    "name", ["gouji.db", "gouji.toml", "gouji.sound", "status.json", "archive/83/83a2", "outbox/a.eml", "warc/x"]
)
def test_what_gouji_keeps_itself_is_no_place_for_files_for_people(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match="itself keeps"):
        write({file: b"new"}, Sums(tmp_path), force=True)
    assert file.read_text(encoding="utf-8") == "kept"
