"""The commands of gouji, one module for each or for a few that belong together; one that bears a `step` is listed."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import click


@dataclass(frozen=True, slots=True)
class Listed:
    """A command of `gouji` itself: its place in the list, and its docstring."""

    step: int
    doc: str


def find(name: str) -> click.Command | None:
    """The command of this name; only the module that holds it is loaded, and no other."""
    for module, source in _sources():
        if f"\ndef {name}(" in source and name in dict(_listed(source)):
            found = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            if isinstance(found, click.Command):
                return found
    return None


@cache
def commands() -> Mapping[str, Listed]:
    """All of them in the order of their steps, read and not imported: who asks for the list loads no crawler."""
    found = {name: one for module, source in _sources() for name, one in _listed(source)}
    return dict(sorted(found.items(), key=lambda item: item[1].step))


def _listed(source: str) -> Iterator[tuple[str, Listed]]:
    for node in ast.parse(source).body if "step=" in source else ():
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            for word in decorator.keywords if isinstance(decorator, ast.Call) else ():
                if word.arg == "step" and isinstance(word.value, ast.Constant) and isinstance(node, ast.FunctionDef):
                    yield node.name, Listed(int(str(word.value.value)), ast.get_docstring(node) or "")


@cache
def _sources() -> tuple[tuple[str, str], ...]:
    folder = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    return tuple(
        (file.name.removesuffix(".py"), file.read_text(encoding="utf-8"))
        for file in folder
        if file.name.endswith(".py") and not file.name.startswith("_")
    )
