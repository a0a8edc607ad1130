"""The ledger of evidence: every request that matters, the verdict on its answer in one word, and the reasons for it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time

from sqlite_utils import Database

from crawler.ground.clock import SHANGHAI, local_date, stamp
from crawler.ground.reasons import LONGEST, Detail, packed, told
from crawler.ground.urls import host_of
from crawler.pages.asks import Kind
from crawler.pages.verdicts import Word

# Verdicts for addresses that were not requested: entries of the ledger without a request.
NOT_ASKED: tuple[Word, ...] = ("robots", "refused", "bound")


@dataclass(frozen=True, slots=True)
class Fetch:
    """One look at one address. `known_ground`: a list that was read only as far as something new was found."""

    portal: str
    url: str
    kind: Kind
    verdict: Word
    status: int | None = None
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    said: Detail = ()
    known_ground: bool = False

    @property
    def detail(self) -> str:
        """The reasons for the verdict, in English."""
        return told(self.said, "en")


@dataclass(frozen=True, slots=True)
class Known:
    """What the newest valid answer of an address gave: the hash of its bytes, and how to ask whether they changed."""

    sha256: str
    etag: str
    last_modified: str


def enter(db: Database, crawl: int, fetch: Fetch, now: datetime) -> None:
    """Writes one line of the ledger."""
    db.execute(
        "insert into fetches (crawl, portal, url, at, status, sha256, verdict, etag, last_modified, detail, said, "
        "known_ground, kind) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            crawl,
            fetch.portal,
            fetch.url,
            stamp(now),
            fetch.status,
            fetch.sha256,
            fetch.verdict,
            fetch.etag or None,
            fetch.last_modified or None,
            fetch.detail[:LONGEST] or None,
            packed(fetch.said),
            int(fetch.known_ground) if fetch.kind == "list" else None,
            fetch.kind,
        ],
    )


def known(db: Database, url: str) -> Known | None:
    """The validators (ETag, Last-Modified) to send with a request, if the newest answer with a body had any."""
    row = db.execute(
        "select sha256, etag, last_modified from fetches where url = ? and sha256 is not null order by id desc limit 1",
        [url],
    ).fetchone()
    if row is None or not (row[1] or row[2]):
        return None
    return Known(str(row[0]), str(row[1] or ""), str(row[2] or ""))


def asked_today(db: Database, now: datetime) -> Counter[str]:
    """How often each host was asked since midnight (Asia/Shanghai)."""
    midnight = datetime.combine(local_date(now), time(), SHANGHAI)
    rows = db.execute(
        f"select url, count(*) from fetches where at >= ? and verdict not in "
        f"({', '.join('?' * len(NOT_ASKED))}) group by url",
        [stamp(midnight), *NOT_ASKED],
    )
    found: Counter[str] = Counter()
    for url, count in rows:
        found[host_of(url)] += count
    return found


def noted(db: Database, crawl: int, portal: str, url: str, verdict: Word) -> bool:
    """Whether this crawl's ledger already has this verdict for the address."""
    return (
        db.execute(
            "select 1 from fetches where url = ? and crawl = ? and portal = ? and verdict = ? limit 1",
            [url, crawl, portal, verdict],
        ).fetchone()
        is not None
    )


def is_list(db: Database, crawl: int, portal: str, sha256: str) -> bool:
    """Whether these bytes were served as a list page in this crawl."""
    return (
        db.execute(
            "select 1 from fetches where sha256 = ? and crawl = ? and portal = ? and kind = 'list' limit 1",
            [sha256, crawl, portal],
        ).fetchone()
        is not None
    )
