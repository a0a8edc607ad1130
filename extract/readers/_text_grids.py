"""Lines of text → paragraphs and grids, block by block: each table notation is tried where its marks stand."""

from collections.abc import Callable, Sequence

from extract.content import Grid
from extract.readers import _text_bars, _text_columns, _text_stacked, _text_tables
from extract.readers._text_lines import paragraph

# A notation looks at the lines from a number on. It gives the blocks of a table that begins there and the number of
# the line after it; or no blocks, and the number of the line before which it need not be asked again.
Notation = Callable[[list[str], int], tuple[Sequence[str | Grid], int]]
NOTATIONS: tuple[Notation, ...] = (
    _text_tables.tabs,
    _text_tables.pipes,
    _text_stacked.stacked,
    _text_bars.bars,
    _text_columns.columns,
    _text_columns.spaced_figures,
    _text_columns.cell_per_line,
)


def blocks_of(lines: list[str]) -> list[str | Grid]:
    """Paragraphs (one per line that is no table) and grids, in order."""
    blocks: list[str | Grid] = []
    ask_again = dict.fromkeys(NOTATIONS, 0)  # keeps the whole linear: no run of lines is looked at twice
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
            continue
        for notation in NOTATIONS:
            if number < ask_again[notation]:
                continue
            found, after = notation(lines, number)
            if found:
                blocks.extend(found)
                number = after
                break
            ask_again[notation] = after
        else:
            text = paragraph(lines[number])
            if text:
                blocks.append(text)
            number += 1
    return blocks
