"""The corpus's own answers as reports: what the documents print, cell by cell, with nothing read by our readers."""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from extract.form.labels import cells
from extract.model import Report
from tests.monitor.building import make_report

TRUTH = Path(__file__).parents[3] / "shared" / "corpus" / "truth"
TABLES = {"T2": "disclosure", "T3": "applications", "T4": "remedies"}


def require_corpus() -> None:
    """Skips where the corpus is not there; on the machine that must have it, that is a failure."""
    if not TRUTH.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the corpus is missing: {TRUTH}")
        pytest.skip("the corpus of real documents is not on this machine")


@lru_cache(maxsize=64)
def truth(name: str) -> Report:
    require_corpus()
    data: dict[str, Any] = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))
    forms = data["forms"]
    figures = {
        (table, row, member): "" if raw is None else raw
        for table, part in TABLES.items()
        for row, some in data[part].items()
        for member, raw in some.items()
    }
    expected = {
        (table, row, member)
        for table in TABLES
        for row, members in cells(table, forms[table]).items()
        for member in members
    }
    assert set(figures) == expected, "the corpus and our forms know different cells"
    return make_report(figures, form=forms["T3"], form_t2=forms["T2"], year=data["year"], name=data["agency_name"])


def names() -> list[str]:
    """Every report of the corpus with tables of the forms of 2019 and 2021."""
    if not TRUTH.is_dir():
        return []
    return sorted(
        path.stem for path in TRUTH.glob("*.json") if "T3" in json.loads(path.read_text(encoding="utf-8"))["forms"]
    )
