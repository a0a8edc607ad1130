"""Whether a page published under a report's title is another paper, by its own heading; silence when in doubt."""

import re
from collections.abc import Sequence

from crawler.crawl.expected_page import PIECES
from crawler.pages.articles import TABLE, attachments, pictures
from crawler.pages.asks import Ask
from crawler.pages.page import Page
from crawler.pages.signs import OtherPaper, other_paper
from crawler.pages.titles import recognize
from extract.content import Content, Grid
from extract.model import Problem, Report
from extract.prose.sections import read_sections

CODE = "other_paper"
NO_REPORT = "not_a_report"
LEADING = 40  # blocks among which the page's title stands
BETWEEN = 4  # lines of dates, sources and buttons between the title and what stands below it
ROWS = 6  # a table with more rows may be one of the form
SENTENCE, SHORTEST = 120, 8  # characters
# A line between the title and the paper: dates, sources, counters, the size of the type.
FURNITURE = re.compile(r"[:：]|20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}|^.{0,8}$")
LABEL = re.compile(r".{2,8}[:：]")
TITLES = ("articletitle", "ucaptitle", "h1", "title")


def find_other_paper(result: Report | Problem, content: Content, body: bytes, url: str, listed: str) -> Problem | None:
    """The problem `other_paper` where a page says that it is something else, and holds nothing of a report.

    Its `facts` are the heading and the first sentence below it, as `detail` says them; `where` is the kind of paper.
    """
    unread = not result.forms if isinstance(result, Report) else result.code == NO_REPORT
    said = recognize(listed) if unread else None
    if said is None or said.year is None:
        return None
    found = _heading(content)
    if (
        found is None
        or any(section.number for section in read_sections(content))
        or any(isinstance(block, Grid) and len(block.rows) > ROWS for block in content.blocks)
    ):
        return None
    heading, paper, below = found
    # A report may stand below a letter, or in a file: then the letter only goes before it.
    if any(recognize(line) is not None and "附" not in line for line in below) or (
        paper.longest is not None and sum(map(len, below)) > paper.longest
    ):
        return None
    text = Page(url, body, Ask(url, kind="detail")).text
    if attachments(text, url) or pictures(text, url) or (content.images and TABLE.search(text)):
        return None
    sentence = _sentence(heading, below)
    return Problem(CODE, f"{heading}：{sentence}", paper.kind, facts={"heading": heading, "sentence": sentence})


def _heading(content: Content) -> tuple[str, OtherPaper, Sequence[str]] | None:
    """The heading of another paper, its kind and what stands below: the page's own title, or the line below it."""
    lines = [block.strip() for block in content.blocks if isinstance(block, str)]
    own = [PIECES.split(content.meta[name])[0].strip() for name in TITLES if name in content.meta]
    for title in own[:1]:
        if paper := other_paper(title):
            at = next((place for place, line in enumerate(lines[:LEADING]) if line == title), -1)
            return title, paper, lines[at + 1 :]
    # The last of the lines above that is the title: a page names itself in its path as well.
    for at in reversed([place for place, line in enumerate(lines[:LEADING]) if line in own or recognize(line)]):
        for place in range(at + 1, min(at + 2 + BETWEEN, len(lines))):
            if paper := other_paper(lines[place]):
                return lines[place], paper, lines[place + 1 :]
            if not FURNITURE.search(lines[place]):
                break
    return None


def _sentence(heading: str, below: Sequence[str]) -> str:
    """The first line that says something: not whom it is addressed to, not when and by whom it was put up."""
    return next(
        (
            line
            for line in below
            if len(line) > SHORTEST and line != heading and not line.endswith(("：", ":")) and not LABEL.match(line)
        ),
        "",
    )[:SENTENCE]
