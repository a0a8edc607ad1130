"""The characters that no match of a pattern can do without: a sentence that has none of them need not be searched.

Our own patterns of claims.toml alone, which are written in little: literal characters, sets, groups, looks ahead and
behind, alternatives, and repetitions.
"""

import re

Signs = frozenset[str] | None  # None: a match may be without any
LOOK = re.compile(r"\?(?:[=!]|<[=!])")
REPEATED = re.compile(r"[?*+]\??|\{(?P<least>\d*)(?:,\d*)?\}\??")
CLASSES = frozenset("dswDSWbB")  # \d and such: whatever the alphabet holds


def signs_of(pattern: str) -> Signs:
    """Of which characters a match of the pattern holds at least one; ValueError if it is not written as ours are."""
    found, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise ValueError(pattern)
    return found


def _alternatives(pattern: str, at: int) -> tuple[Signs, int]:
    """Of the alternatives from a place to the end of their group, and where that is."""
    found: set[str] | None = set()
    while True:
        one, at = _row(pattern, at)
        found = None if found is None or one is None else found | one
        if at == len(pattern) or pattern[at] == ")":
            return frozenset(found) if found else None, at
        at += 1  # behind the |


def _row(pattern: str, at: int) -> tuple[Signs, int]:
    """Of what stands in a row up to | or the end of the group: the part that has the fewest."""
    best: Signs = None
    while at < len(pattern) and pattern[at] not in "|)":
        one, at = _piece(pattern, at)
        repeated = REPEATED.match(pattern, at)
        if repeated:
            at = repeated.end()
            if repeated[0][0] in "?*" or repeated["least"] in ("", "0"):
                continue
        if one is not None and (best is None or len(one) < len(best)):
            best = one
    return best, at


def _piece(pattern: str, at: int) -> tuple[Signs, int]:
    """Of one character, set or group, and where it ends."""
    char = pattern[at]
    if char == "(":
        looks = LOOK.match(pattern, at + 1)
        begin = looks.end() if looks else at + 3 if pattern.startswith("?:", at + 1) else at + 1
        found, end = _alternatives(pattern, begin)
        if end == len(pattern):
            raise ValueError(pattern)
        return None if looks else found, end + 1
    if char == "[":
        end = pattern.index("]", at + 2)
        inside = pattern[at + 1 : end]
        return (None if set("^\\-") & set(inside) else frozenset(inside)), end + 1
    if char == "\\":
        return (None if pattern[at + 1] in CLASSES else frozenset(pattern[at + 1])), at + 2
    return (None if char in "^$." else frozenset(char)), at + 1
