"""The pictures of an archived page of the web, by the number that places bear; the page of a report, drawn."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlite_utils import Database

from crawler.ground.archive import Archive
from crawler.ground.errors import GoujiError
from extract.pictured import held_pictures
from extract.place import PictureBox
from extract.readers import read
from extract.store.parts import read_parts
from monitor.asking.report import ReportOnFile

if TYPE_CHECKING:
    from PIL.Image import Image

PARTS = "select parts from readings where document = ? and url = ?"


def pictures_of(db: Database, archive: Archive, document: str, url: str) -> Callable[[int], bytes]:
    """What gives the n-th picture of this document, from 1; GoujiError where there is none."""
    row = db.execute(PARTS, (document, url)).fetchone()
    parts = read_parts(row[0] if row else None)

    def numbered(number: int) -> bytes:
        held = held_pictures(read(archive.read(document), url), url, parts, archive.read)
        load = held[number - 1].load if number <= len(held) else None
        if load is None:
            raise GoujiError(f"the page has no picture {number}", f"网页没有第{number}张图")
        return load()

    return numbered


def picture_of(db: Database, archive: Archive, shown: ReportOnFile) -> "Image":
    """The page of the original with its doubtful cells outlined; of what has no pages, the tables as they were read."""
    # A question without a picture needs no reader of pictures.
    from monitor.drawing.doubtful import doubtful
    from monitor.drawing.form import draw_form
    from monitor.drawing.page import draw_page, is_drawable, pages_of

    stored = shown.stored
    read_report = stored.report
    marks = doubtful(read_report, [one.suspect for one in shown.findings if one.suspect is not None])
    places = pages_of(read_report)
    body = archive.read(stored.document) if places else b""
    on_page = bool(places) and (is_drawable(body) or any(isinstance(one, PictureBox) for one in places.values()))
    if not on_page:
        return draw_form(read_report, marks)
    return draw_page(body, places, marks, pictures_of(db, archive, stored.document, stored.url))
