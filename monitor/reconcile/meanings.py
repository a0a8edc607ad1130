"""What a claim of the prose may mean: the sums of cells, and the interval in which one of them should lie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from extract.content import Number
from monitor.claims.claim import Claim
from monitor.claims.dictionary import Concept, dictionary
from monitor.reconcile.vector import decimals

RECEIVED = ("T3[received,total]", "T3[received,total] + T3[brought_forward,total]")
CARRIED = "T3[carried_forward,total]"
PROCESSED = "T3[processed,total]"
TRACKS = {
    "remedies": "tracks",
    "reconsideration": "(reconsideration,)",
    "litigation": "(litigation_direct, litigation_after_reconsideration)",
}
TRACK_WORDS = {"reconsideration": "复议", "litigation": "诉讼"}
PARTS = ("upheld", "corrected", "other", "pending")
IN_10K = {"元": Fraction(1, 10_000), "万元": Fraction(1), "亿元": Fraction(10_000)}  # money in 表二 is in 万元
POINTS = 1  # percentage points: a share is printed rounded or cut off
WHOLES = frozenset({"processed", "intake", "received", "brought_forward"})
NO_BOUND = Fraction(10**18)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is compared with what: the cells' formula and the value that it should have, in an interval."""

    formula: str
    low: Number | Fraction
    high: Number | Fraction


def meanings_of(claim: Claim, all_claims: Sequence[Claim]) -> Iterator[Meaning]:
    """Everything that a claim may mean."""
    if claim.concept == "share":
        yield from _shares(claim, all_claims)
        return
    if claim.concept == "completion":
        yield Meaning(CARRIED, 0, 0)
        return
    concept = dictionary().concepts.get(claim.concept)
    if concept is None:
        return
    low, high = _band(claim)
    for formula in _formulas(concept, claim, all_claims):
        yield Meaning(formula, low, high)


def _formulas(concept: Concept, claim: Claim, all_claims: Sequence[Claim]) -> Iterator[str]:
    if claim.relation == "universal":
        yield from _rest(claim.concept)
    elif claim.relation == "denial" and claim.concept in ("received", "intake"):
        yield RECEIVED[0]
    elif claim.relation == "denial" and (none := none_of_any(claim, all_claims)):
        yield none
    else:
        yield from concept.readings
        if claim.handled:
            yield from concept.handled


def none_of_any(claim: Claim, all_claims: Sequence[Claim]) -> str:
    """What is 0 where there was none of any sort: no suit of either; "" where the words name the sort."""
    if claim.concept == "corrected":
        told = [name for name, word in TRACK_WORDS.items() if word in claim.whole]
        tracks = TRACKS[told[0]] if len(told) == 1 else TRACKS["remedies"]
        return f"sum(T4[k, corrected] for k in {tracks})"
    track, _, part = claim.concept.partition(".")
    if track != "litigation" or any(one.concept.startswith("litigation_") and one.value for one in all_claims):
        return ""  # 行政诉讼0件,复议后起诉1件: the direct ones alone
    return f"sum(T4[k, {part or 'total'}] for k in {TRACKS[track]})"


def _rest(concept: str) -> Iterator[str]:
    """What must be 0 where all are of this kind."""
    track, _, part = concept.partition(".")
    if part in PARTS:
        several = TRACKS.get(track, f"({track},)")
        rest = ", ".join(one for one in PARTS if one != part)
        yield f"sum(T4[k, p] for k in {several} for p in ({rest}))"
        return
    member = "natural_person" if concept == "legal_person" else concept
    for rows in (("received",), ("received", "brought_forward")):
        if concept == "legal_person":
            yield " + ".join(f"T3[{row},{member}]" for row in rows)
        else:
            yield " + ".join(f"T3[{row},total] - T3[{row},{member}]" for row in rows)


def _band(claim: Claim) -> tuple[Number | Fraction, Number | Fraction]:
    """The values that a printed number stands for, in its cell's unit; about 100 may be 90, over 100 may be 110."""
    printed = claim.value or 0
    if claim.relation in ("≈", "≥"):
        low, high = _about(Fraction(printed), upward=claim.relation == "≥")
    elif claim.concept == "charges":
        half = Fraction(1, 2 * 10 ** decimals(printed))
        low, high = Fraction(printed) - half, Fraction(printed) + half
    else:
        low = high = Fraction(printed)
    scale = IN_10K.get(claim.unit, Fraction(1))
    return low * scale, high * scale


def _about(value: Fraction, *, upward: bool) -> tuple[Fraction, Fraction]:
    """Off by a tenth, or by the place of the last digit that is not 0, but by no more than a fifth of it."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    room = max(min(Fraction(step), value / 5), value / 10)
    return (value if upward else value - room), value + room


def _shares(claim: Claim, all_claims: Sequence[Claim]) -> Iterator[Meaning]:
    """A share of what was processed, or received: the whole that it would be one of."""
    part = all_claims[claim.of] if claim.of is not None else None
    if part is None or part.value is None or not claim.value or not _of_applications(part):
        return
    share = Fraction(claim.value)
    high = Fraction(part.value) * 100 / (share - POINTS) if share > POINTS else None
    low = Fraction(part.value) * 100 / (share + POINTS)
    for formula in (PROCESSED, *RECEIVED):
        yield Meaning(formula, low, NO_BOUND if high is None else high)


def wholes_told(claim: Claim, all_claims: Sequence[Claim]) -> list[tuple[str, Number]]:
    """The totals that a share may be of, told in its own sentence before what it is a share of."""
    found: list[tuple[str, Number]] = []
    for one in reversed(all_claims[: claim.of or 0]):
        if (one.section, one.sentence) != (claim.section, claim.sentence):
            break
        if one.concept in WHOLES and one.relation == "=" and one.value is not None:
            found.append((one.concept, one.value))
    total = sum(value for _, value in found)
    return [*found, ("intake", total)] if len(found) > 1 else found


def _of_applications(part: Claim) -> bool:
    concept = dictionary().concepts.get(part.concept)
    return concept is not None and "application" in concept.talks
