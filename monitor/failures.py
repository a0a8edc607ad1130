"""What the data of one body does to a check is that body's own: it becomes a finding of health, the others go on."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from importlib import resources
from typing import Any, TypeVar

from sqlite_utils import Database

from crawler.agencies.lookup import in_full, names_of
from crawler.ground.clock import local_date
from crawler.ground.contained import Failed, contained
from crawler.ground.errors import GoujiError
from monitor.findings import Finding, Key, Observation, from_row, load, select
from monitor.words.terminal import inert

RULE = "check.failed"
BODY = "body"
OURSELVES = "gouji"  # whom a finding is about that is about no body and no portal
LONGEST = 500  # characters of an error that are kept

T = TypeVar("T")


def readable(who: tuple[str, str], work: Callable[[], T]) -> T:
    """What a person asks of one body (its name and code in both languages); GoujiError where its data are damaged."""
    found = contained(work)
    if isinstance(found, Failed):
        english, chinese = (inert(words)[:LONGEST] for words in found.words)
        zh, en = told("unreadable", who=who, error=(chinese, english))
        raise GoujiError(en, zh)
    return found


@dataclass(slots=True)
class Failures:
    """Which bodies (or portals, by id) and which parts of the check failed in one run.

    `between` is called between two bodies, and may raise Stopped.
    """

    between: Callable[[], None] = lambda: None
    bodies: dict[str, Failed] = field(default_factory=dict)
    parts: dict[str, Failed] = field(default_factory=dict)

    def of(self, code: str, work: Callable[[], T]) -> T | None:
        """What `work` gives for this body; None where it failed, which is remembered."""
        self.between()
        found = contained(work)
        if isinstance(found, Failed):
            self.bodies.setdefault(code, found)
            return None
        return found

    def load(self, db: Database, where: str, parameters: Sequence[object] = ()) -> list[Finding]:
        """Findings by a condition on the table; one that cannot be read costs its body alone."""
        rows = select(db, where, parameters)
        found = contained(lambda: [from_row(row, exact=True) for row in rows])
        if not isinstance(found, Failed):
            return found
        each = [self.of(str(row["agency"]), partial(from_row, row, exact=True)) for row in rows]
        return [one for one in each if one is not None]

    def spared(self, seen: Iterable[tuple[Finding | None, Observation]]) -> list[tuple[Finding | None, Observation]]:
        """The observations of bodies that did not fail."""
        return [one for one in seen if one[1].key.agency not in self.bodies]


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    file = resources.files("monitor") / "rules" / "check.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def told(name: str, **values: object) -> tuple[str, str]:
    """A sentence of rules/check.toml in both languages; a value may be a pair of both."""
    zh, en = (
        _texts()["message"][name][language].format(
            **{key: value[at] if isinstance(value, tuple) else value for key, value in values.items()}
        )
        for at, language in enumerate(("zh", "en"))
    )
    return zh, en


def bounds() -> Mapping[str, int]:
    """How far the clock may jump, and for how long it is doubted."""
    found: Mapping[str, int] = _texts()["clock"]
    return found


def part_words(name: str) -> tuple[str, str]:
    """What a part of the check judges."""
    words = _texts()["part"][name]
    return words["zh"], words["en"]


def failure_observations(
    db: Database, failures: Failures, now: datetime, *, whole: bool
) -> list[tuple[Finding | None, Observation]]:
    """`check.failed` of every body and part that failed; settled where one did not fail in a `whole` check."""
    known = {(one.key.agency, one.key.subject): one for one in load(db, "rule = ?", [RULE])}
    now_failed = {(code, BODY): failed for code, failed in failures.bodies.items()}
    now_failed |= {(OURSELVES, part): failed for part, failed in failures.parts.items()}
    year = local_date(now).year - 1
    seen = []
    for place, failed in now_failed.items():
        # One finding, however long it lasts.
        key = known[place].key if place in known else Key(place[0], year, RULE, place[1])
        evidence = {"cause": failed.cause, "error": inert(failed.detail)[:LONGEST]}
        seen.append(
            (
                known.get(place),
                Observation(key, "broken", "failed", "health", *_said(db, key, ""), evidence, None, "unclear"),
            )
        )
    for place, one in known.items():
        if whole and place not in now_failed and one.status != "resolved":
            zh, en = _said(db, one.key, "_again")
            seen.append(
                (
                    one,
                    Observation(
                        one.key, "holds", "judged", "health", zh, en, {"message": zh, "message_en": en}, reason=zh
                    ),
                )
            )
    return seen


def _said(db: Database, key: Key, again: str) -> tuple[str, str]:
    if key.subject == BODY:
        return told(f"body{again}", who=in_full(names_of(db, [key.agency]).get(key.agency, key.agency), key.agency))
    return told(f"part{again}", part=part_words(key.subject))
