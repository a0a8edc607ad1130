"""Every regular expression of the house, found by a walk over the code, and the methods each is used with."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
STAGES = ("crawler", "extract", "monitor")
ONCE = {"search", "match", "fullmatch"}
OVER_AND_OVER = {"sub", "subn", "findall", "finditer", "split"}
METHODS = ONCE | OVER_AND_OVER
NONE: frozenset[str] = frozenset()
AnyPattern = re.Pattern[str] | re.Pattern[bytes]


@dataclass(frozen=True)
class Site:
    """One call of `re.…` in the code, and what it makes: path:line, the function it stands in ("" for the module's own)."""

    where: str
    module: str
    function: str
    name: str
    patterns: tuple[AnyPattern, ...]
    methods: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a table of exemptions calls it: it survives that lines move."""
        return f"{self.module}:{self.name or self.function}"


def modules() -> list[Path]:
    """Every module of the three stages."""
    return sorted(path for stage in STAGES for path in (ROOT / stage).rglob("*.py"))


def dotted(path: Path) -> str:
    """crawler/ground/urls.py → crawler.ground.urls"""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the module, walked once for all who ask."""
    return tuple(ast.walk(tree(path)))


def patterns_in(value: object, depth: int = 6) -> Iterator[AnyPattern]:
    """Every compiled pattern within a constant or an answer of a function."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from (found for pair in value.items() for one in pair for found in patterns_in(one, depth - 1))
    elif depth and isinstance(value, tuple | list | set | frozenset):
        yield from (found for one in value for found in patterns_in(one, depth - 1))
    elif depth and is_dataclass(value) and not isinstance(value, type):
        yield from (found for field in fields(value) for found in patterns_in(getattr(value, field.name), depth - 1))


@cache
def calls(path: Path) -> tuple[tuple[ast.Call, str, str, str], ...]:
    """Each call of `re.…`: (call, method, enclosing function, name it is assigned to at the module's own level)."""

    def walk(node: ast.AST, function: str, name: str) -> Iterator[tuple[ast.Call, str, str, str]]:
        for child in ast.iter_child_nodes(node):
            inner, target = function, name
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{function}.{child.name}".lstrip(".")
            elif isinstance(child, ast.Assign) and not function and isinstance(child.targets[0], ast.Name):
                target = child.targets[0].id
            elif isinstance(child, ast.AnnAssign) and not function and isinstance(child.target, ast.Name):
                target = child.target.id
            if (
                isinstance(child, ast.Call)
                and isinstance(child.func, ast.Attribute)
                and isinstance(child.func.value, ast.Name)
                and child.func.value.id == "re"
                and child.func.attr in METHODS | {"compile"}
            ):
                yield child, child.func.attr, inner, target
            yield from walk(child, inner, target)

    return tuple(walk(tree(path), "", ""))


def evaluated(call: ast.Call, module: ModuleType) -> tuple[AnyPattern, ...]:
    """The pattern of a call whose argument is a literal or made of the module's constants; () if it is made of others."""
    place = 4 if isinstance(call.func, ast.Attribute) and call.func.attr in {"sub", "subn"} else 2
    flags = [word.value for word in call.keywords if word.arg == "flags"]
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"compile", *ONCE, "findall", "finditer"}:
        at = 1 if call.func.attr == "compile" else place
        flags += call.args[at : at + 1]
    try:
        source = eval(compile(ast.Expression(call.args[0]), "<pattern>", "eval"), vars(module))
        meant = eval(compile(ast.Expression(flags[0]), "<flags>", "eval"), vars(module)) if flags else 0
    except NameError:
        return ()
    return (source,) if isinstance(source, re.Pattern) else (re.compile(source, meant),)


def answered(function: str, module: ModuleType) -> tuple[AnyPattern, ...]:
    """What a function without arguments gives: patterns made of data are made in such."""
    found = getattr(module, function, None)
    if not callable(found) or isinstance(found, type) or inspect.signature(found).parameters:
        return ()
    return tuple(patterns_in(found()))


@cache
def uses() -> dict[str, set[str]]:
    """The methods called on each name (`NAME.search`), of whatever module; "" stands for names in small letters."""
    found: dict[str, set[str]] = {}
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                value = node.value
                name = (
                    value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
                )
                if name != "re":
                    found.setdefault(f"{dotted(path)}:{name}", set()).add(node.attr)
    return found


def methods_of(name: str, module: str) -> tuple[str, ...]:
    """How a constant is used: in its own module and where it is imported under its name; a container's members anyhow."""
    found: set[str] = set()
    for key, some in uses().items():
        where, used = key.split(":")
        if used == name and (where == module or name in _taken(where, module)):
            found |= some
    return tuple(sorted(found)) or ("fullmatch", "match", "search", "sub")


def _taken(where: str, module: str) -> frozenset[str]:
    """The names that a module takes from another (or from whatever, for `module.NAME`)."""
    imported, asked = _names(where)
    return imported.get(module, NONE) | asked.get(module.rsplit(".", 1)[-1], NONE)


@cache
def _names(where: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The names that a module imports, by module, and those that it asks of a name (`name.NAME`), by that name."""
    path = ROOT.joinpath(*where.split("."))
    path = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    imported: dict[str, frozenset[str]] = {}
    asked: dict[str, frozenset[str]] = {}
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported[node.module] = imported.get(node.module, NONE) | {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked[node.value.id] = asked.get(node.value.id, NONE) | {node.attr}
    return imported, asked


def sites(built: Mapping[str, Callable[[], tuple[AnyPattern, ...]]]) -> tuple[list[Site], list[str]]:
    """All sites, and those that make patterns of what only a call knows and are not in `built` (key → examples)."""
    found, unknown = [], []
    for path in modules():
        if not calls(path):
            continue
        module = importlib.import_module(dotted(path))
        for call, method, function, name in calls(path):
            key = f"{dotted(path)}:{name or function}"
            patterns = evaluated(call, module)
            patterns = patterns or (tuple(patterns_in(getattr(module, name, None))) if name else ())
            patterns = (
                patterns or (answered(function, module) if function else ()) or (built[key]() if key in built else ())
            )
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            if not patterns:
                unknown.append(f"{where} ({key})")
                continue
            methods = (method,) if method != "compile" else methods_of(name, dotted(path))
            found.append(Site(where, dotted(path), function, name, patterns, methods))
    return found, unknown
