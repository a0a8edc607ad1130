"""Findings over time: every transition, decisions that survive, storage."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.ground.errors import UsageError
from monitor.alerts.digest_item import sentence_of, words
from monitor.checking.transitions import observe
from monitor.findings import DECISIONS, Decision, Finding, Key, Observation, decide, load, reopen_expired, save

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
KEY = Key("11340100", 2025, "t3.row_sum", "received")


def seen(effect: str = "broken", *, left: int = 41, right: int = 40, **changes: Any) -> Observation:
    verdict = {"broken": "fail", "holds": "pass", "unknown": "not_assessable"}[effect]
    base = Observation(
        KEY,
        effect,  # type: ignore[arg-type]  # a str that is one of the Literal
        verdict,
        "fatal",
        f"示例县（11340100）新收数量各列之和 {left}，总计 {right}。",
        f"sum {left}, total {right}",
        {
            "left": left,
            "right": right,
            "delta": left - right,
            "document": "ab" * 32,
            "operands": [{"cell": "T3[received,total]", "value": right, "raw": str(right)}],
        },
        {"cell": "T3[received,total]", "value": left, "rivals": []},
        "source",
        7,
        version="ab" * 32,
    )
    return replace(base, **changes)


def opened(**changes: Any) -> Finding:
    finding = observe(None, seen(), NOW)
    assert finding is not None
    return replace(finding, **{"id": 1, **changes})


def test_only_a_failure_opens() -> None:
    finding = observe(None, seen(), NOW)
    assert finding is not None
    assert (finding.status, finding.verdict, finding.key) == ("open", "fail", KEY)
    assert finding.opened_at == finding.changed_at
    assert observe(None, seen("holds"), NOW) is None
    assert observe(None, seen("unknown"), NOW) is None


def test_a_new_rule_opens_in_the_shadow_and_leaves_it_as_news() -> None:
    shadow = observe(None, seen(shadow=True), NOW)
    assert shadow is not None
    assert shadow.status == "shadow"
    out = observe(shadow, seen(), LATER)
    assert out is not None
    assert out.status == "open"
    assert out.opened_at > shadow.opened_at
    back = observe(out, seen(shadow=True), LATER)
    assert back is not None
    assert back.status == "shadow"


def test_the_same_failure_again_changes_nothing() -> None:
    assert observe(opened(), seen(), LATER) is None


def test_a_changed_value_is_an_update_of_the_same_finding() -> None:
    changed = observe(opened(), seen(left=50), LATER)
    assert changed is not None
    assert (changed.id, changed.status) == (1, "open")
    assert changed.changed_at > changed.opened_at
    assert "50" in changed.message
    assert changed.evidence["left"] == 50
    assert changed.suspect == {"cell": "T3[received,total]", "value": 50, "rivals": []}


def test_another_wording_or_another_copy_of_the_same_figures_is_no_news() -> None:
    again = seen(message="换了说法", evidence={**seen().evidence, "document": "cd" * 32}, report=9)
    quiet = observe(opened(), again, LATER)
    assert quiet is not None
    assert quiet.changed_at == opened().changed_at
    assert (quiet.message, quiet.report) == ("换了说法", 9)


def test_a_pass_resolves_and_says_by_which_version() -> None:
    done = observe(opened(note="已去函"), seen("holds", version="cd" * 32), LATER)
    assert done is not None
    assert (done.status, done.verdict) == ("resolved", "pass")
    assert done.resolved_at == done.changed_at
    assert done.note is not None
    assert done.note.startswith("已去函\n")
    assert "cdcdcdcdcdcd" in done.note
    assert "41" in done.message
    assert done.evidence["left"] == 41
    assert observe(done, seen("holds"), LATER) is None
    assert observe(done, seen("unknown"), LATER) is None


def test_a_relapse_regresses_and_recovers_again() -> None:
    done = observe(opened(), seen("holds"), LATER)
    again = observe(done, seen(), LATER + timedelta(days=1))
    assert again is not None
    assert (again.status, again.resolved_at) == ("regressed", None)
    assert again.opened_at == opened().opened_at
    assert "resolved_by" not in again.evidence
    healed = observe(again, seen("holds"), LATER + timedelta(days=2))
    assert healed is not None
    assert healed.status == "resolved"


def test_what_cannot_be_assessed_stays_and_the_evidence_says_so_once() -> None:
    unclear = observe(opened(), seen("unknown", reason="表三缺失"), LATER)
    assert unclear is not None
    assert (unclear.status, unclear.verdict, unclear.changed_at) == ("open", "fail", opened().changed_at)
    assert unclear.evidence["not_assessable"]["reason"] == "表三缺失"
    assert observe(unclear, seen("unknown", reason="表三缺失"), LATER + timedelta(days=1)) is None
    back = observe(unclear, seen(), LATER)
    assert back is not None
    assert "not_assessable" not in back.evidence
    assert back.changed_at == opened().changed_at


@pytest.mark.parametrize("status", sorted(DECISIONS))
def test_a_decision_survives_every_run_that_still_fails(status: str) -> None:
    decided = opened(status=status, note="并入新局", decided_at=NOW.isoformat())
    assert observe(decided, seen(), LATER) is None
    changed = observe(decided, seen(left=50), LATER)
    assert changed is not None
    assert (changed.status, changed.note) == (status, "并入新局")
    assert changed.changed_at > decided.changed_at


@pytest.mark.parametrize("status", ["acknowledged", "explained"])
def test_a_correction_resolves_a_decided_finding_and_keeps_its_reason(status: str) -> None:
    done = observe(opened(status=status, note="并入新局"), seen("holds"), LATER)
    assert done is not None
    assert done.status == "resolved"
    assert (done.note or "").startswith("并入新局")


def test_a_false_alarm_stays_one() -> None:
    wrong = opened(status="false_positive", note="读取有误")
    assert observe(wrong, seen("holds"), LATER) is None
    assert observe(wrong, seen("unknown"), LATER) is None


def test_a_state_that_hardens_under_a_decision_is_no_news() -> None:
    overdue = opened(verdict="overdue", evidence={}, suspect=None, status="acknowledged")
    harder = observe(overdue, seen(verdict="overdue_confirmed", evidence={}, suspect=None), LATER)
    assert harder is not None
    assert (harder.verdict, harder.changed_at) == ("overdue_confirmed", overdue.changed_at)
    told = observe(replace(overdue, status="open"), seen(verdict="overdue_confirmed", evidence={}, suspect=None), LATER)
    assert told is not None
    assert told.changed_at > overdue.changed_at


def test_an_explanation_is_offered_again_next_year() -> None:
    before = opened(status="explained", note="口径不同", key=KEY._replace(year=2024))
    finding = observe(None, seen(), NOW, before)
    assert finding is not None
    assert finding.status == "open"
    assert finding.evidence["earlier_explanation"] == {"finding": 1, "year": 2024, "reason": "口径不同"}
    assert observe(finding, seen(), LATER, before) is None
    plain = observe(None, seen(), NOW, replace(before, status="open"))
    assert plain is not None
    assert "earlier_explanation" not in plain.evidence


@given(
    st.lists(st.tuples(st.sampled_from(["broken", "holds", "unknown"]), st.integers(0, 3)), max_size=12),
    st.sampled_from(["", *sorted(DECISIONS)]),
)
def test_any_history_keeps_one_finding_in_a_known_state(steps: list[tuple[str, int]], decision: str) -> None:
    finding: Finding | None = None
    for at, (effect, left) in enumerate(steps):
        moment = NOW + timedelta(hours=at)
        finding = observe(finding, seen(effect, left=left), moment) or finding
        if finding is not None and decision and at == 3:
            finding = replace(finding, status=decision, decided_at=moment.isoformat())
        if finding is None:
            assert all(effect != "broken" for effect, _ in steps[: at + 1])
            continue
        assert finding.status in {"open", "resolved", "regressed", *DECISIONS}
        assert (finding.resolved_at is not None) == (finding.status == "resolved") or finding.status in DECISIONS
        if effect == "broken":
            assert finding.status != "resolved"
            assert finding.evidence["left"] == left


def stored(db: Database, **changes: Any) -> Finding:
    with db.atomic():
        save(db, [replace(opened(**changes), id=None)])
    return load(db, "1 = 1")[-1]


def test_what_is_stored_comes_back(db: Database) -> None:
    finding = stored(db, suspect=None, note="甲\n乙", expires="2026-12-31")
    assert finding == opened(id=finding.id, suspect=None, note="甲\n乙", expires="2026-12-31")
    with db.atomic():
        save(db, [replace(finding, status="resolved", evidence={"left": 0.5})])
    assert [(one.id, one.status, one.evidence) for one in load(db, "rule = ?", ["t3.row_sum"])] == [
        (finding.id, "resolved", {"left": 0.5})
    ]


def test_a_second_finding_of_the_same_key_cannot_exist(db: Database) -> None:
    stored(db)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        stored(db)


@pytest.mark.parametrize("status", sorted(DECISIONS))
def test_a_decision_is_kept_with_its_reason(db: Database, status: Decision) -> None:
    finding = stored(db)
    assert finding.id is not None
    decided = decide(db, finding.id, status, "  已电话\n核实 ", LATER)
    assert load(db, "id = ?", [finding.id]) == [decided]
    assert (decided.status, decided.note, decided.changed_at) == (status, "已电话 核实", finding.changed_at)
    assert decided.decided_at is not None


def test_decisions_that_cannot_be_taken(db: Database) -> None:
    finding = stored(db)
    assert finding.id is not None
    with pytest.raises(UsageError, match="gouji findings"):
        decide(db, 999, "explained", "理由", NOW)
    with pytest.raises(UsageError, match="--reason"):
        decide(db, finding.id, "explained", " \n", NOW)
    with pytest.raises(UsageError, match="past"):
        decide(db, finding.id, "acknowledged", "理由", NOW, date(2026, 2, 28))
    with db.atomic():
        save(db, [replace(finding, status="resolved")])
    with pytest.raises(UsageError, match="resolved already"):
        decide(db, finding.id, "acknowledged", "理由", NOW)
    assert decide(db, finding.id, "false_positive", "读取有误", NOW).status == "false_positive"


def test_an_acknowledgement_ends_on_its_day(db: Database) -> None:
    finding = stored(db)
    assert finding.id is not None
    decide(db, finding.id, "acknowledged", "等更正", NOW, date(2026, 3, 10))
    assert reopen_expired(db, datetime(2026, 3, 10, 15, 59, tzinfo=UTC)) == 0
    assert reopen_expired(db, datetime(2026, 3, 10, 16, 0, tzinfo=UTC)) == 1
    (again,) = load(db, "1 = 1")
    assert (again.status, again.expires, again.note) == ("open", None, "等更正")
    assert again.changed_at > finding.changed_at


def test_a_correction_is_told_in_english_with_its_version_as_well() -> None:
    done = observe(opened(), replace(seen("holds", version="cd" * 32), evidence={"document": "cd" * 32}), LATER)
    assert done is not None
    assert sentence_of(done, words("en"), "en").startswith("No longer so in the new version (cdcdcdcdcdcd). Before: ")
    same = observe(opened(), seen("holds"), LATER)
    assert same is not None
    assert sentence_of(same, words("en"), "en").startswith("No longer so. Before: ")
