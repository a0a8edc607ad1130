"""The rates of bodies as they stand in the database, and which of them rest on a cell that is contradicted."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlite_utils import Database

from monitor.findings import Finding, load
from monitor.indicators.catalogue import Indicator, rate_catalogue
from monitor.indicators.rate import Rate
from monitor.indicators.view import rates_sql
from monitor.reconcile.vector import SLOTS

# (The plus: of what is open there is far more than of a few bodies.)
STANDING = "class = 'fatal' and +status in ('open', 'regressed') and agency in (select value from json_each(?))"
COLUMNS = "agency, year, indicator, numerator, denominator, state, changed, document, url"


@dataclass(frozen=True, slots=True)
class BodyRate:
    """A rate of one body and year, and the document that it comes from."""

    agency: str
    year: int
    rate: Rate
    document: str
    url: str


def rates_of(
    db: Database, agencies: Collection[str], indicators: Sequence[Indicator], years: Collection[int] = ()
) -> Iterator[BodyRate]:
    """The rates of these bodies, of these years (none named: all)."""
    where = "r.agency in (select value from json_each(:agencies))"
    if years:
        where += " and r.year in (select value from json_each(:years))"
    wanted = {one.id: one for one in indicators}
    rows = db.execute(
        f"select {COLUMNS} from ({rates_sql(where, tuple(wanted))})",
        {"agencies": json.dumps(sorted(agencies)), **({"years": json.dumps(sorted(years))} if years else {})},
    )
    for agency, year, indicator, numerator, denominator, state, changed, document, url in rows:
        rate = Rate(indicator, wanted[indicator].share, numerator, denominator, state, bool(changed))
        yield BodyRate(agency, year, rate, document, url or "")


def doubtful(db: Database, agencies: Collection[str]) -> Mapping[tuple[str, int], frozenset[str]]:
    """By body and year, the rates that rest on a cell which the report itself contradicts, as long as that is open."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for finding in load(db, STANDING, [json.dumps(sorted(agencies))]):
        cells = _contradicted(finding)
        touched = {one for one, parts in _parts().items() if not cells.isdisjoint(parts)}
        key = (finding.key.agency, finding.key.year)
        found[key] = found.get(key, frozenset()) | touched
    return found


def _contradicted(finding: Finding) -> set[str]:
    """The cell that is suspected or, where that cannot be told, every cell that the relation holds."""
    suspected = (finding.suspect or {}).get("cell")
    if suspected:
        return {str(suspected)}
    return {str(one.get("cell")) for one in finding.evidence.get("operands", ()) if isinstance(one, Mapping)}


@cache
def _parts() -> Mapping[str, frozenset[str]]:
    """The cells of every rate, of whichever form."""
    return {
        one.id: frozenset(
            SLOTS[at].name for compiled in one.sums() for linear in compiled.values() for at, _ in linear.terms
        )
        for one in rate_catalogue().rates.values()
    }
