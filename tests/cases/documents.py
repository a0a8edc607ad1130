"""Documents of the cases: what was read of each, and what is wrong with it by the fields of right.json."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.ground.data import DataDir
from tests.cases import CASES, DOCUMENT, entries, kinds
from tests.hostile.road import query

# The fields of right.json that are held here, and those that say what an input is.
HELD = {"agency", "year", "agency_or_none", "year_or_none", "any_year", "truth", "must", "states", "empty", "loose3"}
HELD |= {"short", "rules", "never", "never_source", "never_fatal", "source_ok", "no_problem", "no_problem_named"}
HELD |= {"problem_or", "read_or_problem", "said", "verify"}
TOLD = {"file", "what", "control", "not_figures", "crash", "check"}

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
    def name(self) -> str:
        return f"{self.kind}/{self.file}"

    @property
    def path(self) -> Path:
        return CASES / self.kind / self.file


def documents(kind: str) -> list[Case]:
    """The documents of a kind; those of a batch each by itself, what must not crash without further fields."""
    found: list[Case] = []
    for entry in entries(kind, DOCUMENT):
        inner = {name: value for name, value in entry.items() if name not in ("batch", "poison", "others")}
        if "batch" in entry:
            found += [Case(kind, other["file"], other) for other in entry["others"]]
            found.append(Case(kind, entry["poison"], inner))
        else:
            found.append(Case(kind, entry["file"] if "file" in entry else entry["crash"], inner))
    return found


def all_documents() -> list[Case]:
    return [case for kind in kinds(DOCUMENT) for case in documents(kind)]


def reading(data: DataDir, where: str, *values: object, problems: str = "", any_year: bool = False) -> Reading:
    """What the database says of the current report that `where` finds, and of the problems of these documents."""
    reports = query(
        data,
        f"select id, agency_name, year, agency from reports where superseded_by is null and {where}",
        *values,
    )
    met = query(
        data,
        f"select code, coalesce(\"where\", ''), coalesce(detail, '') from problems where {problems or where}",
        *values,
    )
    if not reports:
        return Reading(None, None, {}, tuple(met), ())
    number, name, year, agency = reports[0]
    findings = query(
        data,
        "select rule, class, responsibility from findings "
        "where status in ('open', 'regressed') and (report = ? or agency = ? and (year is ? or ?))",
        number,
        agency,
        year,
        any_year,
    )
    return Reading(name or None, year, cells_of(data, number), tuple(met), tuple(findings))


def cells_of(data: DataDir, report: int) -> Cells:
    """Every cell of a report that holds something, or of which something is said."""
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


def complaints(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    """What is wrong with a reading, by right.json's fields (explained in ../shared/cases/README.md)."""
    yield from (f"right.json says {name}, which nobody holds here" for name in right.keys() - HELD - TOLD)
    yield from _whose(right, found)
    yield from figures(right, found)
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


def figures(right: Mapping[str, Any], found: Reading) -> Iterator[str]:
    """What is wrong with the figures by `truth`, `must`, `empty`, `loose3`, `read_or_problem` and `states`."""
    wanted = {
        f"{table}[{row},{member}]": value
        for table, rows in right.get("truth", {}).items()
        for row, members in rows.items()
        for member, value in members.items()
    }
    unread = []
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
                unread.append(name)
        elif value is None or float(str(stored)) != float(value):
            yield f"{name} holds {stored}, printed is {'no number' if value is None else value}"
    if unread:
        yield f"{len(unread)} figures unread: {' '.join(unread[:3])}"
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
        if not any(f"[{row}{end}" in where for _, where, _ in found.problems for end in ",]"):
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
            and ("truth" in right or "source_ok" in right)
            and not any(rule.startswith(name) for name in right.get("source_ok", ()))
        ):
            yield f"finding {rule} ({severity}) against the publisher, and none is right here"
