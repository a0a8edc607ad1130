"""When a page says it was published: every candidate there is, and the one chosen by a named order."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from crawler.ground.clock import local_date
from crawler.pages.days import INSTANT, PRINTED, WRITTEN, calendar_day, days, epoch_day
from crawler.pages.page import lowered

# The order of trust; DATE_ORDER[0] wins when it is there and plausible.
DATE_ORDER = ("meta", "visible", "page", "list", "url")
MARGIN = timedelta(days=1)
EARLIEST = date(2003, 1, 1)

META_TAG = re.compile(r"<[mM][eE][tT][aA]\b[^<>]{0,3000}>")
META_NAME = re.compile(
    r"""\bname\s*=\s*(?:["']\s*)?(pubdate|createdate|publishdate|publishtime|firstpublishedtime)\b""", re.IGNORECASE
)
META_CONTENT = re.compile(r"""\bcontent\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
# Days of something else: 统计时间：2025年1月1日至…, 页面生成时间 and the like.
OTHER_DAYS = "".join(
    f"(?<!{word})"
    for word in (
        "统计",
        "截止",
        "截至",
        "当前",
        "页面生成",
        "打印",
        "访问",
        "登录",
        "办公",
        "报送",
        "填报",
        "有效",
        "受理",
        "开放",
    )
)
VISIBLE = re.compile(
    r"(?:<[pP][uU][bB][lL][iI][sS][hH][tT][iI][mM][eE]>|" + OTHER_DAYS + r"(?:日期|时间)"
    r"(?:\s|&nbsp;|&emsp;|<[^<>]{0,200}>){0,8}[:：]?)"
    r"(?:\s|&nbsp;|&emsp;|<[^<>]{0,200}>|[\[（(【:：]){0,12}"
    rf"({PRINTED}|{WRITTEN})"
)
IN_URL = (
    re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_\d+"),
    re.compile(r"/[PW]0((?:19|20)\d{2})(\d{2})(\d{2})\d{6,}\.\w+$"),
    re.compile(r"/art/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d{2})-(\d{2})[-/](\d{2})/"),
    re.compile(r"/((?:19|20)\d{2})/(\d{2})(\d{2})/"),
    re.compile(r"/((?:19|20)\d{2})(\d{2})(\d{2})/"),
    re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/"),
)


@dataclass(frozen=True)
class DateCandidate:
    """One date with the source it was read from (a word of DATE_ORDER)."""

    source: str
    day: date


@dataclass(frozen=True)
class Dated:
    """All candidates there are and the one chosen; `rule` is its source: the first of DATE_ORDER that is plausible."""

    candidates: tuple[DateCandidate, ...]
    chosen: DateCandidate | None

    @property
    def day(self) -> str | None:
        return self.chosen.day.isoformat() if self.chosen else None

    @property
    def rule(self) -> str:
        return self.chosen.source if self.chosen else ""

    @property
    def packed(self) -> str:
        """The candidates as JSON, in the order of trust."""
        said = dict.fromkeys((one.source, one.day.isoformat()) for one in self.candidates)
        return json.dumps([{"source": source, "day": day} for source, day in said]) if said else ""


def dated(text: str, url: str, now: datetime, *, listed: str = "", page: str = "") -> Dated:
    """The date of a page, or of a file by that of its `page`, with all there is to choose from."""
    found = [*candidates(text, url, listed), *(DateCandidate("page", day) for day in days(page)[:1])]
    every = tuple(sorted(found, key=lambda one: DATE_ORDER.index(one.source)))
    return Dated(every, choose(every, now))


def candidates(text: str, url: str, listed: str = "") -> tuple[DateCandidate, ...]:
    """Every publication date a page, its address and its list entry give, in the order of trust."""
    found = [DateCandidate("meta", day) for day in _meta(text)]
    found += [
        DateCandidate("visible", day)
        for match in _visible(text)
        for day in days(text[match.start(1) : match.start(1) + INSTANT])[:1]
    ]
    found += [DateCandidate("list", day) for day in days(listed)][:1]
    found += [DateCandidate("url", day) for day in from_url(url)][:1]
    return tuple(found)


def _visible(text: str) -> list[re.Match[str]]:
    # Looking for the words first costs a tenth of looking for what may stand around them.
    worth = "日期" in text or "时间" in text or "publishtime" in lowered(text)
    return list(islice(VISIBLE.finditer(text), 3)) if worth else []


def choose(found: tuple[DateCandidate, ...], now: datetime) -> DateCandidate | None:
    """The first candidate by DATE_ORDER that is no date to come and not before there were such reports."""
    latest = local_date(now) + MARGIN
    plausible = [one for one in found if EARLIEST <= one.day <= latest]
    return min(plausible, key=lambda one: DATE_ORDER.index(one.source), default=None)


def from_url(url: str) -> list[date]:
    """The date an address bears, by the dialects of the common systems."""
    for pattern in IN_URL:
        match = pattern.search(url)
        day = calendar_day(*match.groups()) if match else None
        if day is not None:
            return [day]
    return []


def _meta(text: str) -> Iterator[date]:
    for tag in META_TAG.finditer(text):
        content = META_CONTENT.search(tag[0])
        if content and META_NAME.search(tag[0]):
            yield from days(content[1])[:1] or ([day] if (day := epoch_day(content[1])) else [])
