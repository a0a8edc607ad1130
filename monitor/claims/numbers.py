"""Numbers as prose prints them: full-width, grouped, spaced, in Chinese numerals; with unit and 余, 约, 以上."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from extract.content import Number
from monitor.claims.claim import Relation

LONGEST = 18  # digits of a count; a longer row of digits is none
DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
POWERS = {"十": 10, "百": 100, "千": 1000}
GREAT = {"万": 10_000, "亿": 100_000_000}
UNITS = "件次|份次|批次|人次|件|条|起|份|项|次|宗|封|例|个|篇|期|场|名|人|户|家|部|部门"
MONEY = "万元|亿元|元"
QUANTITY = re.compile(
    r"(?P<before>大约|约|近|将近|接近|不足|不到|逾|超过|超|不少于|至少|达到|达)?"
    r"(?P<digits>(?<![\d.])\d{1,3}(?:[,，]\d{3}){1,5}(?!\d)|(?<![\d.])\d{1,40}(?:\.\d{1,12})?)"
    r"(?P<great>[百千万亿](?!元))?"
    r"(?P<more>余|多|来)?"
    rf"(?P<unit>%|个百分点|{MONEY}|{UNITS})?"
    r"(?P<after>(?:[及或]者?)?以上|左右|上下|有余)?"
)
NUMERAL = re.compile(
    r"(?P<before>大约|约|近|将近|接近|不足|不到|逾|超过|超|不少于|至少)?"
    r"(?P<numeral>[零〇○一二两三四五六七八九十百千万亿]{1,40})"
    r"(?P<more>余|多|来)?"
    rf"(?P<unit>{UNITS}|{MONEY})"
    r"(?P<after>(?:[及或]者?)?以上|左右|上下|有余)?"
)
PERCENT = re.compile(r"百分之(?P<numeral>[零〇○一二两三四五六七八九十百]{1,8}|\d{1,3}(?:\.\d{1,4})?)")
NAUGHT = re.compile(r"(?:为|是|均为)零(?=$|[,，。；、（）)])")
NONE_BEHIND = "年月日号时点分周季期届第岁"  # what makes a number a date, an ordinal, a term
NONE_BEFORE = "第〔[【"
NOT_ONE = re.compile(r"(?:未|无|没有)(?:发生|出现|收到|有)?$")
AT_MOST = re.compile("(?:[及或]者?)?以[下内]|之内|封顶")
NO_MORE = re.compile("不超过|不多于|不高于|少于|低于|不满|最多")
AT_LEAST = frozenset({"多", "逾", "超过", "超", "不少于", "至少", "以上"})
ABOUT = frozenset({"不足", "不到", "大约", "约", "近", "将近", "接近", "余", "来", "左右", "上下", "有余"})


class Quantity(NamedTuple):
    """A number of a text: where it begins and ends with all that belongs to it."""

    start: int
    end: int
    value: Number
    unit: str
    relation: Relation


def quantities(text: str) -> list[Quantity]:
    """The quantities of a sentence without white space, in order."""
    found = [*_written(text, QUANTITY), *_written(text, NUMERAL)]
    found += [Quantity(*match.span(), 0, "", "=") for match in NAUGHT.finditer(text)]
    found += _percents(text)
    kept: list[Quantity] = []
    for one in sorted(found):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _percents(text: str) -> Iterator[Quantity]:
    for match in PERCENT.finditer(text):
        printed = match["numeral"]
        value = numeral(printed) if printed[0] in DIGITS or printed[0] in POWERS else _plain(Decimal(printed))
        if value is not None:
            yield Quantity(*match.span(), value, "%", "=")


def _plain(value: Number) -> Number:
    """Without zeros behind the point."""
    if value == int(value):
        return int(value)
    return value.normalize() if isinstance(value, Decimal) else value


def _written(text: str, pattern: re.Pattern[str]) -> Iterator[Quantity]:
    for match in pattern.finditer(text):
        start, end = match.span()
        if (start and text[start - 1] in NONE_BEFORE) or (not match["unit"] and text[end : end + 1] in _CLOSED):
            continue
        if match["unit"] == "个" and text[end : end + 1] not in _AFTER_UNIT:  # 12个大类, 6个月
            continue
        if AT_MOST.match(text, end) or NO_MORE.search(text, max(0, start - 3), start):
            continue  # a bound, and no figure
        if match["unit"] == "件" and text[end : end + 1] == "事":  # 一件事 is a service, not a count
            continue
        if pattern is NUMERAL and match["unit"] in ("个", "名", "家"):  # 一个窗口
            continue
        if match[0].startswith(("1", "一")) and NOT_ONE.search(text, max(0, start - 5), start):  # 未发生一起
            continue
        value = _value(match)
        if value is not None:
            yield Quantity(start, end, value, match["unit"] or "", _relation(match))


_AFTER_UNIT = frozenset(["", *",，。；：:;、（）()"])
_CLOSED = frozenset(NONE_BEHIND + "一二三四五六七八九十ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-—~～/:.")


def _value(match: re.Match[str]) -> Number | None:
    if match.re is NUMERAL:
        return numeral(match["numeral"])
    digits = match["digits"].replace(",", "").replace("，", "")
    if len(digits) > LONGEST:
        return None
    value: Number = Decimal(digits) if "." in digits else int(digits)
    factor = {**POWERS, **GREAT}.get(match["great"] or "", 1)
    value *= factor
    return _plain(value)


def _relation(match: re.Match[str]) -> Relation:
    marks = {match["before"], match["more"], (match["after"] or "").lstrip("及或者")}
    return "≥" if marks & AT_LEAST else "≈" if marks & ABOUT else "="


def numeral(text: str) -> int | None:
    """The value of 一百二十三, 两千, 二〇二三; None where it is none, or so much of nothing (the 万 of 万元)."""
    if len(text) > LONGEST or text[:1] in GREAT:
        return None
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in POWERS:
            section += (digit or (0 if section else 1)) * POWERS[char]
            digit = 0
        else:
            total = (total + section + digit) * GREAT[char] if char == "亿" else total + (section + digit) * GREAT[char]
            section = digit = 0
    return total + section + digit
