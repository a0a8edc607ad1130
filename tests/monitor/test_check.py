"""Check: from stored reports to findings over versions and years; incremental, resumable, decisions kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config
from extract.model import Problem, Report
from extract.run import read_report
from extract.store.write import Reading, save
from monitor.checking import check as check_module
from monitor.checking.check import CheckResult, check
from monitor.findings import Finding, decide, load
from monitor.samples import SampleReport, make_history

NOW = datetime(2026, 1, 10, tzinfo=UTC)
AGENCY = "青石市数据局"
CONFIG = Config()
WRONG = "T3[granted,business]"


@cache
def history(years: tuple[int, ...] = (2022, 2023), agency: str = AGENCY) -> tuple[SampleReport, ...]:
    return tuple(make_history(7, agency, years, dense=True))


def bump(sample: SampleReport, cell: str = WRONG, by: int = 3) -> SampleReport:
    return sample.with_cell(cell, sample.count(cell) + by)


def reading(sample: SampleReport, version: int = 0) -> Reading:
    result = read_report(sample.html().encode(), "page.html")
    assert isinstance(result, Report)
    return as_reading(result, sample.agency, sample.year, version)


def as_reading(result: Report | Problem, agency: str, year: int, version: int) -> Reading:
    name = sha256(f"{agency}/{year}/{version}".encode()).hexdigest()
    return Reading(name, f"http://127.0.0.1/{agency}/{year}.html", result, stamp(NOW + timedelta(days=version)))


def store(db: Database, *samples: SampleReport, version: int = 0, parser: str = "1") -> None:
    save(db, [reading(sample, version) for sample in samples], parser, NOW)


def run(db: Database, days: int = 0, **options: Any) -> CheckResult:
    return check(db, CONFIG, NOW + timedelta(days=days), **options)


def fatal(db: Database) -> list[Finding]:
    return load(db, "class = 'fatal'")


def explained(db: Database) -> list[Finding]:
    return load(db, "class = 'explain' and rule <> 'pub.state'")


def test_reports_that_add_up_open_nothing(db: Database) -> None:
    store(db, *history())
    result = run(db)
    assert (result.checked, fatal(db), explained(db)) == (2, [], [])


def test_one_wrong_cell_is_told_with_everything_it_rests_on(db: Database) -> None:
    first, second = history()
    store(db, first, bump(second))
    result = run(db)
    found = fatal(db)
    assert {(one.key.rule, one.key.subject) for one in found} == {
        ("t3.row_sum", "granted"),
        ("t3.column_sum", "business"),
    }
    assert result.opened == len(load(db, "1 = 1"))
    code = found[0].key.agency
    for one in found:
        assert (one.key.year, one.status, one.verdict, one.responsibility) == (2023, "open", "fail", "source")
        assert AGENCY in one.message
        assert code in one.message
        assert "2023" in one.message
        assert AGENCY in one.message_en
        assert one.suspect is not None
        assert (one.suspect["cell"], one.suspect["value"]) == (WRONG, second.count(WRONG))
        evidence = one.evidence
        assert abs(evidence["left"] - evidence["right"]) == 3
        assert evidence["delta"] == evidence["left"] - evidence["right"]
        assert evidence["basis"]
        assert evidence["formula"]
        assert evidence["document"] == reading(second).document
        assert evidence["url"].startswith("http://127.0.0.1/")
        cells = {part["cell"]: part for part in evidence["operands"]}
        assert cells[WRONG]["raw"] == str(second.count(WRONG) + 3)
        assert cells[WRONG]["place"] == "g1 r5 c4"
    row = next(one for one in found if one.key.rule == "t3.row_sum")
    assert row.evidence["rows"][0].endswith(
        " | ".join(
            second.with_cell(WRONG, second.count(WRONG) + 3).printed(f"T3[granted,{member}]")
            for member in ("natural_person", "business", "research", "social", "legal_services", "other", "total")
        )
    )
    assert "granted" in row.evidence["formula"]


def test_a_second_check_changes_nothing(db: Database) -> None:
    store(db, bump(history()[0]))
    run(db)
    before = load(db, "1 = 1")
    assert run(db, 1) == CheckResult(open=len([one for one in before if one.finding_class != "info"]))
    assert run(db, 2, everything=True).checked == 1
    assert load(db, "1 = 1") == before


def test_a_corrected_version_resolves_a_relapse_regresses(db: Database) -> None:
    sample = history()[0]
    store(db, bump(sample))
    run(db)
    assert {one.status for one in fatal(db)} == {"open"}
    store(db, sample, version=1)
    result = run(db, 1)
    assert result.resolved == 2
    assert {(one.status, one.verdict) for one in fatal(db)} == {("resolved", "pass")}
    assert all(reading(sample, 1).document[:12] in (one.note or "") for one in fatal(db))
    assert fatal(db)[0].evidence["resolved_by"]["document"] == reading(sample, 1).document
    store(db, bump(sample), version=2)
    result = run(db, 2)
    assert result.regressed == 2
    assert {one.status for one in fatal(db)} == {"regressed"}


def test_a_changed_value_updates_the_same_finding(db: Database) -> None:
    sample = history()[0]
    store(db, bump(sample))
    run(db)
    before = {one.key: one for one in fatal(db)}
    store(db, bump(sample, by=5), version=1)
    result = run(db, 1)
    after = {one.key: one for one in fatal(db)}
    assert (result.opened, result.updated, after.keys()) == (0, 2, before.keys())
    for key, one in after.items():
        assert one.id == before[key].id
        assert one.changed_at > before[key].changed_at
        assert abs(one.evidence["delta"]) == 5


@pytest.mark.parametrize("status", ["acknowledged", "explained", "false_positive"])
def test_decisions_survive_reading_and_checking_everything_again(db: Database, status: Any) -> None:
    store(db, bump(history()[0]))
    run(db)
    one = fatal(db)[0]
    assert one.id is not None
    decided = decide(db, one.id, status, "已核实", NOW)
    store(db, bump(history()[0]), parser="1")
    run(db, 1, everything=True)
    store(db, bump(history()[0]), parser="2")
    run(db, 2, everything=True)
    (after,) = load(db, "id = ?", [one.id])
    assert (after.status, after.note, after.changed_at) == (status, "已核实", decided.changed_at)


def test_what_became_unreadable_stays_as_it_is(db: Database) -> None:
    sample = history()[0]
    store(db, bump(sample))
    run(db)
    whole = reading(sample).result
    assert isinstance(whole, Report)
    less = replace(
        whole,
        rows=tuple(row for row in whole.rows if row.table != "T3"),
        forms={table: form for table, form in whole.forms.items() if table != "T3"},
    )
    save(db, [as_reading(less, AGENCY, 2022, 1)], "1", NOW)
    result = run(db, 1)
    assert (result.resolved, {one.status for one in fatal(db)}) == (0, {"open"})
    assert all(one.evidence["not_assessable"]["reason"] for one in fatal(db))


def test_a_withdrawn_reading_leaves_findings_as_they_are(db: Database) -> None:
    store(db, bump(history()[0]))
    run(db)
    before = fatal(db)
    save(db, [as_reading(Problem("not_a_report", "不是年度报告"), AGENCY, 2022, 0)], "1", NOW)
    run(db, 1, everything=True)
    assert fatal(db) == before


def test_a_broken_chain_opens_and_a_corrected_year_before_heals_it(db: Database) -> None:
    first, second = history()
    store(db, first, second.with_broken_carry(2))
    run(db)
    assert fatal(db) == []
    assert {(one.key.rule, one.key.subject, one.key.year) for one in explained(db)} >= {
        ("year.carry", "total", 2023),
        ("year.carry", "natural_person", 2023),
    }
    carry = next(one for one in explained(db) if one.key.subject == "total")
    earlier = next(part for part in carry.evidence["operands"] if "year" in part)
    assert (earlier["year"], earlier["document"]) == (2022, reading(first).document)
    store(db, second, version=1)
    run(db, 1)
    assert {one.status for one in explained(db) if one.key.rule == "year.carry"} == {"resolved"}


def test_last_years_explanation_is_offered_again(db: Database) -> None:
    first, second, third = history((2021, 2022, 2023))
    store(db, first, second.with_broken_carry(2))
    run(db)
    total = next(one for one in explained(db) if one.key.subject == "total")
    assert total.id is not None
    decide(db, total.id, "explained", "口径由办公室改为全市", NOW)
    store(db, third.with_broken_carry(1))
    run(db, 1)
    again = next(one for one in explained(db) if one.key.year == 2023 and one.key.subject == "total")
    assert again.status == "open"
    assert again.evidence["earlier_explanation"]["reason"] == "口径由办公室改为全市"
    assert again.evidence["earlier_explanation"]["finding"] == total.id


def test_only_what_is_new_is_judged_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    store(db, *history(), *history((2023,), "青石市民政局"))
    assert run(db).checked == 3
    assert run(db).checked == 0
    store(db, bump(history()[1]), version=1)
    assert run(db).checked == 2, "both years of the body whose report changed"
    monkeypatch.setattr(check_module, "fingerprint", lambda: "other")
    assert run(db).checked == 3


def test_incremental_search_uses_indexes(db: Database) -> None:
    query = (
        "select agency from reports where checked is null and agency is not null "
        "union select agency from reports where checked < 'x' and agency is not null"
    )
    plan = " ".join(str(row[3]) for row in db.execute(f"explain query plan {query}"))
    assert "SCAN reports" not in plan.replace("SCAN reports USING", "")


class StopHereError(Exception):
    """Stands for a kill between two batches."""


def test_killed_between_batches_the_next_run_goes_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_module, "BATCH", 1)
    names = ["青石市民政局", "青石市财政局", "青石市统计局"]
    store(db, *(bump(history((2023,), name)[0]) for name in names))
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise StopHereError

    with pytest.raises(StopHereError):
        run(db, progress=stop)
    assert (seen, len(fatal(db))) == ([(1, 3)], 2)
    result = run(db)
    assert (result.checked, len(fatal(db))) == (2, 6)


def test_what_our_reader_could_not_align_is_health_not_a_finding_against_the_body(db: Database) -> None:
    whole = reading(history()[0]).result
    assert isinstance(whole, Report)
    problem = Problem("t3.alignment", "“四”行有 8 个数字", "T3[carried_forward]")
    save(db, [as_reading(replace(whole, problems=(problem,)), AGENCY, 2022, 0)], "1", NOW)
    run(db)
    found = load(db, "rule = 't3.alignment'")
    assert {(one.finding_class, one.status) for one in found} == {("health", "open")}
    assert fatal(db) == []
