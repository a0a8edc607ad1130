"""The rows that the forms of a document have: what stands for one that was not found, or not read."""

from collections.abc import Sequence
from functools import lru_cache

from extract.content import State
from extract.form.form_file import FORMS
from extract.form.forms import TABLES, TableCode
from extract.model import Row


def unread(
    table: TableCode, code: str, members: Sequence[str], state: State, raw: str | None = None, place: str = ""
) -> Row:
    """A row without any stated cell: `missing` (not there) or `ambiguous` (there, but not decided)."""
    size = len(members)
    return Row(table, code, tuple(members), (raw,) * size, (None,) * size, (state,) * size, place)


def expected(forms: dict[str, str]) -> tuple[tuple[tuple[TableCode, str], tuple[str, ...]], ...]:
    """Every row that these forms have, in the form's order: (table, code) and its columns."""
    return _expected(tuple(forms.items()))


@lru_cache(maxsize=32)
def _expected(forms: tuple[tuple[str, str], ...]) -> tuple[tuple[tuple[TableCode, str], tuple[str, ...]], ...]:
    names = dict(forms)
    return tuple(
        ((table, code), columns)
        for table in TABLES
        if table in names
        for code, columns in FORMS.having(table, names[table]).table(table).lines.items()
    )


def expected_rows(forms: dict[str, str]) -> tuple[Row, ...]:
    """Every row that these forms have, in the form's order, as `missing`."""
    return _missing(expected(forms))


@lru_cache(maxsize=32)
def _missing(lines: tuple[tuple[tuple[TableCode, str], tuple[str, ...]], ...]) -> tuple[Row, ...]:
    return tuple(unread(table, code, members, "missing") for (table, code), members in lines)
