"""The register of bodies that must publish: found by any of their names, entered when first met in a document."""

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.agencies import short_names
from crawler.agencies.agency import Agency, agency_of, bodies_where
from crawler.agencies.divisions import division_of
from crawler.agencies.names import classify, clean, full_name, joined, place_of, relative_unit, spellings
from crawler.agencies.places import at_home
from crawler.agencies.recode import rename_code
from crawler.agencies.register_file import COLUMNS
from crawler.ground.errors import GoujiError

GENERIC = 9  # 发展和改革委员会: so short a name without a place may be borne by a body of every county


def find_agency(db: Database, name: str, *, division: str = "", portal: str = "") -> str | None:
    """The code of the body that bears or bore this name, in any spelling; None when none or several do."""
    found = _find(db, _complete(db, clean(name), portal), division, portal)
    return found[0].code if len(found) == 1 else None


def namesakes(db: Database, name: str, *, portal: str = "") -> frozenset[str]:
    """The codes of all bodies that a document of this name on this portal might be of, settled or not."""
    name = _complete(db, clean(name), portal)
    bare = _bare(db, name, portal) if portal and everywhere(name) else []
    return frozenset(agency.code for agency in (*bearers(db, name), *bare))


def maybe_theirs(db: Database, name: str, *, portal: str = "") -> frozenset[str]:
    """The codes of the registered bodies that a name might be short for, or join: nobody can say of which it is."""
    name = _complete(db, clean(name), portal)
    plates = [find_agency(db, one, portal=portal) for one in joined(name)]
    found = [agency.code for agency in short_names.possible(db, name, portal)]
    return frozenset(filter(None, [*plates, *found]))


def fuller_name(db: Database, name: str, others: Iterable[str], *, portal: str = "") -> str:
    """The first of the other names of a document that settles which body its short name is of; else the name itself."""
    others = [other for other in others if other and other != name]
    if not others or find_agency(db, name, portal=portal) is not None:
        return name
    bodies = maybe_theirs(db, name, portal=portal)
    return next((other for other in others if bodies and find_agency(db, other, portal=portal) in bodies), name)


def ensure_agency(db: Database, name: str, *, source: str, division: str = "", portal: str = "") -> str:
    """The code of the body with this name; a body not known yet gets its row at once.

    What is known now and was not before (division, portal) is added, and a better code takes its place.
    """
    name = _complete(db, clean(name), portal)
    if not name:
        raise GoujiError("a body needs a name to be entered in the register", "机构要有名称才能收入名录")
    with db.atomic():
        found = _find(db, name, division, portal)
        if len(found) != 1:
            return _create(db, name, source, division, portal)
        agency = found[0]
        if (division and not agency.division) or (portal and not agency.portal):
            db.execute(
                "update agencies set division = coalesce(division, ?), portal = coalesce(portal, ?) where code = ?",
                [division or None, portal or None, agency.code],
            )
        better = f"{division}-{agency.name}"
        if division and not agency.division and agency.code == agency.name and not agency_of(db, better):
            rename_code(db, agency.code, better)
            return better
        return agency.code


def _create(db: Database, name: str, source: str, division: str, portal: str) -> str:
    code = f"{division}-{name}" if division else name
    if agency_of(db, code):
        # A namesake has this code. The portal tells them apart; without one they cannot be told apart.
        if not portal or agency_of(db, f"{portal}-{name}"):
            return f"{portal}-{name}" if portal else code
        code = f"{portal}-{name}"
    kind, level = classify(name, division or division_of(name))
    enter(db, Agency(code, name, level or None, kind, None, division or None, portal or None, None, None, source))
    return code


def enter(db: Database, agency: Agency) -> None:
    db.execute(
        f"insert into agencies ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})",
        [getattr(agency, column) for column in COLUMNS],
    )
    keep_name(db, agency.code, agency.name)


def keep_name(db: Database, code: str, name: str) -> None:
    db.execute("insert or ignore into agency_names (agency, name) values (?, ?)", [code, name])


def bearers(db: Database, name: str) -> list[Agency]:
    """The bodies of this name in any spelling; only where there is none, those that once bore it."""
    names = spellings(name)
    marks = ", ".join("?" * len(names))
    once = f"a.code in (select n.agency from agency_names n where n.name in ({marks}))"
    found = bodies_where(db, f"a.name in ({marks}) or {once}", [*names, *names])
    return [agency for agency in found if agency.name in names] or found


def _find(db: Database, name: str, division: str, portal: str) -> list[Agency]:
    found = [
        agency
        for agency in bearers(db, name)
        if not (division and agency.given_division and agency.given_division != division)
    ]
    if portal:
        generic = everywhere(name)
        found = at_home(db, found, portal, alone=generic)
        if not found and generic and not relative_unit(name):
            found = _bare(db, name, portal)
    found = narrow(found, division, portal)
    # Under a short name a body may have been met before; whose name it is short for is known by the register.
    return found if any(agency.registered for agency in found) else short_names.meant(db, name, portal) or found


def _bare(db: Database, name: str, portal: str) -> list[Agency]:
    """教育局 on a portal is the 教育局 of the bodies that publish there, whatever their place."""
    row = db.execute("select name from portals where id = ?", [portal]).fetchone()
    own = bearers(db, place_of(str(row[0])) + name) if row and row[0] and place_of(str(row[0])) else []
    bodies = {
        agency.code: agency for agency in (*bodies_where(db, "a.portal = ?", [portal]), *at_home(db, own, portal))
    }
    return [
        agency
        for agency in bodies.values()
        if place_of(agency.name) and full_name(agency.name.removeprefix(place_of(agency.name))) == full_name(name)
    ]


def narrow(found: list[Agency], division: str, portal: str) -> list[Agency]:
    """Among several namesakes the one of this division, else of this portal."""
    for column, value in ((5, division), (6, portal)):
        if len(found) > 1 and value:
            found = [agency for agency in found if agency[column] == value] or found
    return found


def everywhere(name: str) -> bool:
    """Whether every county may have a body of this name: 教育局, 市人民政府办公室."""
    if relative_unit(name):
        return True
    kind, level = classify(name)
    return len(name) <= GENERIC and kind in ("department", "office", "institution") and not level


def _complete(db: Database, name: str, portal: str) -> str:
    """市人民政府办公室 on the portal of 青石市 is 青石市人民政府办公室; any other name stays as it is."""
    unit = relative_unit(name)
    if not unit or not portal:
        return name
    row = db.execute("select name from portals where id = ?", [portal]).fetchone()
    place = place_of(str(row[0])) if row and row[0] else ""
    return place + name.lstrip("本我全").removeprefix(unit) if place.endswith(unit) else name
