"""The samples keep what they promise: identities, chains, widths, planted errors and nothing else."""

from itertools import pairwise

import pytest
from lxml import html

from extract.form.forms import MEMBERS, TRACK_MEMBERS
from monitor.samples import SampleReport, make_history
from monitor.samples.layout import LEAVES, TRACKS
from monitor.samples.render import Style

YEARS = range(2019, 2025)


def cell(report: SampleReport, row: str, member: str = "total") -> int:
    return report.count(f"T3[{row},{member}]")


@pytest.fixture(scope="module", params=[True, False], ids=["dense", "sparse"])
def history(request: pytest.FixtureRequest) -> list[SampleReport]:
    return make_history(11, "青石市数据局", YEARS, dense=request.param)


def test_every_identity_holds(history: list[SampleReport]) -> None:
    for report in history:
        leaves = LEAVES[report.form]
        for member in MEMBERS:
            assert sum(cell(report, leaf, member) for leaf in leaves) == cell(report, "processed", member)
            assert cell(report, "received", member) + cell(report, "brought_forward", member) == cell(
                report, "processed", member
            ) + cell(report, "carried_forward", member)
        for row in (*leaves, "received", "brought_forward", "processed", "carried_forward"):
            assert sum(cell(report, row, member) for member in MEMBERS[:6]) == cell(report, row)
        for track in TRACKS:
            *parts, total = (report.count(f"T4[{track},{member}]") for member in TRACK_MEMBERS)
            assert sum(parts) == total


def test_organisation_columns_are_not_empty(history: list[SampleReport]) -> None:
    for report in history:
        assert all(cell(report, "received", member) > 0 for member in MEMBERS)


def test_a_dense_sample_has_no_zero() -> None:
    for report in make_history(3, "青石市财政局", YEARS, dense=True):
        assert all(report.count(name) > 0 for name in report.cells if not name.startswith("T2"))


def test_years_chain(history: list[SampleReport]) -> None:
    for before, after in pairwise(history):
        for member in MEMBERS:
            assert cell(before, "carried_forward", member) == cell(after, "brought_forward", member)
        if before.form == after.form == "2021":
            made, repealed, stock = (
                after.count(f"T2[normative_documents,{measure}]") for measure in ("made", "repealed", "in_force")
            )
            assert before.count("T2[normative_documents,in_force]") + made - repealed == stock


@pytest.mark.parametrize(
    ("form", "counts"), [("2019", (22, 161, 15)), ("2021", (10, 175, 15)), ("2021+2019", (10, 161, 15))]
)
def test_width_of_the_forms(form: str, counts: tuple[int, int, int]) -> None:
    [report] = make_history(5, "示例县教育局", [2022], form=form)
    tables = [name[:2] for name in report.cells]
    assert tuple(tables.count(table) for table in ("T2", "T3", "T4")) == counts
    assert set(report.cells) == set(report.figures)


@pytest.mark.parametrize("style", ["word", "plain"])
def test_the_page_draws_rectangular_tables(history: list[SampleReport], style: Style) -> None:
    for report in history:
        tables = html.fromstring(report.html(style)).findall(".//table")
        assert len(tables) == 3
        last = ["".join(str(part) for part in td.itertext()) for td in tables[2].findall(".//tr")[-1]]
        assert last == [report.printed(name) for name in report.cells if name.startswith("T4")]
        for table in tables:
            width = sum(int(td.get("colspan", "1")) for td in table.findall(".//tr")[0])
            area = sum(int(td.get("colspan", "1")) * int(td.get("rowspan", "1")) for td in table.iter("td"))
            assert area == width * len(table.findall(".//tr"))
    for report in history:
        lines = [line.split("\t") for line in report.text().splitlines() if "\t" in line]
        assert {len(line) for line in lines} == {4, 10, 15}


def test_a_planted_error_changes_only_what_it_names() -> None:
    [report] = make_history(1, "青石市民政局", [2023])
    wrong = report.with_cell("T3[granted,total]", 999)
    changed = {name for name in report.cells if report.figures[name] != wrong.figures[name]}
    assert changed == {"T3[granted,total]"}
    carried = report.with_broken_carry(2)
    assert cell(carried, "brought_forward") == cell(report, "brought_forward") + 2
    assert cell(carried, "received") == cell(report, "received") - 2
    slip = report.with_slip("T3[received,total]", 4321)
    assert "新收政府信息公开申请4321件" in slip.text()
    assert slip.figures == report.figures
    with pytest.raises(KeyError, match="no such cell"):
        report.with_cell("T3[granted,nobody]", 1)


def test_the_same_seed_gives_the_same_page() -> None:
    first, second = (make_history(9, "示例县水利局", [2019, 2024]) for _ in range(2))
    assert [report.html() for report in first] == [report.html() for report in second]
    assert [report.year for report in first] == [2019, 2024]
