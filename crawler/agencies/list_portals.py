"""Which watched portal a cell of a list means: its id, its name, an address on its site; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.agencies.divisions import division_of
from crawler.agencies.names import clean, place_of
from crawler.agencies.places import may_publish
from crawler.ground.config import Portal
from crawler.ground.hosts import registered_domain
from crawler.ground.urls import host_of, resolve

# Why a cell is no portal: its address is on no watched site, or on the sites of several.
Why = Literal["", "elsewhere", "several"]


@dataclass(frozen=True, slots=True)
class WatchedPortals:
    """The portals of gouji.toml."""

    portals: Sequence[Portal] = ()

    def meant(self, cell: str) -> tuple[str, Why]:
        """The id that a cell means; the cell itself where it is no watched portal's, and why."""
        for portal in self.portals:
            if cell == portal.id or (portal.name and clean(cell) == clean(portal.name)):
                return portal.id, ""
        address = _address(cell)
        if not address:
            return cell, ""
        found = self._at(address)
        if len(found) == 1:
            return found[0].id, ""
        return address, "several" if found else "elsewhere"

    def _at(self, address: str) -> Sequence[Portal]:
        """The portals that an address may be of: by the longest beginning of their own, else by host, else by site."""
        begun = {
            len(_bare(one.start_url)): one for one in self.portals if _bare(address).startswith(_bare(one.start_url))
        }
        if begun:
            return [begun[max(begun)]]
        host = host_of(address)
        same = [one for one in self.portals if host_of(one.start_url) == host]
        if len(same) > 1:
            near = [one for one in same if _bare(one.start_url).startswith(_bare(address))]
            return near or same
        site = registered_domain(host)
        return same or [one for one in self.portals if registered_domain(host_of(one.start_url)) == site]

    def only(self, name: str, division: str) -> str:
        """The one portal that is watched, for a body that may publish there by its place; "" where several are."""
        if len(self.portals) != 1:
            return ""
        portal = self.portals[0]
        place = place_of(portal.name)
        home = division_of(place) if place else ""
        return portal.id if may_publish(division or division_of(name), frozenset({home} - {""})) else ""


def _address(cell: str) -> str:
    """A cell as an address; "" where it is none: a word, the id of a portal."""
    text = cell.strip()
    if "://" in text:
        return resolve(text, text) or ""
    host = text.split("/")[0]
    labels = host.split(":")[0].split(".")
    is_host = len(labels) > 1 and all(labels) and text.isascii() and not any(char.isspace() for char in text)
    return resolve(f"http://{text}", f"http://{text}") or "" if is_host else ""


def _bare(address: str) -> str:
    """An address without its scheme, www. and the slash at its end: as two people may write the same one."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/")
