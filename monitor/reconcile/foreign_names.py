"""The rule on names that a copy has left: another body as the report's subject, another kind of body, another place.

Upper and lower bodies, the place's government and those that one works with are named rightly; only where a report
speaks of itself, of its own site or its own newspaper is a foreign name one.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from crawler.agencies.divisions import division_of, divisions, inside, level_of
from crawler.agencies.names import classify, clean, core, may_succeed, places_of, speaks_for
from extract.model import Report
from monitor.reconcile.foreign_places import called_by_place, is_above
from monitor.reconcile.prose import joined, listed, quoted, section_of, sentences
from monitor.reconcile.residue import MOTTO
from monitor.reconcile.result import Result, broken, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

# Whom a sentence is about.
SUBJECT = re.compile(
    r"(?:20\d\d年(?:度|以来)?[，,]?|下一步[，,]|今后[，,])?([\u4e00-\u9fff（）]{3,30}?)(?:20\d\d年度?)?"
    "(?=坚持|认真|严格|深入|高度重视|积极|扎实|按照|根据|以习近平|全面|切实|紧紧|围绕|持续|始终|不断|政府信息公开|政务公开|"
    "信息公开|主动公开|共收到|共公开|收到|全年|本年|年度|未收|没有收|进一步|将|通过|共有|建立|组织|主要领导|、(?:镇|乡|县|区|市)?政府)"
)
# A sentence that begins so is about a guest, a host or a partner; one with these words about the body itself.
NO_SUBJECT = re.compile(
    "接待|赴|到|与|同|和|向|邀请|组织|参加|学习|借鉴|配合|协助|会同|在|对|由|经|按|从|为|以|联合|报送|指导|督促"
)
OF_ITSELF = (
    "未收取信息处理费",
    "没有收取信息处理费",
    "收到政府信息公开申请",
    "受理政府信息公开申请",
    "未收到政府信息公开申请",
)
NOT_A_NAME = re.compile("[各本我全该每两其他县市区镇乡个]")
PLACED = re.compile("[省市县区旗州盟镇乡]|街道|苏木")
LONGEST_SUBJECT = 60  # characters of a sentence in which its subject stands
OWN_SITE = re.compile("([\u4e00-\u9fff]{1,10}[县区旗市])(?:人民)?政府(?:门户|公众信息|官方)?网站?")
NEWSPAPER = re.compile("《(?:今日([\u4e00-\u9fff]{2,6})|([\u4e00-\u9fff]{2,6})(?:日报|时报|晚报))》")
# By what a body calls itself: 自我局限, 我委托 and 为我乡村 are other words.
CALLED = re.compile(
    "(?<!自)我(局(?!限|部|面|势)|委(?![托派任婉员])|镇(?!静|压|定)|乡(?!村)|街道|校(?![正对验准])|公司)"
)
COMMON = frozenset(
    {"老城区", "新城区", "城中区", "市中区", "新市区", "城区", "郊区", "矿区"}
)  # places, and words as well
AROUND = 4  # digits of a code that all of a prefecture share: its papers may be called by one of its districts
LONGEST_PLACE, SHORTEST_PLACE = 8, 3  # characters, with the unit
# Signs that readers of scans, and typists, take one for the other: a name that differs by these alone is the same.
ALIKE = str.maketrans("已巳曰末土入", "己己日未士人")
LEVELS = {"县": "county", "区": "county", "旗": "county", "镇": "township", "乡": "township", "街道": "township"}
# A name that no table knows is told from the words before it by having none of these: 依托区政府, 全县, 今年我区.
NO_NAME = re.compile(
    "[各本我全该每两辖原其他级省市县区旗乡镇街道今去年月日来期间半上下人民政府工作依托推动加强借助利用优化完善做好维护管理改版升录访"
    "问通过关停整合监测检查抽规范更新打造搭建开设运用发挥充分及时统一主要按照根据要求对在向从到由经以和与或等的了为是有均已可并"
    "将把被让使给门户官方信息公社城老郊园片高]"
)


def foreign_name(rule: Rule, sheet: Sheet) -> Result:
    """The report calls itself, its site and its newspaper by its own names."""
    report = sheet.report
    if not report.agency_name:
        return unknown(rule, sheet, "body_unknown")
    name = clean(report.agency_name)
    found = [
        *_subjects(report, name, rule.params["subjects"]),
        *_calls(report, name, rule.params["calls"]),
        *called_by_place(report, name),
        *_places(report, name, rule.params["papers"], rule.params["channels"]),
    ]
    return broken(rule, sheet, {"report": {"found": listed(found), "name": name}}) if found else passing()


def _subjects(report: Report, name: str, numbers: Collection[int]) -> Iterator[str]:
    """Another body as what a section speaks of that is about the report's own; of the same place only in its first."""
    for number in numbers:
        section = section_of(report, number)
        for at, sentence in enumerate(sentences(joined(section.text)) if section else ()):
            # Only a name with a place in it can be told from the report's own.
            match = SUBJECT.match("".join(sentence.split())) if PLACED.search(sentence[:LONGEST_SUBJECT]) else None
            if match and _is_another(clean(match[1]), name, sentence, first=not at):
                yield quoted(sentence)


def _is_another(other: str, name: str, sentence: str, *, first: bool) -> bool:
    if not places_of(other) or NO_SUBJECT.match(other) or _is_own(other, name):
        return False
    if _elsewhere(other, name) or _same_unit(other, name):
        return True
    of_itself = (first and "公开" in sentence) or any(word in sentence for word in OF_ITSELF)
    if of_itself and is_above(other, name):
        return True
    (place, field), (home, own) = core(other), core(name)
    return bool(of_itself and field and own and place == home) and not may_succeed(field, own)


def _is_own(other: str, name: str) -> bool:
    other, name = other.translate(ALIKE), name.translate(ALIKE)
    return speaks_for(other, name) or speaks_for(name, other)


def _same_unit(other: str, name: str) -> bool:
    """西关街道 in the report of 东门街道: all of the subject is the name of one more place of the same level."""
    places, homes = places_of(other), places_of(name)
    if len(places) != 1 or not homes or not other.startswith(places[0]):
        return False
    last, own = places[0], homes[-1]
    stem = last.removesuffix("街道") if last.endswith("街道") else last[:-1]
    same = bool(_level(own)) and _level(own) == _level(last) == "township"
    return same and len(stem) > 1 and NOT_A_NAME.search(stem) is None and last not in name and stem not in own


def _calls(report: Report, name: str, calls: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What the report calls itself, where no body of its kind is called so."""
    kind, _ = classify(name)
    for section in report.sections:
        plain = MOTTO.sub("", section.text) if section.number else ""
        for match in CALLED.finditer(plain):
            if kind not in calls[match[1]]:
                yield quoted(plain, match.start(), before=4)


def _places(report: Report, name: str, papers: Collection[str], channels: Collection[str]) -> Iterator[str]:
    """The site of another place's government, and another place's newspaper, as where the report's body publishes."""
    for section in report.sections:
        if not section.number:
            continue
        for sentence in sentences(section.text):
            if not any(word in sentence for word in channels):
                continue
            sites = OWN_SITE.findall(sentence) if "政府" in sentence else ()
            yield from (quoted(sentence) for one in sites if _elsewhere(_named_last(one), name))
            for today, paper in NEWSPAPER.findall(sentence):
                if (stem := today or paper) not in papers and _is_of_elsewhere(stem, name):
                    yield quoted(sentence, sentence.index(stem), before=12)


def _named_last(text: str) -> str:
    """The place that a text ends with: the longest that the table knows, else what has no other words in it."""
    for at in range(max(0, len(text) - LONGEST_PLACE), len(text) - 1):
        if text[at:] in _known() and len(text) - at >= SHORTEST_PLACE:
            return text[at:]
    match = NO_NAME.search(text[-2::-1])
    return text[len(text) - 1 - match.start() :] if match else text


def _elsewhere(other: str, name: str) -> bool:
    """Whether a place is for sure not one around or within the body's own."""
    places, homes = places_of(other), places_of(name)
    if not places or not homes:
        return False
    code, home = division_of(other), division_of(name)
    if places[-1] in COMMON:
        return False
    if code and home and not inside(code, home) and not inside(home, code):
        return True
    last, own = places[-1], homes[-1]
    stem = last.removesuffix("街道") if last.endswith("街道") else last[:-1]
    if len(stem) < SHORTEST_PLACE - 1 or (last not in _known() and NO_NAME.search(stem)):
        return False
    here, there = _level(own), _level(last)
    return bool(here) and here == there and last not in name and last[:-1] not in own and own[:-1] not in last


def _level(place: str) -> str:
    return next((level for unit, level in LEVELS.items() if place.endswith(unit)), "")


def _is_of_elsewhere(stem: str, name: str) -> bool:
    """Whether every place that is called so lies elsewhere, and there is one below a province."""
    home = division_of(name)
    codes = _by_stem().get(stem, ())
    return (
        bool(home and codes)
        and any(level_of(code) != "province" for code in codes)
        and not any(code[:AROUND] == home[:AROUND] or inside(home, code) for code in codes)
    )


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(divisions().values())


@lru_cache(maxsize=1)
def _by_stem() -> Mapping[str, tuple[str, ...]]:
    """The codes of the divisions by their names without the unit: 定安."""
    found: dict[str, list[str]] = {}
    for code, place in divisions().items():
        found.setdefault(place[:-1], []).append(code)
    return {stem: tuple(codes) for stem, codes in found.items()}
