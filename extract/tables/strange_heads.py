"""Columns of 表三 and 表四 under a heading that is none of the form's: kept as printed, stated as nothing."""

from collections.abc import Mapping, Sequence

from extract.model import Row
from extract.place import GridCell
from extract.tables.headers import Headers

Strange = Mapping[tuple[str, str, str], str]  # table, line and column → the heading, as printed
Rows = tuple[Row, ...]


def leave_strange(headers: Headers, *tables: Sequence[Row]) -> tuple[tuple[Rows, ...], Strange]:
    """These rows, figures below a strange heading as words; and which these are."""
    above = {
        key: heads for key, found in headers.lowest.items() if (heads := {at: one for at, one in found.items() if one})
    }
    if not above:
        return tuple(map(tuple, tables)), {}
    found: dict[tuple[str, str, str], str] = {}
    return tuple(tuple([_left(row, above, found) for row in rows]) for rows in tables), found


def _left(row: Row, above: Mapping[tuple[str, int], Mapping[int, str]], found: dict[tuple[str, str, str], str]) -> Row:
    states = [*row.states]
    for at, place in enumerate(row.places):
        if isinstance(place, GridCell) and place.column is not None and states[at] == "number":
            heading = above.get((row.table, place.grid), {}).get(place.column)
            if heading:
                states[at] = "text"
                found[row.table, row.code, row.members[at]] = heading
    values = (value if state == "number" else None for value, state in zip(row.values, states, strict=True))
    return row._replace(values=tuple(values), states=tuple(states))
