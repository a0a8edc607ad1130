"""The wrong cell: named when nothing else fits, rivals when something does, the column when that is all one knows."""

import pytest

from extract.form.forms import MEMBERS
from monitor.reconcile.locate import Suspect, locate, remedy_rivals
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
from monitor.reconcile.sheet import single
from tests.monitor.building import make_report
from tests.monitor.test_mutation import Table, sound_table
from tests.monitor.truth import truth

BOOK = load()


def suspect(figures: Table, form: str = "2021", **more: tuple[str, ...]) -> Suspect:
    found = locate(BOOK, make_report(figures, form=form, year=2023, **more))  # type: ignore[arg-type]  # the keywords of a test are of any type
    assert found is not None
    return found


def changed(figures: Table, **cells: object) -> Table:
    """A table with some cells changed; `granted__total=3`."""
    found = dict(figures)
    for name, value in cells.items():
        row, member = name.split("__")
        found["T3", row, member] = value
    return found


def number(figures: Table, row: str, member: str) -> int:
    value = figures["T3", row, member]
    assert isinstance(value, int)
    return value


def test_a_sound_table_has_no_suspect() -> None:
    assert locate(BOOK, make_report(sound_table("2021"), year=2023)) is None


def test_the_shape_of_a_suspect() -> None:
    figures = sound_table("2021")
    true = number(figures, "granted", "total")
    found = suspect(changed(figures, granted__total=true + 10))
    assert found.as_json() == {"cell": "T3[granted,total]", "value": true, "rivals": [], "cause": None}


@pytest.mark.parametrize(
    ("true", "stated", "cause"),
    [
        (60, 6, "factor_ten"),
        (6, 60, "factor_ten"),
        (12, 21, "transposed_digits"),
        (123, 132, "transposed_digits"),
        (12, 1, "split_digits"),
        (40, 17, "copied_row"),
        (40, 2, "copied_column"),
        (40, 45, None),
    ],
)
def test_causes(true: int, stated: int, cause: str | None) -> None:
    figures = sound_table("2021") | {("T3", "granted", member): 0 for member in MEMBERS}
    figures |= {
        ("T3", "granted", "natural_person"): true,
        ("T3", "granted", "business"): 2,
        ("T3", "granted", "total"): true + 2,
        ("T3", "granted_in_part", "natural_person"): 17,
    }
    figures = close(figures)
    found = suspect(figures | {("T3", "granted", "natural_person"): stated})
    assert (found.cell, found.value, found.cause) == ("T3[granted,natural_person]", true, cause)


def close(figures: Table) -> Table:
    """The same leaves with every total put right."""
    return sound_table("2021", leaves_from=figures)


def test_offsetting_columns_are_a_pair_with_rivals() -> None:
    figures = sound_table("2021")
    moved = changed(
        figures,
        granted__natural_person=number(figures, "granted", "natural_person") - 1,
        granted__other=number(figures, "granted", "other") + 1,
    )
    found = suspect(moved)
    assert found.cell is None
    assert found.cause == "misallocated"
    assert len(found.rivals) == 21  # any line may be the one
    assert all(len(rival.changes) == 2 for rival in found.rivals)


def test_a_figure_split_over_two_cells() -> None:
    figures = close(sound_table("2021") | {("T3", "granted", "natural_person"): 12, ("T3", "granted", "business"): 0})
    found = suspect(changed(figures, granted__natural_person=1, granted__business=2))
    assert found.cell is None
    rival = next(rival for rival in found.rivals if rival.cause == "split_digits")
    assert [(change.cell, change.value) for change in rival.changes] == [
        ("T3[granted,natural_person]", 12),
        ("T3[granted,business]", 0),
    ]


def test_blank_totals_leave_the_column() -> None:
    figures = sound_table("2021") | {
        ("T3", row, "total"): ""
        for row in ("granted", "granted_in_part", "refused.state_secret", "unavailable.not_held")
    }
    true = number(figures, "granted", "business")
    found = suspect(changed(figures, granted__business=true + 1))
    assert found.cell is None
    assert found.column == "business"
    assert {rival.changes[0].cell for rival in found.rivals} == {
        f"T3[{row},business]" for row in ("granted", "granted_in_part", "refused.state_secret", "unavailable.not_held")
    }
    assert found.as_json()["column"] == "business"


def test_all_leaf_totals_blank() -> None:
    report = truth("shanghai_office_2019")
    figures = {
        ("T3", row.code, member): raw
        for row in report.rows
        if row.table == "T3"
        for member, raw in zip(row.members, row.raws, strict=True)
    }
    found = suspect({**figures, ("T3", "granted", "natural_person"): 259}, "2019")
    assert (found.cell, found.value, found.column) == (None, None, "natural_person")
    assert len(found.rivals) > 5


def test_a_spent_row_sum_says_less() -> None:
    figures = sound_table("2021")
    wrong = changed(figures, granted__business=number(figures, "granted", "business") + 1)
    assert suspect(wrong).cell == "T3[granted,business]"
    found = suspect(wrong, spent=("t3.row_sum[granted]",))
    assert found.cell == "T3[granted,business]"  # no other line could be the one: their sums hold
    found = suspect(wrong, spent=("t3.row_sum[granted]", "t3.row_sum[granted_in_part]"))
    assert (found.cell, found.column) == (None, "business")


def test_ambiguous_rows_say_nothing() -> None:
    figures = sound_table("2021")
    wrong = changed(figures, granted__business=number(figures, "granted", "business") + 1)
    wrong |= {("T3", "granted_in_part", member): "?" for member in MEMBERS}
    found = suspect(wrong)
    assert (found.cell, found.row) == (None, "granted")


def test_two_explanations_are_both_given() -> None:
    found = locate(BOOK, truth("pingtan_2020"))
    assert found is not None
    assert found.cell is None
    cells = [[(change.cell, change.value) for change in rival.changes] for rival in found.rivals]
    assert cells == [
        [("T3[granted,natural_person]", 0), ("T3[granted,total]", 1)],
        [("T3[granted_in_part,natural_person]", 0), ("T3[granted_in_part,total]", 0)],
    ]
    assert [rival.cause for rival in found.rivals] == [None, "counted_twice"]


def test_remedies_are_detected_not_located() -> None:
    sheet = single(BOOK, truth("hongze_district_2023"), Context())
    found = remedy_rivals(sheet, "reconsideration")
    assert found is not None
    assert (found.cell, found.value) == (None, None)
    assert [rival.as_json() for rival in found.rivals] == [{"cell": "T4[reconsideration,total]", "value": 11}]
    assert remedy_rivals(sheet, "litigation_direct") is None


def test_three_wrong_cells_are_at_most_an_explanation() -> None:
    figures = sound_table("2021")
    wrong = {
        key: number(figures, *key[1:]) + 5
        for key in (
            ("T3", "granted", "business"),
            ("T3", "refused.internal_affairs", "social"),
            ("T3", "unavailable.unclear", "other"),
        )
    }
    found = suspect(figures | wrong)
    assert (found.cell, found.rivals) == (None, ())
