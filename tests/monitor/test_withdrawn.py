"""What was told of an absence is withdrawn where the document turns out not to be read whole, and nothing opens anew."""

from datetime import UTC, datetime

import pytest

from extract.model import Problem
from extract.store.load import StoredReport
from monitor.checking.judgement import judge_agency
from monitor.checking.transitions import observe
from monitor.findings import Finding, Key, Observation
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from tests.monitor.building import make_report

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CODE = "示例县民政局"


def judged(problems: tuple[str, ...], known: dict[Key, Finding] | None = None) -> dict[Key, Observation]:
    report = make_report({("T3", "received", "business"): ""}, year=2024, lacking=("T4",), problems=problems)
    stored = StoredReport(1, "d" * 64, "http://x/a.html", "2025-01-20T00:00:00Z", None, CODE, CODE, 2024, report)
    context = Context("department", "county", CODE)
    return {one.key: one for one in judge_agency(load(), context, CODE, [stored], known or {})}


def test_an_absence_that_is_sure_is_told_of_the_publisher() -> None:
    told = judged(())[Key(CODE, 2024, "form.table_missing", "T4")]
    assert (told.effect, told.responsibility) == ("broken", "source")


@pytest.mark.parametrize("problem", ["part_unread", "unknown_row@g0 r3", "table_unread@T4", "header_order@T3"])
def test_a_doubt_opens_nothing_and_withdraws_what_was_told(problem: str) -> None:
    before = {key: observe(None, one, NOW) for key, one in judged(()).items() if one.effect == "broken"}
    known = {key: one for key, one in before.items() if one is not None}
    assert not any(key.rule in ("form.table_missing", "t3.unstated") for key in judged((problem,)))
    for key in (Key(CODE, 2024, "form.table_missing", "T4"), Key(CODE, 2024, "t3.unstated", "report")):
        after = observe(known[key], judged((problem,), known)[key], NOW)
        assert after is not None
        assert after.status == "resolved"
        assert after.note


def test_every_rule_about_an_absence_says_so_in_its_file() -> None:
    book = load()
    marked = {rule.id for rule in book.rules.values() if rule.absence}
    assert marked >= {"form.table_missing", "form.sections", "form.header_altered", "form.template", "t3.unstated"}
    assert not any(book[rule].cases for rule in marked)
    assert Problem("part_unread", "").code not in {
        code for rule in book.rules.values() for code in rule.params.get("codes", ())
    }


def test_a_settled_finding_says_what_became_of_it() -> None:
    before = {key: observe(None, one, NOW) for key, one in judged(()).items() if one.effect == "broken"}
    known = {key: one for key, one in before.items() if one is not None}
    key = Key(CODE, 2024, "form.table_missing", "T4")
    withdrawn = observe(known[key], judged(("part_unread",), known)[key], NOW)
    assert withdrawn is not None
    assert withdrawn.message.startswith("不能确定整份文件都读到了")
    assert withdrawn.message_en.startswith("the document may not have been read whole")
    assert known[key].message in withdrawn.message
    held = Observation(key, "holds", "pass", "explain", "", version="e" * 64)
    settled = observe(known[key], held, NOW)
    assert settled is not None
    assert settled.message == f"新的版本（{'e' * 12}）中已无此问题。此前：{known[key].message}"
    assert settled.message_en.startswith(f"No longer so in the new version ({'e' * 12}). Before: ")
    again = observe(settled, judged(())[key], NOW)
    assert again is not None
    assert (again.status, again.message) == ("regressed", known[key].message)
