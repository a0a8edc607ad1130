"""Passages that two texts share, once figures, years, own names, marks and heads are put aside. Pure.

A text is compared by its letters alone, in runs of six (a shingle): a run that stands in the other text is shared; a
run that many bodies' reports have is nobody's own and counts on neither side.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

SHINGLE = 6
MOST = 30_000  # letters of one section that are compared: no body writes more about itself
LONGEST = 240  # characters of one passage that is shown
LONGEST_HEAD = 40
HEAD = re.compile(r"\s*(?:[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[）)]|[一二三四五六七八九十\d]{1,3}\s*[、.．])")
SENTENCE = re.compile(r"[^。！？；;\n]{1,2000}")  # a longer one is taken in pieces


class _Letters(dict[int, str]):
    """Each character as its letters in one form; nothing for figures (一百二十 too), marks and white space."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        self[code] = found = "".join(one for one in folded if one.isalpha() and not one.isnumeric())
        return found


LETTERS = _Letters()


@dataclass(frozen=True, slots=True)
class Span:
    """A passage in its text as stored: where it begins and ends."""

    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """The letters of a text that are compared, and for each the place in the text that it stands at."""

    text: str
    letters: str
    origin: tuple[int, ...]

    @cached_property
    def shingles(self) -> tuple[str, ...]:
        """Every run of letters, in their order."""
        return tuple(self.letters[at : at + SHINGLE] for at in range(len(self.letters) - SHINGLE + 1))

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each run stands first."""
        found: dict[str, int] = {}
        for at, one in enumerate(self.shingles):
            found.setdefault(one, at)
        return found

    def span(self, first: int, letters: int) -> Span:
        """The passage that these letters make in the text."""
        return Span(self.origin[first], self.origin[first + letters - 1] + 1)


@dataclass(frozen=True, slots=True)
class Shared:
    """How many of a text's own runs stand in another, of how many; how many runs of its own the other has."""

    shared: int
    own: int
    others: int
    passages: tuple[tuple[Span, Span], ...]

    @property
    def near(self) -> float:
        """The share of the longer text that is common to both: neither is a part of the other where this is high."""
        return self.shared / max(self.own, self.others, 1)


def names_masked(names: Collection[str]) -> tuple[str, ...]:
    """Names as they are taken out of a text: their letters, the longest first; a single letter names nobody."""
    found = {name.translate(LETTERS) for name in names}
    return tuple(sorted((name for name in found if len(name) > 1), key=lambda name: (-len(name), name)))


def letters_of(text: str, names: tuple[str, ...]) -> str:
    """The letters of one sentence, without these names."""
    letters = text.translate(LETTERS)
    for name in names:
        letters = letters.replace(name, "")
    return letters


@lru_cache(maxsize=64)
def mask(text: str, names: tuple[str, ...] = (), phrases: tuple[str, ...] = ()) -> Masked:
    """What of a text is compared: `names` (as `names_masked` gives them) aside, and sentences with one of `phrases`."""
    kept: list[str] = []
    origin: list[int] = []
    for start, sentence in _sentences(text, phrases):
        for at, char in enumerate(sentence, start):
            for letter in LETTERS[ord(char)]:
                kept.append(letter)
                origin.append(at)
        if len(kept) > MOST:
            break
    letters = "".join(kept)
    for name in names:
        if name in letters:
            letters, origin = _without(letters, origin, name)
    return Masked(text, letters, tuple(origin))


def _sentences(text: str, phrases: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The sentences, each with its place, without heads and without the form's own."""
    for found in SENTENCE.finditer(text):
        sentence = found[0]
        head = (
            len(sentence) <= LONGEST_HEAD and text[found.end() : found.end() + 1] in ("", "\n") and HEAD.match(sentence)
        )
        if not head and not any(phrase in sentence for phrase in phrases):
            yield found.start(), sentence


def _without(letters: str, origin: Sequence[int], name: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    places: list[int] = []
    behind = 0
    at = letters.find(name)
    while at >= 0:
        parts.append(letters[behind:at])
        places += origin[behind:at]
        behind = at + len(name)
        at = letters.find(name, behind)
    return "".join([*parts, letters[behind:]]), [*places, *origin[behind:]]


def compare(one: Masked, other: Masked, common: Collection[str], most: int) -> Shared:
    """What of one text stands in the other; the longest passages, so many at the most, in the order of the text."""
    there = other.places
    own = [run not in common for run in one.shingles]
    hits = [mine and run in there for mine, run in zip(own, one.shingles, strict=True)]
    others = sum(run not in common for run in other.shingles)
    passages = sorted(_passages(one, other, hits), key=lambda run: -run[2])[:most]
    spans = tuple(
        (_shown(one.span(first, letters)), _shown(other.span(second, letters)))
        for first, second, letters in sorted(passages)
    )
    return Shared(sum(hits), sum(own), others, spans)


def _passages(one: Masked, other: Masked, hits: Sequence[bool]) -> Iterator[tuple[int, int, int]]:
    """Where a passage begins in one and in the other, and how many letters it has."""
    at = 0
    while at < len(hits):
        if not hits[at]:
            at += 1
            continue
        second = other.places[one.shingles[at]]
        letters = SHINGLE
        while (
            at + letters < len(one.letters)
            and second + letters < len(other.letters)
            and one.letters[at + letters] == other.letters[second + letters]
        ):
            letters += 1
        yield at, second, letters
        at += letters


def _shown(span: Span) -> Span:
    return span if span.end - span.start <= LONGEST else Span(span.start, span.start + LONGEST)


def alike(one: str, other: str) -> float:
    """How far two sentences are the same, by the pairs of their letters: 1 for the same, 0 for nothing in common."""
    left, right = set(pairwise(one)), set(pairwise(other))
    return 2 * len(left & right) / max(len(left) + len(right), 1)
