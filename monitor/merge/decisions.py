"""What people of another office decided about findings is taken over; what a run found there, a run finds here."""

from dataclasses import dataclass

from sqlite_utils import Database

DECIDED = ("status", "note", "decided_at", "expires")
KEY = ("agency", "year", "rule", "subject")
SAME = " and ".join(f"m.{name} is o.{name}" for name in KEY)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two offices decided the same finding otherwise; the later decision stands."""

    agency: str
    year: int
    rule: str
    subject: str
    ours: str
    theirs: str


def take_decisions(db: Database, columns: list[str]) -> tuple[int, list[Conflict]]:
    """How many came in, and where two offices disagree."""
    conflicts = [
        Conflict(*row)
        for row in db.execute(
            f"select m.agency, m.year, m.rule, m.subject, m.status, o.status from main.findings m "
            f"join other.findings o on {SAME} where m.decided_at is not null and o.decided_at is not null "
            "and m.decided_at <> o.decided_at and m.status <> o.status order by 1, 2, 3, 4"
        )
    ]
    assigned = ", ".join(f"{name} = o.{name}" for name in DECIDED)
    taken = db.execute(
        f"update main.findings as m set {assigned} from other.findings o where {SAME} "
        "and o.decided_at is not null and coalesce(m.decided_at, '') < o.decided_at"
    ).rowcount
    listed = ", ".join(f'"{name}"' for name in columns if name not in ("id", "report"))
    new = db.execute(
        f"insert into main.findings ({listed}) select {listed} from other.findings o where o.decided_at is not null "
        f"and not exists (select 1 from main.findings m where {SAME}) order by o.id"
    ).rowcount
    return taken + new, conflicts
