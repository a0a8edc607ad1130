"""What is said without a number: that there was none, that all were of one kind, that all was done or decided."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from extract.content import Number
from monitor.claims.claim import Relation
from monitor.claims.denials import denials
from monitor.claims.numbers import Quantity
from monitor.claims.places import InOrder
from monitor.claims.statement import TRACKS, Statement, track_of
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Words

NIL = re.compile(r"(?:方面|情况)?[：:](?:无|没有|零)[。；]?$")
ALL = re.compile(r"(?:全部|均|皆|都|一律)(?:是|为|系|由|来自|属|属于)?")
OF_PERSONS = re.compile(r"自然人(?:申请|提出|提交)的(?=[^,，]{0,12}申请)")
SOME = frozenset({"granted", "granted_in_part", "granted_any", "not_existing", "carried_forward"})
ALSO = re.compile("(?:申请|提出|提交)?(?:和|或|、|及|与)")
CAME = re.compile("收到|受理|接到|接收")
DONE = re.compile(
    r"(?:(?:全部|均|皆|都|一律)(?:[^,，、不]{0,16}?)|已(?:全部|经)?(?:依法|按时|及时|按期|规范|如期|在|按规定|按照规定|按要求)(?:[^,，、不]{0,10}?))"
    r"(?:(?:处理|办理)?(?:办结|答复|回复|办复)|办理完毕|办理完成|处理完毕|办理|处理|完成)"
)
DOCUMENTS = frozenset({"documents_made", "documents_repealed", "documents_in_force"})
ANSWERED = ("办结", "答复", "回复")
# How the cases of a track stand, told of all of them: 均已审结, 均获维持, 正在审理中.
PENDING = re.compile(r"(?:均|都|目前|法院|尚|仍)?(?:在|正在)(?:审理|办理)(?:之)?中?")
# Won is what was not lost: 驳回 counts as 其他结果 as well as 结果维持.
WON = re.compile(
    r"(?:均|全部|皆|都|一律)(?:已|依法)?(?:获得|获|取得|判决)?(?:我[局办委镇县区市])?胜诉|胜诉率(?:均)?(?:为|达到|达)?100%"
)
ALL_CASES: tuple[tuple[re.Pattern[str], str, Relation, Number | None], ...] = (
    (re.compile(r"(?:均|都|全部)?已(?:全部)?(?:审结|结案)"), "pending", "denial", 0),
    (
        re.compile(
            r"(?:均|全部|皆|都|结果|一律|全)(?:依法|已)?(?:获得|获|得到|为|是|被|予以|予|决定|判决)?(?:复议机关|法院)?维持"
        ),
        "upheld",
        "universal",
        None,
    ),
    (PENDING, "pending", "universal", None),
    (WON, "corrected", "denial", 0),
)


def statements(text: str, words: Words, inherited: str, numbers: InOrder[Quantity]) -> list[Statement]:
    """The denials, universals and completions of a sentence in order, each concept once in each sense.

    `inherited` is what the sentence before talked about, "" if nothing.
    """
    found = [*denials(text, words, inherited, numbers), *_of_one_kind(text, words, numbers)]
    found += _done(text, words, inherited, numbers, found)
    found += _decided(text, words, inherited, numbers)
    found += _nil(text, words, found)
    once = {(one.concept, one.relation): one for one in sorted(found, reverse=True)}
    return sorted(once.values())


def _of_one_kind(text: str, words: Words, numbers: InOrder[Quantity]) -> Iterator[Statement]:
    """全部为自然人申请; 收到自然人申请的政府信息公开申请8件."""
    for match in ALL.finditer(text):
        if words.talk(match.start(), "") in TRACKS:
            continue  # 提起复议的2件均为自然人
        for one in words.fields.begun(match.start() + 1, match.end() + 1):
            concept = one.concept
            if concept and (concept.kind == "member" or concept.id == "legal_person"):
                number = numbers.first(one.end)
                if ALSO.match(text, one.end) or _of_some(words, match.start()):
                    break
                if number is None or number.start > one.end:
                    yield Statement(match.start(), one.end, concept.id, "universal", None)
                break
    for match in OF_PERSONS.finditer(text):
        start, _ = words.clause(match.start())
        if CAME.search(text, start, match.start()):
            yield Statement(*match.span(), "natural_person", "universal", None)


def _of_some(words: Words, at: int) -> bool:
    """无法提供2件,均为企业申请: of those alone."""
    before = words.fields.last(at)
    concept = before.concept if before is not None else None
    return concept is not None and (concept.kind in ("leaf", "group") or concept.id in SOME)


def _done(
    text: str, words: Words, inherited: str, numbers: InOrder[Quantity], others: Sequence[Statement]
) -> Iterator[Statement]:
    """均已按时答复, 已依法办结: once a clause, where no number and no other statement says it better."""
    told: set[int] = set()
    counts = InOrder([one for one in numbers if one.unit != "%"])
    starts = sorted(one.start for one in others)
    reach = [*accumulate((one.end for one in sorted(others, key=lambda one: one.start)), max)]
    for match in DONE.finditer(text):
        at = match.start()
        start, end = words.clause(at)
        talk = words.talk(at, inherited)
        plain = match[0].endswith(ANSWERED) and ELSEWHERE not in words.subjects
        if start in told or not (talk == APPLICATION or (not talk and plain)):
            continue
        if words.subordinate and words.subordinate[0].start < at:
            continue
        before = bisect_right(starts, at)
        count = counts.first(at)
        if (before and reach[before - 1] > at) or (count is not None and count.start < end):
            continue
        told.add(start)
        yield Statement(*match.span(), "completion", "universal", None)


def _decided(text: str, words: Words, inherited: str, numbers: InOrder[Quantity]) -> Iterator[Statement]:
    """均已审结, 均获维持, 正在审理中: of the tracks that are named before."""
    for pattern, part, relation, value in ALL_CASES:
        for match in pattern.finditer(text):
            at = match.start()
            start, end = words.clause(at)
            number = numbers.last(end)
            if number is not None and number.start >= start and number.end > match.end():
                continue
            number = numbers.last(at)
            if match[0][0] not in "均全皆都" and number is not None and number.end == at:
                continue  # 2件正在审理中
            tracks = words.named_before(at, TRACKS)
            track = track_of(tracks) if tracks else inherited if inherited in TRACKS else ""
            if pattern is WON and track == "remedies":
                track = "litigation"  # nobody wins a reconsideration
            if track and words.talk(at, inherited) in TRACKS:
                one = _cases(words, numbers, at) if pattern is PENDING else None
                told: tuple[Relation, Number | None] = ("=", one.value) if one is not None else (relation, value)
                yield Statement(*match.span(), f"{track}.{part}", *told)


def _cases(words: Words, numbers: InOrder[Quantity], at: int) -> Quantity | None:
    """The cases that 正在审理中 is said of: 行政诉讼3件,正在审理中; 2件行政诉讼均在审理中."""
    track, number = words.talks.last(at), numbers.last(at)
    if track is None or number is None or number.unit == "%" or number.relation != "=":
        return None
    behind = numbers.begun(track.end, at)
    return number if len(behind) == 1 or number.end == track.start else None


def _nil(text: str, words: Words, told: Sequence[Statement]) -> Iterator[Statement]:
    """信息处理费方面：无。"""
    match = NIL.search(text)
    if match is None:
        return
    start, end = match.span()
    tracks = words.named_before(start, TRACKS)
    fields = [one.concept.id for one in words.fields.begun(0, start) if one.concept]
    document = next((one for one in reversed(fields) if one in DOCUMENTS), "")
    if tracks:
        yield Statement(start, end, track_of(tracks), "denial", 0)
    elif document and "documents" in words.subjects:
        yield Statement(start, end, document, "denial", 0)
    elif "processing_fee" in fields and not any(one.concept == "processing_fee" for one in told):
        yield Statement(start, end, "processing_fee", "denial", 0)
