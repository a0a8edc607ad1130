"""Rows 小计 and 合计 inside a group of 表三: whose they are, where their own label does not say it.

One that says no group is the subtotal of the group above it only where it adds up: else it may as well be a row that
the form does not have.
"""

import re
from collections.abc import Mapping, Sequence

from extract.form.template import Token, normalize
from extract.model import Row
from extract.tables.line import TOTALS, Line

BARE = re.compile(r"(?:本项|本类|以上|该项|各项|分项)?小计(?:数量?)?[：:]?")
OPEN = frozenset(["missing", "ambiguous", "illegible", "text"])


def bare_subtotal(tokens: Sequence[Token], texts: Sequence[str], leaf: str) -> tuple[str, int] | None:
    """The group below whose line `leaf` a row stands that has no words but 小计, and their place."""
    group, dot, _ = leaf.partition(".")
    words = [at for at, one in enumerate(tokens) if one.kind != "value"]
    if not dot or len(words) != 1 or BARE.fullmatch(normalize(texts[words[0]])) is None:
        return None
    return group, words[0]


def inner_totals(lines: Sequence[Line]) -> list[Line]:
    """The lines; a total of 表三 that leaves of the form still follow is taken for one of the group above it."""
    of_three = [at for at, line in enumerate(lines) if line.table == "T3"]
    found = [*lines]
    for before, at, after in zip(of_three, of_three[1:], of_three[2:], strict=False):
        group, dot, _ = lines[before].code.partition(".")
        if lines[at].code in TOTALS and dot and (lines[after].group or "." in lines[after].code):
            found[at] = lines[at]._replace(code=group, group=True, guessed=True)
    return found


def adds_up(subtotal: Row, rows: Mapping[tuple[str, str], Row], leaves: Sequence[str]) -> bool:
    """Whether a row is the sum of the leaves of its group, column by column; a blank is nothing here."""
    parts = [rows.get(("T3", leaf)) for leaf in leaves if leaf.startswith(f"{subtotal.code}.")]
    whole = [one for one in (*parts, subtotal) if one is not None]
    if not parts or len(whole) <= len(parts) or not all(OPEN.isdisjoint(one.states) for one in whole):
        return False
    columns = zip(*(one.values for one in whole), strict=True)
    return all(sum(value or 0 for value in column[:-1]) == (column[-1] or 0) for column in columns)
