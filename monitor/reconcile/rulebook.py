"""monitor/rules/*.toml → the rule book: all rules by id, and the words for the reasons why rules are not assessable."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from crawler.ground.errors import UsageError
from monitor.reconcile.rule import Rule
from monitor.reconcile.rule_file import RuleEntry, message_of

RULE_FILE = re.compile(r"^\[(\[rule\]|reason\.)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules by id, and the words for the reasons why a rule is not assessable."""

    rules: Mapping[str, Rule]
    reasons: Mapping[str, Mapping[str, str]]

    def __getitem__(self, rule: str) -> Rule:
        return self.rules[rule]

    def only(self, wanted: Iterable[str]) -> "Rulebook":
        """The book with no other rules than these (ids that it does not have are left out)."""
        kept = frozenset(wanted)
        return Rulebook({name: rule for name, rule in self.rules.items() if name in kept}, self.reasons)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def load(folder: Path | None = None) -> Rulebook:
    """The rule book of a folder of TOML files (by default ours); UsageError names file, rule and mistake."""
    return (
        _builtin()
        if folder is None
        else _read((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    )


@lru_cache(maxsize=1)
def _builtin() -> Rulebook:
    # The folder also contains the calendar (monitor/duty/deadlines.py), which is not a file of rules.
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
        reasons |= {code: message_of(entry, f"{name}, reason {code}") for code, entry in data.get("reason", {}).items()}
        for number, entry in enumerate(data.get("rule", []), 1):
            rule = RuleEntry(entry, f"{name}, rule {entry.get('id', f'number {number}')}").rule()
            if rule.id in rules:
                raise UsageError(f"{name}: the rule {rule.id} stands twice")
            rules[rule.id] = rule
    return Rulebook(rules, reasons)
