"""Cells of a grid without columns → rows: by the borders that can be trusted, else a new row at each label."""

from collections.abc import Iterable, Iterator, Sequence

from extract.model import GridCell
from extract.template import token


def regroup(rows: Iterable[Sequence[GridCell]]) -> Iterator[Sequence[GridCell]]:
    """Cells without columns: a line of the form begins at each label and takes the values after it, row or no row."""
    current: list[GridCell] = []
    for row in rows:
        kinds = [token(cell.text).kind for cell in row]
        whole = len(row) > 1 and _is_whole(kinds)
        if current and (whole or kinds[:1] != ["value"]):
            yield current
            current = []
        if whole:
            yield row
            continue
        for cell, kind in zip(row, kinds, strict=True):
            if current and kind != "value":
                yield current
                current = []
            current.append(cell)
    if current:
        yield current


def _is_whole(kinds: Sequence[str]) -> bool:
    """A row that begins with words and has no label behind its values: its borders can be trusted."""
    first = kinds.index("value") if "value" in kinds else len(kinds)
    return first > 0 and all(kind in ("value", "text") for kind in kinds[first:])
