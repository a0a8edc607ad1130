"""Indicators in running text: the figures between two labels, held apart by white space, or not at all.

Where nothing holds them apart, a figure is stated only if its digits can be cut in one way: no number begins with 0,
so 「00」 are two figures, and the ordinal of the next line is known from that of this one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from extract.form.numbers import read_figure
from extract.indicators.catalogue import catalogue, printed_year

LONGEST_TABLE = 20_000  # characters
LONGEST_NAME = 80
MOST_PIECES = 12  # pieces of a label


def _spaced(texts: list[str]) -> str:
    return "|".join(r"\s?".join(map(re.escape, text)) for text in sorted(texts, key=len, reverse=True))


def _heads(wanted: str) -> str:
    return _spaced([text for text, column in catalogue().columns.items() if column == wanted])


YEAR = r"20[0-9]{2}\s?年?\s?度?"
HEADER = re.compile(
    rf"(?:{_heads('name')})\s?(?:(?:{_heads('unit')})\s?)?(?P<year>{YEAR}|{_heads('year')})\s?(?P<more>{_heads('cumulative')})?"
)
UNITS = "|".join(sorted(catalogue().units, key=len, reverse=True))
ORDINAL = re.compile(r"(?:其中[:：]?)?(\d{1,2})[.、．]")
PACKED = re.compile(
    rf"(?P<label>(?:其中[:：]?)?(?:\d{{1,2}}[.、．])?[^\d\s]{{2,{LONGEST_NAME}}}?)(?P<unit>{UNITS})(?P<digits>\d{{1,40}})"
)


class Line(NamedTuple):
    """One line: its label and unit, its figures with where they begin, how many `columns` the table has.

    `heads` are the words of the header that may print a year. Fewer or more figures than columns: not to be cut.
    """

    label: str
    unit: str
    figures: tuple[tuple[str, int], ...]
    columns: int
    heads: tuple[str, ...]
    start: int
    end: int


def read_running(text: str) -> Iterator[Line]:
    """The lines of the first table of indicators in a text."""
    header = HEADER.search(text)
    if header is None:
        return
    columns = 2 if header["more"] else 1
    heads = (header["year"],) if printed_year(header["year"]) else ()
    begin, end = header.end(), header.end() + LONGEST_TABLE
    lines = list(_held_apart(text, begin, end, columns, heads))
    yield from lines or _packed(text, begin, end, columns, heads)


def _held_apart(text: str, begin: int, end: int, columns: int, heads: tuple[str, ...]) -> Iterator[Line]:
    """A label, a unit by itself, its figures; and so on until something else stands there."""
    pieces = [(found[0], found.start()) for found in re.finditer(r"\S+", text[begin:end])]
    at = 0
    while at < len(pieces):
        near = range(at, min(at + MOST_PIECES, len(pieces)))
        unit = next((one for one in near if pieces[one][0] in catalogue().units), None)
        if unit is None or unit == at:
            return
        behind = unit + 1
        while behind < len(pieces) and read_figure(pieces[behind][0], "amount").state in ("number", "dash", "none"):
            behind += 1
        label = " ".join(piece for piece, _ in pieces[at:unit])
        if len(label) > LONGEST_NAME:
            return
        figures = tuple((piece, begin + start) for piece, start in pieces[unit + 1 : behind])
        last, start = pieces[behind - 1]
        yield Line(label, pieces[unit][0], figures, columns, heads, begin + pieces[at][1], begin + start + len(last))
        at = behind


def _packed(text: str, begin: int, end: int, columns: int, heads: tuple[str, ...]) -> Iterator[Line]:
    at, before = begin, 0
    while found := PACKED.match(text, at, min(end, len(text))):
        own = ORDINAL.match(found["label"])
        before = int(own[1]) if own else 0
        digits, at = found["digits"], found.end()
        if at < len(text) and text[at] in ".、．":  # the ordinal of the next line has been taken for digits
            following = str(before + 1)
            if not digits.endswith(following) or len(digits) == len(following):
                return
            digits, at = digits[: -len(following)], at - len(following)
        yield Line(
            found["label"],
            found["unit"],
            _cut(digits, found.start("digits"), columns),
            columns,
            heads,
            found.start(),
            at,
        )


def _cut(digits: str, start: int, columns: int) -> tuple[tuple[str, int], ...]:
    """The figures if there is one way to cut them, else the digits as they are."""
    if columns == 2 and digits[0] == "0" and len(digits) > 1 and (digits[1] != "0" or len(digits) == 2):
        return (digits[0], start), (digits[1:], start + 1)
    return ((digits, start),)
