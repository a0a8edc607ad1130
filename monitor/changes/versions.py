"""The versions of a report in the order in which they stood at their addresses; one that came back stands twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from extract.store.current import back_since
from extract.store.load import StoredReport, load_versions

GONE = ("not_found", "soft_404", "redirected")
# The documents of some bodies with what tells whether each still stands where it stood.
PAPERS = f"""
select d.agency, d.year, d.sha256, d.url, coalesce(d.portal, ''), coalesce(d.title, ''), coalesce(d.last_seen, ''),
       coalesce(d.dates, ''),
       not exists (select 1 from fetches f where f.url = d.url and f.at > d.last_seen and f.verdict in {GONE})
from documents d where d.agency in ({{marks}})
"""


@dataclass(frozen=True, slots=True)
class HeldDocument:
    """One document of a body, and whether it still stands where we saw it."""

    year: int | None
    sha256: str
    url: str
    portal: str
    title: str
    last_seen: str
    dates: str
    there: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of one version: the title it was listed under, whether we saw it on a portal, whether it is there.

    A page that shows an earlier version again has it twice: `since` is when it was first seen, then when it came back.
    """

    stored: StoredReport
    parser: str
    title: str
    published: bool
    there: bool
    since: str
    last_seen: str

    @property
    def order(self) -> tuple[str, int]:
        return self.since, self.stored.id


def load_papers(db: Database, agency: str) -> list[HeldDocument]:
    """The documents of one body."""
    return [HeldDocument(*row) for _, *row in db.execute(PAPERS.format(marks="?"), [agency])]


def load_standing(db: Database, agency: str, year: int, papers: Iterable[HeldDocument]) -> list[Version]:
    """The newest reading of each version, oldest version first; what stands at an address is its last."""
    parsers: dict[int, str] = dict(
        db.execute("select id, parser from reports where agency = ? and year = ?", [agency, year]).fetchall()
    )
    known = {(paper.sha256, paper.url): paper for paper in papers}
    # The same page with other pictures is another version: there since another instant.
    newest: dict[tuple[str, str, str], StoredReport] = {}
    for one in load_versions(db, agency, year):
        at = one.document, one.url, one.first_seen
        before = newest.get(at)
        if before is None or one.id > before.id:
            newest[at] = one
    found = [_version(one, parsers[one.id], known.get((one.document, one.url))) for one in newest.values()]
    return sorted([*found, *_returned(db, found)], key=lambda one: one.order)


def by_url(versions: Iterable[Version]) -> dict[str, list[Version]]:
    """The versions at each address."""
    found: dict[str, list[Version]] = {}
    for one in versions:
        found.setdefault(one.stored.url, []).append(one)
    return found


def _version(one: StoredReport, parser: str, paper: HeldDocument | None) -> Version:
    if paper is None:
        return Version(one, parser, "", False, False, one.first_seen, one.first_seen)
    published = bool(paper.portal)
    return Version(
        one,
        parser,
        paper.title,
        published,
        published and paper.there,
        one.first_seen,
        max(paper.last_seen, one.first_seen),
    )


def _returned(db: Database, found: Sequence[Version]) -> Iterator[Version]:
    """The versions that stand at their address again after another stood there."""
    for url, series in by_url(found).items():
        stands = max(series, key=lambda one: (one.last_seen, one.order))
        if any(one.order > stands.order for one in series):
            others = max(one.last_seen for one in series if one is not stands)
            yield replace(stands, since=back_since(db.conn, url, stands.stored.document, others, stands.last_seen))
