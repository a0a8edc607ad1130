"""`gouji.toml` → frozen dataclasses; an unknown key or a wrong type is an error that names the line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from crawler.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """`[crawl]`. `delay` is in seconds between two requests to one host; `timeout` per request."""

    contact: str = ""
    delay: float = 2.0
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """`[mail]`. The password is never here: it is read from `$GOUJI_MAIL_PASSWORD`."""

    host: str = "127.0.0.1"
    port: int = 25
    security: str = "none"
    user: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """`[schedule]`. `cron` is five fields in Asia/Shanghai; `every` (seconds) replaces it when above 0."""

    cron: str = "30 2 * * *"
    every: float = 0.0
    crawl_timeout: float = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Portal:
    """`[[portal]]`: one watched annual-report column."""

    id: str
    start_url: str
    name: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The whole `gouji.toml`."""

    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    portals: tuple[Portal, ...] = ()


CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("mail", "security"): ("none", "starttls", "tls"),
    ("mail", "language"): ("zh", "en"),
}


def read_config(path: Path) -> Config:
    """Reads `gouji.toml`; an absent file is the default configuration.

    Raises UsageError with file, line and what to do for bad TOML, unknown keys, wrong types, bad values.
    """
    if not path.exists():
        return Config()
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from error
    return _Reader(path, text).config(data)


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def config(self, data: Mapping[str, Any]) -> Config:
        for key in data:
            if key not in ("crawl", "mail", "schedule", "portal"):
                self.fail(key, f"unknown key '{key}'; known: [crawl], [mail], [schedule], [[portal]]")
        portals = tuple(self.portals(data.get("portal", [])))
        return Config(
            crawl=self.section("crawl", CrawlSettings, data.get("crawl", {})),
            mail=self.section("mail", MailSettings, data.get("mail", {})),
            schedule=self.section("schedule", ScheduleSettings, data.get("schedule", {})),
            portals=portals,
        )

    def portals(self, entries: Any) -> list[Portal]:
        if not isinstance(entries, list):
            self.fail("portal", "write each portal as [[portal]], with two brackets")
        result: list[Portal] = []
        for index, entry in enumerate(entries):
            portal = self.section("portal", Portal, entry, index)
            if not re.match(r"https?://[^/\s]+", portal.start_url):
                self.fail("start_url", f"'{portal.start_url}' is not an http(s) address", index)
            if portal.id in {other.id for other in result}:
                self.fail("id", f"the id '{portal.id}' stands twice; ids must differ", index)
            result.append(portal)
        return result

    def section(self, name: str, cls: type[T], entry: Any, index: int = 0) -> T:
        if not isinstance(entry, dict):
            self.fail(name, f"[{name}] must be a table")
        known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]  # every cls is a dataclass
        values: dict[str, Any] = {}
        for key, value in entry.items():
            if key not in known:
                self.fail(key, f"unknown key '{key}' in [{name}]; known: {', '.join(known)}", index)
            values[key] = self.value(name, key, str(known[key].type), value, index)
        for key, item in known.items():
            required = item.default is MISSING and item.default_factory is MISSING
            if required and key not in values:
                self.fail(name, f"[[{name}]] number {index + 1} needs '{key}'", index)
        return cls(**values)

    def value(self, section: str, key: str, kind: str, value: Any, index: int) -> Any:
        if "tuple" in kind:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                self.fail(key, f"'{key}' must be a list of strings", index)
            return tuple(value)
        wanted: Any = {"str": str, "int": int, "float": (int, float)}["str" if "str" in kind else
                                                                     "int" if "int" in kind else "float"]
        if isinstance(value, bool) or not isinstance(value, wanted):
            self.fail(key, f"'{key}' must be a {'text' if wanted is str else 'number'}", index)
        if wanted is not str and value < 0:
            self.fail(key, f"'{key}' must not be negative", index)
        choices = CHOICES.get((section, key))
        if choices and value not in choices:
            self.fail(key, f"'{key}' must be one of {', '.join(choices)}", index)
        return value

    def fail(self, key: str, message: str, index: int = 0) -> Any:
        pattern = re.compile(rf"^\s*(\[+\s*)?\"?{re.escape(key)}\"?\s*[\]=.]")
        hits = [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]
        line = hits[min(index, len(hits) - 1)] if hits else 1
        raise UsageError(f"{self.path}, line {line}: {message}")
