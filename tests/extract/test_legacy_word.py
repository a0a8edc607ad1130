"""DOC, WPS, RTF and ODT: read as the same DOCX would be; LibreOffice is bounded, ended with us, and leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.ground.contained import Failed
from crawler.ground.workers import Workers
from extract.content import Grid
from extract.form.numbers import read_figure
from extract.readers import Unreadable, _office, legacy_word, read
from extract.reading import read_report
from monitor.samples import make_history
from tests.extract import word_files as word
from tests.extract.test_word_reader import misread
from tests.extract.word_files import cell, paragraph, plain, row, run, table
from tests.office import LIBREOFFICE, converted

ENDINGS = ("doc", "rtf", "odt")
REPORTS = {
    f"{year}-{seed}": make_history(seed, "青石市财政局", [year], dense=seed == 1)[0]
    for year, seed in ((2020, 1), (2023, 2))
}
# Digits in a cell as a person sees them, and what may be said of them: None: no figure.
TRAPS: dict[str, tuple[str, int | None]] = {
    "plain": (plain("12"), 12),
    "in pieces": (paragraph(run("1"), run("2", "<w:b/>")), 12),
    "changed": (f'<w:p><w:del w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del><w:ins w:id="2">{run("12")}</w:ins></w:p>', 12),
    "two lines": ("<w:p><w:r><w:t>1</w:t><w:br/><w:t>2</w:t></w:r></w:p>", None),
    "two paragraphs": (plain("1") + plain("2"), None),
    "tab": ("<w:p><w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r></w:p>", None),
    "struck": (paragraph(run("1"), run("2", "<w:strike/>")), None),
    "raised": (paragraph(run("12"), run("1", '<w:vertAlign w:val="superscript"/>')), None),
    "hidden": (paragraph(run("1"), run("2", "<w:vanish/>")), 1),
    "white": (paragraph(run("1"), run("2", '<w:color w:val="FFFFFF"/>')), None),
    "blank": (plain(""), None),
    "comma": (plain("1,234"), 1234),
}  # fmt: skip
RIGHT = ("1", "2", "3")


def trapped() -> bytes:
    rows = [
        row(cell(plain(name), WIDTH), cell(inside, WIDTH), *(cell(plain(text), WIDTH) for text in RIGHT))
        for name, (inside, _) in TRAPS.items()
    ]
    columns = '<w:gridCol w:w="1600"/>' * 5
    grid = f"<w:tblGrid>{columns}</w:tblGrid>"
    return word.docx(plain("表") + table(*rows).replace("</w:tblPr>", f"</w:tblPr>{grid}", 1) + plain("后"))


WIDTH = '<w:tcW w:w="1600" w:type="dxa"/>'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, bytes]]]:
    """By their endings: the reports, and the traps, as LibreOffice writes them."""
    folder = tmp_path_factory.mktemp("office")
    documents = {name: word.report_docx(report, word.merged, numbered=True) for name, report in REPORTS.items()}
    documents["traps"] = trapped()
    yield {ending: converted(documents, ending, folder) for ending in ENDINGS}
    _office.end()


@LIBREOFFICE
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_figure_of_older_formats_is_read(files: dict[str, dict[str, bytes]], ending: str) -> None:
    for name, report in REPORTS.items():
        for called in ("年报.wps", "年报.docx") if ending == "doc" else ("年报.doc",):
            assert misread(report, files[ending][name], called) == {}


@LIBREOFFICE
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_digits_are_joined_on_the_way(files: dict[str, dict[str, bytes]], ending: str) -> None:
    (grid,) = [block for block in read(files[ending]["traps"], "a").blocks if isinstance(block, Grid)]
    assert [one.texts[0] for one in grid.rows] == list(TRAPS)
    for one, (_, value) in zip(grid.rows, TRAPS.values(), strict=True):
        assert read_figure(one.texts[1]).value == value, one
        assert one.texts[2:] == RIGHT


@LIBREOFFICE
def test_words_of_2003_and_flat_files_are_taken_by_their_bytes(files: dict[str, dict[str, bytes]]) -> None:
    for ending in ENDINGS:
        assert legacy_word.accepts(files[ending]["traps"], "a.html")
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:body>'
        "</w:wordDocument>"
    )
    assert read(xml.encode(), "a.doc").blocks == ("甲",)
    assert not legacy_word.accepts(
        b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ""
    )


def refused(body: bytes, name: str = "a.doc") -> str:
    with pytest.raises(Unreadable) as caught:
        read(body, name)
    assert caught.value.problem.detail.endswith("。")
    return caught.value.problem.code


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_documents_locked_with_a_password_are_told() -> None:
    assert refused(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600) == "encrypted"
    header = OLE + b"\0" * 22 + b"\x09\0" + b"\0" * 480
    entry = "WordDocument".encode("utf-16-le").ljust(116, b"\0") + (1).to_bytes(4, "little") + b"\0" * 392
    assert len(header) == len(entry) == 512
    block = b"\xec\xa5\xc1\0\0\0\0\0\0\0\x00\x01" + b"\0" * 500
    assert refused(header + entry + block) == "encrypted"
    locked = {"mimetype": legacy_word.ODT, "content.xml": b"x", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}
    assert refused(word.packed(locked)) == "encrypted"


def test_without_libreoffice_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert refused(b"{\\rtf1\\ansi x}") == "converter_missing"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program in the place of LibreOffice, that a test writes."""
    _office.end()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    yield tmp_path / "soffice"
    _office.end()


def put(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(alive, pids))


HANGS = 'sleep 300 & echo $! >> "{0}"; echo $$ >> "{0}"; wait'


def folders() -> set[Path]:
    return set(Path("/tmp").glob("gouji-office-*"))


def test_one_that_hangs_is_killed_with_all_its_children(program: Path, tmp_path: Path) -> None:
    put(program, HANGS.format(tmp_path / "pids"))
    before = folders()
    with pytest.raises(Unreadable) as caught:
        _office.to_docx(b"{\\rtf1}", "rtf", seconds=1)
    assert caught.value.problem.code == "too_slow"
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    assert gone(pids)
    _office.end()
    assert folders() == before


def test_one_that_fails_is_told_and_the_next_document_is_read_all_the_same(program: Path) -> None:
    put(program, "exit 1")
    for _ in range(2):
        assert refused(b"{\\rtf1}") == "damaged_file"


def test_it_ends_with_a_worker_that_is_killed_from_outside(program: Path, tmp_path: Path) -> None:
    put(program, HANGS.format(tmp_path / "pids"))
    before = folders()
    with Workers(1, seconds=3) as workers:
        outcome = workers.submit(read_report, b"{\\rtf1}", "a.doc").outcome()
    assert isinstance(outcome, Failed)
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert pids
    assert gone(pids)
    end = time.monotonic() + 10
    while folders() != before and time.monotonic() < end:
        time.sleep(0.05)
    assert folders() == before


@LIBREOFFICE
def test_it_starts_once_for_many_and_fits_into_the_bounds_of_a_worker(files: dict[str, dict[str, bytes]]) -> None:
    report = REPORTS["2023-2"]
    with Workers(1, seconds=60) as workers:
        done = [workers.submit(timed, files["doc"]["2023-2"]) for _ in range(3)]
        outcomes = [one.outcome() for one in done]
    assert all(not isinstance(one, Failed) and one[0] == report.title for one in outcomes), outcomes
    seconds = [one[1] for one in outcomes if not isinstance(one, Failed)]
    assert max(seconds[1:]) < max(1.0, seconds[0] / 2), "it was started again"


@LIBREOFFICE
def test_one_that_dies_between_two_documents_is_started_again(files: dict[str, dict[str, bytes]]) -> None:
    body = files["rtf"]["traps"]
    first = read(body, "a")
    (keeper,) = _office._kept
    mine = [one.parent.name for one in Path("/proc").glob("[0-9]*/environ") if holds(one, str(keeper.folder))]
    assert mine
    for pid in mine:
        if int(pid) != keeper.process.pid:
            os.kill(int(pid), signal.SIGKILL)
    assert read(body, "a") == first


def holds(file: Path, words: str) -> bool:
    try:
        return words.encode() in file.read_bytes()
    except OSError:
        return False


def timed(body: bytes) -> tuple[str, float]:
    begun = time.monotonic()
    found = read_report(body, "a.doc")
    return getattr(found, "title", str(found)), time.monotonic() - begun


@LIBREOFFICE
def test_nothing_is_fetched_by_it() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    address = f"http://127.0.0.1:{server.getsockname()[1]}"
    rtf = (
        r"{\rtf1\ansi{\*\template " + address + r"/t.dot}\pard text "
        r'{\field{\*\fldinst INCLUDEPICTURE "' + address + r'/p.png" \\d}{\fldrslt }}'
        r'{\field{\*\fldinst INCLUDETEXT "' + address + r'/t.rtf"}{\fldrslt }}\par}'
    )
    odt: dict[str, str | bytes] = {
        "mimetype": legacy_word.ODT,
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body><office:text><text:p>text</text:p>'
        f'<text:p><draw:frame><draw:image xlink:href="{address}/i.png" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
        f'</text:p><text:section text:name="a"><text:section-source xlink:href="{address}/s.odt" xlink:type="simple"/>'
        "</text:section></office:text></office:body></office:document-content>",
    }  # fmt: skip
    with server:
        assert "text" in read(rtf.encode(), "a.rtf").blocks
        assert "text" in read(word.packed(odt), "a.odt").blocks
        with pytest.raises(BlockingIOError):
            server.accept()


@LIBREOFFICE
def test_nothing_is_left_behind_when_a_program_ends_or_is_killed(
    files: dict[str, dict[str, bytes]], tmp_path: Path
) -> None:
    (tmp_path / "a.doc").write_bytes(files["doc"]["2023-2"])
    before, sockets = folders(), set(Path("/tmp").glob("OSL_PIPE_*"))
    program = (
        "import os, sys, time; from pathlib import Path; from extract.reading import read_report\n"
        "print(read_report(Path(sys.argv[1]).read_bytes(), 'a.doc').title, flush=True)\n"
        "time.sleep(60) if sys.argv[2] == 'killed' else None"
    )
    for how in ("ends", "killed"):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "a.doc"), how], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == REPORTS["2023-2"].title
        if how == "killed":
            process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
        end = time.monotonic() + 15
        while (folders() - before or set(Path("/tmp").glob("OSL_PIPE_*")) - sockets) and time.monotonic() < end:
            time.sleep(0.05)
        assert not folders() - before
        assert not set(Path("/tmp").glob("OSL_PIPE_*")) - sockets
