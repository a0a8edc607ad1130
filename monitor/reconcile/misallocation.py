"""Offsetting residuals: one application filed a column (or a row) off leaves +k here and −k there."""

from collections.abc import Sequence
from typing import NamedTuple

from monitor.reconcile.locate import Residual


class Offset(NamedTuple):
    """`size` too many in the one line or column and too few in the other; `across` is columns or rows."""

    size: int
    too_high: str
    too_low: str
    across: str


def offsetting(residuals: Sequence[Residual]) -> Offset | None:
    """The pair, if two residuals ±k in two columns (or two rows) are all that fails."""
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
        # 总计 cells moved: they lower both residuals, so the column that is too high shows −k.
        return _pair({name: -size for name, size in columns.items()}, "columns") if columns == balances else None
    return _pair(columns or balances, "columns")


def _pair(found: dict[str, int], across: str) -> Offset | None:
    if len(found) != 2:
        return None
    low, high = sorted(found, key=lambda name: found[name])
    return Offset(found[high], high, low, across) if found[high] == -found[low] else None
