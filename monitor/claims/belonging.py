"""Which word a number belongs to: the last one before it within its clause, or else the first one behind it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from monitor.claims.dictionary import Concept, dictionary
from monitor.claims.numbers import Quantity
from monitor.claims.sentence import Parts
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Token

PAUSE = frozenset(",，。；：:;、（）()")
# What may stand between a word and its number.
FILLER = re.compile(
    r"(?:案件|案|数量|总数|数|情况|共计|共|合计|总计|分别|各|为|有|是|的|发生|引发|申请|结果|、|：|:|（|\(|件|全年|本年|累计|均|中|达){0,6}$"
)
FILLERS = re.compile(
    r"[、,]?不再处理其?|案件|数量|总数|情况|共计|合计|总计|分别|申请|结果|累计|全年|本年|相关|信息|原因|政府|[共各为有是的、：:（(件均中达等数约近逾]"
)
STRAY = 3  # characters of an unknown word
# 16件将在期限内办结, 16件未到答复期限: what is said is not done yet.
NOT_YET = re.compile("将|待|拟|应|未到|未届|未满")
SUCH = re.compile(r"[”\"』]?(?:类|的|决定|为由)?")
MANY = re.compile(r"等(?:多种|多个|各种|各类|不同)?(?:渠道|方式|途径|形式|平台)?")


class Gap(NamedTuple):
    """Where the words of a number may stand: before it from `left`, its reason from `far`; behind it up to `right`.

    `following` is where the next number begins, or the sentence ends.
    """

    far: int
    left: int
    right: int
    following: int


class Belonging(NamedTuple):
    """The concept that a number counts, and where the word behind the number ends that is spent on it (0: none)."""

    concept: Concept | None
    spent: int = 0


class _Meant(NamedTuple):
    """A word, and the concept that it means here."""

    token: Token
    concept: Concept


def belonging(parts: Parts, quantity: Quantity, gap: Gap) -> Belonging:
    """What a number of a sentence counts."""
    runs_on = gap.following < len(parts.text) and gap.right == gap.following
    after = None if runs_on else _behind(parts, quantity.end, gap.right)
    spent = after.token.end if after else 0
    behind = after.concept if after else None
    before = _before(parts, quantity.start, gap)
    if before is None:
        return Belonging(behind, spent)
    if (
        behind is not None
        and before.concept.kind != "total"
        and behind.id != "intake"
        and before.concept.id != "brought_forward"
        and _attribute(parts, before.token, quantity.start)
    ):
        return Belonging(behind, spent)
    if not _near(parts, before, quantity.start):
        return Belonging(behind, spent)
    return Belonging(None if _of_thing(parts, quantity, before.concept) else before.concept, spent)


def _attribute(parts: Parts, token: Token, at: int) -> bool:
    """自然人的3件申请: the word before says only whose or which."""
    between = parts.text[token.end : at]
    return between == "的" or (not between and parts.text[token.end - 1] == "的")


def _near(parts: Parts, one: _Meant, at: int) -> bool:
    """Whether nothing stands between a word and its number that the number could be of instead."""
    subjects = parts.words.talks.within(one.token.end, at)
    between = parts.text[max([one.token.end, *(subject.end for subject in subjects)]) : at]
    if one.concept.kind in ("total", "member"):
        return bool(FILLER.match(between))
    return bool(subjects) or len(FILLERS.sub("", between)) <= STRAY


def _of_thing(parts: Parts, quantity: Quantity, concept: Concept) -> bool:
    """新增4项功能: a number of something that the dictionary does not know."""
    behind = parts.text[quantity.end : quantity.end + 1]
    if concept.id not in ("received", "intake") or quantity.unit == "件" or not behind or behind in PAUSE:
        return False
    return quantity.end not in parts.begins


def _before(parts: Parts, at: int, gap: Gap) -> _Meant | None:
    """The last word between the number before and this one, with what it means together with those before it."""
    talk = parts.talk(at)
    spoken = [one for one in parts.told if gap.far < one.end <= at]
    fields = [
        _Meant(one, concept)
        for one in parts.words.fields.within(gap.far, at)
        if not any(some.start <= one.start < some.end for some in spoken) and not _names_subject(parts, one)
        if (concept := parts.meant(one, talk, close=one.end == at))
    ]
    subjects = parts.words.talks.within(gap.left, at)
    tracks = [_Meant(one, concept) for one in subjects if (concept := dictionary().concepts.get(one.name))]
    near = [one for one in fields if one.token.start >= gap.left]
    meant = sorted((*near, *tracks), key=lambda one: (one.token.start, one.token.end))
    elsewhere = max((one.end for one in subjects if one.name == ELSEWHERE), default=-1)
    if not meant or elsewhere > meant[-1].token.start:
        return _only_subject(parts, subjects, gap.left, at)
    leaves = [
        one
        for one in fields
        if one.concept.kind == "leaf" and (one.token.start >= gap.left or one.token.end == gap.left - 1)
    ]
    return _together(parts, meant, leaves, subjects, gap.left, at)


def _names_subject(parts: Parts, one: Token) -> bool:
    """依申请公开信件: the letter is the application, and no way by which it came."""
    subject = parts.words.talks.last(one.start) if one.name == "channel" else None
    return subject is not None and one.end <= subject.end


def _together(
    parts: Parts, meant: Sequence[_Meant], leaves: Sequence[_Meant], subjects: Sequence[Token], left: int, at: int
) -> _Meant | None:
    """What the last of several words means: some only add to the one before them."""
    last = meant[-1]
    token, concept = last
    before = meant[-2] if len(meant) > 1 else None
    if before and concept.id == "intake" and "数" in parts.text[token.start : token.end]:
        return before  # 上年结转…申请数量
    if concept.kind == "group" and leaves:
        return _Meant(token, leaves[-1].concept)
    if concept.kind == "leaf" and len(leaves) > 1 and leaves[-2].token.start >= left:
        return last if leaves[-2].concept is concept else None  # 甲和乙共: of both
    if before and concept.id == "processed" and SUCH.fullmatch(parts.text, before.token.end, token.start):
        return _Meant(token, before.concept)  # 予以公开答复
    if (applications := _applicants(meant, subjects)) is not None:
        return _Meant(applications, dictionary().concepts["intake"])
    return _by_way(parts, meant, at) if concept.id in ("intake", "received") else last


def _applicants(meant: Sequence[_Meant], subjects: Sequence[Token]) -> Token | None:
    """收到公民提交的…申请, 收到通过邮寄、网络提交的…申请: the applications are counted, whoever made them."""
    last = meant[-1]
    ways = [one for one in meant if one.concept.id == "channel"]
    if last.concept.kind != "member" and (last.concept.id != "channel" or len(ways) < 2):
        return None
    verbs = any(one.concept.id == "intake" for one in meant[:-1])
    behind = [one for one in subjects if one.name == APPLICATION and one.end > last.token.end]
    return behind[-1] if verbs and behind else None


def _only_subject(parts: Parts, subjects: Sequence[Token], left: int, at: int) -> _Meant | None:
    """受理…，其中政府信息公开申请8件: nothing but its subject stands before the number."""
    if parts.first_intake is None or parts.first_intake > left or not subjects:
        return None
    last = subjects[-1]
    if last.name != APPLICATION or not FILLER.match(parts.text[last.end : at]):
        return None
    return _Meant(last, dictionary().concepts["intake"])


def _by_way(parts: Parts, meant: Sequence[_Meant], at: int) -> _Meant:
    """Received by one way is a part by that way; by several ways, or 等 ways, all that was received."""
    ways = [one for one in meant if one.concept.id == "channel"]
    if len(ways) == 1 and not MANY.search(parts.text, ways[0].token.end, at):
        return _Meant(meant[-1].token, ways[0].concept)
    return meant[-1]


def _behind(parts: Parts, at: int, right: int) -> _Meant | None:
    """The first word behind a number, with its meaning."""
    talk = parts.talk(at)
    subjects = parts.words.talks.within(at, right)
    meant = [
        _Meant(one, concept)
        for one in parts.words.behind.within(at, right)
        if (concept := parts.meant(one, talk, close=True))
    ]
    meant += [_Meant(one, concept) for one in subjects if (concept := dictionary().concepts.get(one.name))]
    other = min((one.start for one in subjects if one.name == ELSEWHERE), default=len(parts.text))
    first = min(meant, key=lambda one: (one.token.start, -one.token.end), default=None)
    if first is None or other < first.token.start or NOT_YET.search(parts.text, at, first.token.start + 1):
        return None
    if first.concept.kind == "total" and first.token.start > at:  # 2件答复被复议机关纠正
        return next((one for one in meant if one.concept.kind == "part" and one.token.start >= first.token.end), first)
    return first
