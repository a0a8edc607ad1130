"""The days printed in a text, in any of the usual spellings; an instant with an offset is a day in Shanghai."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import chain

from crawler.ground.clock import local_date

# A year, in the figures of a half or a full width (the pattern's own \d takes both).
YEAR = r"(?:19|20|１９|２０)\d{2}"
BEHIND_YEAR, BEHIND_MONTH = r"\s{0,9}[-/.年－／．]\s{0,9}", r"\s{0,9}[-/.月－／．]\s{0,9}"
PRINTED = rf"{YEAR}{BEHIND_YEAR}\d{{1,2}}{BEHIND_MONTH}\d{{1,2}}"
DAY = re.compile(rf"(?<!\d)({YEAR}){BEHIND_YEAR}(\d{{1,2}}){BEHIND_MONTH}(\d{{1,2}})(?!\d)")
# 二〇二六年二月一日, 二零二五年十二月二十九日.
YEAR_IN_WORDS, MONTH_IN_WORDS, DAY_IN_WORDS = (
    "[一二][〇零○ＯO0一二三四五六七八九]{3}",
    "[一二三四五六七八九十]{1,2}",
    "[一二三四五六七八九十廿卅]{1,3}",
)
WRITTEN = rf"{YEAR_IN_WORDS}\s{{0,9}}年\s{{0,9}}{MONTH_IN_WORDS}\s{{0,9}}月\s{{0,9}}{DAY_IN_WORDS}\s{{0,9}}[日号]"
IN_WORDS = re.compile(
    rf"({YEAR_IN_WORDS})\s{{0,9}}年\s{{0,9}}({MONTH_IN_WORDS})\s{{0,9}}月\s{{0,9}}({DAY_IN_WORDS})\s{{0,9}}[日号]"
)
INSTANT = 40  # characters from the beginning of a day on that may hold its time
# What follows a day: the time, and how far that is from UTC.
CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?"
OFFSET = r"(?:(Z|UTC|GMT)?\s?([+-]\d{2}:?\d{2})?)"
TIME = re.compile(rf"日?[T\s]\s{{0,3}}{CLOCK}\s?{OFFSET}")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# Sun, 01 Feb 2026 00:30:00 +0800
MAILED = re.compile(rf"(?<!\d)(\d{{1,2}})[\s-]{MONTH}[a-z]{{0,6}}[\s-](\d{{4}})(?!\d)", re.IGNORECASE)
# Sun Feb 01 2026 00:30:00 GMT+0800, and Sun Feb 01 00:30:00 CST 2026
SCRIPTED = re.compile(rf"(?<![a-z]){MONTH}[a-z]{{0,6}}\s(\d{{1,2}}),?\s(\d{{4}})(?!\d)", re.IGNORECASE)
JAVA = re.compile(
    rf"(?<![a-z]){MONTH}\s(\d{{1,2}})\s(\d{{2}}):(\d{{2}}):(\d{{2}})\s([A-Z]{{3}})([+-]\d{{2}}:?\d{{2}})?\s(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
EPOCH = re.compile(r"\s{0,9}(1\d{9})(\d{3})?\s{0,9}", re.ASCII)
FIGURES = {figure: str(at) for at, figure in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○ＯO0", "0")
TENS = {"廿": 2, "卅": 3}


def days(text: str) -> list[date]:
    """The full dates printed in a text, in their order."""
    found = [*_printed(text)]
    if "年" in text:
        found += _in_words(text)
    if ":" in text:
        found += chain(_by_month_name(text), _java(text))
    return [day for _, day in sorted(found, key=lambda one: one[0])]


def epoch_day(text: str) -> date | None:
    """The day of a text that is nothing but a Unix time, in seconds or milliseconds."""
    found = EPOCH.fullmatch(text)
    return local_date(datetime.fromtimestamp(int(found[1]), UTC)) if found else None


def calendar_day(year: str | int, month: str | int, day: str | int) -> date | None:
    """The date of these figures, None where the calendar has none."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _printed(text: str) -> Iterator[tuple[int, date]]:
    for found in DAY.finditer(text):
        if day := calendar_day(*found.groups()):
            yield found.start(), _in_shanghai(day, text, found.end())


def _in_words(text: str) -> Iterator[tuple[int, date]]:
    for found in IN_WORDS.finditer(text):
        year = "".join(FIGURES[figure] for figure in found[1])
        if year[:2] in ("19", "20") and (day := calendar_day(year, _number(found[2]), _number(found[3]))):
            yield found.start(), day


def _number(words: str) -> int:
    """二 → 2, 十二 → 12, 二十九 → 29, 廿一 → 21; 0 where it is none."""
    tens, ten, ones = words.partition("十")
    if not ten and words[:1] in TENS:
        tens, ones = words[0], words[1:]
        return TENS[tens] * 10 + _number(ones) if "十" not in ones else 0
    if not ten:
        return int(FIGURES[words]) if words in FIGURES else 0
    if any(part and part not in FIGURES for part in (tens, ones)):
        return 0
    return int(FIGURES.get(tens, "1")) * 10 + int(FIGURES.get(ones, "0"))


def _by_month_name(text: str) -> Iterator[tuple[int, date]]:
    for pattern, order in ((MAILED, (3, 2, 1)), (SCRIPTED, (3, 1, 2))):
        for found in pattern.finditer(text):
            year, month, day = (found[at] for at in order)
            if said := calendar_day(year, MONTHS.index(month.lower()) + 1, day):
                yield found.start(), _in_shanghai(said, text, found.end())


def _java(text: str) -> Iterator[tuple[int, date]]:
    for found in JAVA.finditer(text):
        said = calendar_day(found[8], MONTHS.index(found[1].lower()) + 1, found[2])
        if said:
            # CST is China's where such pages are made.
            zone, far = found[6].upper(), found[7] or ""
            yield found.start(), _moved(said, found[3], found[4], zone if zone in ("GMT", "UTC") else "", far)


def _in_shanghai(day: date, text: str, end: int) -> date:
    found = TIME.match(text, end)
    return _moved(day, found[1], found[2], found[4] or "", found[5] or "") if found else day


def _moved(day: date, hour: str, minute: str, zone: str, far: str) -> date:
    """The day in Shanghai of a time that says how far it is from UTC; of any other the day as printed."""
    if (not zone and not far) or int(hour) > 23 or int(minute) > 59:
        return day
    sign, figures = far[:1], far[1:].replace(":", "")
    away = timedelta(hours=int(figures[:2]), minutes=int(figures[2:])) if far else timedelta()
    if away >= timedelta(days=1):
        return day
    there = timezone(-away if sign == "-" else away)
    return local_date(datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=there))
