"""One `[[rule]]` of a TOML file → the rule; every error names the file and the rule."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, NoReturn

from crawler.ground.errors import UsageError
from extract.form.form_file import FORMS
from monitor.reconcile.formula import (
    NEWEST,
    FormNames,
    compile_formula,
    compile_value,
    has_cell,
    has_cells,
    named_set,
    names_of,
    uses,
)
from monitor.reconcile.rule import CLASSES, LETTERS, Case, Rule
from monitor.reconcile.vector import INDEX, SLOTS, Slot

VERDICTS = ("fail", "holds_if_blanks_zero", "not_assessable")
RULE_KEYS = {
    "id",
    "version",
    "class",
    "needs",
    "for",
    "when",
    "holds",
    "subject",
    "show",
    "cases",
    "method",
    "params",
    "tables",
    "years",
    "basis",
    "exceptions",
    "message",
    "relation",
    "passing",
    "failing",
    "shadow",
    "opens",
    "responsibility",
    "bodies",
    "except_bodies",
    "if_stated",
    "absence",
    "measured",
}
CASE_KEYS = {"for", "when", "holds", "subject", "show", "message", "relation"}
FEWEST_EXAMPLES = 3
CELL = re.compile(r"(\w+)\[([^,]+),(\w+)\]")


def message_of(entry: object, where: str) -> Mapping[str, str]:
    if not isinstance(entry, dict) or entry.keys() != {"zh", "en"}:
        raise UsageError(f"{where}: a message needs exactly zh and en")
    return {language: str(text) for language, text in entry.items()}


def _speaks_of(cases: tuple[Case, ...], now: FormNames) -> bool:
    return any(
        has_cells(compile_formula(case.holds, now, binding), (now,)) for case in cases for binding in case.bindings(now)
    )


class RuleEntry:
    def __init__(self, entry: Mapping[str, Any], where: str) -> None:
        self.entry = entry
        self.where = where

    def rule(self) -> Rule:
        entry = self.entry
        self.known(entry, RULE_KEYS)
        cases = self.cases()
        if bool(cases) == ("method" in entry):
            self.fail("needs either holds (or cases) or a method")
        tables = self.tables(cases)
        years = max([back for _, back in tables] + [int(entry.get("years", 0))])
        return Rule(
            id=self.text("id"),
            version=int(entry.get("version", 1)),
            rule_class=self.choice("class", CLASSES),
            forms=self.forms(cases),
            needs=self.needs(),
            cases=cases,
            method=str(entry.get("method", "")),
            params=dict(entry.get("params", {})),
            tables=tables,
            years=years,
            basis=self.text("basis"),
            exceptions=str(entry.get("exceptions", "")),
            message=message_of(entry.get("message"), self.where),
            passing=self.examples("passing"),
            failing=self.examples("failing"),
            shadow=bool(entry.get("shadow", False)),
            opens=self.opens(),
            responsibility=str(entry.get("responsibility", "source")),
            bodies=self.bodies("bodies"),
            except_bodies=self.bodies("except_bodies"),
            if_stated=bool(entry.get("if_stated", False)),
            absence=bool(entry.get("absence", False)),
            measured=self.measured(),
        )

    def cases(self) -> tuple[Case, ...]:
        entry = self.entry
        given = entry.get("cases")
        if given is None:
            given = [{key: entry[key] for key in CASE_KEYS - {"message"} if key in entry}] if "holds" in entry else []
        return tuple(self.case(case) for case in given)

    def case(self, entry: Mapping[str, Any]) -> Case:
        self.known(entry, CASE_KEYS)
        if "holds" not in entry:
            self.fail("a case needs holds")
        loops = {
            letter: tuple(codes) if isinstance(codes, list) else str(codes)
            for letter, codes in entry.get("for", {}).items()
        }
        for letter, codes in loops.items():
            if letter not in LETTERS:
                self.fail(f"quantifies over '{letter}'; known letters: {', '.join(LETTERS)}")
            if isinstance(codes, str) and named_set(codes, NEWEST) is None:
                self.fail(f"there is no set '{codes}' to quantify over")
        message, relation = (
            message_of(entry[key], self.where) if key in entry else {} for key in ("message", "relation")
        )
        found = Case(
            str(entry["holds"]),
            str(entry.get("when", "")),
            loops,
            str(entry.get("subject", "")),
            dict(entry.get("show", {})),
            message,
            relation,
        )
        self.compile(found)
        return found

    def compile(self, case: Case) -> None:
        """Compiles every formula once in every form, so that a mistake is reported when the file is loaded."""
        for form in FORMS.forms:
            names = names_of(form)
            try:
                for binding in islice(case.bindings(names), 1):
                    for text in filter(None, (case.holds, case.when)):
                        compile_formula(text, names, binding)
                    for text in case.show.values():
                        compile_value(text, names, binding)
            except UsageError as error:
                self.fail(str(error))

    def tables(self, cases: tuple[Case, ...]) -> frozenset[tuple[str, int]]:
        if not cases:
            years = int(self.entry.get("years", 0))
            return frozenset((table, back) for table in self.entry.get("tables", ()) for back in range(years + 1))
        return frozenset(use for case in cases for text in (case.holds, case.when) if text for use in uses(text))

    def examples(self, key: str) -> tuple[Mapping[str, Any], ...]:
        found = self.entry.get(key, [])
        if len(found) < FEWEST_EXAMPLES:
            self.fail(f"needs at least {FEWEST_EXAMPLES} {key} examples")
        return tuple(found)

    def opens(self) -> frozenset[str]:
        found = frozenset(self.entry.get("opens", ["fail"]))
        if unknown := found - set(VERDICTS):
            self.fail(f"opens on {', '.join(sorted(unknown))}; known: {', '.join(VERDICTS)}")
        return found

    def bodies(self, key: str) -> tuple[tuple[str, str], ...]:
        found = []
        for body in self.entry.get(key, []):
            self.known(body, {"kind", "level"})
            found.append((str(body.get("kind", "")), str(body.get("level", ""))))
        return tuple(found)

    def measured(self) -> Mapping[str, int]:
        found = self.entry.get("measured", {})
        if found and (found.keys() != {"told", "right"} or not 0 <= found["right"] <= found["told"]):
            self.fail("measured needs told and right, of which right is not more than told")
        return dict(found)

    def forms(self, cases: tuple[Case, ...]) -> frozenset[str]:
        """The forms that have the cells of any of the relations, whatever form earlier years used."""
        found = frozenset(
            form.id
            for form in FORMS.forms
            if _speaks_of(cases, names_of(form))
            or (not cases and all(has_cell(names_of(form), cell) for cell in self.needs()))
        )
        return found or self.fail("no form has all the cells that it speaks of")

    def needs(self) -> tuple[Slot, ...]:
        found = []
        for name in self.entry.get("needs", ()):
            match = CELL.fullmatch(name)
            if match is None or match.groups() not in INDEX:
                self.fail(f"needs the cell {name}, which no form has")
            found.append(SLOTS[INDEX[match[1], match[2], match[3]]])
        return tuple(found)

    def text(self, key: str) -> str:
        value = self.entry.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"needs {key}")
        return str(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        if self.text(key) not in choices:
            self.fail(f"{key} must be one of {', '.join(choices)}")
        return self.text(key)

    def known(self, entry: Mapping[str, Any], keys: set[str]) -> None:
        if unknown := entry.keys() - keys:
            self.fail(f"unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(keys))}")

    def fail(self, message: str) -> NoReturn:
        raise UsageError(f"{self.where}: {message}")
