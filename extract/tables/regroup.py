"""Cells of a grid without columns → rows: by the borders that can be trusted, else a new row at each label."""

from collections.abc import Iterable, Iterator, Sequence

from extract.content import GridRow, plain_row
from extract.form.template import token


def regroup(rows: Iterable[GridRow]) -> Iterator[GridRow]:
    """Cells without columns: a line of the form begins at each label and takes the values after it, row or no row."""
    texts: list[str] = []
    columns: list[int] = []
    for row in rows:
        kinds = [token(text).kind for text in row.texts]
        whole = len(kinds) > 1 and _is_whole(kinds)
        if texts and (whole or kinds[:1] != ["value"]):
            yield _joined(texts, columns)
            texts, columns = [], []
        if whole:
            yield row
            continue
        for text, column, kind in zip(row.texts, row.columns, kinds, strict=True):
            if texts and kind != "value":
                yield _joined(texts, columns)
                texts, columns = [], []
            texts.append(text)
            columns.append(column)
    if texts:
        yield _joined(texts, columns)


def _joined(texts: Sequence[str], columns: Sequence[int]) -> GridRow:
    return plain_row(texts)._replace(columns=tuple(columns))


def _is_whole(kinds: Sequence[str]) -> bool:
    """A row that begins with words and has no label behind its values: its borders can be trusted."""
    first = kinds.index("value") if "value" in kinds else len(kinds)
    return first > 0 and all(kind in ("value", "text") for kind in kinds[first:])
