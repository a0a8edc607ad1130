"""The same invented report in every layout and dressing: the same body, year, figures and findings, or a named problem.

What is read of a dressed copy is compared with what is read of the plain page. Never does a dressing bring another
figure, another body or year, or a finding against the publisher: how a report is written down is no fault of what it
says. `UNREAD` are the dressings that end in a problem of ours, `PENDING` those that are wrong today; a line of either
that is no longer true fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from extract.model import Report, cell_name
from extract.run import read_report
from monitor.samples import SampleReport
from tests.monitor.dressings import Sheet, dressed, sheets, spoilt, together
from tests.monitor.dressings_all import DRESSINGS
from tests.monitor.dressings_known import PENDING, UNREAD
from tests.monitor.layouts import Layout, layouts, sound
from tests.monitor.test_deletions import Told, against_the_publisher

FEWEST = 40  # dressings, each by itself, that are read whole
TOGETHER = range(60)  # seeds of several dressings worn at once
NOT_OF_FIGURES = {"no_agency", "no_year"}  # problems that do not say that a figure was not read

Values = Mapping[str, object]


@dataclass(frozen=True, eq=False, slots=True)
class Plain:
    """What is read of a plain copy, and what is told of it."""

    report: Report
    values: Values
    told: Told
    other: Report
    """The report of the other year, plain."""


def stated(report: Report) -> Values:
    """Every figure that is stored."""
    return {
        cell_name(row.table, row.code, member): value
        for row in report.rows
        for member, value in zip(row.members, row.values, strict=True)
        if value is not None
    }


def read(text: str) -> Report:
    report = read_report(text.encode(), "report.html")
    assert isinstance(report, Report)
    assert not report.problems
    assert report.status == "complete"
    return report


def told(report: Report, other: Report) -> Told:
    """What is told of the publisher on account of this report beside the other year's."""
    return against_the_publisher({other.year or 0: other, report.year: report}) if report.year else frozenset()


def plain_of(page: str, other: str) -> Plain:
    report, before = read(page), read(other)
    return Plain(report, stated(report), told(report, before), before)


@cache
def plain(sheet: Sheet) -> Plain:
    return plain_of(sheet.html(), Sheet("before", sheet.before, sheet.before).html())


def differences(copy: Plain, data: bytes, file: str) -> tuple[list[str], bool]:
    """What is wrong with a reading; and whether it says itself that something was not read."""
    report = read_report(data, file)
    if not isinstance(report, Report):
        return [], True
    found, codes = stated(report), {problem.code for problem in report.problems}
    wrong = {name: (copy.values.get(name), value) for name, value in found.items() if copy.values.get(name) != value}
    lost = [name for name in copy.values if name not in found]
    brought = told(report, copy.other)
    body = report.agency_name or None, report.year
    complaints = [f"figures differ (plain, dressed): {wrong}"] if wrong else []
    if lost and not codes - NOT_OF_FIGURES:
        complaints.append(f"{len(lost)} figures are lost without a word: {lost[:5]}")
    for right, read_, code in zip(
        (copy.report.agency_name, copy.report.year), body, ("no_agency", "no_year"), strict=True
    ):
        if read_ != right and not (read_ is None and code in codes):
            complaints.append(f"read is {read_}, right is {right}")
    if brought - copy.told:
        complaints.append(f"told against the publisher, and not of the plain copy: {sorted(brought - copy.told)}")
    if copy.told - brought and not codes:
        complaints.append(f"no longer told: {sorted(copy.told - brought)}")
    return complaints, bool(codes)


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_the_plain_copy_is_read_as_it_is_printed(sheet: Sheet) -> None:
    copy = plain(sheet)
    printed = {name: sheet.sample.printed(name).removeprefix("+").removesuffix("万元") for name in sheet.sample.cells}
    assert {name: str(value) for name, value in copy.values.items()} == {
        name: text for name, text in printed.items() if text
    }
    assert (copy.report.agency_name, copy.report.year) == (sheet.sample.agency, sheet.sample.year)
    rules = {rule for _, rule, _ in copy.told}
    assert {"t3.balance", "t3.column_sum", "t3.row_sum", "t3.unstated", "t4.sum"} <= rules or sheet.name == "right"


@pytest.mark.parametrize("name", DRESSINGS)
def test_a_dressed_report_is_the_plain_one(name: str) -> None:
    complaints, unread = [], False
    for sheet in sheets():
        found, said = differences(plain(sheet), *dressed(sheet, DRESSINGS[name]))
        complaints += [f"{sheet.name}: {complaint}" for complaint in found]
        unread = unread or said
    about = f"{name} ({DRESSINGS[name].about})"
    if name in PENDING:
        assert complaints, f"{about} is right by now: take its line out of PENDING"
        return
    assert not complaints, f"{about}: {complaints}"
    assert unread == (name in UNREAD), (
        f"{about}: {'is not read whole' if unread else 'has no problem: take its line out'}"
    )


def test_what_is_known_of_dressings_names_dressings() -> None:
    assert not (UNREAD.keys() | PENDING.keys()) - DRESSINGS.keys()
    assert not UNREAD.keys() & PENDING.keys()
    assert len(DRESSINGS) - len(UNREAD) - len(PENDING) >= FEWEST


@pytest.mark.parametrize("seed", TOGETHER)
def test_several_dressings_at_once_are_no_other_report(seed: int) -> None:
    worn = together(seed, [name for name in DRESSINGS if name not in PENDING])
    sheet = sheets()[seed % len(sheets())]
    complaints, _ = differences(plain(sheet), *dressed(sheet, *worn))
    assert not complaints, f"{[one.name for one in worn]}: {complaints}"


def wrong(form: str, *, zeros: bool = False) -> tuple[SampleReport, ...]:
    """The sound reports, of which the second has wrong figures."""
    before, after = sound(form, zeros=zeros)
    return before, spoilt(after)


PAGES = {samples: {one.name: one for one in layouts(samples)} for samples in (sound, wrong)}


@cache
def plain_layout(name: str, of_wrong: bool) -> Plain:
    first, second = PAGES[wrong if of_wrong else sound][name].texts.values()
    return plain_of(second, first)


@pytest.mark.parametrize("of_wrong", [False, True], ids=["right", "wrong"])
@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_a_report_in_every_layout_is_the_plain_page(layout: Layout, of_wrong: bool) -> None:
    one = PAGES[wrong if of_wrong else sound][layout.name]
    sign = layout.name.partition(", zeros: ")[2]
    copy = plain_layout(f"{layout.form}: html{sign and f', zeros: {sign}'}", of_wrong)
    complaints, _ = differences(copy, [*one.texts.values()][1].encode(), one.file)
    assert not complaints
