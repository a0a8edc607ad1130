"""The real documents beside the project, read in place: where they are, and what they print."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
NEEDED = pytest.mark.skipif(
    not CORPUS.is_dir() and os.environ.get("CI") != "true",
    reason="the corpus of real documents (../shared/corpus) is not on this machine",
)

MEMBER_TABLES = {"T2": "disclosure", "T3": "applications", "T4": "remedies"}


@dataclass(frozen=True, slots=True)
class Truth:
    """One document's figures as printed: cell name → text, None for an empty cell."""

    name: str
    path: Path
    agency_name: str
    year: int
    forms: dict[str, str]
    reading: str
    cells: dict[str, str | None]


def truths() -> list[Truth]:
    """All documents of the corpus with transcribed tables (not the indicators of reports before 2019)."""
    found = []
    for path in sorted((CORPUS / "truth").glob("*.json")):
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if "T3" in data["forms"]:
            cells = {
                f"{table}[{row},{member}]": raw
                for table, key in MEMBER_TABLES.items()
                for row, members in data[key].items()
                for member, raw in members.items()
            }
            found.append(
                Truth(
                    path.stem,
                    CORPUS / data["document"],
                    data["agency_name"],
                    data["year"],
                    data["forms"],
                    data["reading"],
                    cells,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class OlderTruth:
    """The statistics of a document from before 2019: for each line its label and its figures as printed."""

    name: str
    path: Path
    agency_name: str
    year: int
    reading: str
    lines: tuple[tuple[str, tuple[str | None, ...]], ...]


def older_truths() -> list[OlderTruth]:
    """All documents of the corpus with transcribed statistics from before 2019."""
    found = []
    for path in sorted((CORPUS / "truth").glob("*.json")):
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if "indicators" in data["forms"]:
            lines = tuple((label, tuple(figures)) for label, figures in data["indicators"].items())
            where = CORPUS / data["document"]
            found.append(OlderTruth(path.stem, where, data["agency_name"], data["year"], data["reading"], lines))
    return found


def texts(suffixes: tuple[str, ...] = (".txt", ".md", ".html", ".pdf")) -> list[Truth]:
    """Those in a format that is read."""
    return [truth for truth in truths() if truth.path.suffix in suffixes]
