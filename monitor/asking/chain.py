"""The carry-over over the years: of one body with what happened to it meanwhile, of all bodies by year."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

from crawler.agencies.lookup import AgencyRef
from crawler.ground.errors import GoujiError
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS
from monitor.changes.body_changes import BodyChange, body_changes, changed_years
from monitor.reconcile.chain import Chain, Node, YearTotal, add_up, link_up

MEMBER_COLUMNS = ", ".join(f"{{row}}.{member}" for member in MEMBERS)
LOAD = f"""
select r.agency, r.year, r.document, r.url, {MEMBER_COLUMNS.format(row="b")}, {MEMBER_COLUMNS.format(row="c")}
from reports r
left join applications b on b.report = r.id and b.disposition = 'brought_forward'
left join applications c on c.report = r.id and c.disposition = 'carried_forward'
where r.superseded_by is null and r.agency is not null and r.year >= ? {{which}} order by r.agency, r.year
"""


@dataclass(frozen=True, slots=True)
class BodyChain:
    """The chain of one body, and the events of the register for which it pauses."""

    chain: Chain
    events: tuple[BodyChange, ...]


@dataclass(frozen=True, slots=True)
class AllChains:
    """The chains of all bodies with a report on one of the forms; `states` counts their links."""

    chains: tuple[Chain, ...]
    states: Counter[str]
    years: tuple[YearTotal, ...]

    @property
    def lost(self) -> int:
        """Applications carried forward that no report brought forward."""
        return sum(one.lost for one in self.chains)

    @property
    def appeared(self) -> int:
        """Applications brought forward that no report had carried forward."""
        return sum(one.appeared for one in self.chains)

    @property
    def broken(self) -> tuple[Chain, ...]:
        """The chains that break somewhere, those with most applications lost or appeared first."""
        found = [one for one in self.chains if one.first_broken]
        return tuple(sorted(found, key=lambda one: (-(one.lost + one.appeared), one.name)))


def body_chain(db: Database, body: AgencyRef) -> BodyChain:
    """The chain of one body; GoujiError where none of its reports on one of the forms was read."""
    found = next(chains(db, body.code), None)
    if found is None:
        raise GoujiError(
            f"no report of {body.name} since {FORMS.first_year} has been read",
            f"没有读到{body.name} {FORMS.first_year} 年以后的报告",
        )
    return BodyChain(found, body_changes(db, body.code))


def all_chains(db: Database) -> AllChains:
    """The chains of all bodies, and their sums by year."""
    found = tuple(chains(db))
    return AllChains(found, Counter(link.state for one in found for link in one.links), add_up(found))


def chains(db: Database, agency: str | None = None) -> Iterator[Chain]:
    """The chain of one body, or of every body with a report on one of the forms; memory holds one at a time."""
    changed = changed_years(db, None if agency is None else [agency])
    which, values = ("and r.agency = ?", [FORMS.first_year, agency]) if agency is not None else ("", [FORMS.first_year])
    names: Mapping[str, str] = (
        dict(db.execute("select code, name from agencies").fetchall())
        if agency is None
        else (dict(db.execute("select code, name from agencies where code = ?", [agency]).fetchall()))
    )
    for code, rows in groupby(db.execute(LOAD.format(which=which), values), key=lambda row: row[0]):
        nodes = [Node(row[1], tuple(row[4:11]), tuple(row[11:18]), row[2], row[3] or "") for row in rows]
        yield link_up(code, names.get(code, code), nodes, changed.get(code, ()))
