"""The pictures of an archived page of the web, as it was read: by their number, which places in them bear."""

from collections.abc import Callable

from sqlite_utils import Database

from crawler.ground.archive import Archive
from crawler.ground.errors import GoujiError
from extract.pictured import held_pictures
from extract.readers import read
from extract.store.parts import read_parts

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
