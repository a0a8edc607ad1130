"""A rule that is judged by itself says what it says among all others."""

import pytest

from extract.model import Report
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.locate import PARITY
from monitor.reconcile.outcome import Context, Outcomes
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import Rulebook, load
from tests.monitor.building import example

BOOK = load()
COUNTY = Context("department", "county")
BROKEN = [rule for rule in BOOK.rules.values() if rule.failing]


def judged(book: Rulebook, history: dict[int, Report], year: int, yearly: bool) -> Outcomes:
    if yearly:
        return check_years(book, history, year, COUNTY)
    return check_report(book, history[year], COUNTY)


@pytest.mark.parametrize("rule", BROKEN, ids=[rule.id for rule in BROKEN])
def test_a_rule_alone_says_what_it_says_among_all(rule: Rule) -> None:
    alone = BOOK.only((rule.id, *PARITY))
    for entry in (*rule.failing, *rule.passing):
        history, year = example(entry)
        every, one = (judged(book, history, year, bool(rule.years)) for book in (BOOK, alone))
        assert one.passed.get(rule.id, 0) == every.passed.get(rule.id, 0)
        assert [said for said in one.others if said.rule == rule.id] == [
            said for said in every.others if said.rule == rule.id
        ]
