"""The rule on the fee for processing information: none taken and an amount elsewhere; billed, and taken."""

import re
from collections.abc import Iterator

from monitor.claims.claim import Claim
from monitor.reconcile.claimed import JudgedClaim, judge_claims
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.prose import bare, quoted, sentences
from monitor.reconcile.result import Result, passing
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

FEE = "processing_fee"
AMOUNT = r"(?:信息处理费)?(?:共计|共|合计|为)?(\d{1,9}(?:\.\d{1,4})?)(万?)元"
BILLED = re.compile(f"(?:总金额|通知金额|应收(?:取)?(?:金额)?){AMOUNT}")
TAKEN = re.compile(f"(?:实际收取|实收|收取)(?:金额)?{AMOUNT}")
NOT_BILLED = re.compile("未(?:曾)?发出(?:收费)?通知|(?:发出)?收费通知0件")
CHARGES = "收费"  # without this word, or the fee's name, a sentence is of other amounts
NAME = "处理费"


def fees(rule: Rule, sheet: Sheet) -> Result:
    """No sentence says that none was taken where another names an amount; no more was taken than was billed."""
    told = [one for one in judge_claims(sheet) if one.claim.concept == FEE]
    outcomes = [_against(rule, sheet, one, told) for one in told if one.verdict == "fail"]
    if not outcomes:
        outcomes = [
            Outcome(rule.id, FEE, "fail", year=sheet.year, facts={"sentence": sentence, "since": since, "concept": FEE})
            for sentence, since in _inconsistent(sheet)
        ][:1]
    passed = sum(one.verdict == "pass" for one in told)
    return Result(passed, tuple(outcomes)) if outcomes else passing(max(1, passed))


def _against(rule: Rule, sheet: Sheet, one: JudgedClaim, told: list[JudgedClaim]) -> Outcome:
    """A denial with the amount that stands elsewhere; a further one is told apart by its place."""
    claim = one.claim
    other = next(some.claim for some in told if _is_amount(some.claim))
    facts: dict[str, str | int] = {
        "sentence": claim.clause,
        "concept": FEE,
        "section": claim.section,
        "since": "fee_elsewhere",
        "other": other.clause,
    }
    before = sum(some.verdict == "fail" for some in told[: told.index(one)])
    name = f"{FEE}#{before + 1}" if before else FEE
    return Outcome(rule.id, name, "fail", claim.value, other.value, year=sheet.year, facts=facts)


def _is_amount(claim: Claim) -> bool:
    return claim.relation != "denial" and bool(claim.value) and not claim.weak


def _inconsistent(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The sentences in which more was taken than was billed, or something although nothing was."""
    for section in sheet.report.sections:
        for sentence in sentences(section.text):
            text = bare(sentence)
            taken = TAKEN.search(text) if NAME in text or CHARGES in text else None
            if taken is None or not _yuan(taken):
                continue
            billed = BILLED.search(text)
            if billed and _yuan(billed) < _yuan(taken):
                yield quoted(text).strip("“”"), "fee_more"
            elif NOT_BILLED.search(text):
                yield quoted(text).strip("“”"), "fee_unbilled"


def _yuan(match: re.Match[str]) -> float:
    return float(match[1]) * (10_000 if match[2] else 1)
