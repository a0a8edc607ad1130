"""The rates as data (the TOML of this folder): what each is made of, what to mind, and the words for it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.ground.errors import GoujiError
from crawler.ground.vocabulary import Bilingual
from extract.form.form_file import FORMS
from monitor.reconcile.formula import Linear, compile_value, names_of

WORDS = ("name", "formula", "caveat", "incomparable")
SUMS = ("numerator", "denominator")
REQUIRED = frozenset({"id", *WORDS, *SUMS})
MARKS = frozenset({"main", "share"})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One rate. `share`: its numerator is a part of its denominator; `main`: shown without being asked for."""

    id: str
    name: Bilingual
    numerator: str
    denominator: str
    formula: Bilingual
    caveat: Bilingual
    incomparable: Bilingual
    share: bool = False
    main: bool = False

    def sums(self) -> Iterator[Mapping[str, Linear]]:
        """Numerator and denominator, compiled for each form there is."""
        for text in (self.numerator, self.denominator):
            yield {form.id: compile_value(text, names_of(form), {}) for form in FORMS.forms}


@dataclass(frozen=True, slots=True)
class RateCatalogue:
    """All rates by id. A denominator below `least` gives no rate, fewer peers than `least_peers` no quartiles."""

    rates: Mapping[str, Indicator]
    least: int
    least_peers: int
    basis: Bilingual
    states: Mapping[str, Bilingual]

    @property
    def main(self) -> tuple[Indicator, ...]:
        """Those that are shown without being asked for."""
        return tuple(one for one in self.rates.values() if one.main)


@cache
def rate_catalogue() -> RateCatalogue:
    """The catalogue; GoujiError for an entry that is not whole."""
    return read_catalogue(
        [
            tomllib.loads(path.read_text(encoding="utf-8"))
            for path in sorted(files("monitor.indicators").iterdir(), key=lambda path: path.name)
            if path.name.endswith(".toml")
        ]
    )


def read_catalogue(parts: list[dict[str, Any]]) -> RateCatalogue:
    """The catalogue out of its files; bounds and words may stand in any one of them."""
    whole: dict[str, Any] = {}
    rates: dict[str, Indicator] = {}
    for part in parts:
        for entry in part.pop("rate", ()):
            one = _indicator(entry)
            if one.id in rates:
                raise GoujiError(f"monitor/indicators: the rate {one.id} stands twice")
            rates[one.id] = one
        whole |= part
    least = int(whole["least"])
    states = {
        code: Bilingual(**{language: text.format(least=least) for language, text in words.items()})
        for code, words in whole["state"].items()
    }
    return RateCatalogue(rates, least, int(whole["least_peers"]), Bilingual(**whole["basis"]), states)


def _indicator(entry: dict[str, Any]) -> Indicator:
    where = f"monitor/indicators: the rate {entry.get('id', '?')}"
    if missing := REQUIRED - entry.keys():
        raise GoujiError(f"{where} lacks {', '.join(sorted(missing))}")
    if unknown := entry.keys() - REQUIRED - MARKS:
        raise GoujiError(f"{where} has unknown keys: {', '.join(sorted(unknown))}")
    fields: dict[str, Any] = {name: Bilingual(**entry[name]) if name in WORDS else entry[name] for name in entry}
    one = Indicator(**fields)
    for compiled in one.sums():
        if any(not linear.terms or linear.constant for linear in compiled.values()):
            raise GoujiError(f"{where}: numerator and denominator are sums of cells that every form has")
        if any(coefficient != 1 for linear in compiled.values() for _, coefficient in linear.terms):
            raise GoujiError(f"{where}: every cell is added once, none is taken away")
    return one
