"""The carry-over chain: what each report carried forward, compared with what the next one brought forward."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from extract.form.forms import MEMBERS

State = Literal["holds", "broken", "suspended", "unstated", "gap"]
Figures = tuple[int | None, ...]


class Node(NamedTuple):
    """The two carry-over rows of one report's 表三, a figure per member; None if it is not stated."""

    year: int
    brought: Figures
    carried: Figures
    document: str = ""
    url: str = ""


class Joint(NamedTuple):
    """One member of a link. `lost` is what was carried forward but not brought forward (negative: appeared)."""

    member: str
    carried: int | None
    brought: int | None

    @property
    def lost(self) -> int | None:
        """carried − brought, if both are stated."""
        return None if self.carried is None or self.brought is None else self.carried - self.brought


class ChainLink(NamedTuple):
    """The link of two years, a figure per member and side. `suspended`: the body changed; `gap`: a year is missing."""

    earlier: int
    later: int
    state: State
    carried: Figures = ()
    brought: Figures = ()

    @property
    def joints(self) -> tuple[Joint, ...]:
        """Both sides, member by member; empty if the years do not follow each other."""
        return tuple(map(Joint, MEMBERS, self.carried, self.brought))

    @property
    def broken(self) -> tuple[Joint, ...]:
        """The members whose two sides differ."""
        return tuple(joint for joint in self.joints if joint.lost) if self.state == "broken" else ()

    @property
    def lost(self) -> int | None:
        """What the total column lost; None if it was not compared."""
        if self.state not in ("holds", "broken"):
            return None
        carried, brought = self.carried[-1], self.brought[-1]
        return None if carried is None or brought is None else carried - brought


class Chain(NamedTuple):
    """One body's chain. `lost` and `appeared` add up the total column over the `compared` links."""

    agency: str
    name: str
    nodes: tuple[Node, ...]
    links: tuple[ChainLink, ...]
    compared: int
    lost: int
    appeared: int

    @property
    def first_broken(self) -> int | None:
        """The later year of the first link that does not hold."""
        return next((link.later for link in self.links if link.state == "broken"), None)


class YearTotal(NamedTuple):
    """All bodies' links between two years; figures are from the total column, if both sides are stated."""

    earlier: int
    later: int
    links: int
    compared: int
    broken: int
    suspended: int
    carried: int
    brought: int
    lost: int
    appeared: int


def add_up(found: Collection[Chain]) -> tuple[YearTotal, ...]:
    """The links of all chains by year, oldest first; links across a missing year are left out (pure)."""
    links: dict[int, list[ChainLink]] = {}
    for chain in found:
        for link in chain.links:
            if link.later - link.earlier == 1:
                links.setdefault(link.later, []).append(link)
    return tuple(_total(year, links[year]) for year in sorted(links))


def _total(year: int, links: Sequence[ChainLink]) -> YearTotal:
    sides = [(link.carried[-1], link.brought[-1]) for link in links if link.lost is not None]
    both = [(carried, brought) for carried, brought in sides if carried is not None and brought is not None]
    return YearTotal(
        year - 1,
        year,
        len(links),
        len(both),
        sum(link.state == "broken" for link in links),
        sum(link.state == "suspended" for link in links),
        sum(carried for carried, _ in both),
        sum(brought for _, brought in both),
        sum(max(carried - brought, 0) for carried, brought in both),
        sum(max(brought - carried, 0) for carried, brought in both),
    )


def link_up(agency: str, name: str, nodes: Sequence[Node], changed: Collection[int] = ()) -> Chain:
    """The chain of these reports, oldest first (pure). It may cross a change of form: all forms have the two rows."""
    links = tuple(_link(one, two, changed) for one, two in pairwise(nodes))
    lost = [link.lost for link in links if link.lost is not None]
    return Chain(
        agency,
        name,
        tuple(nodes),
        links,
        len(lost),
        sum(one for one in lost if one > 0),
        -sum(one for one in lost if one < 0),
    )


def _link(earlier: Node, later: Node, changed: Collection[int]) -> ChainLink:
    if later.year - earlier.year != 1:
        between = range(earlier.year + 1, later.year + 1)
        return ChainLink(earlier.year, later.year, "suspended" if any(year in changed for year in between) else "gap")
    state: State = "suspended" if later.year in changed else _state(earlier.carried, later.brought)
    return ChainLink(earlier.year, later.year, state, earlier.carried, later.brought)


def _state(carried: Figures, brought: Figures) -> State:
    if any(one != two and one is not None and two is not None for one, two in zip(carried, brought, strict=True)):
        return "broken"
    return "unstated" if carried[-1] is None or brought[-1] is None else "holds"
