"""A verdict in one plain sentence, Chinese or English: a hint with its evidence, never an accusation."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from extract.content import Number
from extract.form.labels import PARTS, label, row_kind
from monitor.reconcile.outcome import Operand, Outcome
from monitor.reconcile.rule import LETTERS
from monitor.reconcile.rulebook import Rulebook
from monitor.words.cells import cell_label, subject_words

LONG_SUM = 5  # a longer sum names only the terms that are not 0
MOST_CELLS = 12


def message(book: Rulebook, outcome: Outcome, language: str = "zh") -> str:
    """The rule's message for this outcome; if it is not assessable, the reason."""
    rule = book[outcome.rule]
    if outcome.verdict == "not_assessable" and not (outcome.facts or outcome.operands):
        return reason(book, outcome, language)
    case = rule.cases[outcome.case] if rule.cases else None
    text = (case.message if case is not None and case.message else rule.message)[language]
    return text.format_map(_fields(book, outcome, language))


def reason(book: Rulebook, outcome: Outcome, language: str = "zh") -> str:
    """Why a rule could not be evaluated, with the unstated cells."""
    words = reason_words(book, outcome.reason, language)
    if not outcome.unstated:
        return words
    cells = [subject_words(name, language) for name in outcome.unstated]
    return words + (f"：{_listed(cells, language)}" if language == "zh" else f": {_listed(cells, language)}")


def reason_words(book: Rulebook, code: str, language: str = "zh") -> str:
    """The words for a reason's code; any other text is returned unchanged."""
    return book.reasons[code][language] if code in book.reasons else code


def number(value: Number | None) -> str:
    """A figure without trailing zeros or exponents."""
    if value is None:
        return "?"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _fields(book: Rulebook, outcome: Outcome, language: str) -> Mapping[str, str]:
    fields = {key: _fact(key, value, outcome, language) for key, value in outcome.facts.items()}
    fields |= {letter: label(code, language, LETTERS[letter], short=True) for letter, code in outcome.binding.items()}
    delta = outcome.delta
    part, whole = outcome.left, outcome.right
    fields |= {
        "year": str(outcome.year) if outcome.year is not None else "?",
        "subject": subject_words(outcome.subject, language),
        "left": number(outcome.left),
        "right": number(outcome.right),
        "delta": number(delta),
        "difference": number(max(delta, -delta)) if delta is not None else "?",
        "percent": _percent(part, whole) if part is not None and whole else "?",
        "left_terms": _terms(outcome, "left", language),
        "right_terms": _terms(outcome, "right", language),
        "cells": _listed([_cell(operand, language) for operand in outcome.operands], language),
        "nonzero": _listed(
            [_cell(operand, language) for operand in outcome.operands if operand.value and not operand.years_back],
            language,
        ),
    }
    if "since" in fields:  # part of the sentence depends on the facts
        fields["since"] = book.reasons[fields["since"]][language].format_map(fields)
    return fields


def _percent(part: Number, whole: Number) -> str:
    share: Decimal = Decimal(100) * part / whole
    return number(round(share, 1))


def _fact(key: str, value: str | int, outcome: Outcome, language: str) -> str:
    if key in ("too_high", "too_low"):
        kind = "member" if outcome.facts.get("across") == "columns" else "disposition"
        return label(str(value), language, kind, short=True)
    return str(value)


def _cell(operand: Operand, language: str) -> str:
    words = cell_label(operand.table, operand.row, operand.member, language)
    return f"{_year(operand, language)}{words} {_raw(operand, language)}"


def _year(operand: Operand, language: str) -> str:
    if not operand.years_back:
        return ""
    if language == "zh":
        return "上年" * operand.years_back
    return "last year's " if operand.years_back == 1 else f"of {operand.years_back} years ago: "


def _raw(operand: Operand, language: str) -> str:
    if operand.value is not None:
        return number(operand.value)
    if operand.raw is not None and operand.raw.strip():
        return f"“{operand.raw.strip()[:20]}”"
    return "（未填）" if language == "zh" else "(blank)"


def _listed(cells: Sequence[str], language: str) -> str:
    comma = "、" if language == "zh" else "; "
    if len(cells) <= MOST_CELLS:
        return comma.join(cells)
    rest = len(cells) - MOST_CELLS
    more = f"等（另有 {rest} 处）" if language == "zh" else f" and {rest} more"
    return comma.join(cells[:MOST_CELLS]) + more


def _terms(outcome: Outcome, side: str, language: str) -> str:
    """One side of the relation, cell by cell: 本年新收 859 + 上年结转 18."""
    operands = [operand for operand in outcome.operands if operand.side == side]
    shown = operands if len(operands) <= LONG_SUM else [o for o in operands if o.value != 0]
    if not shown:
        return "0"
    blank = [operand for operand in shown if operand.value is None]
    parts = [
        f"{_term(operand, outcome, language)} {number(operand.value)}" for operand in shown if operand.value is not None
    ]
    text = " + ".join(parts) or "0"
    if not blank:
        return text
    return text + (f"（另有 {len(blank)} 格未填）" if language == "zh" else f" ({len(blank)} cells blank)")


def _term(operand: Operand, outcome: Outcome, language: str) -> str:
    """The part of the cell's name that the sentence has not yet mentioned."""
    bound = set(outcome.binding.values())
    _, part = PARTS[operand.table]
    kind = row_kind(operand.table, operand.row)
    row = "" if operand.row in bound else label(operand.row, language, kind, short=True)
    member = "" if operand.member in bound and row else label(operand.member, language, part)
    if row and operand.table == "T3" and operand.member in bound:
        member = ""
    return _year(operand, language) + "·".join(word for word in (row, member) if word)
