"""The columns of each line of the form, in the form's order, and how their figures are read."""

from functools import lru_cache
from typing import NamedTuple

from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TRACK_MEMBERS, Kind, TableCode


class Columns(NamedTuple):
    """The columns of a line of the form: their codes, how they are read, and whether all of them are counts."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    counts: bool


COUNT: Kind = "count"
APPLICATION_COLUMNS = Columns(MEMBERS, (COUNT,) * len(MEMBERS), True)
REMEDY_COLUMNS = Columns(TRACK_MEMBERS, (COUNT,) * len(TRACK_MEMBERS), True)
NO_COLUMNS = Columns((), (), False)


@lru_cache(maxsize=256)
def columns_of(table: TableCode, code: str, form: str) -> Columns:
    """The columns of one line of the form, in the form's order; empty if the form has no such line.

    `form` is the name of the table in that form.
    """
    if table == "T3":
        return APPLICATION_COLUMNS
    if table == "T4":
        return REMEDY_COLUMNS
    block = FORMS.disclosure(form).block_of(code)
    if block is None:
        return NO_COLUMNS
    kinds = tuple(column.kind for column in block.measures)
    return Columns(tuple(column.code for column in block.measures), kinds, set(kinds) == {"count"})
