"""What the database says is in the archive: each hash with an address that it came from."""

from sqlite_utils import Database

# Whoever names bytes; the later ones are less telling for a person.
NAMED = (
    "select sha256, url from documents",
    "select document, url from rosters where coalesce(document, '') <> ''",
    "select sha256, max(url) from fetches where sha256 is not null group by sha256",
)


def archived(db: Database) -> dict[str, str]:
    """Hash → address, for every document, roster and answer in the ledger whose bytes were kept."""
    found: dict[str, str] = {}
    for query in NAMED:
        for sha256, url in db.execute(query):
            found.setdefault(str(sha256), str(url))
    return found
