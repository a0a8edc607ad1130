"""The rules on claims: what the prose states against the tables, against last year, and against itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from extract.content import Number
from monitor.claims.claim import Claim
from monitor.claims.dictionary import dictionary
from monitor.reconcile.claimed import JudgedClaim, judge_claims
from monitor.reconcile.meanings import PARTS, POINTS
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.result import Result, passing
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

# Why a claim could not be judged, where that may change with the next reading.
OPEN_REASONS = frozenset({"due_only", "unstated", "not_whole", "table_missing", "scope"})


def kind(claim: Claim) -> str:
    """The kind of check that a claim is under: the last part of its rule's id."""
    if claim.concept in ("share", "year_change", "completion"):
        return claim.concept
    if claim.concept == "processing_fee":
        return "fee"
    if claim.relation == "universal":
        return "universal"
    if claim.approximate:
        return "approximate"
    return "negation" if claim.relation == "denial" else "cell"


def claims(rule: Rule, sheet: Sheet) -> Result:
    """The claims of one kind: each that fits none of its readings fails, under its concept."""
    passed, outcomes = 0, []
    met: Counter[str] = Counter()
    for judged in judge_claims(sheet):
        if kind(judged.claim) != rule.params["kind"]:
            continue
        if judged.verdict == "pass":
            passed += 1
        elif judged.verdict == "fail" or judged.reason in OPEN_REASONS:
            outcomes.append(_outcome(rule, sheet, judged, met))
    return Result(passed, tuple(outcomes)) if outcomes else passing(max(1, passed))


def subject(claim: Claim, met: Counter[str]) -> str:
    """The concept; a second statement of it that fails is told apart."""
    met[claim.concept] += 1
    return claim.concept if met[claim.concept] == 1 else f"{claim.concept}#{met[claim.concept]}"


def _outcome(rule: Rule, sheet: Sheet, judged: JudgedClaim, met: Counter[str]) -> Outcome:
    claim, tried = judged.claim, judged.tried
    name = subject(claim, met)
    if judged.verdict != "fail":
        ours = "parser" if judged.reason == "not_whole" else "unclear"
        return Outcome(rule.id, name, judged.verdict, reason=judged.reason, year=sheet.year, responsibility=ours)
    first = next((one for one in tried if one.value is not None), tried[0] if tried else None)
    others = list(dict.fromkeys(str(one.value) for one in tried if one is not first and one.value is not None))
    facts: dict[str, str | int] = {"sentence": claim.clause, "concept": claim.concept, "section": claim.section}
    if claim.limits:
        facts |= {"since": "claim_limited", "limits": "、".join(dict.fromkeys(claim.limits))}
    elif claim.relation != "denial" and others and first is not None and others != [str(first.value)]:
        facts |= {"since": "claim_others", "others": "、".join(one for one in others if one != str(first.value))}
    else:
        facts["since"] = "claim_plain"
    left = None if claim.relation == "universal" else claim.value
    right = first.value if first is not None else None
    return Outcome(
        rule.id,
        name,
        "fail",
        left=left,
        right=right,
        delta=left - right if left is not None and right is not None else None,
        operands=first.operands if first is not None else (),
        year=sheet.year,
        facts=facts,
    )


# --- against last year -----------------------------------------------------------------------------------


def year_changes(rule: Rule, sheet: Sheet) -> Result:
    """A stated growth or fall, recomputed from this year's and last year's cells."""
    judged = judge_claims(sheet)
    passed, outcomes, after = 0, [], list(judged)
    met: Counter[str] = Counter()
    for at, one in enumerate(judged):
        if one.claim.concept != "year_change":
            continue
        of = judged[one.claim.of].claim.concept if one.claim.of is not None else "intake"
        changes = [change for change in _changes(of, sheet) if change is not None]
        if not changes or one.claim.value is None:
            continue
        if any(abs(change - Fraction(one.claim.value)) <= POINTS for change in changes):
            passed += 1
            after[at] = replace(one, verdict="pass", reason="", matched=of)
            continue
        after[at] = replace(one, verdict="fail", reason="")
        real = f"{float(changes[0]):.1f}"
        facts: dict[str, str | int] = {"sentence": one.claim.clause, "real": real, "concept": of}
        outcomes.append(Outcome(rule.id, subject(one.claim, met), "fail", year=sheet.year, facts=facts))
    sheet.claims = tuple(after)
    return Result(passed, tuple(outcomes))


CELLS = {
    "intake": ("T3", "received", "total"),
    "received": ("T3", "received", "total"),
    "processed": ("T3", "processed", "total"),
    "carried_forward": ("T3", "carried_forward", "total"),
    "reconsideration": ("T4", "reconsideration", "total"),
}


def _changes(concept: str, sheet: Sheet) -> Iterator[Fraction | None]:
    """The change in percent, by each meaning that the number may have."""
    cell = CELLS.get(concept)
    if cell is None:
        return
    both = [sheet.stated(*cell, back) for back in (0, 1)]
    yield _percent(*both)
    if concept == "intake":
        plus = [sheet.stated("T3", "brought_forward", "total", back) for back in (0, 1)]
        sums = [one + two if one is not None and two is not None else None for one, two in zip(both, plus, strict=True)]
        yield _percent(*sums)


def _percent(now: Number | None, before: Number | None) -> Fraction | None:
    return (Fraction(now) - Fraction(before)) * 100 / Fraction(before) if now is not None and before else None


# --- against itself --------------------------------------------------------------------------------------


def _alone(name: str) -> bool:
    """Whether a number of this concept can mean one thing only."""
    concept = dictionary().concepts[name]
    return len(concept.readings) == 1 and not concept.weak and concept.kind in ("", "total")


ONE_MEANING = frozenset(name for name in dictionary().concepts if _alone(name))
# Who denies these denies those as well.
DENIED_TOO = {"remedies": ("reconsideration", "litigation"), "received": ("intake",)}
Pair = tuple[str, JudgedClaim, JudgedClaim]


def two_numbers(rule: Rule, sheet: Sheet) -> Result:
    """One quantity, two numbers: said of the same body in two places of the prose."""
    some = [one for one in judge_claims(sheet) if one.claim.relation in ("=", "denial")]
    some = [one for one in some if not one.claim.scope and not one.claim.weak]
    said: dict[str, list[JudgedClaim]] = {}
    for one in some:
        if one.claim.concept in ONE_MEANING:
            said.setdefault(one.claim.concept, []).append(one)
    pairs: dict[str, Pair] = {}
    for concept, first, second in (*_different(said), *_by_no_table(some)):
        pairs.setdefault(concept, (concept, first, second))
    outcomes = tuple(_two(rule, sheet, pair) for pair in pairs.values())
    agreed = sum(len(one) > 1 for one in said.values()) - sum(concept in said for concept in pairs)
    return Result(agreed, outcomes) if outcomes else passing(max(1, agreed))


def _two(rule: Rule, sheet: Sheet, pair: Pair) -> Outcome:
    concept, first, second = pair
    facts: dict[str, str | int] = {"sentence": first.claim.clause, "other": second.claim.clause, "concept": concept}
    return Outcome(rule.id, concept, "fail", first.claim.value, second.claim.value, year=sheet.year, facts=facts)


def _different(said: Mapping[str, Sequence[JudgedClaim]]) -> Iterator[Pair]:
    """Those of one meaning; a number that the tables contradict is told there."""
    for concept, some in said.items():
        other = next((one for one in some if one.claim.value != some[0].claim.value), None)
        if other is not None and all(one.verdict != "fail" for one in some):
            yield concept, some[0], other


def _by_no_table(judged: Sequence[JudgedClaim]) -> Iterator[Pair]:
    """Those that only a table could reconcile, where there is none: two numbers answered although nothing was brought
    forward; cases, or applications, that another sentence denies.
    """
    some = [one for one in judged if one.verdict == "not_assessable"]
    answered = [one for one in some if one.claim.concept == "processed"]
    if not any(one.claim.concept == "brought_forward" for one in judged):
        for one in answered[1:]:
            if one.claim.value != answered[0].claim.value and not _same_sentence(one, answered[0]):
                yield "processed", answered[0], one
    for denial in some:
        denied = DENIED_TOO.get(denial.claim.concept, ())
        if denial.claim.relation != "denial" or denial.claim.limits or not denied:
            continue
        told = next((one for one in some if one.claim.concept in denied and one.claim.value), None)
        if told is not None:
            yield told.claim.concept, denial, told


def _same_sentence(one: JudgedClaim, two: JudgedClaim) -> bool:
    return (one.claim.section, one.claim.sentence) == (two.claim.section, two.claim.sentence)


def sentences(judged: Sequence[JudgedClaim]) -> Iterator[list[Claim]]:
    """The claims that count something, sentence by sentence."""
    found: dict[tuple[int, int], list[Claim]] = {}
    for one in judged:
        if one.claim.concept not in ("share", "year_change", "completion"):
            found.setdefault((one.claim.section, one.claim.sentence), []).append(one.claim)
    yield from found.values()


def is_part(claim: Claim) -> bool:
    return claim.concept.partition(".")[2] in PARTS
