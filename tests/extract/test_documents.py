"""Frozen documents: each case is a document and what is read in it, golden.json. A case without its golden fails.

A row of the golden is its seven (five, three) cells: figures as read, `_` blank, `/` dash, `无`, a text in 「」,
`?` for what is there and not settled, `×` for what is not there (one sign for a whole row).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from extract.model import Problem, Report, Row
from extract.run import read_report
from monitor.reconcile import rulebook
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context

CASES = Path(__file__).parent.parent / "documents"
SIGNS = {"blank": "_", "dash": "/", "none": "无", "ambiguous": "?", "missing": "×", "illegible": "?"}


def cases() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.is_dir())


def document(case: Path) -> Path:
    [found] = [path for path in case.iterdir() if path.name != "golden.json"]
    return found


def printed(row: Row) -> str:
    cells = [str(value) if value is not None else SIGNS.get(state, f"「{raw}」")
             for raw, value, state in zip(row.raws, row.values, row.states, strict=True)]
    return cells[0] if set(cells) in ({"?"}, {"×"}) else " ".join(cells)


def told(problems: tuple[Problem, ...]) -> list[str]:
    """Each problem once, with its places."""
    places: dict[str, list[str]] = {}
    for problem in problems:
        places.setdefault(problem.code, []).append(problem.where)
    return [f"{code} {' '.join(where)}".strip() for code, where in places.items()]


def verdicts(report: Report) -> dict[str, Any]:
    """How many rules pass, how many cannot tell, and which fail."""
    outcomes = check_report(rulebook.load(), report, Context())
    counts: dict[str, Any] = {"pass": sum(outcomes.passed.values())}
    for outcome in outcomes.others:
        if outcome.verdict == "fail":
            counts.setdefault("fail", []).append(f"{outcome.rule} {outcome.subject}")
        else:
            counts[outcome.verdict] = counts.get(outcome.verdict, 0) + 1
    return counts


def facts(result: Report | Problem) -> dict[str, Any]:
    if isinstance(result, Problem):
        return {"refused": result.code, "detail": result.detail}
    report = result
    found: dict[str, Any] = {
        "title": report.title, "agency_name": report.agency_name, "year": report.year, "period": report.period,
        "published_on": report.published_on, "forms": report.forms, "status": report.status}
    for table in ("T2", "T3", "T4"):
        rows = {row.code: printed(row) for row in report.rows if row.table == table}
        found |= {table: rows} if rows else {}
    found |= {"subtotals": {row.code: printed(row) for row in report.subtotals}} if report.subtotals else {}
    found |= {"spent": sorted(report.spent)} if report.spent else {}
    return found | {"sections": [section.heading for section in report.sections if section.number],
                    "problems": told(report.problems), "verdicts": verdicts(report)}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_frozen_document(case: Path, request: pytest.FixtureRequest) -> None:
    path = document(case)
    found = json.loads(json.dumps(facts(read_report(path.read_bytes(), path.name))))
    golden = case / "golden.json"
    known = json.loads(golden.read_text(encoding="utf-8")) if golden.exists() else None
    if request.config.getoption("--update-golden") and found != known:
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} was rewritten: read the change")
    assert known is not None, f"{case.name} has no golden.json: read what --update-golden writes"
    assert found == known
