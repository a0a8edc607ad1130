"""Figures that say they are of another year: a row or a table with such a label is not the report's and stays open."""

import re
from collections.abc import Iterator, Sequence

from extract.content import Content, Grid
from extract.form.template import normalize
from extract.model import Problem, Row
from extract.place import GridCell
from extract.tables.expected import unread

# A label of a year alone, beside or above the figures.
LABEL = re.compile(
    r"[（(]?(?:(?P<year>20[0-4]\d)年?|(?P<before>上年|上一年|上年同期|去年|去年同期|前年))度?(?:数据?|情况|统计表?|数量)?[）):：]?"
)
CODE = "row_of_other_year"
Rows = tuple[Row, ...]


def leave_other_years(content: Content, rows: Rows, year: int | None) -> tuple[Rows, list[Problem]]:
    """The rows; those whose own label, or whose table's, names another year than the report's are `ambiguous`."""
    labels = {grid: label for grid, label in _above(content) if _is_other(label, year)}
    grids = [block for block in content.blocks if isinstance(block, Grid)]
    problems: list[Problem] = []
    found: list[Row] = []
    for row in rows:
        label = _label(row, grids, labels, year) if any(value is not None for value in row.values) else ""
        if not label:
            found.append(row)
            continue
        printed = " ".join(raw or "" for raw in row.raws)[:200]
        found.append(unread(row.table, row.code, row.members, "ambiguous", printed, row.place))
        where = f"{row.table}[{row.code}]" if row.table == "T4" else row.table
        detail = f"标明是“{label}”的，不是本年度的，未采用：{printed}"
        if all(one.where != where for one in problems):
            problems.append(Problem(CODE, detail, where, row.table))
    return tuple(found), problems


def _above(content: Content) -> Iterator[tuple[int, str]]:
    """What stands directly above each grid."""
    grid, before = -1, ""
    for block in content.blocks:
        if isinstance(block, Grid):
            grid += 1
            yield grid, before
            before = ""
        else:
            before = block


def _label(row: Row, grids: Sequence[Grid], above: dict[int, str], year: int | None) -> str:
    if row.table != "T4" and not above:
        return ""
    place = row.places[0]
    if not isinstance(place, GridCell):
        return ""
    if place.grid in above:
        return above[place.grid]
    if row.table != "T4" or not 0 <= place.row < len(grids[place.grid].rows):
        return ""
    texts = grids[place.grid].rows[place.row].texts
    return next((text for text in texts if _is_other(text, year)), "")


def _is_other(text: str, year: int | None) -> bool:
    match = LABEL.fullmatch(normalize(text))
    if match is None:
        return False
    if match["before"]:
        return True
    # A number that is a figure like any other has no 年 behind it.
    return "年" in text and year is not None and int(match["year"]) != year
