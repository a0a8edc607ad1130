"""The state of a portal in one crawl, with the evidence; independent of any judgement about its bodies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sqlite_utils import Database

from crawler.ground.reasons import Detail, Reason, quoted, told, unpacked
from crawler.ground.urls import identity
from crawler.ledger import crawl_figures
from crawler.ledger.crawl_figures import Yield
from crawler.ledger.fetches import NOT_ASKED
from crawler.ledger.frontier import INDEX
from crawler.ledger.looks import GONE, STANDING
from crawler.ledger.portals import State
from crawler.pages.verdicts import Word

# The state of a portal whose list page got this verdict.
STATE_OF: Mapping[Word, State] = {
    "challenge": "challenge",
    "forbidden": "forbidden",
    "login": "login",
    "robots": "robots",
    "tls": "tls",
    "unreachable": "unreachable",
    "server_error": "unreachable",
    "throttled": "throttled",
    "redirected": "redirected",
    "soft_404": "soft_404",
    "repeated": "repeating",
    "not_found": "failing",
    "too_large": "failing",
    "unreadable": "failing",
    "partial": "failing",
    "refused": "failing",
    "bound": "failing",
}
# Verdicts that keep us from a listed report; a dead link (404 and the like) is the publisher's matter.
BLOCKED: frozenset[Word] = frozenset(
    {
        "challenge",
        "forbidden",
        "login",
        "robots",
        "tls",
        "unreachable",
        "server_error",
        "throttled",
        "too_large",
        "unreadable",
    }
)
READ: frozenset[Word] = frozenset(
    {"ok", "unchanged", "new", "changed", "restored", "same", "repeated", "partial", "bound"}
)
# Lists that were read to their end.
WHOLE: frozenset[Word] = READ - {"bound", "partial", "repeated"}
# If at least this many known reports are all unavailable, the portal is in trouble, whatever its lists say.
ENOUGH = 3
# States in which the column itself could not be reached.
UNREACHED: frozenset[State] = frozenset(
    {"challenge", "forbidden", "login", "robots", "tls", "unreachable", "throttled", "redirected", "soft_404"}
)
SEVERITY: tuple[Word, ...] = tuple(STATE_OF)
WORDS: frozenset[str] = frozenset(get_args(Word))


@dataclass(frozen=True, slots=True)
class PortalOutcome:
    """One portal after one crawl. `reached`: its column was read, whatever it contained.

    `before` is the most that recent crawls found (None: first crawl, or a crawl of a single year), `vanished` counts
    known reports that are gone, `lists_read` says that no list was cut short by trouble or by a limit of ours.
    """

    id: str
    state: State
    said: Detail
    reached: bool
    reports_found: int
    new_documents: int
    requests: int
    errors: int
    before: int | None = None
    dropped: bool = False
    vanished: int = 0
    lists_read: bool = True
    yields: tuple[Yield, ...] = ()

    @property
    def detail(self) -> str:
        """The reasons for the state, in English."""
        return told(self.said, "en")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the crawl and its result; `verdict` is None if it was never made."""

    url: str
    kind: str
    page: int
    depth: int
    verdict: Word | None
    found: int
    hops: bool
    recheck: bool


def examine(db: Database, crawl: int, portal: str, year: int | None = None, drop: float = 1.0) -> PortalOutcome:
    """The state of a portal, from the frontier and the ledger of a crawl that has finished it.

    A portal that names fewer reports than before by more than the share `drop` is failing, whatever its pages say.
    """
    asked = _asked(db, crawl, portal)
    state, said = _state(db, crawl, portal, asked)
    measured = crawl_figures.measure(db, crawl, portal, year, frozenset(STATE_OF))
    lists = [one for one in asked if one.kind == "list"]
    dropped = state in ("ok", "empty", "failing") and measured.dropped(drop)
    if state == "ok" and dropped:
        state, said = "failing", (Reason("reports_fewer", found=measured.found, before=measured.before or 0),)
    start_read = any(one.page == 1 and one.depth == 0 and one.verdict in READ for one in lists)
    requests, fresh = _counts(db, crawl, portal)
    return PortalOutcome(
        id=portal,
        state=state,
        said=said,
        reached=start_read and state not in UNREACHED,
        reports_found=measured.found,
        new_documents=fresh,
        requests=requests,
        errors=sum(1 for one in asked if one.verdict is None or one.verdict in STATE_OF),
        before=measured.before,
        dropped=dropped,
        vanished=measured.vanished,
        lists_read=all(one.verdict in WHOLE or one.verdict == "redirect" for one in lists),
        yields=measured.yields,
    )


def _asked(db: Database, crawl: int, portal: str) -> list[Asked]:
    rows = db.execute(
        "select json_extract(ask, '$.url'), kind, json_extract(ask, '$.page'), json_extract(ask, '$.depth'), verdict, "
        "coalesce(found, 0), json_extract(ask, '$.detour.redirects') is not null, "
        "json_extract(ask, '$.recheck') is not null from frontier "
        "where crawl = ? and portal = ? order by id",
        [crawl, portal],
    ).fetchall()
    return [
        Asked(
            str(url),
            str(kind),
            int(page),
            int(depth),
            verdict if verdict in WORDS else None,
            int(found),
            bool(hops),
            bool(recheck),
        )
        for url, kind, page, depth, verdict, found, hops, recheck in rows
    ]


def _counts(db: Database, crawl: int, portal: str) -> tuple[int, int]:
    row = db.execute(
        f"select sum(verdict not in ({', '.join('?' * len(NOT_ASKED))})), sum(verdict in ('new', 'changed')) "
        "from fetches where crawl = ? and portal = ?",
        [*NOT_ASKED, crawl, portal],
    ).fetchone()
    return int(row[0] or 0), int(row[1] or 0)


def _state(db: Database, crawl: int, portal: str, asked: list[Asked]) -> tuple[State, Detail]:
    lists = [one for one in asked if one.kind == "list"]
    bad = [one for one in lists if one.verdict in STATE_OF]
    if bad:
        worst = min(bad, key=lambda one: (one.page > 1 or one.depth > 0, SEVERITY.index(one.verdict or "bound")))
        assert worst.verdict is not None
        return STATE_OF[worst.verdict], (
            _failed(worst.url, worst.verdict, _why(db, crawl, worst)),
            *(_stand(asked) if worst.verdict in GONE else ()),
        )
    blocked = _blocked(db, portal, asked)
    if blocked:
        return blocked
    if any(one.verdict is None for one in lists):
        return "failing", (Reason("lists_unasked"),)
    if sum(one.found for one in lists):
        return _nothing_read(db, portal) or ("ok", (*_moved(lists), *_dead_links(asked)))
    known = db.execute("select count(distinct url) from documents where portal = ?", [portal]).fetchone()[0]
    if known:
        return "failing", (Reason("none_listed_known", count=known), *_stand(asked))
    return "empty", (Reason("none_listed"),)


def _nothing_read(db: Database, portal: str) -> tuple[State, Detail] | None:
    """The state of a portal whose lists name reports of which not one is at its address."""
    rows = db.execute(
        "select verdict, count(*), sum(gone_since is not null), min(url) from looks where portal = ? "
        "and kind in ('detail', 'own') and coalesce(verdict, '') <> 'ok' group by verdict order by 2 desc",
        [portal],
    ).fetchall()
    gone = sum(row[2] for row in rows)
    # One or two withdrawn reports are the publisher's matter.
    if not rows or any(row[0] in STANDING for row in rows) or 0 < gone < ENOUGH:
        return None
    word, _, _, url = rows[0]
    count = sum(row[1] for row in rows)
    if not word:
        return "failing", (Reason("reports_unread_unasked", count=count, url=url),)
    return STATE_OF[word] if word in GONE else "failing", (Reason("reports_unread", count=count, word=word, url=url),)


def _failed(url: str, word: Word, why: Detail) -> Reason:
    return Reason("list_failed_as", url=url, word=word, why=why) if why else Reason("list_failed", url=url, word=word)


def _why(db: Database, crawl: int, one: Asked) -> Detail:
    row = db.execute(
        "select said, detail from fetches where crawl = ? and url = ? and verdict = ? order by id desc limit 1",
        [crawl, one.url, one.verdict],
    ).fetchone()
    # A crawl begun by an earlier version has stored only the words, no codes.
    return (unpacked(row[0]) or quoted(row[1] or "")) if row else ()


def _moved(lists: list[Asked]) -> Detail:
    """Where the column has moved, if its address redirects elsewhere."""
    start = next((one for one in lists if one.page == 1 and not one.depth and not one.hops), None)
    end = next(
        (one for one in reversed(lists) if one.page == 1 and not one.depth and one.hops and one.verdict in READ), None
    )
    if start is None or end is None or start.verdict != "redirect":
        return ()
    old, new = (identity(INDEX.sub("/", one.url)).rstrip("/") for one in (start, end))
    return (Reason("column_moved", url=end.url),) if old != new else ()


def _stand(asked: list[Asked]) -> Detail:
    """The result for the known reports that were looked at because their column could not be reached."""
    looked = [one for one in asked if one.kind == "detail" and one.recheck and one.verdict != "redirect"]
    standing = sum(1 for one in looked if one.verdict in READ)
    if not looked or not standing:
        return ()
    return (Reason("still_standing", standing=standing, looked=len(looked)),)


def _blocked(db: Database, portal: str, asked: list[Asked]) -> tuple[State, Detail] | None:
    """The state that follows from listed reports that could not be fetched; None if all could, or are known already."""
    details = [one for one in asked if one.kind == "detail" and one.verdict != "redirect"]
    blocked = [one for one in details if one.verdict is None or one.verdict in BLOCKED]
    if not blocked:
        return None
    words = Counter(one.verdict for one in blocked if one.verdict is not None)
    word = words.most_common(1)[0][0] if words else None
    count, total, url = len(blocked), len(details), blocked[0].url
    said = (
        Reason("reports_blocked", count=count, total=total, word=word, url=url)
        if word
        else Reason("reports_unasked", count=count, total=total, url=url)
    )
    if word and len(blocked) == len(details) and (len(blocked) >= ENOUGH or not all(one.recheck for one in blocked)):
        return STATE_OF[word], (said,)
    unknown = [
        one
        for one in blocked
        if not one.recheck
        and not db.execute("select 1 from documents where url = ? and portal = ? limit 1", [one.url, portal]).fetchone()
    ]
    # A report that is listed but was never read must not be called missing.
    return ("failing", (said,)) if unknown else None


def _dead_links(asked: list[Asked]) -> Detail:
    dead = [one for one in asked if one.kind == "detail" and one.verdict in ("not_found", "soft_404", "redirected")]
    return (Reason("reports_gone", count=len(dead), url=dead[0].url),) if dead else ()
