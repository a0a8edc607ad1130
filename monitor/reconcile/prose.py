"""The prose of a report as the rules on it look at it: its sections, their sentences and sub-heads, what is quoted."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from extract.model import Report, Section

LONGEST_QUOTE = 40
MOST_QUOTES = 6
LONGEST_HEAD = 40
SHORTEST_LINE = 20  # a line with fewer characters is one by itself: a heading, the end of a paragraph
BRACKETS = (("(", "（"), (")", "）"), ("[", "〔"), ("]", "〕"), ("【", "〔"), ("】", "〕"))
ENDS = "。；;：:！!？?”"
# What is called by its name is no word of the report's own.
NAMED = re.compile("《[^《》]{0,200}》")
SENTENCE_END = re.compile(r"[。；;！!？?\n]")
# A sub-head begins in a line, or behind the end of a sentence or a blank where the text runs on.
SUBHEAD = re.compile(
    r"(?:^|[\n。；\s])[#*\s]{0,8}"
    r"(?:[（(]\s?[一二三四五六七八九十]{1,2}\s?[）)]|(?<=\n)\d{1,2}\s?[.．、]|^\d{1,2}\s?[.．、])"
    rf"[*\s]{{0,4}}([^\n。：:；]{{0,{LONGEST_HEAD}}})"
)
PART = re.compile(r"(?=[（(]\s?[一二三四五六七八九十]{1,2}\s?[）)])")
ORDINALS = "一二三四五六"


def section_of(report: Report, number: int) -> Section | None:
    """The section with this number, where it was found."""
    return next((one for one in report.sections if one.number == number), None)


@lru_cache(maxsize=8)  # several rules ask for the sections of one report
def bare(text: str) -> str:
    """The text without white space, its brackets alike."""
    text = "".join(text.split())
    for printed, alike in BRACKETS:
        text = text.replace(printed, alike)
    return text


def joined(text: str) -> str:
    """The text with the lines of a paragraph joined that a page or a narrow column has torn."""
    lines = text.split("\n")
    found = [lines[0]]
    for line, after in pairwise(lines):
        whole = line.rstrip()
        torn = len(whole) >= SHORTEST_LINE and whole[-1] not in ENDS
        found.append(after if torn else "\n" + after)
    return "".join(found)


def parts(text: str) -> list[str]:
    """The text cut before each of its sub-heads, what it calls by name left out."""
    return PART.split(NAMED.sub("", joined(text)))


def sentences(text: str) -> Iterator[str]:
    """Its sentences, without the white space around them."""
    return filter(None, (one.strip() for one in SENTENCE_END.split(text)))


def subheads(text: str) -> list[str]:
    """Its sub-heads, with a little of what follows where nothing ends them; a short line is one without an ordinal."""
    found = [match[1].strip("* ") for match in SUBHEAD.finditer(text)]
    lines = [line.strip("#* 　") for line in text.split("\n")]
    plain = [line for line in lines if 0 < len(line) <= SHORTEST_LINE and line[-1] not in "。；;！!？?"]
    return found + [line for line in plain if SUBHEAD.match(line) is None]


def quoted(text: str, start: int = 0, *, before: int = 0) -> str:
    """A piece of the text, in the marks of a quotation, with `…` where it was cut."""
    begin = max(0, start - before)
    piece = " ".join(text[begin : begin + LONGEST_QUOTE].split())
    cut = "…" if begin + LONGEST_QUOTE < len(text) else ""
    return f"“{piece}{cut}”"


def listed(found: Iterable[str]) -> str:
    """Each once, no more than a reader wants to see."""
    every = list(dict.fromkeys(found))
    return "、".join(every[:MOST_QUOTES]) + ("……" if len(every) > MOST_QUOTES else "")
