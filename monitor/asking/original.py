"""The archived original of a body's report for a year: the document that was read, or one that could not be."""

from typing import NamedTuple

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef
from crawler.ground.errors import GoujiError
from crawler.ground.formats import formats
from crawler.pages.sniff import media_type
from extract.store.failures import failures_of
from extract.store.load import load_reports

# What has no endings of its own in formats.toml, because nobody links to reports that end so.
OTHERS = {
    "text/html": ("html", "htm", "shtml"),
    "text/plain": ("txt",),
    "text/markdown": ("md",),
    "text/csv": ("csv",),
    "application/xml": ("xml",),
    "image/jpeg": ("jpg", "jpeg"),
}
PLAIN, SAVED_PAGE = "text/plain", "multipart/related"  # a message of mail: its first lines are plain text
UNREAD = """
select d.sha256, d.url from documents d where d.agency = ? and d.year = ?
order by d.attachment_of is not null, d.last_seen desc, d.url limit 1
"""


class Original(NamedTuple):
    """A document of the archive, and where it was published."""

    sha256: str
    url: str


def original(db: Database, body: AgencyRef, year: int) -> Original:
    """The document of the current report, or one that could not be read; GoujiError where there is none."""
    for stored in load_reports(db, body.code):
        if stored.year == year:
            return Original(stored.document, stored.url)
    for failure in failures_of(db, body.code, year):
        return Original(failure.document, failure.url)
    for sha256, url in db.execute(UNREAD, (body.code, year)).fetchall():
        return Original(sha256, url)
    raise GoujiError(
        f"there is no document of {body.name} for {year} in the archive", f"存档里没有{body.name} {year} 年度的文件"
    )


def ending(content: bytes, url: str) -> str:
    """The ending with which a viewer knows the file: by its bytes, and by its address where that agrees."""
    kind = media_type(content, url)
    known = {one.media_type: one.endings for one in formats() if one.endings} | OTHERS
    endings = known.get(kind, ())
    own = url.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
    if own in endings or (kind == PLAIN and own in known[SAVED_PAGE]):
        return own
    if endings:
        return endings[0]
    return kind.rpartition("/")[2] if kind.startswith("image/") else "bin"
