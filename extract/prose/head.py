"""Title, body, year, period and date of a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from crawler.pages.titles import BODY_END, NAME, TitleInfo, recognize
from extract.content import Content, Grid

LONGEST_TITLE = 80
MOST_CELLS = 50  # of a row, in which a title is looked for
LEADING = 14  # paragraphs in which a title is looked for
QUOTED = re.compile(r"《([^》]{6,80}?报告[^》]{0,12})》")
PERIOD = re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。；]{0,12}?(?:(20\d\d)\s*年\s*)?12\s*月\s*31\s*日")
DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
PUBLISHED = re.compile(
    r"(?:发布|公开|生成|发文|成文)(?:时间|日期)\s*(?:[:：]\s*)?"
    r"(20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2})"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the document says about itself; empty or None where it does not say."""

    title: str
    agency_name: str
    year: int | None
    recognized: bool
    period: tuple[str, str] | None
    published_on: str | None
    titled: bool = False


def read_head(content: Content, hint: str = "") -> Head:
    """The first candidate that names body and year wins: metadata, page title, headings, 《…》, the hint."""
    best: tuple[str, TitleInfo] | None = None
    titled = False
    for text, own in _candidates(content, hint):
        info, titled = recognize(text), own
        if info is None:
            continue
        if best is None:
            best = (text, info)
        elif not best[1].agency_name or best[1].year is None:
            merged = TitleInfo(best[1].agency_name or info.agency_name, best[1].year or info.year)
            best = (text if info.agency_name and info.year else best[0], merged)
        if best[1].agency_name and best[1].year is not None:
            break
    period = _period(content)
    published = _published(content)
    if best is None:
        return Head("", "", None, False, period, published)
    year = best[1].year
    if year is None and period:
        year = int(period[0][:4])
    return Head(
        best[0].strip(),
        best[1].agency_name,
        year,
        True,
        period,
        published,
        titled and bool(best[1].agency_name) and best[1].year is not None,
    )


def _candidates(content: Content, hint: str) -> Iterator[tuple[str, bool]]:
    """Texts that may be the title, each with whether it stands on its own (not in a sentence, not a hint)."""
    yield from ((text, True) for text in _own_titles(content))
    for text in _leading(content):
        yield from ((quoted, False) for quoted in QUOTED.findall(text[:3000]))
    if hint:
        yield hint, False


def _leading(content: Content) -> list[str]:
    return [block for block in content.blocks[: LEADING * 2] if isinstance(block, str)][:LEADING]


def _own_titles(content: Content) -> Iterator[str]:
    for name in ("articletitle", "title", "ucaptitle"):
        if content.meta.get(name):
            yield content.meta[name]
    if content.title:
        yield content.title
    leading = _leading(content)
    for text, below in zip_longest(leading, leading[1:], fillvalue=""):
        if len(text) <= LONGEST_TITLE:
            yield text
            if below and len(text) <= 40 and len(below) <= 60 and not _is_whole(below):
                yield text + below
                if NAME.fullmatch(below) and BODY_END.search(below[-2:]):
                    yield below + text  # the body's name stands below the title
    for block in content.blocks[:6]:
        if isinstance(block, Grid):
            yield from (
                text for row in block.rows[:4] for text in row.texts[:MOST_CELLS] if 8 <= len(text) <= LONGEST_TITLE
            )


def _is_whole(text: str) -> bool:
    info = recognize(text)
    return info is not None and bool(info.agency_name) and info.year is not None


def _prose(content: Content) -> Iterator[str]:
    return (block for block in content.blocks if isinstance(block, str))


def _period(content: Content) -> tuple[str, str] | None:
    for text in _prose(content):
        match = PERIOD.search(text)
        if match:
            return f"{match[1]}-01-01", f"{match[2] or match[1]}-12-31"
    return None


def _published(content: Content) -> str | None:
    for name in ("pubdate", "publishtime", "createdate"):
        found = _date(content.meta.get(name, ""))
        if found:
            return found
    for text in list(_prose(content))[:LEADING]:
        match = PUBLISHED.search(text)
        if match:
            return _date(match[1])
    return None


def _date(text: str) -> str | None:
    match = DATE.search(text)
    if match is None:
        return None
    month, day = int(match[2]), int(match[3])
    return f"{match[1]}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None
