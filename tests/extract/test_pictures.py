"""Pictures before anything is recognized: told by their bytes, bounded, refused where they are no good."""

import struct
import time
import zlib
from io import BytesIO

import pytest

from extract.fingerprint import reader_fingerprint
from extract.readers import Unreadable, _ocr, picture, read
from extract.readers._ocr import engine
from tests.extract.scanned import needs_ocr

PNG = b"\x89PNG\r\n\x1a\n"


def code(body: bytes, name: str = "扫描件.png") -> str:
    with pytest.raises(Unreadable) as told:
        read(body, name)
    return told.value.problem.code


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A picture that says that it has this size, whatever its rows hold."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    told = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return PNG + b"".join(told)


def saved(kind: str, size: tuple[int, int] = (900, 900), pages: int = 1) -> bytes:
    from PIL import Image

    out = BytesIO()
    images = [Image.new("RGB", size, "white") for _ in range(pages)]
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(out, kind, **more)
    return out.getvalue()


@needs_ocr
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
@pytest.mark.parametrize("name", ["年报.pdf", "年报.html", "无扩展名"])
def test_a_picture_is_told_by_its_bytes(kind: str, name: str) -> None:
    assert picture.accepts(saved(kind)[:100], name)


@pytest.mark.parametrize(
    "body", [b"RIFF\x24\0\0\0WAVEfmt ", b"BM, BMW", b"BM" + "：说明".encode(), b"%PDF-1.7", b"GIF"]
)
def test_what_only_begins_alike_is_no_picture(body: bytes) -> None:
    assert not picture.accepts(body.ljust(40, b" "), "a.bmp")


def test_without_the_extra_a_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "NEEDED", ("no_such_module_as_this",))
    with pytest.raises(Unreadable) as told:
        read(png(2000, 2000), "a.png")
    assert (told.value.problem.code, "gouji[ocr]" in told.value.problem.detail) == ("ocr_missing", True)
    assert not picture.available()


def test_whether_the_extra_is_there_decides_what_is_read_again() -> None:
    from extract import fingerprint

    assert fingerprint.library_version("rapidocr").split()[0] == "rapidocr"
    assert len(reader_fingerprint()) == fingerprint.LENGTH


@needs_ocr
@pytest.mark.parametrize("size", [(30_000, 30_000), (60_000, 2_000), (9_000, 9_000)])
def test_a_picture_of_too_many_pixels_is_never_decoded(size: tuple[int, int]) -> None:
    assert code(png(*size)) == "too_large"


@needs_ocr
@pytest.mark.parametrize("size", [(30_000, 30_000), (65_000, 65_000)])
def test_a_picture_of_any_kind_that_says_that_it_is_huge_is_never_decoded(size: tuple[int, int]) -> None:
    width, height = size
    frame = b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\3\1\x11\0\2\x11\1\3\x11\1\xff\xd9"
    gif = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    gif += b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2\2\x44\1\0;"
    large = tiff(1).replace(struct.pack("<HHII", 256, 4, 1, 1), struct.pack("<HHII", 256, 4, 1, width))
    large = large.replace(struct.pack("<HHII", 257, 4, 1, 1), struct.pack("<HHII", 257, 4, 1, height))
    bmp = b"BM" + struct.pack("<IHHIIIIHHIIIIII", 100, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    for body in (frame, gif, large, bmp):
        assert code(body) == "too_large", body[:4]


@needs_ocr
def test_a_small_file_that_grows_beyond_all_bounds_is_not_decoded() -> None:
    assert code(png(30_000, 30_000, b"\0" * 1_000_000)) == "too_large"


@needs_ocr
def test_too_many_pages_are_told() -> None:
    assert code(saved("TIFF", (300, 300), _ocr.MOST_PAGES + 1), "a.tif") == "too_large"


def tiff(pages: int, last: int = 0) -> bytes:
    """A TIFF of so many tiny pages; the last one leads on to the place `last` of the file."""
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1)]
    entries = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    size = len(entries) + 4
    begin = 12
    nexts = [*(begin + size * at for at in range(1, pages)), last]
    return struct.pack("<2sHI4x", b"II", 42, begin) + b"".join(entries + struct.pack("<I", one) for one in nexts)


@needs_ocr
@pytest.mark.parametrize("pages", [_ocr.MOST_PAGES + 1, 3000, 60_000])
def test_thousands_of_pages_are_told_without_counting_them(pages: int) -> None:
    begun = time.process_time()
    assert code(tiff(pages), "a.tif") == "too_large"
    assert time.process_time() - begun < 5


@needs_ocr
def test_pages_that_lead_round_in_a_ring_have_an_end() -> None:
    assert code(tiff(3, last=12), "a.tif") == "no_text"


@needs_ocr
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_damaged(kind: str, share: float) -> None:
    from PIL import Image

    out = BytesIO()
    Image.effect_noise((400, 400), 60).convert("RGB").save(out, kind)
    body = out.getvalue()
    assert code(body[: max(30, int(len(body) * share))]) == "broken_picture"


@needs_ocr
@pytest.mark.parametrize(
    "start", [PNG, b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"MM\0*", b"RIFF\xff\xff\xff\xffWEBP"]
)
@pytest.mark.parametrize("rest", [b"", b"\0" * 500, b"\xff" * 500, bytes(range(256)) * 4])
def test_garbage_behind_the_first_bytes_is_damaged(start: bytes, rest: bytes) -> None:
    assert code(start + rest) in ("broken_picture", "too_large", "no_text")


@needs_ocr
def test_an_icon_is_no_report() -> None:
    assert code(saved("PNG", (64, 64))) == "no_text"


@needs_ocr
def test_a_white_page_has_no_text() -> None:
    assert code(saved("PNG", (900, 1200))) == "no_text"
