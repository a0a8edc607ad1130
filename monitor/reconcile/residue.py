"""Rules on words that no finished report has: what the form or a model left, doublings, phrases about nobody."""

import re
from collections.abc import Iterator

from crawler.agencies.names import clean, core, place_of, places_of
from monitor.reconcile.prose import bare, listed, quoted, section_of, sentences
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

# What a model has where a name, a year or a number belongs: XX年, ××局, ____件. Not the letters of an address (xxgk),
# not the zeros of a year in words (二〇〇八年).
UNITS = (
    "年|月|日|单位|机关|部门|人民政府|政府|局|委|厅|办公室|管委会|街道|镇|乡|县|市|区|州|旗|省|中心|网站|公众号|"
    "[件条次份篇项个期场]|万?元|号"
)
PLACEHOLDER = re.compile(
    rf"(?<![A-Za-z0-9@._/×╳Ｘｘ○〇＿一二三四五六七八九十-])"
    rf"(?:20)?(?:[Xx]{{2,8}}|[Ｘｘ]{{2,8}}|[×╳]{{2,8}}|[○〇]{{2,8}}|_{{2,20}}|＿{{2,20}}|\*{{3,20}}|□{{2,20}})(?:{UNITS})"
)
SINGLE = re.compile(
    "(?<![A-Za-z0-9@._/×╳Ｘｘ-])(?:20[0-9][XxＸｘ×](?=年)|[XＸ×](?:年|月|日)|(?:[XＸNＮ]|…{1,4})(?:[件条份篇项次]))"
)
SIGNS = "XxＸｘ×╳○〇_＿*□…NＮ"  # without any of them nothing is looked for
# What is set between these marks is a motto or an example, of others as well.
MOTTO = re.compile("“[^“”]{0,60}”")
BEFORE = 6  # characters that are quoted before a place holder

DOUBLED = re.compile("([\u4e00-\u9fff]{2,6})\\1")
HEADED = re.compile("[一二三四五六七八九十][）、.]$")
ITEM = re.compile("([一二三四五六七八九])是(?!否)")
FIRST = "一"
LONG_ENOUGH = 12  # characters of a sentence that nobody writes twice in a row

FIGURE = re.compile(r"\d|[一二三四五六七八九十百千两](?=[余多]?[件条次份篇项个期场名人家])")
YEARS = re.compile(r"20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?|第?\d{1,4}号|〔20\d\d〕|[（〔]?\d{1,2}[）.、〕]")
OWN = re.compile(
    "[我本](?:局|委|办|厅|院|所|站|队|校|镇|乡|街道|省|市|县|区|州|旗|处|中心|单位|机关|部门|级|地区|行政区域|行)|"
    "全[省市县区州旗镇乡]|全街道|[省市县区州旗镇乡](?:人民)?政府|街道办|管委会|实验区|开发区|新区"
)
FEWEST_LETTERS = 40


def residue(rule: Rule, sheet: Sheet) -> Result:
    """No hint of the form and no place holder of a model is left in the text."""
    report = sheet.report
    found: list[str] = []
    for said in (report.title, *(one.text for one in report.sections)):
        text = bare(said)
        found += [f"“{phrase}”" for phrase in rule.params["phrases"] if phrase in text]
        plain = MOTTO.sub("", text) if any(sign in text for sign in SIGNS) else ""
        for pattern in (PLACEHOLDER, SINGLE):
            found += [_around(plain, match.start(), match.end()) for match in pattern.finditer(plain)]
    return broken(rule, sheet, {"report": {"found": listed(found)}}) if found else passing()


def _around(text: str, start: int, end: int) -> str:
    return f"“{text[max(0, start - BEFORE) : end + BEFORE]}”"


def duplicate_words(rule: Rule, sheet: Sheet) -> Result:
    """No word stands twice in a row, no number twice in one enumeration."""
    found: list[str] = []
    for section in sheet.report.sections:
        if section.number:
            found += _doubled(section.text, frozenset(rule.params["usual"]))
            found += [one for line in section.text.split("\n") for one in _counted_twice(line)]
            found += _said_twice(section.text)
    return broken(rule, sheet, {"report": {"found": listed(found)}}) if found else passing()


def _doubled(text: str, usual: frozenset[str]) -> Iterator[str]:
    for match in DOUBLED.finditer(text):
        # A sub-head that runs into its text (（一）主动公开主动公开…) is no doubling of the publisher's.
        if match[1] not in usual and not HEADED.search(text[max(0, match.start() - 3) : match.start()]):
            yield quoted(text[: match.end() + BEFORE], match.start(), before=BEFORE)


def _said_twice(text: str) -> Iterator[str]:
    """A sentence, or a paragraph, that stands twice in a row."""
    for pieces in (sentences(text), text.split("\n")):
        before = ""
        for piece in pieces:
            said = bare(piece)
            if len(said) >= LONG_ENOUGH and said == before:
                yield quoted(piece)
            before = said or before


def _counted_twice(line: str) -> Iterator[str]:
    """一是…三是…三是; an enumeration inside another begins with 一是 again."""
    before = ""
    for match in ITEM.finditer(line):
        if match[1] == before and before != FIRST:
            yield f"“{match[0]}”"
        before = match[1]


def generic_text(rule: Rule, sheet: Sheet) -> Result:
    """Section one names the body, or says something of it in numbers."""
    section = section_of(sheet.report, 1)
    text = bare(section.text) if section else ""
    if not section or len(text) < FEWEST_LETTERS or not sheet.report.agency_name:
        return unknown(rule, sheet, "section_unread")
    phrases = [one for one in rule.params["phrases"] if one in text]
    if _speaks_of_itself(text, sheet.report.agency_name):
        return passing()
    counted = FIGURE.search(YEARS.sub("", text)) is not None
    if counted and len(phrases) < rule.params["fewest_phrases"]:
        return passing()
    return broken(rule, sheet, {"report": {"found": listed(f"“{one}”" for one in phrases) or quoted(text)}})


def _speaks_of_itself(text: str, name: str) -> bool:
    """Its name, its place or its field stands there, or one of the words by which a body calls itself."""
    name = clean(name)
    places = [place[:-1] if len(place) > 2 else place for place in places_of(name)]
    field = name.removeprefix(place_of(name)) if core(name)[1] else ""
    return OWN.search(text) is not None or any(len(one) > 1 and one in text for one in (name, field, *places))
