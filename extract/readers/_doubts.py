"""Cells that a reader of the page sees otherwise than their text says: which of them are no figure to rely on."""

import re
from collections.abc import Sequence
from itertools import chain

from extract.content import DOUBT, Grid
from extract.readers._flatten import (
    ADD,
    AWAY,
    CELL,
    CLOSE,
    DRAW,
    END_CELL,
    END_TABLE,
    FIELD,
    GROUP,
    IMAGE,
    LIFT,
    MARK,
    ROW,
    SHOW,
    SPAN,
    TABLE,
)

# A cell with no table in it that holds such a mark.
_MARKED_CELL = re.compile(
    f"{CELL}([^{CELL}{END_CELL}{TABLE}{END_TABLE}{ROW}{GROUP}{MARK}]*+{MARK}"
    f"[^{CELL}{END_CELL}{TABLE}{END_TABLE}{ROW}{GROUP}]*+){END_CELL}"
)
_REST = re.compile(f"{MARK}f[^{MARK}{CLOSE}]{{0,40}}{CLOSE}|{MARK}.|{CLOSE}")
_PARTS = re.compile(f"({_REST.pattern})")
# The whole of a cell of figures: digits, signs, units, marks of notes; a label has other words.
FIGURES = re.compile(
    r"[0-9０-９+\-−–—±.,，．、/／%％()（）\[\]［］【】〔〕*＊※†#\u00b2\u00b3\u00b9\u2070-\u2079①-⑳"
    r"注件条项次个宗份万亿元增减无]{1,60}"
)
_HAS_FIGURE = re.compile(r"[0-9０-９/／\-—无]")


def settle(marked: str) -> str:
    """The marked text of a page, its cells settled: the plain values of fields, DOUBT before what is unsure."""
    if MARK not in marked:
        return marked
    return _REST.sub("", _MARKED_CELL.sub(_settled, marked))


def has_figure(words: str) -> bool:
    """Whether words hold a digit, or what stands for a figure."""
    return _HAS_FIGURE.search(words) is not None


def _settled(found: re.Match[str]) -> str:
    spans, span, content = found[1].rpartition(SPAN)
    return f"{CELL}{spans}{span}{_Cell(content).text()}{END_CELL}"


class _Cell:
    """One cell: its words by the element that sets them apart (0: none does), and what else is in it."""

    def __init__(self, content: str) -> None:
        self.parts = _PARTS.split(content)
        self.fields = [part[2:-1] for part in self.parts if part.startswith(FIELD)]
        self.partly_drawn = DRAW in self.parts
        self.drawn = SHOW in self.parts or self.partly_drawn
        self.groups: dict[int, str] = {}
        self.gone = ADD in self.parts
        within = [(0, False)]
        for number, part in enumerate(self.parts):
            if part in (AWAY, LIFT):
                within.append((number, part == AWAY or within[-1][1]))
            elif part == CLOSE:
                within = within[:-1] or within
            elif number % 2 == 0 and (words := "".join(part.replace(IMAGE, "").replace(DOUBT, "").split())):
                group, gone = within[-1]
                self.groups[group] = self.groups.get(group, "") + words
                self.gone = self.gone or gone

    def text(self) -> str:
        """What the cell says, as far as it can be said."""
        words = "".join(self.groups.values())
        if words and not FIGURES.fullmatch(words):
            return "".join(self.parts[::2])  # a label, or no cell of figures
        drawn = (self.partly_drawn and _HAS_FIGURE.search(words) is not None) if words else self.drawn
        doubtful = drawn or self.gone or len(self.groups) > 1
        value = ""
        shown = [field for field in self.fields if field[0] != "h"]
        if self.fields and (shown or not _HAS_FIGURE.search(words)):
            value = shown[0][1:] if len(shown) == 1 else ""
            doubtful = doubtful or not value or _HAS_FIGURE.search(words) is not None
        between = " " if len(self.groups) > 1 else ""
        parts = [value if part[2:-1] in shown and part.startswith(FIELD) else between for part in self.parts[1::2]]
        inside = "".join(chain.from_iterable(zip(self.parts[::2], [*parts, ""], strict=True)))
        return DOUBT + inside if doubtful else inside


def told_apart(blocks: Sequence[str | Grid]) -> tuple[list[str | Grid], frozenset[str]]:
    """The blocks, DOUBT only where a text alone would pass for a figure or for none; and the texts of several words
    of which one is shown otherwise than the others: no figure, and not what is printed either."""
    apart = set[str]()
    found: list[str | Grid] = []
    for block in blocks:
        if isinstance(block, str):
            text = " ".join(block.replace(DOUBT, " ").split())
            found += [text] if text else []
        elif any(text and text != DOUBT for row in block.rows for text in row.texts):
            rows = [row._replace(texts=tuple([_cell(text, apart) for text in row.texts])) for row in block.rows]
            found.append(Grid(tuple(rows), block.columns_known))
    return found, frozenset(apart)


def _cell(text: str, apart: set[str]) -> str:
    if not text.startswith(DOUBT):
        return text
    words = text[1:].split()
    if len(words) < 2:
        return DOUBT + "".join(words)
    apart.add(" ".join(words))
    return " ".join(words)
