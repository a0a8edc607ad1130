"""The small table behind a finding, in the form's words: the cell in doubt marked, what it should be beside."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from extract.form.labels import label
from monitor.words.cells import CELL, column_label, row_words
from monitor.words.kinds import words
from monitor.words.terminal import inert

OPERAND = re.compile(CELL.pattern + r"(?:\(Y-(\d)\))?")
ORDER: Mapping[str, Sequence[str]] = {"T3": MEMBERS, "T4": TRACK_MEMBERS}
FEW_ROWS = 8  # where there are more, those that are 0 are not listed
MOST_ROWS = 24
Mark = Literal["", "suspect", "rival"]


class Figure(NamedTuple):
    """One cell as printed. `mark`: the one in doubt, or one of several; `proposed` is what it should be."""

    text: str
    mark: Mark = ""
    proposed: str = ""


class FigureRow(NamedTuple):
    """One row; a cell that the relation does not need is None."""

    label: str
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The cells of one relation. `rest` says what was left out."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    rest: str = ""

    @property
    def marked(self) -> bool:
        return any(cell is not None and cell.mark == "suspect" for row in self.rows for cell in row.figures)


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    back: int
    table: str
    row: str
    column: str
    name: str
    part: Mapping[str, Any]


def clean(text: object) -> str:
    """Foreign text as one line that cannot act: white space folded, control and bidi characters escaped."""
    return "" if text is None else inert(" ".join(str(text).split()))


def figure_table(
    operands: Sequence[object], suspect: Mapping[str, Any] | None, year: int, lang: str = "zh"
) -> FigureTable | None:
    """The table of these cells of a finding's evidence; None where there are none."""
    cells = list(_cells(operands))
    if not cells:
        return None
    mixed = len({one.table for one in cells}) > 1
    heads = {one: column_label(one.table, one.column, lang) for one in cells}
    columns = _ordered(cells, heads)
    doubt = dict(_doubts(suspect or {}))
    rows: dict[tuple[int, str, str], dict[str, _Cell]] = {}
    for one in cells:
        rows.setdefault((one.back, one.table, one.row), {})[heads[one]] = one
    shown = list(rows.items())
    kept = [one for one in shown if len(shown) <= FEW_ROWS or any(_says(cell, doubt) for cell in one[1].values())]
    texts = words(lang)
    rest = texts["zeros"] if len(kept) < len(shown) else ""
    if len(kept) > MOST_ROWS:
        rest, kept = texts["others"].format(count=len(kept) - MOST_ROWS), kept[:MOST_ROWS]
    return FigureTable(
        "" if mixed else label(cells[0].table, lang, "table"),
        tuple(columns),
        tuple(
            FigureRow(
                _label(key, year, lang, mixed=mixed),
                tuple(_figure(found[head], doubt, texts) if head in found else None for head in columns),
            )
            for key, found in kept
        ),
        rest,
    )


def _cells(operands: Sequence[object]) -> Iterator[_Cell]:
    for part in operands:
        if isinstance(part, Mapping) and (match := OPERAND.fullmatch(str(part.get("cell") or ""))) and match[3]:
            table = "T3" if match[1] == "S3" else match[1]
            yield _Cell(int(match[4] or 0), table, match[2], match[3], match[0], part)


def _ordered(cells: Sequence[_Cell], heads: Mapping[_Cell, str]) -> list[str]:
    """The heads of all columns, in the form's order; two tables that head a column alike share it."""

    def place(one: _Cell) -> int:
        known = ORDER.get(one.table, ())
        return known.index(one.column) if one.column in known else len(known)

    return list(dict.fromkeys(heads[one] for one in sorted(cells, key=place)))


def _doubts(suspect: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Mark, object]]]:
    for rival in suspect.get("rivals") or ():
        if isinstance(rival, Mapping):
            for change in rival.get("cells") or [rival]:
                yield str(change.get("cell")), ("rival", change.get("value"))
    if suspect.get("cell"):
        yield str(suspect["cell"]), ("suspect", suspect.get("value"))


def _says(cell: _Cell, doubt: Mapping[str, object]) -> bool:
    return cell.name in doubt or cell.part.get("value") != 0


def _label(key: tuple[int, str, str], year: int, lang: str, *, mixed: bool) -> str:
    back, table, row = key
    texts = words(lang)
    said = row_words(table, row, lang)
    if mixed:
        said = label(table, lang, "table") + texts["dot"] + said
    if back == 1:
        return str(texts["earlier"].format(year=year - back)) + said
    return str(texts["before"].format(back=back)) + said if back else said


def _figure(cell: _Cell, doubt: Mapping[str, tuple[Mark, object]], texts: Mapping[str, Any]) -> Figure:
    mark, proposed = doubt.get(cell.name, ("", None))
    return Figure(printed(cell.part, texts), mark, "" if proposed is None else clean(proposed))


def printed(part: Mapping[str, Any], texts: Mapping[str, Any]) -> str:
    """A cell as the report prints it; the word for a blank where nothing is there."""
    raw = clean(part.get("raw"))
    return raw or ("" if part.get("value") is None else clean(part["value"])) or str(texts["unstated"])
