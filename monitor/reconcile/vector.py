"""A report as one flat vector: one slot per cell of any form, so that a compiled rule is a few index look-ups.

Unstated cells are 0 in `values` (a rule that fails on that is evaluated again with intervals) and are marked
in `codes`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from crawler.ground.errors import GoujiError
from extract.content import Number, State
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.form.labels import PARTS, labels
from extract.model import Report, Row, cell_name

# How usable a cell is, worst last: stated, unstated (blank, dash, none, text), then the states that block a rule.
STATED, UNSTATED, MISSING, AMBIGUOUS, ILLEGIBLE, ABSENT = range(6)
CODE: dict[State, int] = {
    "number": STATED,
    "blank": UNSTATED,
    "dash": UNSTATED,
    "none": UNSTATED,
    "text": UNSTATED,
    "missing": MISSING,
    "ambiguous": AMBIGUOUS,
    "illegible": ILLEGIBLE,
}
BLOCKED = {MISSING: "missing", AMBIGUOUS: "ambiguous", ILLEGIBLE: "illegible", ABSENT: "missing"}
ALL_STATED = frozenset(("number",) * size for size in range(16))
MEASURES = {
    column.code: column.kind for form in FORMS.forms for block in form.disclosure.blocks for column in block.measures
}
AMOUNTS = frozenset(code for code, kind in MEASURES.items() if kind.startswith("amount"))
# 本年增/减 may be negative, so an unstated cell of it may be any number.
SIGNED = frozenset(code for code, kind in MEASURES.items() if kind == "change")
DECIMALS = re.compile(r"\d[.．](\d+)")

Low = int | Fraction | None
Interval = tuple[Low, Low]
FREE: Interval = (None, None)
UNKNOWN: Interval = (0, None)


class Slot(NamedTuple):
    """One cell of any form."""

    table: str
    row: str
    member: str

    @property
    def name(self) -> str:
        return cell_name(self.table, self.row, self.member)


def _slots() -> tuple[Slot, ...]:
    found: list[Slot] = []
    known = labels()
    for table in ("T3", "S3", "T4"):
        kind, _ = PARTS[table]
        members = TRACK_MEMBERS if table == "T4" else MEMBERS
        found.extend(Slot(table, row, member) for row in known[kind] for member in members)
    for item in known["item"]:
        measures = dict.fromkeys(name for form in reversed(FORMS.forms) for name in form.disclosure.lines.get(item, ()))
        found.extend(Slot("T2", item, measure) for measure in measures)
    return tuple(found)


SLOTS = _slots()
INDEX: dict[tuple[str, str, str], int] = {tuple(slot): number for number, slot in enumerate(SLOTS)}  # type: ignore[misc]  # tuple() forgets how many
SIZE = len(SLOTS)
CODES, TABLES, MEMBERS_OF = attrgetter("code"), attrgetter("table"), attrgetter("members")
VALUES, STATES = attrgetter("values"), attrgetter("states")
_ZEROS: list[Number] = [0] * SIZE
_ABSENT = [ABSENT] * SIZE


@dataclass(slots=True)
class Vector:
    """One report in slots (empty for a year without a report); made once, not changed afterwards."""

    report: Report | None
    values: list[Number]
    codes: list[int]
    clean: bool  # every cell of every row found is a plain number
    index: dict[tuple[str, str], Row] = field(default_factory=dict)
    told: dict[int, tuple[str | None, Number | None, State, str]] = field(default_factory=dict)

    @property
    def rows(self) -> dict[tuple[str, str], Row]:
        """The rows by table and code (S3 for subtotals); of a row that occurs twice, the first one."""
        if not self.index and self.report is not None:
            self.index.update({("S3", row.code): row for row in self.report.subtotals})
            for row in self.report.rows:
                self.index.setdefault((row.table, row.code), row)
        return self.index

    def cell(self, slot: int) -> tuple[str | None, Number | None, State, str]:
        """Raw text, value and state of a cell, and its place: one stands in many relations."""
        found = self.told.get(slot)
        return found if found is not None else self.told.setdefault(slot, self._cell(slot))

    def _cell(self, slot: int) -> tuple[str | None, Number | None, State, str]:
        table, code, member = SLOTS[slot]
        row = self.rows.get((table, code))
        if row is None or member not in row.members:
            return None, None, "missing", ""
        at = row.members.index(member)
        state: State = "ambiguous" if self.codes[slot] == AMBIGUOUS else row.states[at]
        value = row.values[at] if state == "number" else None
        return row.raws[at], value, state, row.cell_places[at]

    def interval(self, slot: int) -> Interval:
        """The possible true values of a cell: a point, ±½ of an amount's last printed decimal, or unknown."""
        member = SLOTS[slot].member
        if self.codes[slot] != STATED:
            return FREE if member in SIGNED else UNKNOWN
        value = self.values[slot]
        if isinstance(value, int) and (value == 0 or member not in AMOUNTS):
            return value, value
        exact = Fraction(value)
        if member not in AMOUNTS or not exact:  # a printed 0 means exactly zero
            return exact, exact
        half = Fraction(1, 2 * 10 ** self._decimals(slot))
        return exact - half, exact + half

    def _decimals(self, slot: int) -> int:
        raw, value, _, _ = self.cell(slot)
        match = DECIMALS.search(unicodedata.normalize("NFKC", raw)) if raw else None
        if match:
            return len(match.group(1))
        return max(0, decimals(value)) if raw is None and value is not None else 0


def decimals(value: Number) -> int:
    """How many digits stand behind its point."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return -exponent if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the cells of a sequence of rows belong: `pick` takes each slot's value from the values in row order."""

    members: tuple[tuple[str, ...], ...]
    places: tuple[tuple[int, ...], ...]
    pick: Callable[[Sequence[Any]], tuple[Any, ...]]
    codes: list[int]
    twice: bool


_LAYOUTS: dict[tuple[tuple[str, ...], tuple[str, ...]], Layout] = {}
MOST_LAYOUTS = 256


def _layout(rows: Sequence[Row]) -> Layout:
    """The layout of these rows, cached: nearly all reports have one of a few layouts."""
    key = tuple(map(CODES, rows)), tuple(map(TABLES, rows))
    members = tuple(map(MEMBERS_OF, rows))
    found = _LAYOUTS.get(key)
    if found is None or found.members != members:
        if len(_LAYOUTS) >= MOST_LAYOUTS:
            _LAYOUTS.clear()
        found = _LAYOUTS[key] = _new_layout(rows, members)
    return found


def _new_layout(rows: Sequence[Row], members: tuple[tuple[str, ...], ...]) -> Layout:
    places: list[tuple[int, ...]] = []
    for row in rows:
        if any((row.table, row.code, name) not in INDEX for name in row.members):
            raise GoujiError(
                f"no form knows this row of the report: {row.table}[{row.code}] with {', '.join(row.members)}",
                f"没有哪一份格式有报告中的这一行：{row.table}[{row.code}]，各列为 {', '.join(row.members)}",
            )
        places.append(tuple(INDEX[row.table, row.code, name] for name in row.members))
    order = {slot: number for number, slot in enumerate(slot for slots in places for slot in slots)}
    absent = sum(map(len, places))  # the position of the 0 that is used for every other cell
    codes = [STATED if slot in order else ABSENT for slot in range(SIZE)]
    pick = itemgetter(*(order.get(slot, absent) for slot in range(SIZE)))
    twice = len({(row.table, row.code) for row in rows}) < len(rows)
    return Layout(members, tuple(places), pick, codes, twice)


def nothing() -> Vector:
    """The vector of a year without a report: every cell absent."""
    return Vector(None, list(_ZEROS), list(_ABSENT), False)


def vectorize(report: Report) -> Vector:
    """The report in slots. A row that occurs twice with different content is ambiguous."""
    rows = report.rows
    layout = _layout(rows)
    values: list[Number | None] = list(chain.from_iterable(map(VALUES, rows)))
    clean = ALL_STATED.issuperset(map(STATES, rows)) and not layout.twice
    if not clean:
        values = [0 if value is None else value for value in values]
    values.append(0)
    # Codes are copied only if something must be marked; a clean report shares those of its layout.
    codes = layout.codes if clean and not report.subtotals else layout.codes.copy()
    vector = Vector(report, list(layout.pick(values)), codes, clean)
    if not clean:
        _mark(vector, rows, layout)
    for row in report.subtotals:
        _subtotal(vector, row)
    return vector


def _mark(vector: Vector, rows: Sequence[Row], layout: Layout) -> None:
    """Marks how usable each cell is."""
    seen: dict[tuple[str, str], Row] = {}
    for row, slots in zip(rows, layout.places, strict=True):
        before = seen.setdefault((row.table, row.code), row)
        conflict = (before.members, before.values, before.states) != (row.members, row.values, row.states)
        for slot, value, state in zip(slots, row.values, row.states, strict=True):
            vector.codes[slot] = AMBIGUOUS if conflict else CODE[state]
            if state != "number" or conflict:
                vector.values[slot] = 0
            elif value is None:
                raise GoujiError(
                    f"{SLOTS[slot].name} is called a number and has no value",
                    f"{SLOTS[slot].name} 标为数字却没有值",
                )


def _subtotal(vector: Vector, row: Row) -> None:
    for member, value, state in zip(row.members, row.values, row.states, strict=True):
        slot = INDEX.get(("S3", row.code, member))
        if slot is None:
            raise GoujiError(
                f"no form knows this subtotal of the report: {row.code},{member}",
                f"没有哪一份格式有报告中的这个小计：{row.code},{member}",
            )
        vector.codes[slot] = CODE[state]
        vector.values[slot] = value if value is not None else 0
