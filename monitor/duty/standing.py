"""How one report stands on one day against one deadline: a pure decision over what the ledger held then."""

from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from crawler.ground.clock import local_date, parse_stamp
from crawler.ground.vocabulary import Bilingual
from monitor.duty.deadlines import Deadline, texts
from monitor.duty.debtor import Doubt, Published, Watch
from monitor.duty.sources import Source

State = Literal[
    "no_duty", "not_due", "due_soon", "overdue", "overdue_confirmed", "published", "published_late", "not_assessable"
]
ABSENT: frozenset[State] = frozenset({"overdue", "overdue_confirmed"})


class Standing(NamedTuple):
    """The state, and what it rests on.

    `day` is the day of publication and `by` what tells it (`first_seen`, `published_on`, "" where nothing does);
    `sweeps` are the healthy looks after the due day that did not find the report; `since` is from when on it cannot be
    judged, where that is known.
    """

    state: State
    deadline: Deadline | None = None
    day: date | None = None
    by: Literal["first_seen", "published_on", ""] = ""
    sweeps: tuple[str, ...] = ()
    looked: str | None = None
    reason: Bilingual | None = None
    since: str | None = None


def stand(
    deadline: Deadline | None, year: int, published: Published | None, watch: Watch, at: datetime, doubt: Doubt = ""
) -> Standing:
    """The state of a report of `year` at an instant.

    An absence counts only where nothing speaks against it (`doubt`), and from looks after the due day; a lateness by
    first sight only where an earlier look after that day had not found it.
    """
    if published is not None:
        return _found(deadline, year, published, watch)
    if deadline is None:
        return Standing("no_duty")
    over = deadline.over(year)
    if at < over:
        soon = at >= over - timedelta(days=texts().soon_days)
        return Standing("due_soon" if soon else "not_due", deadline)
    if doubt or watch.elsewhere or watch.unseen:
        why = doubt or ("elsewhere" if watch.elsewhere else "unseen")
        return Standing("not_assessable", deadline, reason=texts().seen[why])
    troubled = [source for source in watch.sources if not source.healthy_after(over)]
    if troubled:
        reasons = [_trouble(source) for source in troubled]
        since = min((source.since for source in troubled if source.state != "ok" and source.since), default=None)
        return Standing(
            "not_assessable",
            deadline,
            since=since,
            looked=_looked(watch),
            reason=Bilingual("、".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)),
        )
    sweeps = watch.sweeps_since(over)
    if (watch.ended or watch.partial) and not sweeps:
        # The last crawl ended after midnight, but had asked for the list before; or it did not read it to its end.
        waiting = [_not_looked(source, "not_whole" if watch.partial else "not_looked") for source in watch.sources]
        return Standing(
            "not_assessable",
            deadline,
            looked=_looked(watch),
            reason=Bilingual("、".join(one.zh for one in waiting), "; ".join(one.en for one in waiting)),
        )
    return Standing(
        "overdue_confirmed" if _confirmed(sweeps) else "overdue", deadline, sweeps=sweeps, looked=_looked(watch)
    )


def _confirmed(sweeps: tuple[str, ...]) -> bool:
    bounds = texts()
    if not sweeps or parse_stamp(sweeps[-1]) - parse_stamp(sweeps[0]) < timedelta(days=bounds.confirm_days):
        return False
    days: set[date] = set()
    for one in sweeps:  # over years there are thousands: no more of them than decide
        # A crawl that was cut off and begun again looked once: several looks of one day count as one.
        days.add(local_date(parse_stamp(one)))
        if len(days) >= bounds.confirm_sweeps:
            return True
    return False


def _looked(watch: Watch) -> str | None:
    """When all portals were last seen healthy."""
    marks = [source.last_ok for source in watch.sources]
    return min((mark for mark in marks if mark), default=None) if all(marks) else None


def _not_looked(source: Source, why: str = "not_looked") -> Bilingual:
    words = texts().seen[why]
    return Bilingual(words.zh.format(portal=source.shown), words.en.format(portal=source.shown))


def _trouble(source: Source) -> Bilingual:
    if source.state == "ok":
        return _not_looked(source)
    words, state = texts().seen["troubled" if source.since else "unhealthy"], texts().state[source.state]
    since = local_date(parse_stamp(source.since)).isoformat() if source.since else ""
    return Bilingual(
        words.zh.format(portal=source.shown, since=since, state=state.zh),
        words.en.format(portal=source.shown, since=since, state=state.en),
    )


def _found(deadline: Deadline | None, year: int, published: Published, watch: Watch) -> Standing:
    printed = _date(published.published_on)
    seen = parse_stamp(published.first_seen)
    watched = bool(watch.sources) and not published.handed
    looked = watch.looked_before(published.first_seen) if watched else None
    if deadline is None:
        return Standing("published", None, local_date(seen) if watched else printed)
    over = deadline.over(year)
    if watched and seen < over:
        return Standing("published", deadline, local_date(seen), "first_seen", looked=looked)
    if looked is not None and parse_stamp(looked) >= over:
        if printed is not None and local_date(parse_stamp(looked)) <= printed <= local_date(seen):
            return Standing("published_late", deadline, printed, "published_on", looked=looked)
        # It came some day between the two looks: no later than the second.
        return Standing("published_late", deadline, local_date(seen), "first_seen", looked=looked)
    # Nobody looked between the due day and the first sight: only the printed date can tell.
    if printed is None or printed > local_date(seen):  # a day after the report was in our hands tells nothing
        return Standing("published", deadline, looked=looked)
    late = (printed - deadline.due(year)).days > deadline.grace_days
    return Standing("published_late" if late else "published", deadline, printed, "published_on", looked=looked)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
