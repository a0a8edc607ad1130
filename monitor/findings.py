"""Findings: what was observed, what is kept of it, what a person decides. (What a run does: checking.transitions.)

One finding per (agency, year, rule, subject), whatever the value. A run updates, resolves and regresses;
what a person decided is never reset by a run.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from crawler.ground.clock import local_date, stamp
from crawler.ground.errors import UsageError

Effect = Literal["broken", "holds", "unknown"]
Decision = Literal["acknowledged", "explained", "false_positive"]
DECISIONS: frozenset[str] = frozenset({"acknowledged", "explained", "false_positive"})


class Key(NamedTuple):
    """What makes two observations speak of one finding."""

    agency: str
    year: int
    rule: str
    subject: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run says about one key. `version` names the document it rests on, for the note.

    `was` is the trouble that is settled already when it is first noticed, and must not go unnoticed.
    """

    key: Key
    effect: Effect
    verdict: str
    finding_class: str
    message: str
    message_en: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    suspect: Mapping[str, Any] | None = None
    responsibility: str = "unclear"
    report: int | None = None
    shadow: bool = False
    version: str = ""
    reason: str = ""
    was: "Observation | None" = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of `findings`; `id` is None until it is stored."""

    key: Key
    finding_class: str
    verdict: str
    status: str
    responsibility: str
    message: str
    message_en: str
    evidence: Mapping[str, Any]
    suspect: Mapping[str, Any] | None
    opened_at: str
    changed_at: str
    resolved_at: str | None = None
    note: str | None = None
    report: int | None = None
    decided_at: str | None = None
    expires: str | None = None
    id: int | None = None


def noted(note: str | None, line: str) -> str:
    return f"{note}\n{line}" if note else line


# --- a person's decision ---------------------------------------------------------------------------------


def decide(
    db: Database,
    finding: int,
    status: Decision,
    reason: str,
    now: datetime,
    until: date | None = None,
    who: str = "",
) -> Finding:
    """Keeps what a person decided, with the reason and, where it is known, who; UsageError for what cannot be decided.

    Every decision is a line of the note: of two people at once, both stay.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise UsageError("a decision needs its reason: --reason TEXT", "作决定要写理由：--reason TEXT")
    if until is not None and until < local_date(now):
        raise UsageError(
            f"{until} is past: a decision can only hold until a day to come",
            f"{until} 已经过去；只能写今天或以后的日子",
        )
    with db.atomic():
        rows = load(db, "id = ?", [finding], exact=True)
        if not rows:
            raise UsageError(
                f"there is no finding {finding}; the list is printed by: gouji findings",
                f"没有编号为 {finding} 的发现；列表：gouji findings",
            )
        if rows[0].status == "resolved" and status != "false_positive":
            raise UsageError(
                f"finding {finding} is resolved already; only gouji dismiss makes sense for it",
                f"发现 {finding} 已经消除；只可以用 gouji dismiss",
            )
        decided = replace(
            rows[0],
            status=status,
            note=noted(
                rows[0].note, f"{reason}（{' '.join(who.split())}，{local_date(now)}）" if who.strip() else reason
            ),
            decided_at=stamp(now),
            expires=until.isoformat() if until else None,
        )
        save(db, [decided])
    return decided


def reopen_expired(db: Database, now: datetime) -> int:
    """Opens again what was acknowledged or explained only until a day that is past; how many that were."""
    with db.atomic():
        cursor = db.execute(
            "update findings set status = 'open', changed_at = ?, expires = null "
            "where status in ('acknowledged', 'explained') and expires < ?",
            [stamp(now), local_date(now).isoformat()],
        )
    return int(cursor.rowcount)


# --- storage ---------------------------------------------------------------------------------------------

COLUMNS = (
    "rule",
    "class",
    "agency",
    "year",
    "subject",
    "verdict",
    "status",
    "responsibility",
    "message",
    "evidence",
    "suspect",
    "opened_at",
    "changed_at",
    "resolved_at",
    "note",
    "message_en",
    "report",
    "decided_at",
    "expires",
)
PLAIN = tuple(item.name for item in fields(Finding) if item.name not in ("key", "finding_class", "evidence", "suspect"))


def load(db: Database, where: str, parameters: Sequence[object] = (), *, exact: bool = False) -> list[Finding]:
    """Findings by a condition on the table, in the order of their ids.

    What is destroyed of one's evidence is left out, for whoever tells of it; with `exact`, for whoever writes findings
    back, that is a ValueError.
    """
    return [from_row(row, exact=exact) for row in select(db, where, parameters)]


def select(db: Database, where: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
    """The rows of such findings, as they are stored."""
    cursor = db.execute(f"select id, {', '.join(COLUMNS)} from findings where {where} order by id", list(parameters))
    return [dict(zip(("id", *COLUMNS), row, strict=True)) for row in cursor]


def from_row(row: Mapping[str, Any], *, exact: bool = False) -> Finding:
    """A finding from a row of the table."""
    return Finding(
        key=Key(row["agency"], row["year"], row["rule"], row["subject"]),
        finding_class=row["class"],
        evidence=_object(row["evidence"], exact) or {},
        suspect=_object(row["suspect"], exact),
        **{name: row[name] for name in PLAIN},
    )


def _object(text: str | None, exact: bool) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text) if text else None
        if found is None or isinstance(found, dict):
            return found
        raise ValueError(f"no JSON object: {found!r:.80}")
    except ValueError:
        if exact:
            raise
    return None


def save(db: Database, findings: Iterable[Finding]) -> None:
    """Writes findings: those without id are inserted, the others updated. Call it inside `db.atomic()`."""
    new: list[list[object]] = []
    known: list[list[object]] = []
    for finding in findings:
        values = _values(finding)
        if finding.id is None:
            new.append(values)
        else:
            known.append([*values, finding.id])
    places = ", ".join("?" * len(COLUMNS))
    db.conn.executemany(f"insert into findings ({', '.join(COLUMNS)}) values ({places})", new)
    changes = ", ".join(f"{name} = ?" for name in COLUMNS)
    db.conn.executemany(f"update findings set {changes} where id = ?", known)


def _values(finding: Finding) -> list[object]:
    row = {name: getattr(finding, name) for name in PLAIN}
    row |= finding.key._asdict() | {
        "class": finding.finding_class,
        "evidence": to_json(finding.evidence),
        "suspect": to_json(finding.suspect) if finding.suspect is not None else None,
    }
    return [row[name] for name in COLUMNS]


def to_json(value: object) -> str:
    """Stored JSON: Chinese stays readable, amounts are numbers, nothing else is silently turned into text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
