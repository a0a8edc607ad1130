"""What became of reports after they were published: asks the database once for some bodies, then judges each one."""

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from crawler.agencies.lookup import in_full
from extract.store.load import StoredReport
from monitor.changes.bounds import words
from monitor.changes.changed_report import CHANGED, observe_changes
from monitor.changes.days import DATES, observe_days
from monitor.changes.differing_copies import COPIES, observe_copies
from monitor.changes.republished import REPUBLISHED, observe_republished
from monitor.changes.versions import PAPERS, HeldDocument, Version, load_standing
from monitor.findings import Finding, Key, Observation, load

RULES = (CHANGED, COPIES, REPUBLISHED, DATES)
Seen = tuple[Finding | None, Observation]


class Publications:
    """What happened to the reports of some bodies: looked up once for all of them, then judged body by body (pure)."""

    def __init__(self, db: Database, codes: Sequence[str], fingerprint: str = "") -> None:
        """`fingerprint`: only years with a report that these rules have not judged; without it, every year."""
        marks = ", ".join("?" * len(codes))
        self.pending: dict[str, set[int]] = {}
        for agency, year in db.execute(
            f"select distinct agency, year from reports where agency in ({marks}) and year is not null "
            f"and checked is not ?",
            [*codes, fingerprint],
        ):
            self.pending.setdefault(agency, set()).update((year, year + 1))  # next year is set beside it
        self.documents: dict[str, list[HeldDocument]] = {}
        for agency, *row in db.execute(PAPERS.format(marks=marks), codes):
            self.documents.setdefault(agency, []).append(HeldDocument(*row))
        self.versions: dict[str, dict[int, list[Version]]] = {}
        for agency, year in db.execute(
            f"select agency, year from reports where agency in ({marks}) and year is not null "
            f"group by agency, year having count(distinct document || url) > 1 order by year",
            codes,
        ):
            if year in self.pending.get(agency, ()):
                self.versions.setdefault(agency, {})[year] = load_standing(
                    db, agency, year, self.documents.get(agency, ())
                )
        places = ", ".join("?" * len(RULES))
        self.kept: dict[str, dict[Key, Finding]] = {}
        for finding in load(db, f"agency in ({marks}) and rule in ({places})", [*codes, *RULES], exact=True):
            self.kept.setdefault(finding.key.agency, {})[finding.key] = finding

    def observe(self, agency: str, name: str, history: Sequence[StoredReport]) -> Iterator[Seen]:
        """The observations on one body, each with the finding it meets; what stands no more is settled."""
        kept = self.kept.get(agency, {})
        who = in_full(name, agency)
        met: set[Key] = set()
        for seen in self._all(agency, who, history):
            met.add(seen.key)
            yield kept.get(seen.key), seen
        for key, finding in kept.items():
            if key not in met and finding.status != "resolved" and key.year in self.pending.get(agency, ()):
                yield finding, _settled(key, who, finding)

    def _all(self, agency: str, who: tuple[str, str], history: Sequence[StoredReport]) -> Iterator[Observation]:
        for year, versions in self.versions.get(agency, {}).items():
            yield from observe_changes(agency, year, who, versions)
            yield from observe_copies(agency, year, who, versions)
        papers = {(paper.sha256, paper.url): paper.dates for paper in self.documents.get(agency, ())}
        for one in history:
            if one.year in self.pending.get(agency, ()) and (
                seen := observe_days(
                    Key(agency, one.year, DATES, "report"), who, one, papers.get((one.document, one.url), "")
                )
            ):
                yield seen
        yield from observe_republished(
            agency, who, history, self.documents.get(agency, ()), self.pending.get(agency, set())
        )


def _settled(key: Key, who: tuple[str, str], finding: Finding) -> Observation:
    name = {CHANGED: "restored", COPIES: "copies_agree", REPUBLISHED: "not_republished", DATES: "dates_agree"}[key.rule]
    told = words("message", name)
    zh, en = told.zh.format(who=who[0], year=key.year), told.en.format(who=who[1], year=key.year)
    evidence = {
        "document": finding.evidence.get("document"),
        "url": finding.evidence.get("url"),
        "message": zh,
        "message_en": en,
    }
    return Observation(key, "holds", name, finding.finding_class, zh, en, evidence, None, "source", reason=zh)
