"""Sentences → claims: every number, denial and universal statement about applications, remedies, documents and fees.

A number belongs to the last word of the dictionary before it, or else to the first one behind it, within its clause;
what that word means depends on what the sentence talks about. Numbers of last year, of comparisons and of other
subjects are no claims.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extract.content import Number
from monitor.claims.claim import Claim, Relation
from monitor.claims.dictionary import Concept, Dictionary, dictionary
from monitor.claims.numbers import Quantity, quantities
from monitor.claims.sentences import Sentence, sentences
from monitor.claims.statements import Statement, statements
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Token, Words

CLAIMING = re.compile(r"[\d零〇一二两三四五六七八九十百]|未|无|没有|均|皆|全部|都")
COMPARED = re.compile(
    r"同比|[比较与同](?:上|去|前)(?:一)?年(?:度)?(?:同期)?|(?:比|较|与)\d{4}年(?:度)?|(?:上|去)(?:一)?年(?:度)?同期|同期"
)
# Another year's figures, sums over years, plans, samples: no claims of this report.
PAST = re.compile(
    r"(?:^|(?<=[,，（]))(?:而)?(?:上一年度|上年度|上一年|上年|去年|前年)(?!(?:度)?(?:申请)?(?:结转|转结|转入|遗留|顺延|未办结))"
)
NOT_NOW = re.compile(
    r"平均|前[两三四五]年|近[两三四五]年|历年|[自从]\d{4}年以来|\d{4}年以来|每年|每月|力争|争取|确保|明年(?!办|继|处|答)|计划|居前|以外|抽查|评查|模拟|十[二三四五]五|[一二]审"
)
OWN = re.compile(r"本级|本机关|本单位|本局|我[局办委镇]")
NOW = re.compile(r"本年|今年|年内|当年")
OTHER_YEAR = re.compile(r"(?<![\d至到转])(20\d\d)年(?!(?:度)?(?:结转|转结|顺延|转入|继续|以来|\d{1,2}月))")
FALLS = re.compile(r"下降|减少|回落|降低|降幅|下滑")
CHANGES = re.compile(r"增长|上升|增加|提高|增幅|上涨|下降|减少|回落|降低|降幅|下滑")
RATE = re.compile(r"(?:办结|答复|办理|回复|处理|办复)(?:及时)?率|及时率")
SHARES = re.compile(r"占|公开率|[（(]$")
MANY = re.compile(r"等(?:多种|多个|各种|各类|不同)?(?:渠道|方式|途径|形式|平台)?")
ABOUT = re.compile(r"(?:大约|约|近|将近)(?:共)?$")
FILLER = re.compile(
    r"(?:案件|案|数量|总数|数|情况|共计|共|合计|总计|分别|各|为|有|是|的|发生|引发|申请|结果|、|：|:|（|\(|件|全年|本年|累计|均|中|达){0,6}$"
)
FILLERS = re.compile(
    r"[、,]?不再处理其?|案件|数量|总数|情况|共计|合计|总计|分别|申请|结果|累计|全年|本年|相关|信息|原因|政府|[共各为有是的、：:（(件均中达等数约近逾]"
)
STRAY = 3  # characters of an unknown word
SUCH = re.compile(r"[”\"』]?(?:类|的|决定|为由)?")
COUNTED = re.compile(r"(?:数|数量|件数|总数|量)(?:为|是|：|:)?$")
EACH = re.compile(r"各$")
NOBODY = re.compile(r"未|没有|无(?!法)")  # 9个未收到
EXCEPT = re.compile(r"除$")
TABLE, LABELS = 200, 6  # characters and reasons of 表三 in one sentence that make it a table
BEHIND = -1  # a word that stands behind its number
PAUSE = frozenset(",，。；：:;、（）()")
TRACKS_OF = {"remedies": ("reconsideration", "litigation")}
# In a sentence that names no subject, these are said of much else.
ASKED = frozenset({"intake", "received", "processed", "channel", "other", "not_processed.complaint"})


def read_claims(sections: Iterable[tuple[int, str]], year: int | None) -> tuple[Claim, ...]:
    """The claims of these sections (number and text) of a report of this year, in order."""
    words = dictionary()
    found: list[Claim] = []
    for number, text in sections:
        if number:  # what stands above the first heading is title and preamble
            found += _section(number, text, year, words, len(found))
    return tuple(found)


def _section(number: int, text: str, year: int | None, words: Dictionary, before: int) -> list[Claim]:
    found: list[Claim] = []
    talk = APPLICATION if number == 3 else ""
    at = 0
    for sentence in sentences(text):
        reader = _Sentence(sentence, text, words, year, talk)
        if CLAIMING.search(sentence.text) and not reader.is_table():
            for claim in reader.claims(number, at, before + len(found)):
                found.append(claim)
        spoken = reader.spoken()
        talk = spoken if spoken or sentence.heading else talk
        at += not sentence.text.endswith(("；", ";"))
    return found


class _Sentence:
    """One sentence, read for a report of a year; `inherited` is what the sentence before talked about."""

    def __init__(self, sentence: Sentence, section: str, words: Dictionary, year: int | None, inherited: str) -> None:
        self.sentence = sentence
        self.section = section
        self.text = sentence.text
        self.words = Words(self.text, words)
        self.year = year
        self.inherited = inherited
        self.numbers = quantities(self.text)
        self.told = statements(self.text, self.words, inherited, self.numbers)
        self.last_behind = 0
        self.used = 0  # where the words end that stand behind their number
        self.of_applications = self._of_applications()

    def _of_applications(self) -> bool:
        """Whether a sentence that names no subject can only be about applications."""
        named = [one.concept for one in (*self.words.fields, *self.words.behind) if one.concept]
        ways = {one.start for one in self.words.fields if one.concept and one.concept.id == "channel"}
        sure = any(APPLICATION in one.talks and one.id not in ASKED and one.kind != "member" for one in named)
        done = any(one.concept == "completion" for one in self.told) or RATE.search(self.text)
        return sure or len(ways) > 1 or bool(done)

    def is_table(self) -> bool:
        """Whether it is a table that lost its cells: its labels with figures between them."""
        if len(self.text) < TABLE:
            return False
        return len({one.name for one in self.words.fields if one.concept and one.concept.kind == "leaf"}) >= LABELS

    def spoken(self) -> str:
        """What the sentence leaves as the subject of the next one."""
        return self.words.talks[-1].name if self.words.talks else ""

    def claims(self, section: int, number: int, base: int) -> list[Claim]:
        """Its claims, in the order in which they stand."""
        parts: list[tuple[int, Claim]] = []
        for at, quantity in enumerate(self.numbers):
            before = self.numbers[at - 1].end if at else 0
            behind = self.numbers[at + 1].start if at + 1 < len(self.numbers) else len(self.text)
            parts += [(quantity.start, one) for one in self._numbered(quantity, before, behind)]
        parts += [(one.start, self._stated(one)) for one in self.told]
        parts.sort(key=lambda part: part[0])
        found: list[Claim] = []
        for at, claim in parts:
            of = self._subject(claim, found, base)
            found.append(self._placed(replace(claim, of=of), at, section, number))
        return found

    def _subject(self, claim: Claim, found: Sequence[Claim], base: int) -> int | None:
        """Which of the claims before a share or a change speaks of."""
        if claim.concept not in ("share", "year_change"):
            return None
        counted = [at for at, one in enumerate(found) if one.concept not in ("share", "year_change", "completion")]
        return base + counted[-1] if counted else None

    def _placed(self, claim: Claim, at: int, section: int, number: int) -> Claim:
        start, end = self.words.clause(at)
        while end < len(self.text) and self.text[end - 1] in "（(":
            end -= 1
        first, last = self.sentence.span(start, min(end, len(self.text)))
        here = self.sentence.places[at]
        near = [one for one in self.words.scopes if start <= one.start <= at]
        scopes = near[:1] or [one for one in self.words.scopes if one.start <= at]
        limits = tuple(self.text[one.start : one.end] for one in self.words.limits if start <= one.start < at)
        return replace(
            claim,
            clause=" ".join(self.section[first:last].split()).strip("。；！？"),
            whole=self.text,
            section=section,
            start=first,
            at=here - first,
            sentence=number,
            scope=self.text[scopes[-1].start : scopes[-1].end] if scopes else "",
            limits=limits,
        )

    def _stated(self, one: Statement) -> Claim:
        return _claim(one.concept, one.relation, one.value, "")

    def _numbered(self, quantity: Quantity, before: int, behind: int) -> Iterator[Claim]:
        start, end = self.words.clause(quantity.start)
        left = max(start, before, self.used)
        if quantity.unit == "%":
            yield from self._rate(quantity, start, left)
            return
        if self._not_now(start, end, quantity.start) or EXCEPT.search(self.text, start, quantity.start):
            return
        if quantity.unit not in ("件", "起", "条", "份") and NOBODY.match(self.text, quantity.end):
            return
        self.last_behind = 0
        pause = self.text.find("、", quantity.end, min(end, behind))
        right = min(end, behind) if pause < 0 else pause
        concept = self._concept(quantity, before if start > before else left, left, right, behind)
        if concept is None or not _counted(quantity, concept):
            return
        if not quantity.unit and not self._bare(quantity, left):
            return
        if concept.sure and quantity.unit == "项" and not any(one.name == concept.talks[0] for one in self.words.talks):
            return
        relation = quantity.relation
        if relation == "=" and any(
            one.start >= left and one.end <= quantity.start and ABOUT.search(self.text, left, one.start)
            for one in self.words.fields
        ):
            relation = "≈"
        each = TRACKS_OF.get(concept.id, ()) if EACH.search(self.text, left, quantity.start) else ()
        if self.last_behind:
            self.used = self.last_behind
        for name in each or (concept.id,):
            claim = _claim(name, relation, quantity.value, quantity.unit)
            yield replace(claim, handled=concept.handles, weak=concept.weak)

    def _not_now(self, start: int, end: int, at: int) -> bool:
        """Last year's figures, a comparison, a sum over years, a plan, a sample, other bodies."""
        text = self.text
        if COMPARED.search(text, start, at) or NOT_NOW.search(text, start, end):
            return True
        if any(
            one.start < at and (one.start >= start or not OWN.search(text, start, at)) for one in self.words.subordinate
        ):
            return True
        return self._of_another_time(start, at)

    def _of_another_time(self, start: int, at: int) -> bool:
        """Whether the last time named before a number is not this year: 上年…, 2022年… of a report of 2023."""
        named = [(one.start(), True) for one in PAST.finditer(self.text, 0, at)]
        named += [(one.start(), False) for one in NOW.finditer(self.text, 0, at)]
        for one in OTHER_YEAR.finditer(self.text, 0, at):
            begins = one.start() - self.words.clause(one.start())[0] < 3
            if self.year is not None and (one.start() >= start or begins):
                named.append((one.start(), int(one[1]) != self.year))
        return max(named)[1] if named else False

    def _bare(self, quantity: Quantity, left: int) -> bool:
        """A number without a unit counts only between its word and a pause."""
        if self.text[quantity.start] in "为是均" or COUNTED.search(self.text, left, quantity.start):
            return True
        behind = self.text[quantity.end : quantity.end + 1]
        ends = {one.end for one in (*self.words.fields, *self.words.talks) if one.end > left}
        return quantity.start in ends and (not behind or behind in PAUSE)

    def _rate(self, quantity: Quantity, start: int, left: int) -> Iterator[Claim]:
        text = self.text[left : quantity.start]
        if CHANGES.search(text) and (COMPARED.search(self.text, start, quantity.start)):
            if self.words.talk(quantity.start, self.inherited) != ELSEWHERE:
                value = -quantity.value if FALLS.search(text) else quantity.value
                yield _claim("year_change", quantity.relation, value, "%")
        elif RATE.search(text):
            talk = self.words.talk(quantity.start, self.inherited)
            if talk in (APPLICATION, "") and not self._not_now(start, quantity.end, quantity.start):
                yield _claim("completion", quantity.relation, quantity.value, "%")
        elif SHARES.search(text) and self.words.talk(quantity.start, self.inherited) != ELSEWHERE:
            yield _claim("share", quantity.relation, quantity.value, "%")

    def _concept(self, quantity: Quantity, far: int, left: int, right: int, following: int) -> Concept | None:
        """What a number counts: the word before it, from `left`; a reason may stand further off, from `far`."""
        runs_on = following < len(self.text) and right == following
        behind = None if runs_on else self._behind(quantity.end, right)
        token, concept = self._before(quantity.start, left, far)
        if token is None or concept is None:
            return behind
        between = self.text[token.end : quantity.start]
        if (
            behind is not None
            and concept.kind != "total"
            and (between == "的" or (not between and self.text[token.end - 1] == "的"))
        ):
            return behind
        if not self._near(token, concept, quantity.start):
            return behind
        return None if self._of_thing(quantity, concept) else concept

    def _near(self, token: Token, concept: Concept, at: int) -> bool:
        """Whether nothing stands between a word and its number that the number could be of instead."""
        subjects = [one for one in self.words.talks if token.end <= one.start and one.end <= at]
        behind = max([token.end, *(one.end for one in subjects)])
        if concept.kind in ("total", "member"):
            return bool(FILLER.match(self.text[behind:at]))
        return bool(subjects) or len(FILLERS.sub("", self.text[behind:at])) <= STRAY

    def _of_thing(self, quantity: Quantity, concept: Concept) -> bool:
        """新增4项功能: a number of something that the dictionary does not know."""
        behind = self.text[quantity.end : quantity.end + 1]
        if concept.id not in ("received", "intake") or quantity.unit == "件" or not behind or behind in PAUSE:
            return False
        return not any(one.start == quantity.end for one in (*self.words.talks, *self.words.behind, *self.words.fields))

    def _before(self, at: int, left: int, far: int) -> tuple[Token | None, Concept | None]:
        """The last word between the number before and this one, and its meaning."""
        talk = self.words.talk(at, self.inherited)
        told = [one for one in self.told if one.end <= at]
        meant = [
            (one, concept)
            for one in self.words.fields
            if far <= one.start and one.end <= at and not any(some.start <= one.start < some.end for some in told)
            if (concept := self._meant(one, talk, at))
        ]
        leaves = [
            pair for pair in meant if pair[1].kind == "leaf" and (pair[0].start >= left or pair[0].end == left - 1)
        ]
        meant = [pair for pair in meant if pair[0].start >= left]
        subjects = [one for one in self.words.talks if left <= one.start and one.end <= at]
        meant += [(one, concept) for one in subjects if (concept := dictionary().concepts.get(one.name))]
        meant.sort(key=lambda pair: (pair[0].start, pair[0].end))
        elsewhere = max((one.end for one in subjects if one.name == ELSEWHERE), default=-1)
        if not meant or elsewhere > meant[-1][0].start:
            return self._named(subjects, left, at)
        token, concept = meant[-1]
        if concept.id == "intake" and len(meant) > 1 and "数" in self.text[token.start : token.end]:
            return meant[-2]  # 上年结转…申请数量
        if concept.kind == "group" and leaves:
            return token, leaves[-1][1]
        if concept.kind == "leaf" and len(leaves) > 1 and leaves[-2][0].start >= left:
            return token, None  # 甲和乙共: of both
        if concept.id == "processed" and len(meant) > 1 and SUCH.fullmatch(self.text, meant[-2][0].end, token.start):
            return token, meant[-2][1]  # 予以公开答复
        if (applications := self._applicants(meant, subjects)) is not None:
            return applications, dictionary().concepts["intake"]
        if concept.id in ("intake", "received"):
            return token, self._way(meant, concept, at)
        return token, concept

    def _applicants(self, meant: Sequence[tuple[Token, Concept]], subjects: Sequence[Token]) -> Token | None:
        """收到公民提交的…申请, 收到通过邮寄、网络提交的…申请: the applications are counted, whoever made them."""
        ways = [one for one, concept in meant if concept.id == "channel"]
        if meant[-1][1].kind != "member" and (meant[-1][1].id != "channel" or len(ways) < 2):
            return None
        verbs = [one for one, concept in meant[:-1] if concept.id == "intake"]
        behind = [one for one in subjects if one.name == APPLICATION and one.start >= meant[-1][0].end]
        return behind[-1] if verbs and behind else None

    def _named(self, subjects: Sequence[Token], left: int, at: int) -> tuple[Token | None, Concept | None]:
        """受理…，其中政府信息公开申请8件: nothing but its subject stands before the number."""
        received = any(one.end <= left and one.concept and one.concept.id == "intake" for one in self.words.fields)
        if (
            received
            and subjects
            and subjects[-1].name == APPLICATION
            and FILLER.match(self.text[subjects[-1].end : at])
        ):
            return subjects[-1], dictionary().concepts["intake"]
        return None, None

    def _way(self, meant: Sequence[tuple[Token, Concept]], concept: Concept, at: int) -> Concept:
        """Received by one way is a part by that way; by several ways, or 等 ways, all that was received."""
        ways = [pair for pair in meant if pair[1].id == "channel"]
        if len(ways) == 1 and not MANY.search(self.text, ways[0][0].end, at):
            return ways[0][1]
        return concept

    def _meant(self, token: Token, talk: str, at: int) -> Concept | None:
        concept = token.concept
        if concept is None:
            return None
        if not concept.talks or talk in concept.talks:
            return concept
        if not talk and concept.sure:
            return concept
        if not talk and (APPLICATION in concept.talks or concept.id == "corrected"):
            sure = concept.id not in ASKED or self.of_applications or "其他处理" in self.text[token.start : token.end]
            return concept if sure or (concept.id == "processed" and at in (token.end, BEHIND)) else None
        # A reason of 表三 is one in whatever talk but another subject's.
        return concept if concept.kind in ("leaf", "member") and talk != ELSEWHERE else None

    def _behind(self, at: int, right: int) -> Concept | None:
        """The meaning of the first word behind the number."""
        talk = self.words.talk(at, self.inherited)
        subjects = [one for one in self.words.talks if at <= one.start and one.end <= right]
        tokens = [one for one in self.words.behind if at <= one.start and one.end <= right]
        meant = [(one, concept) for one in tokens if (concept := self._meant(one, talk, BEHIND))]
        meant += [(one, concept) for one in subjects if (concept := dictionary().concepts.get(one.name))]
        meant.sort(key=lambda pair: (pair[0].start, -pair[0].end))
        other = min((one.start for one in subjects if one.name == ELSEWHERE), default=len(self.text))
        if not meant or other < meant[0][0].start:
            return None
        self.last_behind = meant[0][0].end
        return meant[0][1]


def _claim(concept: str, relation: Relation, value: Number | None, unit: str) -> Claim:
    return Claim(concept, relation, value, unit, "", 0, 0, 0, 0, approximate=relation in ("≈", "≥"))


COUNTS = frozenset({"件次", "份次", "批次", "件", "条", "起", "份", "项", "次", "宗", "封", "例", "个", ""})


def _counted(quantity: Quantity, concept: Concept) -> bool:
    if concept.units:
        return quantity.unit in concept.units
    return quantity.unit in COUNTS and quantity.value == int(quantity.value)
