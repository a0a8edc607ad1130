"""A body that is proposed for the register; and none of them twice, under two spellings of one name; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.agencies.abbreviations import Fit, fit, is_short, never_full
from crawler.agencies.names import full_name, may_succeed, places_of

NO_DUTY = "institution"  # 条例 第五十五条: they publish by other rules, if at all


@dataclass(frozen=True, slots=True)
class Proposal:
    """One body to enter. `code` is "" for one that has no row yet; `origin` says where it was found.

    `spellings` are the other names it was found under, `others` the codes of rows that it has under these.
    """

    code: str
    name: str
    kind: str
    level: str
    division: str
    portal: str
    first_year: int | None
    years: tuple[int, ...]
    origin: str
    url: str
    spellings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def owes(self) -> bool:
        """Whether such a body owes a report; what owes none is proposed last, for it may by a local order."""
        return self.kind != NO_DUTY


def joined(one: Proposal, two: Proposal) -> Proposal:
    """The same body from two places: the row it has already, all its years."""
    years = tuple(sorted({*one.years, *two.years}))
    return replace(
        one,
        code=one.code or two.code,
        division=one.division or two.division,
        years=years,
        first_year=min(years, default=one.first_year or two.first_year),
        spellings=tuple(dict.fromkeys((*one.spellings, *({two.name} - {one.name}), *two.spellings))),
        others=tuple({*one.others, *two.others, one.code, two.code} - {"", one.code or two.code}),
    )


@dataclass(frozen=True, slots=True)
class _Apart:
    """A proposal with its name taken apart: the places it names, and what follows them."""

    proposal: Proposal
    places: tuple[str, ...]
    rest: str


def one_each(proposals: Iterable[Proposal], homes: Mapping[str, Sequence[str]]) -> list[Proposal]:
    """Each body once: with and without the places around it, in full and by a usual abbreviation.

    `homes` are the places that each portal speaks for. Only within one portal are two names one body's, and only
    where one alone is meant: where two full names fit a short one, it stays a proposal by itself.
    """
    by_portal: dict[str, list[_Apart]] = {}
    for one in proposals:
        by_portal.setdefault(one.portal, []).append(_apart(one, homes.get(one.portal, ())))
    found: list[Proposal] = []
    for portal, those in by_portal.items():
        found.extend(_single(those) if portal else [one.proposal for one in those])
    return found


def _apart(one: Proposal, home: Sequence[str]) -> _Apart:
    """Its places, with those of its portal where it names none; its full name behind them."""
    name = full_name(one.name)
    own = places_of(name)
    rest = name[name.index(own[-1]) + len(own[-1]) :] if own else name
    return _Apart(one, own or tuple(home), rest)


def _single(those: Sequence[_Apart]) -> list[Proposal]:
    groups: dict[tuple[str, str], list[_Apart]] = {}
    for one in those:
        groups.setdefault((one.places[-1] if one.places else "", one.rest), []).append(one)
    spelled = [each for group in groups.values() for each in _by_places(group)]
    full: dict[str, list[_Apart]] = {}
    for one in spelled:
        full.setdefault(one.places[-1] if one.places else "", []).append(one)
    return [one.proposal for group in full.values() for one in _by_abbreviations(group)]


def _by_places(group: Sequence[_Apart]) -> list[_Apart]:
    """淮安市洪泽区财政局 and 洪泽区财政局: one, where no other 洪泽区 is named here; the longer name stands."""
    ordered = sorted(group, key=lambda one: -len(one.places))
    longest = [
        one for at, one in enumerate(ordered) if not any(_ends(other.places, one.places) for other in ordered[:at])
    ]
    if len(longest) != 1:
        return list(group)
    return [_with(longest[0], [one for one in ordered if one is not longest[0]])]


def _by_abbreviations(group: Sequence[_Apart]) -> list[_Apart]:
    """望溪县发改局 and 望溪县发展和改革局: one, where it may be short for one of them alone."""
    means: dict[int, list[_Apart]] = {}
    gone: set[int] = set()
    for one in group:
        if is_short(one.rest):
            fits = [other for other in group if other is not one and fit(one.rest, other.rest) >= Fit.USUAL]
            fits = [other for other in fits if never_full(one.rest) or _in_full(one, other)]
            fits = [other for other in fits if not is_short(other.rest)] or fits[:1]
            if len(fits) == 1 and id(fits[0]) not in gone:
                means.setdefault(id(fits[0]), []).append(one)
                gone.add(id(one))
    return [_with(one, means.get(id(one), [])) for one in group if id(one) not in gone]


def _with(one: _Apart, others: Sequence[_Apart]) -> _Apart:
    proposal = one.proposal
    for other in others:
        proposal = joined(proposal, other.proposal)
    return replace(one, proposal=proposal)


def _in_full(one: _Apart, two: _Apart) -> bool:
    """Whether a name that may be a full one is the other's in short (自然资源局, 自然资源和规划局).

    Both are found for the same years: else the body may have been renamed.
    """
    years, others = one.proposal.years, two.proposal.years
    at_once = not years or not others or not set(years).isdisjoint(others)
    return at_once and may_succeed(one.rest, two.rest)


def _ends(places: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the first names the same places as the other, and perhaps more around them."""
    return tuple(places[len(places) - len(other) :]) == tuple(other)
