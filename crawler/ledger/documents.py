"""The table of documents: one row per published version (bytes and address), never overwritten."""

from datetime import datetime

from sqlite_utils import Database

from crawler.agencies.register import find_agency
from crawler.ground.clock import stamp

# Columns that a later fetch of the same version may fill in, but never replaces.
FILLABLE = (
    "portal",
    "agency",
    "year",
    "title",
    "media_type",
    "published_on",
    "attachment_of",
    "agency_name",
    "dated_by",
    "dates",
    "listed_under",
)
INSERT = (
    f"insert or ignore into documents (sha256, url, first_seen, last_seen, {', '.join(FILLABLE)}) "
    f"values (:sha256, :url, :at, :at, {', '.join(f':{name}' for name in FILLABLE)})"
)
FILL = (
    "update documents set last_seen = max(coalesce(last_seen, ''), :at), "
    f"{', '.join(f'{name} = coalesce({name}, :{name})' for name in FILLABLE)} where sha256 = :sha256 and url = :url"
)


def record(
    db: Database,
    *,
    sha256: str,
    url: str,
    now: datetime,
    portal: str = "",
    title: str = "",
    agency_name: str = "",
    year: int | None = None,
    media_type: str = "",
    published_on: str | None = None,
    dated_by: str = "",
    dates: str = "",
    attachment_of: str | None = None,
    listed_under: str = "",
) -> bool:
    """Stores one version of a document; True if it is new, else its `last_seen` moves and empty columns are filled.

    `listed_under` is what heads its entry in the list.
    `dates` are all candidates for `published_on` (JSON), `dated_by` is the rule that chose it.

    `agency` is set if a registered body has the name `agency_name`; extract decides the rest.
    """
    values: dict[str, object] = {
        "sha256": sha256,
        "url": url,
        "at": stamp(now),
        "portal": portal or None,
        "agency": _code(db, agency_name, portal),
        "year": year,
        "title": title or None,
        "media_type": media_type or None,
        "published_on": published_on or None,
        "attachment_of": attachment_of or None,
        "agency_name": agency_name or None,
        "dated_by": dated_by or None,
        "dates": dates or None,
        "listed_under": listed_under or None,
    }
    if db.execute(INSERT, values).rowcount == 1:
        return True
    db.execute(FILL, values)
    return False


def _code(db: Database, name: str, portal: str) -> str | None:
    # By any name and spelling; a name that two registered bodies share decides nothing.
    return find_agency(db, name, portal=portal) if name else None
