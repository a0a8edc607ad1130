"""The numbers that Word writes before paragraphs of lists: they stand in no text, and people read them as headings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.readers._word_names import child, is_on, name_of, number, value_of

LEVELS = 9
MOST_NUMBER = 32_767
LONGEST_PATTERN = 60

_LOST = {ord("?"): " ", 0xFFFD: " "}  # what programs leave of a sign that they could not write
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_SMALL = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _counted(digits: str, tens: str, value: int) -> str:
    """一, 十, 十一, 二十, 一百零一, …"""
    if value >= 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    ten, one = divmod(rest, 10)
    text = digits[hundreds] + tens[1] if hundreds else ""
    if ten:
        text += ("" if ten == 1 and not hundreds else digits[ten]) + tens[0]
    elif hundreds and one:
        text += "零"
    return text + (digits[one] if one or not value else "")


def _letters(value: int) -> str:
    return chr(ord("A") + (value - 1) % 26) * min((value - 1) // 26 + 1, 9) if value else ""


def _roman(value: int) -> str:
    text = ""
    for size, sign in (*_ROMAN, *_ROMAN_SMALL):
        text, value = text + sign * min(value // size, 99), value % size
    return text


def _circled(value: int) -> str:
    return chr(0x245F + value) if 1 <= value <= 20 else f"({value})"


_CHINESE: Callable[[int], str] = lambda value: _counted(_DIGITS, "十百", value)  # noqa: E731 - one of a table of such
_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": lambda value: "".join(chr(ord(digit) + 0xFEE0) for digit in str(value)),
    "decimalFullWidth2": lambda value: "".join(chr(ord(digit) + 0xFEE0) for digit in str(value)),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "chineseCounting": _CHINESE,
    "chineseCountingThousand": _CHINESE,
    "japaneseCounting": _CHINESE,
    "taiwaneseCounting": _CHINESE,
    "taiwaneseCountingThousand": _CHINESE,
    "chineseLegalSimplified": lambda value: _counted(_FORMAL, "拾佰", value),
    "ideographLegalTraditional": lambda value: _counted(_FORMAL, "拾佰", value),
    "ideographDigital": lambda value: "".join(_DIGITS[int(digit)] for digit in str(value)),
    "japaneseDigitalTenThousand": lambda value: "".join(_DIGITS[int(digit)] for digit in str(value)),
    "taiwaneseDigital": lambda value: "".join(_DIGITS[int(digit)] for digit in str(value)),
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10],
    "ideographZodiac": lambda value: _BRANCHES[(value - 1) % 12],
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
}


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    legal: bool = False
    restarts: int | None = None  # behind this level; 0: never
    style: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    source: str  # lists of one source count on in one another
    starts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """The lists of a document, counting: `next` is asked for each of its paragraphs, in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self.lists: dict[str, _List] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun = set[tuple[str, int]]()
        if root is None:
            return
        sources = {value_of(one, "abstractNumId"): one for one in root if name_of(one) == "w:abstractNum"}
        linked = {value_of(child(one, "w:styleLink")): key for key, one in sources.items()}
        for one in root:
            if name_of(one) == "w:num":
                key = value_of(child(one, "w:abstractNumId"))
                style = value_of(child(sources.get(key), "w:numStyleLink"))
                key = linked.get(style, key) if style else key
                self.lists[value_of(one, "numId") or ""] = _list(one, sources.get(key), key or "")

    def next(self, own: etree._Element | None, inherited: etree._Element | None, style: str) -> str | None:
        """The number of the next paragraph, "" for a sign of a list; None where it has neither. `own` and `inherited`
        are w:numPr."""
        identity = value_of(child(own, "w:numId")) or value_of(child(inherited, "w:numId"))
        found = self.lists.get(identity or "")
        if found is None:
            return None
        depth = value_of(child(own, "w:ilvl"))
        if depth is None:
            by_style = next((at for at, level in found.levels.items() if level.style == style and style), None)
            level_at = by_style if by_style is not None else number(value_of(child(inherited, "w:ilvl")))
        else:
            level_at = number(depth)
        level = found.levels.get(level_at)
        if level is None:
            return None
        told = self._counted(identity or "", found, level_at)
        return told if told.strip() or level.form == "bullet" else None

    def _counted(self, identity: str, found: _List, at: int) -> str:
        counts = self.counts.setdefault(found.source, {})
        if at in found.starts and (identity, at) not in self.begun:
            self.begun.add((identity, at))
            counts.pop(at, None)
        level = found.levels[at]
        start = found.starts.get(at, level.start)
        counts[at] = min(counts[at] + 1, MOST_NUMBER) if at in counts else start
        for deeper in [other for other in counts if other > at]:
            limit = found.levels[deeper].restarts if deeper in found.levels else None
            if limit is None or (limit and at < limit):
                del counts[deeper]

        def told(place: re.Match[str]) -> str:
            other = int(place[1]) - 1
            form = found.levels[other].form if other in found.levels else "decimal"
            value = counts.get(other, found.levels[other].start if other in found.levels else 1)
            known = _FORMATS.get("decimal" if level.legal and other != at else form)
            return known(value) if known and value >= 0 else ""

        return _PLACE.sub(told, level.pattern) if level.form != "bullet" else ""


def _list(one: etree._Element, source: etree._Element | None, key: str) -> _List:
    levels = dict[int, _Level]()
    for element in source if source is not None else ():
        if name_of(element) == "w:lvl":
            levels[number(value_of(element, "ilvl"))] = _level(element)
    found = _List(levels, key)
    for change in one:
        if name_of(change) != "w:lvlOverride":
            continue
        at = number(value_of(change, "ilvl"))
        if (own := child(change, "w:lvl")) is not None:
            levels[at] = _level(own)
        if (start := child(change, "w:startOverride")) is not None:
            found.starts[at] = _bounded(value_of(start))
    return found


def _level(element: etree._Element) -> _Level:
    restart = value_of(child(element, "w:lvlRestart"))
    form = child(element, "w:numFmt")
    return _Level(
        _bounded(value_of(child(element, "w:start")), 0 if child(element, "w:start") is None else 1),
        value_of(form) or "decimal",
        (value_of(child(element, "w:lvlText")) or "")[:LONGEST_PATTERN].translate(_LOST),
        bool(is_on(child(element, "w:isLgl"))),
        None if restart is None else number(restart),
        value_of(child(element, "w:pStyle")) or "",
    )


def _bounded(text: str | None, other: int = 1) -> int:
    return max(0, min(number(text, other), MOST_NUMBER))
