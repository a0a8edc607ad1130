"""The cases from use beside the project (../shared/cases), read in place: what each document must and must not give."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[2] / "shared" / "cases"
NEEDED = pytest.mark.skipif(
    not CASES.is_dir() and os.environ.get("CI") != "true",
    reason="the cases from use (../shared/cases) are not on this machine",
)
# The kinds whose documents are walked; a kind joins when what is right of it is done.
ENABLED = (
    "00-plain",
    "12-rows-of-groups",
    "15-digits-marked-by-style",
    "16-figures-in-form-fields",
    "18-badly-grouped-number",
    "19-internal-errors",
)

Cells = Mapping[str, tuple[object, str | None, str]]
"""Cell name → (value, raw text, state: `number`, or as stored in `cells`)."""


@dataclass(frozen=True)
class Reading:
    """What came of one document."""

    agency: str | None
    year: int | None
    cells: Cells
    problems: tuple[tuple[str, str, str], ...]
    """(code, where, detail)"""
    findings: tuple[tuple[str, str, str], ...]
    """Open ones: (rule, class, responsibility)"""

    @property
    def read(self) -> bool:
        return bool(self.cells)


@dataclass(frozen=True)
class Case:
    """One document of a kind, with right.json's fields about it."""

    kind: str
    file: str
    right: Mapping[str, Any]

    @property
    def path(self) -> Path:
        return CASES / self.kind / self.file


def documents(kind: str) -> list[Case]:
    """The documents of a kind; those of a batch each by itself, what must not crash without further fields."""
    path = CASES / kind / "right.json"
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    found: list[Case] = []
    for entry in entries:
        if "file" in entry:
            found.append(Case(kind, entry["file"], entry))
        elif "batch" in entry:
            found += [Case(kind, other["file"], other) for other in entry["others"]]
            found.append(
                Case(
                    kind,
                    entry["poison"],
                    {name: value for name, value in entry.items() if name not in ("batch", "poison", "others")},
                )
            )
        elif "crash" in entry:
            found.append(Case(kind, entry["crash"], {}))
    return found


def complaints(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    """What is wrong with a reading, by right.json's fields (explained in ../shared/cases/README.md)."""
    yield from _whose(right, found)
    yield from _figures(right, found)
    yield from _problems(right, found)
    yield from _findings(right, found)


def _whose(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    if (
        "agency" in right
        and found.agency != right["agency"]
        and not (right.get("agency_or_none") and found.agency is None)
    ):
        yield f"the body is {found.agency}, right is {right['agency']}"
    if "year" in right and found.year != right["year"] and not (right.get("year_or_none") and found.year is None):
        yield f"the year is {found.year}, right is {right['year']}"


def _figures(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    wanted = {
        f"{table}[{row},{member}]": value
        for table, rows in right.get("truth", {}).items()
        for row, members in rows.items()
        for member, value in members.items()
    }
    for name, value in wanted.items():
        table, row = name[:2], name[3:].partition(",")[0]
        stored = found.cells.get(name, (None, None, ""))[0]
        if table in right.get("empty", ()):
            if stored is not None:
                yield f"{name} holds {stored}, nothing of {table} may be stored"
        elif table == "T3" and row in right.get("loose3", ()):
            continue
        elif stored is None:
            if (
                value is not None
                and table in right.get("must", ())
                and not (right.get("read_or_problem") and found.problems)
            ):
                yield f"{name} is unread, printed is {value}"
        elif value is None or float(str(stored)) != float(value):
            yield f"{name} holds {stored}, printed is {value}"
    for name, raw, state in right.get("states", ()):
        said = found.cells.get(name, (None, None, ""))
        if (said[1] or "") != raw or (said[2] != state if state else said[2] == "number"):
            yield f"{name}: raw and state are {said[1:]}, right is {raw!r} {state}"


def _problems(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    codes = {code for code, _, _ in found.problems}
    yield from (f"problem {code}" for code in right.get("no_problem", ()) if code in codes)
    for word in right.get("no_problem_named", ()):
        yield from (f"problem {problem} names {word}" for problem in found.problems if f"[{word}" in problem[1])
    if (
        "problem_or" in right
        and not found.problems
        and not {rule for rule, _, _ in found.findings} & set(right["problem_or"])
    ):
        yield "neither a problem nor one of the findings that may stand for it"
    if right.get("read_or_problem") and not found.read and not found.problems:
        yield "neither read nor a problem"
    for row in right.get("short", ()):
        if not any(f"[{row}" in where for _, where, _ in found.problems):
            yield f"nothing says that {row} cannot be told apart"
    if (
        "said" in right
        and not any(right["said"] in where for _, where, _ in found.problems)
        and found.cells.get(right["said"], (None, None, ""))[2] == "number"
    ):
        yield f"nothing is said of {right['said']}"


def _findings(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    rules = {rule for rule, _, _ in found.findings}
    yield from (f"no finding of {' or '.join(group)}" for group in right.get("rules", ()) if not rules & set(group))
    for rule, severity, whose in found.findings:
        against = whose == "source"
        if any(rule.startswith(name) for name in right.get("never", ())):
            yield f"finding {rule}"
        if against and any(rule.startswith(name) for name in right.get("never_source", ())):
            yield f"finding {rule} against the publisher"
        if against and severity == "fatal" and right.get("never_fatal"):
            yield f"fatal finding {rule} against the publisher"
        if (
            against
            and severity in ("fatal", "explain")
            and "truth" in right
            and not any(rule.startswith(name) for name in right.get("source_ok", ()))
        ):
            yield f"finding {rule} ({severity}) against the publisher, and none is right here"
