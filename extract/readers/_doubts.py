"""Cells that a reader of the page sees otherwise than their text says: which of them are no figure to rely on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter

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
    HIDDEN,
    IMAGE,
    LIFT,
    MARK,
    RAISE,
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
# Set apart behind the words of a label: the mark of a note, and no word of it; a bare number only where it is raised.
_NOTE = re.compile(r"[\[［〔【(（](?:注?[0-9０-９]{1,2}|[①-⑳*＊※注])[\]］〕】)）]|[①-⑳*＊※†]{1,3}|注[0-9①-⑳]{0,2}")
_NUMBER_OF_NOTE = re.compile(r"[0-9]{1,2}|[\u00b9\u00b2\u00b3]{1,2}")
_ORDINAL = re.compile(r"[0-9０-９](?![.、．，])")
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
        self.of: dict[int, int] = {}  # by its place, the group of a part that holds words
        self.gone = ADD in self.parts
        self.raised = set[int]()
        hidden = dict[int, str]()
        within = [(0, False)]
        for number, part in enumerate(self.parts):
            if part in (AWAY, HIDDEN, LIFT, RAISE):
                if part == RAISE or within[-1][0] in self.raised:
                    self.raised.add(number)
                within.append((number, part == AWAY or within[-1][1]))
            elif part == CLOSE:
                within = within[:-1] or within
            elif number % 2 == 0 and (words := "".join(part.replace(IMAGE, "").replace(DOUBT, "").split())):
                group, gone = within[-1]
                if self.parts[group] == HIDDEN:
                    hidden[number] = words
                    continue
                self.of[number] = group
                self.groups[group] = self.groups.get(group, "") + words
                self.gone = self.gone or gone
        self._hide(hidden)

    def _hide(self, hidden: Mapping[int, str]) -> None:
        """Hidden for themselves, words are not there beside others that are seen; alone or amidst them no figure is."""
        if self.groups:
            for number in hidden:
                self.parts[number] = ""
            self.gone = self.gone or any(min(self.of) < number < max(self.of) for number in hidden)
        elif hidden:
            self.groups, self.of, self.gone = {0: "".join(hidden.values())}, dict.fromkeys(hidden, 0), True

    def text(self) -> str:
        """What the cell says, as far as it can be said."""
        words = "".join(self.groups.values())
        if words and not FIGURES.fullmatch(words):
            return self._label()  # or no cell of figures
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

    def _label(self) -> str:
        """The words without the marks of notes behind them; all of them where what is left may be a figure."""
        notes = {group for group, words in self.groups.items() if group and self._is_note(group, words)}
        left = "".join(words for group, words in self.groups.items() if group not in notes)
        if not left or FIGURES.fullmatch(left) or _ORDINAL.match(left):
            notes = set()
        return "".join(part for at, part in enumerate(self.parts[::2]) if self.of.get(2 * at) not in notes)

    def _is_note(self, group: int, words: str) -> bool:
        if self.parts[group] == AWAY or next(iter(self.groups)) == group:
            return False
        if group in self.raised and _NUMBER_OF_NOTE.fullmatch(words):
            return True
        return _NOTE.fullmatch(words) is not None


def without_notes(parts: Iterable[tuple[str, bool]]) -> str:
    """The text of a cell without the raised (True) marks of notes behind the words of a label; all of it elsewhere."""
    runs = [("".join(text for text, _ in some), raised) for raised, some in groupby(parts, itemgetter(1))]
    left = "".join(word for text, raised in runs if not raised for word in text.split())
    if not left or FIGURES.fullmatch(left) or _ORDINAL.match(left):
        return "".join(text for text, _ in runs)
    kept: list[str] = []
    for text, raised in runs:
        word = "".join(text.split())
        if not (raised and kept and (_NOTE.fullmatch(word) or _NUMBER_OF_NOTE.fullmatch(word))):
            kept += [text] if word else []
    return "".join(kept)


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
