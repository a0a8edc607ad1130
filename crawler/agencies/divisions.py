"""Codes of the divisions (GB/T 2260, county and above): the place a body's name speaks of, where one can be meant.

Townships are not in the table: a township's body has the code of its county. The data's licence stands beside it.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from crawler.agencies.names import places_of
from crawler.ground.vocabulary import Level


@lru_cache(maxsize=1)
def divisions() -> Mapping[str, str]:
    """Every division's name by its code."""
    file = resources.files("crawler.agencies") / "divisions_data" / "divisions.csv"
    return {row["code"]: row["name"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, name in divisions().items():
        found.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


def division_of(name: str, within: str = "") -> str:
    """The code of the place a body's name begins with; "" where the name tells none, or fits several places.

    `within` is the division of its portal or parent: among namesakes the one in (or above) it is meant.
    """
    codes: tuple[str, ...] = ()
    for place in places_of(name):
        found = _by_name().get(place, ())
        if codes:
            found = tuple(code for code in found if any(inside(code, above) for above in codes))
        if not found:
            break  # a township, a zone, a place the table does not know: what is known above it stands
        codes = found
    if len(codes) > 1 and within:
        codes = tuple(code for code in codes if inside(code, within) or inside(within, code))
    return codes[0] if len(codes) == 1 and _settled(name, codes[0]) else ""


def _settled(name: str, code: str) -> bool:
    """Whether the rest of the name can speak of a place below this one that the table does not know."""
    places = places_of(name)
    known = divisions()[code]
    below = places[places.index(known) + 1 :] if known in places else places
    # 青石市云岭区…: a county that is not in the table is not its prefecture. A township is within its county.
    return not any(place.endswith(("市", "县", "区", "旗")) for place in below) and (
        not below or level_of(code) == "county"
    )


def level_of(code: str) -> Level:
    """The level of a division by its code: a county-level city is a county, a district of a municipality too."""
    if len(code) < 6 or not code.isdigit():
        return ""
    if len(code) > 6 and code[6:9] != "000":
        return "township"
    if code[2:6] == "0000":
        return "province"
    return "prefecture" if code[4:6] == "00" else "county"


def inside(code: str, other: str) -> bool:
    """Whether a division lies within another, or is it."""
    stem = other[:6]
    while stem.endswith("00"):
        stem = stem[:-2]
    return code.startswith(stem)
