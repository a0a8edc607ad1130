"""What is stored and told at the end of the season, against what its generator knows: figures and findings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlite_utils import Database

from bench._season_world import format_of, sample
from bench._world import Page, World

TOLD = ("open", "acknowledged", "regressed")
HARD = ("fatal", "explain")  # what a body is held to; the rest asks or informs
STATED = (
    (
        "T3",
        "applications",
        "disposition",
        ("natural_person", "business", "research", "social", "legal_services", "other"),
    ),
    ("T4", "remedies", "track", ("upheld", "corrected", "other", "pending")),
)


class Figures(NamedTuple):
    """Of all reports that were seen: exact, wrong, unread; reports stored, and those that are not."""

    counted: Counter[str]
    by_format: Mapping[str, Counter[str]]
    wrong: Sequence[str]


class Finding(NamedTuple):
    """One finding that stands."""

    rule: str
    kind: str
    agency: str
    verdict: str
    message: str


def seen(world: World, nights: Sequence[date]) -> Iterator[tuple[Page, tuple[str, ...]]]:
    """Each report that some night showed, with its versions in the order in which they were seen."""
    for page in world.pages.values():
        portal = page.body.portal
        names = [page.version(day) for day in nights if page.there(day) and world.state(portal, day) == "ok"]
        if names:
            yield page, tuple(dict.fromkeys(names))


def figures(db: Database, world: World, nights: Sequence[date], scans: int) -> Figures:
    """Every figure of the newest version that was seen, against what is stored of it."""
    stored = _stored(db)
    count, by_format, wrong = Counter[str](), dict[str, Counter[str]](), list[str]()
    for page, versions in seen(world, nights):
        kind = format_of(page, scans)
        mine = by_format.setdefault(kind, Counter())
        mine["reports"] += 1
        values = stored.get(page.body.name)
        report = sample(page, versions[-1])
        for name in report.cells:
            truth = report.figures[name]
            value = (values or {}).get(name)
            if truth is None or isinstance(truth, str):
                how = "exact" if value is None else "wrong"
            elif value is None:
                how = "unread"
            else:
                how = "exact" if abs(float(value) - float(truth)) < 1e-6 else "wrong"
            mine[how] += 1
            if how == "wrong":
                wrong.append(f"{kind} {page.body.name} {name} is {truth}, stored {value}")
        count["stored"] += values is not None
    for one in by_format.values():
        count.update(one)
    return Figures(count, by_format, wrong)


def _stored(db: Database) -> dict[str, dict[str, float]]:
    """The figures of each body's current report, by the names of their cells."""
    found: dict[str, dict[str, float]] = {}
    names = dict(db.execute("select id, agency_name from current_reports").fetchall())
    for name in names.values():
        found[name] = {}
    for report, item, measure, value in db.execute("select report, item, measure, value from disclosure"):
        if report in names and value is not None:
            found[names[report]][f"T2[{item},{measure}]"] = value
    for table, relation, row, members in STATED:
        columns = (*members, "total")
        for report, code, *values in db.execute(f"select report, {row}, {', '.join(columns)} from {relation}"):
            if report in names:
                mine = found[names[report]]
                mine |= {
                    f"{table}[{code},{name}]": value
                    for name, value in zip(columns, values, strict=True)
                    if value is not None
                }
    return found


def findings(db: Database, world: World, nights: Sequence[date]) -> tuple[Counter[str], list[Finding], list[str]]:
    """How many are true; those that are not; the reports with a wrong cell of which nothing is told."""
    rows = db.execute(
        "select f.rule, f.class, coalesce(a.name, f.agency, f.subject), f.verdict, f.message from findings f "
        f"left join agencies a on a.code = f.agency where f.status in {TOLD}"
    ).fetchall()
    pages = {page.body.name: page for page in world.pages.values()}
    versions = {page.body.name: names for page, names in seen(world, nights)}
    count, false = Counter[str](), list[Finding]()
    told = set[str]()
    for finding in map(Finding._make, rows):
        page = pages.get(finding.agency)
        true = _is_true(finding, page, versions.get(finding.agency, ()), world, nights)
        count["told"] += 1
        count["true" if true else "false" if finding.kind in HARD else "hint"] += 1
        if not true:
            false.append(finding)
        elif finding.rule.startswith("t3."):
            told.add(finding.agency)
    missed = [name for name, names in versions.items() if names[-1] == "broken" and name not in told]
    return count, false, missed


def _is_true(
    finding: Finding, page: Page | None, versions: Sequence[str], world: World, nights: Sequence[date]
) -> bool:
    rule = finding.rule
    if rule == "pub.state":
        # What no night showed cannot be told from what was never there.
        late = page is not None and max(page.printed, page.published) > page.body.due(page.year)
        return page is None or not versions or late
    if rule in ("pub.changed", "pub.republished"):
        return len(versions) > 1
    if rule == "pub.vanished":
        return page is not None and any(day >= page.published and not page.there(day) for day in nights)
    if finding.kind == "health":
        return any(world.state(portal, day) != "ok" for portal in world.portals for day in nights)
    return bool(versions) and versions[-1] == "broken"
