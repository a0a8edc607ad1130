"""The pictures of a page of the web, which are read with it and not by themselves; and pages that got others since.

Another picture at the address of one that was read makes another version of the page, though its own bytes are the
same: what people see there changed. A picture that comes later, at an address of its own, only completes the reading.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from crawler.ground.clock import stamp
from extract.store.current import back_since
from extract.store.failures import clear
from extract.store.records import INSERT_READING, ReadingRow

WITH_PAGE = "read_with_page"  # the outcome of a picture that is part of its page
# Pages of scans (TIFF) are no part of a page of the web: no browser shows them.
PARTS = """
select p.attachment_of, p.url, p.sha256 from documents p
where p.attachment_of is not null and p.media_type like 'image/%' and p.media_type <> 'image/tiff'
  and exists (select 1 from documents d where d.url = p.attachment_of
    and (d.media_type is null or d.media_type like 'text/%' or d.media_type like '%xml%'))
order by p.attachment_of, p.last_seen, p.first_seen
"""
NEWEST = "select sha256 from documents where url = ? order by last_seen desc, first_seen desc limit 1"
READ = "select parts from readings where document = ? and url = ?"
AT = "select sha256, first_seen, last_seen from documents where url = ?"
EARLIER = "select max(first_seen) from reports where document = ? and url = ? and first_seen < ?"

Document = tuple[str, str]  # its SHA-256 and its address


class Parts:
    """The pictures of all pages, as they are in the archive now."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.all = set[Document]()
        pages: dict[str, dict[str, str]] = {}
        for page, url, sha256 in conn.execute(PARTS):
            self.all.add((sha256, url))
            pages.setdefault(page, {})[url] = sha256  # the one that was last seen there
        self.pages: Mapping[str, str] = {
            page: json.dumps(dict(sorted(parts.items())), ensure_ascii=False) for page, parts in pages.items()
        }

    def of(self, document: Document) -> str:
        """The pictures with which this version of a page is to be read: those of now, where it is the newest."""
        present = self.pages.get(document[1], "")
        read = self._read(document) if present and not self._is_newest(document) else None
        return present if read is None else read

    def since(self, document: Document, first_seen: str, parts: str) -> str:
        """Since when this version of a page is there with these pictures; that a report of it with others was read."""
        found = max((self._there_since(*one) for one in read_parts(parts).items()), default="")
        if found <= first_seen or self.conn.execute(EARLIER, (*document, found)).fetchone()[0] is None:
            return first_seen
        return found

    def _there_since(self, url: str, sha256: str) -> str:
        """Since when a picture stands where another stood before; "" where none did."""
        seen = {known: (first, last) for known, first, last in self.conn.execute(AT, (url,))}
        first, last = seen.pop(sha256, ("", ""))
        gone = max((to for begin, to in seen.values() if begin < last), default="")
        if not gone or first > gone:
            return first if gone else ""
        return back_since(self.conn, url, sha256, gone, last)

    def changed(self) -> Iterable[Document]:
        """The pages that were read with other pictures than they have now."""
        for url in self.pages:
            newest = self.conn.execute(NEWEST, (url,)).fetchone()
            if newest is not None and (read := self._read((newest[0], url))) is not None and read != self.pages[url]:
                yield newest[0], url

    def _read(self, document: Document) -> str | None:
        row = self.conn.execute(READ, document).fetchone()
        return None if row is None else row[0] or ""

    def _is_newest(self, document: Document) -> bool:
        return bool(self.conn.execute(NEWEST, (document[1],)).fetchone()[0] == document[0])


def read_parts(parts: str | None) -> dict[str, str]:
    """Address → SHA-256, as `readings.parts` holds them."""
    return dict(json.loads(parts)) if parts else {}


def settle_parts(db: Database, documents: Sequence[Document], parser: str, now: datetime) -> None:
    """Says of pictures that they are read with their pages."""
    rows = [ReadingRow(sha256, url, WITH_PAGE, parser=parser, at=stamp(now)) for sha256, url in documents]
    with db.atomic():
        db.conn.executemany(INSERT_READING, rows)
        clear(db.conn, documents)
