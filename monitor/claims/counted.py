"""The claims that the numbers of a sentence make: counts, and percentages that are shares, changes or rates."""

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.content import Number
from monitor.claims.belonging import Gap, belonging
from monitor.claims.claim import Claim, Relation
from monitor.claims.denials import DECIDED
from monitor.claims.dictionary import Concept
from monitor.claims.numbers import Quantity
from monitor.claims.sentence import RATE, Parts
from monitor.claims.statement import TRACKS
from monitor.claims.tokens import APPLICATION, ELSEWHERE

CHANGES = re.compile(r"增长|上升|增加|提高|增幅|上涨|下降|减少|回落|降低|降幅|下滑")
FALLS = re.compile(r"下降|减少|回落|降低|降幅|下滑")
SHARES = re.compile(r"占|公开率|[（(]$")
ABOUT = re.compile(r"(?:大约|约|近|将近)(?:共)?$")
ABOUT_LONGEST = 3  # characters of its longest match
COUNTED = re.compile(r"(?:数|数量|件数|总数|量)(?:为|是|：|:)$")
NOBODY = re.compile(r"未|没有|无(?!法)")  # 9个未收到
OF_THINGS = frozenset({"件", "起", "条", "份"})  # what has such a unit is none of somebody who did not
COUNTS = frozenset({"件次", "份次", "批次", "件", "条", "起", "份", "项", "次", "宗", "封", "例", "个", ""})
OF_A_PART = re.compile(r"占(?:不予|无法|部分|予以|全[市省县区国])|占[^%]{0,6}(?:类|总量的?$)(?<!办结总量)(?<!申请总量)")
ASIDE = re.compile("例被|件被(?:评|列|选)|年[共间]")
LISTED = re.compile("公示|上报|归集|目录|事项")
AMONG = re.compile("其中")
RESPECTIVELY = re.compile(r"分别(?:为|是|有)?$")
IN_ALL = re.compile(r"[共合总]计|共|总数为|总量为|计")
REJECTED = re.compile("驳回|终止|撤回|撤诉|调解|和解")
COLONS = ("：", ":")
FAR = 20  # characters between 分别 and the second number
TRACKS_OF = {"remedies": ("reconsideration", "litigation")}
# Behind one of several numbers without units; a bracket with an ordinal begins the next line of a table.
ENDS_ITEM = re.compile(r"[,，。；;、）)]|[（(](?![一二三四五六七八九十]{1,2}[）)])")


def stated(concept: str, relation: Relation, value: Number | None, unit: str = "") -> Claim:
    """A claim that has no place in its text yet."""
    return Claim(concept, relation, value, unit, "", 0, 0, 0, 0, approximate=relation in ("≈", "≥"))


def counted(parts: Parts) -> Iterator[tuple[int, Claim]]:
    """Where each number stands, and the claims that it makes."""
    spent = 0  # where the words end that stand behind their number
    for at, quantity in enumerate(parts.numbers):
        before = parts.numbers[at - 1].end if at else 0
        following = parts.numbers[at + 1].start if at + 1 < len(parts.numbers) else len(parts.text)
        start, end = parts.words.clause(quantity.start)
        if start == quantity.start and start > 1 and parts.text[start - 1] in COLONS:
            start, _ = parts.words.clause(start - 2)  # 申请数量：281件
        elif start > 1 and IN_ALL.fullmatch(parts.text, start, quantity.start):
            start, _ = parts.words.clause(start - 2)  # 收到申请,共计12件
        left = max(start, before, spent)
        if quantity.unit == "%":
            for claim in _percentage(parts, quantity, start, left):
                yield quantity.start, claim
            continue
        if _not_counted(parts, quantity, start, end):
            continue
        if second := _second(parts, at, left):
            yield quantity.start, stated(second, quantity.relation, quantity.value, quantity.unit)
            continue
        pause = parts.text.find("、", quantity.end, min(end, following))
        right = min(end, following) if pause < 0 else pause
        far = before if start > before else left
        concept, used = belonging(parts, quantity, Gap(far, left, right, following))
        if concept is None or not _counts(parts, quantity, concept, left):
            continue
        spent = used or spent
        for claim in _count(parts, quantity, concept, left):
            yield quantity.start, claim


def _not_counted(parts: Parts, quantity: Quantity, start: int, end: int) -> bool:
    """Numbers of another time or other bodies; 除3件外, 9个未收到."""
    if parts.times.elsewhen(start, end, quantity.start):
        return True
    if quantity.start > start and parts.text[quantity.start - 1] == "除":
        return True
    return quantity.unit not in OF_THINGS and bool(NOBODY.match(parts.text, quantity.end))


def _counts(parts: Parts, quantity: Quantity, concept: Concept, left: int) -> bool:
    """Whether the number has such a unit as this concept is counted in."""
    if concept.units:
        fits = quantity.unit in concept.units
    else:
        fits = quantity.unit in COUNTS and quantity.value == int(quantity.value)
    if not fits or (not quantity.unit and not _bare(parts, quantity, left)):
        return False
    return not (concept.sure and quantity.unit == "项" and concept.talks[0] not in parts.words.subjects)


def _bare(parts: Parts, quantity: Quantity, left: int) -> bool:
    """A number without a unit counts only before a printed pause, or where the numbers of its sentence began with a
    unit: else, at the end of a line, it may be a cell."""
    if parts.text[quantity.start] in "为是均" or COUNTED.search(parts.text, left, quantity.start):
        return True
    if left >= quantity.start or quantity.start not in parts.ends:
        return False
    if quantity.end == len(parts.text):
        return bool(parts.numbers[0].unit)
    return ENDS_ITEM.match(parts.text, quantity.end) is not None


def _count(parts: Parts, quantity: Quantity, concept: Concept, left: int) -> Iterator[Claim]:
    """The claim of a count; 复议、诉讼各2件 makes two."""
    text, at, relation = parts.text, quantity.start, quantity.relation
    near = (max(left, one.start - ABOUT_LONGEST) for one in parts.words.fields.within(left, at))
    if relation == "=" and any(
        ABOUT.search(text, begin, one.start)
        for begin, one in zip(near, parts.words.fields.within(left, at), strict=True)
    ):
        relation = "≈"
    weak = concept.weak or _is_weak(parts, quantity, concept)
    each = TRACKS_OF.get(concept.id, ()) if at > left and text[at - 1] == "各" else ()
    for name in each or (_respective(parts, quantity, concept, left) or concept.id,):
        yield replace(stated(name, relation, quantity.value, quantity.unit), handled=concept.handles, weak=weak)


def _is_weak(parts: Parts, quantity: Quantity, concept: Concept) -> bool:
    """Whether the number may well be of something else than the table's cell."""
    text, at = parts.text, quantity.start
    start, end = parts.words.clause(at)
    stock = concept.id.endswith("_in_force")
    if parts.times.is_doubtful(start, end, at, stock=stock) or ASIDE.match(text, quantity.end):
        return True
    if concept.id in DECIDED:
        return bool(LISTED.search(text, 0, at))
    if concept.kind not in ("total", "part"):
        return False
    if any(one.name == "brought_forward" for one in parts.words.fields.within(start, at)):
        return True  # 上年结转的诉讼案件
    if concept.id.endswith((".upheld", ".other")) and REJECTED.search(text):
        return True  # 驳回3件、维持1件: finer parts than the columns
    if concept.kind == "part":  # 行政复议3件、行政诉讼2件,其中维持4件: of both
        return len(parts.words.named_before(start, TRACKS)) > 1 and not parts.words.talks.within(start, at)
    # 结果纠正共6件,其中行政复议2件
    return (
        bool(AMONG.match(text, start))
        and any(
            one.concept is not None and one.concept.kind in ("part", "") for one in parts.words.fields.within(0, start)
        )
        and not parts.words.talks.within(0, start)
    )


def _respective(parts: Parts, quantity: Quantity, concept: Concept, left: int) -> str:
    """复议和诉讼分别为4件和2件: the track that was named first has the first number; "" where it is not said so."""
    if concept.id not in TRACKS_OF or not RESPECTIVELY.search(parts.text, left, quantity.start):
        return ""
    return _tracks_named(parts, quantity.start)[0]


def _second(parts: Parts, at: int, left: int) -> str:
    """The track that was named second, for the number behind 分别为4件和; "" if it is none such."""
    first = parts.numbers[at - 1] if at else None
    if first is None or parts.text[first.end : parts.numbers[at].start] not in ("和", "、", "与"):
        return ""
    begin, _ = parts.words.clause(first.start)
    token = parts.words.talks.last(first.start)
    said = RESPECTIVELY.search(parts.text, max(begin, left - FAR), first.start)
    return _tracks_named(parts, first.start)[1] if said and token is not None and token.name in TRACKS_OF else ""


def _tracks_named(parts: Parts, at: int) -> tuple[str, ...]:
    """Reconsideration and suits in the order in which the last subject before a place names them."""
    token = parts.words.talks.last(at)
    words = parts.text[token.start : token.end] if token is not None else ""
    names = TRACKS_OF["remedies"]
    return names if words.find("复议") < words.find("诉讼") else names[::-1]


def _percentage(parts: Parts, quantity: Quantity, start: int, left: int) -> Iterator[Claim]:
    """A change against last year, a rate of what was done, or a share of what the sentence counted before."""
    at, text = quantity.start, parts.text[left : quantity.start]
    talk = parts.talk(at)
    if CHANGES.search(text) and parts.times.is_compared(start, at):
        if talk != ELSEWHERE:
            value = -quantity.value if FALLS.search(text) else quantity.value
            yield stated("year_change", quantity.relation, value, "%")
    elif RATE.search(text):
        if talk in (APPLICATION, "") and not parts.times.elsewhen(start, quantity.end, at):
            yield stated("completion", quantity.relation, quantity.value, "%")
    elif SHARES.search(text) and talk != ELSEWHERE and not OF_A_PART.search(text):
        yield stated("share", quantity.relation, quantity.value, "%")
