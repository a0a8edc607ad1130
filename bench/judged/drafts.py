"""Loads the drafts: a base, what it says otherwise, the figures of its tables, and what is to be told of it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.judged.page import Page

DATA = Path(__file__).parent / "data"
CHANGES = ("title", "preamble", "heads", "omit", "site", "image", "form", "problems", "other", "overview")


@dataclass(frozen=True, slots=True)
class Judged:
    """A report and the rules of which at least one (each of `tells`) must speak; `may` need not, nothing else may."""

    id: str
    page: Page
    tells: Sequence[str]
    may: Sequence[str]
    quiet: str
    file: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and what it claims: concept and value (None: words without a number)."""

    text: str
    claims: Sequence[tuple[str, float | None]]
    year: int
    base: str


def drafts() -> Iterator[Judged]:
    """Every draft of the set; an entry with `bodies` or `years` is several."""
    for path in sorted(DATA.glob("drafts_*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["draft"]:
            yield _draft(entry, path.stem.removeprefix("drafts_"))


def sentences() -> Iterator[Said]:
    """Every sentence of the set."""
    for path in sorted(DATA.glob("sentences_*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]:
            claims = [(name, value) for name, *values in entry.get("claims", ()) for value in values or (None,)]
            yield Said(entry["text"], claims, entry.get("year", 2023), entry.get("base", "department"))


def page(base: str, body: str, year: int, words: Mapping[str, str], figures: Mapping[str, Any]) -> Page:
    """A base as the report of that body, with what it says in three places."""
    found = _bases()[base]
    names = {
        "body": body,
        "year": str(year),
        "next_year": str(year + 1),
        "last_year": str(year - 1),
        "place": _place(body),
    }
    said = {
        place: fill(words.get(place, found[place]), names) for place in ("applications", "disclosure", "fees")
    } | names
    told = {part: [fill(line, said) for line in found[part]] for part in ("overview", "problems", "other")}
    return Page(body, year, told["overview"], told["problems"], told["other"], **figures)


def fill(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _draft(entry: Mapping[str, Any], file: str) -> Judged:
    figures = {name: entry[name] for name in ("t2", "t3", "t4") if name in entry}
    year = entry.get("year", 2023)
    made = page(entry["base"], entry["body"], year, entry, figures)
    changed: dict[str, Any] = {name: entry[name] for name in CHANGES if name in entry}
    for part in ("overview", "problems", "other"):
        lines = changed.get(part, getattr(made, part))
        changed[part] = [_swapped(line, entry.get("swap", ())) for line in (*lines, *entry.get(f"more_{part}", ()))]
    return Judged(
        entry["id"], made.saying(**changed), entry.get("tells", ()), entry.get("may", ()), entry.get("why", ""), file
    )


def _swapped(line: str, swaps: Sequence[Sequence[str]]) -> str:
    for old, new in swaps:
        line = line.replace(old, new)
    return line


def _place(body: str) -> str:
    for end in ("人民政府办公室", "人民政府", "街道办事处"):
        if body.endswith(end):
            return body.removesuffix(end)
    return body


@cache
def _bases() -> Mapping[str, Any]:
    bases: Mapping[str, Any] = tomllib.loads((DATA / "bases.toml").read_text(encoding="utf-8"))["base"]
    return bases
