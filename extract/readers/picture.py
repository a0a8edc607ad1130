"""Pictures and scans (PNG, JPEG, TIFF, BMP, GIF, WebP) → Content: what they show is recognized, page by page."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from crawler.ground.formats import formats
from extract.content import Content
from extract.readers import _ocr
from extract.readers._unreadable import Unreadable, refuse

if TYPE_CHECKING:
    from PIL.Image import Image

order = 20
NEEDS = "ocr"

MOST_PIXELS = 60_000_000  # of one page: A4 at 600 dpi has 35 million
LEAST = 200  # pixels of the longer side: less is an icon
KINDS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")  # what Pillow may try, by the names that it gives them
STARTS = tuple(
    first for one in formats() if one.media_type.startswith("image/") for first in (*one.begins, *one.may_begin)
)
# What Pillow raises for pictures that are no good: it promises no type.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, ArithmeticError)
BMP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 108, 124))
TOO_LARGE = "图片有 {} × {} 个像素，超过 {} 万像素的上限，未读取。"
BROKEN = "图片损坏或不完整，读不出来。"


def available() -> bool:
    """Whether what recognizes text is installed."""
    return _ocr.available()


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """Whether these are the first bytes of a picture."""
    if head.startswith(b"RIFF"):
        return head[8:12] == b"WEBP"
    if head.startswith(b"BM"):
        # A text may begin so: the size of the second header decides.
        return head[6:10] == bytes(4) and head[14:18] in BMP_HEADERS
    return head.startswith(STARTS)


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of a picture, each page (TIFF) or the one image in it. Raises Unreadable beyond the bounds."""
    _ocr.needed()
    return _ocr.read_pages(pages(body))


def pages(body: bytes, most: int = _ocr.MOST_PAGES) -> Iterator["Image"]:
    """The pages in turn, decoded one by one: how large one is, is known before it is decoded.

    Raises Unreadable beyond the bounds, and where there are more pages than `most`.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(body), formats=KINDS) as picture:
                # A moving picture is its first frame.
                several = picture.format == "TIFF"
                if several and _has_page(picture, most):
                    raise refuse("too_large", f"图片超过 {most} 页的上限，未读取。")
                for number in range(most if several else 1):
                    if number and not _has_page(picture, number):
                        break
                    picture.seek(number)
                    _bounded(*picture.size)
                    yield _upright(ImageOps.exif_transpose(picture))
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise refuse("too_large", f"图片超过 {MOST_PIXELS // 10_000} 万像素的上限，未读取。") from error
    except DAMAGE as error:
        raise refuse("broken_picture", BROKEN) from error


def _has_page(picture: "Image", number: int) -> bool:
    """Whether there is such a page, from 0; to count them all takes the square of their number."""
    try:
        picture.seek(number)
    except EOFError:
        return False
    return True


def _bounded(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise refuse("too_large", TOO_LARGE.format(width, height, MOST_PIXELS // 10_000))
    if max(width, height) < LEAST:
        raise refuse("no_text", f"图片只有 {width} × {height} 个像素，不会是报告。")


def _upright(picture: "Image") -> "Image":
    """The picture in three channels, on white where it lets something through."""
    from PIL import Image

    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        least, most = picture.getextrema()
        span = max(1.0, float(most) - float(least))
        picture = picture.point(lambda value: value * (255 / span) - float(least) * 255 / span).convert("L")
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, (255, 255, 255, 255)), clear)
    return picture.convert("RGB")
