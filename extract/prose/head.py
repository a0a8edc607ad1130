"""Title, body, year, period and date of a report, each resting on evidence that is weighed."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from crawler.agencies.names import speaks_for
from crawler.pages.days import INSTANT, PRINTED, WRITTEN, days, epoch_day
from crawler.pages.titles import BODY_END, NAME, recognize
from extract.content import Content, Grid
from extract.model import Evidence, Section
from extract.prose.issuer import issuers
from extract.prose.preamble import ACT, OWN, SENTENCE, find_period, is_earlier, prose_year, sentences

LONGEST_TITLE = 80
MOST_CELLS = 50  # of a row, in which a title is looked for
LEADING = 14  # paragraphs in which a title is looked for
QUOTED = re.compile(r"《([^》]{6,80}?报告[^》]{0,12})》")
# The way to another page: its title is not this one's.
NEIGHBOUR = re.compile(r"\s?(?:[上下前后]\s?一?\s?[篇条页则个]|相关|推荐|更多|链接|延伸阅读)")
PUBLISHED = re.compile(rf"(?:发布|公开|生成|发文|成文)(?:时间|日期)\s*(?:[:：]\s*)?({PRINTED}|{WRITTEN})")
# Where in a portal the page stands: only its last part may be a title.
CRUMB = re.compile(r"[^>＞»›]{0,20}(?:位置|首\s?页)[^>＞»›]{0,20}[>＞»›]")
STEP = re.compile("[>＞»›]")
CHINESE = re.compile("[\u3400-\u9fff]")
DAY = re.compile(r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?")
# How much a source says of the year. What stands in the page but in no title, sentence or period only supports.
WEIGHTS = {"title": 2, "sentence": 2, "period": 2, "prose": 1, "date": 1}
NAMING = ("metadata", "title", "sentence", "period")
LEAD = 2  # a year that leads by less is doubtful


@dataclass(frozen=True, slots=True)
class Head:
    """What the document says about itself; empty or None where it does not say.

    `evidence` is all that was weighed; `weak`: body or year rests on a sentence's quotation or on a title known from
    elsewhere alone, or other evidence speaks against it.
    """

    title: str
    agency_name: str
    year: int | None
    recognized: bool
    period: tuple[str, str] | None
    published_on: str | None
    titled: bool = False
    evidence: tuple[Evidence, ...] = ()
    weak: bool = False


def read_head(content: Content, sections: Sequence[Section], hint: str = "") -> Head:
    """Weighs what metadata, titles, first sentences, period and prose say; the hint counts where they do not."""
    above = _above(content, sections)
    own = [one for one in _own_titles(content, above) if one is not None]
    said = list(sentences(above))
    quoted = [
        Evidence("quoted", False, info.agency_name, info.year, text)
        for line in above
        if "《" in line
        for sentence in SENTENCE.split(line[:3000])
        if not is_earlier(sentence)
        for text in QUOTED.findall(sentence)
        if (info := recognize(text)) is not None
    ]
    listed = recognize(hint) if hint else None
    known = [Evidence("list", False, listed.agency_name, listed.year, hint)] if listed else []
    period, marked = find_period([block for block in content.blocks if isinstance(block, str)])
    published = _published(content)
    counted = [Evidence("period", marked, "", _year_of(period), " ".join(period))] if period else []
    if year := prose_year(sections):
        counted.append(Evidence("prose", False, "", year, ""))
    naming = [*own, *said, *quoted, *known]
    beside = (
        [] if any(one.agency_name for one in naming) else issuers(content, [one for one in above if CRUMB.match(one)])
    )
    best = _first_whole([*_agreeing(own, [*said, *counted]), *said, *quoted, *known])
    name = best.agency_name if best else ""
    # The year of another body's report says nothing of this one.
    ours = [one for one in own if not (name and one.agency_name) or speaks_for(one.agency_name, name)]
    chosen, doubtful = _year([*ours, *said, *counted], best.year if best else None, published)
    if chosen is None and period and (best is not None or said):
        chosen = _year_of(period)
    whole = bool(name) and best is not None and best.year is not None
    rests = [
        one
        for one in naming + counted
        if one.strong and (one.agency_name == name or not one.agency_name) and one.year in (chosen, None)
    ]
    # A frame may bear another title than the article: the first of the text counts, further ones are a list beside it.
    first = [one for one in own if one.source == "title" and one.agency_name][:1]
    named = [one.agency_name for one in (*said, *first) if name and one.agency_name]
    doubtful = doubtful or not all(speaks_for(one, name) for one in named)
    strong = any(one.agency_name for one in rests) and any(one.year is not None for one in rests)
    return Head(
        best.text.strip() if best else "",
        name,
        chosen,
        bool(naming),
        period,
        published,
        whole and best is not None and best.source in ("metadata", "title"),
        tuple(dict.fromkeys([*own, *said, *quoted, *known, *counted, *beside])),
        doubtful or (bool(name) and not strong),
    )


def _above(content: Content, sections: Sequence[Section]) -> list[str]:
    """The paragraphs above the first heading: what is named below it (or below the text) is another report."""
    if any(section.number for section in sections):
        text = next((section.text for section in sections if not section.number), "")
        lines = text.split("\n") if text else []
    else:
        lines = [block for block in content.blocks[: LEADING * 2] if isinstance(block, str)]
    return [line for line in lines[:LEADING] if not NEIGHBOUR.match(line)]


def _own_titles(content: Content, above: Sequence[str]) -> Iterator[Evidence | None]:
    for name in ("articletitle", "title", "ucaptitle"):
        if content.meta.get(name):
            yield _evidence("metadata", content.meta[name])
    if content.title:
        yield _evidence("metadata", content.title)
    for text, below in zip_longest(above, above[1:], fillvalue=""):
        if len(text) > LONGEST_TITLE or _is_linked(text, content) or ACT.search(text) or OWN.match(text):
            continue
        yield _evidence("title", text)
        if below and len(text) <= 40 and len(below) <= 60 and not _is_whole(below):
            yield _evidence("title", text + below)
            if NAME.fullmatch(below) and BODY_END.search(below[-2:]):
                yield _evidence("title", below + text)  # the body's name stands below the title
    grids = [block for block in content.blocks[:6] if isinstance(block, Grid)]
    for text in [text for grid in grids for row in grid.rows[:4] for text in row.texts[:MOST_CELLS]]:
        if 8 <= len(text) <= LONGEST_TITLE and not _is_linked(text, content):
            yield _evidence("title", text)


def _is_linked(text: str, content: Content) -> bool:
    """Whether a text is the way to another page, and at most its date."""
    text = text.strip()
    return text in content.linked or any(
        link in text and not CHINESE.search(DAY.sub("", text.replace(link, "", 1))) for link in content.linked
    )


def _evidence(source: str, text: str) -> Evidence | None:
    info = recognize(STEP.split(text)[-1] if CRUMB.match(text) else text)
    return None if info is None else Evidence(source, True, info.agency_name, info.year, text)


def _is_whole(text: str) -> bool:
    info = recognize(text)
    return info is not None and bool(info.agency_name) and info.year is not None


def _agreeing(own: Sequence[Evidence], other: Sequence[Evidence]) -> list[Evidence]:
    """The titles in their order; where whole ones differ, those first that the sentences and the period bear out."""
    whole = {(one.agency_name, one.year) for one in own if one.agency_name and one.year is not None}
    if len(whole) < 2:
        return list(own)
    names = {one.agency_name for one in other if one.agency_name}
    years = {one.year for one in other if one.year is not None}

    def against(one: Evidence) -> int:
        return (bool(names) and one.agency_name not in names) + (bool(years) and one.year not in years)

    return sorted(own, key=against)


def _first_whole(found: Sequence[Evidence]) -> Evidence | None:
    """The first that names body and year; one that lacks either takes it from the next that does not contradict it."""
    best: Evidence | None = None
    for one in found:
        if best is None:
            best = one
        elif not best.agency_name or best.year is None:
            if (best.agency_name and one.agency_name and one.agency_name != best.agency_name) or (
                best.year is not None and one.year is not None and one.year != best.year
            ):
                continue
            whole = one.agency_name and one.year is not None
            text, source = (one.text, one.source) if whole else (best.text, best.source)
            best = Evidence(source, best.strong, best.agency_name or one.agency_name, best.year or one.year, text)
        if best.agency_name and best.year is not None:
            break
    return best


def _year(found: Sequence[Evidence], first: int | None, published: str | None) -> tuple[int | None, bool]:
    """The year that most speaks for, and whether it is doubtful; the title's where nothing decides."""
    votes = Counter[int]()
    # A title that stands both in the page's metadata and in its article speaks once.
    said = {("title" if one.source == "metadata" else one.source, one.year) for one in found if one.strong}
    said |= {(one.source, one.year) for one in found if one.source == "prose"}
    for source, year in said:
        if year is not None:
            votes[year] += WEIGHTS.get(source, 0)
    if published and int(published[:4]) - 1 in votes:
        votes[int(published[:4]) - 1] += WEIGHTS["date"]
    named = {one.year for one in found if one.year is not None and one.strong and one.source in NAMING}
    if first is None or len(named | {first}) < 2 or first not in votes:
        return first, False
    winner = max(named, key=lambda year: (votes[year], year == first))
    return winner, votes[winner] - max(votes[year] for year in named if year != winner) < LEAD


def _year_of(period: tuple[str, str] | None) -> int | None:
    return int(period[0][:4]) if period and period[0][:4] == period[1][:4] else None


def _published(content: Content) -> str | None:
    for name in ("pubdate", "publishtime", "createdate"):
        found = _date(content.meta.get(name, ""))
        if found:
            return found
    prose = [block for block in content.blocks if isinstance(block, str)]
    for text in prose[:LEADING]:
        match = PUBLISHED.search(text)
        if match:
            return _date(text[match.start(1) : match.start(1) + INSTANT])
    return None


def _date(text: str) -> str | None:
    """The first day of a text, in Shanghai."""
    day = next(iter(days(text)), None) or epoch_day(text)
    return day.isoformat() if day else None
