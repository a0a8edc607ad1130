"""The registry of readers: which format takes what, what is refused and how, and the real documents as read."""

import pickle
import pkgutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extract.readers
from extract.content import Content, Grid
from extract.model import Problem
from extract.readers import Unreadable, read, readers
from tests.corpus import CORPUS, NEEDED


def problem(body: bytes, name: str = "年报.html") -> Problem:
    with pytest.raises(Unreadable) as caught:
        read(body, name)
    return caught.value.problem


@pytest.mark.parametrize("body", [b"", b"  \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 100, b" " * 100_000])
def test_empty_files(body: bytes) -> None:
    assert problem(body).code in ("empty_file", "no_text")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"PK\x03\x04" + b"\x00" * 26 + b"word/document.xml", "DOCX"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml", "XLSX"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"OFD.xml", "OFD"),
        (b"PK\x03\x04" + b"\x00" * 40, "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08\x00", "GZIP"),
        (b"MIME-Version: 1.0\r\n", "MHT"),
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "Office XML"),
    ],
)
@pytest.mark.parametrize("name", ["年报.html", "年报.txt", "年报.pdf", "无扩展名"])
def test_the_bytes_decide_not_the_name(body: bytes, named: str, name: str) -> None:
    found = problem(body, name)
    assert found.code == ("damaged_file" if body.startswith(b"PK") else "unsupported_format")
    assert named in found.detail


@pytest.mark.parametrize("body", [b"%PDF-1.7\n...", b"\n%PDF-1.4"])
@pytest.mark.parametrize("name", ["年报.html", "年报.doc", "无扩展名"])
def test_a_file_that_only_begins_like_a_pdf_is_damaged_whatever_its_name(body: bytes, name: str) -> None:
    assert problem(body, name).code == "damaged_file"


def test_binary_garbage() -> None:
    assert problem(bytes(range(256)) * 40).code == "binary_garbage"


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a", "a.pdf", "../a\n.doc"])
def test_markup_and_text_whatever_the_name(name: str) -> None:
    html = b"<html><body><table><tr><td>1</td><td>2</td></tr></table></body></html>"
    assert isinstance(read(html, name).blocks[0], Grid)
    assert read("示例县报告\n规章 0".encode(), name).blocks == ("示例县报告", "规章 0")


def test_text_that_mentions_a_tag_stays_text() -> None:
    text = "标题：示例\n1、<!--[if !supportLists]-->公开<div>情况</div>"
    assert read(text.encode(), "a.txt").blocks[-1] == "1、公开<div>情况</div>"
    fragment = "前言<p>一、总体情况</p><p>二、主动公开</p>"
    assert read(fragment.encode(), "a.html").blocks == ("前言", "一、总体情况", "二、主动公开")


def test_every_module_of_the_folder_is_asked() -> None:
    names = [found.name for found in pkgutil.iter_modules(extract.readers.__path__) if not found.name.startswith("_")]
    assert len(readers()) == len(names) >= 2


def test_a_refusal_survives_the_way_between_processes() -> None:
    refusal = Unreadable(Problem("too_deep", "嵌套过深。"))
    assert pickle.loads(pickle.dumps(refusal)).problem == refusal.problem


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(["a.html", "a.txt", "a"]))
def test_any_bytes_are_read_or_refused(body: bytes, name: str) -> None:
    for prefix in (b"", b"<html>", b"\xff\xfe", "规章\t".encode(), b"<script>'"):
        try:
            assert isinstance(read(prefix + body, name), Content)
        except Unreadable as unreadable:
            problem = unreadable.problem
            assert not problem.code or problem.detail.endswith("。")


SHAPES = {
    "seeds/seed_000.txt": [14, 28, 4],
    "seeds/seed_001.txt": [14, 28, 4],
    "seeds/seed_002.txt": [12, 2, 28, 4],
    "seeds/seed_003.txt": [14, 3, 26, 2, 2],
    "seeds/seed_004.txt": [18, 26, 4],
    "documents/hangzhou_2025_fixture.html": [14, 28, 4],
    "documents/shuyang_fgj_2023.html": [6, 14, 28, 4],
    "documents/shanghai_office_2019.html": [18, 26, 4],
    "documents/pingtan_2021.txt": [],
    "documents/pingtan_2011_abridged.txt": [],
    "portals/pingtan_2020_word_table_fragment.html": [8],
}


@NEEDED
@pytest.mark.parametrize("name", SHAPES)
def test_grids_of_the_real_documents(name: str) -> None:
    content = read((CORPUS / name).read_bytes(), name)
    assert [len(block.rows) for block in content.blocks if isinstance(block, Grid)] == SHAPES[name]


@NEEDED
def test_every_real_document_is_read_or_named() -> None:
    for path in sorted([*CORPUS.glob("seeds/*"), *CORPUS.glob("documents/*"), *CORPUS.glob("portals/*")]):
        if path.suffix in (".txt", ".md", ".html"):
            assert read(path.read_bytes(), path.name).blocks, path.name


@NEEDED
@pytest.mark.parametrize(
    ("name", "widths"),
    [
        (
            "seeds/seed_001.txt",
            (
                [1, 4, 4, 4, 1, 2, 2, 1, 2, 2, 2, 1, 2, 2],
                [2, 3, 5, 8, 8, 9, 8, 9, *[8] * 7, 9, 8, 8, 9, 8, 8, 8, 8, 9, 8, 8, 8, 8],
                [2, 7, 10, 15],
            ),
        ),
        (
            "seeds/seed_004.txt",
            (
                [1, 4, 4, 4, 1, 4, 4, 4, 1, 4, 4, 4, 1, 3, 3, 1, 3, 3],
                [2, 3, 5, 8, 8, 9, 8, 9, *[8] * 7, 9, 8, 8, 9, 8, 8, 8, 8, 8, 8, 8],
                [2, 7, 10, 15],
            ),
        ),
    ],
)
def test_physical_cells_of_the_barred_seeds(name: str, widths: tuple[list[int], ...]) -> None:
    grids = [block for block in read((CORPUS / name).read_bytes(), name).blocks if isinstance(block, Grid)]
    assert tuple([len(row.texts) for row in grid.rows] for grid in grids) == widths
    assert not any(grid.columns_known for grid in grids)


@NEEDED
def test_word_paste_of_a_real_page() -> None:
    content = read((CORPUS / "documents/shuyang_fgj_2023.html").read_bytes(), "a.html")
    grid = [block for block in content.blocks if isinstance(block, Grid)][2]
    assert grid.rows[7].columns[:2] == (1, 2)  # （三）不予公开, 1.属于国家秘密
    assert grid.rows[8].columns == (2, 3, 4, 5, 6, 7, 8, 9)
    assert grid.rows[3].texts[1:] == ("26", "", "", "", "", "", "26")
    assert content.meta["publishtime"] == "2024-01-17"
