"""The six sections of a report: headings by ordinal and keyword together, however they are set, and the prose below.

Lines of 表三 begin with the same ordinals (一、本年新收…), sub-heads use the same words (（一）存在的主要问题):
neither alone makes a heading. Where a document drops the ordinals, whole headings in the form's words do.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from extract.content import Content
from extract.model import Section

ORDINALS = "一二三四五六"
KEYWORDS = (
    ("总体情况", "概述"),
    ("主动公开政府信息", "主动公开"),
    ("收到和处理政府信息公开申请", "收到和处理"),
    ("政府信息公开行政复议", "因政府信息公开工作被申请行政复议", "行政复议", "政府信息公开行政法复议"),
    ("存在的主要问题", "政府信息公开工作存在的主要问题", "存在问题", "主要问题"),
    ("其他需要报告",),
)
# Headings that are known without their ordinal: too long to be anything else.
WHOLE = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "(?:政府信息公开行政复议、?行政诉讼|因政府信息公开工作被申请行政复议、?提起行政诉讼)情况",
    "(?:政府信息公开工作)?存在的主要问题及改进(?:情况|措施)",
    "其他需要报告的(?:其他)?事项",
)
LONGEST_HEADING = 45
MARKS = r"[#*\s>]*"
LINE = tuple(
    re.compile(
        rf"{MARKS}第?{ordinal}(?:部分|[、.．,，:：]|(?=\s))\s*[^。；，]{{0,8}}?(?:{'|'.join(words)})"
        r"[^。；，:：]{0,20}$"
    )
    for ordinal, words in zip(ORDINALS, KEYWORDS, strict=True)
)
# The heading and its text on one line: the heading ends where its own words end.
INLINE = tuple(
    re.compile(
        rf"{ordinal}\s*[、.．]\s*(?:政府信息公开工作)?(?:{'|'.join(words)})"
        rf"(?:(?!{'|'.join(ORDINALS)}、)[^\n。；，:：\s\d（第一二三四五六]){{0,20}}"
    )
    for ordinal, words in zip(ORDINALS, KEYWORDS, strict=True)
)
BARE = tuple(
    re.compile(rf"{MARKS}(?:[（(]?{ordinal}[）)]?)?\s*{words}{MARKS}[:：]?$")
    for ordinal, words in zip(ORDINALS, WHOLE, strict=True)
)
BARE_ENDS = ("情况", "措施", "事项")  # of WHOLE
BEGINS = re.compile(rf"(?:^|(?<=[\n。；\s\d]))(?=[{ORDINALS}]\s*[、.．])", re.MULTILINE)
RUN_ON = re.compile(rf"(?=[{ORDINALS}]、)")


class _Mark(NamedTuple):
    """A heading: where it begins and ends in the text, its section, how sure it is (0: a line with its ordinal)."""

    start: int
    end: int
    number: int
    doubt: int


def read_sections(content: Content) -> tuple[Section, ...]:
    """The sections in their order; the longest chain of headings counts, so that a table of contents does not.

    What stands above the first heading (title, a note that the report was corrected, the preamble) is section 0.
    """
    paragraphs = [block for block in content.blocks if isinstance(block, str)]
    text = "\n".join(paragraphs)
    marks = sorted({mark.start: mark for mark in _marks(paragraphs, text)}.values())
    chain = _best_chain(marks)
    begins = [0, *accumulate(len(paragraph) + 1 for paragraph in paragraphs)]
    pages = [(begins[one.paragraph] + one.offset, one.page) for one in content.pages if one.paragraph < len(paragraphs)]
    above = _section(0, "", text, (0, chain[0].start), begins, pages) if chain else None
    sections = [above] if above is not None and above.text else []
    for mark, following in zip_longest(chain, chain[1:]):
        heading = text[mark.start : mark.end].strip("#*> \n")
        body = (mark.end, following.start if following else len(text))
        sections.append(_section(mark.number, heading, text, body, begins, pages))
    return tuple(sections)


def _section(
    number: int,
    heading: str,
    text: str,
    body: tuple[int, int],
    begins: Sequence[int],
    pages: Sequence[tuple[int, int]],
) -> Section:
    """The section of this part of the text, without the signs around it.

    `begins` are where the paragraphs begin, `pages` where each page does.
    """
    found = text[slice(*body)]
    inner = (found.lstrip("。：:") if number else found).lstrip("*# \n")
    start = body[0] + len(found) - len(inner)
    paragraph = bisect_right(begins, start) - 1
    inner = inner.rstrip("*# \n")
    at = bisect_right(pages, start, key=lambda one: one[0])
    here = [(0, pages[at - 1][1])] if at else []
    further = [(first - start, page) for first, page in pages[at:] if first < start + len(inner)]
    return Section(number, heading, inner, paragraph, start - begins[paragraph], (*here, *further))


def _marks(paragraphs: Sequence[str], text: str) -> Iterator[_Mark]:
    """Every heading that could be one, the surer ones last (they replace what begins at the same place)."""
    start = 0
    lines: list[_Mark] = []
    for paragraph in paragraphs:
        if len(paragraph) <= LONGEST_HEADING:
            number = _number(paragraph)
            if number and LINE[number - 1].match(paragraph):
                lines.append(_Mark(start, start + len(paragraph), number, 0))
            elif any(map(paragraph.__contains__, BARE_ENDS)):
                for at, pattern in enumerate(BARE, 1):
                    if pattern.match(paragraph):
                        yield _Mark(start, start + len(paragraph), at, 2)
        start += len(paragraph) + 1
    found = {mark.number for mark in lines}
    places = BEGINS if len(found) > 1 or "\n" in text else RUN_ON
    if len(found) < len(ORDINALS):
        for place in places.finditer(text):
            number = ORDINALS.index(text[place.start()]) + 1
            heading = INLINE[number - 1].match(text, place.start())
            if heading:
                yield _Mark(place.start(), heading.end(), number, 1)
    yield from lines


def _number(paragraph: str) -> int:
    for char in paragraph[:6]:
        if char in ORDINALS:
            return ORDINALS.index(char) + 1
        if char not in "#* >第\u3000":
            break
    return 0


def _best_chain(marks: Sequence[_Mark]) -> list[_Mark]:
    behind = [_Behind([mark for mark in marks if mark.number == number]) for number in range(1, len(ORDINALS) + 1)]
    firsts = [mark.start for mark in marks if mark.number == 1] or [0]
    chains = [_chain(behind, start) for start in firsts]
    return max(
        chains, key=lambda chain: (len(chain), sum(right.start - left.end > 1 for left, right in pairwise(chain)))
    )


class _Behind:
    """The headings of one section in their order, and behind each place the surest of them."""

    def __init__(self, marks: Sequence[_Mark]) -> None:
        self.starts = [mark.start for mark in marks]
        self.surest = [*accumulate(reversed(marks), _surer)][::-1]

    def first(self, place: int) -> _Mark | None:
        """The surest at this place or behind it."""
        at = bisect_left(self.starts, place)
        return self.surest[at] if at < len(self.surest) else None


def _surer(one: _Mark, other: _Mark) -> _Mark:
    return one if (one.doubt, one.start) < (other.doubt, other.start) else other


def _chain(behind: Sequence[_Behind], start: int) -> list[_Mark]:
    """For each section the surest heading behind the one before."""
    chain: list[_Mark] = []
    for headings in behind:
        if best := headings.first(start):
            chain.append(best)
            start = best.start + 1
    return chain
