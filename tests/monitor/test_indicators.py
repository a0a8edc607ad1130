"""Rates: each formula by hand, what leaves it without a value, the view in the database, and the statistics of one."""

import itertools
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.data import DataDir, create
from crawler.ground.database import Waiting
from crawler.ground.errors import GoujiError, UsageError
from extract.form.form_file import FORMS
from extract.model import Report
from extract.run import read_report
from extract.store.write import Reading, save
from monitor.indicators.catalogue import rate_catalogue, read_catalogue
from monitor.indicators.rate import Rate, RateState, poisson, pool, quartiles, step, wilson
from monitor.indicators.view import VIEW, rates_sql
from monitor.samples import SampleReport, make_history
from monitor.schema import open_database

NOW = datetime(2025, 2, 1, tzinfo=UTC)
BODY = "示例县教育局"
# The whole of a small table: what each line says in the column 总计, by hand.
APPLICATIONS = {
    "received": 90,
    "brought_forward": 10,
    "granted": 20,
    "granted_in_part": 8,
    "refused.state_secret": 1,
    "refused.prohibited_by_law": 1,
    "refused.security_and_stability": 1,
    "refused.third_party_rights": 1,
    "refused.internal_affairs": 1,
    "refused.deliberative_process": 1,
    "refused.enforcement_file": 1,
    "refused.administrative_query": 5,
    "unavailable.not_held": 10,
    "unavailable.needs_creation": 4,
    "unavailable.unclear": 2,
    "not_processed.complaint": 6,
    "not_processed.repeat": 1,
    "not_processed.publication": 1,
    "not_processed.excessive": 1,
    "not_processed.reconfirmation": 1,
    "other.not_corrected": 3,
    "other.fee_unpaid": 2,
    "other.other": 9,
    "processed": 80,
    "carried_forward": 20,
}
REMEDIES = {
    "reconsideration": (20, 10, 5, 4, 39),
    "litigation_direct": (12, 3, 5, 2, 22),
    "litigation_after_reconsideration": (14, 2, 4, 1, 21),
}
BY_HAND: Mapping[str, tuple[int, int]] = {
    "disclosure": (28, 80),
    "disclosure_of_received": (28, 100),
    "full_disclosure": (20, 80),
    "partial_disclosure": (8, 80),
    "refusal": (12, 80),
    "unavailable": (16, 80),
    "not_processed": (10, 80),
    "other_handling": (14, 80),
    "carry_over": (20, 100),
    "correction": (15, 75),
    "correction_reconsideration": (10, 35),
    "correction_litigation": (5, 40),
    "dispute": (82, 80),
    "reconsideration": (39, 80),
    "litigation": (43, 80),
    "natural_persons": (70, 90),
}


def sample(year: int = 2024, form: str = "2021") -> SampleReport:
    return make_history(1, BODY, [year], form=form)[0]


def by_hand(report: SampleReport) -> SampleReport:
    """The report with those figures; the columns but 总计 say nothing that a rate needs, save one."""
    cells = {f"T3[{row},total]": value for row, value in APPLICATIONS.items()}
    for track, values in REMEDIES.items():
        cells |= {
            f"T4[{track},{member}]": value
            for member, value in zip(("upheld", "corrected", "other", "pending", "total"), values, strict=True)
        }
    cells["T3[received,natural_person]"] = 70
    cells["T3[other,total]"] = sum(value for row, value in APPLICATIONS.items() if row.startswith("other."))
    return report.with_cells({name: value for name, value in cells.items() if name in report.figures})


@pytest.fixture
def db(tmp_path: Path) -> Any:
    with closing(open_database(create(DataDir(tmp_path / "data")))) as found:
        yield found


_numbers = itertools.count()


def store(db: Database, sample: SampleReport) -> None:
    found = read_report(sample.html().encode(), "page.html")
    assert isinstance(found, Report)
    key = sha256(f"{next(_numbers)}".encode()).hexdigest()
    save(db, [Reading(key, f"http://127.0.0.1/{key}", found, stamp(NOW))], "test", NOW)


def rates(db: Database, year: int = 2024) -> dict[str, tuple[int | None, int | None, str, float | None]]:
    rows = db.execute(f"select indicator, numerator, denominator, state, value from {VIEW} where year = ?", [year])
    return {name: tuple(rest) for name, *rest in rows}


def test_every_formula_gives_what_is_worked_out_by_hand(db: Database) -> None:
    store(db, by_hand(sample()))
    found = rates(db)
    assert {name: one[:2] for name, one in found.items()} == BY_HAND
    assert set(found) == set(rate_catalogue().rates)
    for name, (part, whole) in BY_HAND.items():
        assert found[name][2:] == ("stated", round(part / whole, 6))


def test_the_form_before_has_one_line_for_other_handling_and_gives_the_same_rates(db: Database) -> None:
    store(db, by_hand(sample(2020, "2019")))
    # That form has no line for confirmations: all other sums are the same.
    expected = {**BY_HAND, "not_processed": (9, 80)} if lacks_reconfirmation() else BY_HAND
    assert {name: one[:2] for name, one in rates(db, 2020).items()} == expected


def lacks_reconfirmation() -> bool:
    return "not_processed.reconfirmation" not in FORMS.applications("2019").leaves


@pytest.mark.parametrize("printed", [None, "/", "无", "若干"])
def test_a_cell_that_is_not_stated_leaves_no_value_and_is_no_zero(db: Database, printed: str | None) -> None:
    store(db, by_hand(sample()).with_cell("T3[refused.state_secret,total]", printed))
    found = rates(db)
    assert found["refusal"] == (None, 80, "unstated", None)
    assert found["disclosure"][2] == "stated"


def test_a_stated_zero_is_a_zero(db: Database) -> None:
    zeros = {name: 0 for name in by_hand(sample()).figures if name.startswith("T3[refused.")}
    store(db, by_hand(sample()).with_cells(zeros))
    assert rates(db)["refusal"] == (0, 80, "stated", 0.0)


def test_an_ambiguous_row_leaves_every_rate_that_needs_it_without_a_value(db: Database) -> None:
    store(db, by_hand(sample()))
    db.execute("update applications set total = null where disposition = 'processed'")
    found = rates(db)
    assert {name for name, one in found.items() if one[2] == "unstated"} == {
        name for name, one in rate_catalogue().rates.items() if "processed, total" in one.denominator
    }


@pytest.mark.parametrize(
    ("processed", "state"), [(0, "contradicted"), (27, "contradicted"), (29, "few"), (30, "stated")]
)
def test_below_thirty_there_is_no_rate_and_more_than_all_is_a_contradiction(
    db: Database, processed: int, state: str
) -> None:
    store(db, by_hand(sample()).with_cell("T3[processed,total]", processed))
    part, whole, found, value = rates(db)["disclosure"]
    assert (part, whole, found) == (28, processed, state)
    assert (value is not None) is (state == "stated")


def test_nothing_of_nothing_is_no_rate_and_cases_may_exceed_what_they_are_held_against(db: Database) -> None:
    nothing = {name: 0 for name in by_hand(sample()).figures if name.startswith("T3[") and name.endswith("total]")}
    store(db, by_hand(sample()).with_cells(nothing))
    found = rates(db)
    assert found["disclosure"] == (0, 0, "nothing", None)
    assert found["dispute"] == (82, 0, "few", None)


def test_a_report_without_the_table_has_no_rate_of_it(db: Database) -> None:
    store(db, by_hand(sample()))
    db.execute("delete from remedies")
    found = rates(db)
    assert found["correction"] == (None, None, "unstated", None)
    assert found["dispute"] == (None, 80, "unstated", None)


def test_a_year_before_the_forms_says_so(db: Database) -> None:
    store(db, by_hand(sample()))
    for statement in ("delete from applications", "delete from remedies"):
        db.execute(statement)
    db.execute("update reports set year = 2016, form_t3 = null, form_t4 = null")
    assert {one[2] for one in rates(db, 2016).values()} == {"other_form"}


def test_a_body_that_changed_is_not_to_be_compared_with_its_year_before(db: Database) -> None:
    store(db, by_hand(sample()))
    asked = f"select distinct changed from {VIEW}"
    assert db.execute(asked).fetchall() == [(0,)]
    code = db.execute("select agency from current_reports").fetchone()[0]
    db.execute("insert into agency_events (agency, event, from_year) values (?, 'scope', 2024)", [code])
    assert db.execute(asked).fetchall() == [(1,)]


def test_the_view_is_the_catalogues_whatever_stood_there_before(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "data"))
    with closing(open_database(data)) as db:
        assert isinstance(db, Waiting)
        db.execute(f"drop view {VIEW}")
        db.execute(f"create view {VIEW} as select 1 as old")
    with closing(open_database(data)) as db:
        assert db.execute("select sql from sqlite_master where name = ?", [VIEW]).fetchone()[0].endswith(rates_sql())
        before = db.execute("pragma schema_version").fetchone()
    with closing(open_database(data)) as db:
        assert db.execute("pragma schema_version").fetchone() == before, "it is not made anew each time"


def test_a_body_is_looked_up_before_anything_is_added_up(db: Database) -> None:
    plan = [row[3] for row in db.execute(f"explain query plan select * from {VIEW} where agency = 'x' and year = 2024")]
    assert any(line.startswith("SEARCH reports USING INDEX") for line in plan), plan


ENTRY = {
    "id": "x",
    "name": {"zh": "率", "en": "rate"},
    "numerator": "T3[granted, total]",
    "denominator": "T3[processed, total]",
    "formula": {"zh": "甲÷乙", "en": "a / b"},
    "caveat": {"zh": "无", "en": "none"},
    "incomparable": {"zh": "无", "en": "none"},
}
REST = {"least": 30, "least_peers": 4, "basis": {"zh": "据", "en": "basis"}, "state": {}}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"numerator": "T3[nothing, total]"}, "which no form has"),
        ({"numerator": "T3[granted, total] - T3[processed, total]"}, "added once"),
        ({"numerator": "2 * T3[granted, total]"}, "added once"),
        ({"denominator": "100"}, "sums of cells"),
        ({"numerator": "T3[granted, total] == 1"}, "not allowed"),
        ({"tite": "x"}, "unknown keys: tite"),
        ({"caveat": None}, "lacks caveat"),
    ],
)
def test_a_catalogue_that_is_not_whole_names_the_rate(change: dict[str, Any], said: str) -> None:
    entry = {key: value for key, value in {**ENTRY, **change}.items() if value is not None}
    with pytest.raises((GoujiError, UsageError), match=said):
        read_catalogue([{**json.loads(json.dumps(REST)), "rate": [entry]}])


def test_a_rate_stands_once() -> None:
    with pytest.raises(GoujiError, match="twice"):
        read_catalogue([{**REST, "rate": [dict(ENTRY)]}, {"rate": [dict(ENTRY)]}])


# --- the statistics ---------------------------------------------------------------------------------------


def rate(part: int | None, whole: int | None, state: RateState = "stated", *, changed: bool = False) -> Rate:
    return Rate("disclosure", True, part, whole, state, changed)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(10, 100, 0.0552, 0.1744), (0, 30, 0.0, 0.1135), (30, 30, 0.8865, 1.0), (35, 324, 0.0787, 0.1464)],
)
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.0002)


def test_the_interval_of_a_count_may_exceed_one() -> None:
    assert poisson(10, 8) == pytest.approx((0.679, 2.301), abs=0.001)
    assert poisson(0, 40)[0] == 0.0


def test_quartiles_need_enough_values() -> None:
    assert quartiles([0.1, 0.2, 0.3], 4) is None
    found = quartiles([0.1, 0.2, 0.3, 0.4, 0.5], 4)
    assert found is not None
    assert (found.lower, found.median, found.upper, found.count) == (0.2, 0.3, 0.4, 5)
    assert quartiles([], 0) is None


@given(st.lists(st.floats(0, 1), min_size=2))
def test_quartiles_are_those_of_the_textbook(values: list[float]) -> None:
    found = quartiles(sorted(values), 0)
    assert found is not None
    lower, median, upper = quantiles(values, n=4, method="inclusive")
    assert (found.lower, found.median, found.upper) == pytest.approx((lower, median, upper))


def test_a_group_adds_up_what_is_stated_and_counts_what_is_left_out() -> None:
    found = pool([rate(10, 20, "few"), rate(5, 40), rate(None, 30, "unstated"), rate(50, 40, "contradicted")], 30)
    assert found is not None
    assert (found.rate.numerator, found.rate.denominator, found.counted, found.left_out) == (15, 60, 2, 2)
    assert found.rate.value == 0.25
    only = pool([rate(None, None, "unstated")], 30)
    assert only is not None
    assert (only.rate.state, only.rate.numerator) == ("unstated", None)
    assert pool([], 30) is None


def test_years_are_compared_where_both_have_a_rate_and_the_body_is_what_it_was() -> None:
    difference, why = step(rate(30, 100), rate(10, 40))
    assert difference == pytest.approx(0.05)
    assert why == ""
    assert step(rate(30, 100, changed=True), rate(10, 40)) == (None, "changed")
    assert step(rate(30, 100), rate(10, 20, "few")) == (None, "no_rate")
    assert step(rate(30, 100), None) == (None, "no_report")
    assert rate(3, 20, "few").interval is None
