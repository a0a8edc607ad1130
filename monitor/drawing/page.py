"""The page of a PDF, the picture itself or one on a page of the web, its doubtful cells outlined where they stand."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from crawler.ground.errors import GoujiError
from crawler.pages.sniff import media_type
from extract.model import Report, cell_name
from extract.place import PageBox, PictureBox
from extract.readers import Unreadable
from extract.readers import picture as picture_reader
from extract.readers._pdf_pages import pictures
from monitor.drawing.canvas import Box
from monitor.drawing.doubtful import Doubtful, mark

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 2.0  # pixels a point
POINTS = 72  # an inch
NOTE = 20
ROOM = 120  # pixels at the right of a doubtful cell: for its note
NEAR, HEAD = 1024, 16384  # bytes in which a PDF begins, and those that say what a file is


def pages_of(report: Report) -> Mapping[str, PageBox | PictureBox]:
    """The cells of a report that stand on a page or in a picture, by name."""
    return {
        cell_name(row.table, row.code, member): place
        for row in report.rows
        for member, place in zip(row.members, row.places, strict=True)
        if isinstance(place, PageBox | PictureBox)
    }


def is_drawable(body: bytes) -> bool:
    """Whether the pages of such a file can be had as pictures here: of a PDF, and what is a picture itself."""
    return _is_pdf(body) or media_type(body[:HEAD], "").startswith("image/")


def _is_pdf(body: bytes) -> bool:
    return b"%PDF-" in body[:NEAR]


def draw_page(
    body: bytes,
    places: Mapping[str, PageBox | PictureBox],
    marks: Sequence[Doubtful],
    picture: Callable[[int], bytes] | None = None,
) -> "Image":
    """The page with the first doubtful cell (else the first with figures) and all doubtful cells on it.

    `picture` gives the n-th picture of a page of the web, where cells stand in one.
    """
    first = next((places[one.cell] for one in marks if one.cell in places), None) or min(
        places.values(), key=lambda place: place[0]
    )
    page = first[0]
    if isinstance(first, PictureBox) and picture is not None:
        image, scale = _pictured(picture(page)), 1.0
    else:
        image, scale = _rendered(body, page)
    boxes: dict[str, Box] = {}
    for cell, place in places.items():
        if place[0] == page:
            left, top, right, bottom = (int(edge * scale) for edge in place[1:])
            boxes[cell] = (left, top, right, bottom)
    furthest = max((boxes[one.cell][2] for one in marks if one.cell in boxes), default=0)
    if furthest + ROOM > image.width:
        image = _wider(image, furthest + ROOM)
    mark(image, boxes, marks, NOTE)
    return image


def _pictured(body: bytes) -> "Image":
    try:
        return next(iter(picture_reader.pages(body, 1)))
    except Unreadable as error:
        raise GoujiError("the picture cannot be opened any more", f"图打不开：{error.problem.detail}") from error


def _wider(image: "Image", width: int) -> "Image":
    """The same page with room for notes at its right."""
    from PIL import Image

    found = Image.new("RGB", (width, image.height), "white")
    found.paste(image)
    return found


def _rendered(body: bytes, page: int) -> "tuple[Image, float]":
    """A page as a picture, and its pixels per unit of the boxes; GoujiError where that is not possible."""
    from PIL import Image

    if not _is_pdf(body):
        image = Image.open(BytesIO(body))
        image.seek(page - 1)
        return image.convert("RGB"), 1.0
    for picture in pictures(body, [page], dpi=POINTS * SCALE):
        return picture.image, picture.scale
    raise GoujiError(f"the document has no page {page}", f"文件没有第{page}页")
