"""A verdict as JSON: what the rule says about this report, and all the data behind it."""

from typing import Any

from monitor.reconcile.outcome import Operand, Outcome
from monitor.reconcile.rulebook import Rulebook
from monitor.words.verdicts import message


def outcome_json(book: Rulebook, outcome: Outcome) -> dict[str, Any]:
    """A verdict with message, formula, basis and operands. A pass or a verdict "not assessable" has no message."""
    rule = book[outcome.rule]
    told = outcome.verdict in rule.opens
    return {
        "rule": outcome.rule,
        "subject": outcome.subject,
        "class": rule.rule_class,
        "verdict": outcome.verdict,
        "shadow": rule.shadow,
        "year": outcome.year,
        "message": message(book, outcome, "zh") if told else "",
        "message_en": message(book, outcome, "en") if told else "",
        "left": outcome.left,
        "right": outcome.right,
        "delta": outcome.delta,
        "reason": outcome.reason,
        "formula": rule.formula(outcome.case),
        "basis": rule.basis,
        "unstated": outcome.unstated,
        "operands": [_operand(one) for one in outcome.operands],
    }


def _operand(one: Operand) -> dict[str, Any]:
    return {
        "cell": one.name,
        "raw": one.raw,
        "value": one.value,
        "state": one.state,
        "place": one.place,
        "side": one.side,
    }
