"""One table of `gouji.toml` → its dataclass, by the types of the fields; a mistake is an error that names the line."""

import re
from dataclasses import MISSING, fields
from math import inf
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from crawler.ground.config_mail import CHOICES, LEAST
from crawler.ground.errors import Both, UsageError

T = TypeVar("T")
LONGEST = 366  # days before a deadline
MOST = {"grace_days": 366, "port": 65535, "health_port": 65535}


class Sections:
    """The tables of one file; `text` is used to find line numbers."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def listed(self, name: str, entries: Any) -> None:
        if not isinstance(entries, list):
            self.fail(name, (f"write each {name} as [[{name}]], with two brackets", f"要写成 [[{name}]]，两层方括号"))

    def section(self, name: str, cls: type[T], entry: Any, index: int = 0) -> T:
        if not isinstance(entry, dict):
            self.fail(name, (f"[{name}] must be a table", f"[{name}] 要写成一节"))
        known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]  # every cls is a dataclass
        values: dict[str, Any] = {}
        for key, value in entry.items():
            if key not in known:
                self.fail(
                    key,
                    (
                        f"unknown key '{key}' in [{name}]; known: {', '.join(known)}",
                        f"[{name}] 里没有 '{key}' 这一项；可写：{', '.join(known)}",
                    ),
                    index,
                    name,
                )
            values[key] = self.value(name, key, str(known[key].type), value, index)
        for key, item in known.items():
            required = item.default is MISSING and item.default_factory is MISSING
            if required and key not in values:
                self.fail(
                    name,
                    (f"[[{name}]] number {index + 1} needs '{key}'", f"第 {index + 1} 个 [[{name}]] 缺少 '{key}'"),
                    index,
                    name,
                )
        return cls(**values)

    def value(self, section: str, key: str, kind: str, value: Any, index: int) -> Any:
        if "tuple[int" in kind:
            return self.days(section, key, value, index)
        if "tuple" in kind:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                self.fail(key, (f"'{key}' must be a list of strings", f'\'{key}\' 要写成 ["…", "…"]'), index, section)
            return tuple(value)
        if "bool" in kind:
            if not isinstance(value, bool):
                self.fail(key, (f"'{key}' must be true or false", f"'{key}' 只能写 true 或 false"), index, section)
            return value
        wanted: Any = str if "str" in kind else int if "int" in kind else (int, float)
        if isinstance(value, bool) or not isinstance(value, wanted):
            kinds = ("text", "加引号的文字") if wanted is str else ("number", "数字")
            self.fail(key, (f"'{key}' must be a {kinds[0]}", f"'{key}' 要写{kinds[1]}"), index, section)
        if wanted is not str and not 0 <= value < inf:
            self.fail(key, (f"'{key}' must be a number that is not negative", f"'{key}' 不能小于 0"), index, section)
        if key in MOST and value > MOST[key]:
            self.fail(key, (f"'{key}' must be at most {MOST[key]}", f"'{key}' 最大为 {MOST[key]}"), index, section)
        least = LEAST.get((section, key))
        if least is not None and value < least:
            self.fail(key, (f"'{key}' must be at least {least:g}", f"'{key}' 至少为 {least:g}"), index, section)
        choices = CHOICES.get((section, key))
        if choices and value not in choices:
            listed = ", ".join(choices)
            self.fail(key, (f"'{key}' must be one of {listed}", f"'{key}' 只能写 {listed}"), index, section)
        return value

    def days(self, section: str, key: str, value: Any, index: int) -> tuple[int, ...]:
        if not isinstance(value, list) or not all(type(item) is int and 0 <= item <= LONGEST for item in value):
            self.fail(
                key,
                (
                    f"'{key}' must be a list of days from 0 to {LONGEST}, like [14, 7, 3, 1]; [] for none",
                    f"'{key}' 要写成 0 到 {LONGEST} 之间的天数，如 [14, 7, 3, 1]；不要就写 []",
                ),
                index,
                section,
            )
        return tuple(sorted(set(value), reverse=True))

    def fail(self, key: str, message: Both, index: int = 0, section: str = "") -> NoReturn:
        pattern = re.compile(rf"^\s*(\[+\s*)?\"?{re.escape(key)}\"?\s*[\]=.]")
        hits = [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]
        heads = (
            [number for number, line in enumerate(self.lines, 1) if re.match(rf"^\s*\[{{1,2}}\s*{section}\s*\]", line)]
            if section
            else []
        )
        if index < len(heads):
            # The line of the key in this table; if the key is not written, the line of the table itself.
            end = next(
                (
                    number
                    for number, line in enumerate(self.lines, 1)
                    if number > heads[index] and re.match(r"^\s*\[+\s*[a-z_]+\s*\]", line)
                ),
                len(self.lines) + 1,
            )
            hits, index = [number for number in hits if heads[index] <= number < end] or [heads[index]], 0
        line = hits[min(index, len(hits) - 1)] if hits else 1
        raise UsageError(f"{self.path}, line {line}: {message[0]}", f"{self.path} 第 {line} 行：{message[1]}")
