"""The rules as a document of their own, that others can cite and implement."""

import hashlib
import json
from collections.abc import Mapping

from monitor.claims.dictionary import dictionary
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import Rulebook


def rule_set(book: Rulebook) -> Mapping[str, object]:
    """Every rule with formula or readings, basis, messages and examples; `version` changes with any of them."""
    return {
        "title": "勾稽：政府信息公开工作年度报告核对规则集",
        "title_en": "gouji: rules for checking annual reports on open government information",
        "version": rule_set_version(book),
        "rules": [_rule(rule) for rule in book.rules.values()],
        "readings": {
            concept.id: list(concept.readings) for concept in dictionary().concepts.values() if concept.readings
        },
        "reasons": {code: dict(words) for code, words in book.reasons.items()},
    }


def _rule(rule: Rule) -> Mapping[str, object]:
    return {
        "id": rule.id,
        "version": rule.version,
        "class": rule.rule_class,
        "status": "shadow" if rule.shadow else "active",
        "forms": sorted(rule.forms),
        "formulas": [rule.formula(case) for case in range(len(rule.cases))],
        "method": rule.method,
        "parameters": dict(rule.params),
        "basis": rule.basis,
        "exceptions": rule.exceptions,
        "message": dict(rule.message),
        "measured": dict(rule.measured),
        "passing": [dict(one) for one in rule.passing],
        "failing": [dict(one) for one in rule.failing],
    }


def rule_set_version(book: Rulebook) -> str:
    """A name of the rules as they are: it changes with any of them."""
    told = json.dumps([_rule(rule) for rule in book.rules.values()], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:12]
