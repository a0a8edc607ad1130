"""What is said without a number: that there was none (未, 无, 没有), that all were of one kind, that all was done."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from extract.content import Number
from monitor.claims.claim import Relation
from monitor.claims.numbers import Quantity
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Token, Words

NONE = re.compile(
    r"不存在(?=因|收取|被)|无需(?=结转)|未(?:曾|有|发生|出现|收到|引发|引起|产生)?(?!经|能|按|及时|办结|答复|审结|到期|结案|掌握|予|补|来|见)|没有(?!现成)|没(?=收)|尚无|均无|无(?!现成|正当|法(?!人)|现成|偿|障碍|效|关|锡|为县|须|需|现|形|线|人机|纸|疑|误|序|条件|不)|零(?=发生|报告|申请|投诉|收费|诉讼|复议)"
)
NOT_PLAIN = re.compile(r"涉及(?!政府信息)|超出一定|大量反复|频次范围")
FURTHER = re.compile(
    r"[,，、]?(?:也未|亦未|且未|以及|或者|和|及|也没有)?(?:被)?(?:提起|行政诉讼|行政复议|被提起|申请行政复议|复议|诉讼)"
)
ZERO = re.compile(r"零(?:报告|申请|受理)")
NIL = re.compile(r"(?:方面|情况)?[：:](?:无|没有|零)[。；]?$")
NEVER = re.compile(r"(?:零|未|无)(?:发生|出现)")
CLOSED = re.compile(r"(?:均|都|全部)?已(?:全部)?(?:审结|结案)")
UPHELD = re.compile(r"(?:均|全部|皆|都|结果)(?:获得|获|为|被|予以)?维持")
PENDING = re.compile(r"(?:均|都|目前|法院|尚|仍)?(?:在|正在)(?:审理|办理)(?:之)?中?")
ALL = re.compile(r"(?:全部|均|皆|都|一律)(?:是|为|系|由|来自|属|属于)?")
OF_PERSONS = re.compile(r"自然人(?:申请|提出|提交)的(?=[^,，]{0,12}申请)")
DONE = re.compile(
    r"(?:(?:全部|均|皆|都|一律)(?:[^,，、不]{0,16}?)|已(?:全部|经)?(?:依法|按时|及时|按期|规范|如期|在)(?:[^,，、不]{0,10}?))"
    r"(?:(?:处理|办理)?(?:办结|答复|回复|办复)|办理完毕|办理完成|处理完毕|办理|处理|完成)"
)
KEPT = re.compile(r"收取|收到|收费|收缴|发出|征收|产生")
PERSONS = frozenset({"natural_person", "business", "research", "social", "legal_services", "legal_person"})
DECIDED = frozenset({"licenses", "penalties", "coercive_measures", "charges"})
RECEIVED = re.compile(r"收到|受理|接到|接收|新收|新增|依申请|申请")
TRACKS = frozenset(
    {"remedies", "reconsideration", "litigation", "litigation_direct", "litigation_after_reconsideration"}
)


class Statement(NamedTuple):
    """A statement between two places of the sentence."""

    start: int
    end: int
    concept: str
    relation: Relation
    value: Number | None


def statements(text: str, words: Words, inherited: str, numbers: Sequence[Quantity]) -> list[Statement]:
    """The denials, universals and completions of a sentence."""
    found = [*_denials(text, words, inherited, numbers), *_universals(text, words, inherited, numbers)]
    found += _done(text, words, inherited, numbers, found)
    found += _closed(text, words, inherited, numbers)
    found += _nil(text, words, found)
    once = {(one.concept, one.relation): one for one in reversed(sorted(found))}
    return sorted(once.values())


def _denials(text: str, words: Words, inherited: str, numbers: Sequence[Quantity]) -> Iterator[Statement]:
    reached = 0
    found = list(NONE.finditer(text))
    for match, following in zip_longest(found, found[1:]):
        if match.start() < reached or any(one.start < match.start() for one in words.subordinate):
            continue
        _, end = words.clause(match.start())
        end = min([end, *(one.start for one in numbers if one.start > match.start())])
        if following is not None and not text.startswith(("也", "且", "亦"), following.start() - 1):
            end = min(end, following.start())
        if ZERO.match(text, match.start()):
            if words.talk(match.start(), inherited) == APPLICATION:
                yield Statement(match.start(), match.end(), "received", "denial", 0)
            continue
        if NEVER.match(text, match.start()) and text[match.start()] == "零":
            start, _ = words.clause(match.start())
            tracks = {one.name for one in words.talks if start <= one.start < match.start()} & TRACKS
            if tracks:
                yield Statement(match.start(), match.end(), _denied_track((), tracks), "denial", 0)
            continue
        end = _further(text, words, end, numbers)
        concept = _denied(text, words, inherited, match, end)
        if NOT_PLAIN.search(text, match.start(), end) and concept != "corrected":
            continue
        if concept:
            reached = end
            yield Statement(match.start(), end, concept, "denial", 0)


def _further(text: str, words: Words, end: int, numbers: Sequence[Quantity]) -> int:
    """A denial of reconsideration goes on behind a comma: 无…行政复议,提起行政诉讼情况发生."""
    while end < len(text) and text[end] in ",，" and FURTHER.match(text, end):
        _, far = words.clause(end + 1)
        if any(end < one.start < far for one in numbers):
            break
        end = far
    return end


def _denied(text: str, words: Words, inherited: str, match: re.Match[str], end: int) -> str:
    at = match.start()
    fields = [one for one in words.fields if at <= one.start and one.end <= end]
    subjects = [one for one in words.talks if at <= one.start and one.end <= end]
    if any(one.concept and one.concept.id == "processing_fee" for one in fields):
        return "processing_fee" if KEPT.search(text, at, end) or match[0].startswith("无") else ""
    tracks = {one.name for one in subjects} & TRACKS
    if tracks:
        return _denied_track(fields, tracks)
    for name in ("corrected", "accountability"):
        if any(one.concept and one.concept.id == name for one in fields):
            return name
    decided = next((one.concept.id for one in fields if one.concept and one.concept.id in DECIDED), "")
    if decided:
        return decided
    if any(one.name == ELSEWHERE for one in subjects):
        return ""
    for name in ("carried_forward", "brought_forward"):
        if any(one.concept and one.concept.id == name for one in fields):
            return name
    for name in ("documents", "rules"):
        if words.talk(match.end(), inherited) == name or any(one.name == name for one in subjects):
            return _denied_document(fields, subjects, match, name)
    outcome = next(
        (one.concept.id for one in fields if one.concept and one.concept.id in ("refused", "not_processed")), ""
    )
    if outcome and words.talk(match.end(), inherited) in (APPLICATION, ""):
        return outcome
    if words.talk(match.end(), inherited) == APPLICATION and fields and fields[0].start == match.end():
        alone = fields[0].concept
        if alone and alone.id in PERSONS:
            return alone.id
    if any(one.name == APPLICATION for one in subjects):
        whom = [one.concept.id for one in fields if one.concept and one.concept.id in PERSONS]
        if len(set(whom)) == 1:
            return whom[0]
        received = RECEIVED.search(text, at, end)
        return "received" if received else ""
    return ""


def _denied_document(fields: Sequence[Token], subjects: Sequence[Token], match: re.Match[str], name: str) -> str:
    said = [
        one.concept for one in fields if one.concept and one.concept.id.startswith(f"{name}_") and not one.concept.weak
    ]
    if said:
        return said[0].id
    return f"{name}_made" if any(one.start == match.end() for one in subjects) else ""


def _denied_track(fields: Sequence[Token], tracks: set[str]) -> str:
    if any(one.concept and one.concept.id == "corrected" for one in fields):
        return "corrected"
    litigation = tracks & {"litigation", "litigation_direct", "litigation_after_reconsideration"}
    if "remedies" in tracks or (litigation and "reconsideration" in tracks):
        return "remedies"
    if len(litigation) > 1:
        return "litigation"
    return next(iter(tracks))


def _universals(text: str, words: Words, inherited: str, numbers: Sequence[Quantity]) -> Iterator[Statement]:
    for match in ALL.finditer(text):
        for one in words.fields:
            concept = one.concept
            if one.start == match.end() or match.start() < one.start <= match.end():
                if concept and (concept.kind == "member" or concept.id == "legal_person"):
                    if not any(one.end == number.start for number in numbers):
                        yield Statement(match.start(), one.end, concept.id, "universal", None)
                    break
    for match in OF_PERSONS.finditer(text):
        start, _ = words.clause(match.start())
        if re.compile("收到|受理|接到|接收").search(text, start, match.start()):
            yield Statement(*match.span(), "natural_person", "universal", None)


def _done(
    text: str, words: Words, inherited: str, numbers: Sequence[Quantity], others: Sequence[Statement]
) -> Iterator[Statement]:
    told: set[int] = set()
    for match in DONE.finditer(text):
        start, end = words.clause(match.start())
        talk = words.talk(match.start(), inherited)
        plain = match[0].endswith(("办结", "答复", "回复")) and not any(one.name == ELSEWHERE for one in words.talks)
        if start in told or not (talk == APPLICATION or (not talk and plain)):
            continue
        if any(one.start < match.start() for one in words.subordinate):
            continue
        if any(match.start() <= one.start < end and one.unit != "%" for one in numbers):
            continue
        if any(one.start <= match.start() < one.end for one in others):
            continue
        told.add(start)
        yield Statement(*match.span(), "completion", "universal", None)


def _closed(text: str, words: Words, inherited: str, numbers: Sequence[Quantity]) -> Iterator[Statement]:
    """How the cases of a track stand, told of all of them: 均已审结, 均获维持, 正在审理中."""
    said: tuple[tuple[re.Pattern[str], str, Relation, Number | None], ...] = (
        (CLOSED, "pending", "denial", 0),
        (UPHELD, "upheld", "universal", None),
        (PENDING, "pending", "universal", None),
    )
    for pattern, part, relation, value in said:
        for match in pattern.finditer(text):
            start, end = words.clause(match.start())
            if any(start <= one.start < end and one.end > match.start() for one in numbers):
                continue
            if match[0][0] not in "均全皆都" and any(one.end == match.start() for one in numbers):
                continue  # 2件正在审理中
            tracks = {one.name for one in words.talks if one.start < match.start()} & TRACKS
            track = _denied_track((), tracks) if tracks else inherited if inherited in TRACKS else ""
            if track and words.talk(match.start(), inherited) in TRACKS:
                yield Statement(*match.span(), f"{track}.{part}", relation, value)


def _nil(text: str, words: Words, told: Sequence[Statement]) -> Iterator[Statement]:
    """信息处理费方面：无。"""
    match = NIL.search(text)
    if match is None:
        return
    start, end = match.span()
    subjects = [one for one in words.talks if one.start < start]
    tracks = {one.name for one in subjects} & TRACKS
    fee = any(one.start < start and one.concept and one.concept.id == "processing_fee" for one in words.fields)
    if tracks:
        yield Statement(start, end, _denied_track((), tracks), "denial", 0)
    elif fee and not any(one.concept == "processing_fee" for one in told):
        yield Statement(start, end, "processing_fee", "denial", 0)
