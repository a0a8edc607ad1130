"""The rule set with what it found here: hits, what people decided of them, and how often a rule is right."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from sqlite_utils import Database

from crawler.ground.errors import UsageError
from extract.store.load import StoredReport, iter_reports
from monitor.checking.bodies import contexts
from monitor.reconcile.engine import check_report, check_years
from monitor.reconcile.locate import PARITY
from monitor.reconcile.outcome import OURS, Outcome
from monitor.reconcile.rule import Rule
from monitor.reconcile.rulebook import Rulebook

AT_ONCE = 200  # bodies whose reports are in memory
EXAMPLES = 10
COUNTS = (
    "select rule, count(*), sum(status in ('open', 'regressed', 'shadow')), "
    "sum(status in ('acknowledged', 'explained', 'false_positive')), sum(status = 'false_positive') "
    "from findings group by rule"
)


@dataclass(frozen=True, slots=True)
class RuleOnFile:
    """A rule with its findings: all of them, those that stand, those that a person decided, and the false ones."""

    rule: Rule
    hits: int = 0
    standing: int = 0
    decided: int = 0
    false: int = 0

    @property
    def status(self) -> str:
        return "shadow" if self.rule.shadow else "active"

    @property
    def told(self) -> int:
        """How often it told something of which somebody knows whether it was right: on the evaluation set, and here."""
        return self.rule.measured.get("told", 0) + self.decided

    @property
    def right(self) -> int:
        return self.rule.measured.get("right", 0) + self.decided - self.false


def rules(db: Database | None, book: Rulebook) -> list[RuleOnFile]:
    """Every rule of the book, in its order, and those on publication; without a database nothing was found yet."""
    rows = db.execute(COUNTS).fetchall() if db is not None else []
    counts: Mapping[str, tuple[int, int, int, int]] = {row[0]: tuple(row[1:]) for row in rows}
    every = (*book.rules.values(), *published().values())
    return [RuleOnFile(rule, *counts.get(rule.id, (0, 0, 0, 0))) for rule in every]


@lru_cache(maxsize=1)
def published() -> Mapping[str, Rule]:
    """The rules on publication, which no report alone is judged by: rules/published.toml."""
    data = tomllib.loads((files("monitor") / "rules" / "published.toml").read_text(encoding="utf-8"))
    return {entry["id"]: _published(entry) for entry in data["published"]}


def _published(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        entry["id"],
        1,
        entry["class"],
        frozenset(),
        (),
        (),
        "",
        {},
        frozenset(),
        0,
        entry["basis"],
        entry.get("exceptions", ""),
        entry["message"],
        (),
        (),
        False,
        frozenset({"fail"}),
        "source",
        (),
        (),
        False,
        False,
        {},
    )


def find_rule(book: Rulebook, name: str) -> Rule:
    """A rule by its id; UsageError, which names those near it, where there is none."""
    every = {**book.rules, **published()}
    if name in every:
        return every[name]
    near = [rule for rule in every if rule.partition(".")[0] == name.partition(".")[0]] or list(every)
    raise UsageError(
        f"there is no rule {name!r}; there are {', '.join(near)}", f"没有规则 {name}；有：{'、'.join(near)}"
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a rule would have told."""

    stored: StoredReport
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a rule says of everything that is stored: `judged` reports it could judge, of `reports`."""

    reports: int
    judged: int
    by_year: Mapping[int, int]
    by_place: Mapping[str, int]
    examples: Sequence[Hit]

    @property
    def hits(self) -> int:
        return sum(self.by_year.values())


def _insist(rule: Rule) -> None:
    """UsageError for a rule that needs more than the reports of one body."""
    if rule.id in published():
        raise UsageError(
            f"{rule.id} is judged from what the crawl saw, not from the reports: only gouji check can judge it",
            f"{rule.id} 依据抓取所见判断，不是核对报告，由 gouji check 判断，不能单独试算",
        )
    if rule.id.partition(".")[0] == "reuse":
        raise UsageError(
            f"{rule.id} holds the texts of all bodies against one another: only gouji check can judge it",
            f"{rule.id} 要与全部机关的文字比对，由 gouji check 判断，不能单独试算",
        )


def backtest(db: Database, book: Rulebook, rule: Rule) -> Backtest:
    """Runs a rule over every current report, whatever its status; nothing is stored.

    Places are the first two digits of the division codes, "" where none is known. The examples are spread evenly over
    all hits.
    """
    _insist(rule)
    alone = book.only((rule.id, *PARITY))  # a method may ask what the sums of 表三 said; no other rule hears of another
    reports = judged = 0
    by_year: dict[int, int] = {}
    by_place: dict[str, int] = {}
    hits: list[Hit] = []
    divisions = dict(db.execute("select code, coalesce(division, '') from agencies"))
    for code, history in _histories(db):
        context = contexts(db, [code])[code]
        years = {one.year: one.report for one in history}
        for stored in history:
            reports += 1
            if rule.years:
                found = check_years(alone, years, stored.year, context)
            else:
                found = check_report(alone, stored.report, context)
            mine = [one for one in found.others if one.rule == rule.id]
            told = [one for one in mine if one.verdict in rule.opens and one.reason not in OURS]
            judged += bool(told or found.passed.get(rule.id))
            for outcome in told:
                by_year[stored.year] = by_year.get(stored.year, 0) + 1
                place = str(divisions.get(code, ""))[:2]
                by_place[place] = by_place.get(place, 0) + 1
                hits.append(Hit(stored, outcome))
    step = max(1, len(hits) // EXAMPLES)
    return Backtest(
        reports, judged, dict(sorted(by_year.items())), dict(sorted(by_place.items())), hits[::step][:EXAMPLES]
    )


def _histories(db: Database) -> Iterator[tuple[str, list[StoredReport]]]:
    codes = [str(row[0]) for row in db.execute("select distinct agency from current_reports order by agency")]
    for start in range(0, len(codes), AT_ONCE):
        found: dict[str, list[StoredReport]] = {}
        for one in iter_reports(db, codes[start : start + AT_ONCE]):
            found.setdefault(one.agency, []).append(one)
        yield from found.items()
