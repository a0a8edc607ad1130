"""Year over year and version over version: what changed, and what must not be set side by side."""

from dataclasses import replace

from extract.content import State
from extract.form.forms import MEMBERS
from extract.model import Report, Row, Section
from extract.parse import parse
from extract.readers import read
from monitor.changes.diff import between_versions, between_years
from monitor.samples import SampleReport, make_history


def as_read(sample: SampleReport) -> Report:
    report = parse(read(sample.html().encode(), "report.html"))
    assert isinstance(report, Report)
    return report


def history(*years: int) -> list[SampleReport]:
    return make_history(11, "青石市财政局", years, dense=True)


def test_a_report_does_not_differ_from_itself() -> None:
    report = as_read(history(2023)[0])
    assert between_versions(report, report).changes == ()
    assert between_versions(report, report).prose == ()


def test_one_changed_cell_is_the_only_difference_of_a_version() -> None:
    sample = history(2023)[0]
    stated = sample.count("T3[granted,total]")
    found = between_versions(as_read(sample), as_read(sample.with_cell("T3[granted,total]", stated + 1)))
    assert [change.cell for change in found.changes] == ["T3[granted,total]"]
    assert found.changes[0].delta == 1
    assert found.compared == len(sample.cells)


def test_a_cell_that_became_blank_is_a_change_without_delta() -> None:
    sample = history(2023)[0]
    found = between_versions(as_read(sample), as_read(sample.with_cell("T4[reconsideration,pending]", None)))
    (change,) = found.changes
    assert change.after is not None
    assert (change.after.state, change.after.value, change.delta) == ("blank", None, None)


def test_another_spelling_of_the_same_number_is_no_change() -> None:
    sample = history(2023)[0]
    stated = sample.count("T3[granted,total]")
    wide = str(stated).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert between_versions(as_read(sample), as_read(sample.with_cell("T3[granted,total]", wide))).changes == ()


def test_years_on_one_form_compare_every_cell() -> None:
    earlier, later = history(2022, 2023)
    found = between_years(as_read(earlier), as_read(later))
    assert found.compared == len(later.cells)
    assert found.remarks == ()
    differing = {name for name in later.cells if earlier.figures[name] != later.figures[name]}
    assert {change.cell for change in found.changes} == differing


def test_across_the_change_of_form_other_is_one_row_and_unlike_figures_stay_apart() -> None:
    earlier, later = history(2020, 2021)
    found = between_years(as_read(earlier), as_read(later))
    cells = {change.cell: change for change in found.changes}
    assert not any(cell.startswith("T3[other.") for cell in cells)
    for member in MEMBERS:
        was = earlier.count(f"T3[other,{member}]")
        now = sum(later.count(f"T3[other.{part},{member}]") for part in ("not_corrected", "fee_unpaid", "other"))
        assert (f"T3[other,{member}]" in cells) == (was != now)
        if was != now:
            assert cells[f"T3[other,{member}]"].delta == now - was
    remarks = {remark.code: remark.cells for remark in found.remarks}
    assert {"other_folded", "forms_differ"} == remarks.keys()
    assert "T2[normative_documents,in_force]" in remarks["forms_differ"]
    assert "T2[normative_documents,disclosed_total]" in remarks["forms_differ"]
    assert "T2[charges,amount_10k_yuan]" in remarks["forms_differ"]
    assert "T2[licenses,decisions]" not in remarks["forms_differ"]


def test_an_unstated_part_leaves_the_folded_row_unstated() -> None:
    earlier, later = history(2020, 2021)
    found = between_years(as_read(earlier), as_read(later.with_cell("T3[other.other,natural_person]", None)))
    change = next(change for change in found.changes if change.cell == "T3[other,natural_person]")
    assert change.after is not None
    assert change.after.value is None
    assert change.after.state == "blank"


def test_a_lost_table_is_one_remark_not_many_changes() -> None:
    report = as_read(history(2023)[0])
    rows = tuple(row for row in report.rows if row.table != "T4")
    without = replace(report, rows=rows, forms={name: form for name, form in report.forms.items() if name != "T4"})
    found = between_years(report, without)
    assert found.changes == ()
    assert [(remark.code, remark.cells) for remark in found.remarks] == [("table_missing", ("T4",))]


def test_sentences_that_came_and_went() -> None:
    report = as_read(history(2023)[0])
    was = replace(report, sections=(Section(1, "一、总体情况", "收到申请3件。均已答复。\n无结转。"),))
    now = replace(
        report,
        sections=(
            Section(1, "一、总体情况", "收到申请4件。均已答复。\n无结转。"),
            Section(5, "五、问题", "人手不足。"),
        ),
    )
    found = between_versions(was, now).prose
    assert [(part.section, part.removed, part.added) for part in found] == [
        (1, ("收到申请3件。",), ("收到申请4件。",)),
        (5, (), ("人手不足。",)),
    ]


def test_text_in_a_cell_is_compared_as_printed() -> None:
    def report(raw: str, state: State) -> Report:
        row = Row("T3", "granted", ("total",), (raw,), (None,), (state,))
        return Report("", "", 2023, {"T3": "2021"}, (row,))

    assert between_versions(report("见附件", "text"), report("同上", "text")).changes
    assert not between_versions(report("", "blank"), report("　", "blank")).changes
    assert between_versions(report("/", "dash"), report("", "blank")).changes
