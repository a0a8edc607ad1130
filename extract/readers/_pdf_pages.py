"""A page of a PDF as a picture, for whoever reads pictures; bounded in memory."""

from collections.abc import Iterator
from typing import NamedTuple

from extract.readers._pdf_engine import Document

DPI = 200.0
MOST_PIXELS = 24_000_000  # of one page, a byte each: A3 at 300 dpi has 17 million


class Picture(NamedTuple):
    """Grey pixels, row by row from the upper left corner; `stride` bytes a row, of which `width` count.

    `points`: how many points of the page a pixel is wide.
    """

    page: int
    width: int
    height: int
    stride: int
    pixels: bytes
    points: float


def pictures(body: bytes, dpi: float = DPI, most_pages: int = 100) -> Iterator[Picture]:
    """Each page in turn; raises Unreadable where the file cannot be opened. Damaged pages are left out."""
    with Document(body) as document:
        for number in range(1, min(document.size, most_pages) + 1):
            if found := document.picture(number, dpi, MOST_PIXELS):
                (width, height, stride, pixels), scale = found[:4], found[4]
                yield Picture(number, width, height, stride, pixels, 1 / scale)
