"""Judging is pure, asking the database is apart from printing: what each room may not reach for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MONITOR = ROOT / "monitor"
PURE = sorted((MONITOR / "reconcile").glob("*.py"))
COMMANDS = sorted((MONITOR / "commands").rglob("*.py"))
PRINTS = (MONITOR / "commands", MONITOR / "cli.py")
BELOW = sorted(path for path in MONITOR.rglob("*.py") if not any(path.is_relative_to(room) for room in PRINTS))
# Disk, database, clock, network, processes: what a judgement cannot reach for.
EDGES = frozenset({"sqlite3", "sqlite_utils", "os", "pathlib", "shutil", "subprocess", "tempfile", "time", "logging"})
RULES = "rulebook.py"  # it reads the rules that come with the program, or a folder of rules on trial
CLOCK = frozenset({"now", "today", "utcnow"})
SQL = frozenset({"execute", "executemany", "executescript", "query"})
STREAMS = frozenset({"stdout", "stderr", "stdin", "__stdout__", "__stderr__"})


def modules(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every import: its module, and the name that it takes from there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def calls(tree: ast.AST) -> Iterator[str]:
    """The last name of everything that is called: `execute` of db.execute(…)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def impure(name: str, source: str) -> list[str]:
    """What in a module of the judgement is not a function of its arguments alone."""
    tree = ast.parse(source)
    edges = EDGES - {"pathlib"} if name == RULES else EDGES
    found = [module for module, _ in modules(tree) if module.split(".")[0] in edges]
    found += [module for module, what in modules(tree) if module == "crawler.ground.clock" and what in CLOCK]
    found += [module for module, _ in modules(tree) if module.startswith(("crawler.ground.data", "extract.store"))]
    return found + [call for call in calls(tree) if call in CLOCK | SQL | {"open"}]


def queries(source: str) -> list[str]:
    """What a command asks of the database by itself."""
    return [call for call in calls(ast.parse(source)) if call in SQL]


def printing(source: str) -> list[str]:
    """What a module says on the terminal by itself."""
    tree = ast.parse(source)
    found = [module for module, _ in modules(tree) if module.split(".")[0] == "click"]
    found += [what for module, what in modules(tree) if module == "sys" and what in STREAMS]
    found += [call for call in calls(tree) if call == "print"]
    return found + [
        f"sys.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
        and node.attr in STREAMS
    ]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_a_judgement_is_a_function_of_its_arguments(path: Path) -> None:
    assert not impure(path.name, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_a_command_asks_by_functions(path: Path) -> None:
    assert not queries(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", BELOW, ids=lambda path: str(path.relative_to(MONITOR)))
def test_only_commands_print(path: Path) -> None:
    assert not printing(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "from sqlite_utils import Database",
        "import sqlite3",
        "from pathlib import Path",
        "import os",
        "from crawler.ground.clock import now",
        "from crawler.ground.data import DataDir",
        "from extract.store.load import load_reports",
        "at = datetime.now(UTC)",
        "text = open('rules.toml')",
    ],
)
def test_what_is_not_pure_is_found(line: str) -> None:
    assert impure("engine.py", line)


@pytest.mark.parametrize("line", ["rows = db.execute('select 1')", "rows = db.query('select 1')"])
def test_a_query_is_found(line: str) -> None:
    assert queries(line)


@pytest.mark.parametrize(
    "line",
    ["import click", "print('机关')", "sys.stdout.write('机关')", "from sys import stderr", "from click import echo"],
)
def test_printing_is_found(line: str) -> None:
    assert printing(line)
