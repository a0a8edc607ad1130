"""Bodies of one place that a title names in short: by a usual abbreviation, or without the place in front."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from crawler.agencies.abbreviations import Fit, fit_either, is_short, of_other_bodies, same_end, spelled_out
from crawler.agencies.agency import Agency, bodies_where
from crawler.agencies.names import classify, place_of, places_of, relative_unit
from crawler.agencies.places import at_home

BRANCH = "分局"
TOWN = ("镇", "乡", "街道", "苏木")
END = "\U0010ffff"


class Said(NamedTuple):
    """A name taken apart: the places it names ("" or none where it leaves them to its portal), and its readings."""

    places: tuple[str, ...]
    shorts: tuple[str, ...]


def meant(db: Database, name: str, portal: str) -> list[Agency]:
    """The registered bodies of the place that this short name fits; where several do, nobody can say which is meant.

    By what they are called now; only where that fits none, by what they once were.
    """
    home = portal_places(db, portal)
    said = _taken_apart(name, home)
    # A full name is of a body that the register does not know, or that stands in it under its abbreviation.
    full = said.places and said.places[-1:] != home[-1:] and not any(map(is_short, said.shorts))
    fits = [one for one in _fits(db, said, portal, home, full=bool(full)) if one[0] > Fit.LEFT_OUT]
    now = any(now for _, now, _ in fits)
    named = [body for how, _, body in fits if how is Fit.NAME]
    found = {body.code: body for body in named or [body for _, current, body in fits if current is now]}
    if len(found) > 1:
        found = {code: body for code, body in found.items() if same_end(name, body.name)} or found
    certain = {body.code for how, _, body in fits if how > Fit.PERHAPS}
    return list(found.values()) if len(found) > 1 or found.keys() <= certain else []


def possible(db: Database, name: str, portal: str) -> list[Agency]:
    """All bodies that this name might be of, though nobody can say so."""
    home = portal_places(db, portal)
    return [body for _, _, body in _fits(db, _taken_apart(name, home), portal, home, anywhere=True)]


def of_portal(db: Database, portal: str, *, wide: bool, anywhere: bool = False) -> list[Agency]:
    """The registered bodies that publish on a portal: those it is given for, and those of its place that have none.

    `wide`: also those whose name does not begin with the place; `anywhere`: where the name of the portal tells no
    place, also those without a portal that are not known to be elsewhere.
    """
    home = portal_places(db, portal)
    given = bodies_where(db, "a.portal = ?", [portal])
    near = _of_place(db, home[-1], wide=wide) if home else bodies_where(db, "a.portal is null", []) if anywhere else []
    near = at_home(db, [body for body in near if not body.portal], portal)
    return [body for body in {one.code: one for one in (*given, *near)}.values() if body.registered]


def portal_places(db: Database, portal: str) -> tuple[str, ...]:
    """The places that a portal names in its own name, the one it speaks for last.

    Where that does not say, it is the one place of all bodies that publish there; none where these are of several.
    """
    row = db.execute("select name from portals where id = ?", [portal]).fetchone() if portal else None
    if row is None or (places := places_of(place_of(str(row[0] or "")))):
        return places if row else ()
    names = db.execute("select name from agencies where portal = ?", [portal]).fetchall()
    first = {places[:1] for (name,) in names if (places := places_of(str(name)))}
    return first.pop() if len(first) == 1 else ()


def _taken_apart(name: str, home: Sequence[str]) -> Said:
    if unit := relative_unit(name):
        return Said((), (name, name.lstrip("本我全").removeprefix(unit)))
    if not (places := places_of(name)):
        stem = home[-1][:-1] if home else ""
        bare = name.removeprefix(stem) if len(stem) > 1 else name  # 望溪人社局
        return Said((), tuple(dict.fromkeys((name, bare or name))))
    last = places[-1]
    town = last.endswith(TOWN)  # 灵溪镇 is a body itself, and no place of others
    places, begin = (places[:-1], 0) if town else (places, len(places[-1]))
    return Said(places, (name[name.index(last) + begin :],))


def _fits(
    db: Database, said: Said, portal: str, home: Sequence[str], *, anywhere: bool = False, full: bool = False
) -> Iterator[tuple[Fit, bool, Agency]]:
    """The registered bodies of the meant place that a name fits: how well, and whether by what they are called now.

    A `full` name fits those alone that the register names in short.
    """
    own = home[-1] if home else ""
    place = said.places[-1] if said.places else own
    wide = anywhere or any(map(of_other_bodies, said.shorts))
    if said.places and place != own:
        bodies = _of_place(db, place, wide=wide)
        bodies = at_home(db, bodies, portal) if portal else bodies
    else:
        bodies = of_portal(db, portal, wide=wide, anywhere=anywhere) if portal else []
    known = _names(db, bodies)
    for body in bodies:
        if body.registered:
            for name in known[body.code]:
                rest = _rest(name, place) if place else None
                rest = name.removeprefix(place_of(name)) if rest is None else rest
                how = max(spelled_out(short, rest) if full else fit_either(short, rest) for short in said.shorts)
                if how:
                    yield how, name == body.name, body


def _names(db: Database, bodies: Sequence[Agency]) -> Mapping[str, list[str]]:
    """By code, what each of these bodies is called now, and once was."""
    found = {body.code: [body.name] for body in bodies}
    once = (
        "select agency, name from agency_names where agency in (select value from json_each(?)) order by agency, name"
    )
    for code, name in db.execute(once, [json.dumps(list(found))]):
        if name != found[code][0]:
            found[code].append(str(name))
    return found


@lru_cache(maxsize=1 << 16)  # the names of one place are gone through for each entry of its lists
def _rest(name: str, place: str) -> str | None:
    """What follows the place in the name of one of its bodies; None for a body of another place.

    国家税务总局望溪县税务局, 望溪经济开发区管理委员会 and 青岩市生态环境局望溪分局 are of 望溪县.
    """
    stem = place[:-1]
    if place in places_of(name):
        return name[name.index(place) + len(place) :]
    if name.endswith((f"局{stem}{BRANCH}", f"局{place}{BRANCH}")):
        return name.removeprefix(place_of(name))
    if len(stem) > 1 and name.startswith(stem) and classify(name)[0] == "zone":
        return name.removeprefix(stem)
    return None


def _of_place(db: Database, place: str, *, wide: bool) -> list[Agency]:
    """The bodies of a place by their names; `wide`: also those whose name does not begin with it."""
    stem = place[:-1]
    named = "instr(n.name, ?) > 0" if wide else "n.name >= ? and n.name < ?"
    rows = db.execute(
        f"with near as materialized (select n.agency from agency_names n where {named}) "
        "select code, name from agencies where code in near union all "
        "select agency, name from agency_names where agency in near",
        [stem] if wide else [stem, stem + END],
    )
    # By their names alone first: all bodies of a province begin like the province.
    codes = {code for code, name in rows if _rest(name, place) is not None}
    return bodies_where(db, "a.code in (select value from json_each(?))", [json.dumps(sorted(codes))])
