"""Every real document of the corpus: full ones read exactly, lossy ones state nothing wrong, others are refused."""

import pytest

from extract.model import Problem, Report, cell_name
from extract.run import read_report
from tests.corpus import CORPUS, NEEDED, OlderTruth, Truth, older_truths, texts

pytestmark = NEEDED
NAMES = {
    "hangzhou_2025_fixture": "测试市",
    "shanghai_stcsm_2024": "上海市科委",
    "huaian_city_2024": "淮安市人民政府",
    "hongze_district_2023": "洪泽区人民政府",
}
DISTRACTORS = {
    "pingtan_2014_notareport_abridged.txt": "not_a_report",
    "template_2021_blank.docx": "blank_form",
}


def read(truth: Truth) -> Report:
    report = read_report(truth.path.read_bytes(), truth.path.name)
    assert isinstance(report, Report), report
    return report


def cells(report: Report) -> dict[str, tuple[str | None, object, str]]:
    return {
        cell_name(row.table, row.code, member): (raw, value, state)
        for row in report.rows
        for member, raw, value, state in zip(row.members, row.raws, row.values, row.states, strict=True)
    }


@pytest.mark.parametrize("truth", texts(), ids=lambda truth: truth.name)
def test_body_year_and_forms(truth: Truth) -> None:
    report = read(truth)
    assert (report.agency_name, report.year) == (NAMES.get(truth.name, truth.agency_name), truth.year)
    assert report.forms == truth.forms


@pytest.mark.parametrize("truth", [t for t in texts() if t.reading == "full"], ids=lambda truth: truth.name)
def test_full_documents_read_exactly(truth: Truth) -> None:
    found = cells(read(truth))
    assert found.keys() == truth.cells.keys()
    wrong = {
        name: (found[name], raw)
        for name, raw in truth.cells.items()
        if (found[name][0] or "") != (raw or "") or (raw is None) != (found[name][2] == "blank")
    }
    assert not wrong
    assert all((value is None) == (state != "number") for _, value, state in found.values())


@pytest.mark.parametrize("truth", [t for t in texts() if t.reading == "lossy"], ids=lambda truth: truth.name)
def test_lossy_documents_state_nothing_wrong(truth: Truth) -> None:
    found = cells(read(truth))
    stated = {name: raw for name, (raw, value, _) in found.items() if value is not None}
    assert {name: (raw, truth.cells[name]) for name, raw in stated.items() if raw != truth.cells[name]} == {}
    assert len(stated) > len(truth.cells) / 3, "too little is read of what the text proves"


@pytest.mark.parametrize(("name", "code"), DISTRACTORS.items())
def test_distractors_are_no_reports(name: str, code: str) -> None:
    result = read_report((CORPUS / "documents" / name).read_bytes(), name)
    assert isinstance(result, Problem)
    assert result.code == code


@pytest.mark.parametrize("truth", older_truths(), ids=lambda truth: truth.name)
def test_statistics_from_before_2019(truth: OlderTruth) -> None:
    """Full ones exactly, figure by figure in their order; lossy ones state nothing wrong."""
    report = read_report(truth.path.read_bytes(), truth.path.name)
    assert isinstance(report, Report)
    assert report.year == truth.year
    assert report.agency_name.startswith(truth.agency_name)
    found: dict[int, list[tuple[str | None, object]]] = {}
    for one in report.indicators:
        found.setdefault(one.line, []).append((one.raw, one.value))
    assert len(found) == len(truth.lines)
    stated = 0
    for (label, printed), figures in zip(truth.lines, found.values(), strict=True):
        for want, (raw, value) in zip(printed, figures, strict=True):
            stated += value is not None
            if truth.reading == "full" or value is not None:
                assert ((raw or None), value) == (want, None if want is None else int(want)), label
    assert stated > len(truth.lines)


def test_a_report_without_any_table_keeps_its_prose() -> None:
    path = CORPUS / "documents" / "pingtan_dishui_2013_abridged.txt"
    report = read_report(path.read_bytes(), path.name)
    assert isinstance(report, Report)
    assert (report.year, report.template, report.status, report.indicators) == (2013, "", "complete", ())
    assert sum(len(section.text) for section in report.sections) > 100
