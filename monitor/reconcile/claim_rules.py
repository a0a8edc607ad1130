"""The rules on claims: what the prose states against the tables, against last year, and against itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
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
from monitor.reconcile.vector import INDEX, SIZE

# Why a claim could not be judged, where that may change with the next reading.
OPEN_REASONS = frozenset({"due_only", "unstated", "not_whole", "table_missing", "scope"})
MEMBERS = frozenset({"natural_person", "business", "research", "social", "legal_services", "legal_person"})


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
    elif others and first is not None and others != [str(first.value)]:
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
        delta=left - right if left is not None and right is not None and not isinstance(left, float) else None,
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
    slot = INDEX[cell]
    yield _percent(_stated(sheet, slot), _stated(sheet, slot + SIZE))
    if concept == "intake":
        more = INDEX["T3", "brought_forward", "total"]
        both = [_stated(sheet, slot + SIZE * back) for back in (0, 1)]
        plus = [_stated(sheet, more + SIZE * back) for back in (0, 1)]
        sums = [one + two if one is not None and two is not None else None for one, two in zip(both, plus, strict=True)]
        yield _percent(*sums)


def _stated(sheet: Sheet, slot: int) -> Number | None:
    return sheet.values[slot] if slot < len(sheet.codes) and sheet.codes[slot] == 0 else None


def _percent(now: Number | None, before: Number | None) -> Fraction | None:
    return (Fraction(now) - Fraction(before)) * 100 / Fraction(before) if now is not None and before else None


# --- against itself --------------------------------------------------------------------------------------

ONE_MEANING = frozenset(
    name
    for name, concept in dictionary().concepts.items()
    if len(concept.readings) == 1 and not concept.weak and concept.kind in ("", "total")
)


def two_numbers(rule: Rule, sheet: Sheet) -> Result:
    """One quantity, two numbers: said of the same body in two places of the prose."""
    said: dict[str, list[JudgedClaim]] = {}
    for one in judge_claims(sheet):
        claim = one.claim
        if claim.concept in ONE_MEANING and claim.relation in ("=", "denial") and not claim.scope and not claim.weak:
            said.setdefault(claim.concept, []).append(one)
    outcomes = []
    for concept, some in said.items():
        values = list(dict.fromkeys(one.claim.value for one in some))
        if len(values) < 2 or any(one.verdict == "fail" for one in some):
            continue
        first, second = (next(one for one in some if one.claim.value == value) for value in values[:2])
        facts: dict[str, str | int] = {"sentence": first.claim.clause, "other": second.claim.clause, "concept": concept}
        outcomes.append(
            Outcome(rule.id, concept, "fail", first.claim.value, second.claim.value, year=sheet.year, facts=facts)
        )
    agreed = sum(len(some) > 1 for some in said.values()) - len(outcomes)
    return Result(agreed, tuple(outcomes)) if outcomes else passing(max(1, agreed))


def sentences(judged: Sequence[JudgedClaim]) -> Iterator[list[Claim]]:
    """The claims that count something, sentence by sentence."""
    found: dict[tuple[int, int], list[Claim]] = {}
    for one in judged:
        if one.claim.concept not in ("share", "year_change", "completion"):
            found.setdefault((one.claim.section, one.claim.sentence), []).append(one.claim)
    yield from found.values()


def is_part(claim: Claim) -> bool:
    return claim.concept.partition(".")[2] in PARTS
