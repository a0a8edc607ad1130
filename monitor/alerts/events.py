"""What one reader has yet to hear of a finding: new, back, changed, still open, resolved; or nothing (pure)."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from crawler.ground.clock import local_date, parse_stamp
from monitor.findings import DECISIONS, Finding

Event = Literal["new", "regressed", "changed", "reminder", "resolved"]
INTERVALS = (7, 14, 30)  # days until what is still open is told again; the last one repeats
FACTS = ("published_late", "changed")  # nothing undoes them: they are told again at each interval once, then they rest
SETTLED_NEWS = ("published_late", "noted_later")  # settled, and news also to who never heard of the trouble,
NEWS_DAYS = 45  # for so long
REMINDER = "reminder "  # how a notice names it, with its number


class Notice(NamedTuple):
    """The last thing this reader was told about a finding, and when."""

    event: str
    changed_at: str
    at: str = ""

    @property
    def reminders(self) -> int:
        """How often it was told again since it last changed."""
        return int(self.event.removeprefix(REMINDER)) if self.event.startswith(REMINDER) else 0


class Told(Protocol):
    """What of a finding decides whether there is something to tell."""

    @property
    def finding_class(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def changed_at(self) -> str: ...
    @property
    def decided_at(self) -> str | None: ...


class Due(NamedTuple):
    """A finding and what there is to tell about it; `reminders` counts those of it told already."""

    finding: Finding
    event: Event
    reminders: int = 0

    @property
    def noted(self) -> str:
        """The event as a notice names it."""
        return f"{REMINDER}{self.reminders + 1}" if self.event == "reminder" else self.event


def due_event(finding: Told, last: Notice | None, now: datetime | None = None) -> Event | None:
    """What this reader has yet to be told about a finding; None when there is nothing, or never will be.

    With `now`, what was told and is still open is told again at growing intervals.
    """
    if finding.finding_class == "info" or finding.status in ("shadow", "false_positive"):
        return None
    if finding.status == "resolved":
        # Recovery is told once, and only to those who were told of the trouble.
        return "resolved" if (last.event != "resolved" if last is not None else _news(finding, now)) else None
    if last is not None and last.changed_at == finding.changed_at:
        return "reminder" if now is not None and _again(finding, last, now) else None
    if finding.status in DECISIONS:
        # A decision keeps quiet until the numbers it was made on are others.
        later = last is not None and finding.changed_at > (finding.decided_at or "")
        return "changed" if later else None
    if last is None:
        return "new"
    return "regressed" if last.event == "resolved" else "changed"


def _news(finding: Told, now: datetime | None) -> bool:
    """Whether a report came late, or a silent change got its note, before this reader's next mail: news to them."""
    return (
        finding.verdict in SETTLED_NEWS
        and now is not None
        and now - parse_stamp(finding.changed_at) <= timedelta(days=NEWS_DAYS)
    )


def rests(finding: Told, last: Notice) -> bool:
    """Whether this reader has heard enough of something that nothing can undo; it stays in the list of findings."""
    return finding.verdict in FACTS and last.reminders >= len(INTERVALS)


def _again(finding: Told, last: Notice, now: datetime) -> bool:
    if finding.status not in ("open", "regressed") or not last.at or rests(finding, last):
        return False
    waited = (local_date(now) - local_date(parse_stamp(last.at))).days
    return waited >= INTERVALS[min(last.reminders, len(INTERVALS) - 1)]
