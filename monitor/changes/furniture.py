"""Which lines are the page's and not the report's: counters and clocks, by their words or by how they move. Pure.

A counter that is taken for the report makes a change at each look; a figure of the report that is taken for a counter
hides one. So words decide only below the report's last sentence, and only where a line holds no other word; any other
line has to move at every look, and be no sentence; or be at every look another saying altogether, without a figure, at
the one place where the page puts it: nobody rewrites one sentence of a report, and that one alone, each time we look.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from monitor.changes.bounds import bounds

LONGEST = 80  # characters of a line that may be the page's
MOST_COMPARED = 20  # versions
FEWEST = 3  # versions before what moves with each of them is known to
SENTENCE = re.compile("[。！？；]")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
TIME = re.compile(r"\d{1,2}(?::|时)\d{1,2}")
# What an instant holds beside figures and marks (2026-02-12T10:22:13Z), and figures that are letters.
LETTERS = str.maketrans("", "", "TZtz〇零一二三四五六七八九十")


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that only counters and clocks have, and all that may stand beside them, longest first."""
    page = bounds()["change"]["page"]
    marks = tuple(page["marks"])
    return marks, tuple(sorted({*marks, *page["words"]}, key=len, reverse=True))


@lru_cache(maxsize=1)
def _day() -> re.Pattern[str]:
    return re.compile(bounds()["change"]["day"])


def day_alone(line: str) -> bool:
    """Whether a line is a written day and nothing else: a report is signed with one."""
    return _day().match(line) is not None


def of_the_page(line: str) -> bool:
    """Whether a line says nothing but how often the page was looked at, or when it was made."""
    if len(line) > LONGEST:
        return False
    marks, words = _words()
    rest = line.lower()
    if not any(mark in rest for mark in marks) and not TIME.search(rest):
        return False
    for word in words:
        rest = rest.replace(word, " ")
    return not any(character.isalpha() for character in rest.translate(LETTERS))


def without_page_lines(lines: Sequence[str]) -> list[str]:
    """The lines of the report's last section, without those of the page below its last sentence."""
    kept: list[str] = []
    for at in range(len(lines), 0, -1):
        line = lines[at - 1]
        if of_the_page(line):
            continue
        if SENTENCE.search(line):
            return [*lines[:at], *reversed(kept)]
        kept.append(line)
    return kept[::-1]


def skeleton(line: str) -> str:
    """A line without its figures."""
    return NUMBER.sub("#", line)


def moving(versions: Sequence[Sequence[str]]) -> frozenset[str]:
    """The skeletons of the lines that had other figures in each of these versions, and may not be the report's.

    The versions are those of looks that followed each other: one that was seen twice stood still.
    """
    if len(versions) < FEWEST:
        return frozenset()
    seen = [_by_skeleton(lines) for lines in versions]
    counters = frozenset(
        one
        for one, line in seen[0].items()
        if all(one in each for each in seen)
        and all(before[one] != after[one] for before, after in pairwise(seen))
        and _may_move(line)
    )
    return counters | frozenset(_sayings([[skeleton(line) for line in lines] for lines in versions]))


def _sayings(versions: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of the places that showed another saying in each of these versions: a motto, a quotation."""
    steady = frozenset[str].intersection(*(frozenset(lines) for lines in versions))
    places = [_between(lines, steady) for lines in versions]
    for place in frozenset[tuple[str, str]].intersection(*(frozenset(each) for each in places)):
        shown = [each[place] for each in places]
        if all(line and len(line) <= LONGEST and "#" not in line for line in shown) and all(
            _unlike(one, other) for one, other in combinations(shown[:MOST_COMPARED], 2)
        ):
            yield from shown


def _between(lines: Sequence[str], steady: Collection[str]) -> dict[tuple[str, str], str]:
    """Each single line between two that are in every version, by these; "" where such a pair stands twice."""
    found: dict[tuple[str, str], str] = {}
    for before, line, after in zip(lines, lines[1:], (*lines[2:], ""), strict=False):
        if before in steady and line not in steady and (after in steady or not after):
            found[before, after] = "" if (before, after) in found else line
    return found


def _unlike(one: str, other: str) -> bool:
    """Whether two lines have less than half of their letters in common: another saying, and not the same reworded."""
    left, right = frozenset(one), frozenset(other)
    return 2 * len(left & right) < min(len(left), len(right))


def _by_skeleton(lines: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    for line in lines:
        key = skeleton(line)
        twice |= {key} if key in found else set()
        found[key] = line
    return {key: line for key, line in found.items() if key not in twice and key != line}


def _may_move(line: str) -> bool:
    """No sentence, and no figure in a unit of the report; a day that stands alone may be that of the look."""
    if day_alone(line):
        return True
    units = tuple(bounds()["change"]["page"]["units"])
    return (
        len(line) <= LONGEST
        and not SENTENCE.search(line)
        and not any(line.startswith(units, number.end()) for number in NUMBER.finditer(line))
    )
