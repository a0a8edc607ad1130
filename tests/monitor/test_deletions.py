"""Of a correct report one label, one row or the markup of one cell is lost: that is never told as the publisher's fault.

What is lost of a document may have been lost by us: on its way, in the archive, by the reader. So a line that is not
there, or is there under a name that no form has, makes the relations that it may be part of not assessable; that it is
missing is told as our problem, and where a rule asks after it, as a question: `unclear`, never `source`. Figures are left
as they were: a blank cell, and a wrong figure, are the publisher's.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from extract.model import Report
from extract.run import read_report
from extract.store.load import StoredReport
from monitor.checking.judgement import judge_agency
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from tests.monitor.faults import Fault, faults
from tests.monitor.layouts import BODY, Layout, layouts

BOOK = load()
CONTEXT = Context(kind="department", level="county", name=BODY)
SPREAD = 47  # one loss in so many is driven, in each layout others; with 1, all of them
FEWEST = 2_000  # losses
DRIVEN: Counter[str] = Counter()
HOUSE_STYLE = {"t3.unstated"}  # told of every report that leaves cells empty, whatever is lost of it
SAME_WORDS = {"reuse.confession", "reuse.last_year"}  # the two years of a layout have one prose

Told = frozenset[tuple[int, str, str]]


def read(layout: Layout, text: str) -> Report | None:
    found = read_report(text.encode(), layout.file)
    return found if isinstance(found, Report) else None


def against_the_publisher(history: Mapping[int, Report]) -> Told:
    """Year, rule and subject of every finding whose fault is said to be in the source."""
    stored = [
        StoredReport(
            year, f"{year:064}", "http://127.0.0.1/", f"{year + 1}-01-20T00:00:00Z", None, "1", BODY, year, report
        )
        for year, report in sorted(history.items())
    ]
    return frozenset(
        (seen.key.year, seen.key.rule, seen.key.subject)
        for seen in judge_agency(BOOK, CONTEXT, "1", stored, {})
        if seen.effect == "broken" and seen.responsibility == "source"
    )


@cache
def correct(layout: Layout) -> tuple[Mapping[int, Report], Told]:
    """The reports as they are printed, and what is told of them."""
    history = {year: read(layout, text) for year, text in layout.texts.items()}
    whole = {year: one for year, one in history.items() if one and not one.problems and one.status == "complete"}
    assert whole.keys() == history.keys() == {one.year for one in whole.values()}
    return whole, against_the_publisher(whole)


def told_of(layout: Layout, year: int, fault: Fault) -> Told:
    """What is told, since the loss, of this year's report and of the other's beside it."""
    history, before = correct(layout)
    left = read(layout, fault.text)
    rest = {other: report for other, report in history.items() if other != year}
    if left is not None and left.year is not None:
        rest[left.year] = left
    return against_the_publisher(rest) - before


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_correct_reports_are_read_whole_and_nothing_is_told_of_them(layout: Layout) -> None:
    _, told = correct(layout)
    assert {rule for _, rule, _ in told} <= SAME_WORDS | (HOUSE_STYLE if layout.unstated else set())


@pytest.mark.parametrize(("at", "layout"), [*enumerate(layouts())], ids=lambda one: getattr(one, "name", ""))
def test_a_loss_is_never_the_publishers_fault(at: int, layout: Layout) -> None:
    for year, text in layout.texts.items():
        for number, fault in enumerate(faults(layout, text)):
            if (number + at + year) % SPREAD:
                continue
            DRIVEN[layout.name] += 1
            told = told_of(layout, year, fault)
            around = slice(max(0, fault.at - 40), fault.at + 40)
            assert not told, (
                f"{layout.name} {year}, {fault.what} lost: {text[around]!r} is {fault.text[around]!r}: {told}"
            )


def test_enough_was_lost(record_property: Callable[[str, object], None]) -> None:
    record_property("driven", f"{DRIVEN.total()} losses in {len(DRIVEN)} layouts")
    assert len(DRIVEN) < len(layouts()) or DRIVEN.total() >= FEWEST
