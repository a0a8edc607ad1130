"""Cells of a grid without columns → rows: by row borders that can be trusted, else with a new row at each label."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extract.content import GridRow, plain_row
from extract.form.template import token


class Regrouped(NamedTuple):
    """A row, the number of the grid row where it begins, and the grid row of each cell if they are from several."""

    number: int
    cells: GridRow
    rows: tuple[int, ...] = ()


class _Cell(NamedTuple):
    text: str
    column: int
    row: int


def regroup(rows: Iterable[GridRow]) -> Iterator[Regrouped]:
    """Groups cells without columns: a line begins at each label and takes the values after it, across row borders."""
    cells: list[_Cell] = []
    for number, row in enumerate(rows):
        kinds = [token(text).kind for text in row.texts]
        whole = len(kinds) > 1 and _is_whole(kinds)
        if cells and (whole or kinds[:1] != ["value"]):
            yield _joined(cells)
            cells = []
        if whole:
            yield Regrouped(number, row)
            continue
        for text, column, kind in zip(row.texts, row.columns, kinds, strict=True):
            if cells and kind != "value":
                yield _joined(cells)
                cells = []
            cells.append(_Cell(text, column, number))
    if cells:
        yield _joined(cells)


def _joined(cells: Sequence[_Cell]) -> Regrouped:
    texts, columns, rows = zip(*cells, strict=True)
    row = plain_row(texts)._replace(columns=columns)
    return Regrouped(rows[0], row, rows if len(set(rows)) > 1 else ())


def _is_whole(kinds: Sequence[str]) -> bool:
    """Whether a row's borders can be trusted: it begins with words and has no label after its values."""
    first = kinds.index("value") if "value" in kinds else len(kinds)
    return first > 0 and all(kind in ("value", "text") for kind in kinds[first:])
