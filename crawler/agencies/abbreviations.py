"""What usual abbreviations may stand for (`abbreviations.toml`): 人社局, 府办; pure. None is a name by itself."""

import tomllib
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crawler.agencies.names import clean, full_name

# A department's field stands before one of these; which of them differs between places.
ENDS = ("委员会", "办公室", "委", "局", "厅", "办", "")
LONG_ENDS = ("局", "厅", "委员会", "办公室", "中心")
LONGEST_WORD = 10  # characters that a star stands for
LONGEST = 40  # characters of a body's name that are looked at
LEAST = 3  # 财政局: shorter ones leave out too much for anybody to say what


class Fit(IntEnum):
    """How a short name fits a body."""

    NONE = 0
    LEFT_OUT = 1  # 退役事务局, 退役军人事务局: letters are left out in no usual way
    PERHAPS = 2  # 城管局, 综合行政执法局: usual, but there may be two such bodies side by side
    USUAL = 3  # 环保局, 生态环境局; 教体局, 教育和体育局
    NAME = 4  # its name without the place, or another spelling of that


class Table(NamedTuple):
    """The long forms by what they are shortened to: fields of departments, and whole names of other bodies.

    With each field stands whether a place has one of these alone, whatever it is called.
    """

    fields: Mapping[str, tuple[tuple[str, bool], ...]]
    bodies: Mapping[str, tuple[str, ...]]


@cache
def table() -> Table:
    with Path(__file__).with_name("abbreviations.toml").open("rb") as file:
        said = tomllib.load(file)
    fields: dict[str, tuple[tuple[str, bool], ...]] = {}
    bodies: dict[str, tuple[str, ...]] = {}
    for one in said["department"]:
        for short in one["short"]:
            fields[short] = (*fields.get(short, ()), *((long, one.get("one", False)) for long in one["long"]))
    for one in said["body"]:
        for short in one["short"]:
            bodies[short] = (*bodies.get(short, ()), *one["long"])
    return Table(fields, bodies)


def is_short(name: str) -> bool:
    """Whether a name without its place is a usual abbreviation."""
    return name in table().bodies or bool(_field(name)[0])


def never_full(name: str) -> bool:
    """Whether a usual abbreviation is no body's full name anywhere: 人社局; 自然资源局 may be either."""
    field, longs = _field(name)
    return is_short(name) and field not in {long for long, _ in longs}


def of_other_bodies(name: str) -> bool:
    """Whether an abbreviation may mean a body that is no department: such names need not begin with their place."""
    return name in table().bodies


def fit(short: str, name: str) -> Fit:
    """How well a short name fits the name of a body; both without their place."""
    name, short = _whole(name)[:LONGEST], clean(short)[:LONGEST]
    if _whole(short) == name:
        return Fit.NAME
    if any(_is(name, long) for long in table().bodies.get(short, ())):
        return Fit.USUAL
    field, longs = _field(short)
    for long, one in longs:
        if any(name == long + end for end in LONG_ENDS):
            return Fit.USUAL if one or _within(field, long) else Fit.PERHAPS
    left_out = len(short) >= LEAST and short[0] == name[:1] and short[-1] == name[-1:] and _within(short, name)
    return Fit.LEFT_OUT if left_out else Fit.NONE


def spelled_out(full: str, name: str) -> Fit:
    """How well a full name fits a body that is itself called in short (发改委, as lists of contacts have it)."""
    how = fit(name, full) if never_full(name) else Fit.NONE
    return how if how is Fit.USUAL else Fit.NONE


def fit_either(said: str, name: str) -> Fit:
    """How well a name fits a body, whichever of the two is short for the other; both without their place."""
    return max(fit(said, name), spelled_out(said, name))


def same_end(short: str, name: str) -> bool:
    """Whether both end alike (发改局, 发展和改革局): of two bodies of one field the one that is meant."""
    return full_name(short)[-1:] == full_name(name)[-1:]


def _is(name: str, long: str) -> bool:
    """Whether a name is a long form, in which a star is any word."""
    begin, star, end = long.partition("*")
    word = len(name) - len(begin) - len(end)
    return name == long if not star else name.startswith(begin) and name.endswith(end) and 1 <= word <= LONGEST_WORD


def _whole(name: str) -> str:
    """One form for all spellings of a name without its place: 府办 and 人民政府办公室."""
    return full_name(f"县{name}")[1:]


def _within(short: str, long: str) -> bool:
    """Whether all letters of one stand in the other, in their order."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _field(short: str) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """The field of a department named in short, and what that may stand for."""
    fields = table().fields
    return next(
        (
            (field, fields[field])
            for end in ENDS
            if short.endswith(end) and (field := short.removesuffix(end)) in fields
        ),
        ("", ()),
    )
