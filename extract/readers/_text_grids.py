"""Lines of text → paragraphs and grids, block by block: each table notation is tried where its marks stand."""

import re
from collections.abc import Callable, Sequence

from extract.model import Grid
from extract.readers import _text_bars, _text_columns, _text_tables
from extract.readers._text_lines import paragraph

Taken = tuple[Sequence[str | Grid], int]  # what a run of lines gives, and the number of the line after it
NOTATIONS: tuple[Callable[[list[str], int], Taken | None], ...] = (
    _text_tables.tabs,
    _text_tables.pipes,
    _text_bars.bars,
    _text_columns.columns,
    _text_columns.spaced_figures,
    _text_columns.cell_per_line,
)


def blocks_of(lines: list[str]) -> list[str | Grid]:
    """Paragraphs (one per line that is no table) and grids, in order."""
    blocks: list[str | Grid] = []
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        for notation in NOTATIONS:
            taken = notation(lines, number)
            if taken:
                found, number = taken
                blocks.extend(found)
                break
        else:
            text = paragraph(lines[number])
            if text:
                blocks.append(text)
            number += 1
    return blocks
