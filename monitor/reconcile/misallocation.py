"""Offsetting residuals: applications counted one column (or row) off leave +k in one place and −k in another."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.reconcile.locate import Residual


class Offset(NamedTuple):
    """`size` too many in one row or column and too few in the other; `across` is "columns" or "rows"."""

    size: int
    too_high: str
    too_low: str
    across: str


def offsetting(residuals: Sequence[Residual]) -> Offset | None:
    """The pair, if nothing fails but two residuals ±k in two columns (or two rows)."""
    families: dict[str, dict[str, int]] = {"t3.row_sum": {}, "t3.column_sum": {}, "t3.balance": {}}
    for residual in residuals:
        if residual.failing:
            if not residual.exact or residual.low is None:
                return None
            families[residual.check.rule.id][residual.check.subject] = int(residual.low)
    rows, columns, balances = families.values()
    if rows:
        return None if columns or balances else _pair(rows, "rows")
    if columns and balances:
        # Cells of 总计 are off: they lower both residuals, so the column that is too high shows −k.
        return _pair({name: -size for name, size in columns.items()}, "columns") if columns == balances else None
    return _pair(columns or balances, "columns")


def _pair(found: dict[str, int], across: str) -> Offset | None:
    if len(found) != 2:
        return None
    low, high = sorted(found, key=lambda name: found[name])
    return Offset(found[high], high, low, across) if found[high] == -found[low] else None
