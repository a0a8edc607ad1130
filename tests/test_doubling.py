"""Twice the input takes about twice the time: every pattern of the house, found by a walk over the code.

Each pattern is driven with text made from itself (see tests/doubling). A pattern over text that is bounded by code stands
in BOUNDED with the constant that bounds it, and is driven up to that. GOUJI_SEEDS=5 tries five times as many texts.
"""

import ast
import importlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest

from tests.doubling.built import BUILT
from tests.doubling.growth import Growth, driven, grown, rising
from tests.doubling.hostile import makers
from tests.doubling.sites import ONCE, AnyPattern, Site, calls, dotted, modules, sites, tree
from tests.hostile import SEEDS

SITES, UNKNOWN = sites(BUILT)
DRIVEN: Counter[str] = Counter()
AT_THE_BOUND = 0.05  # seconds that a pattern over bounded text may take at its bound


class Bound(NamedTuple):
    """What bounds the text of a pattern: a constant of a module (a number of characters), and why it does."""

    module: str
    constant: str
    reason: str

    @property
    def most(self) -> int:
        return int(getattr(importlib.import_module(self.module), self.constant))


# Site (module:NAME or module:function) → its bound.
BOUNDED: Mapping[str, Bound] = {
    "crawler.pages.titles:EXTENSION": Bound("crawler.pages.titles", "LONGEST", "a longer text is no title (recognize)"),
    "crawler.crawl.unanswered:WRAPPED": Bound(
        "crawler.crawl.unanswered", "LONGEST_ERROR", "no more of an error is looked through (verdict_of)"
    ),
    "extract.prose.sections:LINE": Bound(
        "extract.prose.sections", "LONGEST_HEADING", "a longer paragraph is no heading (_marks)"
    ),
    "extract.prose.sections:BARE": Bound(
        "extract.prose.sections", "LONGEST_HEADING", "a longer paragraph is no heading (_marks)"
    ),
}
# Sites over text of our own alone, which no stranger writes: the reason.
OURS: Mapping[str, str] = {
    "crawler.ground.config_sections:Sections.fail": "lines of the user's own gouji.toml",
    "monitor.checking.judgement:_bound": "formulas of our own rules",
}


def pairs() -> dict[str, list[tuple[Site, AnyPattern, str]]]:
    """module → (site, pattern, method), each pattern and way of use once."""
    found: dict[str, list[tuple[Site, AnyPattern, str]]] = {}
    seen: set[tuple[AnyPattern, str]] = set()
    for site in SITES:
        for pattern in site.patterns:
            for method in site.methods:
                way = method if method in ONCE else "sub"
                if (pattern, way) not in seen and site.key not in OURS:
                    seen.add((pattern, way))
                    found.setdefault(site.module, []).append((site, pattern, way))
    return found


PAIRS = pairs()


def test_no_pattern_is_made_in_a_way_that_the_walk_does_not_see() -> None:
    assert not UNKNOWN, f"name in tests/doubling/built.py what these make: {UNKNOWN}"
    keys = {site.key for site in SITES}
    assert not BUILT.keys() - keys, "made no more: take it out of tests/doubling/built.py"
    assert not (BOUNDED.keys() | OURS.keys()) - keys, "there no more: take it out of the table"
    for path in modules():
        for node in ast.walk(tree(path)):
            assert not (isinstance(node, ast.ImportFrom) and node.module in {"re", "regex"}), path
            assert not (
                isinstance(node, ast.Import) and any(alias.name == "re" and alias.asname for alias in node.names)
            ), path
            # A selector language or SQL with patterns of its own would need a walk of its own.
            assert not (isinstance(node, ast.Attribute) and node.attr in {"re_first", "create_function"}), path


def test_the_walk_sees_every_call() -> None:
    """As many sites as there are calls of `re.…` in the text of the code."""
    calls_seen = Counter(dotted(path) for path in modules() for _ in calls(path))
    assert calls_seen == Counter(site.module for site in SITES)
    assert sum(calls_seen.values()) > 200


@pytest.mark.parametrize("bound", BOUNDED.values(), ids=BOUNDED)
def test_bounds_exist(bound: Bound) -> None:
    assert 0 < bound.most <= 100_000, "a bound is a number of characters"
    assert bound.reason


def worst(site: Site, pattern: AnyPattern, way: str) -> tuple[Growth, str] | None:
    """How the pattern grows upon the worst of its texts; None where all are linear."""
    bound = BOUNDED.get(site.key)
    for seed in range(SEEDS):
        for how, maker in makers(pattern, seed, chance=14):
            DRIVEN["texts"] += 1

            def work(size: int, maker: Callable[[int], str] = maker) -> Callable[[], object]:
                return driven(pattern, way, maker(size))

            if bound is not None:
                small = min(bound.most, 2048)
                found = grown(work, start=small, largest=small)
                if found.seconds > AT_THE_BOUND or (
                    small < bound.most and grown(work, start=bound.most, largest=bound.most).seconds > AT_THE_BOUND
                ):
                    return found, how
            elif rising(work):
                found = grown(work)
                if found.steep:
                    return found, how
    return None


@pytest.mark.parametrize("module", PAIRS)
def test_patterns_are_linear(module: str) -> None:
    slow: list[str] = []
    for site, pattern, way in PAIRS[module]:
        DRIVEN["patterns"] += 1
        found = worst(site, pattern, way)
        if found:
            slow.append(f"{site.where} ({site.key}) {way} {pattern.pattern!r:.140}\n    {found[0]}\n    on {found[1]}")
    assert not slow, "\n".join([f"{len(slow)} patterns of {module} are not linear:", *slow])


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["patterns"] < sum(map(len, PAIRS.values())):
        pytest.skip("only a part of this file was run")
    record_property(
        "driven",
        f"{DRIVEN['texts']} texts through {DRIVEN['patterns']} patterns and ways of use, of {len(SITES)} calls in the code",
    )
    assert DRIVEN["texts"] > 20_000
