"""Rows of which a value may be lost and the rest moved up: an empty cell or a stroke at an end, and no sum fits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from extract.form.forms import Applications
from extract.model import Row

Rows = Mapping[tuple[str, str], Row]
FEWEST = 2  # figures of a row that can have moved
PADS = frozenset(["blank", "dash", "none", "text"])  # what fills the place that is left over
# Two figures, or a day of long ago that a workbook shows for one: unread, but no place that is left over.
FILLED = re.compile(r"1[89][0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?|[0-9]{1,9} [0-9]{1,9}")
OPEN = frozenset(["missing", "ambiguous", "illegible"])


def shifted_applications(rows: Rows, form: Applications) -> Iterator[str]:
    """The lines of 表三 whose figures may stand one place off.

    One whose every stated figure fits into its column as it is printed is what it is.
    """
    suspects = [code for code in form.codes if ("T3", code) in rows and _may_be_off(rows["T3", code])]
    sums = _relations(form) if suspects else ()
    for code in suspects:
        at = [column for column, state in enumerate(rows["T3", code].states[:-1]) if state == "number"]
        if not all(_fits(rows, plus, minus, at) for plus, minus in sums if code in plus or code in minus):
            yield code


def shifted_remedies(rows: Rows, tracks: Sequence[str]) -> Iterator[str]:
    """The tracks of 表四 whose figures may stand one place off: no other line could tell.

    All of them, where they stand in one row with an empty cell at an end, and one that is stated whole does not add up.
    """
    found = {track: rows["T4", track] for track in tracks if ("T4", track) in rows}
    states = [*chain.from_iterable(row.states for row in found.values())]
    together = len({row.place.partition(" c")[0] for row in found.values()}) == 1
    torn = len(states) == states.count("number") + 1 and not PADS.isdisjoint((states[0], states[-1]))
    every = together and torn and any(set(row.states) == {"number"} and not _adds_up(row) for row in found.values())
    yield from (track for track, row in found.items() if every or _may_be_off(row))


def _may_be_off(row: Row) -> bool:
    stated = [value for value in row.values if value is not None]
    if len(stated) < FEWEST or not OPEN.isdisjoint(row.states):
        return False
    if _is_left_over(row, -1):  # then the last figure would be the total of the others and of what is lost
        return stated[-1] >= sum(stated[:-1]) and stated[-1] > 0
    return _is_left_over(row, 0) and len(stated) == len(row.values) - 1 and not _adds_up(row)


def _is_left_over(row: Row, at: int) -> bool:
    """Whether nothing may stand in this place but what fills it."""
    return row.states[at] in PADS and FILLED.fullmatch(row.raws[at] or "") is None


def _adds_up(row: Row) -> bool:
    *parts, total = (value or 0 for value in row.values)
    return sum(parts) == total


def _relations(form: Applications) -> tuple[tuple[Sequence[str], Sequence[str]], ...]:
    """What adds up in every column: the lines on either side."""
    into = tuple(row.code for row in form.rows if row.role in ("flow", "opening"))
    out = tuple(row.code for row in form.rows if row.role in ("total", "closing"))
    return (form.leaves, tuple(row.code for row in form.rows if row.role == "total")), (into, out)


def _fits(rows: Rows, plus: Sequence[str], minus: Sequence[str], at: Sequence[int]) -> bool:
    """Both sides agree in these columns, blank cells being none."""
    both = [[rows.get(("T3", code)) for code in side] for side in (plus, minus)]
    if any(row is None or not OPEN.isdisjoint(row.states) for row in chain(*both)):
        return False
    left, right = ([sum(row.values[column] or 0 for row in side if row) for column in at] for side in both)
    return left == right
