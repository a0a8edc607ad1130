"""Media types from bytes, whatever the name says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.sniff import BINARY, EMPTY, OLE, SHEET, WORD, ZIP, media_type

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
PAGE = "<p>示例县教育局</p><table><tr><td>1</td></tr></table>"


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, b"x" * 50)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", EMPTY),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\r\n\0junk%PDF-1.4", "application/pdf"),
        (packed("[Content_Types].xml", "word/document.xml"), WORD),
        (packed("[Content_Types].xml", "xl/workbook.xml"), SHEET),
        (packed("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        (packed("word/a.txt"), ZIP),
        (packed("a.txt"), ZIP),
        (packed(), ZIP),
        (packed("mimetype", "content.xml"), "application/vnd.oasis.opendocument"),
        (packed("[Content_Types].xml", "word/document.xml")[:-40], WORD),
        (OLE_HEAD + "WordDocument".encode("utf-16-le"), "application/msword"),
        (OLE_HEAD + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        (OLE_HEAD, OLE),
        (b"{\\rtf1\\ansi", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"RIFF\0\0\0\0AVI ", "video/x-msvideo"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"MZ\x90\0\3\0", "application/x-executable"),
        (b"Rar!\x1a\x07\1\0", "application/vnd.rar"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"\xef\xbb\xbf\n<!-- x --><HTML>", "text/html"),
        (PAGE.encode("gbk"), "text/html"),
        (PAGE.encode(), "text/html"),
        (PAGE.encode("utf-16"), "text/html"),
        (("示例" + PAGE).encode(), "text/html"),
        (b"<?xml version='1.0'?><html xmlns=''>", "text/html"),
        (b"<?xml version='1.0'?><root/>", "application/xml"),
        ("一、总体情况".encode(), "text/plain"),
        ("一、总体情况".encode("gbk"), "text/plain"),
        ("一、总体情况".encode("utf-16"), "text/plain"),
        ("总体<!--[if !supportLists]-->情况 a < b".encode(), "text/plain"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "multipart/related"),
        ("情况".encode() * 40_000 + b"\xe6", "text/plain"),
        (b"\0\1\2\3" * 50, BINARY),
        (b"MZ is a word", "text/plain"),
    ],
)
@pytest.mark.parametrize("name", ["x", "年报.pdf", "a.exe"])
def test_bytes_decide(body: bytes, kind: str, name: str) -> None:
    assert media_type(body, name) == kind


def test_a_name_settles_what_bytes_cannot() -> None:
    assert media_type(b"# title", "A.MD") == "text/markdown"
    assert media_type(b"a,b", "a.csv") == "text/csv"
    assert media_type(b"<html>", "a.csv") == "text/html"


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04" * 2_000_000,
        b"<table " * 1_000_000,
        b"<!--" * 1_000_000,
        b"</td " * 1_000_000,
        b"PK\x01\x02" * 1_000_000,
        OLE_HEAD + b"W\0" * 2_000_000,
    ],
)
def test_hostile_bytes_end_soon(body: bytes) -> None:
    assert media_type(body, "x")


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes(body: bytes, name: str) -> None:
    assert "/" in media_type(body, name)
