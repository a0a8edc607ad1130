"""The documents of ../shared/cases, kind by kind: added, read and checked together, each as its right.json has it."""

import shutil
from functools import cache
from pathlib import Path

import pytest

from crawler.ground.data import DataDir, create
from tests.cases import CASES, ENABLED, NEEDED, Case, Cells, Reading, complaints, documents
from tests.hostile.road import gouji, query

pytestmark = NEEDED
WALKED = [case for kind in ENABLED for case in documents(kind)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cases")


@cache
def road(folder: Path, kind: str) -> DataDir:
    """All documents of a kind on the road; no step may end in an error of our own."""
    data = create(DataDir(folder / f"data-{kind}"))
    for case in documents(kind):
        to = folder / kind / case.file
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(case.path, to)
    for line in (["add", str(folder / kind)], ["extract"], ["check"], ["check", "--all"]):
        ended = gouji(data, *line)
        assert not ended.faulty, str(ended)
        assert ended.status == 0, str(ended)
    return data


def cells_of(data: DataDir, report: int) -> Cells:
    stated = {
        f"{table}[{row},{member}]": (raw, state)
        for table, row, member, raw, state in query(
            data, 'select "table", "row", member, raw, state from cells where report = ?', report
        )
    }
    concepts = {
        concept.replace(".", "[", 1) + f",{member}]": value
        for concept, member, value in query(data, "select concept, member, value from facts where report = ?", report)
    }
    return {name: (concepts.get(name), *stated.get(name, (None, "number"))) for name in concepts | stated}


def reading(data: DataDir, case: Case) -> Reading:
    """What the database says of one document."""
    where = f"%/{case.kind}/{case.file}"
    reports = query(
        data, "select id, agency_name, year, agency from reports where url like ? and superseded_by is null", where
    )
    problems = query(
        data, "select code, coalesce(\"where\", ''), coalesce(detail, '') from problems where url like ?", where
    )
    if not reports:
        return Reading(None, None, {}, tuple(problems), ())
    number, name, year, agency = reports[0]
    findings = query(
        data,
        "select rule, class, responsibility from findings where agency = ? and status in ('open', 'regressed') and year is ?",
        agency,
        year,
    )
    return Reading(name or None, year, cells_of(data, number), tuple(problems), tuple(findings))


def test_the_cases_are_there() -> None:
    assert CASES.is_dir(), f"the cases from use are missing: {CASES}"
    assert len(WALKED) >= 14


@pytest.mark.parametrize("case", WALKED, ids=lambda case: f"{case.kind}/{case.file}")
def test_document(folder: Path, case: Case) -> None:
    data = road(folder, case.kind)
    found = reading(data, case)
    wrong = list(complaints(case.right, found))
    assert not wrong, "\n".join(wrong[:12])


@pytest.mark.parametrize("case", WALKED, ids=lambda case: f"{case.kind}/{case.file}")
def test_verify(folder: Path, case: Case) -> None:
    ended = gouji(DataDir(folder / "none"), "verify", str(case.path))
    assert not ended.faulty, str(ended)
    assert ended.status in case.right.get("verify", (0, 1)), str(ended)
