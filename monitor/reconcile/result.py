"""The return value of a method of monitor/reconcile/methods.py, and shortcuts to make it."""

from collections.abc import Mapping
from typing import NamedTuple

from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet


class Result(NamedTuple):
    """The number of passes, and every outcome that is not a pass."""

    passed: int
    outcomes: tuple[Outcome, ...] = ()


PASSED = Result(1)


def passing(number: int = 1) -> Result:
    return PASSED if number == 1 else Result(number)


def unknown(rule: Rule, sheet: Sheet, reason: str) -> Result:
    """The rule could not be evaluated."""
    return Result(0, (Outcome(rule.id, "report", "not_assessable", reason=reason, year=sheet.year),))


def broken(rule: Rule, sheet: Sheet, found: Mapping[str, Mapping[str, str | int]]) -> Result:
    """One failure per subject, each with the facts for its message; a pass if `found` is empty."""
    outcomes = tuple(
        Outcome(rule.id, subject, "fail", year=sheet.year, facts=dict(facts)) for subject, facts in found.items()
    )
    return Result(0 if outcomes else 1, outcomes)
