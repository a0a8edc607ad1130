"""A page as a browser saved it, its pictures in the folder beside it: read with them, and with nothing else on the disk."""

import io
import os
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from bench.scans import score
from crawler.pages.picture_names import local_name
from extract.content import Content, Picture
from extract.model import Report
from extract.readers import Unreadable, read
from extract.readers._ocr import engine
from extract.reading import read_body, read_file
from extract.saved_page import saved_beside
from monitor.checking.sources import find_files, sources_of
from monitor.samples import SampleReport, make_history
from tests.extract.pictured_pages import pictured_page
from tests.extract.scanned import needs_ocr

NAME = "示例县 教育局2024年报"


@pytest.fixture(scope="module")
def sample() -> SampleReport:
    [report] = make_history(5, "示例县教育局", [2024], dense=True)
    return report


def saved(where: Path, sample: SampleReport, folder: str, src: str) -> Path:
    """A page of which 表四 is a picture, as it was saved."""
    body, pictures = pictured_page(sample, pictured=("T4",))
    [(name, picture)] = pictures.items()
    (where / folder).mkdir()
    (where / folder / name).write_bytes(picture)
    (where / folder / "style.css").write_text("td{}")
    page = where / f"{NAME}.html"
    page.write_bytes(body.replace(f'src="{name}"'.encode(), f'src="{src.format(name)}"'.encode()))
    return page


@needs_ocr
def test_a_saved_page_is_read_with_the_pictures_in_its_folder(sample: SampleReport, tmp_path: Path) -> None:
    page = saved(tmp_path, sample, f"{NAME}_files", f"./{quote(NAME)}_files/{{}}")
    _, result = read_file(page)
    assert isinstance(result, Report)
    assert score(sample, result, 0, 1)[:3] == (len(sample.cells), 0, 0)
    assert (result.status, result.problems) == ("complete", ())


def packed(page: Path) -> bytes:
    """The page and its folder in a ZIP, in a folder of it, as people send them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for one in sorted(page.parent.rglob("*"), reverse=True):
            if one.is_file():
                package.write(one, f"报送/{one.relative_to(page.parent)}")
    return target.getvalue()


@needs_ocr
@pytest.mark.parametrize("ending", ["_files", ".files"])
def test_a_saved_page_in_an_archive_is_read_with_its_pictures(
    sample: SampleReport, tmp_path: Path, ending: str
) -> None:
    body = packed(saved(tmp_path, sample, f"{NAME}{ending}", f"./{quote(NAME)}{ending}/{{}}"))
    [source] = sources_of("报送.zip", body)
    assert (source.path, source.problem) == (Path(f"报送.zip!/报送/{NAME}.html"), None)
    for name, one in (("报送.zip", body), (source.path.name, source.body or b"")):
        _, result = read_body(one, name)
        assert isinstance(result, Report)
        assert score(sample, result, 0, 1)[:3] == (len(sample.cells), 0, 0)
        assert (result.status, result.problems) == ("complete", ())


def test_a_picture_that_the_archive_lacks_is_told(sample: SampleReport, tmp_path: Path) -> None:
    page = saved(tmp_path, sample, f"{NAME}_files", f"./{NAME}_files/{{}}")
    for one in (tmp_path / f"{NAME}_files").glob("*.png"):
        one.unlink()
    _, result = read_body(packed(page), "报送.zip")
    assert isinstance(result, Report)
    assert {(one.code, one.table) for one in result.problems} == {("table_missing", "T4"), ("part_unread", "")}


@pytest.mark.parametrize(
    ("folder", "src"),
    [
        (f"{NAME}_files", f"./{NAME}_files/{{}}"),
        (f"{NAME}_files", f"{quote(NAME)}_files/{{}}?v=1#a"),
        (f"{NAME}.files", f"{NAME}.files/{{}}"),
        ("原名_files", "./原名_files/{}"),  # the page was renamed since
    ],
)
def test_the_folder_is_the_one_to_which_the_page_leads(
    sample: SampleReport, tmp_path: Path, folder: str, src: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = saved(tmp_path, sample, folder, src)
    content = read(page.read_bytes(), page.name)
    found = saved_beside(content, tmp_path)
    [known] = found.parts.values()
    assert found.load(known) == next((tmp_path / folder).glob("*.png")).read_bytes()
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    _, result = read_file(page)
    assert isinstance(result, Report)
    assert "ocr_missing" in {one.code for one in result.problems}


def test_a_page_whose_folder_is_gone_is_read_as_far_as_it_goes(sample: SampleReport, tmp_path: Path) -> None:
    page = saved(tmp_path, sample, "a_files", "./b_files/{}")
    _, result = read_file(page)
    assert isinstance(result, Report)
    assert {(one.code, one.table) for one in result.problems} == {("table_missing", "T4"), ("part_unread", "")}


@pytest.mark.parametrize(
    "address",
    [
        "W1.png",
        "../a_files/W1.png",
        "a_files/../W1.png",
        "a_files/../../secret",
        "a_files/%2e%2e/%2e%2e/secret",
        "a_files/..%2f..%2fsecret",
        "/a_files/W1.png",
        "//host/a_files/W1.png",
        "file:///a_files/W1.png",
        "http://host/a_files/W1.png",
        "C:\\a_files\\W1.png",
        "a_files/b\\W1.png",
        "a_files/b/W1.png",
        "a_files/%00",
        "a_files/",
        "files/W1.png",
        "http://[",
        "data:image/png;base64,AAAA",
    ],
)
def test_no_other_address_leads_to_a_file(address: str) -> None:
    assert local_name(address) == ""


def of(*addresses: str) -> Content:
    return Content((), pictures=tuple(Picture(0, (one,)) for one in addresses))


def test_links_pipes_and_folders_are_no_pictures(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    place = tmp_path / "place"
    (place / "a_files").mkdir(parents=True)
    (place / "a_files" / "link.png").symlink_to(outside / "secret.png")
    (place / "a_files" / "folder.png").mkdir()
    os.mkfifo(place / "a_files" / "pipe.png")
    (place / "b_files").symlink_to(outside)
    (place / "a_files" / "real.png").write_bytes(b"real")
    names = ("a_files/link.png", "a_files/folder.png", "a_files/pipe.png", "b_files/secret.png", "a_files/real.png")
    assert [*saved_beside(of(*names), place).parts.values()] == ["a_files/real.png"]


def test_a_picture_that_is_too_large_or_gone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "1.png").write_bytes(b"12345")
    found = saved_beside(of("a_files/1.png"), tmp_path)
    monkeypatch.setattr("extract.saved_page.LARGEST", 4)
    with pytest.raises(Unreadable) as refused:
        found.load("a_files/1.png")
    assert refused.value.problem.code == "too_large"
    (tmp_path / "a_files" / "1.png").unlink()
    with pytest.raises(Unreadable) as refused:
        found.load("a_files/1.png")
    assert refused.value.problem.code == "no_access"


def test_so_many_pictures_are_looked_for_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "a_files").mkdir()
    names = [f"a_files/{number}.png" for number in range(100)]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert len(saved_beside(of(*names), tmp_path).parts) == 60


def test_what_was_saved_with_a_page_is_no_document_of_a_folder(tmp_path: Path) -> None:
    for name in ("a_files/1.png", "a_files/style.css", "B.files/x.xml", "c_files/d.docx", "d_files/e.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    for name in ("a.html", "B.HTM", "c.docx"):
        (tmp_path / name).write_bytes(b"x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])]
    assert found == ["B.HTM", "a.html", "c.docx", "c_files/d.docx", "d_files/e.docx"]
