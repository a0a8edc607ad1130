"""One rule of the handbook as a frozen record, and its relations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from crawler.ground.errors import UsageError
from monitor.reconcile.formula import FormNames, named_set
from monitor.reconcile.vector import Slot

CLASSES = ("fatal", "explain", "confirm", "info", "health")
# The meaning of each quantified letter; messages name the code in the form's words.
LETTERS = {"m": "member", "r": "disposition", "k": "track", "i": "item", "x": "measure", "g": "group"}


@dataclass(frozen=True, slots=True)
class Case:
    """One relation of a rule: for every binding of `loops`, `when` implies `holds`. `show`: values for the message.

    `relation` is what holds, in words.
    """

    holds: str
    when: str = ""
    loops: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    subject: str = ""
    show: Mapping[str, str] = field(default_factory=dict)
    message: Mapping[str, str] = field(default_factory=dict)
    relation: Mapping[str, str] = field(default_factory=dict)

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
    """One rule of the handbook. `tables` are those it needs, each with the number of years back.

    `forms` are the ids of the forms that have its cells; `needs` are the cells of a rule that is not a formula.

    `opens` are the verdicts that make a finding. `bodies`/`except_bodies` are (kind, level) pairs, "" for any.
    `if_stated`: where a cell is not printed the rule says nothing at all. `absence`: it says that something is absent,
    and so nothing where the document may not have been read whole. `measured`: how often it `told` something on the
    evaluation set, and was `right`; empty where it was not measured there.
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
    absence: bool
    measured: Mapping[str, int]

    def formula(self, case: int = 0) -> str:
        """The relation as the handbook writes it; "" for a rule that is not a formula."""
        if not self.cases:
            return ""
        chosen = self.cases[case]
        return f"{chosen.when} ⇒ {chosen.holds}" if chosen.when else chosen.holds
