"""Pictures of pages → text and tables, where the extra `ocr` is installed; else `ocr_missing`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.ground.workers import more_time
from extract.content import Content, Grid
from extract.readers._ocr.breaks import joined
from extract.readers._ocr.engine import available, needed
from extract.readers._ocr.pages import blocks_of
from extract.readers._unreadable import refuse

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MOST_PAGES", "available", "joined", "needed", "read_page", "read_pages"]

MOST_PAGES = 50
SECONDS = 90.0  # that a page may take: a core needs 3 to 6, one that is shared by many as much longer


def read_pages(images: Iterable["Image"]) -> Content:
    """The Content of the pages of one document, in order; each is drawn only when it is its turn.

    Raises Unreadable where the extra is not installed, there are too many pages, or none of them says anything.
    """
    needed()
    pages: list[list[str | Grid]] = []
    for number, image in enumerate(images, 1):
        if number > MOST_PAGES:
            raise refuse("too_large", f"扫描件超过 {MOST_PAGES} 页，未读取。")
        pages.append(read_page(image, number))
    blocks = joined(pages)
    if not blocks:
        raise refuse("no_text", "图片里没有读到任何文字。")
    return Content(tuple(blocks))


def read_page(image: "Image", number: int, scale: float = 1.0) -> list[str | Grid]:
    """The blocks of one page. `scale`: so many pixels of it are one unit of the places of its cells."""
    needed()
    more_time(SECONDS)
    return blocks_of(image, number, scale)
