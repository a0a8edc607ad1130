"""Namesakes told apart by where they publish: a body of one county is not found on the portal of another."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from sqlite_utils import Database

from crawler.agencies.divisions import division_of, inside
from crawler.agencies.names import place_of
from crawler.ground.hosts import registered_domain
from crawler.ground.urls import host_of


class ScopedBody(Protocol):
    """What is asked of a body of the register."""

    @property
    def name(self) -> str: ...

    @property
    def portal(self) -> str | None: ...

    @property
    def given_division(self) -> str: ...


Known = TypeVar("Known", bound=ScopedBody)


class Site(NamedTuple):
    """A portal by where it stands and for which place it speaks ("" for what its name does not tell)."""

    domain: str
    place: str
    division: str


def at_home(db: Database, bodies: Sequence[Known], portal: str, *, alone: bool = False) -> list[Known]:
    """Those among namesakes that a document on this portal can speak of.

    A body with a portal of its own publishes on another one only where that one is of the same site or of a place
    around it; `alone`: nowhere else. A body without one is anywhere but outside its division.
    """
    if not bodies:
        return []
    names = {portal, *(body.portal for body in bodies if body.portal)}
    sites = {
        str(row[0]): _site(str(row[1] or ""), str(row[2] or ""))
        for row in db.execute(
            f"select id, name, start_url from portals where id in ({', '.join('?' * len(names))})", list(names)
        )
    }
    here = sites.get(portal)
    if here is None:
        return [body for body in bodies if not alone or body.portal in (None, portal)]
    return [
        body
        for body in bodies
        if body.portal == portal
        or (
            _of_place(body, here)
            if body.portal is None or body.portal not in sites
            else not alone and _near(body, sites[body.portal], here)
        )
    ]


def homes_of(db: Database) -> Mapping[str, frozenset[str]]:
    """The divisions that each portal speaks for: its own, by its name, and those of the bodies that publish on it."""
    homes: dict[str, set[str]] = {}
    for portal, name in db.execute("select id, name from portals"):
        homes[str(portal)] = {_site(str(name or ""), "").division} - {""}
    for portal, division in db.execute(
        "select distinct portal, division from agencies where portal is not null and division is not null"
    ):
        homes.setdefault(str(portal), set()).add(str(division))
    return {portal: frozenset(divisions) for portal, divisions in homes.items()}


def may_publish(division: str, homes: frozenset[str]) -> bool:
    """Whether a body of this division can publish on a portal that speaks for these; unless both are known it can."""
    return not (division and homes) or any(inside(division, home) for home in homes)


def _site(name: str, start_url: str) -> Site:
    place = place_of(name)
    return Site(registered_domain(host_of(start_url)), place, division_of(place) if place else "")


def _of_place(body: ScopedBody, here: Site) -> bool:
    given = body.given_division
    return not (given and here.division) or _around(given, here.division)


def _near(body: ScopedBody, own: Site, here: Site) -> bool:
    if own.domain == here.domain:
        return True
    division = own.division or body.given_division
    if division and here.division:
        return _around(division, here.division)
    # 青石市云岭区教育局 on the portal of 青石市; two portals that both speak for 示例县 may stand in two provinces.
    places = {own.place, place_of(body.name)} - {"", here.place}
    return bool(here.place) and any(place.startswith(here.place) or here.place.startswith(place) for place in places)


def _around(one: str, two: str) -> bool:
    return inside(one, two) or inside(two, one)
