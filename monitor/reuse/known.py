"""What the texts of some bodies are held against in one check: learned first, signed, then looked up for each."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sqlite_utils import Database

from crawler.agencies.names import full_name
from crawler.ground.config import ReuseSettings
from extract.store.load import StoredReport
from monitor.reconcile.shared_text import OtherText, Reuse, ReuseBounds, signs_of
from monitor.reuse.bodies import TextBody, names_of_bodies
from monitor.reuse.boilerplate import EVERYWHERE, common_runs, learn, province_of, to_learn
from monitor.reuse.signatures import SECTION, alike, sign, waiting

OTHERS = """
select r.id, r.agency, r.year, r.document, coalesce(r.published_on, ''), s.text
from current_reports r join sections s on s.report = r.id and s.section = ? where r.id in ({marks})
"""


def prepare(db: Database, settings: ReuseSettings, *, everything: bool = False) -> None:
    """Learns and signs what is new since the last check, or everything; where nothing changed, nothing."""
    if not everything and not waiting(db):
        return
    for scope in to_learn(db, anew=everything):
        learn(db, scope, settings.boilerplate)
    sign(db)


class SharedTexts:
    """What the texts of bodies are held against. `signed`: whether all are, so that no candidate is missed."""

    def __init__(self, db: Database, settings: ReuseSettings, *, signed: bool) -> None:
        self.db = db
        self.signed = signed
        self.bounds = ReuseBounds(settings.last_year, settings.last_year_strong, settings.other_body)
        self.common: dict[str, frozenset[str]] = {}
        self.joined: dict[str, frozenset[str]] = {}

    def of(self, histories: Mapping[str, Sequence[StoredReport]]) -> dict[str, Reuse]:
        """What is known of each of these bodies."""
        bodies = names_of_bodies(self.db, list(histories))
        return {
            code: Reuse(
                self.bounds,
                bodies[code].masked,
                self._common(bodies[code]),
                {one.year: one.published_on or "" for one in history},
                self._others(bodies[code], history) if self.signed else None,
            )
            for code, history in histories.items()
            if code in bodies
        }

    def _common(self, body: TextBody) -> frozenset[str]:
        province = province_of(body.division)
        if province not in self.joined:
            self.joined[province] = self._scope(EVERYWHERE) | self._scope(province)
        return self.joined[province]

    def _scope(self, scope: str) -> frozenset[str]:
        if scope not in self.common:
            self.common[scope] = common_runs(self.db, scope)
        return self.common[scope]

    def _others(self, body: TextBody, history: Sequence[StoredReport]) -> dict[int, tuple[OtherText, ...]]:
        found: dict[int, tuple[OtherText, ...]] = {}
        for stored in history:
            reports = alike(self.db, stored.id, stored.agency, (stored.year - 1, stored.year))
            found[stored.year] = self._read(reports, body, stored) if reports else ()
        return found

    def _read(self, reports: Sequence[int], own: TextBody, stored: StoredReport) -> tuple[OtherText, ...]:
        marks = ", ".join("?" * len(reports))
        rows = self.db.execute(OTHERS.format(marks=marks), [SECTION, *reports]).fetchall()
        bodies = names_of_bodies(self.db, sorted({row[1] for row in rows}))
        found = {
            report: OtherText(
                agency,
                bodies[agency].name,
                year,
                document,
                "\n".join(row[5] for row in some),
                bodies[agency].masked,
                signs_of(bodies[agency].name),
                published,
                self._common(bodies[agency]),
            )
            for (report, agency, year, document, published), some in groupby(rows, key=lambda row: tuple(row[:5]))
            if document != stored.document and not _one_body(own.name, bodies[agency].name)
        }
        return tuple(found[report] for report in reports if report in found)


def _one_body(name: str, other: str) -> bool:
    """Whether one may well publish the other's report: a government and its office, a bureau and its branch."""
    one, two = full_name(name), full_name(other)
    return one in two or two in one
