"""Changing tokens in addresses (?t=1769877000): learnt per portal where the same bytes came back under another value.

And where an entry of a list has taken the place of another that differs in nothing else. What is learnt makes one
document, and one look, of two addresses. It is doubted at once where it may be wrong: two that
a list names side by side are two, and so are two bodies' or two years' reports; then that parameter chooses, for good.
"""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler.ground.parameters import BEHIND, FOLDER, FOLDER_BY_CHANCE, may_change
from crawler.ground.urls import identity, parameter
from crawler.ledger.frontier import key_of
from crawler.pages.asks import Ask
from crawler.pages.titles import recognize

MOST = 5000  # addresses of one path that are looked through
LAST = "\U0010ffff"  # sorts behind every address
SIDE_BY_SIDE = """
select (select count(*) from looks where portal = :portal and listed_in = :crawl and key in (:one, :two)) > 1
  or (select count(*) from frontier where crawl = :crawl and portal = :portal and key in (:first, :second)
      and coalesce(json_extract(ask, '$.recheck'), 0) = 0) > 1
"""
KEPT = "select distinct url from documents where url in (?, ?) and portal is not null"
ALIKE = """
select url from documents where sha256 = ? and portal = ? and url <> ? order by first_seen limit ?
"""
BELOW = """
select url, coalesce(agency_name, ''), year from documents where portal = ? and url >= ? and url < ?
order by first_seen, url limit ?
"""
LISTED = (
    "select key, ask, listed_in from looks where portal = ? and key >= ? and key < ? order by looked_at, key limit ?"
)


LEFT_OUT = """
select key, ask from looks where portal = ? and year = ? and listed_in < ? and kind = 'detail' and json_valid(ask)
order by looked_at, key limit ?
"""


class Whose(NamedTuple):
    """Whose report it is, and of which year, as far as its title says."""

    agency: str
    year: int | None

    @property
    def known(self) -> bool:
        return bool(self.agency and self.year)


def learnt(db: Database, portal: str) -> Mapping[str, bool]:
    """What is known of a portal's parameters: true for one that changes with each look, false for one that chooses."""
    row = db.execute("select tokens from portals where id = ?", [portal]).fetchone()
    known: dict[str, bool] = json.loads(row[0]) if row and row[0] else {}
    return known


def kept_at(db: Database, crawl: int, portal: str, url: str, sha256: str, whose: Whose) -> str:
    """The address under which a document is kept: its own, unless it was kept under another that is the same."""
    other = _by_other_scheme(url)
    if kept := {str(row[0]) for row in db.execute(KEPT, [url, other])}:
        return url if url in kept else other
    if not has_token(url):
        return url
    known = learnt(db, portal)
    for (other,) in db.execute(ALIKE, [sha256, portal, url, MOST]).fetchall():
        apart = _apart(url, other)
        if apart and all(known.get(name, True) and may_change(name, *values) for name, *values in apart):
            return other if _one(db, crawl, portal, (url, other), [name for name, _, _ in apart]) else url
    prefix = _shared(url, known)
    below = db.execute(BELOW, [portal, prefix, prefix + LAST, MOST]).fetchall() if prefix and whose.known else ()
    for other, agency, year in below:
        if names := _tokens_apart(url, other, known):
            return other if _one(db, crawl, portal, (url, other), names, (agency, year) == whose) else url
    return url


def known_as(db: Database, crawl: int, portal: str, url: str, title: str) -> str:
    """The key of an earlier look at the page that a list names under this address; "" where it has none but its own."""
    if not has_token(url):
        return ""
    known, here = learnt(db, portal), identity(url)
    prefix = _shared(here, known)
    for key, ask, listed_in in db.execute(LISTED, [portal, prefix, prefix + LAST, MOST]).fetchall() if prefix else ():
        if key == here:
            return ""
        if names := _tokens_apart(here, key, known):
            if listed_in == crawl:
                _learn(db, portal, names, changing=False)
                return ""
            if ask and json.loads(ask).get("title") == title:
                return str(key)
    return _taken_over(db, crawl, portal, here, title, known)


def _taken_over(db: Database, crawl: int, portal: str, here: str, title: str, known: Mapping[str, bool]) -> str:
    """The key of the look whose place in the list this entry has taken: the same report under another token.

    Where its page shows a clock the same bytes never come back; that the list names it once, as before, tells as much.
    """
    info = recognize(title)
    if info is None or not info.agency_name or info.year is None:
        return ""
    if db.execute("select 1 from looks where portal = ? and key = ?", [portal, here]).fetchone():
        return ""
    for key, ask in db.execute(LEFT_OUT, [portal, info.year, crawl, MOST]).fetchall():
        if title in ask and json.loads(ask).get("title") == title:
            apart = _apart(here, str(key)) or ()
            if apart and all(known.get(name, True) and may_change(name, *values) for name, *values in apart):
                _learn(db, portal, [name for name, _, _ in apart], changing=True)
                return str(key)
    return ""


def side_by_side(db: Database, portal: str, one: str, two: str) -> None:
    """A list names both: what they differ in chooses."""
    _learn(db, portal, [name for name, _, _ in _apart(identity(one), identity(two)) or ()], changing=False)


def _by_other_scheme(url: str) -> str:
    scheme, rest = url.split(":", 1)
    return f"{'https' if scheme == 'http' else 'http'}:{rest}"


def _one(db: Database, crawl: int, portal: str, pair: tuple[str, str], names: Iterable[str], same: bool = True) -> bool:
    """Whether two addresses that differ in these parameters alone are one; what that tells of them is kept."""
    one, two = pair
    asked = {
        "portal": portal,
        "crawl": crawl,
        "one": identity(one),
        "two": identity(two),
        "first": key_of(Ask(one)),
        "second": key_of(Ask(two)),
    }
    changing = same and not db.execute(SIDE_BY_SIDE, asked).fetchone()[0]
    _learn(db, portal, names, changing=changing)
    return changing


def _learn(db: Database, portal: str, names: Iterable[str], *, changing: bool) -> None:
    known = {**learnt(db, portal), **dict.fromkeys(names, changing)}
    db.execute("update portals set tokens = ? where id = ?", [json.dumps(known, sort_keys=True), portal])


def _tokens_apart(one: str, two: str, known: Mapping[str, bool]) -> list[str]:
    """The parameters in which two addresses differ, where all of them are tokens; none where anything else differs."""
    apart = _apart(one, two) or ()
    names = [name for name, _, _ in apart]
    return names if all(known.get(name, False) for name in names) else []


def _apart(one: str, two: str) -> list[tuple[str, str, str]] | None:
    """Name and both values of the parameters in which two addresses differ; None where more differs."""
    (left, first), (right, second) = _taken_apart(one), _taken_apart(two)
    folders = _folders_apart(left, right)
    if folders is None:
        return None
    shared = [pair for pair in first if pair in second]
    rest = [
        {parameter(pair): pair.partition("=")[2] for pair in pairs if pair not in shared} for pairs in (first, second)
    ]
    if len(first) - len(shared) != len(rest[0]) or len(second) - len(shared) != len(rest[1]):
        return None  # a parameter that stands there twice
    return [
        *folders,
        *((name, rest[0].get(name, ""), rest[1].get(name, "")) for name in dict.fromkeys([*rest[0], *rest[1]])),
    ]


def _folders_apart(one: str, two: str) -> list[tuple[str, str, str]] | None:
    """The folders in which two paths differ, by their places; None where more differs, as the name of the page."""
    left, right = one.split("/"), two.split("/")
    if len(left) != len(right) or left[-1] != right[-1]:
        return None if one != two else []
    apart = [(f"{FOLDER}{at}", *pair) for at, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1]]
    return apart if all(may_change(*one) for one in apart) else None


def has_token(url: str) -> bool:
    """Whether anything in an address may be a token: a query, what follows a semicolon, a folder by chance."""
    parts = urlsplit(url)
    return bool(
        parts.query
        or ";" in parts.path
        or any(FOLDER_BY_CHANCE.fullmatch(folder) for folder in parts.path.split("/")[:-1])
    )


def _taken_apart(url: str) -> tuple[str, list[str]]:
    path, _, query = url.partition("?")
    path, *behind = path.removeprefix("https://").removeprefix("http://").split(";")
    return path, [*(f"{BEHIND}{pair}" for pair in behind if pair), *(pair for pair in query.split("&") if pair)]


def _shared(url: str, known: Mapping[str, bool]) -> str:
    """What an address has in common with those that differ from it in tokens: all before the first; "" without one."""
    path, _, query = url.partition("?")
    path, *behind = path.split(";")
    at = path.find("//") + 2 if "://" in path else 0
    folders = path[at:].split("/")
    for number, folder in enumerate(folders[:-1]):
        if known.get(f"{FOLDER}{number}", False) and FOLDER_BY_CHANCE.fullmatch(folder):
            return path[:at] + "/".join([*folders[:number], ""])
    if any(known.get(BEHIND + parameter(pair), False) for pair in behind):
        return path
    path = ";".join([path, *behind])
    before: list[str] = []
    for pair in query.split("&"):
        if known.get(parameter(pair), False):
            return f"{path}?{'&'.join(before)}"
        before.append(pair)
    return ""
