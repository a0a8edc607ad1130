"""Loads and validates monitor/rules/*.toml: every rule as a frozen record, every mistake named with its rule."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import islice, product
from pathlib import Path
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
from monitor.reconcile.vector import INDEX, SLOTS, Slot

CLASSES = ("fatal", "explain", "confirm", "info", "health")
VERDICTS = ("fail", "holds_if_blanks_zero", "not_assessable")
# What a quantified letter stands for; messages name it in the form's words.
LETTERS = {"m": "member", "r": "disposition", "k": "track", "i": "item", "x": "measure", "g": "group"}
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
    "passing",
    "failing",
    "shadow",
    "opens",
    "responsibility",
    "bodies",
    "except_bodies",
    "if_stated",
}
CASE_KEYS = {"for", "when", "holds", "subject", "show", "message"}
FEWEST_EXAMPLES = 3
CELL = re.compile(r"(\w+)\[([^,]+),(\w+)\]")
RULE_FILE = re.compile(r"^\[(\[rule\]|reason\.)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One relation of a rule: for every binding of `loops`, `when` implies `holds`. `show` are values to tell."""

    holds: str
    when: str = ""
    loops: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    subject: str = ""
    show: Mapping[str, str] = field(default_factory=dict)
    message: Mapping[str, str] = field(default_factory=dict)

    def bindings(self, forms: FormNames) -> Iterator[dict[str, str]]:
        """Every binding of the quantified letters in these forms."""
        letters = tuple(self.loops)
        for codes in product(*(self._codes(letter, forms) for letter in letters)):
            yield dict(zip(letters, codes, strict=True))

    def _codes(self, letter: str, forms: FormNames) -> tuple[str, ...]:
        given = self.loops[letter]
        found = named_set(given, forms) if isinstance(given, str) else given
        if found is None:
            raise UsageError(f"there is no set '{given}' to quantify over")
        return found


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the handbook. `tables` are those it needs, each with how many years back.

    `forms` are the ids of those that have the cells it speaks of; `needs` are the cells of a rule that is no formula.

    `opens` are the verdicts that make a finding. `bodies`/`except_bodies` are (kind, level) pairs, "" for any.
    `if_stated`: where a cell is not printed the rule says nothing at all.
    """

    id: str
    version: int
    rule_class: str
    forms: frozenset[str]
    needs: tuple[Slot, ...]
    cases: tuple[Case, ...]
    method: str
    params: Mapping[str, Any]
    tables: frozenset[tuple[str, int]]
    years: int
    basis: str
    exceptions: str
    message: Mapping[str, str]
    passing: tuple[Mapping[str, Any], ...]
    failing: tuple[Mapping[str, Any], ...]
    shadow: bool
    opens: frozenset[str]
    responsibility: str
    bodies: tuple[tuple[str, str], ...]
    except_bodies: tuple[tuple[str, str], ...]
    if_stated: bool

    def formula(self, case: int = 0) -> str:
        """The relation as the handbook writes it; "" for a rule that is no formula."""
        if not self.cases:
            return ""
        chosen = self.cases[case]
        return f"{chosen.when} ⇒ {chosen.holds}" if chosen.when else chosen.holds


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules by id, and the words for the reasons why a rule was not assessable."""

    rules: Mapping[str, Rule]
    reasons: Mapping[str, Mapping[str, str]]

    def __getitem__(self, rule: str) -> Rule:
        return self.rules[rule]

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def load(folder: Path | None = None) -> Rulebook:
    """The rule book of a folder of TOML files (ours when none is given); UsageError names file, rule, mistake."""
    return (
        _builtin()
        if folder is None
        else _read((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    )


@lru_cache(maxsize=1)
def _builtin() -> Rulebook:
    # The folder also holds the calendar (monitor/duty/deadlines.py), which is no file of rules.
    paths = [path for path in (files("monitor") / "rules").iterdir() if path.name.endswith(".toml")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    return _read(sorted((name, text) for name, text in texts.items() if RULE_FILE.search(text)))


def _read(texts: Iterable[tuple[str, str]]) -> Rulebook:
    rules: dict[str, Rule] = {}
    reasons: dict[str, Mapping[str, str]] = {}
    for name, text in texts:
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{name}: not valid TOML: {error}") from error
        if unknown := data.keys() - {"rule", "reason"}:
            raise UsageError(f"{name}: unknown key {', '.join(sorted(unknown))}; known: [[rule]], [reason.…]")
        reasons |= {code: _message(entry, f"{name}, reason {code}") for code, entry in data.get("reason", {}).items()}
        for number, entry in enumerate(data.get("rule", []), 1):
            rule = _Entry(entry, f"{name}, rule {entry.get('id', f'number {number}')}").rule()
            if rule.id in rules:
                raise UsageError(f"{name}: the rule {rule.id} stands twice")
            rules[rule.id] = rule
    return Rulebook(rules, reasons)


def _message(entry: object, where: str) -> Mapping[str, str]:
    if not isinstance(entry, dict) or entry.keys() != {"zh", "en"}:
        raise UsageError(f"{where}: a message needs exactly zh and en")
    return {language: str(text) for language, text in entry.items()}


def _speaks_of(cases: tuple[Case, ...], now: FormNames) -> bool:
    return any(
        has_cells(compile_formula(case.holds, now, binding), (now,)) for case in cases for binding in case.bindings(now)
    )


class _Entry:
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
            message=_message(entry.get("message"), self.where),
            passing=self.examples("passing"),
            failing=self.examples("failing"),
            shadow=bool(entry.get("shadow", False)),
            opens=self.opens(),
            responsibility=str(entry.get("responsibility", "source")),
            bodies=self.bodies("bodies"),
            except_bodies=self.bodies("except_bodies"),
            if_stated=bool(entry.get("if_stated", False)),
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
        message = _message(entry["message"], self.where) if "message" in entry else {}
        found = Case(
            str(entry["holds"]),
            str(entry.get("when", "")),
            loops,
            str(entry.get("subject", "")),
            dict(entry.get("show", {})),
            message,
        )
        self.compile(found)
        return found

    def compile(self, case: Case) -> None:
        """Every formula once in every form, so that a slip is told when the file is loaded."""
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

    def forms(self, cases: tuple[Case, ...]) -> frozenset[str]:
        """The forms that have the cells of one of the relations, whatever form was used the years before."""
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
