"""The floors of the house: within a stage, a room imports only rooms that stand below it; so no two import each other."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the ground up. What stands on one floor stands side by side: none of it imports another.
FLOORS: Mapping[str, tuple[str, ...]] = {
    "crawler": (
        "ground",
        "agencies",
        "pages",
        "families ledger wire",
        "crawl files",
        "discovery __main__",
    ),
    "extract": (
        "collector place",
        "content",
        "form",
        "fingerprint model",
        "indicators places prose readers tables",
        "whole",
        "parse sheet_lists store",
        "pictured second_reading",
        "saved_page",
        "reading",
        "engine",
        "run",
    ),
    "monitor": (
        "claims",
        "findings reconcile samples subscriptions",
        "indicators",
        "views",
        "codebook schema",
        "export words",
        "drawing failures recordings",
        "duty",
        "changes reuse",
        "checking",
        "asking",
        "alerts",
        "letter merge papers service",
        "demo doctor pages shards",
        "commands",
        "cli",
    ),
}
STAGES = tuple(FLOORS)
HEIGHT = {
    (stage, room): at for stage, floors in FLOORS.items() for at, floor in enumerate(floors) for room in floor.split()
}
MODULES = sorted(path for stage in STAGES for path in (ROOT / stage).rglob("*.py"))


def room_of(dotted: str) -> tuple[str, str]:
    """The stage and the room that a module stands in; a module beside the rooms is one by itself."""
    parts = dotted.split(".")
    return parts[0], parts[1] if len(parts) > 1 else ""


def imported(source: str) -> Iterator[str]:
    """Everything of ours that a module imports, wherever in its text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in STAGES)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in STAGES:
            # `from crawler import pages` names its room only with its second half.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong(path: str, source: str) -> list[str]:
    """The imports of a module that run upward, or aside into another room of its floor."""
    here = room_of(".".join(Path(path).with_suffix("").parts))
    found = []
    for name in imported(source):
        there = room_of(name)
        if there[0] != here[0]:
            if STAGES.index(there[0]) > STAGES.index(here[0]):
                found.append(name)
        elif there != here and HEIGHT[there] >= HEIGHT[here]:
            found.append(name)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward(path: Path) -> None:
    inside = path.relative_to(ROOT)
    if len(inside.parts) > 2 or inside.name != "__init__.py":
        assert not wrong(str(inside), path.read_text(encoding="utf-8"))


def test_every_room_has_its_floor() -> None:
    there = {(stage, path.stem) for stage in STAGES for path in (ROOT / stage).iterdir() if path.suffix == ".py"}
    there |= {(stage, path.name) for stage in STAGES for path in (ROOT / stage).iterdir() if any(path.glob("*.py"))}
    assert {room for room in there if room[1] != "__init__"} == set(HEIGHT)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("crawler/pages/page.py", "from crawler.ledger.fetches import Fetch"),
        ("crawler/ground/config.py", "from crawler.agencies import names"),
        ("crawler/families/trs.py", "    from crawler.crawl import visits"),
        ("crawler/families/trs.py", "import crawler.wire.robots"),
        ("extract/tables/rows.py", "from extract import parse"),
        ("extract/form/forms.py", "from monitor.reconcile.engine import judge_report"),
        ("monitor/reconcile/engine.py", "from monitor.findings import Finding"),
        ("monitor/asking/missing.py", "from monitor.commands.options import output"),
        ("monitor/doctor.py", "from monitor.commands import doctor"),
    ],
)
def test_an_import_that_runs_upward_is_found(path: str, line: str) -> None:
    assert not wrong(path, (ROOT / path).read_text(encoding="utf-8"))
    assert wrong(path, f"{line.strip()}\n" + (ROOT / path).read_text(encoding="utf-8"))
