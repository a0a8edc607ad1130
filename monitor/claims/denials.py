"""What a sentence says there was none of: 未发生行政复议, 无结转, 零报告."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import zip_longest

from monitor.claims.numbers import Quantity
from monitor.claims.places import InOrder
from monitor.claims.statement import PERSONS, TRACKS, Statement, track_of
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Token, Words

# 未 denies with what happens, is taken or made; a letter torn from a label (尚未审…) denies nothing.
NONE = re.compile(
    r"不存在(?=因|收取|被)|无需(?=结转)"
    r"|未(?:曾|有|再|发生|出现|收到|引发|引起|产生|被|因|收取|实际|受理|接到|接收|新|制|出台|印发|发布|公布|废止|作出|提起|涉|开展|办理(?!完)|结转|发出|征收|收"
    r"|向|对|就|从|另行|额外|违规|擅自|形成|造成|导致)"
    r"|没有(?!现成)|没(?=收)|尚无|均无"
    r"|无(?!现成|正当|法(?!人)|偿|障碍|效|关|锡|为县|须|需|现|形|线|人机|纸|疑|误|序|条件|不(?!予))"
    r"|零(?=发生|报告|申请|受理|投诉|收费|诉讼|复议|纠错|败诉|结转|行政[复诉])"
)
NOT_PLAIN = re.compile(r"涉及(?!政府信息)|超出一定|大量反复|频次范围")
# Of some cases only: 未发生因答复不当引发的行政复议.
# Of some place, or of new ones, only: 未发生到市政府的行政复议, 未新发生复议案件.
LIMITED = re.compile(
    r"新(?:发生|增|收|的|提起)|未再|没再|(?:到|往|赴|向|针对|对|以)(?:国|国务院|中央|省|市|州|盟|县|区|旗|镇|乡|街道|上级|下级|部门)[^,，]{0,8}"
    r"(?:政府|部门|机关|局|厅|委|办|单位)|二审|再审|集体|群体|不予|除"
    r"|其[他它](?=[^,，]{0,6}(?:复议|诉讼))"
)
BECAUSE = re.compile(
    r"因(?:未|不|答复|办理|程序|违|收费|收取|缴费|费用|超期|逾期|拒绝|主动公开|泄|错误|失误|疏|瑕疵)|不当|不及时"
)
QUALIFIED = re.compile(rf"{BECAUSE.pattern}|重大|群体|违法|违规|异议|反馈|撤销|败诉|确认")
FURTHER = re.compile(
    r"[,，、]?(?:也未|亦未|且未|以及|或者|和|及|也没有)?(?:被)?(?:提起|行政诉讼|行政复议|被提起|申请行政复议|复议|诉讼)"
)
FURTHEST = 4  # clauses that a denial goes on over
ZERO = re.compile(r"零(?:报告|申请|受理)(?!制度|要求)")
NEVER = re.compile(r"零(?:发生|出现)")
NEAR = 80  # characters before 零发生 in which its subject stands
BEFORE = re.compile(r"(?:(?:上|去)(?:一)?年(?:度)?末?|年初)$")
OF_DECISIONS = re.compile("对(?:行政)?复议(?:的)?(?:决定|结果)")
LAST_YEAR = 5  # characters of its longest match
KEPT = re.compile(r"收取|收到|收费|收缴|发出|征收|产生")
RECEIVED = re.compile(r"收到|受理|接到|接收|新收|新增|依申请|申请")
DECIDED = frozenset({"licenses", "penalties", "coercive_measures", "charges"})
OUTCOMES = frozenset({"refused", "not_processed"})


def denials(text: str, words: Words, inherited: str, numbers: InOrder[Quantity]) -> Iterator[Statement]:
    """The denials of a sentence, but of other bodies; `inherited` is what the sentence before talked about."""
    reached = 0
    found = list(NONE.finditer(text))
    for match, following in zip_longest(found, found[1:]):
        at = match.start()
        if at < reached or (words.subordinate and words.subordinate[0].start < at):
            continue
        if text[at] == "零" and (ZERO.match(text, at) or NEVER.match(text, at)):
            yield from _zero(text, words, inherited, match)
            continue
        end = _end(text, words, numbers, match, following)
        concept = _denied(text, words, inherited, match, end)
        if concept and (concept == "corrected" or not NOT_PLAIN.search(text, at, end)):
            reached = end
            narrow = (BECAUSE if concept == "corrected" else QUALIFIED).search(text, at, end) is not None
            limited = concept in TRACKS and LIMITED.search(text, at, end) is not None
            yield Statement(at, end, concept, "denial", 0, narrow or limited)


def _zero(text: str, words: Words, inherited: str, match: re.Match[str]) -> Iterator[Statement]:
    """零报告 is said of applications, 零发生 of the cases that the clause names before it."""
    at = match.start()
    if ZERO.match(text, at):
        if words.talk(at, inherited) == APPLICATION:
            yield Statement(at, match.end(), "received", "denial", 0)
        return
    start, _ = words.clause(at)
    tracks = {one.name for one in words.talks.begun(max(start, at - NEAR), at)} & TRACKS
    if tracks:
        yield Statement(at, match.end(), track_of(tracks), "denial", 0)


def _end(
    text: str, words: Words, numbers: InOrder[Quantity], match: re.Match[str], following: re.Match[str] | None
) -> int:
    """How far a denial goes: its clause up to a number or another denial, and on: 无…行政复议,提起行政诉讼情况发生."""
    _, end = words.clause(match.start())
    number = numbers.first(match.start() + 1)
    end = min(end, number.start) if number is not None else end
    if following is not None and not text.startswith(("也", "且", "亦"), following.start() - 1):
        end = min(end, following.start())
    for _ in range(FURTHEST):
        if end >= len(text) or text[end] not in ",，" or not FURTHER.match(text, end):
            break
        _, far = words.clause(end + 1)
        number = numbers.first(end + 1)
        if number is not None and number.start < far:
            break
        end = far
    return end


def _denied(text: str, words: Words, inherited: str, match: re.Match[str], end: int) -> str:
    """The concept that a denial from its word to `end` is about; "" if it is none of ours."""
    at = match.start()
    fields = words.fields.within(at, end)
    subjects = words.talks.within(at, end)
    ids = [one.concept.id for one in fields if one.concept]
    if "processing_fee" in ids:
        return "processing_fee" if KEPT.search(text, at, end) or match[0].startswith("无") else ""
    if tracks := {one.name for one in subjects} & TRACKS:
        if "corrected" in ids:
            return "corrected"
        after = tracks == {"litigation"} and OF_DECISIONS.search(text, words.clause(at)[0], at)
        return "litigation_after_reconsideration" if after else track_of(tracks)
    cases = () if words.talk(at, inherited) == ELSEWHERE else ("corrected",)
    named = _named(ids, (*cases, "accountability")) or _first(ids, DECIDED)
    if named or any(one.name == ELSEWHERE for one in subjects):
        return named
    stock = _named(ids, ("brought_forward", "carried_forward"))
    if stock == "carried_forward" and BEFORE.search(text, max(0, at - LAST_YEAR), at):
        return "brought_forward"  # 上年度无结转
    return (
        stock
        or _document(fields, subjects, words.talk(match.end(), inherited), match.end())
        or _of_applications(text, words, inherited, match, end)
    )


def _named(ids: Sequence[str], names: Sequence[str]) -> str:
    return next((name for name in names if name in ids), "")


def _first(ids: Sequence[str], names: Set[str]) -> str:
    return next((one for one in ids if one in names), "")


def _document(fields: Sequence[Token], subjects: Sequence[Token], talk: str, at: int) -> str:
    """无废止规范性文件, 未制发规范性文件; 无规范性文件 says that none was made."""
    for name in ("documents", "rules"):
        if talk == name or any(one.name == name for one in subjects):
            said = [one.concept for one in fields if one.concept and one.concept.id.startswith(f"{name}_")]
            strong = [one.id for one in said if not one.weak]
            if strong:
                return strong[0]
            return f"{name}_made" if any(one.start == at for one in subjects) else ""
    return ""


def _of_applications(text: str, words: Words, inherited: str, match: re.Match[str], end: int) -> str:
    """未收到申请, 无不予公开, 无企业申请."""
    at, talk = match.start(), words.talk(match.end(), inherited)
    fields = words.fields.within(at, end)
    ids = [one.concept.id for one in fields if one.concept]
    outcome = _first(ids, OUTCOMES)
    if outcome and talk in (APPLICATION, ""):
        return outcome
    of_applications = talk == APPLICATION or (not talk and "申请" in text[match.end() : end])
    whom = {one for one in ids if one in PERSONS}
    everybody = "公民" in text[at:end] or {"natural_person", "legal_person"} <= whom
    if of_applications and everybody and whom:
        return "received"
    if of_applications and fields and fields[0].start == match.end() and ids[0] in PERSONS and len(whom) == 1:
        return ids[0]
    if not any(one.name == APPLICATION for one in words.talks.within(at, end)):
        return ""
    if whom:
        return whom.pop() if len(whom) == 1 else ""
    return "received" if RECEIVED.search(text, at, end) else ""
