"""Who owes a report and has not published it (`pub.state`), or missed the local day before the law's (`pub.due`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlite_utils import Database

from crawler.ground.clock import local_date, parse_stamp
from crawler.ground.config import Config
from crawler.ground.vocabulary import Bilingual
from crawler.ledger.portals import read_whole
from monitor.duty.deadlines import Duty, texts
from monitor.duty.debtor import Debtor, Doubt, Published, Watch
from monitor.duty.ledger import FirstVersions, Ledger
from monitor.duty.standing import ABSENT, Standing, stand
from monitor.failures import Failures
from monitor.findings import Finding, Key, Observation

RULE = "pub.state"
LOCAL_RULE = "pub.due"
SUBJECT = "report"
LATE = "published_late"
AWAITED_DAYS = 100  # after its day a report is looked for by every crawl; later when the lists are next read whole
BY_SIGHT = (LATE, "local_late")  # have a sentence for what came some day before it was seen
WORTH = (*ABSENT, LATE)  # states that open a finding


def judge_absence(
    debtor: Debtor,
    year: int,
    published: Published | None,
    watch: Watch,
    now: datetime,
    doubt: Doubt = "",
    duty: Duty | None = None,
) -> Observation | None:
    """What is to be said of one body's report against its deciding day (pure); None while the day is not over.

    `doubt`: what speaks against calling it absent. `duty` is the law's alone if not given.
    """
    duty = duty or debtor.duty(year)
    key = Key(debtor.code, year, RULE, SUBJECT)
    deadline = duty.deciding
    if deadline is None:
        return _holds(key, "not_due", debtor, {})
    found = stand(deadline, year, published, watch, now, doubt)
    evidence = _evidence(duty, year, published, watch, found)
    if found.state in ("not_due", "due_soon"):
        return None
    if found.state == "not_assessable":
        return _unknown(key, found, evidence)
    if found.state in ABSENT:
        zh, en = _told(found.state, debtor, year, found, watch)
        return Observation(key, "broken", found.state, "explain", zh, en, evidence, None, "source")
    return _holds(key, found.state, debtor, evidence, found)


def judge_local(
    debtor: Debtor, year: int, published: Published | None, watch: Watch, now: datetime, duty: Duty, doubt: Doubt = ""
) -> Observation | None:
    """Whether the local day was missed before the law's: a warning, told apart from what the law says (pure)."""
    if duty.first is None or duty.legal is None:
        return None
    key = Key(debtor.code, year, LOCAL_RULE, duty.first.layer)
    found = stand(duty.first, year, published, watch, now, doubt)
    evidence = _evidence(duty, year, published, watch, found)
    if found.state == "not_assessable":
        return _unknown(key, found, evidence)
    if found.state in ABSENT or found.state == LATE:
        # One word for an absence: that it hardens is told once, by the law's day.
        verdict = "overdue" if found.state in ABSENT else LATE
        by_law = stand(duty.legal, year, published, watch, now, doubt).state
        name = "local_overdue" if found.state in ABSENT else LATE if by_law == LATE else "local_late"
        evidence["by_law"] = by_law
        zh, en = _told(name, debtor, year, found, watch, legal=duty.legal.due(year).isoformat())
        # Past the law's day, what that day has to say is told; that the earlier one was missed is listed.
        weight = "info" if by_law in ABSENT else "confirm"
        return Observation(key, "broken", verdict, weight, zh, en, evidence, None, "source")
    return _holds(key, found.state, debtor, evidence, found) if found.state == "published" else None


def _evidence(duty: Duty, year: int, published: Published | None, watch: Watch, found: Standing) -> dict[str, object]:
    deadline = found.deadline or duty.deciding
    assert deadline is not None
    evidence: dict[str, object] = {
        "due": deadline.due(year).isoformat(),
        "grace_days": deadline.grace_days,
        "layer": deadline.layer,
        "basis": deadline.basis,
        "basis_en": deadline.basis_en,
        "due_legal": duty.legal.due(year).isoformat() if duty.legal else None,
        "due_local": duty.local.due(year).isoformat() if duty.local else None,
        "portals": [
            {
                "id": source.id,
                "name": source.name,
                "state": source.state,
                "since": source.since,
                "last_ok": source.last_ok,
            }
            for source in watch.sources
        ],
    }
    if published is not None:
        return evidence | {
            "first_seen": published.first_seen,
            "published_on": published.published_on,
            "document": published.document,
            "url": published.url,
            "day": str(found.day or "") or None,
            "by": found.by,
            "looked": found.looked,
        }
    if found.state in ABSENT:
        evidence |= {
            "sweeps": len(found.sweeps),
            "first_sweep": found.sweeps[0] if found.sweeps else None,
            "last_sweep": found.sweeps[-1] if found.sweeps else None,
        }
    return evidence


def _told(name: str, debtor: Debtor, year: int, found: Standing, watch: Watch, legal: str = "") -> tuple[str, str]:
    """The sentence of this name in both languages."""
    deadline, bounds = found.deadline, texts()
    due = deadline.due(year) if deadline else None
    days = (found.day - due).days if found.day and due else 0
    seen = _seen(found, watch) if found.state in ABSENT else Bilingual("", "")
    term = bounds.layer[deadline.layer] if deadline else Bilingual("", "")
    by = bounds.by[found.by] if found.by else Bilingual("", "")
    if found.by == "first_seen" and name in BY_SIGHT:
        name = f"{name}_seen"
    zh, en = (
        text.format(
            who=who, year=year, due=due, seen=shown, late=found.day, days=days, term=layer, by=rests, legal=legal
        )
        for text, who, shown, layer, rests in (
            (bounds.message[name].zh, debtor.shown.zh, seen.zh, term.zh, by.zh),
            (bounds.message[name].en, debtor.shown.en, seen.en, term.en, by.en),
        )
    )
    return zh, en


def _seen(found: Standing, watch: Watch) -> Bilingual:
    bounds = texts()
    looked = [local_date(parse_stamp(at)).isoformat() for at in found.sweeps]
    words: dict[str, str] = {}
    if not watch.sources:
        seen = bounds.seen["files"]
    elif found.state == "overdue_confirmed":
        seen = bounds.seen["sweeps"]
        words = {
            "portals": "、".join(source.shown for source in watch.sources),
            "first": looked[0],
            "last": looked[-1],
            "count": str(len(looked)),
        }
    else:
        seen = bounds.seen["portal"]
        words = {
            "portals": "、".join(source.shown for source in watch.sources),
            "last": local_date(parse_stamp(found.looked)).isoformat() if found.looked else "–",
        }
    return Bilingual(seen.zh.format(**words), seen.en.format(**words))


def _holds(
    key: Key, verdict: str, debtor: Debtor, evidence: dict[str, object], found: Standing | None = None
) -> Observation:
    zh, en = _told(verdict, debtor, key.year, found or Standing("no_duty"), Watch(()))
    return Observation(
        key,
        "holds",
        verdict,
        "explain",
        zh,
        en,
        {**evidence, "message": zh, "message_en": en},
        None,
        "source",
        reason=zh,
    )


def _unknown(key: Key, found: Standing, evidence: dict[str, object]) -> Observation:
    reason = found.reason or Bilingual("", "")
    return Observation(
        key,
        "unknown",
        "not_assessable",
        "explain",
        "",
        "",
        {**evidence, "since": found.since},
        None,
        "source",
        reason=reason.zh,
    )


# --- the register against what was found -----------------------------------------------------------------


def observe_absences(
    db: Database, config: Config, now: datetime, years: Collection[int], failures: Failures
) -> list[tuple[Finding | None, Observation]]:
    """Judges every registered body for last year and the years asked for, and whatever is still open.

    Each observation comes with the finding it meets. Where a report is awaited, the next crawl reads the portal's lists
    to their ends.
    """
    current = local_date(now).year - 1
    kept = {finding.key: finding for finding in failures.load(db, "rule in (?, ?)", [RULE, LOCAL_RULE])}
    ledger = Ledger(db, config, now)
    observations: list[Observation] = []
    still = {(key.agency, key.year) for key, finding in kept.items() if finding.status != "resolved"}
    round_ = _Round(ledger, now, kept, {(key.agency, key.year) for key in kept}, set())
    for year in sorted({current, *years, *(year for _, year in still)}):
        whole = year == current or year in years
        found = ledger.found(year)
        for debtor in ledger.debtors:
            if whole or (debtor.code, year) in still:
                waits = (debtor.code, year) in still
                observations += failures.of(debtor.code, partial(round_.judge, debtor, found, year, waits)) or ()
    with db.atomic():
        read_whole(db, sorted(round_.awaited))
    return [(kept.get(seen.key), seen) for seen in observations]


@dataclass(frozen=True, slots=True)
class _Round:
    """One round of judging who has published nothing. `met`: bodies and years of which something was said before."""

    ledger: Ledger
    now: datetime
    kept: Mapping[Key, Finding]
    met: Collection[tuple[str, int]]
    awaited: set[str]

    def judge(self, debtor: Debtor, held: FirstVersions, year: int, waits: bool) -> list[Observation]:
        """What is to be said of one body's report of this year; `waits`: something that was said still stands."""
        config, now = self.ledger.config, self.now
        duty = debtor.duty(year, config.deadlines, config.duty.grace_days)
        if not waits and duty.deciding is None:
            return []
        published, watch = held.by_code.get(debtor.code), self.ledger.watch(debtor, year)
        doubt = held.doubts.get(debtor.code, "")
        if published is None and _awaited(duty, year, now):
            self.awaited.update(source.id for source in watch.sources)
        if (debtor.code, year) not in self.met and not any(
            stand(day, year, published, watch, now, doubt).state in WORTH for day in (duty.deciding, duty.first) if day
        ):
            return []  # most bodies most of the time: nothing to say, and nothing said that it would settle
        seen = (
            judge_absence(debtor, year, published, watch, now, doubt, duty) or _not_yet(debtor, year, duty),
            judge_local(debtor, year, published, watch, now, duty, doubt),
        )
        remembered = (one and _remembering(self.kept.get(one.key), one) for one in seen)
        return [one for one in remembered if one]


def _awaited(duty: Duty, year: int, now: datetime) -> bool:
    """Whether a report that is not there may come these days: only lists that are read to their ends can tell."""
    soon, long = timedelta(days=texts().soon_days), timedelta(days=AWAITED_DAYS)
    return any(-soon <= now - day.over(year) <= long for day in (duty.deciding, duty.first) if day)


def _not_yet(debtor: Debtor, year: int, duty: Duty) -> Observation | None:
    """The day is not over: a finding that was opened under an earlier day is settled by that."""
    deadline = duty.deciding
    if deadline is None:
        return None
    evidence: dict[str, object] = {"due": deadline.due(year).isoformat(), "layer": deadline.layer}
    return _holds(Key(debtor.code, year, RULE, SUBJECT), "not_yet", debtor, evidence, Standing("not_due", deadline))


def _remembering(existing: Finding | None, seen: Observation) -> Observation | None:
    """A late report settles an absence that was told; where none was, the lateness is what there is to tell."""
    if existing is None and seen.key.rule == LOCAL_RULE and seen.evidence.get("by_law") in (*ABSENT, LATE):
        return None  # the law's day was missed as well: one finding says so
    if seen.verdict != LATE:
        return seen
    told = existing is not None and existing.verdict != LATE
    if seen.key.rule == RULE and seen.effect == "holds" and not told:
        late = existing is None or existing.status != "resolved"
        return replace(seen, effect="broken", reason="") if late else seen
    if seen.key.rule == LOCAL_RULE and (told or (existing is not None and existing.status == "resolved")):
        return replace(seen, effect="holds", reason=seen.message)
    return seen
