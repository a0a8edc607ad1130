"""One sentence taken apart: its words, its numbers, what it says without a number, and what time it speaks of."""

import re
from dataclasses import dataclass

from monitor.claims.asides import Asides
from monitor.claims.dictionary import Concept
from monitor.claims.numbers import Quantity, quantities
from monitor.claims.places import InOrder
from monitor.claims.sentences import Sentence
from monitor.claims.statement import PERSONS, Statement
from monitor.claims.statements import statements
from monitor.claims.times import Times
from monitor.claims.tokens import APPLICATION, ELSEWHERE, Token, Words

RATE = re.compile(r"(?:办结|答复|办理|回复|处理|办复)(?:及时)?率|及时率")
# Words that the heads of the tables have, and prose hardly ever: two of them in one sentence.
HEADS = re.compile(
    r"本年制发件数|本年废止件数|现行有效件数|本年处理决定数量|本年收费金额|结果维持结果纠正|其他结果尚未审结|商业企业科研机构|社会公益组织法律|勾稽关系|信息内容"
)
FIGURES = 2  # of them side by side
TABLE, LABELS = 200, 6  # characters and reasons of 表三 in one sentence that make it a table
# What may stand before a number without naming what is counted.
NAMES_NOTHING = re.compile(
    r"其中|提交|提出|递交|另有|另外|系统|平台|渠道|此外|还有|包括|全年|本年|今年|年度|累计|[总共合]计|数量|总数|情况|相关|各类|分别|主要|实际|方面|已经|依法|按时|及时|均|含|共|已|有|为|件|[\d年月日度至到的等、：:（(]"
)
A_THING = re.compile("[一-龥]{2}")
OURS = re.compile("申请|公开|答复|办结|告知|诉讼|法院|判决")
HANDLED = frozenset({"intake", "intake_handled", "processed", "channel"})
# In a sentence that names no subject, these are said of much else.
SAYS_SO = re.compile("其他处理|类申请")  # but in such words
ASKED = frozenset({"intake", "received", "processed", "channel", "other", "not_processed.complaint"})


@dataclass(frozen=True, slots=True)
class Parts:
    """What one sentence is made of; all places are characters of `text`.

    `inherited` is what the sentence before talked about, "" if nothing. `of_applications`: it names no subject, and can
    only be about applications. `ends` and `begins` are where any word ends or begins that a number may belong to.
    `first_intake` is where the first verb of receiving ends.
    """

    text: str
    sentence: Sentence
    inherited: str
    words: Words
    numbers: InOrder[Quantity]
    told: tuple[Statement, ...]
    times: Times
    of_applications: bool
    ends: frozenset[int]
    begins: frozenset[int]
    first_intake: int | None

    def talk(self, at: int) -> str:
        """What is talked about at a place."""
        return self.words.talk(at, self.inherited)

    def is_table(self) -> bool:
        """Whether it is a table that lost its cells: figures side by side, or its labels with figures between them."""
        if len({match[0][:4] for match in HEADS.finditer(self.text)}) > 1 or self._figures_apart() >= FIGURES:
            return True
        if len(self.text) < TABLE:
            return False
        return len({one.name for one in self.words.fields if one.concept and one.concept.kind == "leaf"}) >= LABELS

    def _figures_apart(self) -> int:
        """How often one figure stands behind another with nothing but white space between: 5 3 34."""
        places = self.sentence.places
        return sum(
            self.text[at - 1].isdecimal() and self.text[at].isdecimal() and places[at] - places[at - 1] > 1
            for at in range(1, len(self.text))
        )

    def meant(self, token: Token, talk: str, *, close: bool) -> Concept | None:
        """The concept that a word means in such talk, None where it is said of something else.

        `close`: nothing stands between it and its number.
        """
        concept = token.concept
        if concept is None:
            return None
        if not concept.talks or talk in concept.talks or (not talk and concept.sure):
            return concept
        if not talk and (APPLICATION in concept.talks or concept.id == "corrected"):
            sure = concept.id not in ASKED or self.of_applications or SAYS_SO.search(self.text, token.start, token.end)
            return concept if sure or (concept.id == "processed" and close) else None
        # A reason of 表三 is one in whatever talk but another subject's.
        return concept if concept.kind in ("leaf", "member") and talk != ELSEWHERE else None


def take_apart(sentence: Sentence, words: Words, year: int | None, inherited: str, asides: Asides) -> Parts:
    """The parts of a sentence of a report for a year."""
    text = sentence.text
    numbers = InOrder(quantities(text))
    if inherited in ("", APPLICATION) and not words.talks and _counts_a_stranger(words, numbers):
        inherited = ELSEWHERE
    told = tuple(statements(text, words, inherited, numbers))
    intakes = (one.end for one in words.fields if one.concept and one.concept.id == "intake")
    return Parts(
        text,
        sentence,
        inherited,
        words,
        numbers,
        told,
        Times(words, year, asides),
        _of_applications(text, words, told),
        frozenset(one.end for row in (words.fields, words.talks) for one in row),
        frozenset(one.start for row in (words.fields, words.talks, words.behind) for one in row),
        next(intakes, None),
    )


def _counts_a_stranger(words: Words, numbers: InOrder[Quantity]) -> bool:
    """Whether a sentence that names no subject begins with the number of a thing that the dictionary does not know:
    督办事项50件,办结50件."""
    first = next((one for one in numbers if one.unit != "%"), None)
    if first is None:
        return False
    start, _ = words.clause(first.start)
    verb = words.fields.last_within(start, first.start)
    if verb is not None and verb.name not in HANDLED:
        return False
    scope = words.scopes.last_within(start, first.start)
    begin = max(start, verb.end if verb else 0, scope.end if scope else 0)
    left = NAMES_NOTHING.sub("", words.text[begin : first.start])
    behind = words.behind.first(first.end)
    return bool(A_THING.search(left)) and not OURS.search(left) and (behind is None or behind.start > first.end)


def _of_applications(text: str, words: Words, told: tuple[Statement, ...]) -> bool:
    """Whether a sentence that names no subject can only be about applications."""
    named = [one.concept for row in (words.fields, words.behind) for one in row if one.concept]
    ways = {one.start for one in words.fields if one.concept and one.concept.id == "channel"}
    sure = any(APPLICATION in one.talks and one.id not in ASKED and one.kind != "member" for one in named)
    done = any(one.concept == "completion" or one.concept in PERSONS for one in told) or RATE.search(text)
    return sure or len(ways) > 1 or bool(done)
