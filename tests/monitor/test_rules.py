"""Every rule's own examples, its words in both languages, and what a broken rule file is told."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.ground.errors import UsageError
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.outcome import Context, Outcome, Outcomes
from monitor.reconcile.rule import CLASSES, Rule
from monitor.reconcile.rule_file import CASE_KEYS, RULE_KEYS
from monitor.reconcile.rulebook import load
from monitor.words.verdicts import message, reason
from tests.monitor.building import example, reuse_of

BOOK = load()
HANDBOOK = {
    "t3": "balance column_sum row_sum count unstated subtotal alignment misallocated all_zero outcome_share copied "
    "fee_row",
    "t4": "sum count width without_requests after_reconsideration pending_floor pending_stuck corrected",
    "t2": "count amount flow rulemaker disclosed_total disclosed_made items procurement fee_unit scope",
    "year": "carry stock disclosed_stock items form_change jump same_numbers lost_requests body_changed",
    "claim": "cell negation universal completion internal share year_change two_numbers fee approximate",
    "form": "template table_missing image_only sections subheads section_five section_five_short title publisher "
    "report_year period oversight fee_statement header_altered residue generic_text cited_notice foreign_name "
    "duplicate_words",
    "reuse": "last_year other_body confession",
}
PASSING = [(rule, number) for rule in BOOK.rules.values() for number in range(len(rule.passing))]
FAILING = [(rule, number) for rule in BOOK.rules.values() for number in range(len(rule.failing))]


def name(value: object) -> str:
    return value.id if isinstance(value, Rule) else str(value)


def evaluate(rule: Rule, entry: Mapping[str, Any], *, detail: bool = False) -> tuple[Outcomes, list[Outcome]]:
    history, year = example(entry)
    context = Context(
        entry.get("kind", ""),
        entry.get("level", ""),
        "示例县民政局",
        entry.get("peers"),
        frozenset([year]) if entry.get("body_changed") else frozenset(),
        reuse_of(entry, year),
    )
    if rule.years:
        found = check_years(BOOK, history, year, context, detail=detail)
    else:
        found = check_report(BOOK, history[year], context, detail=detail)
    return found, [outcome for outcome in found.others if outcome.rule == rule.id]


def test_the_book_holds_the_handbook() -> None:
    assert set(BOOK.rules) == {f"{table}.{rule}" for table, rules in HANDBOOK.items() for rule in rules.split()}
    assert {rule.rule_class for rule in BOOK.rules.values()} == set(CLASSES)


@pytest.mark.parametrize(("rule", "number"), PASSING, ids=name)
def test_passing_example(rule: Rule, number: int) -> None:
    entry = rule.passing[number]
    found, others = evaluate(rule, entry)
    assert not [outcome for outcome in others if outcome.verdict in rule.opens]
    if "verdict" in entry:
        assert entry["verdict"] in {outcome.verdict for outcome in others}
    else:  # a rule for other bodies says nothing at all
        assert found.passed.get(rule.id) or rule.bodies or rule.except_bodies


@pytest.mark.parametrize(("rule", "number"), FAILING, ids=name)
def test_failing_example(rule: Rule, number: int) -> None:
    entry = rule.failing[number]
    _, others = evaluate(rule, entry)
    broken = [outcome for outcome in others if outcome.verdict in rule.opens]
    assert broken
    if "subject" in entry:
        assert entry["subject"] in {outcome.subject for outcome in broken}
    if "class" in entry:
        assert {outcome.rule_class or rule.rule_class for outcome in broken} == {entry["class"]}
    for outcome in broken:
        for language in ("zh", "en"):
            text = message(BOOK, outcome, language)
            assert text
            assert "{" not in text
            assert "?" not in text


def test_reasons_are_told() -> None:
    for reason_code in BOOK.reasons:
        outcome = Outcome("t3.balance", "total", "not_assessable", reason=reason_code)
        assert reason(BOOK, outcome, "zh") != reason(BOOK, outcome, "en")


GOOD = """
[[rule]]
id = "t3.x"
class = "fatal"
holds = "T3[granted, total] == 0"
basis = "样例"
message.zh = "样例"
message.en = "sample"
passing = [{}, {}, {}]
failing = [{}, {}, {}]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('class = "fatal"', 'class = "deadly"', "class must be one of"),
        ('class = "fatal"', 'clas = "fatal"', "unknown key clas"),
        ("passing = [{}, {}, {}]", "passing = [{}]", "at least 3 passing"),
        ("T3[granted, total]", "T3[grant, total]", "which no form has"),
        ("T3[granted, total]", "__import__('os').system('true')", "not allowed"),
        ("T3[granted, total]", "T3[granted, total] * T3[granted, other]", "not allowed"),
        ("T3[granted, total]", "T3[granted, total](Y-9)", "not allowed"),
        ("T3[granted, total]", "T3[granted", "cannot read the formula"),
        ('basis = "样例"', "", "needs basis"),
        ('message.en = "sample"', "", "exactly zh and en"),
        ('holds = "T3[granted, total] == 0"', "", "either holds"),
        ("[[rule]]", "[[rules]]", "unknown key rules"),
        ("[[rule]]", "[[rule", "not valid TOML"),
    ],
)
def test_a_broken_rule_file_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "own.toml").write_text(GOOD, encoding="utf-8")
    assert set(load(tmp_path).rules) == {"t3.x"}
    (tmp_path / "own.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        load(tmp_path)


def test_a_rule_stands_once(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(UsageError, match="stands twice"):
        load(tmp_path)


def test_every_key_of_a_rule_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    table = text.partition("## The keys")[2].partition("##")[0]
    first = "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", first)) == RULE_KEYS | CASE_KEYS
    assert all(f"`{one}`" in table for one in CLASSES)
