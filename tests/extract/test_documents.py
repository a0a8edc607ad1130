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
TOLD = ("fail", "not_assessable")
UNDECIDED = ("body_unknown", "table_missing")  # nobody says whose report it is; `forms` says which tables there are


def cases() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.is_dir())


def document(case: Path) -> Path:
    [found] = [path for path in case.iterdir() if path.name != "golden.json"]
    return found


def printed(row: Row) -> str:
    cells = [
        str(value) if value is not None else SIGNS.get(state, f"「{raw}」")
        for raw, value, state in zip(row.raws, row.values, row.states, strict=True)
    ]
    return cells[0] if set(cells) in ({"?"}, {"×"}) else " ".join(cells)


def told(problems: tuple[Problem, ...]) -> list[str]:
    """Each problem once, with its places."""
    places: dict[str, list[str]] = {}
    for problem in problems:
        places.setdefault(problem.code, []).append(problem.where)
    return [f"{code} {' '.join(where)}".strip() for code, where in places.items()]


def verdicts(report: Report, book: rulebook.Rulebook) -> dict[str, list[str]]:
    """Each rule that fails or that this reading leaves open, with its subjects; what holds is not told.

    What no document decides stands in no golden, so that a new rule rewrites those alone that it finds something in.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for outcome in check_report(book, report, Context()).others:
        if outcome.verdict in TOLD and outcome.reason not in UNDECIDED:
            found.setdefault(outcome.verdict, {}).setdefault(outcome.rule, []).append(outcome.subject)
    return {
        verdict: [f"{rule} {' '.join(subjects)}" for rule, subjects in sorted(rules.items())]
        for verdict, rules in sorted(found.items())
    }


def facts(result: Report | Problem) -> dict[str, Any]:
    if isinstance(result, Problem):
        return {"refused": result.code, "detail": result.detail}
    report = result
    found: dict[str, Any] = {
        "title": report.title,
        "agency_name": report.agency_name,
        "year": report.year,
        "period": report.period,
        "published_on": report.published_on,
        "forms": report.forms,
        "status": report.status,
    }
    for table in ("T2", "T3", "T4"):
        rows = {row.code: printed(row) for row in report.rows if row.table == table}
        found |= {table: rows} if rows else {}
    found |= {"subtotals": {row.code: printed(row) for row in report.subtotals}} if report.subtotals else {}
    found |= {"spent": sorted(report.spent)} if report.spent else {}
    return found | {
        "sections": [section.heading for section in report.sections if section.number],
        "problems": told(report.problems),
        "verdicts": verdicts(report, rulebook.load()),
    }


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


RULE = """
[[rule]]
id = "t4.new"
class = "info"
for = { k = "tracks" }
holds = "T4[k, pending] >= 0"
basis = "样例"
message = { zh = "样例", en = "example" }
passing = [{}, {}, {}]
failing = [{}, {}, {}]
"""


def test_a_new_rule_rewrites_only_what_it_finds_something_in(tmp_path: Path) -> None:
    for path in (Path(rulebook.__file__).parents[1] / "rules").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if rulebook.RULE_FILE.search(text):
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    (tmp_path / "new.toml").write_text(RULE, encoding="utf-8")
    book = rulebook.load(tmp_path)
    changed = set()
    for case in cases():
        result = read_report(document(case).read_bytes(), document(case).name)
        if isinstance(result, Report) and verdicts(result, book) != verdicts(result, rulebook.load()):
            changed.add(case.name)
    assert changed == {"run_together_without_blanks", "t4_fourteen_figures", "t4_tracks_in_other_order"}
