"""Pages of a PDF that have no text of their own: each as a picture, bounded in memory, and what is seen on it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from extract.content import Grid
from extract.readers import _ocr
from extract.readers._pdf_engine import Document
from extract.readers._unreadable import refuse

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200.0
MOST_PIXELS = 24_000_000  # of one page: A3 at 300 dpi has 17 million


class Picture(NamedTuple):
    """A page in colors, and how many of its pixels one point is."""

    page: int
    image: "Image"
    scale: float


def pictures(body: bytes, pages: Iterable[int], dpi: float = DPI) -> Iterator[Picture]:
    """These pages in turn; raises Unreadable where the file cannot be opened. Damaged pages are left out."""
    with Document(body) as document:
        for number in pages:
            if found := document.picture(number, dpi, MOST_PIXELS):
                yield Picture(number, *found)


def seen(body: bytes, pages: list[int]) -> list[str | Grid]:
    """What these pages show, their cells with boxes in points. Raises Unreadable where it cannot be recognized."""
    if len(pages) > _ocr.MOST_PAGES:
        raise refuse("too_large", f"PDF 有 {len(pages)} 页扫描件，超过 {_ocr.MOST_PAGES} 页的上限，未读取。")
    return _ocr.joined([_ocr.read_page(one.image, one.page, one.scale) for one in pictures(body, pages)])
