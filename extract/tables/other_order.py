"""表三 with the organisations in another order than the form's: a figure is known by the heading right above it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.form.forms import MEMBERS
from extract.tables.headers import Headers
from extract.tables.line import Line


class Order(NamedTuple):
    """The column of each member, in the form's order; `counted`: but its place among the figures of a row."""

    columns: tuple[int, ...]
    counted: bool


def orders_of(headers: Headers, lines: Iterable[Line]) -> Mapping[int, Order] | None:
    """By grid, where the columns of 表三 are in another order than the form's; {} where they are in it.

    None where an order is another one and it is not certain for each grid with a line or a header of 表三. Certain is
    a header that names all seven members side by side, each once and nothing else among them, 自然人 first and 总计
    last: another place of those two may be a header that was drawn wrong.
    """
    grids = {line.grid for line in lines if line.table == "T3"} | headers.unsettled.keys()
    grids |= {grid for table, grid in headers.columns if table == "T3"}
    if all(_in_order(headers, grid) for grid in grids):
        return {}
    found = {grid: Order(columns, grid in headers.counted) for grid in grids if (columns := _order(headers, grid))}
    return found if len(found) == len(grids) else None


def below_headings(line: Line, order: Order) -> Sequence[int] | None:
    """The cells of a line in the form's order, each below the heading of its member; None if that is not certain."""
    columns = sorted(order.columns)
    shift = line.columns[0] - columns[0] if order.counted else 0
    whole = len(line.texts) == len(columns) == sum(line.colspans) and line.columns == tuple(
        [column + shift for column in columns]
    )
    return [line.columns.index(column + shift) for column in order.columns] if whole and not line.tall else None


def _columns(headers: Headers, grid: int) -> tuple[int, ...]:
    """The column of each member, as far as each is named in one column."""
    places = headers.columns.get(("T3", grid), {})
    return tuple(min(places[code]) for code in MEMBERS if len(places.get(code, ())) == 1)


def _in_order(headers: Headers, grid: int) -> bool:
    columns = _columns(headers, grid)
    if grid in headers.unsettled:
        return False
    return len(columns) < len(MEMBERS) or all(left < right for left, right in pairwise(columns))


def _order(headers: Headers, grid: int) -> tuple[int, ...]:
    """The columns of all members where they are certain, else nothing."""
    columns = _columns(headers, grid)
    if len(columns) < len(MEMBERS):
        return ()
    beside = [*range(columns[0], columns[0] + len(MEMBERS))]
    strange = headers.lowest.get(("T3", grid), {})
    certain = sorted(columns) == beside and columns[-1] == beside[-1] and not any(strange.get(at) for at in beside)
    return columns if certain else ()
