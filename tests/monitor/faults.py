"""What can get lost of a printed report: any one label, any one row, the markup of any one cell; no figure is altered."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.monitor.layouts import Layout

LONGEST_LABEL = 45
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXTS = {  # what a label may be, by how the cells are set apart
    "html": re.compile(r"(?<=>)[^<>\n]+(?=<)"),
    "tabs": re.compile(r"[^\t\n]+"),
    "bars": re.compile(r"[^|\n]+"),
    "bar lines": re.compile(r"[^|\n]+"),
    "lines": re.compile(r"[^\n]+"),
    "spaces": re.compile(r"\S+(?: \S+)*"),
    "words": re.compile(r"[^\s]+"),
}
ROW = re.compile(r"(<tr\b[^>]*>)(?:(?!<tr\b).)*?(</tr>)", re.DOTALL)
CELL = re.compile(r"(<t[dh]\b[^>]*>)(?:(?!<t[dhr]\b).)*?(</t[dh]>)", re.DOTALL)
LINE = re.compile(r"[^\n]+\n")
PIECES = {"tabs": re.compile(r"[^\t\n]*(\t)"), "bars": re.compile(r"(?<=\|)[^|\n]*(\|)")}
GAP = re.compile(r"(?<=\S)  +(?=\S)")


class Fault(NamedTuple):
    """One thing that got lost: what, at which place of the text, and the text without it."""

    what: str
    at: int
    text: str


def faults(layout: Layout, text: str) -> Iterator[Fault]:
    """Every fault of one report in the order of the page, kind after kind."""
    yield from _labels(layout.cells, text)
    if layout.cells == "html":
        yield from _elements("row", ROW, text)
        yield from _elements("cell", CELL, text)
        return
    if layout.cells != "words":
        lines = (found for found in LINE.finditer(text) if "。" not in found[0])
        yield from (_cut("line", text, found.span()) for found in lines)
    if layout.cells in PIECES:
        for found in PIECES[layout.cells].finditer(text):
            yield _cut("cell", text, found.span())
            yield _cut("border", text, found.span(1))
    if layout.cells == "bar lines":
        yield from (_cut("border", text, found.span()) for found in re.finditer(r"\|", text))
    if layout.cells == "spaces":
        yield from (_put("border", text, found.span(), " ") for found in GAP.finditer(text))
    if layout.cells == "lines":
        yield from (_put("border", text, found.span(), " ") for found in re.finditer(r"(?<=[^\n])\n(?=[^\n])", text))


def _put(what: str, text: str, span: tuple[int, int], new: str) -> Fault:
    return Fault(what, span[0], text[: span[0]] + new + text[span[1] :])


def _cut(what: str, text: str, span: tuple[int, int]) -> Fault:
    return _put(what, text, span, "")


def _elements(what: str, pattern: re.Pattern[str], text: str) -> Iterator[Fault]:
    for found in pattern.finditer(text):
        yield _cut(what, text, found.span())
        yield _cut(f"{what} begin", text, found.span(1))
        yield _cut(f"{what} end", text, found.span(2))


def _labels(cells: str, text: str) -> Iterator[Fault]:
    for found in TEXTS[cells].finditer(text):
        label = found[0]
        if not CHINESE.search(label) or len(label) > LONGEST_LABEL or "。" in label:
            continue
        yield _cut("label", text, found.span())
        yield from (_put("letters", text, found.span(), wrong) for wrong in _misspelt(label, found.start()))


def _misspelt(label: str, at: int) -> Iterator[str]:
    """One letter lost, two swapped, one another, one twice; where in the label depends on where the label stands."""
    for number, place in enumerate(dict.fromkeys((0, at % len(label), len(label) - 1))):
        before, letter, after = label[:place], label[place], label[place + 1 :]
        yield before + after
        yield f"{before}{letter}{letter}{after}"
        yield f"{before}某{after}"
        if after and number < 2:
            yield f"{before}{after[0]}{letter}{after[1:]}"
