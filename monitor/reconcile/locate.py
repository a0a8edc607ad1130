"""Which cell of 表三 is wrong: the smallest explanation of all failing checks, with its rivals; never a guess.

Row sums, column sums and balances make 表三 an error-correcting code. A cell explains the failures if one change of
it satisfies every check that contains it, and every failing check contains it. If cells are unstated, the checks are
intervals and say less; if cells are unread, spent or absent, the checks say nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from extract.content import Number
from extract.model import Report
from monitor.reconcile.causes import Adjustment, cause_of
from monitor.reconcile.evaluate import bounds
from monitor.reconcile.outcome import Context
from monitor.reconcile.plan import PlannedCheck, Shape, plan
from monitor.reconcile.rulebook import Rulebook
from monitor.reconcile.sheet import Sheet, single
from monitor.reconcile.vector import MISSING, SLOTS, STATED, Low

PARITY = ("t3.row_sum", "t3.column_sum", "t3.balance")
MOST_RIVALS = 24


class Residual(NamedTuple):
    """One assessable check: the interval of left − right (a point if all is stated), and the sign (±1) of each slot."""

    check: PlannedCheck
    low: Low
    high: Low
    terms: Mapping[int, int]

    @property
    def failing(self) -> bool:
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high

    def minus(self, amount: int) -> "Residual":
        """The residual after correcting a term that contributed `amount` too much."""
        return self._replace(
            low=None if self.low is None else self.low - amount, high=None if self.high is None else self.high - amount
        )


@dataclass(frozen=True, slots=True)
class Rival:
    """One of several explanations: one or two corrected cells, and how they may have become wrong."""

    changes: tuple[Adjustment, ...]
    cause: str | None = None

    def as_json(self) -> dict[str, Any]:
        cells = [{"cell": change.cell, "value": _plain(change.value)} for change in self.changes]
        found: dict[str, Any] = dict(cells[0]) if len(cells) == 1 else {"cells": cells}
        return found | ({"cause": self.cause} if self.cause else {})


@dataclass(frozen=True, slots=True)
class Suspect:
    """What is probably wrong. `cell` and `value` are set only if no other explanation has the same number of cells;
    else `rivals` has the explanations, and `row`/`column` is what all their cells share."""

    cell: str | None
    value: Number | None
    rivals: tuple[Rival, ...] = ()
    cause: str | None = None
    row: str | None = None
    column: str | None = None

    def as_json(self) -> dict[str, Any]:
        """In the format of the column `findings.suspect`."""
        shown = [rival.as_json() for rival in self.rivals[:MOST_RIVALS]]
        found: dict[str, Any] = {"cell": self.cell, "value": _plain(self.value), "rivals": shown, "cause": self.cause}
        if self.cell is None and self.row:
            found["row"] = self.row
        if self.cell is None and self.column:
            found["column"] = self.column
        if len(self.rivals) > MOST_RIVALS:
            found["more"] = len(self.rivals) - MOST_RIVALS
        return found


def _plain(value: Number | None) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)


@lru_cache(maxsize=64)
def _parity(book: Rulebook, shape: Shape) -> tuple[tuple[PlannedCheck, Mapping[int, int]], ...]:
    found: list[tuple[PlannedCheck, Mapping[int, int]]] = []
    for batch in plan(book, (shape,), False).batches:
        if batch.rule.id in PARITY:
            found.extend((check, dict(check.main.difference.terms)) for check in batch.checks if check.main)
    return tuple(found)


def residuals_of(sheet: Sheet) -> list[Residual]:
    """The residual of every assessable check of 表三; unread and spent checks are left out."""
    report = sheet.report
    found: list[Residual] = []
    shape = Shape(None, report.forms.get("T3"), None)
    for check, terms in _parity(sheet.book, shape):
        if max(check.codes(sheet.codes)) >= MISSING or check.name in report.spent:
            continue
        assert check.main is not None
        found.append(Residual(check, *bounds(check.main.difference, sheet.interval), terms))
    return found


def locate(book: Rulebook, report: Report) -> Suspect | None:
    """The suspected cell of 表三; None if no check fails."""
    return locate_sheet(single(book, report, Context()))


def locate_sheet(sheet: Sheet) -> Suspect | None:
    residuals = residuals_of(sheet)
    if not any(residual.failing for residual in residuals):
        return None
    # If two errors offset each other, no single cell is in both failing checks, so this order is right for both cases.
    found: list[tuple[Adjustment, ...]] = [(change,) for change in single_cells(residuals, sheet)]
    found = found or pairs(residuals, sheet)
    if len(found) == 1 and len(found[0]) == 1:
        change = found[0][0]
        return Suspect(change.cell, change.value, cause=cause_of(found[0], sheet))
    return _open(found, residuals, sheet)


def _open(found: list[tuple[Adjustment, ...]], residuals: list[Residual], sheet: Sheet) -> Suspect:
    """A suspect without a choice: the rivals, and what they have in common."""
    cells = [SLOTS[change.slot] for changes in found for change in changes]
    if not cells:
        cells = [SLOTS[slot] for slot in _shared(residuals)]
    rows, columns = {cell.row for cell in cells}, {cell.member for cell in cells}
    rivals = tuple(Rival(changes, cause_of(changes, sheet)) for changes in found)
    causes = {rival.cause for rival in rivals}
    return Suspect(
        None,
        None,
        rivals,
        next(iter(causes)) if len(causes) == 1 else None,
        rows.pop() if len(rows) == 1 else None,
        columns.pop() if len(columns) == 1 else None,
    )


def _shared(residuals: Iterable[Residual]) -> set[int]:
    """The cells that are in every failing check."""
    failing = [set(residual.terms) for residual in residuals if residual.failing]
    return set.intersection(*failing) if failing else set()


def single_cells(residuals: list[Residual], sheet: Sheet) -> list[Adjustment]:
    """Every single cell whose change alone satisfies all checks, in the order of the form."""
    found: list[Adjustment] = []
    for slot in sorted(_shared(residuals)):
        change = _change(slot, residuals, sheet)
        if change is not None:
            found.append(change)
    return found


def _change(slot: int, residuals: list[Residual], sheet: Sheet) -> Adjustment | None:
    """The change of this cell that satisfies every check with it: stated − δ, a whole number ≥ 0."""
    if sheet.codes[slot] != STATED:
        return None
    stated = sheet.values[slot]
    low: int | Fraction | None = None
    high: int | Fraction = stated if isinstance(stated, int) else Fraction(stated)  # the true value is not negative
    for residual in residuals:
        sign = residual.terms.get(slot)
        if sign is None:
            continue
        least, most = (residual.low, residual.high) if sign > 0 else (_minus(residual.high), _minus(residual.low))
        if least is not None:
            low = least if low is None else max(low, least)
        if most is not None:
            high = min(high, most)
        if low is not None and low > high:
            return None
    if low != high or low is None:
        return Adjustment(slot, SLOTS[slot].name, stated, None)
    value = stated - int(low) if low == int(low) else None
    return Adjustment(slot, SLOTS[slot].name, stated, value) if value is not None and value == int(value) else None


def _minus(value: Low) -> Low:
    return None if value is None else -value


def pairs(residuals: list[Residual], sheet: Sheet) -> list[tuple[Adjustment, ...]]:
    """Every pair of cells whose changes together satisfy all checks. Two cells share at most one check, so
    one of a cell's residuals is exactly its own error."""
    failing = [residual for residual in residuals if residual.failing]
    first = min(failing, key=lambda residual: len(residual.terms))
    found: dict[frozenset[int], tuple[Adjustment, ...]] = {}
    for slot in first.terms:
        if sheet.codes[slot] != STATED:
            continue
        for delta in _deltas(slot, failing):
            value = sheet.values[slot] - delta
            if value < 0 or value != int(value):
                continue
            change = Adjustment(slot, SLOTS[slot].name, sheet.values[slot], value)
            rest = [r.minus(r.terms[slot] * delta) if slot in r.terms else r for r in residuals]
            for other in single_cells(rest, sheet):
                if other.slot != slot and other.value is not None:
                    pair = sorted((change, other), key=lambda c: c.slot)
                    found.setdefault(frozenset((slot, other.slot)), tuple(pair))
    return sorted(found.values(), key=lambda pair: [change.slot for change in pair])


def _deltas(slot: int, failing: Iterable[Residual]) -> set[int]:
    """The possible errors of a cell: the exact residuals of its failing checks."""
    return {
        int(residual.low) * residual.terms[slot]
        for residual in failing
        if slot in residual.terms and residual.exact and residual.low is not None and residual.low == int(residual.low)
    }


def remedy_rivals(sheet: Sheet, track: str) -> Suspect | None:
    """表四 has one check per track, which detects but does not locate: all cells that could correct it are rivals."""
    slots = [number for number, slot in enumerate(SLOTS) if (slot.table, slot.row) == ("T4", track)]
    if any(sheet.codes[slot] != STATED for slot in slots):
        return None
    *parts, total = slots
    delta = sum(sheet.values[slot] for slot in parts) - sheet.values[total]
    if delta == 0:
        return None
    wanted = [(slot, sheet.values[slot] + (delta if slot == total else -delta)) for slot in slots]
    rivals = tuple(
        Rival((Adjustment(slot, SLOTS[slot].name, sheet.values[slot], value),))
        for slot, value in wanted
        if value >= 0 and value == int(value)
    )
    return Suspect(None, None, rivals, row=track)
