"""Which findings there are: by state, class, body, year and rule, in the order in which people read them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from monitor.findings import Finding, load
from monitor.words.finding import CLASSES, STATUS

AT_ONCE = 500  # findings in memory
# Those that stand against a report, decided or not; the others are over, or were no findings.
OPEN, TRIAL = ("open", "regressed"), "shadow"
STANDING = ("open", "regressed", "acknowledged", "explained", "shadow")
TROUBLE = "class <> 'info' and status <> 'shadow'"
IN_ORDER = """
select f.id from findings f left join agencies a on a.code = f.agency where {where}
order by {status}, {finding_class}, a.rowid is null, a.rowid, f.agency, f.year desc, f.rule, f.subject
"""


@dataclass(frozen=True, slots=True)
class FindingChoice:
    """Which findings: of these states, classes, body (its code), year, rule; what is empty sets no condition.

    `rule` is the id of one or, with a dot at its end, how several begin. Without `everything`, what is merely noted
    (class info) and what is on trial (shadow) is counted only; with `only_open`, so is what people decided upon and
    what is over.
    """

    statuses: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    agency: str | None = None
    year: int | None = None
    rule: str | None = None
    everything: bool = True
    only_open: bool = False


@dataclass(frozen=True, slots=True)
class FindingList:
    """Those findings: `found` is read from the database one by one, while it is open.

    `listed` counts them by state, `others` is how many more there are that are not listed, `rest` are those of them
    that are no mere notes, by state; `names` are the present names of bodies by code.
    """

    found: Iterator[Finding]
    listed: Counter[str]
    others: int
    names: Mapping[str, str]
    rest: Mapping[str, int] = field(default_factory=dict)


def choose(db: Database, choice: FindingChoice, most: int | None = None) -> FindingList:
    """The findings of a choice, of which `found` gives so many at the most."""
    where, parameters = _conditions(choice)
    counts = _counts(db, where, parameters)
    parts = [f"({where})"]
    if not choice.everything:
        parts.append(TROUBLE)
    if choice.only_open:
        parts.append(f"status in ({', '.join(map(repr, OPEN if not choice.everything else (*OPEN, TRIAL)))})")
    shown = " and ".join(parts)
    listed = _counts(db, shown, parameters) if len(parts) > 1 else counts
    others = counts.total() - listed.total()
    left = _counts(db, f"({where}) and {TROUBLE}", parameters) if others else Counter[str]()
    rest = {state: left[state] - listed[state] for state in STATUS if left[state] > listed[state]}
    return FindingList(_in_order(db, shown, parameters, most), listed, others, names_by_code(db), rest)


def about(db: Database, agency: str, year: int, statuses: Collection[str] = tuple(STATUS)) -> list[Finding]:
    """The findings about one body and year in these states, in the order of their ids."""
    marks = ", ".join("?" * len(statuses))
    return load(db, f"agency = ? and year = ? and status in ({marks})", [agency, year, *statuses])


def open_by_class(db: Database) -> dict[str, int]:
    """How many open findings there are in each class."""
    return dict(
        db.execute(
            "select class, count(*) from findings where status in ('open', 'regressed') group by class order by class"
        ).fetchall()
    )


def _conditions(choice: FindingChoice) -> tuple[str, list[object]]:
    parts: list[str] = ["1 = 1"]
    values: list[object] = []
    for column, wanted in (("status", choice.statuses), ("class", choice.classes)):
        if wanted:
            parts.append(f"{column} in ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    for column, one in (("agency", choice.agency), ("year", choice.year)):
        if one is not None:
            parts.append(f"{column} = ?")
            values.append(one)
    rule = choice.rule
    if rule is not None:
        parts.append("substr(rule, 1, ?) = ?" if rule.endswith(".") else "rule = ?")
        values.extend([len(rule), rule] if rule.endswith(".") else [rule])
    return " and ".join(parts), values


def _counts(db: Database, where: str, parameters: Sequence[object]) -> Counter[str]:
    """How many findings are in each state."""
    query = f"select status, count(*) from findings where {where} group by status"
    return Counter(dict(db.execute(query, list(parameters)).fetchall()))


def _in_order(db: Database, where: str, parameters: Sequence[object], most: int | None) -> Iterator[Finding]:
    """The findings as a person wants to read them; memory holds their numbers and a few of them."""
    query = IN_ORDER.format(where=where, status=_rank("f.status", STATUS), finding_class=_rank("f.class", CLASSES))
    ids = [row[0] for row in db.execute(query, list(parameters))][:most]
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        found = {one.id: one for one in load(db, f"id in ({', '.join('?' * len(batch))})", batch)}
        yield from (found[one] for one in batch)


def _rank(column: str, names: Iterable[str]) -> str:
    return f"case {column} {' '.join(f'when {name!r} then {at}' for at, name in enumerate(names))} end"
