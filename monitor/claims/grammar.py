"""Sentences → claims: every number, denial and universal statement about applications, remedies, documents and fees.

A number belongs to the last word of the dictionary before it, or else to the first one behind it, within its clause;
what that word means depends on what the sentence talks about. Numbers of last year, of comparisons and of other
subjects are no claims.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from monitor.claims.asides import NOTHING, Asides
from monitor.claims.claim import Claim
from monitor.claims.counted import counted, stated
from monitor.claims.dictionary import Dictionary, dictionary
from monitor.claims.numbers import Quantity
from monitor.claims.places import InOrder
from monitor.claims.sentence import Parts, take_apart
from monitor.claims.sentences import sentences
from monitor.claims.statement import Statement
from monitor.claims.tokens import APPLICATION, Words

CLAIMING = re.compile(r"[\d零〇一二两三四五六七八九十百千万]|未|无|没|不存在|均|皆|全部|都")
SHARE = re.compile("%|百分之")
OF_APPLICATIONS = 3  # the number of the section whose subject is applications, whatever it says
GRANTED = re.compile("(?<!主动)公开(?:率|合计占|共占)")
RELATIVE = frozenset({"share", "year_change"})  # what speaks of a claim before
MAINLY = re.compile("为主[,，]?(?:约|均|分别)?占(?:比)?(?:约|为|达)?$")
NEAR = 20  # characters before a share in which it says so
OTHER_ARTICLES = frozenset({"相关阅读", "相关链接", "延伸阅读", "推荐阅读", "相关新闻", "相关文章", "相关信息"})
MOST = 5_000  # claims of one text: a report has some dozens
LONGEST_CLAUSE = 400  # characters; of a longer one, what stands around the number
FEW = 3  # limiting words before a number


def read_claims(sections: Iterable[tuple[int, str]], year: int | None) -> tuple[Claim, ...]:
    """The claims of these sections (number and text) of a report of this year, in order; no more than MOST."""
    words = dictionary()
    found: list[Claim] = []
    for number, text in sections:
        if number:  # what stands above the first heading is title and preamble
            found += islice(_section(number, text, year, words, len(found)), MOST - len(found))
    return tuple(found)


def _section(number: int, text: str, year: int | None, known: Dictionary, before: int) -> Iterator[Claim]:
    """The claims of a section; `before` claims were found in the sections before it."""
    talk = APPLICATION if number == OF_APPLICATIONS else ""
    at, left_open = 0, NOTHING
    for sentence in sentences(text):
        if sentence.text in OTHER_ARTICLES:
            return  # what stands below is no part of the report
        words = Words(sentence.text, known)
        asides = Asides(words, NOTHING if sentence.opens else left_open)
        if _may_claim(sentence.text, words, talk):
            parts = take_apart(sentence, words, year, talk, asides)
            claims = [] if parts.is_table() else _claims(parts, text, before)
            before += len(claims)
            yield from (replace(one, section=number, sentence=at) for one in claims)
        spoken = words.talks[-1].name if words.talks else ""
        talk = spoken if spoken or sentence.heading else talk
        goes_on = sentence.text.endswith(("；", ";"))
        left_open = asides.left_open()._replace(**({} if goes_on else {"part": False}))
        at += not goes_on


def _may_claim(text: str, words: Words, talk: str) -> bool:
    """Whether it is worth a closer look: no number and no denial, or no word that we know, is no claim."""
    return bool(CLAIMING.search(text)) and bool(talk or words.any() or SHARE.search(text))


def _claims(parts: Parts, section: str, base: int) -> list[Claim]:
    """The claims of a sentence, in the order in which they stand; `base` claims of the text stand before it."""
    told = [one for one in parts.told if not parts.times.asides.exercise(parts.words.clause(one.start)[1], one.start)]
    claims = [*counted(parts), *((one.start, _told(parts, one)) for one in told)]
    claims.sort(key=lambda pair: pair[0])
    found: list[Claim] = []
    counting: int | None = None
    counted_at = 0
    counts = InOrder([one for one in parts.numbers if one.unit not in ("", "%")])
    for at, claim in claims:
        of = base + counting if claim.concept in RELATIVE and counting is not None else None
        if claim.concept == "share" and _of_another(parts, counts, at, counted_at):
            continue
        if claim.concept not in RELATIVE and claim.concept != "completion":
            counting, counted_at = len(found), at
        # A share of something that is not counted here is none of ours, unless it says of what it is.
        if (
            claim.concept != "share"
            or of is not None
            or GRANTED.search(parts.text, max(parts.words.clause(at)[0], at - NEAR), at)
        ):
            found.append(_placed(replace(claim, of=of), at, parts, section))
    return found


def _of_another(parts: Parts, counts: InOrder[Quantity], at: int, counted_at: int) -> bool:
    """Whether a share is of something else than what was counted last: of a number of nobody's; 以自然人为主,占93%."""
    last = counts.last(at)
    return (last is not None and last.start > counted_at) or bool(MAINLY.search(parts.text, max(0, at - NEAR), at))


def _told(parts: Parts, one: Statement) -> Claim:
    """The claim of a statement without a number."""
    start, end = parts.words.clause(one.start)
    doubtful = parts.times.is_doubtful(start, max(end, one.end), one.start)
    return replace(stated(one.concept, one.relation, one.value), weak=one.weak or doubtful)


def _placed(claim: Claim, at: int, parts: Parts, section: str) -> Claim:
    """With its clause as printed, and where that and the number stand in the section."""
    words, text = parts.words, parts.text
    start, end = words.clause(at)
    limits = words.limits.begun(start, at)[-FEW:]
    scope = words.scopes.first(start)
    if scope is None or scope.start > at:
        before = words.scopes.last(at + 1)  # of the last clause that names one, the first
        scope = words.scopes.first(words.clause(before.start)[0]) if before is not None else None
    if end - start > LONGEST_CLAUSE:
        start, end = max(start, at - LONGEST_CLAUSE // 2), min(end, at + LONGEST_CLAUSE // 2)
    while end < len(text) and text[end - 1] in "（(":
        end -= 1
    first, last = parts.sentence.span(start, end)
    return replace(
        claim,
        clause=" ".join(section[first:last].split()).strip("。；！？"),
        whole=text,
        start=first,
        at=parts.sentence.places[at] - first,
        scope=text[scope.start : scope.end] if scope else "",
        limits=tuple(text[one.start : one.end] for one in limits),
    )
