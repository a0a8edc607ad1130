"""Another data directory is taken in: its archive first, then its rows in one transaction; killed, it is begun anew."""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from crawler.ground.archive import DamagedError, MissingError, open_archive
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError
from crawler.ledger.archived import archived
from monitor.merge.copy import call_bodies_as_ours, call_portals_as_ours, copied, leave_unfinished, open_copy
from monitor.merge.decisions import Conflict, take_decisions
from monitor.merge.numbers import agree, in_order
from monitor.merge.plan import plan
from monitor.merge.union import Counts, columns_of, differing, join

Follow = Callable[[int, int], None]


@dataclass(slots=True)
class MergeResult:
    """What came in, by table; `bodies` came in with archived bytes. What differs stays ours, and is named.

    `lost` are hashes of which neither archive has sound bytes; `unwatched` are portals that our gouji.toml does not
    name; `unfinished` crawls come in when they have ended.
    """

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    bodies: int = 0
    lost: list[str] = field(default_factory=list)
    decisions: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    differing: list[tuple[str, str, str, str]] = field(default_factory=list)
    renamed_portals: dict[str, str] = field(default_factory=dict)
    renamed_bodies: dict[str, str] = field(default_factory=dict)
    unwatched: list[str] = field(default_factory=list)
    unfinished: int = 0


def other_than(data: DataDir, folder: Path) -> DataDir:
    """The data directory to be taken in; GoujiError where that is ours, by whatever name."""
    if folder.resolve() == data.root.resolve():
        raise GoujiError(f"{folder} is this very data directory", f"{folder} 就是这个数据目录本身")
    return DataDir(folder)


def take_in(db: Database, data: DataDir, source: DataDir, follow: Follow) -> MergeResult:
    """Takes `source` in; nothing in it is changed. The caller holds the locks of both directories.

    The second time it changes nothing. GoujiError where `source` is no data directory.
    """
    result = MergeResult()
    with copied(source) as copy:
        with closing(open_copy(copy, source)) as theirs:
            result.unfinished = leave_unfinished(theirs)
            result.renamed_portals = call_portals_as_ours(theirs, db)
            result.renamed_bodies = call_bodies_as_ours(theirs, db)
            named = archived(theirs)
        _take_bodies(data, source, named, result, follow)
        with _attached(db, copy), db.atomic():
            db.execute("pragma defer_foreign_keys = on")
            _take_rows(db, result)
    watched = {portal.id for portal in data.config().portals}
    result.unwatched = sorted(str(row[0]) for row in db.execute("select id from portals") if row[0] not in watched)
    return result


def _take_bodies(data: DataDir, source: DataDir, named: Collection[str], result: MergeResult, follow: Follow) -> None:
    """Every body of their archive, and that their rows name, which ours does not hold; a row that names it is written
    after that.

    ArchiveError where ours cannot be written or either does not answer: then no row comes in.
    """
    ours, theirs = open_archive(data), open_archive(source)
    held = set(ours.hashes())
    missing = sorted({*theirs.hashes(), *named} - held)
    for at, name in enumerate(missing, 1):
        try:
            ours.put(theirs.read(name), name)
            result.bodies += 1
        except (MissingError, DamagedError):
            result.lost.append(name)
        follow(at, len(missing))


@contextmanager
def _attached(db: Database, copy: DataDir) -> Iterator[None]:
    db.execute("attach ? as other", [str(copy.database)])
    try:
        yield
    finally:
        db.execute("detach other")


def _take_rows(db: Database, result: MergeResult) -> None:
    agree(db)
    for table, how in plan().items():
        result.differing += differing(db, table, how)
        counts: Counts = join(db, table, how)
        for name, count in (("added", counts.added), ("changed", counts.changed)):
            if count:
                getattr(result, name)[table] = count
    in_order(db)
    _join_states(db)
    result.decisions, result.conflicts = take_decisions(db, columns_of(db, "findings"))
    if result.added:
        db.execute("update reports set checked = null")  # what is known of a body may be judged otherwise now


def _join_states(db: Database) -> None:
    """One state of a portal ends where the next begins."""
    after = (
        "select min(n.since) from portal_states n "
        "where n.portal = portal_states.portal and n.since > portal_states.since"
    )
    db.execute(f"update portal_states set until = ({after}) where until is not ({after}) and ({after}) is not null")
