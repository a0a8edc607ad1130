"""Takes off what a list puts around a title: marks, categories, numbers of papers, serials, sizes, counters; pure.

What the words are is data (`dressing.toml`). What says that a paper is something else (解读, 汇编) is left where it is.
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

ESCAPED = 4  # so often a space may have been escaped again on its way into the list
LAYERS = 8  # more than any title wears
CATEGORY = 12  # characters: a longer text in square brackets is no heading of a list
ROUND = "("
# What is left of an escaped space whose ampersand was lost.
SPACE_NAME = re.compile("(?:&|amp;)?[ne][bnm]sp;", re.I)
# Pictures among the letters; 〇 written as a circle is part of a year.
CIRCLES = frozenset("○◯")
PICTURES = frozenset(("So", "Sk", "Cn", "Co", "Cs", "Me"))
SELECTOR = "\ufe0f"
ORNAMENTS = frozenset((*PICTURES, "Sm", "Po", "Zs", "Zl", "Zp", "Cc"))
OPENED = re.compile(
    r"(?P<open>[(\[【「『〖{<〈])\s{0,4}(?P<inside>[^()\[\]【】「」『』〖〗{}<>〈〉]{1,24})[)\]】」』〗}>〉]\s{0,4}"
)
# 青财发〔2026〕3号, with or without brackets of its own.
PAPER = re.compile(r"[(\[【]?[\u4e00-\u9fff]{0,12}[〔\[(【〈]20\d\d[〕\])】〉]第?\d{1,4}号[)\]】]?")
SERIAL = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})")
NUMBER = re.compile(r"No\.?\s?\d{1,4}[.、:]?\s{0,4}|第\d{1,4}[号条篇项]\s{1,4}", re.I)
DAY = re.compile(
    r"(?:20\d\d[-./年])?\d{1,2}[-./月]\d{1,2}日?(?:\s{0,4}T?\d{1,2}:\d\d(?::\d\d)?)?|20\d\d[-./]\d{1,2}|20\d{6}"
)
YEARS = re.compile(r"(?<!\d)20\d\d(?!\d)")
SIZE = re.compile(r"[(\[]?(?:\d{1,7}(?:\.\d{1,3})?(?:KB|MB|K|M|B|字节)(?![A-Z]))[)\]]?", re.I)
MOMENT = re.compile(r"20\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?T?\d{1,2}:\d\d(?::\d\d)?|\d{1,2}:\d\d(?::\d\d)?")
COUNTER = re.compile(r"\d{1,9}(?:次|人次|人)(?:浏览|阅读|点击|访问)?")
ENDS = re.compile(r"[!?>»+↓→]+")


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    with Path(__file__).with_name("dressing.toml").open("rb") as file:
        return {name: tuple(some) for name, some in tomllib.load(file).items()}


@cache
def _patterns() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    said = words()
    marks, fronts, tails, labels = (_either(said[name]) for name in ("marks", "fronts", "tails", "labels"))
    return (
        frozenset(said["marks"]),
        re.compile(rf"(?:{marks})(?:\s|[:|])\s{{0,4}}", re.I),
        re.compile(rf"(?:{fronts})[!.]?\s{{0,4}}(?=[\u3400-\u9fff\d(\[【])", re.I),
        re.compile(rf"\.?(?:{tails})", re.I),
        re.compile(rf"(?:{labels}):?(?:\d|$)|(?:{labels}):", re.I),
    )


def _either(some: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(some, key=len, reverse=True))


def plain(text: str) -> str:
    """The text without what escaping and pictures left in it."""
    for _ in range(ESCAPED if "&" in text else 0):
        further = html.unescape(text)
        if further == text:
            break
        text = further
    if "sp;" in text:
        text = SPACE_NAME.sub(" ", text)
    if text.isascii() or text.isalnum():
        return text
    return "".join(
        letter
        for letter in text
        if letter in CIRCLES or (letter != SELECTOR and unicodedata.category(letter) not in PICTURES)
    )


def undressed(text: str, something_else: Callable[[str], bool]) -> tuple[str, str]:
    """The title without what stands before it, and what a heading in brackets there said (a body, maybe), or "".

    A heading that says that this is something else than the report (`something_else`) stays.
    """
    marks, gapped, fronts, _, _ = _patterns()
    heading = ""
    for _ in range(LAYERS):
        text = _trimmed(text)
        if found := PAPER.match(text) or gapped.match(text) or fronts.match(text) or NUMBER.match(text):
            text = text[found.end() :]
            continue
        bracket = OPENED.match(text)
        if bracket is None:
            break
        inside, rest = "".join(bracket["inside"].split()), text[bracket.end() :]
        if not _dressing(bracket["open"], inside, rest, marks, something_else):
            break
        if inside.upper() not in marks:
            heading = heading or inside
        text = rest
    return text, heading


def _trimmed(text: str) -> str:
    at = 0
    while at < len(text) and (text[at] in CIRCLES or (text[at] != "<" and unicodedata.category(text[at]) in ORNAMENTS)):
        at += 1
    return text[at:]


def _dressing(
    opened: str, inside: str, rest: str, marks: frozenset[str], something_else: Callable[[str], bool]
) -> bool:
    """Whether what stands in brackets before a title says nothing about the report itself."""
    if inside.upper() in marks or SERIAL.fullmatch(inside) or DAY.fullmatch(inside):
        return True
    years = set(YEARS.findall(inside))
    if something_else(inside) or not years <= set(YEARS.findall(rest)):
        return False
    if opened == ROUND:
        return rest[:1].isdigit() and not years  # （示例县教育局）2025年…
    return len(inside) <= CATEGORY or rest[:1].isdigit()


def behind(rest: str) -> int:
    """How many characters of what follows a title say nothing about the report; 0 for what is not known as such."""
    _, _, _, tails, labels = _patterns()
    if labels.match(rest):
        return len(rest)
    found = (
        PAPER.match(rest)
        or SIZE.match(rest)
        or MOMENT.match(rest)
        or COUNTER.match(rest)
        or tails.match(rest)
        or ENDS.match(rest)
    )
    return found.end() if found else 0
